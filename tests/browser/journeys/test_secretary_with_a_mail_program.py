"""A secretary wants to send letters from Outlook: she makes a key, copies it, and ends it when the computer goes."""

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from portal.kernel.configuration.settings import Settings
from portal.wiring import House
from tests.browser.journeys.walk import Walk, everywhere
from tests.browser.test_staff_writing import sign_in
from tests.cast import Cast

if TYPE_CHECKING:
    from playwright.sync_api import Page


@pytest.fixture
def settings(settings: Settings) -> Settings:
    gate = {"gate_url": "smtp+starttls://mail.riverbend.example:587", "gate_domain": "letters.riverbend.example"}
    return settings.model_copy(update=gate)


def clipboard(page: "Page") -> str:
    copied: str = page.evaluate("navigator.clipboard.readText()")
    return copied


@everywhere
def test_a_key_is_made_copied_and_ended(walk: Walk, house: House, cast: Cast, live: str) -> None:
    page = walk.page
    sign_in(page.context, house, cast.writer, live)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=live)
    page.goto(f"{live}/staff")
    walk.press(page.get_by_role("link", name="your own mail program"))
    walk.press(page.get_by_role("button", name="Copy everyone at Riverbend Schools"))
    expect(page.get_by_role("button", name="Copied everyone at Riverbend Schools")).to_be_visible()
    assert clipboard(page) == "everyone@letters.riverbend.example"

    page.get_by_label("For which mail program?").fill("Outlook in the office")
    walk.press(page.get_by_role("button", name="Make a mail key"))
    secret = page.locator("#secret").inner_text()
    walk.press(page.get_by_role("button", name="Copy the key"))
    expect(page.get_by_role("button", name="Copied", exact=True)).to_be_visible()
    assert clipboard(page) == secret
    walk.look()

    page.goto(f"{live}/staff/mail-programs")
    assert secret not in page.content()
    walk.press(page.get_by_text("End it"))
    walk.press(page.get_by_role("button", name="End the key for Outlook in the office"))
    expect(page.get_by_text("That mail key is ended.")).to_be_visible()
    expect(page.get_by_text("Outlook in the office", exact=True)).to_have_count(0)
    walk.arrived(presses=6)
