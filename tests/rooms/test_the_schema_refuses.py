"""What the database itself refuses, whatever the code above it does; on both databases."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from portal.documents.tables import Acknowledgement, Copy, Document, GivenFile, HeldFile, Release
from portal.kernel.ids import new_id
from portal.ledger.tables import Disclosure, LedgerEntry
from portal.links.tables import FamilySession, Link, Opening
from portal.mailings.repository.addressed import set_addressed
from portal.mailings.tables import AddressedGuardian, LeaveOut, Mailing, Round
from portal.outbox.tables import Notice, NoticeLink
from portal.wiring import House
from tests.cast import Cast, approve, link_of, send_letter, write_draft
from tests.conftest import NOON, Watch


def refused(house: House, table: type, **row: object) -> None:
    with pytest.raises(DBAPIError), house.db.write() as session:
        session.execute(insert(table).values(**row))


def accepted(house: House, table: type, **row: object) -> None:
    with house.db.write() as session:
        session.execute(insert(table).values(**row))


def own_document(house: House, mailing_id: str, addressee: str) -> str:
    document_id = new_id()
    accepted(
        house, Document, id=document_id, mailing_id=mailing_id, kind="own", addressee_id=addressee, file_name="a.pdf",
        media_type="application/pdf", size=1, sha256="0" * 64, parts_read=1, created_at=NOON,
    )  # fmt: skip
    return document_id


def link_row(cast: Cast, mailing_id: str, **other: object) -> dict[str, Any]:
    row = {
        "id": new_id(), "mailing_id": mailing_id, "guardian_id": cast.carla, "child_id": cast.ana, "edition": 2,
        "code_key_id": "k", "code_lookup": new_id(), "created_at": NOON, "expires_at": NOON + timedelta(days=1),
        "revoked_why": "",
    }  # fmt: skip
    return row | other


def test_a_copy_of_bs_own_document_for_a(house: House, cast: Cast, mailing_id: str) -> None:
    sams = own_document(house, mailing_id, cast.sam)
    row = {"document_id": sams, "mailing_id": mailing_id, "kind": "own"}
    refused(house, Copy, id=new_id(), addressee_id=cast.sam, child_id=cast.ana, **row)
    refused(house, Copy, id=new_id(), addressee_id=cast.ana, child_id=cast.ana, **row)
    refused(house, Copy, id=new_id(), addressee_id=None, child_id=cast.ana, **row)
    refused(house, Copy, id=new_id(), addressee_id=None, child_id=cast.ana, **(row | {"kind": "shared"}))
    accepted(house, Copy, id=new_id(), addressee_id=cast.sam, child_id=cast.sam, **row)


def test_a_copy_of_a_document_of_another_mailing(house: House, cast: Cast, mailing_id: str, clock: Watch) -> None:
    other = send_letter(house, cast, now=clock.now, title="Another")
    sams = own_document(house, mailing_id, cast.sam)
    refused(
        house, Copy, id=new_id(), document_id=sams, mailing_id=other, kind="own", addressee_id=cast.sam,
        child_id=cast.sam,
    )  # fmt: skip


def test_an_own_document_without_an_addressee(house: House, mailing_id: str) -> None:
    refused(
        house, Document, id=new_id(), mailing_id=mailing_id, kind="own", addressee_id=None, file_name="a.pdf",
        media_type="application/pdf", size=1, sha256="0" * 64, parts_read=1, created_at=NOON,
    )  # fmt: skip


def test_a_second_copy_of_one_document_for_one_child(house: House, cast: Cast, mailing_id: str) -> None:
    with house.db.read() as session:
        copy = session.exec(select(Copy).where(Copy.child_id == cast.ana)).one()
    refused(
        house, Copy, id=new_id(), document_id=copy.document_id, mailing_id=mailing_id, kind="shared",
        addressee_id=None, child_id=cast.ana,
    )  # fmt: skip


def test_a_link_for_a_stranger_to_the_child(house: House, cast: Cast, mailing_id: str) -> None:
    refused(house, Link, **link_row(cast, mailing_id, child_id=cast.sam))
    refused(house, Link, **link_row(cast, mailing_id, edition=1))
    accepted(house, Link, **link_row(cast, mailing_id))


def test_a_notice_with_another_guardians_link(house: House, cast: Cast, mailing_id: str) -> None:
    diegos = link_of(house, mailing_id, cast.diego, cast.ana)
    with house.db.read() as session:
        carlas = session.exec(select(Notice).where(Notice.guardian_id == cast.carla)).one()
    row = {"notice_id": carlas.id, "link_id": diegos, "mailing_id": mailing_id, "child_id": cast.ana}
    refused(house, NoticeLink, guardian_id=cast.carla, **row)
    refused(house, NoticeLink, guardian_id=cast.diego, **row)


def test_a_notice_with_a_link_of_another_mailing(house: House, cast: Cast, mailing_id: str, clock: Watch) -> None:
    other = send_letter(house, cast, now=clock.now, title="Another")
    with house.db.read() as session:
        notice = session.exec(select(Notice).where(Notice.guardian_id == cast.carla, Notice.mailing_id == other)).one()
    carlas = link_of(house, mailing_id, cast.carla, cast.ana)
    for named in (mailing_id, other):
        refused(
            house, NoticeLink, notice_id=notice.id, link_id=carlas, mailing_id=named, guardian_id=cast.carla,
            child_id=cast.ana,
        )  # fmt: skip


def test_a_second_notice_of_the_same_round(house: House, cast: Cast, mailing_id: str) -> None:
    row = {
        "id": new_id(), "mailing_id": mailing_id, "guardian_id": cast.carla, "address": "carla@mail.example.org",
        "state": "queued", "attempts": 0, "due_at": NOON, "reply": "",
    }  # fmt: skip
    refused(house, Notice, round=0, **row)
    accepted(house, Notice, round=1, **row)


def opened(house: House, cast: Cast, mailing_id: str) -> dict[str, str]:
    """Insert a session and an opening of Carla's link to Ana."""
    session_id, opening_id = new_id(), new_id()
    accepted(
        house, FamilySession, id=session_id, guardian_id=cast.carla, created_at=NOON,
        expires_at=NOON + timedelta(hours=1),
    )  # fmt: skip
    scope = {
        "link_id": link_of(house, mailing_id, cast.carla, cast.ana),
        "mailing_id": mailing_id, "guardian_id": cast.carla, "child_id": cast.ana,
    }  # fmt: skip
    accepted(house, Opening, id=opening_id, session_id=session_id, opened_at=NOON, **scope)
    return {"session_id": session_id, "opening_id": opening_id, **scope}


