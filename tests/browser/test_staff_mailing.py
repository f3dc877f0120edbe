"""In a real browser: a hold counts down, a sending moves by itself, and every button works without scripts."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from sqlmodel import col, select, update

from portal.flows.approving import approve_mailing
from portal.flows.sending import start_sending
from portal.mailings.tables import Mailing
from portal.outbox.tables import Notice
from portal.staff.rules import Acting
from portal.wiring import House
from tests.cast import Cast, approve, send_letter, write_draft
from tests.conftest import Watch
from tests.web.desks import session_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

SignIn = Callable[["BrowserContext", Acting], "Page"]


@pytest.fixture
def sit(house: House, live: str) -> SignIn:
    """Sign somebody in in a browser; give a page of theirs."""

    def sit(context: "BrowserContext", person: Acting) -> "Page":
        context.add_cookies([{"name": "staff", "value": session_of(house, person), "url": live}])
        return context.new_page()

    return sit


def change(house: House, mailing_id: str, **values: object) -> None:
    with house.db.write() as session:
        session.exec(update(Mailing).where(col(Mailing.id) == mailing_id).values(**values))


def settle(house: House, mailing_id: str, guardian: str, state: str) -> None:
    with house.db.write() as session:
        mine = (col(Notice.mailing_id) == mailing_id, col(Notice.guardian_id) == guardian)
        session.exec(update(Notice).where(*mine).values(state=state))


def state_of(house: House, mailing_id: str) -> str:
    with house.db.read() as session:
        return session.exec(select(Mailing.state).where(col(Mailing.id) == mailing_id)).one()


def test_a_hold_counts_down_and_the_page_moves_on_by_itself(
    phone: "BrowserContext", sit: SignIn, house: House, cast: Cast, clock: Watch, live: str
) -> None:
    mailing_id = send_letter(house, cast, now=clock.now)
    page = sit(phone, cast.writer)
    page.goto(f"{live}/staff/mailings/{mailing_id}")
    expect(page.get_by_role("timer").locator("strong")).to_have_text(re.compile("0:5[0-8]"))
    assert page.get_by_role("link", name="Stop", exact=True).is_visible()
    clock.forward(minutes=2)
    with house.db.write() as session:
        start_sending.start_sending(session, house.keys, now=clock.now)
    page.get_by_role("heading", name="It is being sent").wait_for()


def test_a_moment_is_typed_in_words_and_said_back_or_picked(
    phone: "BrowserContext", sit: SignIn, house: House, cast: Cast, clock: Watch, live: str
) -> None:
    mailing_id = write_draft(house, cast, now=clock.now)
    page, path = sit(phone, cast.writer), f"{live}/staff/mailings/{mailing_id}/schedule"
    keep = page.get_by_role("button", name="Keep it")
    page.goto(path)
    page.get_by_label("Day and time").fill("9/10/2026 7:30 AM")
    keep.click()
    page.get_by_text("That is Thursday, September 10, 2026 at 7:30 AM, UTC.").wait_for()
    assert page.get_by_label("Or pick it").input_value() == "2026-09-10T07:30"
    assert Axe().run(page).violations_count == 0
    page.get_by_label("Or pick it").fill("2026-09-11T16:15")
    assert page.get_by_label("Day and time").input_value() == "2026-09-11 16:15"
    keep.click()
    page.get_by_text("It goes out on Friday, 11 September 2026, 16:15, and not before.").wait_for()


def test_while_it_is_sent_the_counts_move_without_loading_the_page(
    phone: "BrowserContext", sit: SignIn, house: House, cast: Cast, clock: Watch, live: str
) -> None:
    mailing_id = send_letter(house, cast, now=clock.now)
    change(house, mailing_id, state="sending")
    page = sit(phone, cast.writer)
    page.goto(f"{live}/staff/mailings/{mailing_id}")
    page.evaluate("window.sameDocument = true")
    settle(house, mailing_id, cast.carla, "sent")
    settle(house, mailing_id, cast.diego, "refused")
    expect(page.locator("dd[data-count=sent]")).to_have_text("1")
    assert page.locator("strong[data-count=settled]").inner_text() == "2"
    assert page.locator("progress").evaluate("bar => bar.value") == 2
    assert page.locator("dd[data-count=left]").inner_text() == "2"
    assert page.evaluate("window.sameDocument")
    change(house, mailing_id, state="sent", ended_at=clock.now)
    page.get_by_text("It is sent.").wait_for()
    assert page.get_by_role("link", name="Stop", exact=True).count() == 0


def test_without_scripts_two_people_bring_it_to_the_hold_and_one_stops_it(
    chromium: "Browser", sit: SignIn, house: House, cast: Cast, clock: Watch, live: str
) -> None:
    path = f"{live}/staff/mailings/{write_draft(house, cast, now=clock.now)}"
    mailing_id = path.rpartition("/")[2]
    writers, approvers = (chromium.new_context(java_script_enabled=False) for _ in range(2))
    writer, approver = sit(writers, cast.writer), sit(approvers, cast.approver)
    writer.goto(path)
    writer.get_by_role("button", name="Ask for approval").click()
    assert writer.get_by_text("Approval is asked for.").is_visible()
    approver.goto(path)
    approver.get_by_role("button", name="Approve it").click()
    assert state_of(house, mailing_id) == "held"
    assert approver.get_by_text("The first message leaves in").is_visible()
    approver.get_by_role("link", name="Stop", exact=True).click()
    assert state_of(house, mailing_id) == "held", "a first press only asks"
    approver.get_by_role("button", name="Stop it now").click()
    assert approver.get_by_text("Nobody has received anything.").is_visible()
    assert state_of(house, mailing_id) == "stopped"
    writers.close()
    approvers.close()


def test_the_frame_shows_the_familys_page_and_nothing_in_it_acts(
    phone: "BrowserContext", sit: SignIn, house: House, cast: Cast, clock: Watch, live: str
) -> None:
    page = sit(phone, cast.writer)
    complaints: list[str] = []
    page.on("console", lambda told: complaints.append(told.text) if told.type == "error" else None)
    page.goto(f"{live}/staff/mailings/{write_draft(house, cast, now=clock.now)}")
    assert complaints == []
    before = page.url
    frame = page.frame_locator("iframe")
    assert frame.get_by_role("heading", name="Welcome").is_visible()
    assert frame.locator("body").evaluate("body => getComputedStyle(body).display") == "flex", (
        "its style sheet is there"
    )
    frame.get_by_text("Read the letter").click()
    frame.get_by_text("This is not my child").first.click()
    frame.get_by_role("button", name="This is not my child").click()
    assert frame.get_by_role("heading", name="Welcome").is_visible()
    assert page.url == before


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_state_fits_a_phone_and_an_inspector_finds_nothing(
    chromium: "Browser", sit: SignIn, house: House, cast: Cast, clock: Watch, live: str, scheme: str
) -> None:
    context = chromium.new_context(viewport={"width": 360, "height": 740}, color_scheme=scheme)  # type: ignore[arg-type]  # one of the two
    page = sit(context, cast.approver)
    mailing_id = write_draft(house, cast, now=clock.now, title="W" * 120)
    path = f"{live}/staff/mailings/{mailing_id}"
    _inspect(page, path)
    with house.db.write() as session:
        approve_mailing.submit_mailing(session, house.keys, mailing_id, by=cast.writer, version=None, now=clock.now)
    _inspect(page, path)
    change(house, mailing_id, state="returned", return_reason="Longer than a phone is wide: " + "x" * 90)
    _inspect(page, path)
    change(house, mailing_id, state="checked")
    approve(house, cast, mailing_id, now=clock.now)
    settle(house, mailing_id, cast.carla, "refused")
    for state in ("held", "sending", "sent", "stopped", "revoked"):
        change(house, mailing_id, state=state, ended_at=clock.now)
        _inspect(page, path)
    for more in ("/stop", "/preview/message", "/not-reached"):
        _inspect(page, path + more)
    context.close()


def _inspect(page: "Page", address: str) -> None:
    page.goto("about:blank")  # a page that sees the new state loads itself anew, and breaks off the way to the next
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == 200
    found = Axe().run(page).response
    assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found["violations"]] == [], address
    unsure = [(rule["id"], rule["nodes"][0]["html"]) for rule in found["incomplete"] if rule["id"] == "color-contrast"]
    assert unsure == [], address
    assert page.evaluate("document.documentElement.scrollWidth") <= 360, address
