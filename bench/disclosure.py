"""A full disclosure of a 200 kB letter, against a bare Starlette route with the same bytes from memory.

`python -m bench.disclosure [ROUNDS]`: each request comes with a session of its own, so each is judged, writes a durable
ledger entry and is decrypted. Every server is a process of its own, with the settings of the product; they answer in
turns, so what else the machine does meets all of them. Counted is the processor of all threads of a server and of
PostgreSQL, by the kernel's account; the median of the rounds is told.
"""

import asyncio
import io
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

import psycopg
import uvicorn
from pydantic import SecretStr
from sqlalchemy import Engine, event, insert, select, update
from sqlmodel import col
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bench.crowd import publish
from bench.figures import tell
from bench.notices import build
from portal.app import build_app
from portal.cli.operation.serve import site_config
from portal.documents.tables import Copy, Document
from portal.flows.opening.disclose_document import Wish
from portal.flows.opening.open_link import session_id_of
from portal.kernel.ids import new_id, new_secret
from portal.kernel.log import start_logging
from portal.kernel.machine.host import keep_freed_memory, tidy_less_often
from portal.kernel.storage.db import Database
from portal.links.tables import FamilySession, Link, Opening
from portal.schema import roles
from portal.schema.rights import FAMILY, SITE
from portal.wiring import House, build_house
from tests.parts.engines import as_role
from tests.parts.postgresql import postgresql_server

SIZE = 200_000
_EACH = 256
_CONNECTIONS = 64
_TICK = os.sysconf("SC_CLK_TCK")
_NOTHING = [("/letter", "Host: bench\r\n")]
_TWO = "PostgreSQL, two processes"
_AGAINST = {"SQLite": ("bare bytes", "4"), "PostgreSQL": ("SQLite", "1.2"), _TWO: ("SQLite", "")}
Asked = tuple[str, str]


def bare() -> Starlette:
    body = os.urandom(SIZE)

    async def letter(_: Request) -> Response:
        return Response(body, headers={"Content-Type": "application/pdf"})

    return Starlette(routes=[Route("/letter", letter)])


def run_server(config: uvicorn.Config) -> None:
    """Serve on a free port, which is printed first, with the memory settings of the product."""
    tidy_less_often()
    keep_freed_memory()
    server = uvicorn.Server(config)

    async def serve() -> None:
        running = asyncio.create_task(server.serve())
        while not server.started:  # noqa: ASYNC110 - uvicorn tells by a flag alone
            await asyncio.sleep(0.01)
        print(server.servers[0].sockets[0].getsockname()[1], flush=True)
        await running

    with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        runner.run(serve())


def prepare(folder: Path, count: int, database_url: str | None, *, size: int = SIZE) -> list[tuple[str, str]]:
    """Publish a letter and open it in `count` browsers; return each one's cookie and copy."""
    house = build(folder, 1, database_url)
    publish(house, count, now=house.clock() - timedelta(seconds=1))
    with house.db.write() as session:
        document = session.execute(select(Document)).scalar_one()
        sealed = house.documents.seal(document.id, io.BytesIO(os.urandom(size)))
        session.execute(update(Document).values(size=sealed.size, sha256=sealed.sha256))
        copies = {row[0]: row[1] for row in session.execute(select(col(Copy.child_id), col(Copy.id)))}
        links = session.execute(
            select(col(Link.id), col(Link.mailing_id), col(Link.guardian_id), col(Link.child_id)).limit(count)
        ).all()
        now, sessions, openings, wishes = house.clock(), [], [], []
        for link_id, mailing_id, guardian_id, child_id in links:
            cookie = new_secret()
            session_id = session_id_of(cookie)
            scope = {"session_id": session_id, "guardian_id": guardian_id}
            sessions.append(
                {
                    "id": session_id,
                    "guardian_id": guardian_id,
                    "created_at": now,
                    "expires_at": now + timedelta(hours=9),
                }
            )
            openings.append(
                scope
                | {"id": new_id(), "link_id": link_id, "mailing_id": mailing_id, "child_id": child_id, "opened_at": now}
            )
            wishes.append((cookie, copies[child_id]))
        session.execute(insert(FamilySession), sessions)
        session.execute(insert(Opening), openings)
    host = urlsplit(house.settings.base_url).netloc
    house.close()
    return [(f"/letters/{copy}/file", f"Host: {host}\r\nCookie: __Host-family={cookie}\r\n") for cookie, copy in wishes]


