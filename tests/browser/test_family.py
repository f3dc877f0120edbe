"""A family's way, from the message in its mailbox to the letter."""

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from portal.flows.taking_back import revoke
from portal.flows.taking_back.revoke import Target
from portal.ledger.tables import Disclosure
from portal.links.tables import FamilySession
from portal.mail.transport.inbox import Inbox
from portal.wiring import House
from tests.browser.family_ways import A_LETTER, SIZES, Deliver, both_ways, code_in, links, look, newest, opened, rows
from tests.browser.judging import printed
from tests.cast import Cast, send_letter
from tests.conftest import Watch
from tests.letter_files import pdf_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

LETTER = pdf_of("Please bring a coat.")


@pytest.fixture
def mailing(house: House, cast: Cast, clock: Watch, live: str, deliver: Deliver) -> str:
    """Send a letter to everybody; return the mailing's id."""
    assert live
    mailing_id = send_letter(house, cast, now=clock.now, content=LETTER)
    clock.forward(minutes=2)
    deliver()
    return mailing_id


@pytest.fixture
def link(mailing: str, inbox: Inbox) -> str:
    assert mailing
    (found,) = links(newest(inbox, "ngozi.okafor@"))
    return found


@both_ways
def test_a_first_letter_from_the_message_and_out_again(page: "Page", house: House, link: str) -> None:
    page.goto(link)
    expect(page).to_have_url(re.compile(r"/o$"))  # the secret has left the address bar
    assert rows(house, FamilySession) == 0
    look(page)
    page.get_by_role("button", name="Open the letter").click()
    expect(page).to_have_url(A_LETTER)
    expect(page.get_by_text("For the family of")).to_contain_text("Sam")
    page.get_by_text("We begin on Monday.").wait_for()
    words, on_phone = page.get_by_text("Please bring a coat."), page.get_by_label("Show the pages").is_visible()
    look(page)
    if on_phone:
        page.get_by_label("Show the pages").check()
    else:
        assert words.evaluate("words => words.parentElement.clientWidth") == 1  # read aloud, not in the way
        page.get_by_label("Show the letter as text").check()
    assert words.evaluate("words => words.parentElement.clientWidth") > 100
    drawn = page.get_by_role("img", name="Page 1 of 1")
    expect(drawn).to_have_js_property("complete", True)  # noqa: FBT003 - the value of a property
    assert drawn.evaluate("image => image.naturalWidth >= 2 * image.clientWidth")
    look(page)
    assert printed(page) == [""], "one sheet for one page, and nothing but its picture"
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


def test_it_all_works_without_scripts(chromium: "Browser", live: str, inbox: Inbox, mailing: str) -> None:
    assert mailing
    code = code_in(newest(inbox, "ngozi.okafor@"))
    for size in SIZES.values():
        context = chromium.new_context(java_script_enabled=False, viewport=size)
        page = context.new_page()
        page.goto(f"{live}/o#{'x' * 66}")
        page.get_by_label("Code from your message").fill(code.lower())
        page.get_by_role("button", name="Open the letter").click()
        page.get_by_label(re.compile("Show the (letter as text|pages)")).locator("visible=true").check()
        expect(page.get_by_role("img", name="Page 1 of 1")).to_be_visible()
        expect(page.get_by_text("Please bring a coat.")).to_be_visible()
        page.get_by_role("button", name="Close the letters").click()
        expect(page.get_by_role("heading", name="Your letters are closed")).to_be_visible()
        context.close()


def test_a_scanner_that_runs_scripts_and_waits_a_minute_has_opened_nothing(
    page: "Page", house: House, mailing: str, link: str
) -> None:
    page.clock.install()
    page.goto(link)
    page.clock.run_for(60_000)
    assert (rows(house, FamilySession), rows(house, Disclosure), opened(house, mailing)) == (0, 0, 0)
    assert page.context.cookies() == []


def test_a_scanner_that_submits_the_form_of_a_plain_letter_is_shown_it_and_that_is_told(
    page: "Page", house: House, mailing: str, link: str
) -> None:
    """What is not private opens at a press, whoever presses. The page has left, so the ledger and staff are told."""
    page.goto(link)
    with page.expect_navigation():
        page.evaluate("document.querySelector('main form').submit()")
    expect(page).to_have_url(A_LETTER)
    assert (rows(house, FamilySession), rows(house, Disclosure), opened(house, mailing)) == (1, 1, 1)


def test_a_link_pasted_into_the_address_bar_of_the_open_page(page: "Page", live: str, link: str) -> None:
    page.goto(f"{live}/o")
    page.evaluate(f"location.hash = '{link.partition('#')[2]}'")
    page.get_by_role("button", name="Open the letter").click()
    expect(page).to_have_url(A_LETTER)


@both_ways
def test_taken_back_while_it_is_open(
    page: "Page", house: House, cast: Cast, clock: Watch, mailing: str, link: str
) -> None:
    page.goto(link)
    page.get_by_role("button", name="Open the letter").click()
    page.get_by_text("We begin on Monday.").wait_for()
    with house.db.write() as session:
        target = Target("mailing", mailing)
        revoke.revoke(session, house.keys, target, by=cast.admin, reason="The wrong file.", now=clock.now)
    saved = page.context.request.get(page.get_by_role("link", name="Save it").evaluate("link => link.href"))
    assert saved.status == 410
    page.reload()
    page.get_by_role("heading", name="This letter is closed").wait_for()
    look(page)


def test_a_page_of_another_site_cannot_open_a_link(screen: "BrowserContext", house: House, link: str) -> None:
    address, _, token = link.partition("#")
    page = screen.new_page()
    form = f"<form method=post action='{address}'><input name=token value='{token}'></form>"
    form += "<script>document.forms[0].submit()</script>"
    page.route("http://evil.test/", lambda route: route.fulfill(body=form, content_type="text/html"))
    page.goto("http://evil.test/")
    page.get_by_role("heading", name="That did not work").wait_for()
    assert rows(house, FamilySession) == 0
