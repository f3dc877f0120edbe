"""What is sent after the first time: to whom it is right today, by today's address, and once for one press."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlmodel import col, func, select

from portal.families.tables import Guardian, Guardianship
from portal.flows.sending.stop_mailing import stop_mailing
from portal.flows.taking_back.revoke import Target, revoke
from portal.kernel.text.addresses import OneAddress
from portal.ledger.tables import LedgerEntry
from portal.links.tables import Link
from portal.mail.transport.recording import RecordingRoom
from portal.mailings.errors import ChangedMeanwhile, NobodyLeft, NoSuchMailing, NotNow
from portal.mailings.rules import Term
from portal.mailings.tables import LeftOut, Mailing, Round
from portal.outbox.tables import Notice
from portal.overviews.sending.unreached import unreached
from portal.wiring import House
from tests.cast import Cast, link_of, send_letter
from tests.conftest import Watch
from tests.flows.rounds import Sending, new_address, read_letter
from tests.flows.test_deliver_notice import CARLA, Doorway, families_mail, plain_of, read

pytestmark = pytest.mark.anyio
ROSA = OneAddress.parse("rosa.rivera@mail.example.org")
NGOZI = OneAddress.parse("ngozi.okafor@mail.example.org")


@pytest.fixture
async def sent(house: House, cast: Cast, clock: Watch, held_letter: str) -> Sending:
    """Give a mailing that is sent, refused by Ngozi's mail server."""
    sending = Sending(house, cast, clock, held_letter)
    room = RecordingRoom()
    room.will_refuse(NGOZI, "550 5.1.1 No such person here")
    await sending.deliver(room)
    assert sending.mailing.state == "sent"
    return sending


def acts(house: House) -> list[str]:
    with house.db.read() as session:
        return list(session.exec(select(LedgerEntry.act).order_by(col(LedgerEntry.seq))).all())


async def test_again_goes_to_those_not_reached_at_todays_address_and_by_the_same_link(sent: Sending) -> None:
    new_address(sent.house, sent.cast.ngozi, "ngozi@elsewhere.example.org")
    before = link_of(sent.house, sent.mailing_id, sent.cast.ngozi, sent.cast.sam)
    done = sent.press("again")
    assert (done.notices, done.number, sent.mailing.state) == (1, 1, "held")
    room = await sent.deliver()
    (one,) = [one for one in room.delivered if one.to == "ngozi@elsewhere.example.org"]
    assert "We sent you this before" in plain_of(read(one.message))
    assert link_of(sent.house, sent.mailing_id, sent.cast.ngozi, sent.cast.sam) == before
    assert families_mail(room) == []
    assert sent.mailing.state == "sent"
    assert sent.look("again").recipients == ()
    with sent.house.db.read() as session:
        assert unreached(session, sent.cast.writer, sent.mailing_id, page=1).total == 0
    assert acts(sent.house)[-3:] == ["mailing:again", "mailing:start", "mailing:sent"]


async def test_a_second_press_is_the_same_act(sent: Sending) -> None:
    seen = (sent.mailing.version, 1)
    first = sent.press("again", seen=seen)
    second = sent.press("again", seen=seen)
    assert (first.is_repeat, second.is_repeat, second.notices) == (False, True, first.notices)
    room = await sent.deliver()
    assert families_mail(room) == [NGOZI.text]
    assert sent.press("again", seen=seen).is_repeat
    assert acts(sent.house).count("mailing:again") == 1


async def test_two_presses_at_the_same_moment_are_one_act(sent: Sending) -> None:
    seen = (sent.mailing.version, 1)
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: sent.press("reminder", seen=seen), range(4)))
    assert sorted(one.is_repeat for one in done) == [False, True, True, True]
    assert {one.notices for one in done} == {3}
    assert len(sent.notices(1)) == 3


async def test_another_act_or_another_person_does_not_get_the_first_ones_answer(sent: Sending) -> None:
    seen = (sent.mailing.version, 1)
    sent.press("again", seen=seen)
    with pytest.raises(ChangedMeanwhile):
        sent.press("reminder", seen=seen)
    with pytest.raises(ChangedMeanwhile):
        sent.press("again", seen=seen, by=sent.cast.admin)


