"""A confidential letter in a real browser: the code by mail, a stranger with the link, and a scanner that presses."""

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from portal.ledger.tables import Disclosure
from portal.links.tables import FamilySession, Opening
from portal.mail.transport.inbox import Inbox
from portal.wiring import House
from tests.browser.family_ways import A_LETTER, SIZES, Deliver, both_ways, code_in, links, look, newest, opened, rows
from tests.cast import Cast, send_letter
from tests.conftest import Watch
from tests.flows.languages import speaks
from tests.letter_files import pdf_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

TITLE = "Report on learning"
INSIDE = "Reads very well."
NGOZI = "ngozi.okafor@"


@pytest.fixture
def mailing(house: House, cast: Cast, clock: Watch, live: str, deliver: Deliver) -> str:
    """Send a confidential letter to everybody; return the mailing's id."""
    assert live
    mailing_id = send_letter(house, cast, now=clock.now, title=TITLE, confidential=True, content=pdf_of(INSIDE))
    clock.forward(minutes=2)
    deliver()
    return mailing_id


@pytest.fixture
def link(mailing: str, inbox: Inbox) -> str:
    assert mailing
    (found,) = links(newest(inbox, NGOZI))
    return found


def ask(page: "Page", link: str) -> None:
    page.goto(link)
    page.get_by_role("button", name="Open the letter").click()
    expect(page).to_have_url(re.compile("/o/verify$"))
    page.get_by_role("button", name="Send me the code by e-mail").click()
    page.get_by_role("heading", name="Check your e-mail").wait_for()


def mailed_code(inbox: Inbox, deliver: Deliver) -> str:
    deliver()
    found = re.search(r"\b[0-9]{6}\b", newest(inbox, NGOZI))
    assert found
    return found[0]


@both_ways
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
    expect(page).to_have_url(A_LETTER)
    page.get_by_text("We begin on Monday.").wait_for()
    assert rows(house, Disclosure) == 1


def test_it_all_works_without_scripts(
    chromium: "Browser", inbox: Inbox, deliver: Deliver, live: str, mailing: str
) -> None:
    assert mailing
    context = chromium.new_context(java_script_enabled=False, viewport=SIZES["phone"])
    page = context.new_page()
    page.goto(f"{live}/o")
    page.get_by_label("Code from your message").fill(code_in(newest(inbox, NGOZI)))
    page.get_by_role("button", name="Open the letter").click()
    page.get_by_role("button", name="Send me the code by e-mail").click()
    page.get_by_label("Code of 6 digits").fill(mailed_code(inbox, deliver))
    page.get_by_label("Remember this device for 30 days").check()
    page.get_by_role("button", name="Open the letter").click()
    expect(page).to_have_url(A_LETTER)
    page.get_by_role("link", name="All your letters").click()
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
    expect(page).to_have_url(A_LETTER)
    page.go_back()  # the code page is behind, and leads on again
    expect(page).to_have_url(A_LETTER)
    page.get_by_role("link", name="All your letters").click()
    page.get_by_role("link", name="Devices we remember").click()
    look(page)
    page.get_by_role("button", name="Close the letters").click()
    page.goto("about:blank")
    page.goto(link)
    page.get_by_role("button", name="Open the letter").click()
    expect(page).to_have_url(A_LETTER)


@both_ways
def test_a_stranger_with_the_link_sees_the_code_page_and_nothing_else(
    page: "Page", chromium: "Browser", house: House, inbox: Inbox, deliver: Deliver, link: str
) -> None:
    ask(page, link)
    code = mailed_code(inbox, deliver)
    context = chromium.new_context(viewport=page.viewport_size)
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
    expect(stranger.get_by_role("heading", name="Your letters are closed")).to_be_visible()
    assert rows(house, Opening) == 0
    context.close()


_FIRST_FORM = "[...document.querySelectorAll('main form')].find(form => form.checkVisibility()).submit()"


@both_ways
def test_a_scanner_that_runs_scripts_waits_and_presses_gets_no_byte(
    page: "Page", chromium: "Browser", house: House, mailing: str, link: str
) -> None:
    """It lets a minute pass for the scripts, submits the first form, and the first form of what follows, and so on.

    The minute passes by the page's own clock, so that every timer in it goes off.
    """
    for presses in range(4):
        context = chromium.new_context(viewport=page.viewport_size)
        scanner, got = context.new_page(), list[str]()
        scanner.on("response", lambda answer, got=got: got.append(answer.headers.get("content-type", "")))
        scanner.clock.install()
        scanner.goto(link)
        scanner.clock.run_for(60_000)
        for _ in range(presses):
            with scanner.expect_navigation():  # a submit returns before the page that answers it has begun
                scanner.evaluate(_FIRST_FORM)
            scanner.clock.run_for(60_000)
        assert {kind.partition(";")[0] for kind in got if kind} <= {"text/html", "text/css", "text/javascript"}
        said = scanner.content()
        for path in ("/letters", "/o/verify"):
            scanner.goto(link.partition("/o#")[0] + path)
            said += scanner.content()
        assert not [secret for secret in (TITLE, INSIDE, "We begin on Monday", "Sam") if secret in said]
        context.close()
        assert (rows(house, Opening), rows(house, FamilySession), rows(house, Disclosure)) == (0, 0, 0)
    assert opened(house, mailing) == 0


@pytest.mark.parametrize(
    ("scheme", "size", "database_url"),
    [("light", "phone", "sqlite"), ("dark", "desk", "postgresql")],
    indirect=["database_url"],
)
def test_the_pages_read_from_right_to_left(
    chromium: "Browser", house: House, cast: Cast, inbox: Inbox, deliver: Deliver, link: str, scheme: str, size: str
) -> None:
    speaks(house, cast.ngozi, "Arabic")
    context = chromium.new_context(
        locale="ar", color_scheme=scheme, viewport=SIZES[size]  # type: ignore[arg-type]  # one of its words
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
    expect(page).to_have_url(A_LETTER)
    page.get_by_text(INSIDE).wait_for(state="attached")
    look(page)
    context.close()
