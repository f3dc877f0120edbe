"""The page of a mailing in each state: what will happen, to whom, and whether it can still be stopped."""

import html
import re

import pytest
from httpx2 import Response
from sqlmodel import col, select, update
from starlette.testclient import TestClient

from portal.ledger.tables import LedgerEntry
from portal.mailings.rules import Term
from portal.mailings.tables import Mailing
from portal.outbox.tables import Notice, StaffMail
from portal.staff.rules import Acting
from portal.wiring import House
from tests.cast import Cast, approve, link_of, send_letter, token_of, write_draft
from tests.conftest import Watch
from tests.web.desks import sit_down, text_of


@pytest.fixture
def draft(house: House, cast: Cast, clock: Watch) -> str:
    return write_draft(house, cast, now=clock.now)


class Desk:
    """A staff member's browser."""

    def __init__(self, site: TestClient, house: House) -> None:
        self.site, self.house, self.token = site, house, ""

    def sit(self, person: Acting) -> "Desk":
        self.token = sit_down(self.site, self.house, person)
        return self

    def look(self, mailing_id: str, more: str = "") -> str:
        answer = self.site.get(f"/staff/mailings/{mailing_id}{more}")
        assert answer.status_code == 200, answer.text
        return re.sub(r" ([,.;:])", r"\1", html.unescape(text_of(answer.text)))

    def press(self, mailing_id: str, act: str, **fields: str) -> Response:
        """Press a button of the page as it stands now."""
        page = self.site.get(f"/staff/mailings/{mailing_id}").text
        version = re.search(r'name="version" value="(\d+)"', page)
        seen = {"version": version[1]} if version else {}
        return self.site.post(f"/staff/mailings/{mailing_id}/{act}", data={"form_token": self.token} | seen | fields)


@pytest.fixture
def desk(site: TestClient, house: House) -> Desk:
    return Desk(site, house)


def state_of(house: House, mailing_id: str) -> str:
    with house.db.read() as session:
        return session.exec(select(Mailing.state).where(col(Mailing.id) == mailing_id)).one()


def acts(house: House) -> list[str]:
    with house.db.read() as session:
        return list(session.exec(select(LedgerEntry.act).order_by(col(LedgerEntry.seq))).all())


def start(house: House, mailing_id: str, **notices: str) -> None:
    """Put a mailing on its way, with these guardians' messages settled: `guardian="sent"`."""
    with house.db.write() as session:
        session.exec(update(Mailing).where(col(Mailing.id) == mailing_id).values(state="sending"))
        for guardian, state in notices.items():
            reply = "550 5.1.1 No such user here" if state == "refused" else ""
            mine = (col(Notice.mailing_id) == mailing_id, col(Notice.guardian_id) == guardian)
            session.exec(update(Notice).where(*mine).values(state=state, reply=reply))


def test_a_checked_letter_shows_the_numbers_and_who_is_left_out(desk: Desk, cast: Cast, draft: str) -> None:
    page = desk.sit(cast.writer).look(draft)
    assert "Nothing private found. We read 1 page" in page
    assert "children 4 guardians 4 children left out 0" in page
    assert "No child is left out." in page
    assert "Ask for approval" in page
    assert "Then it is held for 1 minute, in which anyone can stop it." in page
    assert "Approve it" not in page


def test_whoever_is_left_out_is_counted_with_what_can_be_done(
    desk: Desk, house: House, cast: Cast, clock: Watch
) -> None:
    from portal.families.tables import Guardian

    with house.db.write() as session:
        session.exec(update(Guardian).where(col(Guardian.id) == cast.rosa_r).values(address=None, address_key=None))
    draft = write_draft(house, cast, now=clock.now)
    page = desk.sit(cast.writer).look(draft)
    assert "child left out 1" in page
    assert "No e-mail address is on file Ana Rivera Children: 1 Hand the letter over on paper" in page


