"""A mailing is written with its files, or changed; what the guard stops is kept only where it may be released."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from portal.documents import repository as documents
from portal.documents.repository import loose
from portal.documents.repository.enclosures import enclosed_in
from portal.documents.rules.cleared import Slot
from portal.documents.tables import Document
from portal.flows.writing import draft_mailing
from portal.flows.writing.draft_mailing import pairs_of
from portal.flows.writing.hold_stopped_file import StoppedFile, hold_stopped_file
from portal.kernel.ids import new_id
from portal.mailings.errors import DraftFaults
from portal.mailings.rules import Draft
from portal.mailings.tables import Mailing
from portal.publish.checking.check_file import GuardReport, Yardstick, sha256_of
from portal.publish.checking.judging import (
    PUBLISHED,
    Upload,
    judge_in_turn,
    judge_texts,
    signer_of,
    tell_stop,
    yardstick,
)
from portal.publish.one_letter.letters import (
    BASE,
    Halted,
    Ready,
    check_total,
    files_of,
    make_ready,
    sealed_all,
    slots_of,
)
from portal.staff.rules import Acting
from portal.wiring import House
from portal.words.sentences import sentence

Change = tuple[str, int]
"""The mailing to change, and the version of it that its writer looked at."""


@dataclass(frozen=True, slots=True)
class Checked:
    """The mailing is written, its files judged clear and sealed; the report is on the letter for everybody."""

    mailing_id: str
    report: GuardReport


@dataclass(frozen=True, slots=True)
class Stopped:
    """The guard said no. `is_held` when the file is kept for three days, for a second person to release it.

    `mailing_id` names the draft that keeps what was typed, where only a file was stopped; `file_name`, `language` and
    `place` say which. `is_one_of_several`: it might have been held, had it been the only file of its letter.
    """

    mailing_id: str | None
    what: str
    report: GuardReport
    is_held: bool = False
    file_name: str = ""
    language: str = BASE
    is_one_of_several: bool = False
    place: int = 0


@dataclass(frozen=True, slots=True)
class _Act:
    """Who writes what, over which earlier version of it.

    The files in the slots to `drop` go whatever becomes of it, those in `replaced` once the new ones are written.

    `same_audience`: it is for whom it was for, so that what a second person released for them stays released. `as_id`
    is the id of a new mailing.
    """

    draft: Draft
    change: Change | None
    drop: frozenset[Slot]
    replaced: frozenset[Slot]
    same_audience: bool
    signer: str
    by: Acting
    now: datetime
    as_id: str


def put_draft(
    house: House,
    draft: Draft,
    *,
    by: Acting,
    now: datetime,
    upload: Upload | None,
    others: Mapping[str, Upload] | None = None,
    texts: Mapping[str, str] | None = None,
    drop: Collection[str] = (),
    change: Change | None = None,
    as_id: str = "",
    enclosures: Sequence[Upload] = (),
    keep_enclosures: bool = False,
) -> Checked | Stopped:
    """Write a mailing, or change one, with its file and `others` by language; the English one has no language.

    `texts` are letters written here, as Markdown, in place of files. A changed mailing keeps the files that are not
    replaced, but for those in the languages to `drop`. `enclosures` are shown with the letter in each language, in this
    order; they replace all that were enclosed before, or come behind them (`keep_enclosures`). One that is stopped
    stops all. A letter to one child alone may name its family, and need not: staff said whose it is. `as_id`: its id.
    Raises `DraftFaults`, `OutOfScope`, `FileEmpty`, `FileTooLarge`, `ChangedMeanwhile`, `NotNow`, `GuardNotReady`.
    """
    letters = {**({BASE: upload} if upload else {}), **(others or {})}
    with house.db.read() as session:
        draft_mailing.check_audience(session, draft.terms, by=by)
        held = documents.documents_of(session, change[0]) if change else []
        same_audience = change is not None and draft_mailing.is_same_audience(session, change[0], draft)
    laid = _laid_out(held, letters, texts or {}, enclosures, drop=drop, keeps=keep_enclosures)
    _check_is_for_all(draft, laid.languages)
    measure = yardstick(house, pairs_of(draft.terms), now=now, sites=by.sites)
    if not (said := judge_texts(house, measure, title=draft.title, message=draft.message, words=draft.words)).is_clear:
        tell_stop(house, said, what="text", sha256="", by=by, now=now)
        return Stopped(None, "text", said)
    act = _Act(draft, change, laid.dropped, laid.replaced, same_audience, signer_of(measure, by), by, now, as_id)
    with files_of(house, draft, laid.uploads, texts or {}) as (files, folder):
        ready = make_ready(house, measure, files, folder)
        if isinstance(ready, Halted):
            return _stop(house, act, ready, is_alone=len(files) == 1 and not (laid.kept or ready.upload.page))
        return _put(house, act, ready, laid.kept, measure)


@dataclass(frozen=True, slots=True)
class _Laid:
    """Which files are new, which stay, and which go: `dropped` at once, `replaced` once the new ones are written.

    `languages` are those in which there is a letter.
    """

    uploads: dict[Slot, Upload]
    kept: list[Document]
    dropped: frozenset[Slot]
    replaced: frozenset[Slot]
    languages: frozenset[str]


def _laid_out(
    held: Sequence[Document], letters: Mapping[str, Upload], texts: Mapping[str, str], enclosures: Sequence[Upload],
    *, drop: Collection[str], keeps: bool,
) -> _Laid:  # fmt: skip
    dropped = frozenset((tag, 0) for tag in drop if tag != BASE)
    replaced = frozenset(map(documents.slot_of, enclosed_in(held) if enclosures and not keeps else ()))
    uploads = {(tag, 0): one for tag, one in letters.items()}
    uploads |= slots_of(enclosures, behind=0 if replaced else len(enclosed_in(held)))
    gone = {*uploads, *((tag, 0) for tag in texts)} | dropped | replaced
    kept = [one for one in held if documents.slot_of(one) not in gone]
    if enclosures:
        check_total(uploads.values(), kept)
    languages = frozenset({*letters, *texts, *(one.language for one in kept if not one.place)})
    return _Laid(uploads, kept, dropped, replaced, languages)


def _check_is_for_all(draft: Draft, languages: Collection[str]) -> None:
    if any(term.kind == "files" for term in draft.terms):
        raise DraftFaults({"audience": sentence("Choose whom the letter is for.")})
    if BASE not in languages:
        raise DraftFaults({"file": sentence("Choose the letter as a PDF file or a picture.")})


def _put(
    house: House, act: _Act, ready: list[Ready], kept: Sequence[Document], measure: Yardstick
) -> Checked | Stopped:
    """Judge the files that stay, by what is new about their letter, and write all of it."""
    stopped, found = judge_in_turn(house, measure, kept, releases_hold=act.same_audience) if kept else (None, None)
    if stopped is not None and found is not None:
        return _forget(house, act, stopped, found)
    with sealed_all(house, ready) as cleared, house.db.write() as session:
        mailing = _draft(session, house, act)
        _, gone = draft_mailing.attach_documents(
            session, house.keys, mailing.id, cleared, drop=act.drop | act.replaced, judged_by=measure.version,
            by=act.by, now=act.now,
        )  # fmt: skip
    house.documents.shred(*gone)
    report = next((one.stripped.report for one in ready if one.slot == (BASE, 0)), found)
    assert report is not None, "the letter for everybody is new or kept"
    return Checked(mailing.id, report)


def _forget(house: House, act: _Act, stopped: Document, found: GuardReport) -> Stopped:
    """Note the stop of a file that was clear, or released, for what the letter was before; it is not kept either."""
    tell_stop(house, found, what="file", sha256=stopped.sha256, by=act.by, now=act.now)
    with house.db.write() as session:
        mailing = _draft(session, house, act)
        gone = documents.remove_drafts(session, mailing.id, act.drop | {documents.slot_of(stopped)})
    house.documents.shred(*gone)
    return Stopped(
        mailing.id, "file", found, file_name=stopped.file_name, language=stopped.language, place=stopped.place
    )


def _draft(session: Session, house: House, act: _Act) -> Mailing:
    return draft_mailing.draft_mailing(
        session,
        house.keys,
        act.draft,
        signer=act.signer,
        by=act.by,
        now=act.now,
        change=act.change,
        as_id=act.as_id,
    )


def _stop(house: House, act: _Act, halted: Halted, *, is_alone: bool) -> Stopped:
    """Note the stop and write the draft, so that nothing typed is lost; keep the file only if it may be released."""
    upload, found, by, now = halted.upload, halted.report, act.by, act.now
    sha256 = sha256_of(upload.path)
    tell_stop(house, found, what="file", sha256=sha256, by=by, now=now)
    may_be_held = found.may_be_released and found.media_type in PUBLISHED
    is_held = may_be_held and is_alone  # who releases a file looks at one, and says why of that one
    size = upload.path.stat().st_size
    stopped = StoppedFile(new_id(), upload.name, found.media_type, size, sha256, found.children, found.findings)
    if is_held:
        with house.db.write() as session:  # first: a crash may leave no stopped file that nobody knows of
            loose.note(session, [stopped.id], now=house.clock())
        with upload.path.open("rb") as file:
            house.documents.seal(stopped.id, file)
    try:
        with house.db.write() as session:
            mailing = _draft(session, house, act)
            # what was cleared for the letter before is not to lie here when this one is released
            replaced = documents.remove_drafts(session, mailing.id, act.drop)
            if is_held:
                replaced += hold_stopped_file(session, house.keys, mailing.id, stopped, by=by, now=now)
            else:
                replaced += documents.let_go(session, mailing.id)
                mailing.return_reason = found.reason  # for whoever did not wait for the answer
                session.add(mailing)
    except BaseException:
        if is_held:
            house.documents.shred(stopped.id)
        raise
    house.documents.shred(*replaced)
    return Stopped(
        mailing.id, "file", found, is_held, upload.name, halted.slot[0],
        is_one_of_several=may_be_held and not is_alone, place=halted.slot[1],
    )  # fmt: skip
