"""A gathering closes, opens again for what is late, is made once whatever dies on the way, and ends with its letter."""

import pytest
from sqlmodel import col, select

from portal.arrivals import repository as arrivals
from portal.arrivals.errors import NoSuchGathering, NotOpenAnyMore
from portal.arrivals.tables import Arrival, Gathering
from portal.flows.arriving.close_gathering import close_gathering
from portal.flows.arriving.end_gathering import throw_away
from portal.flows.sending.stop_mailing import stop_mailing
from portal.mailings.errors import NotNow
from portal.mailings.tables import Mailing
from portal.outbox.tables import StaffMail
from portal.publish.gathered import answering, making
from portal.publish.gathered.work import Work
from portal.wiring import House
from tests.cast import Cast
from tests.conftest import Watch
from tests.gathered.post import (
    CARLA,
    NGOZI,
    ROSA_R,
    hand_in,
    mailing_of,
    message,
    only,
    report,
    told,
    work,
    work_at_once,
)
from tests.gathered.test_whose_files import CARDS, FLYER, NAME, approve, reached, send

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def close(house: House, cast: Cast) -> None:
    with house.db.write() as session:
        close_gathering(session, house.keys, only(house).id, by=cast.writer, now=house.clock())


def blobs_kept(house: House) -> int:
    with house.db.read() as session:
        return len(session.exec(select(Arrival.id).where(col(Arrival.blob_id).is_not(None))).all())


def test_that_is_all_is_one_press_of_its_sender(house: House, cast: Cast, clock: Watch) -> None:
    send(house, cast, ({"flyer.pdf": FLYER}, [NGOZI]))
    gathering_id = only(house).id
    with house.db.write() as session, pytest.raises(NoSuchGathering):
        close_gathering(session, house.keys, gathering_id, by=cast.admin, now=clock.now)
    close(house, cast)
    close(house, cast)
    work_at_once(house)
    assert mailing_of(house).state == "waiting", "and no quiet minute went by"
    with house.db.write() as session, pytest.raises(NotOpenAnyMore):
        throw_away(session, house.keys, gathering_id, by=cast.writer, now=clock.now)


def test_what_is_thrown_away_becomes_nothing(house: House, cast: Cast, clock: Watch) -> None:
    send(house, cast, ({"flyer.pdf": FLYER}, [NGOZI]))
    with house.db.write() as session, pytest.raises(NoSuchGathering):
        throw_away(session, house.keys, only(house).id, by=cast.admin, now=clock.now)
    with house.db.write() as session:
        gone = throw_away(session, house.keys, only(house).id, by=cast.writer, now=clock.now)
    assert (len(gone), blobs_kept(house)) == (1, 0)
    work(house, clock)
    assert told(house) == []


def test_a_late_message_changes_the_letter_until_it_is_approved(house: House, cast: Cast, clock: Watch) -> None:
    raw = message({"flyer.pdf": FLYER})
    first = hand_in(house, cast.writer, raw, [CARLA])
    work(house, clock)
    assert reached(house, first.gathering_id) == {(cast.carla, cast.ana), (cast.carla, cast.luis)}
    assert hand_in(house, cast.writer, raw, [NGOZI]).is_known, "a relay hands the rest of 400 recipients over later"
    with pytest.raises(NotNow):
        approve(house, cast, first.gathering_id)
    work(house, clock)
    assert len(reached(house, first.gathering_id)) == 3
    approve(house, cast, first.gathering_id)
    assert hand_in(house, cast.writer, raw, [ROSA_R]).is_over, "nobody is told that she is in it"
    second = send_later(house, cast)
    assert second != first.gathering_id, "what was approved stays as it was approved"
    work(house, clock)
    assert reached(house, second) == {(cast.rosa_r, cast.other_ana)}
    assert blobs_kept(house) == 1, "messages go with the draft that they were"


def send_later(house: House, cast: Cast) -> str:
    return hand_in(house, cast.writer, message({"flyer.pdf": FLYER}), [ROSA_R]).gathering_id


@ON_SQLITE
def test_messages_go_with_the_draft_or_after_three_days(house: House, cast: Cast, clock: Watch) -> None:
    send(house, cast, ({"flyer.pdf": FLYER}, [CARLA, "nobody@mail.example.org"]))
    hand_in(house, cast.writer, message({"flyer.pdf": FLYER}, subject="Trip"), [NGOZI])
    work(house, clock)
    with house.db.write() as session:
        trip = session.exec(select(Mailing.id).where(col(Mailing.title) == "Trip")).one()
        stop_mailing(session, house.keys, trip, by=cast.writer, now=clock.now)
    work(house, clock)
    assert blobs_kept(house) == 1
    clock.forward(hours=72)
    work(house, clock)
    assert blobs_kept(house) == 0
    answering.forget_gathered(house, now=clock.now)
    with house.db.read() as session:
        rows = session.exec(select(Gathering)).all()
        assert [(row.state, arrivals.subject_of(house.keys, row)) for row in rows] == [("ended", "")] * 2


class Killed(BaseException):
    """Stands for the end of a process."""


def dies(*_: object, **__: object) -> None:
    raise Killed


STEPS: list[tuple[object, str]] = [
    (making, "open_messages"), (making, "write_own"), (Work, "note"), (answering, "submit"),
    (answering.note_made, "note_answered"),
]  # fmt: skip


@ON_SQLITE
def test_whatever_dies_on_the_way_one_mailing_and_one_answer_come(
    house: House, cast: Cast, clock: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(house, cast, ({NAME: CARDS["ana"]}, [CARLA]), ({NAME: CARDS["sam"]}, [NGOZI]))
    for room, step in STEPS:
        with monkeypatch.context() as patched:
            patched.setattr(room, step, dies)
            with pytest.raises(Killed):
                work(house, clock)
        with house.db.write() as session:  # each death is that of another day
            session.get_one(Gathering, only_id(house)).attempts = 0
    work(house, clock)
    with house.db.read() as session:
        assert [one.id for one in session.exec(select(Mailing))] == [only_id(house)]
        kinds = [one.kind for one in session.exec(select(StaffMail))]
    assert (mailing_of(house).state, report(house).ready, kinds.count("gathered")) == ("waiting", 2, 1)
    assert kinds.count("approval-asked") == len(set(approvers(house)))


def only_id(house: House) -> str:
    return only(house).id


def approvers(house: House) -> list[str]:
    with house.db.read() as session:
        return [one.staff_id for one in session.exec(select(StaffMail)) if one.kind == "approval-asked"]


@ON_SQLITE
def test_what_ends_two_processes_is_set_aside(
    house: House, cast: Cast, clock: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(house, cast, ({NAME: CARDS["ana"]}, [CARLA]))
    with monkeypatch.context() as patched:
        patched.setattr(making, "open_messages", dies)
        for _ in range(2):
            with pytest.raises(Killed):
                work(house, clock)
    work(house, clock)
    assert (report(house).stop, told(house)) == ("broken", [("gate-stopped", 1)])
