"""Journeys on the way in, in a real browser: what mail programs, thin lines and strict browsers make of it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from playwright.sync_api import expect
from sqlmodel import col, func, select

from portal.ledger.tables import Disclosure
from portal.links.tables import FamilySession, Opening
from portal.mail.transport.inbox import Inbox
from portal.wiring import House
from tests.browser.family_ways import A_LETTER, SIZES, Deliver, both_ways, links, look, newest, rows
from tests.cast import EVA, Cast, seat_eva, send_letter
from tests.conftest import Watch
from tests.parts.chromium import PATIENCE_MS, chromium_path, flags

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page


@pytest.fixture
def eva(house: House, cast: Cast, clock: Watch) -> str:
    return seat_eva(house, cast, now=clock.now)


@pytest.fixture
def sent(house: House, cast: Cast, clock: Watch, live: str, deliver: Deliver) -> str:
    """Send two letters to everybody; return the site's address."""
    for title in ("Welcome", "Field trip"):
        send_letter(house, cast, now=clock.now, title=title)
        clock.forward(minutes=2)
        deliver()
    return live


def sees_only(page: "Page", child: str, *others: str) -> None:
    """See that the page says whose letters these are, one child's, and offers each of the others."""
    expect(page.get_by_text("For the family of")).to_have_text(f"For the family of {child}")
    for other in others:
        expect(page.get_by_role("button", name=f"Letters for {other}")).to_be_visible()
    expect(page.get_by_role("button", name=f"Letters for {child}")).to_have_count(0)


@both_ways
@pytest.mark.usefixtures("eva")
def test_three_children_pressed_twice_in_two_tabs_back_forward_and_out(page: "Page", inbox: Inbox, sent: str) -> None:
    children, opened = ("Ana", EVA, "Luis"), list[str]()
    for child, link in zip(children, links(newest(inbox, "carla.rivera@")), strict=True):  # of one message
        page.goto(link)
        page.get_by_role("button", name="Open the letter").dblclick()
        expect(page).to_have_url(A_LETTER)
        page.get_by_role("link", name="All your letters").click()
        sees_only(page, child, *opened)
        opened.append(child)
    look(page)
    page.get_by_role("button", name=f"Letters for {EVA}").click()
    sees_only(page, EVA, "Ana", "Luis")
    page.get_by_role("link", name="Field trip").click()
    expect(page.get_by_text("For the family of")).to_have_text(f"For the family of {EVA}")
    page.go_back()
    page.get_by_role("button", name="Open the letter").click()  # an earlier one, by its own link
    expect(page.get_by_role("heading", name="Welcome")).to_be_visible()
    page.go_back()
    page.go_forward()
    expect(page.get_by_role("heading", name="Welcome")).to_be_visible()
    other = page.context.new_page()
    other.goto(f"{sent}/letters")
    sees_only(other, EVA, "Ana", "Luis")
    other.get_by_role("button", name="All your letters").click()
    expect(other.get_by_text("For the family of")).to_have_text([f"For the family of {child}" for child in children])
    look(other)
    page.get_by_role("button", name="Close the letters").click()
    page.get_by_role("heading", name="Your letters are closed").wait_for()
    for _ in range(3):
        page.go_back()
        expect(page.get_by_text("We begin on Monday.")).to_have_count(0)
        expect(page.get_by_text("For the family of")).to_have_count(0)
    other.reload()
    expect(other.get_by_role("heading", name="Your letters are closed")).to_be_visible()


