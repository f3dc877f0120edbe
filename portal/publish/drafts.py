"""A mailing is written with its file, or changed; what the guard stops is kept only where it may be released."""

import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from portal.documents import repository as documents
from portal.documents.errors import FileEmpty, FileTooLarge
from portal.documents.rules import MOST_BYTES, safe_file_name
from portal.flows import draft_mailing
from portal.flows.check_file import GuardReport, Yardstick, check_file, sha256_of
from portal.flows.draft_mailing import pairs_of
from portal.flows.hold_stopped_file import StoppedFile, hold_stopped_file
from portal.kernel.ids import new_id
from portal.mailings import repository as mailings
from portal.mailings.errors import DraftFaults
from portal.mailings.rules import Draft
from portal.publish.judging import (
    PUBLISHED,
    Upload,
    judge_documents,
    judge_texts,
    sealed,
    strip_and_judge,
    tell_stop,
    yardstick,
)
from portal.staff.rules import Acting
from portal.wiring import House

Change = tuple[str, int]
"""The mailing to change, and the version of it that its writer looked at."""


@dataclass(frozen=True, slots=True)
class Checked:
    """The mailing is written, its file judged clear and sealed."""

    mailing_id: str
    report: GuardReport


@dataclass(frozen=True, slots=True)
class Stopped:
    """The guard said no. `is_held` when the file is kept for three days, for a second person to release it.

    `mailing_id` names the draft that keeps what was typed, where only the file was stopped.
    """

    mailing_id: str | None
    what: str
    report: GuardReport
    is_held: bool = False


def put_draft(
    house: House, draft: Draft, *, by: Acting, now: datetime, upload: Upload | None, change: Change | None = None
) -> Checked | Stopped:
    """Write a mailing, or change one, with its file. Without an upload a changed mailing keeps the file it has.

    Raises `DraftFaults`, `OutOfScope`, `FileEmpty`, `FileTooLarge`, `ChangedMeanwhile`, `NotNow`, `GuardNotReady`.
    """
    with house.db.read() as session:
        draft_mailing.check_audience(session, draft.terms, by=by)
        if upload is None and (change is None or not documents.documents_of(session, change[0])):
            raise DraftFaults({"file": "Choose the letter as a PDF file or a picture."})
    measure = yardstick(house, pairs_of(draft.terms), now=now)
    texts = judge_texts(house, measure, title=draft.title, message=draft.message)
    if not texts.is_clear:
        tell_stop(house, texts, what="text", sha256="", by=by, now=now)
        return Stopped(None, "text", texts)
    if upload is None:
        assert change is not None
        return _keep_file(house, draft, change, measure, by=by, now=now)
    _check_size(upload)
    upload = Upload(upload.path, safe_file_name(upload.name))
    found = check_file(house.reader, measure, path=upload.path, name=upload.name)
    if not found.is_clear:
        return _stop(house, draft, upload, found, change=change, by=by, now=now)
    if found.media_type not in PUBLISHED:
        raise DraftFaults({"file": "Families open letters on any phone: save the letter as PDF and choose it again."})
    return _strip_and_seal(house, draft, upload, found, measure, change=change, by=by, now=now)


def _check_size(upload: Upload) -> None:
    size = upload.path.stat().st_size
    if size == 0:
        raise FileEmpty
    if size > MOST_BYTES:
        raise FileTooLarge


def _strip_and_seal(
    house: House,
    draft: Draft,
    upload: Upload,
    found: GuardReport,
    measure: Yardstick,
    *,
    change: Change | None,
    by: Acting,
    now: datetime,
) -> Checked | Stopped:
    with tempfile.TemporaryDirectory(prefix="portal-") as folder:
        judged = strip_and_judge(house, measure, upload, found, Path(folder) / "letter")
        if not judged.is_clear:
            return _stop(house, draft, upload, judged.report, change=change, by=by, now=now)
        with sealed(house, judged, upload.name) as cleared, house.db.write() as session:
            mailing = draft_mailing.draft_mailing(session, house.keys, draft, by=by, now=now, change=change)
            _, replaced = draft_mailing.attach_document(
                session, house.keys, mailing.id, cleared, roster=measure.number, by=by, now=now
            )
    for old in replaced:
        house.documents.shred(old)
    return Checked(mailing.id, judged.report)


def _stop(
    house: House,
    draft: Draft,
    upload: Upload,
    found: GuardReport,
    *,
    change: Change | None,
    by: Acting,
    now: datetime,
) -> Stopped:
    """Note the stop and write the draft, so that nothing typed is lost; keep the file only if it may be released."""
    sha256 = sha256_of(upload.path)
    tell_stop(house, found, what="file", sha256=sha256, by=by, now=now)
    is_held = found.may_be_released and found.media_type in PUBLISHED
    size = upload.path.stat().st_size
    stopped = StoppedFile(new_id(), upload.name, found.media_type, size, sha256, found.children, found.findings)
    if is_held:
        with upload.path.open("rb") as file:
            house.documents.seal(stopped.id, file)
    try:
        with house.db.write() as session:
            mailing = draft_mailing.draft_mailing(session, house.keys, draft, by=by, now=now, change=change)
            if is_held:
                replaced = hold_stopped_file(session, house.keys, mailing.id, stopped, by=by, now=now)
            else:
                replaced = documents.let_go(session, mailing.id)
    except BaseException:
        if is_held:
            house.documents.shred(stopped.id)
        raise
    for old in replaced:
        house.documents.shred(old)
    return Stopped(mailing.id, "file", found, is_held)


def _keep_file(
    house: House, draft: Draft, change: Change, measure: Yardstick, *, by: Acting, now: datetime
) -> Checked | Stopped:
    with house.db.read() as session:
        held = documents.documents_of(session, change[0])
    found = judge_documents(house, measure, held)
    with house.db.write() as session:
        mailing = draft_mailing.draft_mailing(session, house.keys, draft, by=by, now=now, change=change)
        if found.is_clear:
            mailings.advance(session, mailing, "check", checked_roster=measure.number)
    return Checked(mailing.id, found) if found.is_clear else Stopped(mailing.id, "file", found)
