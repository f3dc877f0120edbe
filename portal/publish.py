"""The counter at which browser and command line publish alike: several stories, a commit after each.

The order is the promise: judge first, then seal exactly the bytes that were judged, then write the row.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from portal.documents import repository as documents
from portal.documents.errors import FileEmpty, FileTooLarge
from portal.documents.rules import MOST_BYTES, safe_file_name
from portal.documents.tables import Document
from portal.families import repository as families
from portal.flows import approve_mailing, draft_mailing
from portal.flows.check_file import GuardReport, check_file, check_texts, note_stop, sha256_of
from portal.flows.draft_mailing import ClearedFile
from portal.guard.roster import Roster
from portal.kernel.errors import Refused
from portal.kernel.ids import new_id
from portal.mailings import repository as mailings
from portal.mailings.errors import DraftFaults, RosterChanged
from portal.mailings.rules import Draft
from portal.mailings.tables import Mailing
from portal.overviews import audiences
from portal.staff.rules import Acting
from portal.wiring import House

PUBLISHED = {"application/pdf"}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as somebody chose it: where it lies for the moment, and what they call it."""

    path: Path
    name: str


@dataclass(frozen=True, slots=True)
class Checked:
    """The mailing is written, its file judged clear and sealed."""

    mailing_id: str
    report: GuardReport


@dataclass(frozen=True, slots=True)
class Stopped:
    """The guard said no, and nothing of what it stopped is kept.

    `mailing_id` names the draft that keeps what was typed, where only the file was stopped.
    """

    mailing_id: str | None
    what: str
    report: GuardReport


class GuardSaysNo(Refused):
    """The guard no longer clears this letter, because the roster has changed since."""


def put_draft(
    house: House,
    draft: Draft,
    *,
    by: Acting,
    now: datetime,
    upload: Upload | None,
    change: tuple[str, int] | None = None,
) -> Checked | Stopped:
    """Write a mailing, or change one, with its file. Without an upload a changed mailing keeps the file it has.

    Raises `DraftFaults`, `OutOfScope`, `FileEmpty`, `FileTooLarge`, `ChangedMeanwhile`, `NotNow`.
    """
    with house.db.read() as session:
        number = families.newest_roster(session)  # before the roster is: one that comes meanwhile is not vouched for
        draft_mailing.check_audience(session, draft.terms, by=by)
        if upload is None and (change is None or not documents.documents_of(session, change[0])):
            raise DraftFaults({"file": "Choose the letter as a PDF file."})
    roster = house.people.roster(house.db, house.keys, now=now)
    if not roster.people:
        raise Refused("There is no roster yet, so nobody can tell whom a letter names. Import the roster first.")
    texts = check_texts(roster, _texts(house, draft.title, draft.message))
    if not texts.is_clear:
        _note_stop(house, texts, what="text", sha256="", by=by, now=now)
        return Stopped(None, "text", texts)
    if upload is None:
        assert change is not None
        return _keep_file(house, draft, change, (roster, number), by=by, now=now)
    _check_size(upload)
    name = safe_file_name(upload.name)
    found = check_file(house.reader, roster, path=upload.path, name=name)
    if not found.is_clear:
        _note_stop(house, found, what="file", sha256=sha256_of(upload.path), by=by, now=now)
        with house.db.write() as session:
            mailing = draft_mailing.draft_mailing(session, house.keys, draft, by=by, now=now, change=change)
        return Stopped(mailing.id, "file", found)
    if found.media_type not in PUBLISHED:
        raise DraftFaults({"file": "Families open letters on any phone: save the letter as PDF and choose it again."})
    judged = Upload(upload.path, name)
    return _seal_and_write(house, draft, judged, found, roster=number, change=change, by=by, now=now)


def _texts(house: House, title: str, message: str) -> dict[str, str]:
    return {"title": title, "message": message, "sender": house.settings.organisation}


def _check_size(upload: Upload) -> None:
    size = upload.path.stat().st_size
    if size == 0:
        raise FileEmpty
    if size > MOST_BYTES:
        raise FileTooLarge


def _note_stop(house: House, found: GuardReport, *, what: str, sha256: str, by: Acting, now: datetime) -> None:
    with house.db.write() as session:
        note_stop(session, house.keys, found, what=what, sha256=sha256, by=by, now=now)


