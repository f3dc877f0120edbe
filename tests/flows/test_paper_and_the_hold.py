"""Pages hand out links like messages do: not in the hold, and a stop knows of those that lie there printed."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import Session, col, select, update

from portal.flows.opening.open_link import Opened, open_link, read_attempt
from portal.flows.sending import schedule_mailing
from portal.flows.sending.deliver_staff_mail import StaffErrand, StaffMessage, message_of
from portal.flows.sending.stop_mailing import Stopped, stop_mailing
from portal.links.rules import Dead, Open, judge
from portal.links.tables import Link, Opening
from portal.mail.transport.recording import RecordingRoom
from portal.mailings.errors import NotNow
from portal.mailings.tables import Mailing
from portal.outbox.rules import Lease
from portal.outbox.tables import Notice, NoticeLink, StaffMail
from portal.overviews.family import letters
from portal.wiring import House
from portal.worker import Worker
from tests.cast import Cast, code_of, link_of, send_letter
from tests.conftest import Watch
from tests.flows.holds import hold_passes
from tests.flows.rounds import Sending
from tests.flows.test_print_letters import acts, every, mark, page_of, print_it, state_of, without_address


@pytest.fixture
def held(house: House, cast: Cast, clock: Watch) -> str:
    """Give a letter in its hold: Rosa and Diego have no address."""
    without_address(house, cast.rosa_r, cast.diego)
    return send_letter(house, cast, now=clock.now)


def stop(house: House, cast: Cast, mailing_id: str, clock: Watch) -> Stopped:
    with house.db.write() as session:
        return stop_mailing(session, house.keys, mailing_id, by=cast.writer, now=clock.now)


def verdict(house: House, mailing_id: str, guardian: str, child: str, clock: Watch) -> Open | Dead:
    with house.db.read() as session:
        facts = letters.link_facts(session, link_of(house, mailing_id, guardian, child), now=clock.now)
    assert facts is not None
    return judge(facts, now=clock.now)


def test_nothing_is_printed_in_the_hold_and_the_answer_says_when_it_can_be(
    house: House, cast: Cast, clock: Watch, held: str
) -> None:
    with pytest.raises(NotNow, match=r"^The pages can be printed when the hold is over, at 12:01\.$"):
        print_it(house, cast, held, clock)
    assert every(house, Notice, channel="paper") == []
    hold_passes(house, clock)
    assert len(print_it(house, cast, held, clock).notice_ids) == 2


def test_a_hold_that_ends_another_day_says_which(house: House, cast: Cast, clock: Watch, held: str) -> None:
    with house.db.write() as session:
        session.exec(update(Mailing).values(held_until=clock.now + timedelta(days=1)))
    with pytest.raises(NotNow, match=r"when the hold is over, on Friday, 7 August at 12:00\.$"):
        print_it(house, cast, held, clock)


def test_a_hold_that_ends_in_quiet_hours_is_over_when_they_are(
    house: House, cast: Cast, clock: Watch, held: str
) -> None:
    quiet = house.settings.model_copy(update={"quiet_hours": "11:30-13:15"})
    with pytest.raises(NotNow, match=r"when the hold is over, at 13:15\.$"):
        print_it(replace(house, settings=quiet), cast, held, clock)


async def _sent(house: House, clock: Watch) -> None:
    clock.forward(seconds=house.settings.hold_seconds + 1)
    await Worker(house, RecordingRoom()).drain()


@pytest.mark.anyio
async def test_the_hold_of_a_reminder_holds_the_pages_too(house: House, cast: Cast, clock: Watch, held: str) -> None:
    await _sent(house, clock)
    sending = Sending(house, cast, clock, held)
    sending.press("reminder")
    with pytest.raises(NotNow, match="when the hold is over"):
        print_it(house, cast, held, clock)


def test_a_stop_counts_printed_pages_as_what_had_left_and_their_links_die(
    house: House, cast: Cast, clock: Watch, held: str
) -> None:
    hold_passes(house, clock)
    print_it(house, cast, held, clock)
    mark(house, cast, held, clock, page_of(house, cast.rosa_r).id, as_="handed-out")
    done = stop(house, cast, held, clock)
    assert (done.cancelled, done.had_left, done.pages, done.is_repeat) == (2, 2, 2, False)
    for child in (cast.ana, cast.luis):
        assert verdict(house, held, cast.diego, child, clock) == Dead("taken-back"), "nobody said where the page is"
    assert verdict(house, held, cast.rosa_r, cast.other_ana, clock) == Open(), "it was handed out, like a message sent"
    told = {name: acts(house, "mailing:stop")[0][name] for name in ("notices", "sent", "pages", "links")}
    assert told == {"notices": 2, "sent": 0, "pages": 2, "links": 2}
    again = stop(house, cast, held, clock)
    assert (again.cancelled, again.had_left, again.pages, again.is_repeat) == (2, 2, 2, True)
    assert len(acts(house, "mailing:stop")) == 1


def test_a_page_that_was_opened_from_is_shut_by_the_stop(house: House, cast: Cast, clock: Watch, held: str) -> None:
    hold_passes(house, clock)
    print_it(house, cast, held, clock)
    attempt = read_attempt(house.keys, token="", code=code_of(house, link_of(house, held, cast.diego, cast.ana)))
    with house.db.write() as session:
        assert isinstance(open_link(session, house.keys, attempt, old_cookie=None, now=clock.now), Opened)
    stop(house, cast, held, clock)
    (opening,) = every(house, Opening)
    assert opening.ended_at == clock.now


def test_a_page_nobody_could_be_given_is_in_nobodys_hands(house: House, cast: Cast, clock: Watch, held: str) -> None:
    hold_passes(house, clock)
    print_it(house, cast, held, clock)
    mark(house, cast, held, clock, page_of(house, cast.rosa_r).id, as_="undeliverable")
    assert stop(house, cast, held, clock).pages == 1


def test_a_link_that_left_by_mail_too_stays(house: House, cast: Cast, clock: Watch, held: str) -> None:
    hold_passes(house, clock)
    print_it(house, cast, held, clock)
    page, link_id = page_of(house, cast.rosa_r), link_of(house, held, cast.rosa_r, cast.other_ana)
    with house.db.write() as session:
        _mail_it_too(session, page, link_id, cast.other_ana)
    stop(house, cast, held, clock)
    assert verdict(house, held, cast.rosa_r, cast.other_ana, clock) == Open()
    assert verdict(house, held, cast.diego, cast.ana, clock) == Dead("taken-back")


def _mail_it_too(session: Session, page: Notice, link_id: str, child: str) -> None:
    mail = Notice(
        mailing_id=page.mailing_id, guardian_id=page.guardian_id, round=0, address="rosa@mail.example.org",
        state="sent", due_at=page.due_at,
    )  # fmt: skip
    session.add(mail)
    session.flush()
    session.add(
        NoticeLink(notice_id=mail.id, link_id=link_id, mailing_id=page.mailing_id, guardian_id=page.guardian_id,
                   child_id=child)
    )  # fmt: skip


@pytest.mark.anyio
async def test_the_end_of_a_round_tells_of_pages_made_since_and_leaves_them(
    house: House, cast: Cast, clock: Watch, held: str
) -> None:
    await _sent(house, clock)
    sending = Sending(house, cast, clock, held)
    sending.press("reminder")
    hold_passes(house, clock)
    print_it(house, cast, held, clock)
    done = stop(house, cast, held, clock)
    assert (done.cancelled, done.had_left, done.pages) == (2, 2, 2)
    assert state_of(house, held) == "sent"
    assert verdict(house, held, cast.diego, cast.ana, clock) == Open(), "the letter itself was not stopped"
    assert {page.state for page in every(house, Notice, channel="paper")} == {"queued"}
    again = stop(house, cast, held, clock)
    assert (again.cancelled, again.had_left, again.pages, again.is_repeat) == (2, 2, 2, True)


def test_what_a_page_says_of_its_expiry_is_never_shortened(house: House, cast: Cast, clock: Watch, held: str) -> None:
    hold_passes(house, clock)
    print_it(house, cast, held, clock)
    said = {link.id: link.expires_at for link in every(house, Link)}
    for send_at in (None, clock.now + timedelta(hours=1)):
        with pytest.raises(NotNow), house.db.write() as session:
            schedule_mailing.schedule_mailing(
                session, house.keys, held, send_at=send_at, first_wave=None, version=None, hold=timedelta(seconds=60),
                by=cast.writer, now=clock.now,
            )  # fmt: skip
    stop(house, cast, held, clock)
    assert {link.id: link.expires_at for link in every(house, Link)} == said


def test_the_author_is_told_of_the_printed_pages(house: House, cast: Cast, clock: Watch, held: str) -> None:
    hold_passes(house, clock)
    print_it(house, cast, held, clock)
    stop(house, cast, held, clock)
    with house.db.read() as session:
        mail = session.exec(select(StaffMail).where(col(StaffMail.kind) == "stopped")).one()
        errand = StaffErrand(Lease(mail.id, "", 0, clock.now), mail.kind, mail.staff_id, mail.about_id, mail.turn)
        message = message_of(session, house.keys, house.settings, errand, now=clock.now)
    assert isinstance(message, StaffMessage)
    assert "2 printed pages may be in somebody's hands." in str(message.letter)