def test_the_steps_say_where_it_is(desk: Desk, house: House, cast: Cast, draft: str) -> None:
    current = re.compile(r'aria-current="step">(\d) <span>(\w+)</span>')
    desk.sit(cast.writer)
    path = f"/staff/mailings/{draft}"
    assert current.findall(desk.site.get(path).text) == [("2", "Check")]
    desk.press(draft, "submit")
    assert current.findall(desk.site.get(path).text) == [("3", "Approval")]
    desk.sit(cast.approver).press(draft, "approve")
    assert current.findall(desk.site.get(path).text) == [("4", "Hold")]
    start(house, draft)
    assert current.findall(desk.site.get(path).text) == [("5", "Sent")]


def test_from_asking_to_the_hold_by_two_people(desk: Desk, house: House, cast: Cast, draft: str) -> None:
    answer = desk.sit(cast.writer).press(draft, "submit")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/staff/mailings/{draft}?said=submitted")
    page = desk.look(draft, "?said=submitted")
    assert "Approval is asked for." in page
    assert "It waits for a second person." in page
    assert "Omar, Ida" in page or "Ida, Omar" in page
    assert "Approve it" not in page
    refused = desk.press(draft, "approve")
    assert refused.status_code == 403
    assert "That was not done. Your role does not approve letters. Ask an approver." in text_of(refused.text)
    page = desk.sit(cast.approver).look(draft)
    assert "It waits for your approval since 6 August, 12:00, to 4 guardians of 4 children." in page
    assert desk.press(draft, "approve").headers["location"].endswith("?said=approved")
    again = desk.press(draft, "approve")
    assert again.status_code == 200
    assert "You approved it at 12:00." in text_of(again.text)
    assert state_of(house, draft) == "held"
    page = desk.look(draft)
    assert "The first message leaves in 1:00" in page
    assert "At 6 August, 12:01 it goes to 4 guardians." in page
    assert "Approved by Omar" in page
    again = write_draft(house, cast, now=house.clock())
    page = desk.sit(cast.writer).look(again)
    assert "children of this audience had the same letter before, in “Welcome”" in page
    assert "It was approved 6 August. To reach those who were not reached, send that one again instead." in page


def test_nobody_approves_their_own_letter(desk: Desk, house: House, cast: Cast, draft: str) -> None:
    with house.db.write() as session:
        session.exec(update(Mailing).where(col(Mailing.id) == draft).values(author_id=cast.approver.id))
    desk.sit(cast.approver).press(draft, "submit")
    assert "Approve it" not in desk.look(draft)
    answer = desk.press(draft, "approve")
    assert answer.status_code == 403
    assert "Nobody approves what they wrote or changed themselves." in text_of(answer.text)
    assert state_of(house, draft) == "waiting"


def test_an_approval_of_what_was_not_seen_is_refused(desk: Desk, house: House, cast: Cast, draft: str) -> None:
    desk.sit(cast.writer).press(draft, "submit")
    desk.sit(cast.approver)
    for stale in ("1", "", "x", "-1"):
        answer = desk.press(draft, "approve", version=stale)
        assert answer.status_code == 409
        assert "This mailing was changed after you looked at it." in text_of(answer.text)
    assert state_of(house, draft) == "waiting"


def test_a_return_needs_a_reason_and_the_author_reads_it(desk: Desk, house: House, cast: Cast, draft: str) -> None:
    desk.sit(cast.writer).press(draft, "submit")
    answer = desk.sit(cast.approver).press(draft, "return", reason="  ")
    assert answer.status_code == 422
    assert 'aria-invalid="true" aria-describedby="reason-fault"' in answer.text
    assert state_of(house, draft) == "waiting"
    desk.press(draft, "return", reason="The date is <wrong>.")
    page = desk.sit(cast.writer).look(draft)
    assert "An approver returned this letter." in page
    assert "The date is <wrong>." in page
    assert "&lt;wrong&gt;" in desk.site.get(f"/staff/mailings/{draft}").text
    assert "Change the letter" in page


def test_a_test_goes_to_whoever_asks(desk: Desk, house: House, cast: Cast, draft: str) -> None:
    desk.sit(cast.writer).press(draft, "test")
    with house.db.read() as session:
        (mail,) = session.exec(select(StaffMail)).all()
    assert (mail.kind, mail.staff_id, mail.about_id) == ("test-copy", cast.writer.id, draft)
    assert acts(house)[-1] == "mailing:test"


