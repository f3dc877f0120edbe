"""Journeys on the way in, in a real browser: what mail programs, old phones, thin lines and strangers make of it."""

import re
from collections.abc import Callable
from email import message_from_bytes, policy
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from playwright.sync_api import expect
from sqlmodel import col, func, select

from portal.ledger.tables import Disclosure
from portal.links.tables import FamilySession, Opening
from portal.mail.inbox import Inbox
from portal.wiring import House
from tests.browser.test_family import LINK, look, rows
from tests.cast import Cast, send_letter
from tests.conftest import Watch

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

Deliver = Callable[[], None]
SIZES = {"phone": {"width": 360, "height": 640}, "desk": {"width": 1280, "height": 800}}


def newest(inbox: Inbox, to: str) -> str:
    body = message_from_bytes(inbox.newest(to=to)[0].raw, policy=policy.default).get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def links(text: str) -> list[str]:
    return LINK.findall(text.partition("In English")[0])


@pytest.fixture
def sent(house: House, cast: Cast, clock: Watch, live: str, deliver: Deliver) -> str:
    """Send two letters to everybody; return the site's address."""
    for title in ("Welcome", "Field trip"):
        send_letter(house, cast, now=clock.now, title=title)
        clock.forward(minutes=2)
        deliver()
    return live


@pytest.mark.parametrize("size", SIZES)
def test_two_children_an_earlier_letter_and_out_again(chromium: "Browser", inbox: Inbox, sent: str, size: str) -> None:
    context = chromium.new_context(viewport=SIZES[size])  # type: ignore[arg-type]  # a width and a height
    page = context.new_page()
    for link in links(newest(inbox, "carla.rivera@")):
        page.goto(link)
        page.get_by_role("button", name="Open the letter").dblclick()
        expect(page).to_have_url(re.compile("/letters$"))
    look(page)
    expect(page.get_by_text("For the family of")).to_have_count(2)
    page.get_by_role("button", name="Letters for Luis").click()
    expect(page.get_by_text("For the family of")).to_have_text("For the family of Luis")
    look(page)
    page.get_by_role("button", name="Open the letter").click()
    expect(page.get_by_role("heading", name="Welcome")).to_be_visible()
    page.go_back()
    page.go_forward()
    expect(page.get_by_role("heading", name="Welcome")).to_be_visible()
    other = context.new_page()
    other.goto(f"{sent}/letters")
    expect(other.get_by_role("link", name="Welcome")).to_be_visible()
    page.get_by_role("button", name="Close the letters").click()
    page.get_by_role("heading", name="Your letters are closed").wait_for()
    for _ in range(3):
        page.go_back()
        expect(page.get_by_text("We begin on Monday.")).to_have_count(0)
        expect(page.get_by_text("For the family of")).to_have_count(0)
    other.reload()
    expect(other.get_by_role("heading", name="Nothing opens here")).to_be_visible()
    context.close()


def test_an_expired_link_and_its_fresh_one(
    page: "Page", clock: Watch, inbox: Inbox, deliver: Deliver, sent: str
) -> None:
    clock.forward(days=31)
    (link,) = links(newest(inbox, "ngozi.okafor@"))
    page.goto(link)
    page.get_by_role("button", name="Open the letter").click()
    expect(page.get_by_role("heading", name="This link is too old")).to_be_visible()
    look(page)
    page.get_by_role("button", name="Send me a new link").click()
    expect(page.get_by_role("heading", name="Look at your e-mail")).to_be_visible()
    look(page)
    assert link.partition("#")[2] not in page.url
    deliver()
    (fresh,) = links(newest(inbox, "ngozi.okafor@"))
    assert fresh != link
    page.goto(fresh)
    page.get_by_role("button", name="Open the letter").click()
    expect(page.get_by_role("link", name="Field trip")).to_be_visible()
    page.goto(f"{sent}/renew")
    look(page)


def test_what_mail_programs_make_of_a_link(chromium: "Browser", house: House, inbox: Inbox, sent: str) -> None:
    (link,) = links(newest(inbox, "ngozi.okafor@"))
    token = link.partition("#")[2]
    wrapped = f"https://nam02.safelinks.protection.outlook.com/?url={quote(link, safe='')}&data=05&reserved=0"
    for address in (
        f"{link}.",
        f"{sent}/o#{token}&utm=1",
        f"{sent}/o%23{token}",
        f"{sent}/o#{token.replace('.', '%2E')}",
    ):
        context = chromium.new_context(viewport=SIZES["phone"])  # type: ignore[arg-type]  # a width and a height
        page = context.new_page()
        page.goto(address)
        expect(page).to_have_url(f"{sent}/o")
        page.get_by_role("button", name="Open the letter").click()
        expect(page.get_by_role("link", name="Field trip")).to_be_visible()
        context.close()
    context = chromium.new_context(viewport=SIZES["phone"], java_script_enabled=False)  # type: ignore[arg-type]  # as above
    page = context.new_page()
    for pasted in (wrapped, newest(inbox, "ngozi.okafor@")):
        page.goto(f"{sent}/o%23{token}")
        page.get_by_label("Code from your message").fill(pasted.replace("\r", "").replace("\n", " "))
        page.get_by_role("button", name="Open the letter").click()
        expect(page.get_by_role("link", name="Field trip")).to_be_visible()
    context.close()
    with house.db.read() as session:
        guardians = session.exec(select(func.count(func.distinct(col(FamilySession.guardian_id))))).one()
    assert guardians == 1


def test_the_page_after_the_press_can_tell_that_a_cookie_was_blocked(page: "Page", inbox: Inbox, sent: str) -> None:
    (link,) = links(newest(inbox, "ngozi.okafor@"))
    page.goto(link)
    with page.expect_request("**/letters") as asked:
        page.get_by_role("button", name="Open the letter").click()
    referer = asked.value.all_headers()["referer"]
    assert referer == f"{sent}/o", "by this alone the page knows, and it holds no secret"
    page.context.clear_cookies()
    page.goto(f"{sent}/letters", referer=referer)
    expect(page.get_by_role("heading", name="Your browser did not keep the letter open")).to_be_visible()
    look(page)


@pytest.mark.usefixtures("sent")
def test_a_thin_line_carries_little_and_paints_before_scripts(chromium: "Browser", house: House, inbox: Inbox) -> None:
    (link,) = links(newest(inbox, "ngozi.okafor@"))
    context = chromium.new_context(viewport=SIZES["phone"])  # type: ignore[arg-type]  # a width and a height
    page = context.new_page()
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    slow = {"offline": False, "latency": 300, "downloadThroughput": 31_250, "uploadThroughput": 15_000}
    line.send("Network.emulateNetworkConditions", slow)
    carried: dict[str, float] = {}
    urls: dict[str, str] = {}
    line.on("Network.responseReceived", lambda told: urls.update({told["requestId"]: told["response"]["url"]}))
    line.on("Network.loadingFinished", lambda told: carried.update({told["requestId"]: told["encodedDataLength"]}))
    page.goto(link)
    for script in page.locator("script").all():
        assert script.get_attribute("defer") is not None, "no script holds up the first paint"
    page.get_by_role("button", name="Open the letter").click()
    page.get_by_role("link", name="Field trip").click()
    page.get_by_text("We begin on Monday.").wait_for()
    pages = {
        key: size
        for key, size in carried.items()
        if "/file" not in urls.get(key, "") and "/pages/" not in urls.get(key, "")
    }
    assert 5_000 < sum(pages.values()) <= 60_000, pages
    assert rows(house, Disclosure) == 1
    assert rows(house, Opening) == 1
    context.close()
