"""Every query of what was given for many children: how far its sorting is, and what became of each file."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import case, delete, exists, func, insert, select, update
from sqlmodel import Session, col

from portal.documents.repository import loose
from portal.documents.tables import Document, GivenFile, Intake, IntakeFile
from portal.kernel.storage.bell import ring
from portal.kernel.storage.db import change, insert_rows
from portal.words.sentences import sentence
from portal.words.several import to_keep

_AT_ONCE = 500
MOST_ATTEMPTS = 2
"""So many processes may begin an intake and end without an answer; what was running then is set aside."""


def _gone() -> dict[str, Any]:
    return to_keep(
        sentence=sentence("What was given was kept for three days, and nobody finished it."),
        fix=sentence("Choose the files again."),
    ) | {"pages": [], "children": []}


def put_intake(session: Session, row: Mapping[str, Any], files: Iterable[Mapping[str, Any]]) -> list[str]:
    """Insert what was given for a mailing in place of what was given before; return the ids whose blobs go next."""
    ring(session)
    gone = forget_intake(session, row["mailing_id"])
    session.execute(insert(Intake).values(**row))
    listed = list(files)
    insert_rows(session, IntakeFile, listed)
    loose.placed(session, [file["id"] for file in listed])
    return gone


def forget_intake(session: Session, mailing_id: str) -> list[str]:
    """Delete what was given for a mailing; return the ids whose blobs go next."""
    files = select(col(IntakeFile.id)).where(col(IntakeFile.mailing_id) == mailing_id)
    ids = list(session.execute(files).scalars())
    session.execute(delete(IntakeFile).where(col(IntakeFile.mailing_id) == mailing_id))
    session.execute(delete(Intake).where(col(Intake.mailing_id) == mailing_id))
    loose.let_loose(session, ids)
    return ids


def intake_of(session: Session, mailing_id: str) -> Intake | None:
    """Return what was given for a mailing, read anew."""
    return session.get(Intake, mailing_id, populate_existing=True)


def intake_files(session: Session, mailing_id: str) -> dict[str, IntakeFile]:
    """Return the files of an intake by their role."""
    query = select(IntakeFile).where(col(IntakeFile.mailing_id) == mailing_id)
    return {file.role: file for file in session.execute(query).scalars()}


def waiting_intakes(session: Session, *, now: datetime) -> list[str]:
    """Return the mailings whose intake nobody works on: new ones, and those whose process died."""
    left = (col(Intake.state) == "running") & (col(Intake.lease_until) <= now)
    query = select(col(Intake.mailing_id)).where((col(Intake.state) == "waiting") | left)
    return list(session.execute(query.order_by(col(Intake.created_at))).scalars())


def claim_intake(session: Session, mailing_id: str, *, lease_id: str, until: datetime, now: datetime) -> bool:
    """Take an intake that nobody works on, and count the attempt; False when somebody else was first."""
    free = (col(Intake.state) == "waiting") | ((col(Intake.state) == "running") & (col(Intake.lease_until) <= now))
    query = update(Intake).where(col(Intake.mailing_id) == mailing_id, free)
    attempts = col(Intake.attempts) + 1
    return change(session, query.values(state="running", lease_id=lease_id, lease_until=until, attempts=attempts)) == 1


def set_intake_aside(session: Session, mailing_id: str, *, problem: str, now: datetime) -> bool:
    """Set an intake aside whose processes have ended without an answer too often; False while it may be tried."""
    lost = (col(Intake.state) == "running") & (col(Intake.lease_until) <= now)
    query = update(Intake).where(col(Intake.mailing_id) == mailing_id, lost, col(Intake.attempts) >= MOST_ATTEMPTS)
    return change(session, query.values(state="set-aside", problem=problem, lease_id=None, lease_until=None)) == 1


def note_answer(session: Session, mailing_id: str, *, lease_id: str) -> None:
    """Count attempts anew from the one at work, since it has written letters."""
    mine = (col(Intake.mailing_id) == mailing_id) & (col(Intake.lease_id) == lease_id)
    session.execute(update(Intake).where(mine).values(attempts=1))


def count_set_aside(session: Session) -> int:
    """Return how many intakes are set aside."""
    query = select(func.count()).select_from(Intake).where(col(Intake.state) == "set-aside")
    return int(session.execute(query).scalar_one())


def note_progress(
    session: Session, mailing_id: str, *, lease_id: str, until: datetime, step: str, done: int, total: int
) -> bool:
    """Say how far an intake is and hold its lease; False when another process has taken it over."""
    mine = (col(Intake.mailing_id) == mailing_id) & (col(Intake.lease_id) == lease_id)
    query = update(Intake).where(mine, col(Intake.state) == "running")
    return change(session, query.values(lease_until=until, step=step, done=done, total=total)) == 1


def hold_intake(session: Session, mailing_id: str, *, lease_id: str, until: datetime) -> bool:
    """Hold an intake's lease for longer; False when another process has taken it over."""
    mine = (col(Intake.mailing_id) == mailing_id) & (col(Intake.lease_id) == lease_id)
    query = update(Intake).where(mine, col(Intake.state) == "running")
    return change(session, query.values(lease_until=until)) == 1


