"""A proxy of this test process: nginx as a distribution brings it, with nothing said but where to pass requests on."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from getpass import getuser
from pathlib import Path

from tests.parts.process import MissingPart, answers, running

# One process, so that none outlives the tests. The rest of `http` is what Debian's nginx.conf says.
_CONFIGURED = """
daemon off;
master_process off;
{user}
pid {home}/nginx.pid;
error_log {home}/error.log warn;
events {{}}
http {{
    sendfile on;
    tcp_nopush on;
    gzip on;
    default_type application/octet-stream;
    access_log off;
    client_body_temp_path {home}/body;
    proxy_temp_path {home}/proxy;
    fastcgi_temp_path {home}/fastcgi;
    uwsgi_temp_path {home}/uwsgi;
    scgi_temp_path {home}/scgi;
    server {{
        listen 127.0.0.1:{port};
        location / {{ proxy_pass http://127.0.0.1:{site}; }}
    }}
}}
"""


@dataclass(frozen=True)
class Nginx:
    """A running proxy: its port, and the folder of its files."""

    port: int
    home: Path

    def bytes_kept(self) -> int:
        """Return how many bytes of answers lie in its files now; it takes their names away as soon as they are made."""
        process = Path("/proc", (self.home / "nginx.pid").read_text().strip(), "fd")
        kept = 0
        for one in process.iterdir():
            with suppress(FileNotFoundError):
                if str(one.readlink()).startswith(str(self.home / "proxy")):
                    kept += one.stat().st_size
        return kept

    def wrote_to_disk(self) -> list[str]:
        """Return what it said about answers that it wrote to its files."""
        return re.findall(r".*buffered to a temporary file.*", (self.home / "error.log").read_text())


@contextmanager
def nginx(home: Path, *, port: int, site: int) -> Iterator[Nginx]:
    """Run a proxy before a site until the block ends."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if program is None:
        raise MissingPart("nginx is not on this machine. Run `make test-parts`.")
    home.mkdir()
    user = f"user {getuser()};" if os.geteuid() == 0 else ""  # else it becomes one who may not enter our folder
    (home / "nginx.conf").write_text(_CONFIGURED.format(home=home, port=port, site=site, user=user))
    command = [program, "-p", str(home), "-e", str(home / "error.log"), "-c", str(home / "nginx.conf")]
    with running(command, folder=home, environ={"PATH": os.environ["PATH"]}, ready=lambda: answers(port)):
        yield Nginx(port, home)
