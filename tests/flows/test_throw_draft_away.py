"""A draft that nobody wants is thrown away with its files, and so is what is stopped while it waits for approval."""

from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from portal import publish
from portal.blobs import BlobMissing, KeyMissing
from portal.documents.repository import keeping
from portal.documents.tables import Document, GivenFile, HeldFile, Intake, IntakeFile
from portal.flows.sending.stop_mailing import Stopped, stop_mailing
from portal.ledger.tables import LedgerEntry
from portal.mailings.tables import Mailing
from portal.outbox.tables import StaffMail
from portal.overviews.writing import desk
from portal.publish import Upload
from portal.staff.errors import NotAllowed
from portal.staff.rules import Acting
from portal.wiring import House
from tests.cast import Cast, send_letter, write_draft
from tests.conftest import Watch
from tests.flows.test_one_letter_each import ALL, give, zipped


def rows(house: House, table: type) -> list[Any]:
    with house.db.read() as session:
        return list(session.exec(select(table)).all())


def stop(house: House, mailing_id: str, by: Acting, clock: Watch) -> Stopped:
    with house.db.write() as session:
        return stop_mailing(session, house.keys, mailing_id, by=by, now=clock.now)


def test_a_draft_goes_with_its_file_and_its_title_stays(house: House, cast: Cast, clock: Watch) -> None:
    mailing_id = write_draft(house, cast, now=clock.now)
    (document,) = rows(house, Document)
    done = stop(house, mailing_id, cast.writer, clock)
    assert done.gone == (document.id,)
    assert rows(house, Document) == []
    assert [(one.title, one.state, one.ended_by_id) for one in rows(house, Mailing)] == [
        ("Welcome", "stopped", cast.writer.id)
    ]
    assert rows(house, LedgerEntry)[-1].act == "mailing:stop"
    assert rows(house, StaffMail) == [], "who threw it away knows"
    assert stop(house, mailing_id, cast.writer, clock).is_repeat


def test_it_is_on_nobodys_desk_any_more(house: House, cast: Cast, clock: Watch) -> None:
    stop(house, write_draft(house, cast, now=clock.now), cast.writer, clock)
    sent = send_letter(house, cast, now=clock.now)
    stop(house, sent, cast.writer, clock)
    with house.db.read() as session:
        seen = desk.desk_of(session, cast.writer, organisation="Riverbend Schools")
    assert seen.mine_open == []
    assert [row.id for row in seen.ended] == [sent]


def test_the_files_of_a_batch_go_with_it_and_with_what_is_in_doubt(
    house: House, cast: Cast, clock: Watch, tmp_path: Path
) -> None:
    mailing_id = give(house, cast, "files", {"archive": zipped(ALL | {"odd.pdf": "Reading list."}, tmp_path)})
    kept = [one.id for one in rows(house, GivenFile) if one.is_kept]
    sealed = {one.id: one.size for one in rows(house, Document)}
    assert kept
    done = stop(house, mailing_id, cast.writer, clock)
    assert {*kept, *sealed} <= set(done.gone)
    assert rows(house, GivenFile) == rows(house, Intake) == rows(house, IntakeFile) == rows(house, Document) == []


def test_what_waits_for_approval_leaves_no_file_behind_either(house: House, cast: Cast, clock: Watch) -> None:
    mailing_id = write_draft(house, cast, now=clock.now)
    publish.submit(house, mailing_id, by=cast.writer, version=None, now=clock.now)
    (document,) = rows(house, Document)
    house.documents.shred(*stop(house, mailing_id, cast.approver, clock).gone)
    assert rows(house, Document) == []
    with pytest.raises((BlobMissing, KeyMissing)):
        house.documents.open(document.id, document.size)


def test_what_was_approved_keeps_its_file_as_evidence(house: House, cast: Cast, clock: Watch) -> None:
    assert stop(house, send_letter(house, cast, now=clock.now), cast.writer, clock).gone == ()
    assert len(rows(house, Document)) == 1


def test_under_legal_hold_the_file_stays(house: House, cast: Cast, clock: Watch) -> None:
    mailing_id = write_draft(house, cast, now=clock.now)
    with house.db.write() as session:
        keeping.put_hold(session, mailing_id, by="staff:ida", reason="A court asked.", now=clock.now)
    assert stop(house, mailing_id, cast.writer, clock).gone == ()
    assert len(rows(house, Document)) == 1


def test_a_stopped_file_that_waits_for_a_release_goes_too(
    house: House, cast: Cast, clock: Watch, tmp_path: Path
) -> None:
    from portal.mailings.rules import Term, check_draft
    from tests.web.test_staff_release import NAMING_ONE

    path = tmp_path / "letter"
    path.write_bytes(NAMING_ONE)
    terms = (Term("everyone"),)
    draft = check_draft(title="Thanks", message="", terms=terms, link_days=30, link_hosts=frozenset())
    done = publish.put_draft(house, draft, by=cast.writer, now=clock.now, upload=Upload(path, "thanks.pdf"))
    assert isinstance(done, publish.Stopped)
    assert done.mailing_id is not None
    (held,) = rows(house, HeldFile)
    assert stop(house, done.mailing_id, cast.writer, clock).gone == (held.id,)
    assert rows(house, HeldFile) == []


def test_nobody_throws_away_what_somebody_else_writes_but_an_admin(house: House, cast: Cast, clock: Watch) -> None:
    mailing_id = write_draft(house, cast, now=clock.now)
    with pytest.raises(NotAllowed):
        stop(house, mailing_id, cast.approver, clock)
    assert len(rows(house, Document)) == 1
    stop(house, mailing_id, cast.admin, clock)
    assert [(one.kind, one.staff_id) for one in rows(house, StaffMail)] == [("stopped", cast.writer.id)]