def test_a_stop_asks_once_more_and_is_for_good(desk: Desk, house: House, cast: Cast, draft: str) -> None:
    approve(house, cast, draft, now=house.clock())
    before = acts(house)
    page = desk.sit(cast.writer).look(draft, "/stop")
    assert "Stop this letter? Nothing has left, and nothing will." in page
    assert (state_of(house, draft), acts(house)) == ("held", before)
    assert desk.press(draft, "stop").headers["location"].endswith("?said=stopped")
    page = desk.look(draft)
    assert "It was stopped by Rosa, 6 August, 12:00. Nobody has received anything." in page
    assert "not reached 4" in page
    assert "Stopped before it left." in page
    assert "There is nothing to stop" in desk.look(draft, "/stop")
    assert desk.press(draft, "stop").status_code == 303, "twice is once"


def test_a_draft_is_thrown_away_after_a_page_that_says_what_goes(
    desk: Desk, house: House, cast: Cast, draft: str
) -> None:
    assert "Throw this draft away" in desk.sit(cast.writer).look(draft)
    page = desk.look(draft, "/stop")
    assert "Throw this draft away? Nobody has received anything, and nobody will. Its files are destroyed" in page
    assert state_of(house, draft) == "checked"
    assert desk.press(draft, "stop", draft="yes").headers["location"].endswith("?said=thrown-away")
    page = desk.look(draft)
    assert "It was thrown away by Rosa, 6 August, 12:00. Nobody has received anything. Its files are destroyed." in page
    assert "Throw this draft away" not in page
    assert "Welcome" not in text_of(desk.site.get("/staff").text)
    assert "Not sent: thrown away, 6 August, 12:00" in text_of(desk.site.get("/staff/mailings").text)


def test_a_draft_of_somebody_else_is_theirs_to_throw_away(desk: Desk, house: House, cast: Cast, draft: str) -> None:
    assert "Throw this draft away" not in desk.sit(cast.approver).look(draft)
    assert desk.press(draft, "stop", draft="yes").status_code == 403
    assert state_of(house, draft) == "checked"
    assert "Throw this draft away" in desk.sit(cast.admin).look(draft)


def test_what_is_stopped_before_its_approval_says_that_its_file_goes(desk: Desk, cast: Cast, draft: str) -> None:
    desk.sit(cast.writer).press(draft, "submit")
    assert "Its files are destroyed at once." in desk.look(draft, "/stop")
    desk.press(draft, "stop")
    assert "It was stopped by Rosa, 6 August, 12:00. Nobody has received anything. Its files are destroyed." in (
        desk.look(draft)
    )


def test_while_it_is_sent_the_counts_move(desk: Desk, house: House, cast: Cast, draft: str) -> None:
    approve(house, cast, draft, now=house.clock())
    start(house, draft, **{cast.carla: "sent", cast.diego: "refused"})
    page = desk.sit(cast.writer).look(draft)
    assert "It is being sent 2 of 4 guardians done" in page
    assert "sent 1 still to go 2 refused 1 opened it 0" in page
    assert "Diego Rivera diego.rivera@mail.example.org Ana Rivera Luis Rivera" in page
    assert "The mail server refused it: 550 5.1.1 No such user here" in page
    answer = desk.site.get(f"/staff/mailings/{draft}/progress")
    assert answer.json() == {
        "state": "sending", "queued": 2, "sending": 0, "sent": 1, "refused": 1, "bounced": 0, "cancelled": 0,
        "opened": 0,
    }  # fmt: skip
    assert answer.headers["cache-control"] == "no-store"


def test_opened_means_that_a_family_was_shown_it(
    desk: Desk, house: House, cast: Cast, clock: Watch, another_browser: TestClient
) -> None:
    sent = send_letter(house, cast, now=clock.now)
    another_browser.post("/o", data={"token": token_of(house, link_of(house, sent, cast.carla, cast.ana))})
    desk.sit(cast.writer)
    assert desk.site.get(f"/staff/mailings/{sent}/progress").json()["opened"] == 0
    copy = re.findall(r'href="/letters/([0-9a-f]{32})"', another_browser.get("/letters").text)[0]
    another_browser.get(f"/letters/{copy}")
    assert desk.site.get(f"/staff/mailings/{sent}/progress").json()["opened"] == 1