async def test_a_page_that_is_older_than_the_mailing_sends_nothing(sent: Sending) -> None:
    stale = (sent.mailing.version, 2)
    sent.press("again")
    await sent.deliver()
    with pytest.raises(ChangedMeanwhile):
        sent.press("reminder", seen=stale)


async def test_a_round_is_held_and_a_stop_leaves_the_mailing_sent(sent: Sending) -> None:
    sent.press("again")
    for _ in range(2):
        with sent.house.db.write() as session:
            done = stop_mailing(session, sent.house.keys, sent.mailing_id, by=sent.cast.writer, now=sent.clock.now)
    assert (done.cancelled, done.had_left, done.is_repeat) == (1, 0, True)
    assert sent.mailing.state == "sent"
    assert families_mail(await sent.deliver()) == []
    assert {one.state for one in sent.notices(0).values()} == {"sent", "refused"}
    assert sent.names("again") == {"ngozi"}  # what was stopped reached nobody
    assert sent.press("again").number == 2


async def test_a_stop_in_the_middle_of_a_reminder_unsends_nothing_and_says_how_many_had_left(sent: Sending) -> None:
    sent.press("reminder")

    def stop() -> None:
        with sent.house.db.write() as session:
            stop_mailing(session, sent.house.keys, sent.mailing_id, by=sent.cast.writer, now=sent.clock.now)

    room = await sent.deliver(Doorway(CARLA, after=stop))
    assert CARLA.text in families_mail(room)
    assert sent.notices(1)["carla"].state == "sent"
    assert sent.mailing.state == "sent"


async def test_a_reminder_goes_to_those_who_have_not_opened_and_says_so(sent: Sending) -> None:
    read_letter(sent.house, sent.clock, link_of(sent.house, sent.mailing_id, sent.cast.carla, sent.cast.ana))
    assert sent.names("reminder") == {"diego", "rosa"}
    sent.press("reminder")
    room = await sent.deliver()
    assert families_mail(room) == ["diego.rivera@mail.example.org", ROSA.text]
    (one,) = [one for one in room.delivered if one.to == ROSA.text]
    assert read(one.message)["Subject"] == "Reminder: Welcome — for Ana"


async def test_a_reminder_is_refused_for_days_after_the_one_before(sent: Sending) -> None:
    sent.press("reminder")
    await sent.deliver()
    with pytest.raises(NotNow, match=r"reminded on 6 August.*again on Sunday, 9 August"):
        sent.look("reminder")
    sent.clock.forward(days=3)
    assert sent.names("reminder") == {"carla", "diego", "rosa"}
    assert sent.press("reminder").number == 2


async def test_a_reminder_that_was_stopped_in_its_hold_is_none(sent: Sending) -> None:
    sent.press("reminder")
    with sent.house.db.write() as session:
        stop_mailing(session, sent.house.keys, sent.mailing_id, by=sent.cast.writer, now=sent.clock.now)
    assert sent.names("reminder") == {"carla", "diego", "rosa"}
    assert sent.names("again") == {"ngozi"}


async def test_who_opens_it_in_the_hold_is_still_reminded_but_who_lost_the_right_is_not(sent: Sending) -> None:
    sent.press("reminder")
    with sent.house.db.write() as session:
        session.get_one(Guardianship, (sent.cast.rosa_r, sent.cast.other_ana)).ends_at = sent.clock.now
    assert ROSA.text not in families_mail(await sent.deliver())
    assert sent.notices(1)["rosa"].state == "cancelled"


