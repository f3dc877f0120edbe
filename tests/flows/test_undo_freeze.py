"""A freeze that was a mistake: fresh links in one message each, and the old ones stay dead for good."""

import asyncio
import quopri
from datetime import timedelta

import pytest
from sqlmodel import col, func, select, update

from portal import publish
from portal.documents.repository import keeping
from portal.documents.tables import Copy, Document
from portal.families.tables import Guardian, Guardianship
from portal.flows.incidents import undo_freeze
from portal.flows.incidents.freeze_incident import freeze
from portal.flows.keeping.hold_mailing import hold_mailing
from portal.flows.opening.open_link import Dead, Opened, open_link, read_attempt
from portal.flows.sending.stop_mailing import stop_mailing
from portal.flows.taking_back.revoke import Target as RevokeTarget
from portal.flows.taking_back.revoke import revoke
from portal.incidents.errors import NothingToUndo
from portal.incidents.rules import Target
from portal.kernel.ids import new_id
from portal.links.tables import Link, TakingBack
from portal.mail.transport.recording import RecordingRoom
from portal.mailings.errors import RosterChanged
from portal.mailings.repository import find_any
from portal.mailings.tables import Mailing
from portal.outbox.tables import Notice, NoticeLink
from portal.wiring import House
from portal.worker import Worker
from tests.cast import Cast, link_of, token_of
from tests.conftest import Watch
from tests.flows.holds import hold_passes
from tests.web.test_incident_pages import file_for_one, sent


def frozen(house: House, cast: Cast, clock: Watch, mailing_id: str) -> str:
    clock.forward(minutes=1)
    with house.db.write() as session:
        target = Target("mailing", mailing_id)
        return freeze(session, house.keys, target, by=cast.admin, reason="Wrong.", now=clock.now).incident_id


def opened(house: House, clock: Watch, link_id: str) -> object:
    with house.db.write() as session:
        attempt = read_attempt(house.keys, token=token_of(house, link_id), code="")
        return open_link(session, house.keys, attempt, old_cookie=None, now=clock.now)


def fresh(house: House, mailing_id: str) -> dict[tuple[str, str], str]:
    with house.db.read() as session:
        query = select(Link.guardian_id, Link.child_id, Link.id).where(
            col(Link.mailing_id) == mailing_id, col(Link.edition) == 2
        )
        return {(guardian, child): link for guardian, child, link in session.exec(query)}


def test_what_was_shredded_since_is_not_sent_anew(house: House, cast: Cast, clock: Watch, mailing_id: str) -> None:
    incident = frozen(house, cast, clock, mailing_id)
    with house.db.write() as session:
        session.execute(update(Document).where(col(Document.mailing_id) == mailing_id).values(closed_at=clock.now))
    with pytest.raises(NothingToUndo, match="shredded since"):
        publish.undo_freeze(house, incident, mailing_id, reason="It was right.", by=cast.admin, now=clock.now)
    assert fresh(house, mailing_id) == {}


