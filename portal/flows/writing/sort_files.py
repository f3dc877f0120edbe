"""What staff gave for many children is sorted: whose each file is, what the guard says of it, what it became.

The work takes longer than a page may wait, so it is cut into pieces: each is durable on its own, and whoever takes
over after a crash begins behind the last of them.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from portal.documents import repository as documents
from portal.documents.errors import NothingGiven
from portal.documents.repository import intakes
from portal.documents.rules.cleared import ClearedFile
from portal.kernel.ids import new_id
from portal.kernel.secrets.keys import KeyRing
from portal.ledger import repository as ledger
from portal.ledger.rules import Act, Fact
from portal.mailings import repository as mailings
from portal.mailings.errors import NoSuchMailing
from portal.mailings.tables import Mailing
from portal.outbox import repository as outbox
from portal.overviews.audience import audiences
from portal.staff.rules import Acting
from portal.words.sentences import sentence
from portal.words.several import to_keep

LEASE: timedelta = timedelta(seconds=60)
KEPT: timedelta = timedelta(hours=72)
_STOPPED_AGAIN = sentence(
    "The roster, the staff, the known pictures or a setting has changed, and the guard stops some of these letters now."
)


@dataclass(frozen=True, slots=True)
class Given:
    """A file that was sealed as it was given: under which id, and what it is for."""

    id: str
    role: str
    file_name: str
    size: int


@dataclass(frozen=True, slots=True)
class Sorted:
    """What became of one file, or of one run of pages.

    Either it became a document (`cleared`), with the same letter as a web page where there is one, or `problem` says
    what kind of trouble it is. `id` is that of its kept bytes where `is_kept`;
    `is_filled` where the portal wrote the child's own name or number into it, `is_chosen` where a person said whose
    it is.
    """

    place: int
    file_name: str
    size: int
    sha256: str
    child_id: str | None = None
    suggested_id: str | None = None
    cleared: ClearedFile | None = None
    page: tuple[str, int] | None = None
    problem: str = ""
    report: str = ""
    judged_by: str = ""
    is_kept: bool = False
    is_filled: bool = False
    is_chosen: bool = False
    id: str = ""


def give_files(
    session: Session,
    keys: KeyRing,
    mailing: Mailing,
    files: Sequence[Given],
    *,
    way: str,
    ask: Mapping[str, Any],
    by: Acting,
    now: datetime,
) -> list[str]:
    """Put what was given into a draft in place of what was there; return the ids whose blobs may go.

    A mailing with one letter for each child is confidential from the first moment, until its approval knows that it is
    for one family whose writer wants no code.
    """
    gone = intakes.forget_given_files(session, mailing.id)
    gone += documents.remove_drafts(session, mailing.id)
    gone += documents.let_go(session, mailing.id)
    mailing.way, mailing.confidential = way, True
    session.add(mailing)
    session.flush()
    row = {
        "mailing_id": mailing.id, "way": way, "ask": json.dumps(ask), "state": "waiting", "step": "", "done": 0,
        "total": 0, "problem": "", "version": mailing.version, "by_id": by.id, "lease_id": None, "lease_until": None,
        "created_at": now, "expires_at": now + KEPT,
    }  # fmt: skip
    theirs = [
        {"id": one.id, "mailing_id": mailing.id, "role": one.role, "file_name": one.file_name, "size": one.size}
        for one in files
    ]
    gone += intakes.put_intake(session, row, theirs)
    about: dict[str, Fact] = {"mailing": mailing.id, "way": way, "files": len(files)}
    ledger.append(session, keys, [Act("mailing:give", by.label, about)], now=now)
    return gone


def give_more(
    session: Session,
    keys: KeyRing,
    mailing: Mailing,
    files: Sequence[Given],
    *,
    ask: Mapping[str, Any],
    by: Acting,
    now: datetime,
) -> list[str]:
    """Begin anew with what was given, told more about it; files of the same role are replaced.

    Returns the ids whose blobs may go. Raises `NothingGiven` when it was sorted to its end, and so is not kept.
    """
    intake = intakes.intake_of(session, mailing.id)
    kept = intakes.intake_files(session, mailing.id)
    if intake is None or not (kept or json.loads(intake.ask).get("markdown")):
        raise NothingGiven
    roles = {one.role for one in files}
    gone = [one.id for role, one in kept.items() if role in roles]
    stay = [Given(one.id, role, one.file_name, one.size) for role, one in kept.items() if role not in roles]
    told = {name: value for name, value in json.loads(intake.ask).items() if name != "again"} | dict(ask)
    way, stayed = intake.way, {one.id for one in stay}
    more = give_files(session, keys, mailing, [*stay, *files], way=way, ask=told, by=by, now=now)
    return [*gone, *(one for one in more if one not in stayed)]


def check_again(session: Session, mailing: Mailing, *, by: Acting, now: datetime) -> None:
    """Ask for a mailing's documents to be judged anew, since what the guard judges by changed; what they are stays."""
    kept = intakes.intake_of(session, mailing.id)
    if kept and kept.state in {"waiting", "running"}:
        return
    way = kept.way if kept else mailing.way
    told = json.loads(kept.ask) if kept else {}
    row = {
        "mailing_id": mailing.id, "way": way, "ask": json.dumps(told | {"again": True}), "state": "waiting", "step": "",
        "done": 0, "total": 0, "problem": "", "version": mailing.version, "by_id": by.id, "lease_id": None,
        "lease_until": None, "created_at": now, "expires_at": kept.expires_at if kept else now + KEPT,
    }  # fmt: skip
    intakes.put_intake(session, row, [])


