"""A freeze while 200 letters are being uploaded and 200 downloads run, against the same freeze with nobody else there.

`python -m bench.bulkheads [UPLOADS] [DOWNLOADS]`: one server process; four publishers post fifty letters each
at once, and families read slowly. Beside them a family's list of letters and the operator's probe are asked for again
and again. The promise is a freeze within a second.
"""

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlmodel import col

from bench.disclosure import prepare
from bench.figures import tell
from bench.incident import Asked, download, press, seat_admin
from bench.notices import build
from portal.flows.opening.open_link import session_id_of
from portal.kernel.ids import new_secret
from portal.kernel.log import start_logging
from portal.links.tables import Link
from portal.staff import repository as staff
from portal.web.posted.forms import form_token
from tests.reading.carriers import simple_pdf

_PUBLISHERS = 4
_SIZE = 8 * 2**20
_BORDER = "------------------------bench"
_PART = f"--{_BORDER}\r\nContent-Disposition: form-data"
_FAMILIES = 2_900
_WATCHED_SECONDS = 5
Times = dict[str, list[float]]


def uploads_of(folder: Path, uploads: int) -> list[bytes]:
    """Let publishers sign in; return each upload as bytes."""
    house = build(folder, 1, None, keys_exist=True)
    asked = []
    for number in range(_PUBLISHERS):
        secret, address = new_secret(), f"publisher.{number}@riverbend.example"
        with house.db.write() as session:
            one = staff.put(session, address=address, address_key=address, name="", role="publisher", now=house.clock())
            staff.start_session(session, session_id=session_id_of(secret), staff_id=one.id, now=house.clock())
        fields = {"title": "Welcome", "message": "We begin on Monday.", "audience": "everyone", "expires": "30"}
        fields["form_token"] = form_token(house.keys, session_id_of(secret))
        parts = [
            f'--{_BORDER}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in fields.items()
        ]
        file = f'--{_BORDER}\r\nContent-Disposition: form-data; name="file"; filename="letter.pdf"\r\n\r\n'
        body = "".join(parts).encode() + file.encode() + simple_pdf() + f"\r\n--{_BORDER}--\r\n".encode()
        head = (
            f"POST /staff/mailings HTTP/1.1\r\nHost: {urlsplit(house.settings.base_url).netloc}\r\n"
            f"Cookie: __Host-staff={secret}\r\nSec-Fetch-Site: same-origin\r\nContent-Length: {len(body)}\r\n"
            f"Content-Type: multipart/form-data; boundary={_BORDER}\r\n\r\n"
        )
        asked += [head.encode() + body] * (uploads // _PUBLISHERS)
    house.close()
    return asked


async def upload(port: int, request: bytes, taken: asyncio.Semaphore) -> None:
    """Post a letter and read the answer, which tells the place in line first."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**20)
    writer.write(request)
    await writer.drain()
    taken.release()
    head = await reader.readuntil(b"\r\n\r\n")
    assert head.startswith((b"HTTP/1.1 200", b"HTTP/1.1 303")), head
    if head.startswith(b"HTTP/1.1 200"):
        await reader.readuntil(b"</html>")
    writer.close()


async def ask_again(port: int, request: bytes, times: list[float]) -> None:
    """Ask for one page again and again; note how long each answer took."""
    while True:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**20)
        begun = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith((b"HTTP/1.1 200", b"HTTP/1.1 410")):
            raise AssertionError(head)
        times.append(time.perf_counter() - begun)
        writer.close()
        await asyncio.sleep(0.1)


async def story(
    port: int, asked: list[Asked], downloads: int, uploads: list[bytes], admin: tuple[bytes, bytes]
) -> dict[str, float]:
    if uploads:
        await upload(port, uploads[0], asyncio.Semaphore(0))  # the guard's index is made by the first
    running, taken, pressed = asyncio.Semaphore(0), asyncio.Semaphore(0), dict[str, float]()
    reading = [asyncio.create_task(download(port, one, running)) for one in asked[:downloads]]
    for _ in reading:
        await running.acquire()
    posted = [asyncio.create_task(upload(port, one, taken)) for one in uploads[1:]]
    for _ in posted:
        await taken.acquire()
    headers = asked[downloads][1]
    looks: Times = {"family": [], "probe": []}
    watching = [
        asyncio.create_task(ask_again(port, f"GET /letters HTTP/1.1\r\n{headers}\r\n".encode(), looks["family"])),
        asyncio.create_task(ask_again(port, f"GET /readyz HTTP/1.1\r\n{headers}\r\n".encode(), looks["probe"])),
    ]
    await asyncio.sleep(_WATCHED_SECONDS)
    left = sum(not one.done() for one in posted)
    await press(port, *admin, pressed)
    for one in [*watching, *posted, *reading]:
        one.cancel()
    return {
        "press_to_answer": pressed["answered"] - pressed["pressed"],
        "uploads_in_line_at_the_press": left,
        "family_page_slowest": max(looks["family"], default=_WATCHED_SECONDS),
        "probe_slowest": max(looks["probe"], default=_WATCHED_SECONDS),
    }


def measured(uploads: int, downloads: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        asked = prepare(folder, _FAMILIES, None, size=_SIZE)
        look, request, mailing_id = seat_admin(folder, None)
        posts = uploads_of(folder, uploads)
        command = [sys.executable, "-m", "bench.disclosure", "--portal", name, ""]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)  # each cut is a traceback
        assert server.stdout is not None
        try:
            port = int(server.stdout.readline())
            found = asyncio.run(story(port, asked, downloads, posts, (look, request)))
        finally:
            server.terminate()
            server.wait()
        house = build(folder, 1, None, keys_exist=True)
        with house.db.read() as session:
            alive = select(col(Link.id)).where(col(Link.mailing_id) == mailing_id, col(Link.revoked_at).is_(None))
            assert session.execute(alive).first() is None
        house.close()
    return found


def main() -> None:
    uploads = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    downloads = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    start_logging(quiet=True)
    idle, busy = measured(0, 0), measured(uploads, downloads)
    print(json.dumps({"uploads": uploads, "downloads": downloads, "idle": idle, "busy": busy}, indent=2))
    answer = busy["press_to_answer"]
    ratio = answer / idle["press_to_answer"]
    what = f"a freeze beside {uploads} uploads and {downloads} downloads"
    tell(what, answer, "s", "at most 1", times=ratio, baseline="with nobody else there")


if __name__ == "__main__":
    main()
