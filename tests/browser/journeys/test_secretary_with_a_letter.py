"""A secretary has a letter for all families as a PDF, and ten minutes before the bell rings."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from portal.mail.transport.inbox import Inbox
from portal.wiring import House
from tests.browser.family_ways import Deliver, link_in
from tests.browser.journeys.walk import Walk, everywhere
from tests.browser.test_staff_writing import sign_in
from tests.cast import Cast
from tests.conftest import Watch
from tests.letter_files import pdf_of

if TYPE_CHECKING:
    from playwright.sync_api import Page


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    path = tmp_path / "first_week-2026.pdf"
    path.write_bytes(pdf_of("School begins on Monday at 8:00. Bring a water bottle.", language="en"))
    return path


@pytest.fixture
def secretary(walk: Walk, house: House, cast: Cast, live: str) -> "Page":
    """Give the secretary's browser, which she is signed in with, at Home."""
    sign_in(walk.page.context, house, cast.writer, live)
    walk.page.goto(f"{live}/staff")
    return walk.page


@everywhere
def test_a_letter_for_everybody(walk: Walk, secretary: "Page", letter: Path, deliver: Deliver) -> None:
    """She drops the letter on Home, says whom it is for, looks at what the guard found, and asks for approval."""
    walk.look()
    walk.in_first_window(secretary.get_by_label("Begin a letter"))
    walk.choose(secretary.get_by_label("Begin a letter"), letter)

    expect(secretary.get_by_label("Title", exact=True)).to_have_value("First week 2026")
    expect(secretary.get_by_text("The portal is reading it while you choose")).to_be_visible()
    walk.look()
    walk.press(secretary.get_by_label("Everyone at Riverbend Schools"))
    deliver()  # the worker reads it meanwhile
    expect(secretary.get_by_text("Nobody of the roster is named in it.")).to_be_visible()
    walk.press(secretary.get_by_role("button", name="Check the letter"))

    expect(secretary.get_by_text("Nothing private found.")).to_be_visible()
    walk.look()
    ask = secretary.get_by_role("button", name="Ask for approval")
    walk.in_first_window(ask)
    walk.press(ask)
    expect(secretary.get_by_text("It waits for a second person.")).to_be_visible()
    walk.arrived(presses=4)


@everywhere
def test_the_bell_rings_while_she_types(
    walk: Walk, secretary: "Page", cast: Cast, live: str, inbox: Inbox, clock: Watch, deliver: Deliver, letter: Path
) -> None:
    """She is called away, her session runs out, and after signing in everything she typed stands there again."""
    walk.choose(secretary.get_by_label("Begin a letter"), letter)
    secretary.get_by_label("Title", exact=True).fill("First week of school")
    expect(secretary.get_by_text("Kept at 12:00.")).to_be_visible()
    clock.forward(hours=20)
    secretary.reload()
    expect(secretary).to_have_url(re.compile(f"^{live}/staff/sign-in"))
    expect(secretary.get_by_text("What you typed is kept.")).to_be_visible()
    walk.look()
    secretary.get_by_label("Your work e-mail address").fill(cast.writer.address)
    walk.press(secretary.get_by_role("button", name="Mail me a link"))
    secretary.get_by_role("heading", name="Look into your mailbox").wait_for()
    deliver()
    walk.follow(link_in(inbox, cast.writer.address))
    walk.press(secretary.get_by_role("button", name="Sign in", exact=True))
    expect(secretary.get_by_label("Title", exact=True)).to_have_value("First week of school")
    expect(secretary.get_by_text("first_week-2026.pdf").first).to_be_visible()
    walk.look()
    walk.arrived(presses=4)
