"""A parent with a private letter: the link, a code by mail, and the letter."""

import re

import pytest
from playwright.sync_api import expect

from portal.ledger.tables import Disclosure
from portal.mail.transport.inbox import Inbox
from portal.wiring import House
from tests.browser.family_ways import A_LETTER, Deliver, links, newest, rows
from tests.browser.journeys.walk import Walk, everywhere
from tests.cast import Cast, send_letter
from tests.conftest import Watch
from tests.letter_files import pdf_of

NGOZI = "ngozi.okafor@"
TITLE, INSIDE = "Report on learning", "Reads very well."


@pytest.fixture
def link(house: House, cast: Cast, clock: Watch, live: str, deliver: Deliver, inbox: Inbox) -> str:
    """Return the link in the message that tells of a private letter."""
    assert live
    send_letter(house, cast, now=clock.now, title=TITLE, confidential=True, content=pdf_of(INSIDE))
    clock.forward(minutes=2)
    deliver()
    (found,) = links(newest(inbox, NGOZI))
    return found


def digits(inbox: Inbox, deliver: Deliver) -> str:
    """Return the code that the newest message brings."""
    deliver()
    found = re.search(r"\b[0-9]{6}\b", newest(inbox, NGOZI))
    assert found
    return found[0]


@everywhere
def test_from_the_message_by_the_code_to_the_letter(
    walk: Walk, house: House, inbox: Inbox, deliver: Deliver, link: str
) -> None:
    page = walk.page
    walk.follow(link)
    walk.press(page.get_by_role("button", name="Open the letter"))
    ask = page.get_by_role("button", name="Send me the code by e-mail")
    walk.in_first_window(ask)
    walk.look()
    walk.press(ask)
    page.get_by_label("Code of 6 digits").fill(digits(inbox, deliver))
    walk.look()
    walk.press(page.get_by_role("button", name="Open the letter"))
    expect(page).to_have_url(A_LETTER)
    expect(page.get_by_role("heading", name=TITLE)).to_be_visible()
    assert rows(house, Disclosure) == 1
    walk.look()
    walk.arrived(presses=4, kilobytes=53)


@everywhere
def test_a_phone_that_is_remembered_goes_right_to_the_letter(
    walk: Walk, inbox: Inbox, deliver: Deliver, link: str
) -> None:
    page = walk.page
    walk.follow(link)
    walk.press(page.get_by_role("button", name="Open the letter"))
    walk.press(page.get_by_role("button", name="Send me the code by e-mail"))
    page.get_by_label("Code of 6 digits").fill(digits(inbox, deliver))
    walk.press(page.get_by_label("Remember this device for 30 days"))
    walk.press(page.get_by_role("button", name="Open the letter"))
    walk.press(page.get_by_role("button", name="Close the letters"))
    page.goto("about:blank")
    walk.follow(link)
    walk.press(page.get_by_role("button", name="Open the letter"))
    expect(page).to_have_url(A_LETTER)
    walk.press(page.get_by_role("link", name="All your letters"))
    walk.press(page.get_by_role("link", name="Devices we remember"))
    expect(page.get_by_text("This device", exact=True)).to_be_visible()
    walk.look()
    walk.arrived(presses=10, kilobytes=110)
