"""PgBouncer in transaction mode before a PostgreSQL of the tests: each transaction may be on another connection."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from portal.schema.rights import FAMILY, SITE, WORKER
from tests.parts.process import MissingPart, answers, free_ports, running

_SET = """
[databases]
* = host={host}

[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = trust
auth_file = {logins}
client_login_timeout = 5
{user}
pool_mode = transaction
default_pool_size = 3
server_round_robin = 1
max_prepared_statements = 200
ignore_startup_parameters = options
"""
"""As docs/operate/several-hosts.md says, but that each transaction gets the connection that was idle longest."""


@contextmanager
def pooled(url: str, folder: Path) -> Iterator[str]:
    """Give the URL by which a database is reached through PgBouncer, which runs until the block ends."""
    command = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
    if command is None:
        raise MissingPart
    parts = urlsplit(url)
    (port,) = free_ports(1)
    config, logins = folder / "pgbouncer.ini", folder / "logins.txt"
    host = Path(parse_qs(parts.query)["host"][0])
    user = f"user = {host.owner()}" if os.geteuid() == 0 else ""  # who may see the server's socket
    logins.write_text("".join(f'"{role}" ""\n' for role in ("postgres", SITE, WORKER, FAMILY)))
    config.write_text(_SET.format(host=host, port=port, user=user, logins=logins))
    with running([command, str(config)], folder=folder, environ=os.environ, ready=lambda: answers(port)):
        yield f"postgresql+psycopg://postgres@127.0.0.1:{port}{parts.path}"