def end_intake(session: Session, mailing_id: str, *, lease_id: str, problem: str, is_failed: bool) -> bool:
    """End an intake, done or failed; False when another process has taken it over."""
    mine = (col(Intake.mailing_id) == mailing_id) & (col(Intake.lease_id) == lease_id)
    state = "failed" if is_failed else "done"
    query = update(Intake).where(mine, col(Intake.state) == "running")
    return change(session, query.values(state=state, problem=problem, lease_id=None, lease_until=None)) == 1


def put_down_intake(session: Session, mailing_id: str, *, lease_id: str) -> None:
    """Leave an intake to whoever takes it next; what ends as it should is no attempt."""
    ring(session)
    mine = (col(Intake.mailing_id) == mailing_id) & (col(Intake.lease_id) == lease_id)
    query = update(Intake).where(mine, col(Intake.state) == "running")
    fewer = col(Intake.attempts) - 1
    session.execute(query.values(state="waiting", lease_id=None, lease_until=None, attempts=fewer))


def forget_intake_files(session: Session, mailing_id: str) -> list[str]:
    """Delete the files of an intake that is over; return the ids whose blobs go next."""
    ids = [file.id for file in intake_files(session, mailing_id).values()]
    session.execute(delete(IntakeFile).where(col(IntakeFile.mailing_id) == mailing_id))
    loose.let_loose(session, ids)
    return ids