async def test_nobody_barred_is_reached_by_any_act(sent: Sending) -> None:
    with sent.house.db.write() as session:
        session.get_one(Guardianship, (sent.cast.ngozi, sent.cast.sam)).may_view = False
        session.get_one(Guardianship, (sent.cast.carla, sent.cast.ana)).may_view = False
        emeka = session.get_one(Guardian, sent.cast.emeka)
        emeka.address, emeka.address_key = ROSA.text, ROSA.key
        session.add(
            Guardianship(
                guardian_id=sent.cast.emeka, child_id=sent.cast.other_ana, may_view=False, starts_at=sent.clock.now
            )
        )
    assert sent.names("again") == set()
    about = {one.guardian_id: {child.child_id for child in one.children} for one in sent.look("reminder").recipients}
    assert about == {sent.cast.carla: {sent.cast.luis}, sent.cast.diego: {sent.cast.ana, sent.cast.luis}}
    assert sent.names("one-family", child="100006") == set()
    assert sent.names("one-family", child="100004") == set()
    assert sent.names("one-family", child="100001") == {"diego"}


async def test_a_link_that_was_taken_back_is_passed_over_and_said(sent: Sending) -> None:
    link_id = link_of(sent.house, sent.mailing_id, sent.cast.rosa_r, sent.cast.other_ana)
    with sent.house.db.write() as session:
        target = Target("link", link_id)
        revoke(session, sent.house.keys, target, by=sent.cast.admin, reason="Wrong.", now=sent.clock.now)
    sent.clock.forward(days=40)
    planned = sent.look("reminder")
    assert planned.passed_over == 1
    assert sent.names("reminder") == {"carla", "diego"}
    assert sent.look("one-family", child="100004").recipients == ()


async def test_a_link_taken_back_while_it_was_looked_at_is_not_made_anew(
    sent: Sending, monkeypatch: pytest.MonkeyPatch
) -> None:
    from portal.flows.sending import send_round

    sent.clock.forward(days=40)
    seen = (sent.mailing.version, 1)
    link_id = link_of(sent.house, sent.mailing_id, sent.cast.ngozi, sent.cast.sam)
    written = send_round.prepare_round

    def prepare(*args: object, **more: object) -> object:
        prepared = written(*args, **more)  # type: ignore[arg-type]  # handed on as they came
        with sent.house.db.write() as session:
            target = Target("link", link_id)
            revoke(session, sent.house.keys, target, by=sent.cast.admin, reason="Wrong.", now=sent.clock.now)
        return prepared

    monkeypatch.setattr(send_round, "prepare_round", prepare)
    with pytest.raises(ChangedMeanwhile, match="taken back meanwhile"):
        sent.press("again", seen=seen)
    with sent.house.db.read() as session:
        assert session.exec(select(func.count()).select_from(Round)).one() == 0
        assert session.exec(select(func.max(Link.edition))).one() == 1


async def test_an_expired_link_is_made_anew_and_the_message_names_its_own_last_day(sent: Sending) -> None:
    sent.clock.forward(days=40)
    assert sent.look("again").renewed == 1
    sent.press("again")
    room = await sent.deliver()
    (one,) = [one for one in room.delivered if one.to == NGOZI.text]
    assert "You can open it until Thursday, 15 October 2026." in plain_of(read(one.message)).replace("\n", " ")
    with sent.house.db.read() as session:
        query = select(Link).where(Link.guardian_id == sent.cast.ngozi).order_by(col(Link.edition))
        old, new = session.exec(query).all()
    assert (old.edition, new.edition) == (1, 2)
    assert new.expires_at > sent.clock.now + timedelta(days=29)
    read_letter(sent.house, sent.clock, new.id)


async def test_again_reaches_who_had_no_address_then(house: House, cast: Cast, clock: Watch) -> None:
    new_address(house, cast.ngozi, None)
    sending = Sending(house, cast, clock, send_letter(house, cast, now=clock.now))
    await sending.deliver()
    assert sending.look("again").recipients == ()
    new_address(house, cast.ngozi, NGOZI.text)
    planned = sending.look("again")
    assert (sending.names("again"), planned.copyless) == ({"ngozi"}, (cast.sam,))
    sending.press("again")
    assert families_mail(await sending.deliver()) == [NGOZI.text]
    read_letter(house, clock, link_of(house, sending.mailing_id, cast.ngozi, cast.sam))
    with house.db.read() as session:
        assert session.exec(select(LeftOut.guardian_id)).all() == [cast.emeka]