def _seal_and_write(
    house: House,
    draft: Draft,
    upload: Upload,
    found: GuardReport,
    *,
    roster: int,
    change: tuple[str, int] | None,
    by: Acting,
    now: datetime,
) -> Checked:
    document_id = new_id()
    judged = sha256_of(upload.path)
    with upload.path.open("rb") as file:
        sealed = house.documents.seal(document_id, file)
    if sealed.sha256 != judged:
        house.documents.shred(document_id)
        raise Refused("The file changed while it was being checked. Choose it again.")
    cleared = ClearedFile(
        document_id, upload.name, found.media_type, sealed.size, sealed.sha256, found.parts_read, found.pages or None
    )
    try:
        with house.db.write() as session:
            mailing = draft_mailing.draft_mailing(session, house.keys, draft, by=by, now=now, change=change)
            _, replaced = draft_mailing.attach_document(
                session, house.keys, mailing.id, cleared, roster=roster, by=by, now=now
            )
    except Exception:
        house.documents.shred(document_id)
        raise
    for old in replaced:
        house.documents.shred(old)
    return Checked(mailing.id, found)


def _keep_file(
    house: House, draft: Draft, change: tuple[str, int], known: tuple[Roster, int], *, by: Acting, now: datetime
) -> Checked | Stopped:
    roster, number = known
    with house.db.read() as session:
        held = documents.documents_of(session, change[0])
    found = _judge_files(house, roster, held)
    with house.db.write() as session:
        mailing = draft_mailing.draft_mailing(session, house.keys, draft, by=by, now=now, change=change)
        if found.is_clear:
            mailings.advance(session, mailing, "check", checked_roster=number)
    return Checked(mailing.id, found) if found.is_clear else Stopped(mailing.id, "file", found)


def _judge_files(house: House, roster: Roster, held: Sequence[Document]) -> GuardReport:
    """Judge a mailing's sealed files, at least one, up to the first that is stopped."""
    with tempfile.TemporaryDirectory(prefix="portal-") as folder:
        path = Path(folder) / "letter"
        for document in held:
            with path.open("wb") as file:
                file.writelines(house.documents.open(document.id, document.size))
            found = check_file(house.reader, roster, path=path, name=document.file_name)
            if not found.is_clear:
                break
    return found


def judge_again(house: House, mailing_id: str, *, now: datetime) -> tuple[GuardReport, int, int]:
    """Judge a mailing's sealed file and texts by the newest roster; return the verdict, its version and that roster."""
    with house.db.read() as session:
        number = families.newest_roster(session)
        mailing = mailings.find_any(session, mailing_id)
        held = documents.documents_of(session, mailing_id)
    assert mailing is not None
    roster = house.people.roster(house.db, house.keys, now=now)
    found = check_texts(roster, _texts(house, mailing.title, mailing.message))
    return _judge_files(house, roster, held) if found.is_clear else found, mailing.version, number


def submit(house: House, mailing_id: str, *, by: Acting, version: int | None, now: datetime) -> Mailing:
    """Ask for approval; where a setting waives the second person for a few families, the hold begins at once."""
    with house.db.write() as session:
        mailing = approve_mailing.submit_mailing(session, house.keys, mailing_id, by=by, version=version, now=now)
    with house.db.read() as session:
        reached = audiences.reach_of(session, audiences.terms_of(session, mailing), now=now)
    if reached.families >= house.settings.approval_waived_below or mailing.confidential:
        return mailing
    return _approve(house, mailing_id, by=by, version=mailing.version, now=now, waived=True)


def approve(house: House, mailing_id: str, *, by: Acting, version: int | None, now: datetime) -> Mailing:
    """Approve what another person submitted. A roster that changed since is judged against first.

    Raises `OwnMailing`, `NotAllowed`, `OutOfScope`, `ChangedMeanwhile`, `NotNow`, `NobodyReached`, `GuardSaysNo`.
    """
    return _approve(house, mailing_id, by=by, version=version, now=now, waived=False)


def _approve(house: House, mailing_id: str, *, by: Acting, version: int | None, now: datetime, waived: bool) -> Mailing:
    story = approve_mailing.approve_without_second_person if waived else approve_mailing.approve_mailing
    for _ in range(3):  # an import may finish between judging and writing; each round judges anew
        try:
            with house.db.read() as session:
                mailing = approve_mailing.check_may_approve(session, mailing_id, by=by, waived=waived)
                if version is not None:
                    mailings.check_version(mailing, version)
                prepared = approve_mailing.prepare_approval(
                    session, house.keys, mailing, now=now, hold=timedelta(seconds=house.settings.hold_seconds)
                )
            with house.db.write() as session:
                return story(session, house.keys, prepared, by=by, now=now)
        except RosterChanged:
            found, seen, roster = judge_again(house, mailing_id, now=now)
            if not found.is_clear:
                _note_stop(house, found, what="recheck", sha256="", by=by, now=now)
                raise GuardSaysNo(f"The roster has changed since this was checked. {found.reason}") from None
            with house.db.write() as session:
                approve_mailing.note_checked_again(session, mailing_id, version=seen, roster=roster)
    raise RosterChanged
