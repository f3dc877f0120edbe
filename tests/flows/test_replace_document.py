"""A corrected version takes the old one's place at the same links, by two people; the old one is nobody's letter."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select, update

from portal.blobs import BlobMissing, KeyMissing
from portal.documents import repository as documents
from portal.documents.errors import DocumentReplaced, NoSuchDocument, NothingToReplace
from portal.documents.tables import Copy, Document
from portal.families.tables import RosterVersion
from portal.flows.sending.deliver_staff_mail import StaffErrand, StaffMessage, message_of
from portal.flows.taking_back import revoke
from portal.flows.taking_back.revoke import Target
from portal.kernel.ids import new_id
from portal.ledger.tables import LedgerEntry
from portal.links.tables import Link, TakingBack
from portal.mail.letters.staff_letters import StaffLetter
from portal.mailings.errors import NoSuchMailing, NotNow, OwnMailing
from portal.mailings.rules import Term
from portal.mailings.tables import Mailing
from portal.outbox.rules import Lease, Pointless
from portal.outbox.tables import StaffMail
from portal.overviews.links import taking_back
from portal.overviews.writing import corrections, drafting, mailing_seen
from portal.publish.checking.judging import Upload
from portal.publish.correcting.corrections import Corrected, correct, drop_correction, let_take_effect
from portal.staff.errors import NotAllowed
from portal.staff.rules import Acting
from portal.wiring import House
from tests.cast import LETTER, Cast, send_letter, write_draft
from tests.conftest import Watch
from tests.reading.carriers import simple_pdf, stream


def saying(text: str) -> bytes:
    return simple_pdf(text=stream(f"BT /F 12 Tf 20 200 Td ({text}) Tj ET".encode()))


BETTER = saying("We begin on Tuesday, not on Monday.")


def every(house: House, table: type, **where: object) -> list[Any]:
    with house.db.read() as session:
        query = select(table)
        for name, value in where.items():
            query = query.where(getattr(table, name) == value)
        return list(session.exec(query).all())


def current(house: House, mailing_id: str) -> list[Document]:
    with house.db.read() as session:
        return list(documents.documents_of(session, mailing_id))


class Corrections:
    """Somebody at a desk, with a file in hand."""

    def __init__(self, house: House, cast: Cast, clock: Watch, folder: Path) -> None:
        self.house, self.cast, self.clock, self.folder = house, cast, clock, folder

    def bring(self, document: Document, content: bytes = BETTER, *, by: Acting | None = None, **how: Any) -> Corrected:  # noqa: ANN401 - as correct takes them
        path = self.folder / "upload"
        path.write_bytes(content)
        upload = Upload(path, "welcome corrected.pdf")
        return correct(
            self.house, document.mailing_id, document.id, upload, by=by or self.cast.writer, now=self.clock.now, **how
        )

    def press(self, done: Corrected, *, by: Acting | None = None, reason: str = "") -> Corrected:
        assert done.correction_id is not None
        return let_take_effect(
            self.house, done.mailing_id, done.document_id, done.correction_id, reason=reason,
            by=by or self.cast.approver, now=self.clock.now,
        )  # fmt: skip


@pytest.fixture
def desk(house: House, cast: Cast, clock: Watch, tmp_path: Path) -> Corrections:
    return Corrections(house, cast, clock, tmp_path)


def test_it_waits_for_a_second_person_and_changes_nothing_until_then(
    desk: Corrections, house: House, mailing_id: str
) -> None:
    (old,) = current(house, mailing_id)
    done = desk.bring(old)
    assert (done.in_effect, done.report.verdict) == (False, "clear")
    assert [one.id for one in current(house, mailing_id)] == [old.id]
    assert {copy.document_id for copy in every(house, Copy)} == {old.id}
    (pending,) = every(house, Document, replaces_id=old.id)
    assert (pending.kind, pending.addressee_id, pending.replaced_at) == ("shared", None, None)


def test_with_the_second_press_every_family_has_the_new_one_at_its_old_link(
    desk: Corrections, house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    (old,) = current(house, mailing_id)
    links = every(house, Link)
    done = desk.bring(old)
    clock.forward(hours=2)
    after = desk.press(done, reason="Tuesday, not Monday")
    assert (after.in_effect, after.children) == (True, 4)
    (new,) = current(house, mailing_id)
    assert new.id == done.correction_id
    assert every(house, Document, id=old.id)[0].replaced_at == clock.now
    assert every(house, Link) == links
    for copy in every(house, Copy):
        assert (copy.revoked_at is None) == (copy.document_id == new.id)
    assert {copy.child_id for copy in every(house, Copy, document_id=new.id)} == {
        cast.ana, cast.luis, cast.other_ana, cast.sam,
    }  # fmt: skip
    (entry,) = every(house, LedgerEntry, act="document:replace")
    body = json.loads(entry.body)
    assert (body["sha256"], body["replaced_sha256"]) == (new.sha256, old.sha256)
    assert (body["replaces"], body["document"], body["copies"]) == (old.id, new.id, 4)
    assert (body["by"], body["second_person"]) == (cast.approver.label, True)
    assert b"Tuesday" not in entry.body


def test_whoever_may_approve_it_is_told_by_mail_while_it_waits(
    desk: Corrections, house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    (old,) = current(house, mailing_id)
    done = desk.bring(old, by=cast.approver)
    (mail,) = every(house, StaffMail, about_id=done.correction_id)
    assert (mail.staff_id, mail.kind) == (cast.admin.id, "approval-asked")

    def message() -> StaffMessage | Pointless:
        errand = StaffErrand(Lease(mail.id, "x", 0, mail.due_at), mail.kind, mail.staff_id, mail.about_id, mail.turn)
        with house.db.read() as session:
            return message_of(session, house.keys, house.settings, errand, now=clock.now)

    told = message()
    assert isinstance(told, StaffMessage)
    assert isinstance(told.letter, StaffLetter)
    assert told.letter.url.endswith(f"/staff/mailings/{mailing_id}/documents/{old.id}/replace")
    desk.press(done, by=cast.admin)
    assert isinstance(message(), Pointless)


def test_nobody_approves_a_correction_they_brought_or_of_their_own_letter(
    desk: Corrections, house: House, cast: Cast, mailing_id: str
) -> None:
    (old,) = current(house, mailing_id)
    done = desk.bring(old, by=cast.approver)
    with pytest.raises(OwnMailing):
        desk.press(done, by=cast.approver)
    with pytest.raises(NotAllowed):
        desk.press(done, by=cast.writer)
    assert desk.press(done, by=cast.admin).in_effect


def test_only_the_version_that_was_looked_at_takes_effect(desk: Corrections, house: House, mailing_id: str) -> None:
    (old,) = current(house, mailing_id)
    first = desk.bring(old)
    second = desk.bring(old, saying("We begin on Wednesday."))
    assert [one.id for one in every(house, Document, replaces_id=old.id)] == [second.correction_id]
    with pytest.raises(NothingToReplace):
        desk.press(first)
    desk.press(second)
    with pytest.raises(NoSuchDocument):
        desk.press(second)
    assert len(every(house, LedgerEntry, act="document:replace")) == 1


def test_a_correction_can_be_corrected_again(desk: Corrections, house: House, clock: Watch, mailing_id: str) -> None:
    (first,) = current(house, mailing_id)
    desk.press(desk.bring(first))
    (second,) = current(house, mailing_id)
    clock.forward(days=1)
    desk.press(desk.bring(second, saying("We begin on Wednesday.")))
    (third,) = current(house, mailing_id)
    assert third.replaces_id == second.id
    assert {copy.document_id for copy in every(house, Copy) if copy.revoked_at is None} == {third.id}


def test_it_is_judged_like_the_letter_and_a_file_that_names_somebody_is_not_kept(
    desk: Corrections, house: House, mailing_id: str
) -> None:
    (old,) = current(house, mailing_id)
    done = desk.bring(old, saying("We thank Sam Okafor for the photo."))
    assert (done.correction_id, done.report.verdict, done.in_effect) == (None, "blocked", False)
    assert every(house, Document) == [old]
    assert len(every(house, LedgerEntry, act="document:stop")) == 1


def test_a_childs_own_letter_has_to_name_that_child_and_nobody_else(
    desk: Corrections, house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    with house.db.write() as session:
        own = Document(
            id=new_id(), mailing_id=mailing_id, kind="own", addressee_id=cast.sam, file_name="card.pdf",
            media_type="application/pdf", size=len(LETTER), sha256="0" * 64, parts_read=1, created_at=clock.now,
        )  # fmt: skip
        session.add(own)
        session.flush()
        session.add(
            Copy(document_id=own.id, mailing_id=mailing_id, kind="own", addressee_id=cast.sam, child_id=cast.sam)
        )
    for wrong in ("Report card", "Report card of Luis Rivera 100002", "Sam Okafor 100006 and Luis Rivera 100002"):
        assert desk.bring(own, saying(wrong)).correction_id is None, wrong
    done = desk.bring(own, saying("Report card of Sam Okafor, 100006"))
    assert desk.press(done).children == 1
    (new,) = [one for one in current(house, mailing_id) if one.kind == "own"]
    assert (new.addressee_id, new.id) == (cast.sam, done.correction_id)


def test_a_roster_that_names_somebody_in_it_stops_it_at_the_last_moment(
    desk: Corrections, house: House, clock: Watch, mailing_id: str
) -> None:
    from portal.families.tables import Child
    from portal.publish.rounds.approvals import GuardSaysNo

    (old,) = current(house, mailing_id)
    done = desk.bring(old, saying("Leila Farouk begins on Tuesday."))
    with house.db.write() as session:
        session.add(
            Child(id=new_id(), student_number="200001", source_id="200001", given_name="Leila", family_name="Farouk",
                  grade="2", seen_at=clock.now)
        )  # fmt: skip
        session.add(
            RosterVersion(number=2, imported_at=clock.now, format="cast", content_sha256="1" * 64, children=5,
                          guardians=5, guardianships=7)
        )  # fmt: skip
    with pytest.raises(GuardSaysNo, match="The corrected version is not kept"):
        desk.press(done)
    assert [one.id for one in current(house, mailing_id)] == [old.id]
    assert done.correction_id is not None
    with house.db.read() as session:
        assert session.get(Document, done.correction_id) is None
    with pytest.raises((BlobMissing, KeyMissing)):
        house.documents.open(done.correction_id, 1)


def test_a_draft_is_changed_and_what_was_taken_back_stays_so(
    desk: Corrections, house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    draft = write_draft(house, cast, now=clock.now)
    with pytest.raises(NotNow, match="Change the letter itself"):
        desk.bring(current(house, draft)[0])
    (old,) = current(house, mailing_id)
    done = desk.bring(old)
    take_back(house, cast, clock, "document", old.id)
    for act in (lambda: desk.press(done), lambda: desk.bring(old)):
        with pytest.raises((NotNow, NoSuchDocument)):
            act()
    assert {copy.document_id for copy in every(house, Copy)} == {old.id}


def take_back(house: House, cast: Cast, clock: Watch, kind: Any, target: str) -> revoke.TakenBack:  # noqa: ANN401 - a kind
    with house.db.write() as session:
        return revoke.revoke(session, house.keys, Target(kind, target), by=cast.admin, reason="Wrong.", now=clock.now)


def test_taking_back_the_old_one_afterwards_is_a_repeat_and_the_new_one_goes_by_itself(
    desk: Corrections, house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    (old,) = current(house, mailing_id)
    done = desk.press(desk.bring(old), reason="A wrong day")
    assert take_back(house, cast, clock, "document", old.id).is_repeat
    assert every(house, TakingBack)[0].reason == "A wrong day"
    assert [link.revoked_at for link in every(house, Link)] == [None] * 6
    assert done.correction_id is not None
    assert take_back(house, cast, clock, "document", done.correction_id).links == 6
    assert every(house, Mailing, id=mailing_id)[0].state == "revoked"


def test_a_waiting_correction_is_no_letter_that_keeps_a_mailing_alive(
    desk: Corrections, house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    (old,) = current(house, mailing_id)
    desk.bring(old)
    take_back(house, cast, clock, "document", old.id)
    assert every(house, Mailing, id=mailing_id)[0].state == "revoked"


def test_lists_show_what_stands_and_evidence_stays_findable(
    desk: Corrections, house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    (old,) = current(house, mailing_id)
    done = desk.bring(old)

    def shown() -> tuple[str, str, list[str], corrections.Corrections]:
        with house.db.read() as session:
            seen = mailing_seen.mailing_seen(session, cast.writer, mailing_id, organisation="R", now=clock.now)
            kept = taking_back.published(session, by=cast.admin, limit=5)[0].documents
            assert seen.file is not None
            return (
                seen.file.id,
                drafting.so_far(session, mailing_id, cast.writer).file_name,
                sorted(document_id for document_id, _ in kept),
                corrections.corrections_of(session, mailing_id),
            )

    assert shown() == (old.id, "welcome.pdf", [old.id], corrections.Corrections(1, 0, None))
    desk.press(done)
    new_name = "welcome corrected.pdf"
    assert shown() == (
        done.correction_id, new_name, sorted([old.id, str(done.correction_id)]),
        corrections.Corrections(0, 1, clock.now),
    )  # fmt: skip


def test_neither_a_waiting_nor_a_replaced_file_is_removed_as_a_draft(
    desk: Corrections, house: House, mailing_id: str
) -> None:
    (old,) = current(house, mailing_id)
    done = desk.bring(old)
    with house.db.write() as session:
        assert documents.remove_drafts(session, mailing_id) == []
        session.rollback()
    assert {one.id for one in every(house, Document)} == {old.id, done.correction_id}


def test_dropping_it_leaves_everything_as_it_was(
    desk: Corrections, house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    (old,) = current(house, mailing_id)
    done = desk.bring(old)
    drop_correction(house, mailing_id, old.id, by=cast.writer, now=clock.now)
    assert every(house, Document) == [old]
    with pytest.raises(NothingToReplace):
        desk.press(done)


def test_a_confidential_letter_takes_two_people_whatever_the_door(
    desk: Corrections, house: House, mailing_id: str
) -> None:
    (old,) = current(house, mailing_id)
    with house.db.write() as session:
        session.exec(update(Mailing).values(confidential=True))
    assert not desk.bring(old, alone=True).in_effect


def test_where_a_door_waives_the_second_person_it_takes_effect_at_once_and_the_ledger_says_so(
    desk: Corrections, house: House, cast: Cast, mailing_id: str
) -> None:
    (old,) = current(house, mailing_id)
    assert desk.bring(old, alone=True, by=cast.approver, reason="At once").in_effect
    (entry,) = every(house, LedgerEntry, act="document:replace")
    assert json.loads(entry.body)["second_person"] is False


def test_a_setting_waives_the_second_person_for_few_families_and_the_author_alone(
    desk: Corrections, house: House, cast: Cast, mailing_id: str
) -> None:
    desk.house = replace(house, settings=house.settings.model_copy(update={"approval_waived_below": 10}))
    (old,) = current(house, mailing_id)
    assert not desk.bring(old, by=cast.admin).in_effect
    assert desk.bring(old, by=cast.writer).in_effect


def test_staff_of_another_site_correct_nothing(desk: Corrections, house: House, cast: Cast, clock: Watch) -> None:
    maple = send_letter(house, cast, now=clock.now, terms=(Term("site", "Maple"),))
    (old,) = current(house, maple)
    with pytest.raises(NoSuchMailing):
        desk.bring(old, by=cast.oak_writer)
    done = desk.bring(old)
    with pytest.raises(NoSuchMailing):
        desk.press(done, by=cast.oak_writer)


def test_a_copy_of_a_replaced_file_is_refused_to_whoever_comes_too_late(
    desk: Corrections, house: House, mailing_id: str
) -> None:
    (old,) = current(house, mailing_id)
    copy = every(house, Copy)[0]
    desk.press(desk.bring(old))
    with house.db.write() as session:
        session.delete(session.get_one(Copy, copy.id))
    row = {"id": new_id(), "document_id": old.id, "mailing_id": mailing_id, "kind": "shared", "addressee_id": None}
    with pytest.raises(DocumentReplaced), house.db.write() as session:
        documents.add_copies(session, [row | {"child_id": copy.child_id}])


def test_the_database_holds_one_correction_of_a_file(desk: Corrections, house: House, mailing_id: str) -> None:
    (old,) = current(house, mailing_id)
    done = desk.bring(old)
    (pending,) = every(house, Document, id=done.correction_id)
    with pytest.raises(IntegrityError), house.db.write() as session:
        session.add(Document(**pending.model_dump(exclude={"id"}), id=new_id()))
    with house.db.read() as session:
        assert session.exec(select(Document.id).where(col(Document.replaces_id) == old.id)).one() == done.correction_id