async def test_an_address_that_changed_after_approval_is_written_to_by_again(
    house: House, cast: Cast, clock: Watch
) -> None:
    sending = Sending(house, cast, clock, send_letter(house, cast, now=clock.now))
    new_address(house, cast.rosa_r, "rosa@elsewhere.example.org")
    await sending.deliver()
    assert sending.notices(0)["rosa"].state == "cancelled"
    (one,) = sending.look("again").recipients
    assert one.address == "rosa@elsewhere.example.org"


async def test_nobody_left_is_a_sentence_and_no_round(sent: Sending) -> None:
    sent.press("again")
    await sent.deliver()
    with pytest.raises(NobodyLeft):
        sent.press("again")
    assert sent.mailing.round == 1


async def test_one_family_is_that_childs_guardians_whether_they_have_opened_it_or_not(sent: Sending) -> None:
    read_letter(sent.house, sent.clock, link_of(sent.house, sent.mailing_id, sent.cast.carla, sent.cast.ana))
    sent.press("one-family", child="100001")
    room = await sent.deliver()
    assert families_mail(room) == [CARLA.text, "diego.rivera@mail.example.org"]
    (one,) = [one for one in room.delivered if one.to == CARLA.text]
    assert read(one.message)["Subject"] == "Welcome — for Ana"
    with sent.house.db.read() as session:
        entry = session.exec(select(LedgerEntry).where(LedgerEntry.act == "mailing:one-family")).one()
    assert sent.cast.ana.encode() in entry.body


async def test_nothing_is_sent_again_while_it_is_on_its_way_or_after_it_is_over(
    house: House, cast: Cast, clock: Watch
) -> None:
    sending = Sending(house, cast, clock, send_letter(house, cast, now=clock.now))
    with pytest.raises(NotNow, match="held"):
        sending.look("again")
    await sending.deliver()
    with house.db.write() as session:
        target = Target("mailing", sending.mailing_id)
        revoke(session, house.keys, target, by=cast.admin, reason="Wrong.", now=clock.now)
    for kind in ("again", "reminder", "top-up"):
        with pytest.raises(NotNow, match="taken back"):
            sending.look(kind)


async def test_a_round_taken_back_in_its_hold_mails_nobody(sent: Sending) -> None:
    sent.press("reminder")
    with sent.house.db.write() as session:
        target = Target("mailing", sent.mailing_id)
        revoke(session, sent.house.keys, target, by=sent.cast.admin, reason="Wrong.", now=sent.clock.now)
    assert families_mail(await sent.deliver()) == []
    assert sent.mailing.state == "revoked"


async def test_whoever_may_write_to_a_part_alone_sends_nothing_to_all(house: House, cast: Cast, clock: Watch) -> None:
    maple = send_letter(house, cast, now=clock.now, terms=(Term("site", "Oak"),))
    sending = Sending(house, cast, clock, maple)
    await sending.deliver()
    assert sending.names("reminder") == {"ngozi"}
    assert [one.guardian_id for one in sending.look("reminder", by=cast.oak_writer).recipients] == [cast.ngozi]
    with house.db.write() as session:
        session.get_one(Mailing, maple).author_id = cast.oak_writer.id
    from portal.staff import repository as staff

    with house.db.write() as session:
        staff.set_scope(session, cast.oak_writer.id, ["Maple"])
        moved = staff.by_address(session, cast.oak_writer.address, through="web")
    with pytest.raises(NoSuchMailing):
        sending.look("reminder", by=moved)


async def test_a_guardian_has_one_message_for_each_round(sent: Sending) -> None:
    sent.press("reminder")
    await sent.deliver()
    with sent.house.db.read() as session:
        count = func.count(func.distinct(col(Notice.guardian_id)))
        numbers = session.exec(select(Notice.round, func.count(), count).group_by(col(Notice.round))).all()
    assert sorted(tuple(row) for row in numbers) == [(0, 4, 4), (1, 3, 3)]