def test_an_opening_in_another_guardians_session_or_of_another_child(house: House, cast: Cast, mailing_id: str) -> None:
    known = opened(house, cast, mailing_id)
    del known["opening_id"]
    diegos = link_of(house, mailing_id, cast.diego, cast.ana)
    row = known | {"link_id": diegos, "guardian_id": cast.diego}
    refused(house, Opening, id=new_id(), opened_at=NOON, **row)
    refused(house, Opening, id=new_id(), opened_at=NOON, **(known | {"child_id": cast.luis}))
    refused(house, Opening, id=new_id(), opened_at=NOON, **(known | {"link_id": diegos}))


def test_a_disclosure_through_another_guardian_child_or_mailing(
    house: House, cast: Cast, mailing_id: str, clock: Watch
) -> None:
    other = send_letter(house, cast, now=clock.now, title="Another")
    known = opened(house, cast, mailing_id)
    del known["session_id"]
    with house.db.read() as session:
        copies = {(copy.mailing_id, copy.child_id): copy.id for copy in session.exec(select(Copy))}
    good = known | {"copy_id": copies[mailing_id, cast.ana], "kind": "view", "at": NOON}
    refused(house, Disclosure, id=new_id(), **(good | {"copy_id": copies[mailing_id, cast.luis]}))
    refused(house, Disclosure, id=new_id(), **(good | {"copy_id": copies[other, cast.ana]}))
    refused(house, Disclosure, id=new_id(), **(good | {"guardian_id": cast.diego}))
    refused(house, Disclosure, id=new_id(), **(good | {"child_id": cast.luis}))
    refused(house, Disclosure, id=new_id(), **(good | {"mailing_id": other}))
    refused(house, Disclosure, id=new_id(), **(good | {"kind": "glance"}))
    accepted(house, Disclosure, id=new_id(), **good)