def test_fresh_links_open_and_old_ones_never_do(house: House, cast: Cast, clock: Watch, mailing_id: str) -> None:
    old = link_of(house, mailing_id, cast.ngozi, cast.sam)
    gone = link_of(house, mailing_id, cast.rosa_r, cast.other_ana)
    with house.db.write() as session:
        revoke(session, house.keys, RevokeTarget("link", gone), by=cast.admin, reason="Not theirs.", now=clock.now)
        barred = (col(Guardianship.guardian_id) == cast.diego, col(Guardianship.child_id) == cast.luis)
        session.execute(update(Guardianship).where(*barred).values(may_view=False))
        session.execute(update(Guardian).where(col(Guardian.id) == cast.diego).values(address=None, address_key=None))
    incident = frozen(house, cast, clock, mailing_id)
    with house.db.read() as session:
        hold = keeping.hold_of(session, mailing_id)
        assert hold is not None, "evidence is kept, whatever its days"
    _, planned = publish.look_at_undo(house, incident, mailing_id, by=cast.admin, now=clock.now)
    done = publish.undo_freeze(house, incident, mailing_id, reason="It was right.", by=cast.admin, now=clock.now)
    assert (done.notices, done.mailing.state, done.number) == (2, "held", 1)
    assert [len(some) for some in (planned.recipients, planned.paper)] == [2, 1]
    assert planned.missing == 0
    made = fresh(house, mailing_id)
    assert set(made) == {
        (cast.carla, cast.ana), (cast.carla, cast.luis), (cast.diego, cast.ana), (cast.ngozi, cast.sam)
    }, "nothing for who lost the right or whose link had been taken back"  # fmt: skip
    assert isinstance(opened(house, clock, made[cast.ngozi, cast.sam]), Opened)
    for dead in (old, gone):
        assert isinstance(opened(house, clock, dead), Dead)
    with house.db.read() as session:
        assert keeping.hold_of(session, mailing_id) is None
    hold_passes(house, clock)
    with house.db.read() as session:
        mailing = find_any(session, mailing_id)
        assert mailing is not None
        assert mailing.state == "sending"
        carried = select(NoticeLink.link_id).join(Notice, col(Notice.id) == col(NoticeLink.notice_id))
        assert set(session.exec(carried.where(col(Notice.state) == "queued"))) == set(made.values())


