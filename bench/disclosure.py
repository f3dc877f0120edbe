"""A full disclosure of a 200 kB letter, against a bare Starlette route with the same bytes from memory.

`python -m bench.disclosure [DISCLOSURES]`: each request comes with a session of its own, so each is judged, writes a
durable ledger entry and is decrypted. Server and client are processes of their own; both servers run one uvicorn.
"""

import asyncio
import io
import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import uvicorn
from sqlalchemy import func, insert, select, update
from sqlmodel import col
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bench.crowd import publish
from bench.notices import build
from portal.app import build_app
from portal.documents.tables import Copy, Document
from portal.flows.opening.open_link import session_id_of
from portal.kernel.ids import new_id, new_secret
from portal.kernel.log import start_logging
from portal.ledger.tables import Disclosure
from portal.links.tables import FamilySession, Link, Opening

SIZE = 200_000
_CONNECTIONS = 64
_TICK = os.sysconf("SC_CLK_TCK")


def bare() -> Starlette:
    body = os.urandom(SIZE)

    async def letter(_: Request) -> Response:
        return Response(body, headers={"Content-Type": "application/pdf"})

    return Starlette(routes=[Route("/letter", letter)])


def run_server(app: Starlette) -> None:
    """Serve on a free port, which is printed first."""
    config = uvicorn.Config(app, host="127.0.0.1", port=0, access_log=False, log_level="warning", server_header=False)
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


async def ask_all(port: int, asked: list[tuple[str, str]], *, connections: int = _CONNECTIONS) -> None:
    """Send every request once over a few kept connections; each answer must be whole."""
    left = iter(asked)

    async def connection() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**20)
        for path, headers in left:
            writer.write(f"GET {path} HTTP/1.1\r\n{headers}\r\n".encode())
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200"), head
            assert len(await reader.readexactly(SIZE)) == SIZE
        writer.close()

    await asyncio.gather(*(connection() for _ in range(connections)))


def processor_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK


def measure(command: list[str], asked: list[tuple[str, str]], warm: list[tuple[str, str]]) -> dict[str, float]:
    server = subprocess.Popen([sys.executable, "-m", "bench.disclosure", *command], stdout=subprocess.PIPE)
    assert server.stdout is not None
    try:
        port = int(server.stdout.readline())
        asyncio.run(ask_all(port, warm))
        before, began = processor_seconds(server.pid), time.perf_counter()
        asyncio.run(ask_all(port, asked))
        wall = time.perf_counter() - began
        return {
            "per_second": len(asked) / wall,
            "cpu_ms_each": 1000 * (processor_seconds(server.pid) - before) / len(asked),
        }
    finally:
        server.terminate()
        server.wait()


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 4_000
    database_url = sys.argv[2] if len(sys.argv) > 2 else None
    start_logging(quiet=True)
    bare_asked = [("/letter", "Host: bench\r\n")] * count
    with tempfile.TemporaryDirectory() as folder:
        asked = prepare(Path(folder), count, database_url)
        warm, counted = asked[: count // 10], asked[count // 10 :]
        first = measure(["--bare"], bare_asked, bare_asked[:200])
        full = measure(["--portal", folder, database_url or ""], counted, warm)
        second = measure(["--bare"], bare_asked, bare_asked[:200])
        house = build(Path(folder), 1, database_url, keys_exist=True)
        with house.db.read() as session:
            assert session.execute(select(func.count()).select_from(Disclosure)).scalar_one() == len(asked)
        house.close()
    baseline = max(first["per_second"], second["per_second"])
    ratio = full["per_second"] / baseline
    facts = {"disclosures": len(counted), "bare": first, "bare_again": second, "portal": full, "ratio": ratio}
    print(json.dumps(facts, indent=2))


def serve_portal(folder: str, database_url: str) -> None:
    house = build(Path(folder), 1, database_url or None, keys_exist=True)
    run_server(build_app(house.settings, house))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--bare"]:
        run_server(bare())
    elif sys.argv[1:2] == ["--portal"]:
        serve_portal(*sys.argv[2:4])
    else:
        main()
