"""A confidential letter in a real browser: the code by mail, a stranger with the link, and a scanner that presses."""

import re
from collections.abc import Callable
from email import message_from_bytes, policy
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from sqlmodel import col, update

from portal.families.tables import Guardian
from portal.ledger.tables import Disclosure
from portal.links.tables import FamilySession, Opening
from portal.mail.inbox import Inbox
from portal.wiring import House
from tests.browser.test_family import CODE, LINK, look, rows
from tests.cast import Cast, send_letter
from tests.conftest import Watch

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

TITLE = "Report on learning"
Deliver = Callable[[], None]


def newest_text(inbox: Inbox) -> str:
    kept = inbox.newest(to="ngozi.okafor@")[0]
    body = message_from_bytes(kept.raw, policy=policy.default).get_body(("plain",))
    assert body is not None
    return str(body.get_content())


@pytest.fixture
def message(house: House, cast: Cast, clock: Watch, inbox: Inbox, live: str, deliver: Deliver) -> str:
    """Send a confidential letter to everybody; return the text of Ngozi's message."""
    assert live
    send_letter(house, cast, now=clock.now, title=TITLE, confidential=True)
    clock.forward(minutes=2)
    deliver()
    return newest_text(inbox)


@pytest.fixture
def link(message: str) -> str:
    found = LINK.search(message)
    assert found
    return found[0]


def ask(page: "Page", link: str) -> None:
    page.goto(link)
    page.get_by_role("button", name="Open the letter").click()
    expect(page).to_have_url(re.compile("/o/verify$"))
    page.get_by_role("button", name="Send me the code by e-mail").click()
    page.get_by_role("heading", name="Check your e-mail").wait_for()


def mailed_code(inbox: Inbox, deliver: Deliver) -> str:
    deliver()
    found = re.search(r"\b[0-9]{6}\b", newest_text(inbox))
    assert found
    return found[0]


def test_from_the_link_by_the_code_to_the_letter(
    page: "Page", house: House, inbox: Inbox, deliver: Deliver, link: str
) -> None:
    page.goto(link)
    page.get_by_role("button", name="Open the letter").click()
    expect(page.get_by_role("heading", name="This letter is private")).to_be_visible()
    expect(page.get_by_text("n•••@m•••.org")).to_be_visible()
    look(page)
    page.get_by_role("button", name="Send me the code by e-mail").click()
    page.get_by_role("heading", name="Check your e-mail").wait_for()
    look(page)
    code = mailed_code(inbox, deliver)
    page.get_by_label("Code of 6 digits").fill(f"{(int(code) + 1) % 1_000_000:06}")
    page.get_by_role("button", name="Open the letter").click()
    expect(page.get_by_text("That is not the code.")).to_be_visible()
    expect(page.get_by_label("Code of 6 digits")).to_be_focused()
    look(page)
    page.get_by_label("Code of 6 digits").fill(f"{code[:3]} {code[3:]}")
    page.get_by_role("button", name="Open the letter").click()
    expect(page).to_have_url(re.compile("/letters$"))
    page.get_by_role("link", name=TITLE).click()
    page.get_by_text("We begin on Monday.").wait_for()
    assert rows(house, Disclosure) == 1


def test_it_all_works_without_scripts(
    chromium: "Browser", inbox: Inbox, deliver: Deliver, live: str, message: str
) -> None:
    typed = CODE.search(message)
    assert typed
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(f"{live}/o")
    page.get_by_label("Code from your message").fill(typed[0])
    page.get_by_role("button", name="Open the letter").click()
    page.get_by_role("button", name="Send me the code by e-mail").click()
    page.get_by_label("Code of 6 digits").fill(mailed_code(inbox, deliver))
    page.get_by_label("Remember this device for 30 days").check()
    page.get_by_role("button", name="Open the letter").click()
    expect(page).to_have_url(re.compile("/letters$"))
    page.get_by_role("link", name="Devices we remember").click()
    expect(page.get_by_text("This device", exact=True)).to_be_visible()
    page.get_by_role("button", name="Forget this device").click()
    expect(page.get_by_text("We remember no device of yours.")).to_be_visible()
    context.close()


