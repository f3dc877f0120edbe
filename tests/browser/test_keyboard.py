"""A family that uses no mouse: from the link to the letter, and out again, by Tab and Enter alone."""

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from portal.wiring import House
from tests.browser.family_ways import A_LETTER
from tests.cast import Cast, link_of, send_letter, token_of
from tests.conftest import Watch

if TYPE_CHECKING:
    from playwright.sync_api import Page

_FARTHEST = 30


def tab_to(page: "Page", words: str) -> None:
    """Press Tab until what has the focus says these words."""
    for _ in range(_FARTHEST):
        page.keyboard.press("Tab")
        if words in page.evaluate("document.activeElement.innerText || document.activeElement.value || ''"):
            return
    raise AssertionError(f"Nothing that says {words!r} is reached by {_FARTHEST} presses of Tab.")


def test_from_the_link_to_the_letter_and_out_by_keyboard(
    page: "Page", live: str, house: House, cast: Cast, clock: Watch
) -> None:
    mailing_id = send_letter(house, cast, now=clock.now, acknowledge=True)
    page.goto(f"{live}/o#{token_of(house, link_of(house, mailing_id, cast.carla, cast.ana))}")
    expect(page.get_by_role("button", name="Open the letter")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(A_LETTER)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Go to the text")).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_text("We begin on Monday.").wait_for()
    tab_to(page, "I have read this")
    page.keyboard.press("Enter")
    page.locator("#said .go-text").wait_for()
    tab_to(page, "Close the letters")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Your letters are closed").wait_for()