@both_ways
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
    expect(page.get_by_role("heading", name="Field trip")).to_be_visible()
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
        context = chromium.new_context(viewport=SIZES["phone"])
        page = context.new_page()
        page.goto(address)
        expect(page).to_have_url(f"{sent}/o")
        page.get_by_role("button", name="Open the letter").click()
        expect(page.get_by_role("heading", name="Field trip")).to_be_visible()
        context.close()
    context = chromium.new_context(viewport=SIZES["phone"], java_script_enabled=False)
    page = context.new_page()
    for pasted in (wrapped, newest(inbox, "ngozi.okafor@")):
        page.goto(f"{sent}/o%23{token}")
        page.get_by_label("Code from your message").fill(pasted.replace("\r", "").replace("\n", " "))
        page.get_by_role("button", name="Open the letter").click()
        expect(page.get_by_role("heading", name="Field trip")).to_be_visible()
    context.close()
    with house.db.read() as session:
        guardians = session.exec(select(func.count(func.distinct(col(FamilySession.guardian_id))))).one()
    assert guardians == 1


@pytest.fixture
def without_cookies(chromium: "Browser", tmp_path: Path) -> Iterator["BrowserContext"]:
    """Give a browser whose user has chosen to block all cookies in its settings."""
    settings = {"profile": {"default_content_setting_values": {"cookies": 2}}}
    (tmp_path / "profile" / "Default").mkdir(parents=True)
    (tmp_path / "profile" / "Default" / "Preferences").write_text(json.dumps(settings))
    context = chromium.browser_type.launch_persistent_context(
        tmp_path / "profile", executable_path=chromium_path(), args=flags(), viewport=SIZES["phone"], locale="en-US"
    )
    context.set_default_timeout(PATIENCE_MS)
    yield context
    context.close()


def test_a_browser_that_blocks_cookies_is_told_so(
    without_cookies: "BrowserContext", house: House, cast: Cast, clock: Watch, inbox: Inbox, sent: str, deliver: Deliver
) -> None:
    (link,) = links(newest(inbox, "ngozi.okafor@"))
    send_letter(house, cast, now=clock.now, title="Report", confidential=True)
    clock.forward(minutes=2)
    deliver()
    (private,) = links(newest(inbox, "ngozi.okafor@"))
    page = without_cookies.pages[0]
    for size in SIZES.values():
        page.set_viewport_size(size)
        for one in (link, private):
            page.goto(one)
            assert page.evaluate("document.cookie = 'a=b', document.cookie") == ""
            page.get_by_role("button", name="Open the letter").click()
            expect(page.get_by_role("heading", name="Your browser did not keep the letter open")).to_be_visible()
            expect(page.get_by_text("Allow cookies for this page, or use another browser.")).to_be_visible()
            look(page)
            page.reload()
            expect(page.get_by_role("heading", name="Your browser did not keep the letter open")).to_be_visible()
    assert without_cookies.cookies() == []
    assert rows(house, Disclosure) == 0
    assert sent


@both_ways
@pytest.mark.usefixtures("sent")
def test_a_thin_line_carries_little_and_paints_before_scripts(page: "Page", house: House, inbox: Inbox) -> None:
    (link,) = links(newest(inbox, "ngozi.okafor@"))
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    slow = {"offline": False, "latency": 300, "downloadThroughput": 31_250, "uploadThroughput": 15_000}
    line.send("Network.emulateNetworkConditions", slow)
    carried: dict[str, float] = {}
    urls: dict[str, str] = {}
    line.on("Network.responseReceived", lambda told: urls.update({told["requestId"]: told["response"]["url"]}))
    line.on("Network.loadingFinished", lambda told: carried.update({told["requestId"]: told["encodedDataLength"]}))
    page.goto(link)
    assert set(urls.values()) == {link.partition("#")[0]}, "no script or sheet holds up the first paint"
    page.get_by_role("button", name="Open the letter").click()
    page.get_by_text("We begin on Monday.").wait_for()
    pages = {
        key: size
        for key, size in carried.items()
        if "/file" not in urls.get(key, "") and "/pages/" not in urls.get(key, "")
    }
    assert 5_000 < sum(pages.values()) <= 20_000, pages
    assert rows(house, Disclosure) == 1
    assert rows(house, Opening) == 1