def add_given_files(session: Session, rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert what became of files; the database refuses one whose document is another child's."""
    listed = list(rows)
    insert_rows(session, GivenFile, listed)
    loose.placed(session, [row["id"] for row in listed if row["is_kept"]])


def given_files(session: Session, mailing_id: str) -> Sequence[GivenFile]:
    """Return what became of a mailing's files, in the order they were given."""
    query = select(GivenFile).where(col(GivenFile.mailing_id) == mailing_id).order_by(col(GivenFile.place))
    return session.execute(query.execution_options(populate_existing=True)).scalars().all()


def children_given(session: Session, mailing_id: str) -> frozenset[str]:
    """Return the children whom a mailing's files are for, as far as that is known or suggested."""
    theirs = case((col(GivenFile.problem) == "suggested", col(GivenFile.suggested_id)), else_=col(GivenFile.child_id))
    query = select(theirs).where(col(GivenFile.mailing_id) == mailing_id).distinct()
    return frozenset(filter(None, session.execute(query).scalars()))


def filled_documents(session: Session, mailing_id: str) -> frozenset[str]:
    """Return the documents of a mailing into which the portal wrote their own child's name or number."""
    query = select(col(GivenFile.document_id)).where(col(GivenFile.mailing_id) == mailing_id, col(GivenFile.is_filled))
    return frozenset(filter(None, session.execute(query).scalars()))


def chosen_documents(session: Session, mailing_id: str) -> frozenset[str]:
    """Return the documents of a mailing of which a person said whose they are."""
    query = select(col(GivenFile.document_id)).where(col(GivenFile.mailing_id) == mailing_id, col(GivenFile.is_chosen))
    return frozenset(filter(None, session.execute(query).scalars()))


def kept_size(given: GivenFile) -> int:
    """Return how many bytes are kept of a file: of a suggested one, those of the letter as it would be published."""
    cleared = json.loads(given.report).get("cleared") if given.problem == "suggested" else None
    return int(cleared["size"]) if cleared else given.size


def given_file(session: Session, mailing_id: str, given_id: str) -> GivenFile | None:
    """Return one given file of a mailing."""
    query = select(GivenFile).where(col(GivenFile.mailing_id) == mailing_id, col(GivenFile.id) == given_id)
    return session.execute(query).scalar_one_or_none()


def forget_given_files(session: Session, mailing_id: str, ids: Sequence[str] | None = None) -> list[str]:
    """Delete given files, all of a mailing or these, and the documents they became; return ids whose blobs go next."""
    query = select(GivenFile).where(col(GivenFile.mailing_id) == mailing_id)
    gone = [one for one in session.execute(query).scalars() if ids is None or one.id in ids]
    documents = [one.document_id for one in gone if one.document_id]
    pages: list[str] = []
    for start in range(0, len(gone), _AT_ONCE):
        some = [one.id for one in gone[start : start + _AT_ONCE]]
        session.execute(delete(GivenFile).where(col(GivenFile.id).in_(some)))
    for start in range(0, len(documents), _AT_ONCE):
        these = col(Document.id).in_(documents[start : start + _AT_ONCE])
        pages += session.execute(
            select(col(Document.page_id)).where(these, col(Document.page_id).is_not(None))
        ).scalars()
        session.execute(delete(Document).where(these))
    blobs = [*documents, *pages, *(one.id for one in gone if one.is_kept)]
    loose.let_loose(session, blobs)
    return blobs


def expired_intakes(session: Session, *, now: datetime) -> list[str]:
    """Return the mailings of whose intake something is kept for longer than it may be."""
    has_files = exists().where(col(IntakeFile.mailing_id) == col(Intake.mailing_id))
    has_kept = exists().where(col(GivenFile.mailing_id) == col(Intake.mailing_id), col(GivenFile.is_kept))
    query = select(col(Intake.mailing_id)).where(col(Intake.expires_at) <= now, has_files | has_kept)
    return list(session.execute(query).scalars())


def forget_kept(session: Session, mailing_id: str, *, now: datetime) -> list[str]:
    """Forget what is kept of a mailing's intake if its time is over; what is in doubt has to be given again.

    Returns the ids whose blobs go next.
    """
    intake = intake_of(session, mailing_id)
    if intake is None or intake.expires_at > now:
        return []
    kept = (col(GivenFile.mailing_id) == mailing_id) & col(GivenFile.is_kept)
    blobs = [
        *forget_intake_files(session, mailing_id),
        *session.execute(select(col(GivenFile.id)).where(kept)).scalars(),
    ]
    session.execute(update(GivenFile).where(kept).values(is_kept=False))
    left = update(Intake).where(col(Intake.mailing_id) == mailing_id, col(Intake.state) != "done")
    session.execute(left.values(state="failed", problem=json.dumps([_gone()])))
    loose.let_loose(session, blobs)
    return blobs


def stop_given(session: Session, document_id: str, *, problem: str, report: str) -> list[str]:
    """Delete a document that the guard stops now; the file it was made from keeps what is wrong with it.

    Returns the ids whose blobs go next.
    """
    page = select(col(Document.page_id)).where(col(Document.id) == document_id, col(Document.page_id).is_not(None))
    gone = [document_id, *session.execute(page).scalars()]
    query = update(GivenFile).where(col(GivenFile.document_id) == document_id)
    session.execute(query.values(document_id=None, problem=problem, report=report))
    session.execute(delete(Document).where(col(Document.id) == document_id))
    loose.let_loose(session, gone)
    return gone


def pages_by_place(session: Session, mailing_id: str) -> dict[int, int]:
    """Return how many pages the letters of a mailing have, by place."""
    query = select(col(GivenFile.place), col(Document.pages)).join(
        Document, col(Document.id) == col(GivenFile.document_id)
    )
    rows = session.execute(query.where(col(GivenFile.mailing_id) == mailing_id))
    return {place: pages for place, pages in rows if pages}


def versions_judged_by(session: Session, mailing_id: str) -> frozenset[str | None]:
    """Return the versions that a mailing's letters were judged by."""
    query = select(col(GivenFile.judged_by)).distinct()
    mine = query.where(col(GivenFile.mailing_id) == mailing_id, col(GivenFile.document_id).is_not(None))
    return frozenset(session.execute(mine).scalars())


def note_judged(session: Session, mailing_id: str, judged_by: str) -> None:
    """Note by which version all letters of a mailing were judged."""
    query = update(GivenFile).where(col(GivenFile.mailing_id) == mailing_id, col(GivenFile.document_id).is_not(None))
    session.execute(query.values(judged_by=judged_by))
