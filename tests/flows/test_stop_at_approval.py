"""A letter that a newer roster stops at its approval is not kept, but for three days where it may be released."""

from dataclasses import replace
from typing import Any

import pytest
from sqlmodel import col, select, update

from portal import publish
from portal.blobs import BlobMissing, KeyMissing
from portal.documents.tables import Document, HeldFile, LooseBlob
from portal.families.tables import Guardian, RosterVersion
from portal.flows.writing import sort_files
from portal.kernel.text.addresses import OneAddress
from portal.ledger.tables import LedgerEntry
from portal.mail.transport.recording import RecordingRoom
from portal.mailings.tables import Mailing
from portal.wiring import House
from portal.worker import Worker
from tests.cast import Cast, write_draft
from tests.conftest import Watch
from tests.flows.test_deliver_notice import plain_of, texts
from tests.reading.carriers import simple_pdf, stream

ROSA = OneAddress.parse("rosa@riverbend.example.org")
NEW_NAMES = (("Zacharias", "Quillfeather"), ("Perpetua", "Umberwood"), ("Ignatius", "Vellacott"))


def thanking(count: int) -> bytes:
    names = b", ".join(f"{given} {family}".encode() for given, family in NEW_NAMES[:count])
    return simple_pdf(text=stream(b"BT /F 12 Tf 20 200 Td (We thank " + names + b".) Tj ET"))


def rows(house: House, table: type) -> list[Any]:
    with house.db.read() as session:
        return list(session.exec(select(table)).all())


def new_roster(house: House, cast: Cast, clock: Watch, *, known: int = 3, number: int = 2) -> None:
    """So many guardians, one a family, are called otherwise on it: what was innocent before names them now."""
    called = list(zip((cast.emeka, cast.carla, cast.rosa_r), NEW_NAMES, strict=True))[:known]
    with house.db.write() as session:
        for guardian, (given, family) in called:
            session.exec(
                update(Guardian).where(col(Guardian.id) == guardian).values(given_name=given, family_name=family)
            )
        session.add(
            RosterVersion(
                number=number,
                imported_at=clock.now,
                format="cast",
                content_sha256=f"{number}" * 64,
                children=4,
                guardians=5,
                guardianships=7,
            )
        )


def stopped_at_approval(house: House, cast: Cast, clock: Watch, *, families: int, known: int = 3) -> Document:
    mailing_id = write_draft(house, cast, now=clock.now, content=thanking(families))
    publish.submit(house, mailing_id, by=cast.writer, version=None, now=clock.now)
    (document,) = rows(house, Document)
    new_roster(house, cast, clock, known=known)
    with pytest.raises(publish.GuardSaysNo, match=r"a draft again, and its writer is told"):
        publish.approve(house, mailing_id, by=cast.approver, version=None, now=clock.now)
    kept: Document = document
    return kept


def test_a_list_goes_with_its_bytes_and_its_hash_stays_in_the_ledger(house: House, cast: Cast, clock: Watch) -> None:
    document = stopped_at_approval(house, cast, clock, families=3)
    assert rows(house, Document) == rows(house, HeldFile) == []
    with pytest.raises((BlobMissing, KeyMissing)):
        house.documents.open(document.id, document.size)
    (mailing,) = rows(house, Mailing)
    assert (mailing.state, mailing.judged_by, mailing.submitted_at) == ("draft", None, None)
    (stop,) = [entry for entry in rows(house, LedgerEntry) if entry.act == "document:stop"]
    assert document.sha256.encode() in stop.body
    assert b"Quillfeather" not in stop.body


def test_one_that_may_be_released_is_kept_for_three_days_and_passes_by_a_second_person(
    house: House, cast: Cast, clock: Watch
) -> None:
    document = stopped_at_approval(house, cast, clock, families=1)
    (held,) = rows(house, HeldFile)
    assert rows(house, Document) == rows(house, LooseBlob) == []
    assert (held.sha256, held.tried_by_id) == (document.sha256, cast.writer.id)
    assert b"".join(house.documents.open(held.id, held.size)) == thanking(1)
    mailing_id, reason = held.mailing_id, "The family agreed in writing to be thanked."
    publish.release(house, mailing_id, held.id, reason=reason, by=cast.approver, now=clock.now)
    publish.submit(house, mailing_id, by=cast.writer, version=None, now=clock.now)
    publish.approve(house, mailing_id, by=cast.approver, version=None, now=clock.now)
    assert [one.state for one in rows(house, Mailing)] == ["held"]


