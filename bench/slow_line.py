"""A family on slow 2G (50 kbit/s, an answer after 2 s): when it sees something, against an empty page on the same line.

`python -m bench.slow_line [--fast]`: Chromium slows its own line down. From the link in the message to the letter: when
each page was first painted, and what the way weighed, with the pictures of the letter's pages and without.
"""

import contextlib
import io
import socket
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import uvicorn
from sqlalchemy import select, update
from sqlmodel import col
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bench.crowd import publish
from bench.figures import tell
from bench.notices import build
from portal.app import build_app
from portal.documents.tables import Document
from portal.kernel.log import start_logging
from portal.kernel.secrets.tokens import mint_token
from portal.links.tables import Link
from portal.wiring import House, build_house
from tests.browser.letters import ONE_PAGE
from tests.parts.chromium import chromium_browser

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SLOW_2G = {"offline": False, "latency": 2_000, "downloadThroughput": 50_000 / 8, "uploadThroughput": 50_000 / 8}
_PATIENCE_MS = 120_000
_FIRST_PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"


def empty() -> Starlette:
    async def page(_: Request) -> Response:
        return HTMLResponse("<!doctype html><title>.</title><p>.")

    return Starlette(routes=[Route("/o", page)])


@contextlib.contextmanager
def serving(app: Starlette, port: int) -> Iterator[str]:
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error", access_log=False))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


def prepare(folder: Path, port: int) -> tuple[House, str]:
    """Publish a letter of one page; return the house, and the token of one family."""
    house = build(folder, 1, None)
    publish(house, 1, now=house.clock() - timedelta(seconds=1))
    with house.db.write() as session:
        document = session.execute(select(Document)).scalar_one()
        sealed = house.documents.seal(document.id, io.BytesIO(ONE_PAGE))
        session.execute(update(Document).values(size=sealed.size, sha256=sealed.sha256))
        link = session.execute(select(col(Link.id))).scalars().first()
    assert link
    settings = house.settings.model_copy(update={"base_url": f"http://127.0.0.1:{port}"})
    house.close()
    here = build_house(settings)
    return here, mint_token(here.keys, "link-token", link)


def first_paint(page: "Page") -> float:
    page.wait_for_function(_FIRST_PAINT)
    return float(page.evaluate(_FIRST_PAINT))


def painted(browser: "Browser", start: str, *, opens: bool) -> tuple[list[float], Counter[str]]:
    """Walk from a link to the letter, if it `opens` one; return when each page was painted, and bytes by kind."""
    page = browser.new_context(viewport={"width": 360, "height": 640}).new_page()
    page.set_default_timeout(_PATIENCE_MS)
    wire, kinds, weighed = page.context.new_cdp_session(page), {}, Counter[str]()

    def weigh(answer: dict[str, Any]) -> None:
        weighed[kinds.get(answer["requestId"], "Other")] += int(answer["encodedDataLength"])

    wire.on("Network.responseReceived", lambda answer: kinds.update({answer["requestId"]: answer["type"]}))
    wire.on("Network.loadingFinished", weigh)
    wire.send("Network.enable")
    if "--fast" not in sys.argv:  # the tests' small form: whatever is measured is, but for the line
        wire.send("Network.emulateNetworkConditions", SLOW_2G)
    page.goto(start)
    times = [first_paint(page)]
    if opens:
        page.get_by_role("button", name="Open the letter").click()
        page.wait_for_url("**/letters/*", wait_until="load")
        times.append(first_paint(page))
        for picture in page.locator("img").all():  # a browser draws those that nobody has scrolled to later
            picture.scroll_into_view_if_needed()
            picture.evaluate("image => image.decode()")
    page.context.close()
    return [each / 1000 for each in times], weighed


def main() -> None:
    start_logging(quiet=True)
    with contextlib.ExitStack() as open_things:
        folder = Path(open_things.enter_context(tempfile.TemporaryDirectory()))
        ports = []
        for _ in range(2):
            held = open_things.enter_context(socket.create_server(("127.0.0.1", 0)))
            ports.append(held.getsockname()[1])
            held.close()
        house, token = prepare(folder, ports[0])
        open_things.callback(house.close)
        site = open_things.enter_context(serving(build_app(house.settings, house), ports[0]))
        bare = open_things.enter_context(serving(empty(), ports[1]))
        browser = open_things.enter_context(chromium_browser())
        painted(browser, f"{bare}/o", opens=False)  # what a browser does once is not counted
        (baseline,), _ = painted(browser, f"{bare}/o", opens=False)
        times, weighed = painted(browser, f"{site}/o#{token}", opens=True)
    print(f"an empty page   first paint after {baseline:.1f} s")
    for number, seconds in enumerate(times, start=1):
        what = f"slow 2G: page {number} of the way first painted"
        tell(what, seconds, "s", times=seconds / baseline, baseline="an empty page")
    pictures, all_of_it = weighed["Image"] / 1000, weighed.total() / 1000
    tell("the whole way without pictures of pages", all_of_it - pictures, "kB")
    tell("the whole way with pictures of pages", all_of_it, "kB")


if __name__ == "__main__":
    main()
