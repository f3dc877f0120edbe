"""What it costs a disclosure that PostgreSQL keeps families apart: the same site by one login, and by the roles.

`python -m bench.second_lock [ROUNDS]`: two servers on one database answer in turns, in a crowd and one by one. Counted
is the processor of the server and of its connections in PostgreSQL, for each letter of 200 kB that was disclosed.
"""

import asyncio
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from statistics import median

import psycopg

from bench.disclosure import ask_all, prepare, seconds_of
from portal.kernel.log import start_logging
from portal.kernel.storage.db import Database
from portal.schema import roles
from portal.schema.rights import FAMILY, SITE
from tests.parts.engines import as_role
from tests.parts.postgresql import postgresql_server

MOST = 1.10
_EACH = 50
_CROWD = 64
_BACKENDS = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = %s"


@dataclass
class Server:
    """A running site, and what it has used of the processor in answering so many."""

    process: "subprocess.Popen[bytes]"
    port: int
    watcher: psycopg.Connection
    name: str
    used: dict[str, list[float]] = field(default_factory=dict)

    def answer(self, asked: Sequence[tuple[str, str]], *, connections: int, how: str) -> None:
        before = self._seconds()
        asyncio.run(ask_all([self.port], asked, connections=connections))
        after = self._seconds()
        spent = sum(seconds - before.get(pid, 0.0) for pid, seconds in after.items())
        self.used.setdefault(how, []).append(1000 * spent / len(asked))

    def _seconds(self) -> dict[int, float]:
        backends = [row[0] for row in self.watcher.execute(_BACKENDS, [self.name])]
        return {pid: seconds_of(pid) for pid in (self.process.pid, *backends)}


@contextmanager
def serving(folder: str, watcher: psycopg.Connection, name: str, url: str, family_url: str = "") -> Iterator[Server]:
    """Run a site until the block ends."""
    command = [
        sys.executable,
        "-m",
        "bench.disclosure",
        "--portal",
        folder,
        _named(url, name),
        _named(family_url, name),
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert process.stdout is not None
    try:
        yield Server(process, int(process.stdout.readline()), watcher, name)
    finally:
        process.terminate()
        process.wait()


def _named(url: str, name: str) -> str:
    return url and f"{url}&application_name={name}"


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    start_logging(quiet=True)
    with postgresql_server() as postgresql, tempfile.TemporaryDirectory() as folder:
        url = postgresql.new_database()
        asked = prepare(Path(folder), 4 * _EACH * (rounds + 1), url)
        owner = Database(url)
        roles.keep(owner)
        owner.close()
        slices = (asked[start : start + _EACH] for start in count(0, _EACH))
        with (
            psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as watcher,
            serving(folder, watcher, "one", url) as one,
            serving(folder, watcher, "roles", as_role(url, SITE), as_role(url, FAMILY)) as by_roles,
        ):
            watcher.execute("ANALYZE")  # as the server does by itself, and not in the tests
            for number in range(rounds + 1):
                for server in (one, by_roles) if number % 2 else (by_roles, one):
                    server.answer(next(slices), connections=_CROWD, how="crowd")
                    server.answer(next(slices), connections=1, how="one by one")
    ways = {}
    for how in ("crowd", "one by one"):
        alone, apart = (median(server.used[how][1:]) for server in (one, by_roles))  # the first round warms up
        ways[how] = {"cpu_ms_by_one_login": alone, "cpu_ms_by_roles": apart, "ratio": apart / alone}
    print(json.dumps({"disclosures": _EACH * rounds, "most": MOST} | ways, indent=2))


if __name__ == "__main__":
    main()
