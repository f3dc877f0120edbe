"""A corrected version is judged like the letter it replaces, sealed, and takes effect by a second person's press."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from portal.documents import repository as documents
from portal.documents.errors import FileEmpty, FileTooLarge, NoSuchDocument, NothingToReplace
from portal.documents.rules import MOST_BYTES, safe_file_name
from portal.documents.rules.cleared import ClearedFile
from portal.families import repository as families
from portal.flows.writing import replace_document
from portal.flows.writing.replace_document import Correcting
from portal.flows.writing.view_as_staff import LetterFile, note_staff_view
from portal.kernel.machine.scratch import scratch
from portal.mailings.errors import DraftFaults, RosterChanged
from portal.overviews.audience import audiences
from portal.overviews.writing import corrections
from portal.publish.checking.check_file import GuardReport, Yardstick, check_file, sha256_of
from portal.publish.checking.converting import OFFICE_TYPES, NotConverted, judge_made, make_pdf
from portal.publish.checking.judging import (
    PUBLISHED,
    Stripped,
    Upload,
    judge_in_turn,
    sealed,
    strip_and_judge,
    tell_stop,
    yardstick,
)
from portal.publish.rounds.approvals import CHANGED_SINCE, GuardSaysNo
from portal.staff.rules import Acting
from portal.wiring import House
from portal.words.sentences import one_after_another, sentence
from portal.words.sentences import reason as reason_said
from portal.words.several import kept

_SAVE_AS_PDF = sentence("Families open letters on any phone: save the letter as PDF and choose it again.")
_OLD_ONE_STAYS = sentence("The corrected version is not kept; families still have the old one.")


@dataclass(frozen=True, slots=True)
class Corrected:
    """What became of a corrected version: in effect for so many children, or none of it while it waits or is stopped.

    `correction_id` is the document's id; none where the guard stopped the file, which is then not kept.
    """

    mailing_id: str
    document_id: str
    correction_id: str | None
    report: GuardReport
    in_effect: bool = False
    children: int = 0


def mailing_of(house: House, document_id: str) -> str:
    """Return the mailing of a document, whoever asks: what they may do with it is asked next. Raises."""
    with house.db.read() as session:
        document = documents.find(session, document_id)
    if document is None:
        raise NoSuchDocument
    return document.mailing_id


def correct(
    house: House,
    mailing_id: str,
    document_id: str,
    upload: Upload,
    *,
    reason: str = "",
    alone: bool = False,
    by: Acting,
    now: datetime,
) -> Corrected:
    """Take the corrected version of a letter's file. It waits for a second person, unless a setting waives that.

    `alone`: the door lets an approver's word do, see `may_replace_alone`. Raises `NoSuchMailing`, `NoSuchDocument`,
    `OutOfScope`, `NotNow`, `FileEmpty`, `FileTooLarge`, `DraftFaults`, `GuardNotReady`.
    """
    with house.db.read() as session:
        seen = replace_document.check_may_correct(session, mailing_id, document_id, by=by)
        waived = corrections.is_waived(session, seen.mailing, below=house.settings.approval_waived_below)
        waived = waived and by.id == seen.mailing.author_id
        # asked before the file is brought: whoever brings one is a writer of the mailing from then on
        alone = alone and replace_document.may_replace_alone(session, seen.mailing, by=by)
    size = upload.path.stat().st_size
    if size == 0:
        raise FileEmpty
    if size > MOST_BYTES:
        raise FileTooLarge
    upload = Upload(upload.path, safe_file_name(upload.name))
    measure = _measure(house, seen, by=by, now=now)
    found = check_file(house.reader, measure, path=upload.path, name=upload.name)
    if not found.is_clear:
        return _stopped(house, seen, upload, found, by=by, now=now)
    if found.media_type not in PUBLISHED | OFFICE_TYPES.keys():
        raise DraftFaults({"file": _SAVE_AS_PDF})
    done = _seal(house, seen, upload, found, measure, reason=reason.strip(), by=by, now=now)
    if done.correction_id and (alone or waived):
        return let_take_effect(
            house, mailing_id, document_id, done.correction_id, reason=reason, second_person=False, by=by, now=now
        )
    return done


def let_take_effect(
    house: House,
    mailing_id: str,
    document_id: str,
    correction_id: str,
    *,
    reason: str = "",
    second_person: bool = True,
    by: Acting,
    now: datetime,
) -> Corrected:
    """Let the corrected version take effect that this person looked at, judged once more by today's roster.

    Raises as `check_may_replace`, `NothingToReplace` for another version, `GuardSaysNo`, `DocumentReplaced`.
    """
    for _ in range(3):  # an import may finish between judging and writing; each turn judges anew
        with house.db.read() as session:
            seen = replace_document.check_may_replace(
                session, mailing_id, document_id, by=by, second_person=second_person
            )
        if seen.new is None or seen.new.id != correction_id:
            raise NothingToReplace
        measure = _measure(house, seen, by=by, now=now)
        _, found = judge_in_turn(house, measure, [seen.new])
        if not found.is_clear:
            tell_stop(house, found, what="recheck", sha256=seen.new.sha256, by=by, now=now)
            drop_correction(house, mailing_id, document_id, correction_id=correction_id, by=by, now=now)
            raise GuardSaysNo(one_after_another(CHANGED_SINCE, kept(found.reason), _OLD_ONE_STAYS))
        try:
            with house.db.write() as session:
                children = replace_document.replace_document(
                    session, house.keys, seen, roster=measure.number, judged_by=measure.version,
                    second_person=second_person, reason=reason.strip(), by=by, now=now,
                )  # fmt: skip
        except RosterChanged:
            continue
        return Corrected(mailing_id, document_id, correction_id, found, in_effect=True, children=children)
    raise RosterChanged


def drop_correction(
    house: House, mailing_id: str, document_id: str, *, correction_id: str | None = None, by: Acting, now: datetime
) -> None:
    """Forget a corrected version that has not taken effect, or this one alone.

    Raises as `check_may_correct`, `NothingToReplace`.
    """
    with house.db.write() as session:
        gone = replace_document.drop_correction(
            session, house.keys, mailing_id, document_id, correction_id=correction_id, by=by, now=now
        )
    house.documents.shred(*gone)


def correction_chunks(
    house: House, mailing_id: str, document_id: str, *, by: Acting, now: datetime
) -> tuple[LetterFile, Iterator[bytes]]:
    """Note who looks at a corrected version that waits, and hand out its bytes. Raises as `check_may_correct`."""
    with house.db.write() as session:
        new = replace_document.check_may_correct(session, mailing_id, document_id, by=by).new
        if new is None:
            raise NothingToReplace
        note_staff_view(session, house.keys, mailing_id, new.id, by=by, now=now)
    return LetterFile(new.id, new.file_name, new.media_type, new.size), house.documents.open(new.id, new.size)


def _measure(house: House, seen: Correcting, *, by: Acting, now: datetime) -> Yardstick:
    """Return what this letter is judged by: one child's own has to name that child, and nobody else's family."""
    with house.db.read() as session:
        if seen.old.addressee_id is None:
            return yardstick(house, audiences.terms_of(session, seen.mailing), now=now, sites=by.sites)
        number = families.names_of_children(session, [seen.old.addressee_id])[seen.old.addressee_id][0]
    return yardstick(house, [("child", number)], now=now, names_its_child=True, sites=by.sites)


def _seal(
    house: House,
    seen: Correcting,
    upload: Upload,
    found: GuardReport,
    measure: Yardstick,
    *,
    reason: str,
    by: Acting,
    now: datetime,
) -> Corrected:
    with scratch() as folder:
        upload, judged = _judged(house, upload, found, measure, folder)
        if not judged.is_clear:
            return _stopped(house, seen, upload, judged.report, by=by, now=now)
        with sealed(house, judged, upload.name) as cleared, house.db.write() as session:
            gone = replace_document.bring_correction(
                session, house.keys, seen, _columns(cleared), judged_by=measure.version, reason=reason, by=by, now=now
            )
    house.documents.shred(*gone)
    return Corrected(seen.mailing.id, seen.old.id, cleared.document_id, judged.report)


def _judged(
    house: House, upload: Upload, found: GuardReport, measure: Yardstick, folder: Path
) -> tuple[Upload, Stripped]:
    """Judge what would be published: the file without its hidden parts, or the PDF that is made of it."""
    if found.media_type not in OFFICE_TYPES:
        return upload, strip_and_judge(house, measure, upload, found, folder / "letter")
    try:
        made = make_pdf(house, upload, found.media_type, folder / "made")
    except NotConverted as error:
        raise DraftFaults({"file": reason_said(error)}) from error
    return made.upload, judge_made(house, measure, made, folder / "letter")


def _columns(cleared: ClearedFile) -> dict[str, Any]:
    columns = asdict(cleared) | {"removed": "\n".join(cleared.removed) or None}
    return {"id": columns.pop("document_id")} | columns


def _stopped(
    house: House, seen: Correcting, upload: Upload, found: GuardReport, *, by: Acting, now: datetime
) -> Corrected:
    tell_stop(house, found, what="file", sha256=sha256_of(upload.path), by=by, now=now)
    return Corrected(seen.mailing.id, seen.old.id, None, found)
