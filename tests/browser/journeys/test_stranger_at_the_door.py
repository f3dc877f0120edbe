"""Somebody who has heard of the portal and has no message: the entry says what to do, and is light."""

from playwright.sync_api import expect

from tests.browser.journeys.walk import Walk, everywhere


@everywhere
def test_a_stranger_without_a_message(walk: Walk, live: str) -> None:
    walk.page.goto(f"{live}/o")
    expect(walk.page.get_by_label("Code from your message")).to_be_visible()
    walk.look()
    walk.press(walk.page.get_by_role("link", name="Is this really from the school?"))
    walk.look()
    walk.arrived(presses=1, kilobytes=12)