def test_a_remembered_phone_is_asked_no_more(page: "Page", inbox: Inbox, deliver: Deliver, link: str) -> None:
    ask(page, link)
    page.get_by_label("Code of 6 digits").fill(mailed_code(inbox, deliver))
    page.get_by_label("Remember this device for 30 days").check()
    page.get_by_role("button", name="Open the letter").click()
    expect(page).to_have_url(re.compile("/letters$"))
    page.go_back()  # the code page is behind, and leads on again
    expect(page).to_have_url(re.compile("/letters$"))
    page.get_by_role("link", name="Devices we remember").click()
    look(page)
    page.get_by_role("button", name="Close the letters").click()
    page.goto("about:blank")
    page.goto(link)
    page.get_by_role("button", name="Open the letter").click()
    expect(page).to_have_url(re.compile("/letters$"))


def test_a_stranger_with_the_link_sees_the_code_page_and_nothing_else(
    page: "Page", chromium: "Browser", house: House, inbox: Inbox, deliver: Deliver, link: str
) -> None:
    ask(page, link)
    code = mailed_code(inbox, deliver)
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    stranger = context.new_page()
    stranger.goto(link)
    stranger.get_by_role("button", name="Open the letter").click()
    text = stranger.inner_text("body") + stranger.title()
    assert not [said for said in ("Sam", "Okafor", "Ngozi", "ngozi", TITLE, "After School") if said in text]
    look(stranger)
    stranger.get_by_role("button", name="Send me the code by e-mail").click()
    stranger.get_by_label("Code of 6 digits").fill(code)
    stranger.get_by_role("button", name="Open the letter").click()
    expect(stranger.get_by_text("That is not the code.")).to_be_visible()
    stranger.goto(f"{link.partition('/o#')[0]}/letters")
    expect(stranger.get_by_role("heading", name="Nothing opens here")).to_be_visible()
    assert rows(house, Opening) == 0
    context.close()


@pytest.mark.parametrize("presses", [1, 2, 3])
def test_a_scanner_that_runs_scripts_and_presses_gets_no_byte(
    page: "Page", house: House, cast: Cast, link: str, presses: int
) -> None:
    """It waits for the scripts, then submits the first form in the page, and the first form of what follows."""
    page.goto(link)
    page.wait_for_timeout(2_000)
    for _ in range(presses):
        with page.expect_navigation():  # a submit returns before the page that answers it has begun
            page.evaluate("[...document.querySelectorAll('main form')].find(form => form.checkVisibility()).submit()")
    assert TITLE not in page.content()
    assert "Sam" not in page.inner_text("body")
    for path in ("/letters", "/o/verify"):
        page.goto(f"{link.partition('/o#')[0]}{path}")
        assert TITLE not in page.content()
    assert (rows(house, Opening), rows(house, FamilySession), rows(house, Disclosure)) == (0, 0, 0)
    assert cast


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_read_from_right_to_left(
    chromium: "Browser", house: House, cast: Cast, inbox: Inbox, deliver: Deliver, link: str, scheme: str
) -> None:
    with house.db.write() as session:
        session.exec(update(Guardian).where(col(Guardian.id) == cast.ngozi).values(language="Arabic"))
    context = chromium.new_context(
        locale="ar", color_scheme=scheme, viewport={"width": 360, "height": 740}  # type: ignore[arg-type]  # one of its words
    )  # fmt: skip
    page = context.new_page()
    page.goto(link)
    page.locator("main button:visible").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    look(page)
    page.locator("main button:visible").click()
    look(page)
    page.locator("#code").fill(mailed_code(inbox, deliver))
    page.locator("main button:visible").first.click()
    expect(page).to_have_url(re.compile("/letters$"))
    context.close()
