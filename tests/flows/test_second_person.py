"""Nobody approves what they wrote or changed; what was approved is exactly what was seen."""

from datetime import timedelta

import pytest
from sqlmodel import col, func, select, update

from portal.documents.tables import Document
from portal.flows.approving import approve_mailing
from portal.flows.approving.approve_mailing import Prepared
from portal.flows.writing import draft_mailing
from portal.kernel.errors import WrongCall
from portal.ledger.tables import LedgerEntry
from portal.mailings import repository as mailings
from portal.mailings.errors import AlreadyApproved, ChangedMeanwhile, NobodyReached, OwnMailing, RosterChanged
from portal.mailings.rules import Term, check_draft
from portal.mailings.tables import Mailing
from portal.outbox.tables import Notice, StaffMail
from portal.overviews.operation import judged_by
from portal.staff.errors import NotAllowed, OutOfScope
from portal.staff.rules import Acting
from portal.wiring import House
from tests.cast import Cast, approve, write_draft
from tests.conftest import Watch


def submit(house: House, mailing_id: str, by: Acting, clock: Watch) -> Mailing:
    with house.db.write() as session:
        return approve_mailing.submit_mailing(session, house.keys, mailing_id, by=by, version=None, now=clock.now)


def prepare(house: House, mailing_id: str, by: Acting, clock: Watch) -> Prepared:
    with house.db.read() as session:
        mailing = approve_mailing.check_may_approve(session, mailing_id, by=by, terms=house.guard_terms)
        return approve_mailing.prepare_approval(
            session, house.keys, mailing, terms=house.guard_terms, now=clock.now, hold=timedelta(minutes=5)
        )


def change_title(house: House, mailing_id: str, by: Acting, clock: Watch) -> None:
    with house.db.write() as session:
        mailing = mailings.find_any(session, mailing_id)
        assert mailing is not None
        draft = check_draft(title="Changed", message="", terms=[Term("everyone")], link_days=9, link_hosts=frozenset())
        base = (mailing_id, mailing.version)
        changed = draft_mailing.draft_mailing(session, house.keys, draft, by=by, now=clock.now, change=base)
        mailings.advance(session, changed, "check", judged_by=judged_by.version(session, house.guard_terms))


def test_an_author_an_editor_and_a_writer_do_not_approve(house: House, cast: Cast, clock: Watch) -> None:
    mailing_id = write_draft(house, cast, now=clock.now)
    submit(house, mailing_id, cast.writer, clock)
    with pytest.raises(NotAllowed):
        prepare(house, mailing_id, cast.writer, clock)
    prepare(house, mailing_id, cast.approver, clock)
    change_title(house, mailing_id, cast.approver, clock)
    submit(house, mailing_id, cast.approver, clock)
    with pytest.raises(OwnMailing):
        prepare(house, mailing_id, cast.approver, clock)
    prepare(house, mailing_id, cast.admin, clock)


def test_an_approval_of_an_older_version_is_refused(house: House, cast: Cast, clock: Watch) -> None:
    mailing_id = write_draft(house, cast, now=clock.now)
    submit(house, mailing_id, cast.writer, clock)
    prepared = prepare(house, mailing_id, cast.approver, clock)
    change_title(house, mailing_id, cast.writer, clock)
    submit(house, mailing_id, cast.writer, clock)
    with pytest.raises(ChangedMeanwhile), house.db.write() as session:
        approve_mailing.approve_mailing(session, house.keys, prepared, by=cast.approver, now=clock.now)
    with house.db.read() as session:
        assert session.exec(select(func.count()).select_from(Notice)).one() == 0