def test_a_word_of_another_guardian_child_or_mailing_and_the_same_word_twice(
    house: House, cast: Cast, mailing_id: str, clock: Watch
) -> None:
    link = link_of(house, mailing_id, cast.carla, cast.ana)
    other = send_letter(house, cast, now=clock.now, title="Another")
    with house.db.read() as session:
        copies = {
            (copy.mailing_id, copy.child_id): copy.id for copy in session.exec(select(Copy)).all()
        }  # fmt: skip
    row = {"link_id": link, "mailing_id": mailing_id, "guardian_id": cast.carla, "child_id": cast.ana, "at": NOON,
           "copy_id": copies[mailing_id, cast.ana]}  # fmt: skip
    for crossing in ({"guardian_id": cast.diego}, {"child_id": cast.luis}, {"mailing_id": other},
                     {"copy_id": copies[mailing_id, cast.luis]}, {"copy_id": copies[other, cast.ana]}):  # fmt: skip
        refused(house, Acknowledgement, **(row | crossing))
    accepted(house, Acknowledgement, **row)
    refused(house, Acknowledgement, **row)


def test_a_link_beside_the_guardians_whom_a_mailing_is_for(house: House, cast: Cast, clock: Watch) -> None:
    mailing_id = write_draft(house, cast, now=clock.now)
    narrow(house, mailing_id, {cast.carla})
    approve(house, cast, mailing_id, now=clock.now)
    refused(house, Link, **link_row(cast, mailing_id, guardian_id=cast.diego))
    accepted(house, Link, **link_row(cast, mailing_id))
    refused(house, AddressedGuardian, mailing_id=mailing_id, guardian_id=cast.diego)
    for change in (
        "UPDATE mailing SET is_addressed = false",
        f"UPDATE addressed_guardian SET guardian_id = '{cast.diego}'",
        f"UPDATE link SET guardian_id = '{cast.diego}' WHERE edition = 2",
    ):
        with pytest.raises(DBAPIError), house.db.write() as session:
            session.execute(text(change))
    with house.db.write() as session:  # whom it is for may only ever shrink: then it is for nobody
        session.execute(text("DELETE FROM addressed_guardian"))
    refused(house, Link, **link_row(cast, mailing_id, edition=3))


def narrow(house: House, mailing_id: str, guardians: set[str]) -> None:
    with house.db.write() as session:
        set_addressed(session, session.get_one(Mailing, mailing_id), guardians)


def test_a_mailing_approved_by_its_author(house: House, cast: Cast) -> None:
    row = {"id": new_id(), "title": "t", "message": "", "signer": "", "confidential": False, "link_days": 1,
           "state": "held", "version": 1, "round": 0, "created_at": NOON, "approval_waived": False,
           "return_reason": ""}  # fmt: skip
    refused(house, Mailing, author_id=cast.writer.id, approver_id=cast.writer.id, **row)
    accepted(house, Mailing, author_id=cast.writer.id, approver_id=cast.approver.id, **row)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE ledger_entry SET act = 'nothing'",
        "UPDATE ledger_entry SET seq = seq + 1000",
        "DELETE FROM ledger_entry",
        "DELETE FROM ledger_entry WHERE seq = (SELECT max(seq) FROM ledger_entry)",
        "INSERT INTO ledger_entry (seq, act, body, key_id, mac) SELECT seq, 'x', body, key_id, mac FROM ledger_entry",
    ],
)
@pytest.mark.usefixtures("mailing_id")
def test_any_change_to_the_ledger(house: House, change: str) -> None:
    with pytest.raises(DBAPIError), house.db.write() as session:
        session.execute(text(change))


