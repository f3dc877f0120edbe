"""Omar is on the bus. A mail asks him to approve a letter: he reads it on his phone and says yes, or asks Ida."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from sqlmodel import select

from portal.flows.approving.approve_mailing import submit_mailing
from portal.mail.transport.inbox import Inbox
from portal.mailings.tables import Mailing
from portal.wiring import House
from tests.browser.family_ways import link_in, newest
from tests.browser.journeys.walk import Walk, everywhere
from tests.browser.screens import Screens
from tests.browser.test_staff_letters import begun
from tests.browser.test_staff_writing import sign_in
from tests.cast import Cast, write_draft
from tests.conftest import Watch
from tests.flows.test_one_letter_each import ALL
from tests.letter_files import pdf_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

Deliver = Callable[[], None]
LETTER = "Dear families,\n\nschool begins on Monday at 8:15. Please bring a bag and a bottle of water."


def state_of(house: House) -> str:
    with house.db.read() as session:
        return session.exec(select(Mailing.state)).one()


@pytest.fixture
def asked(house: House, cast: Cast, clock: Watch, live: str, inbox: Inbox, deliver: Deliver) -> str:
    """Have Rosa ask for approval; return the link in the mail to Omar."""
    assert live
    mailing_id = write_draft(house, cast, now=clock.now, content=pdf_of(LETTER))
    with house.db.write() as session:
        submit_mailing(session, house.keys, mailing_id, by=cast.writer, version=None, now=clock.now)
    deliver()
    return link_in(inbox, cast.approver.address)


def sees_the_facts_and_can_answer(walk: Walk) -> None:
    """See what it is, to whom, how many and what the guard says, before the answer, which needs no scrolling."""
    page = walk.page
    expect(page.get_by_role("heading", name="Welcome", level=1)).to_be_visible()
    text = page.locator("main").inner_text()
    places = [text.index(one) for one in ("everyone at Riverbend Schools", "Nothing private found", "Approve it")]
    assert places == sorted(places), "the facts stand before the answer"
    walk.in_first_window(page.get_by_role("button", name="Approve it"))
    walk.in_first_window(page.get_by_role("link", name="Return it"))


@everywhere
def test_signed_in_he_approves_in_three_presses_at_most(
    walk: Walk, screen: "BrowserContext", house: House, cast: Cast, live: str, asked: str, screens: Screens
) -> None:
    sign_in(screen, house, cast.approver, live)
    walk.follow(asked)
    sees_the_facts_and_can_answer(walk)
    walk.look()
    screens.keep(walk.page, f"approver-asked-{walk.page.evaluate('innerWidth')}")
    walk.press(walk.page.get_by_role("button", name="Approve it"))
    expect(walk.page.get_by_text("You approved it.")).to_be_visible()
    walk.look()
    assert state_of(house) == "held"
    walk.arrived(presses=3)


@everywhere
def test_signed_out_the_mails_link_leads_through_the_sign_in_and_back(
    walk: Walk, house: House, cast: Cast, inbox: Inbox, deliver: Deliver, asked: str
) -> None:
    page = walk.page
    walk.follow(asked)
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    walk.look()
    page.get_by_label("Your work e-mail address").fill(cast.approver.address)
    walk.press(page.get_by_role("button", name="Mail me a link"))
    expect(page.get_by_role("heading", name="Look into your mailbox")).to_be_visible()
    deliver()
    walk.follow(link_in(inbox, cast.approver.address))
    walk.press(page.get_by_role("button", name="Sign in", exact=True))
    assert page.url == asked, "he is where the first mail led"
    sees_the_facts_and_can_answer(walk)
    walk.press(page.get_by_role("button", name="Approve it"))
    expect(page.get_by_text("You approved it.")).to_be_visible()
    assert state_of(house) == "held"
    walk.arrived(presses=5)


@everywhere
def test_he_reads_the_letter_as_pictures_with_its_words_and_not_in_a_frame(
    walk: Walk, screen: "BrowserContext", house: House, cast: Cast, live: str, asked: str, screens: Screens
) -> None:
    sign_in(screen, house, cast.approver, live)
    walk.follow(asked)
    walk.press(walk.page.get_by_role("link", name="Read the letter"))
    words = walk.page.get_by_text("school begins on Monday at 8:15")
    expect(words).to_be_attached()
    if walk.page.evaluate("innerWidth") < 640:
        expect(words).to_be_visible()
        walk.press(walk.page.get_by_label("Show the pages"))
    expect(walk.page.get_by_role("img", name="Page 1 of 1")).to_be_visible()
    assert walk.page.locator("iframe, embed, object").count() == 0
    walk.look()
    screens.keep(walk.page, f"approver-reads-{walk.page.evaluate('innerWidth')}")
    walk.arrived(presses=3)


@everywhere
def test_of_a_letter_for_each_child_he_sees_the_sample_and_approves_all(
    walk: Walk, screen: "BrowserContext", chromium: "Browser", house: House, cast: Cast, live: str, inbox: Inbox,
    deliver: Deliver, tmp_path: Path, screens: Screens,
) -> None:  # fmt: skip
    office = chromium.new_context()
    sign_in(office, house, cast.writer, live)
    desk = office.new_page()
    begun(desk, live, tmp_path, ALL)
    deliver()
    desk.get_by_role("button", name="Ask for approval").click()
    desk.get_by_text("It waits for a second person.").wait_for()
    office.close()
    deliver()
    sign_in(screen, house, cast.approver, live)
    walk.follow(link_in(inbox, cast.approver.address))
    page = walk.page
    sam = page.get_by_role("region", name="Sam Okafor")
    expect(sam.get_by_role("img")).to_be_attached()
    assert page.locator("iframe, embed, object").count() == 0
    walk.in_first_window(page.get_by_role("button", name="approve all 4"))
    walk.in_first_window(page.get_by_role("link", name="Return it"))
    walk.look()
    screens.keep(page, f"approver-sample-{page.evaluate('innerWidth')}")
    walk.press(page.get_by_role("button", name="approve all 4"))
    expect(page.get_by_text("You approved it.")).to_be_visible()
    assert state_of(house) == "held"
    walk.arrived(presses=3)


@everywhere
def test_without_time_he_asks_somebody_else_who_gets_a_mail_of_her_own(
    walk: Walk, screen: "BrowserContext", house: House, cast: Cast, live: str, inbox: Inbox, deliver: Deliver,
    asked: str,
) -> None:  # fmt: skip
    sign_in(screen, house, cast.approver, live)
    walk.follow(asked)
    walk.page.get_by_label("Who should look at it?").select_option("Ida")
    walk.press(walk.page.get_by_role("button", name="Ask them"))
    expect(walk.page.get_by_text("They are asked by mail.")).to_be_visible()
    expect(walk.page.get_by_text("Ida was asked by Omar")).to_be_visible()
    walk.look()
    deliver()
    assert "Omar asks you by name to look at this letter." in newest(inbox, cast.admin.address)
    assert link_in(inbox, cast.admin.address) == asked
    walk.arrived(presses=2)