def _set_aside() -> dict[str, Any]:
    return to_keep(
        sentence=sentence(
            "The portal began twice to work through what was given, and was ended both times. It was set aside."
        ),
        fix=sentence(
            "Make the files anew, save tables as CSV, and choose them again. If it happens again, tell whoever runs "
            "the portal."
        ),
    ) | {"pages": [], "children": []}


def set_aside(session: Session, keys: KeyRing, mailing_id: str, *, now: datetime) -> bool:
    """Set what was given aside if two processes in a row ended over it, and mail whoever gave it; False if not so."""
    if not intakes.set_intake_aside(session, mailing_id, problem=json.dumps([_set_aside()]), now=now):
        return False
    intake = intakes.intake_of(session, mailing_id)
    assert intake is not None
    turn = outbox.next_turn(session, "set-aside", about_id=mailing_id)
    outbox.queue_staff_mail(session, "set-aside", [intake.by_id], about_id=mailing_id, now=now, turn=turn)
    about: dict[str, Fact] = {"mailing": mailing_id, "attempts": intake.attempts}
    ledger.append(session, keys, [Act("mailing:set-aside", "worker", about)], now=now)
    return True


def keep_sorted(
    session: Session, keys: KeyRing, mailing_id: str, done: Sequence[Sorted], *, by: str, now: datetime
) -> None:
    """Write what became of some files, all or nothing."""
    documents.add_documents(session, [_document(mailing_id, one, now) for one in done if one.cleared])
    intakes.add_given_files(session, [_given(mailing_id, one) for one in done])
    _be_at_their_sites(session, mailing_id)
    ledger.append(session, keys, [_act(mailing_id, one, by) for one in done], now=now)


def _be_at_their_sites(session: Session, mailing_id: str) -> None:
    """Let a mailing for the children its files are for be at the sites of those, now that they are known."""
    if audiences.is_for_its_files(session, mailing_id):
        mailings.add_sites(session, mailing_id, audiences.sites_of(session, mailing_id))


def note_list(session: Session, keys: KeyRing, mailing_id: str, sha256: str, *, by: str, now: datetime) -> None:
    """Note that one PDF with all letters was a list of children, by its hash: it is not kept."""
    about: dict[str, Fact] = {"mailing": mailing_id, "what": "is-list", "sha256": sha256}
    ledger.append(session, keys, [Act("document:stop", by, about)], now=now)


def _document(mailing_id: str, one: Sorted, now: datetime) -> dict[str, Any]:
    assert one.cleared is not None
    file = one.cleared
    return {
        "id": file.document_id, "mailing_id": mailing_id, "kind": "own", "addressee_id": one.child_id,
        "file_name": file.file_name, "media_type": file.media_type, "size": file.size, "sha256": file.sha256,
        "parts_read": file.parts_read, "pages": file.pages, "removed": "\n".join(file.removed) or None,
        "created_at": now, "revoked_at": None, "language": "", "page_id": one.page[0] if one.page else None,
        "page_size": one.page[1] if one.page else None, "unheard": file.unheard,
    }  # fmt: skip