async def ask_all(ports: Sequence[int], asked: Sequence[Asked], *, connections: int = _CONNECTIONS) -> None:
    """Send every request once over a few kept connections to each server; each answer must be whole."""
    left = iter(asked)

    async def connection(port: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**20)
        for path, headers in left:
            writer.write(f"GET {path} HTTP/1.1\r\n{headers}\r\n".encode())
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200"), head
            assert len(await reader.readexactly(SIZE)) == SIZE
        writer.close()

    await asyncio.gather(*(connection(ports[number % len(ports)]) for number in range(connections)))


def processor_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK


def seconds_of(pid: int) -> float:
    """Return how long all threads of a process were on a processor: ticks are too coarse for a few letters."""
    found = 0
    for path in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        with suppress(OSError):  # it has ended meanwhile
            found += int(path.read_text().split()[0])
    return found / 1e9


def backends_of(url: str) -> list[int]:
    """Return the processes of a PostgreSQL server, those that write and tidy up for all included."""
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        folder = connection.execute("SHOW data_directory").fetchone()
    assert folder is not None
    postmaster = Path(folder[0], "postmaster.pid").read_text().split()[0]
    return [int(one) for one in Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()]


@dataclass
class Way:
    """One way to be answered: by some servers on some database, and what each round has cost."""

    servers: Sequence["subprocess.Popen[bytes]"]
    ports: Sequence[int]
    url: str = ""
    rounds: dict[str, list[float]] = field(default_factory=dict)

    def answer(self, asked: Sequence[Asked]) -> None:
        before, began = self._spent(), time.perf_counter()
        asyncio.run(ask_all(self.ports, asked))
        wall, after = time.perf_counter() - began, self._spent()
        site, database = (1000 * (now - then) / len(asked) for now, then in zip(after, before, strict=True))
        told = {"cpu_ms": site + database, "of_it_database": database, "per_second": len(asked) / wall}
        for name, value in told.items():
            self.rounds.setdefault(name, []).append(value)

    def told(self) -> dict[str, float]:
        return {name: round(median(values[1:]), 3) for name, values in self.rounds.items()}  # the first warms up

    def _spent(self) -> tuple[float, float]:
        backends = backends_of(self.url) if self.url else []
        return sum(seconds_of(one.pid) for one in self.servers), sum(seconds_of(pid) for pid in backends)


@contextmanager
def serving(*words: str) -> Iterator[tuple["subprocess.Popen[bytes]", int]]:
    server = subprocess.Popen([sys.executable, "-m", "bench.disclosure", *words], stdout=subprocess.PIPE)
    assert server.stdout is not None
    try:
        yield server, int(server.stdout.readline())
    finally:
        server.terminate()
        server.wait()


@contextmanager
def ways_to_answer(places: Mapping[str, Sequence[str]], url: str) -> Iterator[dict[str, Way]]:
    """Run all servers until the block ends. Only PostgreSQL serves several processes."""
    sqlite, postgresql = (["--portal", *words] for words in places.values())
    with ExitStack() as stack:
        (alone, port), small, one, two = (
            stack.enter_context(serving(*words)) for words in (["--bare"], sqlite, postgresql, postgresql)
        )
        yield {
            "bare bytes": Way([alone], [port]),
            "SQLite": Way([small[0]], [small[1]]),
            "PostgreSQL": Way([one[0]], [one[1]], url),
            _TWO: Way([one[0], two[0]], [one[1], two[1]], url),
        }