def test_it_goes_when_the_three_days_are_over(house: House, cast: Cast, clock: Watch) -> None:
    from portal.publish.upkeep.chores import Upkeep

    stopped_at_approval(house, cast, clock, families=1)
    (held,) = rows(house, HeldFile)
    clock.forward(hours=72)
    Upkeep(house).do(clock.now)
    assert rows(house, HeldFile) == []
    with pytest.raises((BlobMissing, KeyMissing)):
        house.documents.open(held.id, held.size)


def test_what_was_released_for_two_families_and_names_three_by_now_is_not_kept(
    house: House, cast: Cast, clock: Watch
) -> None:
    stopped_at_approval(house, cast, clock, families=3, known=2)
    (held,) = rows(house, HeldFile)
    reason = "Both families agreed in writing to be thanked."
    publish.release(house, held.mailing_id, held.id, reason=reason, by=cast.approver, now=clock.now)
    publish.submit(house, held.mailing_id, by=cast.writer, version=None, now=clock.now)
    new_roster(house, cast, clock, number=3)
    with pytest.raises(publish.GuardSaysNo, match="It names one child of other families"):
        publish.approve(house, held.mailing_id, by=cast.approver, version=None, now=clock.now)
    assert rows(house, Document) == rows(house, HeldFile) == []


def test_where_the_setting_waives_the_second_person_it_goes_as_well(house: House, cast: Cast, clock: Watch) -> None:
    waived = replace(house, settings=house.settings.model_copy(update={"approval_waived_below": 100}))
    mailing_id = write_draft(house, cast, now=clock.now, content=thanking(3))
    new_roster(house, cast, clock)
    with pytest.raises(publish.GuardSaysNo):
        publish.submit(waived, mailing_id, by=cast.writer, version=None, now=clock.now)
    assert rows(house, Document) == []
    assert [one.state for one in rows(house, Mailing)] == ["draft"]


@pytest.mark.anyio
async def test_its_author_is_told_by_mail_and_on_the_page(house: House, cast: Cast, clock: Watch) -> None:
    stopped_at_approval(house, cast, clock, families=3)
    (mailing,) = rows(house, Mailing)
    assert mailing.return_reason.startswith(
        "The roster, the staff, the known pictures or a setting has changed since this was"
    )
    assert "welcome.pdf" in mailing.return_reason
    room = RecordingRoom()
    await Worker(house, room).drain()
    (message,) = texts(room, ROSA)
    assert "waited for approval and is a draft again. Nothing was sent." in " ".join(plain_of(message).split())


@pytest.mark.anyio
async def test_the_author_of_letters_to_single_children_is_told_as_well(house: House, cast: Cast, clock: Watch) -> None:
    mailing_id = write_draft(house, cast, now=clock.now)
    publish.submit(house, mailing_id, by=cast.writer, version=None, now=clock.now)
    with house.db.write() as session:
        version = session.get_one(Mailing, mailing_id).version
        sort_files.stop_letters(session, house.keys, mailing_id, {}, version=version, judged_by="", now=clock.now)
    room = RecordingRoom()
    await Worker(house, room).drain()
    (message,) = texts(room, ROSA)
    assert "waited for approval and is a draft again." in " ".join(plain_of(message).split())


def test_words_that_name_somebody_by_now_lead_back_to_draft_and_the_file_stays(
    house: House, cast: Cast, clock: Watch
) -> None:
    mailing_id = write_draft(house, cast, now=clock.now, message="Ask Zacharias Quillfeather.")
    publish.submit(house, mailing_id, by=cast.writer, version=None, now=clock.now)
    new_roster(house, cast, clock)
    with pytest.raises(publish.GuardSaysNo):
        publish.approve(house, mailing_id, by=cast.approver, version=None, now=clock.now)
    (mailing,) = rows(house, Mailing)
    assert (mailing.state, len(rows(house, Document))) == ("draft", 1)
    assert "the title or the message" in mailing.return_reason