def _given(mailing_id: str, one: Sorted) -> dict[str, Any]:
    return {
        "id": one.id or new_id(), "mailing_id": mailing_id, "place": one.place, "file_name": one.file_name,
        "size": one.size, "sha256": one.sha256, "child_id": one.child_id, "suggested_id": one.suggested_id,
        "document_id": one.cleared.document_id if one.cleared else None, "problem": one.problem,
        "report": one.report, "judged_by": one.judged_by or None, "is_kept": one.is_kept, "is_filled": one.is_filled,
        "is_chosen": one.is_chosen,
    }  # fmt: skip


def _act(mailing_id: str, one: Sorted, by: str) -> Act:
    if one.cleared:
        about = {"mailing": mailing_id, "document": one.cleared.document_id, "sha256": one.cleared.sha256}
        return Act("document:clear", by, about | {"judged_by": one.judged_by})
    stop = {"mailing": mailing_id, "what": one.problem, "sha256": one.sha256}
    return Act("document:stop", by, stop | ({"judged_by": one.judged_by} if one.judged_by else {}))


def put_sorted(
    session: Session, keys: KeyRing, mailing: Mailing, done: Mapping[str, Sorted], *, by: str, now: datetime
) -> list[str]:
    """Put judged files in place of the given files with these ids; what is not there any more is passed over.

    Returns the ids that they replaced, whose blobs may go.
    """
    place_of = {one.id: one.place for one in intakes.given_files(session, mailing.id)}
    still = [given_id for given_id in done if given_id in place_of]
    gone = intakes.forget_given_files(session, mailing.id, still)
    rows = [replace(done[given_id], place=place_of[given_id]) for given_id in still]
    keep_sorted(session, keys, mailing.id, rows, by=by, now=now)
    return gone


def add_sorted(session: Session, keys: KeyRing, mailing: Mailing, one: Sorted, *, by: str, now: datetime) -> list[str]:
    """Put one judged file behind all others, in place of whatever its child has now; return whose blobs may go."""
    there = intakes.given_files(session, mailing.id)
    theirs = [given for given in there if given.child_id == one.child_id]
    gone = intakes.forget_given_files(session, mailing.id, [given.id for given in theirs])
    acts = [Act("document:drop", by, {"mailing": mailing.id, "sha256": given.sha256}) for given in theirs]
    place = max((given.place for given in there), default=-1) + 1
    keep_sorted(session, keys, mailing.id, [replace(one, place=place)], by=by, now=now)
    ledger.append(session, keys, acts, now=now)
    return gone


def stop_letters(
    session: Session,
    keys: KeyRing,
    mailing_id: str,
    stopped: Mapping[str, tuple[str, str]],
    *,
    version: int,
    judged_by: str,
    now: datetime,
) -> list[str]:
    """Take letters that are stopped now out of a mailing and lead it back to draft; its author is told.

    `stopped` is by document id: the kind of problem, and the report. Returns the ids whose blobs may go.
    Raises `ChangedMeanwhile`.
    """
    mailing = mailings.find_any(session, mailing_id)
    if mailing is None:
        raise NoSuchMailing
    mailings.check_version(mailing, version)
    mailings.advance(session, mailing, "edit", submitted_at=None, return_reason=_STOPPED_AGAIN, judged_by=None)
    gone: list[str] = []
    for document_id, (problem, report) in stopped.items():
        gone += intakes.stop_given(session, document_id, problem=problem, report=report)
    turn = outbox.next_turn(session, "returned", about_id=mailing.id)
    outbox.queue_staff_mail(session, "returned", [mailing.author_id], about_id=mailing.id, now=now, turn=turn)
    about = {"mailing": mailing.id, "what": "recheck", "judged_by": judged_by}
    acts = [Act("document:stop", "portal", about | {"document": document_id}) for document_id in stopped]
    ledger.append(session, keys, acts, now=now)
    return gone
