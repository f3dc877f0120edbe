"""A parent on slow 2G, where a kilobyte takes a sixth of a second: the whole way to the letter is light."""

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from portal.mail.transport.inbox import Inbox
from portal.wiring import House
from tests.browser.family_ways import Deliver, links, newest
from tests.browser.journeys.walk import Walk, everywhere
from tests.browser.letters import ONE_PAGE
from tests.cast import Cast, send_letter
from tests.conftest import Watch

if TYPE_CHECKING:
    from playwright.sync_api import Page

MOST_BYTES = 20_000
"""Of pages, style sheets and scripts: the entry, what follows the press, and the letter."""


@pytest.fixture
def link(house: House, cast: Cast, clock: Watch, live: str, deliver: Deliver, inbox: Inbox) -> str:
    """Send a letter of one page to everybody; return the link in one guardian's message."""
    assert live
    send_letter(house, cast, now=clock.now, content=ONE_PAGE)
    clock.forward(minutes=2)
    deliver()
    (found,) = links(newest(inbox, "ngozi.okafor@"))
    return found


@pytest.fixture
def weighed(page: "Page") -> Counter[str]:
    """Count the bytes of every answer by what it is, heads included."""
    kinds: dict[str, str] = {}
    bytes_of = Counter[str]()

    def weigh(answer: dict[str, Any]) -> None:
        bytes_of[kinds.get(answer["requestId"], "Other")] += int(answer["encodedDataLength"])

    wire = page.context.new_cdp_session(page)
    wire.on("Network.responseReceived", lambda answer: kinds.update({answer["requestId"]: answer["type"]}))
    wire.on("Network.loadingFinished", weigh)
    wire.send("Network.enable")
    return bytes_of


@everywhere
def test_from_the_message_to_the_letter(walk: Walk, weighed: Counter[str], link: str) -> None:
    page = walk.page
    walk.follow(link)
    expect(page.get_by_role("button", name="Open the letter")).to_be_visible()
    assert set(weighed) == {"Document"}, "one answer has all that the entry needs"
    walk.press(page.get_by_role("button", name="Open the letter"))
    page.get_by_text("We begin on Monday.").wait_for()
    is_phone = page.evaluate("innerWidth") < 640
    for picture in [] if is_phone else page.locator("main img").all():  # one out of sight would not be counted
        picture.scroll_into_view_if_needed()
        picture.evaluate("image => image.decode()")
    words = weighed.total() - weighed["Image"]
    assert words <= MOST_BYTES, f"{words / 1000:.1f} kB without the pictures of pages"
    assert not (is_phone and weighed["Image"]), "a phone asks for no picture before somebody wants to see the pages"
    walk.arrived(presses=2, kilobytes=60 if is_phone else None)
