"""One site and two: families press their link and get their letter, by HTTP, as fast as processors allow.

`python -m bench.scale.sites FOLDER URL` is one site.
"""

import asyncio
import io
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import uvicorn
from sqlalchemy import select, update
from sqlmodel import col

from bench.crowd import publish
from bench.scale.rosters import house_at
from bench.scale.servers import processor_seconds, server_seconds
from portal.app import build_app
from portal.cli.operation.serve import site_config
from portal.documents.tables import Copy, Document
from portal.kernel.log import start_logging
from portal.kernel.machine.host import keep_freed_memory, tidy_less_often
from portal.kernel.secrets.tokens import mint_token
from portal.links.tables import Link

_BYTES = 200_000
_CONNECTIONS = 16


@dataclass(frozen=True, slots=True)
class Served:
    """Openings, each with its letter, a second; milliseconds of processors for one, of sites and of the database."""

    sites: int
    per_second: float
    site_milliseconds: float
    database_milliseconds: float


def serve_families(folder: Path, url: str | None, families: int, *, most_sites: int) -> list[Served]:
    """Publish a letter of 200 kB and have part of the families open it at one site, the next part at two."""
    folder.mkdir()
    house = house_at(folder, url)
    publish(house, families, now=house.clock() - timedelta(seconds=1))
    with house.db.write() as session:
        document = session.execute(select(Document)).scalar_one()
        sealed = house.documents.seal(document.id, io.BytesIO(os.urandom(_BYTES)))
        session.execute(update(Document).values(size=sealed.size, sha256=sealed.sha256))
        copies = {row[0]: row[1] for row in session.execute(select(col(Copy.child_id), col(Copy.id)))}
        links = session.execute(select(col(Link.id), col(Link.child_id)).limit(families)).all()
    asked = [(mint_token(house.keys, "link-token", link_id), copies[child_id]) for link_id, child_id in links]
    host = urlsplit(house.settings.base_url).netloc
    part = len(asked) // most_sites
    found = []
    for sites in range(1, most_sites + 1):
        with ExitStack() as running:
            up = [running.enter_context(_site(folder, url)) for _ in range(sites)]
            before, spent = sum(processor_seconds(pid) for pid, _ in up), server_seconds(house.db)
            began = time.perf_counter()
            mine = asked[part * (sites - 1) : part * sites]
            asyncio.run(_read_all([port for _, port in up], mine, host))
            wall = time.perf_counter() - began
            ours = sum(processor_seconds(pid) for pid, _ in up) - before
            theirs = server_seconds(house.db) - spent
            found.append(Served(sites, len(mine) / wall, 1_000 * ours / len(mine), 1_000 * theirs / len(mine)))
    house.close()
    return found


@contextmanager
def _site(folder: Path, url: str | None) -> Iterator[tuple[int, int]]:
    """Run a site until the block ends; give its process and its port."""
    command = [sys.executable, "-m", "bench.scale.sites", str(folder), url or ""]
    site = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert site.stdout is not None
    try:
        yield site.pid, int(site.stdout.readline())
    finally:
        site.terminate()
        site.wait()


async def _read_all(ports: Sequence[int], asked: Sequence[tuple[str, str]], host: str) -> None:
    left = iter(asked)

    async def family(port: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**20)
        for token, copy_id in left:
            body = f"token={token}"
            writer.write(
                f"POST /o HTTP/1.1\r\nHost: {host}\r\nOrigin: https://{host}\r\nSec-Fetch-Site: same-origin\r\n"
                f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()
            )
            head = (await _answer(reader))[0]
            assert head.startswith("HTTP/1.1 303"), head
            cookie = next(line for line in head.splitlines() if line.lower().startswith("set-cookie: __host-family"))
            cookie = cookie.partition(": ")[2].partition(";")[0]
            writer.write(f"GET /letters/{copy_id}/file HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\n\r\n".encode())
            head, size = await _answer(reader)
            assert head.startswith("HTTP/1.1 200"), head
            assert size == _BYTES
        writer.close()

    await asyncio.gather(*(family(port) for port in ports for _ in range(_CONNECTIONS // len(ports))))


async def _answer(reader: asyncio.StreamReader) -> tuple[str, int]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    lengths = [line for line in head.lower().splitlines() if line.startswith("content-length: ")]
    size = int(lengths[0].partition(": ")[2]) if lengths else 0
    return head, len(await reader.readexactly(size))


def _serve(folder: Path, url: str | None) -> None:
    start_logging(quiet=True)
    tidy_less_often()
    keep_freed_memory()
    house = house_at(folder, url)
    config = site_config(house.settings, build_app(house.settings, house), host="127.0.0.1", port=0)
    server = uvicorn.Server(config)

    async def serve() -> None:
        running = asyncio.create_task(server.serve())
        while not server.started:  # noqa: ASYNC110 - uvicorn tells by a flag alone
            await asyncio.sleep(0.01)
        print(server.servers[0].sockets[0].getsockname()[1], flush=True)
        await running

    with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        runner.run(serve())


if __name__ == "__main__":
    _serve(Path(sys.argv[1]), sys.argv[2] or None)
