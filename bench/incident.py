"""From the press of the red button to the first dead request: 2,900 families, with 200 downloads running.

`python -m bench.incident [FAMILIES] [DOWNLOADS]`: one server process; a browser asks for its letter again and
again while another presses. Measured from before the press is sent. The ratio is to the same freeze with nobody else
there.
"""

import asyncio
import json
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from sqlalchemy import select, update
from sqlmodel import col

from bench.disclosure import prepare, processor_seconds
from bench.figures import tell
from bench.notices import build
from portal.flows.opening.open_link import session_id_of
from portal.kernel.ids import new_secret
from portal.kernel.log import start_logging
from portal.links.tables import Link
from portal.mailings.tables import Mailing
from portal.staff import repository as staff
from portal.web.posted.forms import form_token

_SIZE = 8 * 2**20
_SIP = 2**16
_PAUSE_SECONDS = 0.25
"""A phone on a slow line: some 260 kB a second."""
Asked = tuple[str, str]


def seat_admin(folder: Path, database_url: str | None) -> tuple[bytes, bytes, str]:
    """Let an admin sign in; return the look before the press and the press as bytes, and the mailing's id."""
    house = build(folder, 1, database_url, keys_exist=True)
    secret, now, address = new_secret(), house.clock(), "ida@riverbend.example"
    with house.db.write() as session:
        ida = staff.put(session, address=address, address_key=address, name="Ida", role="admin", now=now)
        staff.start_session(session, session_id=session_id_of(secret), staff_id=ida.id, now=now)
        session.execute(update(Mailing).values(state="sending"))
        mailing_id: str = session.execute(select(col(Mailing.id))).scalar_one()
    token = form_token(house.keys, session_id_of(secret))
    body = urlencode({"form_token": token, "kind": "mailing", "id": mailing_id}).encode()
    own = f"Host: {urlsplit(house.settings.base_url).netloc}\r\nCookie: __Host-staff={secret}\r\n"
    look = f"GET /admin/incidents/freeze?kind=mailing&id={mailing_id} HTTP/1.1\r\n{own}\r\n"
    head = (
        f"POST /admin/incidents HTTP/1.1\r\n{own}Sec-Fetch-Site: same-origin\r\nContent-Length: {len(body)}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
    )
    house.close()
    return look.encode(), head.encode() + body, mailing_id


async def download(port: int, asked: Asked, running: asyncio.Semaphore) -> int:
    """Read a letter slowly; return how many bytes came before it was whole or cut."""
    path, headers = asked
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=_SIP)
    writer.write(f"GET {path}?as=download HTTP/1.1\r\n{headers}\r\n".encode())
    head = await reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200"), head
    running.release()
    got = 0
    while part := await reader.read(_SIP):
        got += len(part)
        if got >= _SIZE:
            break
        await asyncio.sleep(_PAUSE_SECONDS)
    writer.close()
    return got


async def first_dead(port: int, asked: Asked, pressed: asyncio.Event, times: dict[str, float]) -> None:
    """Ask for a letter's page again and again; note when the first answer comes that it is gone."""
    path, headers = asked[0].removesuffix("/file"), asked[1]
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**20)
    while True:
        writer.write(f"GET {path} HTTP/1.1\r\n{headers}\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
        assert length is not None, head
        await reader.readexactly(int(length[1]))
        if head.startswith(b"HTTP/1.1 410"):
            assert pressed.is_set()
            times["dead"] = time.perf_counter()
            writer.close()
            return
        assert head.startswith(b"HTTP/1.1 200"), head


async def press(port: int, look: bytes, request: bytes, times: dict[str, float]) -> None:
    """Load the page of the button, as whoever presses it has, and press."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**20)
    writer.write(look)
    head = await reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200"), head
    await reader.readuntil(b"</html>")
    times["pressed"] = time.perf_counter()
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 303"), head
    times["answered"] = time.perf_counter()
    writer.close()


async def story(
    port: int, asked: list[Asked], downloads: int, admin: tuple[bytes, bytes], pid: int
) -> dict[str, float]:
    times: dict[str, float] = {}
    running, pressed = asyncio.Semaphore(0), asyncio.Event()
    open_ones = [asyncio.create_task(download(port, one, running)) for one in asked[:downloads]]
    for _ in open_ones:
        await running.acquire()
    watching = [asyncio.create_task(first_dead(port, one, pressed, times)) for one in asked[downloads : downloads + 1]]
    await asyncio.sleep(0.5)
    pressed.set()
    before = processor_seconds(pid)
    await press(port, *admin, times)
    await asyncio.gather(*watching)
    used = processor_seconds(pid) - before
    got = await asyncio.gather(*open_ones)
    return {
        "press_to_first_dead_request": times["dead"] - times["pressed"],
        "press_to_answer": times["answered"] - times["pressed"],
        "server_cpu_seconds": used,
        "downloads_cut": sum(size < _SIZE for size in got),
        "downloads_whole": sum(size >= _SIZE for size in got),
    }


def measured(families: int, downloads: int, database_url: str | None) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        asked = prepare(folder, families, database_url, size=_SIZE)
        look, request, mailing_id = seat_admin(folder, database_url)
        command = [sys.executable, "-m", "bench.disclosure", "--portal", name, database_url or ""]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)  # each cut is a traceback
        assert server.stdout is not None
        try:
            port = int(server.stdout.readline())
            found = asyncio.run(story(port, asked, downloads, (look, request), server.pid))
        finally:
            server.terminate()
            server.wait()
        house = build(folder, 1, database_url, keys_exist=True)
        with house.db.read() as session:
            alive = select(col(Link.id)).where(col(Link.mailing_id) == mailing_id, col(Link.revoked_at).is_(None))
            assert session.execute(alive).first() is None
            found["links"] = len(session.execute(select(col(Link.id))).all())
        house.close()
    return found


def main() -> None:
    families = int(sys.argv[1]) if len(sys.argv) > 1 else 2_900
    downloads = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    start_logging(quiet=True)
    idle, busy = measured(families, 0, None), measured(families, downloads, None)
    print(json.dumps({"families": families, "downloads": downloads, "idle": idle, "busy": busy}, indent=2))
    dead = busy["press_to_first_dead_request"]
    ratio = dead / idle["press_to_first_dead_request"]
    what = f"press of a freeze to the first dead request, beside {downloads} downloads"
    tell(what, dead, "s", "at most 1", times=ratio, baseline="with nobody else there")


if __name__ == "__main__":
    main()
