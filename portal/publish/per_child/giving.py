"""Staff give a zip, one big PDF or a letter with fields for many children: it is sealed, and sorted afterwards.

Sorting takes up to a minute, so it is not done while somebody waits for a page: what was given is sealed first, and
the worker goes through it, whether or not the browser is still there.
"""

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from portal.documents.errors import FileEmpty, FileTooLarge
from portal.documents.repository import loose
from portal.documents.rules import safe_file_name
from portal.flows.writing import draft_mailing, sort_files
from portal.flows.writing.draft_mailing import pairs_of
from portal.flows.writing.reconcile_mailing import child_called, leave_out, open_for_change
from portal.flows.writing.sort_files import Given
from portal.kernel.ids import new_id
from portal.mailings.errors import DraftFaults
from portal.mailings.rules import Draft
from portal.publish.checking.judging import Upload, judge_texts, signer_of, tell_stop, yardstick
from portal.publish.one_letter.drafts import Change, Stopped
from portal.publish.per_child.settling import settle
from portal.staff.rules import Acting
from portal.wiring import House
from portal.words.sentences import sentence

Way = Literal["files", "split", "merge"]
MOST_GIVEN = 2 * 1024**3
"""Bytes of a zip or of a big PDF that are taken: 2 GiB."""

MOST_BESIDE = 32 * 1024**2
"""Bytes of a list or of a table of values; pictures and templates are smaller still, and are opened whole."""

_MOST = {"archive": MOST_GIVEN, "pdf": MOST_GIVEN, "template": 1024**2, "logo": 1024**2, "signature": 1024**2}
_FIRST: dict[Way, tuple[str, str]] = {
    "files": ("archive", sentence("Choose the letters: a zip file, or all the files at once.")),
    "split": ("pdf", sentence("Choose the PDF that holds all the letters.")),
    "merge": ("template", sentence("Write the letter, or choose a template.")),
}


@dataclass(frozen=True, slots=True)
class Accepted:
    """It is sealed and will be sorted; the draft is written."""

    mailing_id: str


def give(
    house: House,
    draft: Draft,
    *,
    way: Way,
    uploads: Mapping[str, Upload],
    ask: Mapping[str, Any],
    by: Acting,
    now: datetime,
    leave_outs: Mapping[str, str] | None = None,
    change: Change | None = None,
    as_id: str = "",
) -> Accepted | Stopped:
    """Write a draft with one letter for each child and take in what it is made from, to be sorted next.

    `uploads` are by role: `archive`, `pdf`, `template`, and beside them `list`, `values`, `logo`, `signature`.
    `leave_outs` are children by student number, each with the reason why it gets no letter. `as_id` is the id of a
    new mailing.
    Raises `DraftFaults`, `OutOfScope`, `FileEmpty`, `FileTooLarge`, `ChangedMeanwhile`, `NotNow`, `GuardNotReady`.
    """
    role, told = _FIRST[way]
    if role not in uploads and not (way == "merge" and ask.get("markdown")):
        raise DraftFaults({"file": told})
    if way == "merge" and any(term.kind == "files" for term in draft.terms):
        raise DraftFaults({"audience": sentence("Choose the children whom the letter is written for.")})
    _check_sizes(uploads)
    signer = _signer(house, draft, by=by, now=now)
    if isinstance(signer, Stopped):
        return signer
    with _sealed(house, uploads) as given, house.db.write() as session:
        mailing = draft_mailing.draft_mailing(
            session, house.keys, draft, signer=signer, by=by, now=now, change=change, as_id=as_id
        )
        said = {child_called(session, number, by=by): why for number, why in (leave_outs or {}).items()}
        leave_out(session, house.keys, mailing, said, by=by, now=now)
        gone = sort_files.give_files(session, house.keys, mailing, given, way=way, ask=ask, by=by, now=now)
    house.documents.shred(*gone)
    return Accepted(mailing.id)


def _signer(house: House, draft: Draft, *, by: Acting, now: datetime) -> str | Stopped:
    """Judge what is written and whom it is for; return who signs, or the stop. Raises `DraftFaults`, `OutOfScope`."""
    with house.db.read() as session:
        draft_mailing.check_audience(session, draft.terms, by=by)
    measure = yardstick(house, pairs_of(draft.terms), now=now, sites=by.sites)
    texts = judge_texts(house, measure, title=draft.title, message=draft.message, words=draft.words)
    if texts.is_clear:
        return signer_of(measure, by)
    tell_stop(house, texts, what="text", sha256="", by=by, now=now)
    return Stopped(None, "text", texts)


def change_words(house: House, draft: Draft, *, by: Acting, now: datetime, change: Change) -> Accepted | Stopped:
    """Change what a mailing with one letter for each child says and whom it is for; its letters stay.

    Raises what `give` raises.
    """
    signer = _signer(house, draft, by=by, now=now)
    if isinstance(signer, Stopped):
        return signer
    with house.db.write() as session:
        mailing = draft_mailing.draft_mailing(session, house.keys, draft, signer=signer, by=by, now=now, change=change)
    settle(house, mailing.id, now=now)
    return Accepted(mailing.id)


def sort_again(
    house: House, mailing_id: str, *, ask: Mapping[str, Any], uploads: Mapping[str, Upload], by: Acting, now: datetime
) -> None:
    """Sort what was given once more, told more about it (`ask`), or with another list or table beside it.

    Raises `NothingGiven` when it is not kept any more, `NotNow`, `FileEmpty`, `FileTooLarge`.
    """
    _check_sizes(uploads)
    with _sealed(house, uploads) as given, house.db.write() as session:
        mailing = open_for_change(session, mailing_id, by=by)
        gone = sort_files.give_more(session, house.keys, mailing, given, ask=ask, by=by, now=now)
    house.documents.shred(*gone)


def _check_sizes(uploads: Mapping[str, Upload]) -> None:
    for role, upload in uploads.items():
        size = upload.path.stat().st_size
        if size == 0:
            raise FileEmpty
        if size > _MOST.get(role, MOST_BESIDE):
            raise FileTooLarge


@contextmanager
def _sealed(house: House, uploads: Mapping[str, Upload]) -> Iterator[list[Given]]:
    """Seal what was given as it is; where the rows are not written after all, it is shredded again."""
    given: list[Given] = []
    try:
        given.extend(_seal(house, role, upload) for role, upload in uploads.items())
        yield given
    except BaseException:
        house.documents.shred(*(one.id for one in given))
        raise


def _seal(house: House, role: str, upload: Upload) -> Given:
    given_id = new_id()
    with house.db.write() as session:
        loose.note(session, [given_id], now=house.clock())
    with upload.path.open("rb") as file:
        kept = house.documents.seal(given_id, file)
    return Given(given_id, role, safe_file_name(upload.name), kept.size)


def bundle(files: Sequence[Upload], into: Path) -> Upload:
    """Put files that were chosen one by one into a zip of our own, so that there is one way in. Their names stay."""
    with zipfile.ZipFile(into, "w", zipfile.ZIP_STORED) as archive:
        for one in files:
            archive.write(one.path, _within_zip(one.name))
    return Upload(into, "letters.zip")


def _within_zip(name: str) -> str:
    """Return a name that a zip can hold: of one with nothing between its slashes, or cut at a NUL, nothing is left."""
    return "/".join(part for part in name.replace("\0", "").split("/") if part not in {"", "."}) or "letter"