@pytest.mark.usefixtures("mailing_id")
def test_a_ledger_entry_replaced_in_passing(house: House) -> None:
    replace = (
        "INSERT OR REPLACE INTO ledger_entry (seq, act, body, key_id, mac)"
        if house.db.is_sqlite
        else "INSERT INTO ledger_entry (seq, act, body, key_id, mac)"
    )
    ending = "" if house.db.is_sqlite else " ON CONFLICT (seq) DO UPDATE SET act = 'x'"
    statement = f"{replace} SELECT seq, 'x', body, key_id, mac FROM ledger_entry WHERE seq = 1{ending}"
    with pytest.raises(DBAPIError), house.db.write() as session:
        session.execute(text(statement))
    with house.db.read() as session:
        assert session.exec(select(LedgerEntry.act).where(LedgerEntry.seq == 1)).one() != "x"


@pytest.mark.usefixtures("mailing_id")
def test_an_emptied_ledger_on_postgresql(house: House) -> None:
    if house.db.is_sqlite:
        return  # SQLite has no TRUNCATE
    for table in ("ledger_entry", "disclosure"):
        with pytest.raises(DBAPIError), house.db.write() as session:
            session.execute(text(f"TRUNCATE {table}"))


def test_a_changed_disclosure(house: House, cast: Cast, mailing_id: str) -> None:
    known = opened(house, cast, mailing_id)
    del known["session_id"]
    with house.db.read() as session:
        copy = session.exec(select(Copy).where(Copy.child_id == cast.ana)).one()
    accepted(house, Disclosure, id=new_id(), copy_id=copy.id, kind="view", at=NOON, **known)
    for change in ("UPDATE disclosure SET kind = 'download'", "DELETE FROM disclosure"):
        with pytest.raises(DBAPIError), house.db.write() as session:
            session.execute(text(change))


def release_row(cast: Cast, document_id: str, **other: object) -> dict[str, Any]:
    row = {
        "document_id": document_id, "tried_by_id": cast.writer.id, "by_id": cast.approver.id, "people": "",
        "reason": "They agreed in writing.", "released_at": NOON,
    }  # fmt: skip
    return row | other


def test_nobody_releases_what_they_tried_to_publish(house: House, cast: Cast, mailing_id: str) -> None:
    document_id = own_document(house, mailing_id, cast.ana)
    refused(house, Release, **release_row(cast, document_id, by_id=cast.writer.id))
    refused(house, Release, **release_row(cast, document_id, reason="They agreed."))
    accepted(house, Release, **release_row(cast, document_id))


def test_a_mailing_holds_one_stopped_file_at_most(house: House, cast: Cast, mailing_id: str) -> None:
    row = {
        "mailing_id": mailing_id, "file_name": "a.pdf", "media_type": "application/pdf", "size": 1, "sha256": "0" * 64,
        "findings": "{}", "tried_by_id": cast.writer.id, "stopped_at": NOON, "expires_at": NOON,
    }  # fmt: skip
    accepted(house, HeldFile, id=new_id(), **row)
    refused(house, HeldFile, id=new_id(), **row)


def given_row(mailing_id: str, place: int, **other: object) -> dict[str, Any]:
    row = {
        "id": new_id(), "mailing_id": mailing_id, "place": place, "file_name": "a.pdf", "size": 1, "sha256": "0" * 64,
        "child_id": None, "suggested_id": None, "document_id": None, "problem": "", "report": "", "is_kept": False,
    }  # fmt: skip
    return row | other