def test_undoing_twice_is_once_and_what_lives_again_can_be_taken_back_and_frozen_again(
    house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    incident = frozen(house, cast, clock, mailing_id)
    first = publish.undo_freeze(house, incident, mailing_id, reason="It was right.", by=cast.admin, now=clock.now)
    again = publish.undo_freeze(house, incident, mailing_id, reason="It was right.", by=cast.admin, now=clock.now)
    assert again.is_repeat
    assert again.notices == first.notices == 4
    with house.db.read() as session:
        assert session.exec(select(func.count()).select_from(Notice)).one() == 8
        assert session.exec(select(func.count()).select_from(TakingBack)).one() == 0
    second = frozen(house, cast, clock, mailing_id)
    assert second != incident
    made = fresh(house, mailing_id)
    assert isinstance(opened(house, clock, made[cast.ngozi, cast.sam]), Dead)
    with pytest.raises(NothingToUndo):
        publish.look_at_undo(house, incident, mailing_id, by=cast.admin, now=clock.now)


def test_a_wave_that_had_not_begun_is_not_mailed_by_undoing(
    house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    with house.db.write() as session:
        session.execute(update(Notice).where(col(Notice.guardian_id) != cast.ngozi).values(wave=1))
    hold_passes(house, clock)
    asyncio.run(Worker(house, RecordingRoom()).drain())
    incident = frozen(house, cast, clock, mailing_id)
    _, planned = publish.look_at_undo(house, incident, mailing_id, by=cast.admin, now=clock.now)
    assert (len(planned.recipients), planned.later) == (4, 3)
    publish.undo_freeze(house, incident, mailing_id, reason="It was right.", by=cast.admin, now=clock.now)
    hold_passes(house, clock)
    room = RecordingRoom()
    asyncio.run(Worker(house, room).drain())
    sent = [one for one in room.delivered if one.to.startswith(("ngozi", "carla", "diego", "rosa.rivera"))]
    assert [one.to for one in sent] == ["ngozi.okafor@mail.example.org"]
    assert b"does not work any more" in quopri.decodestring(sent[0].message)
    with house.db.read() as session:
        mailing = find_any(session, mailing_id)
        assert mailing is not None
        assert mailing.state == "paused"


def test_what_is_taken_back_for_good_while_it_is_frozen_gets_no_fresh_link(
    house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    incident = frozen(house, cast, clock, mailing_id)
    mailing, planned = publish.look_at_undo(house, incident, mailing_id, by=cast.admin, now=clock.now)
    with house.db.read() as session:
        looked_at = undo_freeze.prepare_undo(
            session, house.keys, mailing, planned, now=clock.now, hold=timedelta(minutes=1)
        )
    with house.db.write() as session:
        for target in (
            RevokeTarget("link", link_of(house, mailing_id, cast.rosa_r, cast.other_ana)),
            RevokeTarget("guardian", cast.carla),
            RevokeTarget("child", cast.sam),
        ):
            revoke(session, house.keys, target, by=cast.admin, reason="Not theirs.", now=clock.now)
    with house.db.write() as session, pytest.raises(RosterChanged):
        undo_freeze.undo_freeze(session, house.keys, looked_at, reason="Right.", by=cast.admin, now=clock.now)
    publish.undo_freeze(house, incident, mailing_id, reason="It was right.", by=cast.admin, now=clock.now)
    assert {guardian for guardian, _ in fresh(house, mailing_id)} == {cast.diego}


def test_a_hold_that_somebody_puts_while_it_is_frozen_outlives_the_undoing(
    house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    incident = frozen(house, cast, clock, mailing_id)
    clock.forward(minutes=1)
    with house.db.write() as session:
        assert hold_mailing(
            session, house.keys, mailing_id, by=cast.admin, reason="Counsel asked for it.", now=clock.now
        )
    publish.undo_freeze(house, incident, mailing_id, reason="It was right.", by=cast.admin, now=clock.now)
    with house.db.read() as session:
        hold = keeping.hold_of(session, mailing_id)
        assert hold is not None
        assert hold.reason == "Counsel asked for it."


def test_what_somebody_had_taken_back_before_is_not_undone_from_here(
    house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    with house.db.write() as session:
        target = RevokeTarget("mailing", mailing_id)
        revoke(session, house.keys, target, by=cast.admin, reason="Never meant to be sent.", now=clock.now)
    incident = frozen(house, cast, clock, mailing_id)
    with pytest.raises(NothingToUndo):
        publish.undo_freeze(house, incident, mailing_id, reason="It was right.", by=cast.admin, now=clock.now)


def freeze_file(house: House, cast: Cast, clock: Watch, document_id: str) -> str:
    clock.forward(minutes=1)
    with house.db.write() as session:
        target = Target("document", document_id)
        return freeze(session, house.keys, target, by=cast.admin, reason="Wrong.", now=clock.now).incident_id


def test_one_file_is_given_back_with_a_fresh_link_to_whom_it_was_all(
    house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    sams = file_for_one(house, mailing_id, cast.sam)
    sent(house, clock, mailing_id)
    with house.db.write() as session:
        session.execute(update(Mailing).where(col(Mailing.id) == mailing_id).values(state="sent"))
    old, others = (link_of(house, mailing_id, *pair) for pair in ((cast.ngozi, cast.sam), (cast.carla, cast.ana)))
    incident_id = freeze_file(house, cast, clock, sams)
    assert isinstance(opened(house, clock, old), Dead)
    _, planned = publish.look_at_undo(house, incident_id, mailing_id, by=cast.admin, now=clock.now)
    assert [one.guardian_id for one in planned.everybody] == [cast.ngozi]
    for is_repeat in (False, True):
        done = publish.undo_freeze(house, incident_id, mailing_id, reason="It was right.", by=cast.admin, now=clock.now)
        assert (done.is_repeat, done.notices) == (is_repeat, 1)
    new = fresh(house, mailing_id)
    assert set(new) == {(cast.ngozi, cast.sam)}
    assert isinstance(opened(house, clock, old), Dead)
    assert isinstance(opened(house, clock, new[cast.ngozi, cast.sam]), Opened)
    assert isinstance(opened(house, clock, others), Opened)
    again = freeze_file(house, cast, clock, sams)
    assert again != incident_id
    assert isinstance(opened(house, clock, new[cast.ngozi, cast.sam]), Dead)


def test_a_file_beside_others_is_given_back_under_the_links_that_never_died_and_mails_nobody(
    house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    with house.db.write() as session:
        first = session.exec(select(Document).where(col(Document.mailing_id) == mailing_id)).one()
        second = Document(**first.model_dump() | {"id": new_id(), "file_name": "second.pdf", "place": 1})
        session.add(second)
        session.flush()
        for copy in session.exec(select(Copy).where(col(Copy.mailing_id) == mailing_id)).all():
            session.add(Copy(**copy.model_dump() | {"id": new_id(), "document_id": second.id}))
        document_id = second.id
    incident_id = freeze_file(house, cast, clock, document_id)
    _, planned = publish.look_at_undo(house, incident_id, mailing_id, by=cast.admin, now=clock.now)
    assert (planned.everybody, planned.under_old_links) == ((), 4)
    publish.undo_freeze(house, incident_id, mailing_id, reason="It was right.", by=cast.admin, now=clock.now)
    with house.db.read() as session:
        dead = select(func.count()).where(col(Copy.document_id) == document_id, col(Copy.revoked_at).is_not(None))
        assert session.exec(dead).one() == 0
        assert session.exec(select(func.count()).where(col(Notice.round) == 1)).one() == 0
    # a mailing that was taken back since does not come back by one of its files
    again = freeze_file(house, cast, clock, document_id)
    clock.forward(minutes=1)
    with house.db.write() as session:
        target = RevokeTarget("mailing", mailing_id)
        revoke(session, house.keys, target, by=cast.admin, reason="All of it.", now=clock.now)
    with pytest.raises(NothingToUndo):
        publish.undo_freeze(house, again, mailing_id, reason="It was right.", by=cast.admin, now=clock.now)


def test_a_mailing_that_is_taken_back_while_it_is_frozen_is_not_given_back(
    house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    incident = frozen(house, cast, clock, mailing_id)
    clock.forward(minutes=1)
    with house.db.write() as session:
        target = RevokeTarget("mailing", mailing_id)
        done = revoke(session, house.keys, target, by=cast.admin, reason="Never meant to be sent.", now=clock.now)
    assert not done.is_repeat, "a freeze may be undone, and this may not"
    with pytest.raises(NothingToUndo):
        publish.undo_freeze(house, incident, mailing_id, reason="It was right.", by=cast.admin, now=clock.now)
    assert fresh(house, mailing_id) == {}
    with house.db.write() as session:
        again = revoke(session, house.keys, target, by=cast.admin, reason="Again.", now=clock.now)
    assert again.is_repeat


def test_a_file_that_is_taken_back_while_it_is_frozen_is_not_given_back(
    house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    with house.db.read() as session:
        document_id = session.exec(select(Document.id).where(col(Document.mailing_id) == mailing_id)).one()
    incident = freeze_file(house, cast, clock, document_id)
    clock.forward(minutes=1)
    with house.db.write() as session:
        target = RevokeTarget("document", document_id)
        done = revoke(session, house.keys, target, by=cast.admin, reason="Not theirs.", now=clock.now)
    assert not done.is_repeat
    with pytest.raises(NothingToUndo):
        publish.undo_freeze(house, incident, mailing_id, reason="It was right.", by=cast.admin, now=clock.now)
    assert fresh(house, mailing_id) == {}


def test_one_file_and_then_all_of_it_frozen_is_given_back_by_neither_alone(
    house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    with house.db.read() as session:
        document_id = session.exec(select(Document.id).where(col(Document.mailing_id) == mailing_id)).one()
    first = freeze_file(house, cast, clock, document_id)
    second = frozen(house, cast, clock, mailing_id)
    assert first != second
    with pytest.raises(NothingToUndo):
        publish.undo_freeze(house, first, mailing_id, reason="It was right.", by=cast.admin, now=clock.now)
    assert fresh(house, mailing_id) == {}


def test_whom_a_stop_kept_from_getting_a_message_undoing_mails_neither(
    house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    sent(house, clock, mailing_id, cast.ngozi)
    with house.db.write() as session:
        stop_mailing(session, house.keys, mailing_id, by=cast.writer, now=clock.now)
    incident = frozen(house, cast, clock, mailing_id)
    _, planned = publish.look_at_undo(house, incident, mailing_id, by=cast.admin, now=clock.now)
    assert planned.missing == 3
    publish.undo_freeze(house, incident, mailing_id, reason="It was right.", by=cast.admin, now=clock.now)
    assert set(fresh(house, mailing_id)) == {(cast.ngozi, cast.sam)}