def test_a_roster_that_came_in_between_is_judged_against_first(house: House, cast: Cast, clock: Watch) -> None:
    from portal.families.tables import RosterVersion

    mailing_id = write_draft(house, cast, now=clock.now)
    submit(house, mailing_id, cast.writer, clock)
    prepared = prepare(house, mailing_id, cast.approver, clock)
    with house.db.write() as session:
        session.add(
            RosterVersion(number=2, imported_at=clock.now, format="cast", content_sha256="1" * 64, children=4,
                          guardians=5, guardianships=7)
        )  # fmt: skip
    with pytest.raises(RosterChanged), house.db.write() as session:
        approve_mailing.approve_mailing(session, house.keys, prepared, by=cast.approver, now=clock.now)
    with pytest.raises(RosterChanged):
        prepare(house, mailing_id, cast.approver, clock)


def test_a_second_approval_changes_nothing(house: House, cast: Cast, clock: Watch) -> None:
    mailing_id = write_draft(house, cast, now=clock.now)
    approve(house, cast, mailing_id, now=clock.now)
    with house.db.read() as session:
        before = session.exec(select(func.count()).select_from(Notice)).one()
    with pytest.raises(AlreadyApproved):
        prepare(house, mailing_id, cast.admin, clock)
    with house.db.read() as session:
        assert session.exec(select(func.count()).select_from(Notice)).one() == before == 4


def test_a_writer_of_one_site_reaches_that_site_alone(house: House, cast: Cast) -> None:
    for terms in ([Term("everyone")], [Term("site", "Maple")], [Term("program", "After School")], [Term("grade", "2")]):
        with house.db.read() as session, pytest.raises(OutOfScope):
            draft_mailing.check_audience(session, terms, by=cast.oak_writer)
    with house.db.read() as session:
        draft_mailing.check_audience(session, [Term("site", "Oak")], by=cast.oak_writer)
        draft_mailing.check_audience(session, [Term("child", "100006")], by=cast.oak_writer)


def test_a_return_needs_a_reason_and_tells_the_author(house: House, cast: Cast, clock: Watch) -> None:
    mailing_id = write_draft(house, cast, now=clock.now)
    submit(house, mailing_id, cast.writer, clock)
    with pytest.raises(WrongCall), house.db.write() as session:
        approve_mailing.return_mailing(session, house.keys, mailing_id, by=cast.approver, reason=" ", now=clock.now)
    with house.db.write() as session:
        approve_mailing.return_mailing(
            session, house.keys, mailing_id, by=cast.approver, reason="Say when.", now=clock.now
        )
    with house.db.read() as session:
        told = session.exec(select(StaffMail.staff_id).where(StaffMail.kind == "returned")).all()
        asked = session.exec(select(StaffMail.staff_id).where(StaffMail.kind == "approval-asked")).all()
    assert told == [cast.writer.id]
    assert set(asked) == {cast.approver.id, cast.admin.id}


def test_an_audience_that_nobody_of_can_be_reached_is_not_submitted(house: House, cast: Cast, clock: Watch) -> None:
    from portal.families.tables import Guardian

    mailing_id = write_draft(house, cast, now=clock.now, terms=(Term("child", "100004"),))
    with house.db.write() as session:
        session.exec(update(Guardian).where(col(Guardian.id) == cast.rosa_r).values(address=None, address_key=None))
    with pytest.raises(NobodyReached):
        submit(house, mailing_id, cast.writer, clock)


def test_the_ledger_tells_the_whole_story_in_order(house: House, cast: Cast, clock: Watch) -> None:
    mailing_id = write_draft(house, cast, now=clock.now)
    approve(house, cast, mailing_id, now=clock.now)
    with house.db.read() as session:
        acts = session.exec(select(LedgerEntry.act).order_by(col(LedgerEntry.seq))).all()
        bodies = session.exec(select(LedgerEntry.body)).all()
        document = session.exec(select(Document)).one()
    assert acts == ["mailing:draft", "document:clear", "mailing:submit", "mailing:approve"]
    assert any(document.sha256.encode() in body for body in bodies)
    for private in (b"Rivera", b"Okafor", b"@", b"Welcome", b"Monday"):
        assert all(private not in body for body in bodies)