def test_a_given_file_that_became_another_childs_document(house: House, cast: Cast, mailing_id: str) -> None:
    sams = own_document(house, mailing_id, cast.sam)
    refused(house, GivenFile, **given_row(mailing_id, 0, child_id=cast.ana, document_id=sams))
    refused(house, GivenFile, **given_row(mailing_id, 0, child_id=None, document_id=sams))
    refused(house, GivenFile, **given_row(mailing_id, 0, child_id=cast.sam, document_id=sams, problem="wrong-child"))
    accepted(house, GivenFile, **given_row(mailing_id, 0, child_id=cast.sam, document_id=sams))
    refused(house, GivenFile, **given_row(mailing_id, 0, child_id=cast.luis, problem="unmatched"))


def test_a_notice_on_paper_with_an_address_or_one_by_mail_without(house: House, cast: Cast, mailing_id: str) -> None:
    row = {
        "mailing_id": mailing_id, "guardian_id": cast.emeka, "round": 7, "state": "queued", "attempts": 0,
        "due_at": NOON, "reply": "",
    }  # fmt: skip
    refused(house, Notice, id=new_id(), channel="paper", address="emeka@mail.example.org", **row)
    refused(house, Notice, id=new_id(), channel="mail", address="", **row)
    accepted(house, Notice, id=new_id(), channel="paper", address="", **row)


def test_a_second_act_of_the_same_number_and_a_child_left_out_without_a_reason(
    house: House, cast: Cast, mailing_id: str
) -> None:
    act = {"mailing_id": mailing_id, "number": 1, "kind": "reminder", "by_id": cast.writer.id, "at": NOON, "notices": 1}
    accepted(house, Round, **act)
    refused(house, Round, **act)
    refused(house, Round, **(act | {"number": 0}))
    out = {"mailing_id": mailing_id, "child_id": cast.sam, "by_id": cast.writer.id, "at": NOON}
    refused(house, LeaveOut, reason="no", **out)
    accepted(house, LeaveOut, reason="moved away", **out)


def test_a_correction_of_another_childs_or_another_mailings_letter(
    house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    other_mailing = send_letter(house, cast, now=clock.now)
    old, elsewhere = own_document(house, mailing_id, cast.sam), own_document(house, other_mailing, cast.sam)
    with house.db.read() as session:
        shared = session.exec(select(Document.id).where(Document.mailing_id == mailing_id, Document.kind == "shared"))
        letter = shared.one()
    row = {
        "file_name": "b.pdf", "size": 1, "media_type": "application/pdf", "sha256": "1" * 64, "parts_read": 1,
        "created_at": NOON, "mailing_id": mailing_id,
    }  # fmt: skip
    sams, everybodys = row | {"kind": "own", "addressee_id": cast.sam}, row | {"kind": "shared", "addressee_id": None}
    refused(house, Document, id=new_id(), **(sams | {"addressee_id": cast.ana, "replaces_id": old}))
    refused(house, Document, id=new_id(), **(sams | {"replaces_id": elsewhere}))
    refused(house, Document, id=new_id(), **(sams | {"replaces_id": letter}))
    refused(house, Document, id=new_id(), **(everybodys | {"replaces_id": old}))
    refused(house, Document, id=new_id(), **(everybodys | {"replaces_id": letter, "mailing_id": other_mailing}))
    accepted(house, Document, id=new_id(), **(sams | {"replaces_id": old}))
    accepted(house, Document, id=new_id(), **(everybodys | {"replaces_id": letter}))


def test_a_document_corrected_twice(house: House, cast: Cast, mailing_id: str) -> None:
    old = own_document(house, mailing_id, cast.sam)
    row = {
        "mailing_id": mailing_id, "kind": "own", "addressee_id": cast.sam, "file_name": "b.pdf", "size": 1,
        "media_type": "application/pdf", "sha256": "1" * 64, "parts_read": 1, "created_at": NOON, "replaces_id": old,
    }  # fmt: skip
    accepted(house, Document, id=new_id(), **row)
    refused(house, Document, id=new_id(), **row)