def test_what_was_sent_says_what_became_of_it(desk: Desk, house: House, cast: Cast, clock: Watch) -> None:
    sent = send_letter(house, cast, now=clock.now)
    everyone = dict.fromkeys([cast.carla, cast.diego, cast.rosa_r], "sent") | {cast.ngozi: "refused"}
    start(house, sent, **everyone)
    with house.db.write() as session:
        session.exec(update(Mailing).where(col(Mailing.id) == sent).values(state="sent", ended_at=clock.now))
    page = desk.sit(cast.writer).look(sent)
    assert "guardians have it 3 guardians opened it 0 not reached 1 children left out 0" in page
    assert "take the letter back" not in page
    assert "Call all administrators" in page
    assert "Stop" not in page
    assert "Ngozi Okafor" in desk.look(sent, "/not-reached")
    page = desk.sit(cast.admin).site.get(f"/staff/mailings/{sent}").text
    assert f'href="/admin/revoke?kind=mailing&amp;id={sent}"' in page
    assert f'href="/admin/incidents/freeze?kind=mailing&amp;id={sent}"' in page


def test_without_the_file_it_is_a_draft_that_waits_for_one(desk: Desk, house: House, cast: Cast, draft: str) -> None:
    from sqlmodel import delete

    from portal.documents.tables import Document

    with house.db.write() as session:
        session.exec(delete(Document))
        session.exec(update(Mailing).values(state="draft"))
    page = desk.sit(cast.writer).look(draft)
    assert "This is a draft. It has no file that families could open yet." in page
    assert "<iframe" not in desk.site.get(f"/staff/mailings/{draft}").text
    assert desk.site.get(f"/staff/mailings/{draft}/preview").status_code == 404


def test_another_sites_staff_find_nothing_under_any_address(desk: Desk, house: House, cast: Cast, clock: Watch) -> None:
    maple = write_draft(house, cast, now=clock.now, terms=(Term("site", "Maple"),))
    desk.sit(cast.oak_writer)
    before = acts(house)
    for more in ("", "/preview", "/preview/message", "/file", "/progress", "/not-reached", "/stop"):
        answer = desk.site.get(f"/staff/mailings/{maple}{more}")
        assert answer.status_code == 404, more
        assert "Welcome" not in answer.text
    for act in ("submit", "test", "approve", "return", "stop"):
        data = {"form_token": desk.token, "version": "2", "reason": "No."}
        assert desk.site.post(f"/staff/mailings/{maple}/{act}", data=data).status_code == 404, act
    assert (state_of(house, maple), acts(house)) == ("checked", before)


def test_reading_changes_nothing(desk: Desk, house: House, cast: Cast, draft: str) -> None:
    approve(house, cast, draft, now=house.clock())
    desk.sit(cast.writer)
    before = acts(house)
    for more in ("", "/preview", "/preview/message", "/progress", "/not-reached", "/stop", "/left-out"):
        assert desk.site.get(f"/staff/mailings/{draft}{more}").status_code == 200, more
        assert desk.site.head(f"/staff/mailings/{draft}{more}").status_code == 200, more
    assert desk.site.head(f"/staff/mailings/{draft}/file").status_code == 200
    assert (state_of(house, draft), acts(house)) == ("held", before)


def test_signed_out_staff_reach_nothing(site: TestClient, draft: str) -> None:
    for more in ("", "/preview", "/file", "/progress"):
        answer = site.get(f"/staff/mailings/{draft}{more}")
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/staff/sign-in")
    assert site.post(f"/staff/mailings/{draft}/stop").status_code == 303


def test_a_button_of_another_session_does_nothing(desk: Desk, house: House, cast: Cast, draft: str) -> None:
    approve(house, cast, draft, now=house.clock())
    old = desk.sit(cast.writer).token
    desk.sit(cast.approver)
    assert desk.site.post(f"/staff/mailings/{draft}/stop", data={"form_token": old}).status_code == 403
    assert state_of(house, draft) == "held"
