"""A family's way, from the message in its mailbox to the letter, on a phone 360 pixels wide."""

import re
from collections.abc import Callable
from email import message_from_bytes, policy
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from sqlmodel import col, func, select

from portal.flows import revoke
from portal.flows.revoke import Target
from portal.ledger.tables import Disclosure
from portal.links.tables import FamilySession
from portal.mail.inbox import Inbox
from portal.wiring import House
from tests.cast import Cast, send_letter
from tests.conftest import Watch
from tests.letter_files import pdf_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

LINK = re.compile(r"http://127\.0\.0\.1:\d+/o#[\w.-]+")
LETTER = pdf_of("Please bring a coat.")
CODE = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b")


@pytest.fixture
def message(
    house: House, cast: Cast, clock: Watch, inbox: Inbox, live: str, deliver: Callable[[], None]
) -> str:  # fmt: skip
    """Send a letter to everybody; return the text of Ngozi's message."""
    assert live
    send_letter(house, cast, now=clock.now, content=LETTER)
    clock.forward(minutes=2)
    deliver()
    (kept,) = inbox.newest(to="ngozi.okafor@")
    body = message_from_bytes(kept.raw, policy=policy.default).get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def rows(house: House, table: type) -> int:
    with house.db.read() as session:
        return session.exec(select(func.count()).select_from(table)).one()


def look(page: "Page") -> None:
    """No accessibility violation, nothing wider than the screen, and every button large enough to press."""
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for box in page.get_by_role("button").all() + page.locator("a.button").all():
        size = box.bounding_box()
        assert size is None or size["height"] >= 44


def test_from_the_message_to_the_letter_and_out_again(page: "Page", house: House, message: str) -> None:
    link = LINK.search(message)
    assert link is not None
    page.goto(link[0])
    expect(page).to_have_url(re.compile(r"/o$"))  # the secret has left the address bar
    assert rows(house, FamilySession) == 0
    look(page)
    page.get_by_role("button", name="Open the letter").click()
    expect(page).to_have_url(re.compile("/letters$"))
    expect(page.get_by_text("For the family of")).to_contain_text("Sam")
    look(page)
    page.get_by_role("link", name="Welcome").click()
    page.get_by_text("We begin on Monday.").wait_for()
    drawn = page.get_by_role("img", name="Page 1 of 1")
    expect(drawn).to_have_js_property("complete", True)  # noqa: FBT003 - the value of a property
    assert drawn.evaluate("image => image.naturalWidth >= 2 * image.clientWidth")
    look(page)
    words = page.get_by_text("Please bring a coat.")
    assert words.evaluate("words => words.parentElement.clientWidth") == 1  # read aloud, not in the way
    page.get_by_label("Show the letter as text").check()
    assert words.evaluate("words => words.parentElement.clientWidth") > 100
    look(page)
    assert rows(house, Disclosure) == 1
    with page.expect_download() as caught:
        page.get_by_role("link", name="Save it on this device").click()
    assert caught.value.path().read_bytes() == LETTER
    assert caught.value.suggested_filename == "Welcome.pdf"
    page.get_by_role("button", name="Close the letters").click()
    page.get_by_role("heading", name="Your letters are closed").wait_for()
    look(page)
    page.go_back()
    page.reload()
    expect(page.get_by_text("We begin on Monday.")).to_have_count(0)


def test_the_code_opens_without_scripts(chromium: "Browser", live: str, message: str) -> None:
    code = CODE.search(message)
    assert code is not None
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(f"{live}/o#{'x' * 66}")
    page.get_by_label("Code from your message").fill(code[0].lower())
    page.get_by_role("button", name="Open the letter").click()
    expect(page).to_have_url(re.compile("/letters$"))
    context.close()


def test_a_link_pasted_into_the_address_bar_of_the_open_page(page: "Page", live: str, message: str) -> None:
    link = LINK.search(message)
    assert link is not None
    page.goto(f"{live}/o")
    page.evaluate(f"location.hash = '{link[0].partition('#')[2]}'")
    page.get_by_role("button", name="Open the letter").click()
    expect(page).to_have_url(re.compile("/letters$"))


def test_a_scanner_that_runs_scripts_and_waits_opens_nothing(page: "Page", house: House, message: str) -> None:
    link = LINK.search(message)
    assert link is not None
    page.goto(link[0])
    page.wait_for_timeout(2_000)
    page.goto(link[0].partition("#")[0])
    assert rows(house, FamilySession) == 0
    assert page.context.cookies() == []


def test_taken_back_while_it_is_open(page: "Page", house: House, cast: Cast, clock: Watch, message: str) -> None:
    link = LINK.search(message)
    assert link is not None
    page.goto(link[0])
    page.get_by_role("button", name="Open the letter").click()
    page.get_by_role("link", name="Welcome").click()
    page.get_by_text("We begin on Monday.").wait_for()
    with house.db.write() as session:
        from portal.mailings.tables import Mailing

        mailing_id = session.exec(select(Mailing.id).order_by(col(Mailing.created_at))).one()
        target = Target("mailing", mailing_id)
        revoke.revoke(session, house.keys, target, by=cast.admin, reason="The wrong file.", now=clock.now)
    page.reload()
    page.get_by_role("heading", name="This letter is closed").wait_for()
    look(page)


def test_a_page_of_another_site_cannot_open_a_link(phone: "BrowserContext", house: House, message: str) -> None:
    link = LINK.search(message)
    assert link is not None
    address, _, token = link[0].partition("#")
    page = phone.new_page()
    form = f"<form method=post action='{address}'><input name=token value='{token}'></form>"
    form += "<script>document.forms[0].submit()</script>"
    page.route("http://evil.test/", lambda route: route.fulfill(body=form, content_type="text/html"))
    page.goto("http://evil.test/")
    page.get_by_role("heading", name="That did not work").wait_for()
    assert rows(house, FamilySession) == 0