@contextmanager
def trace_statements(seen: list[str]) -> Iterator[None]:
    """Tell of every statement that goes through SQLAlchemy, commits included."""

    def told(*given: object) -> None:
        seen.append(str(given[2]) if len(given) > 2 else "COMMIT")

    for name in ("before_cursor_execute", "commit"):
        event.listen(Engine, name, told)
    yield
    for name in ("before_cursor_execute", "commit"):
        event.remove(Engine, name, told)


def statements(words: Sequence[str], asked: Sequence[Asked]) -> dict[str, float]:
    """Return how many statements a disclosure takes, alone and in a group that commits together."""
    house, seen = built(*words), list[str]()
    told = {}
    for name, some in (("alone", asked[:1]), ("together", asked[1:])):
        wishes = [
            Wish(session_id_of(headers.split("__Host-family=")[1].strip()), path.split("/")[2], "view", house.clock())
            for path, headers in some
        ]
        with trace_statements(seen):
            for answer in [house.disclosures.submit(wish) for wish in wishes]:
                letter = answer.result()
                b"".join(house.documents.open(letter.document_id, letter.size))
        told[name] = len(seen) / len(some)
        seen.clear()
    house.close()
    return told


def tell_all(ways: Mapping[str, Way], counted: Mapping[str, dict[str, float]]) -> None:
    told = {name: way.told() for name, way in ways.items()}
    for name, its in told.items():
        base, aim = _AGAINST.get(name, ("", ""))
        times = its["cpu_ms"] / told[base]["cpu_ms"] if base else 0.0
        tell(f"CPU of a disclosure, {name}", its["cpu_ms"], "ms", aim, times=times, baseline=base)
        if its["of_it_database"]:
            tell("  of it PostgreSQL", its["of_it_database"], "ms")
    two, one = (told[name]["per_second"] for name in (_TWO, "PostgreSQL"))
    tell("Disclosures by two processes", two, "/s", "1.8", times=two / one, baseline="one process")
    for name, its in counted.items():
        tell(f"Statements of a disclosure alone, {name}", its["alone"], "")
        tell(f"Statements of a disclosure in a group of {_EACH}, {name}", its["together"], "")


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    start_logging(quiet=True)
    with postgresql_server() as postgresql, tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
        url = postgresql.new_database()
        make_durable(url)
        left = {
            "SQLite": iter(prepare(Path(one), _EACH * (rounds + 3), None)),
            "PostgreSQL": iter(prepare(Path(two), _EACH * (2 * rounds + 4), url)),
        }
        make_known(url)
        places = {"SQLite": [one], "PostgreSQL": [two, as_role(url, SITE), as_role(url, FAMILY)]}
        counted = {name: statements(words, list(islice(left[name], _EACH + 1))) for name, words in places.items()}
        with ways_to_answer(places, url) as ways:
            for number in range(rounds + 1):
                for name in sorted(ways, reverse=bool(number % 2)):
                    source = left.get(name.partition(",")[0])
                    ways[name].answer(list(islice(source, _EACH)) if source else _NOTHING * _EACH)
    tell_all(ways, counted)


def make_known(url: str) -> None:
    """Lay down the roles, and have the planner know the tables, as a server does by itself."""
    owner = Database(url)
    roles.keep(owner)
    owner.close()
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("ANALYZE")


def make_durable(url: str) -> None:
    """Have the tests' server wait for the disk, as one of the product does."""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {setting} = on")
        connection.execute("SELECT pg_reload_conf()")


def built(folder: str, database_url: str = "", family_url: str = "") -> House:
    """Return the house of a folder that was prepared; on PostgreSQL families may have a login of their own."""
    house = build(Path(folder), 1, database_url or None, keys_exist=True)
    if not family_url:
        return house
    house.close()
    return build_house(house.settings.model_copy(update={"family_database_url": SecretStr(family_url)}))


def serve_portal(*words: str) -> None:
    house = built(*words)
    run_server(site_config(house.settings, build_app(house.settings, house), host="127.0.0.1", port=0))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--bare"]:
        run_server(uvicorn.Config(bare(), host="127.0.0.1", port=0, access_log=False, log_level="warning"))
    elif sys.argv[1:2] == ["--portal"]:
        serve_portal(*sys.argv[2:5])
    else:
        main()
