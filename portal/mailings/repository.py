"""Every query of mailings, their audiences and whom they leave out."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, func, or_, select, update
from sqlmodel import Session, col

from portal.kernel.db import change, insert_rows
from portal.mailings.errors import ChangedMeanwhile, NoSuchMailing
from portal.mailings.rules import Move, Term, move
from portal.mailings.tables import AudienceTerm, LeftOut, Mailing, MailingSite, MailingWriter


def _visible(staff_id: str, sites: frozenset[str] | None) -> ColumnElement[bool]:
    if sites is None:
        return col(Mailing.id).is_not(None)
    outside = exists().where(col(MailingSite.mailing_id) == col(Mailing.id), col(MailingSite.site).not_in(sites))
    return or_(col(Mailing.author_id) == staff_id, ~outside)


def find(session: Session, mailing_id: str, *, staff_id: str, sites: frozenset[str] | None) -> Mailing:
    """Return a mailing that this staff member may see, read anew. Raises `NoSuchMailing`."""
    query = select(Mailing).where(col(Mailing.id) == mailing_id, _visible(staff_id, sites))
    mailing: Mailing | None = session.execute(query.execution_options(populate_existing=True)).scalar_one_or_none()
    if mailing is None:
        raise NoSuchMailing
    return mailing


def find_any(session: Session, mailing_id: str) -> Mailing | None:
    """Return a mailing whoever asks: for the worker and for taking back."""
    return session.get(Mailing, mailing_id, populate_existing=True)


def page(
    session: Session, *, staff_id: str, sites: frozenset[str] | None, before: datetime | None = None, limit: int = 50
) -> Sequence[Mailing]:
    """Return the newest mailings that this staff member may see."""
    query = select(Mailing).where(_visible(staff_id, sites)).order_by(col(Mailing.created_at).desc()).limit(limit)
    if before is not None:
        query = query.where(col(Mailing.created_at) < before)
    return session.execute(query).scalars().all()


def put(session: Session, mailing: Mailing, terms: Sequence[Term], sites: Iterable[str]) -> None:
    """Insert a mailing or write its changes, with its audience and the sites that audience is at."""
    session.add(mailing)
    session.flush()
    session.execute(delete(AudienceTerm).where(col(AudienceTerm.mailing_id) == mailing.id))
    words = [{"mailing_id": mailing.id, "kind": term.kind, "value": term.value} for term in terms]
    insert_rows(session, AudienceTerm, words)
    set_sites(session, mailing.id, sites)


def set_sites(session: Session, mailing_id: str, sites: Iterable[str]) -> None:
    """Replace the sites that a mailing's audience is at."""
    session.execute(delete(MailingSite).where(col(MailingSite.mailing_id) == mailing_id))
    insert_rows(session, MailingSite, [{"mailing_id": mailing_id, "site": site} for site in sorted(sites)])


def unapproved(session: Session) -> Sequence[str]:
    """Return the mailings whose audience moves with the roster, because nobody has approved them yet."""
    query = select(col(Mailing.id)).where(col(Mailing.approved_at).is_(None), col(Mailing.ended_at).is_(None))
    return session.execute(query).scalars().all()


def add_writer(session: Session, mailing_id: str, staff_id: str) -> None:
    """Note that somebody wrote or changed a mailing."""
    if not has_written(session, mailing_id, staff_id):
        insert_rows(session, MailingWriter, [{"mailing_id": mailing_id, "staff_id": staff_id}])


def has_written(session: Session, mailing_id: str, staff_id: str) -> bool:
    """Tell whether somebody wrote or changed a mailing."""
    return session.get(MailingWriter, (mailing_id, staff_id)) is not None


def terms_of(session: Session, mailing_id: str) -> tuple[Term, ...]:
    """Return the audience of a mailing."""
    query = (
        select(col(AudienceTerm.kind), col(AudienceTerm.value))
        .where(col(AudienceTerm.mailing_id) == mailing_id)
        .order_by(col(AudienceTerm.kind), col(AudienceTerm.value))
    )
    return tuple(Term(kind, value) for kind, value in session.execute(query))


def advance(session: Session, mailing: Mailing, by: Move, **changes: Any) -> None:  # noqa: ANN401 - columns differ in type
    """Move a mailing on by compare-and-set of its version. Raises `NotNow` or `ChangedMeanwhile`."""
    after = move(mailing.state, by)
    query = (
        update(Mailing)
        .where(col(Mailing.id) == mailing.id, col(Mailing.version) == mailing.version)
        .values(state=after, version=mailing.version + 1, **changes)
    )
    if change(session, query) != 1:
        raise ChangedMeanwhile
    session.refresh(mailing)


def check_version(mailing: Mailing, version: int) -> None:
    """Refuse to act on a mailing that is not the one somebody looked at. Raises `ChangedMeanwhile`."""
    if mailing.version != version:
        raise ChangedMeanwhile


def due_to_start(session: Session, *, now: datetime) -> Sequence[Mailing]:
    """Return the held mailings whose hold is over."""
    query = select(Mailing).where(col(Mailing.state) == "held", col(Mailing.held_until) <= now)
    return session.execute(query).scalars().all()


def in_state(session: Session, state: str) -> Sequence[Mailing]:
    """Return all mailings in a state."""
    return session.execute(select(Mailing).where(col(Mailing.state) == state)).scalars().all()


def add_left_out(session: Session, rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert whom an approved mailing leaves out."""
    insert_rows(session, LeftOut, rows)


def left_out_of(session: Session, mailing_id: str) -> list[tuple[str, str | None, str]]:
    """Return child, guardian and reason of everyone an approved mailing leaves out."""
    query = select(col(LeftOut.child_id), col(LeftOut.guardian_id), col(LeftOut.why)).where(
        col(LeftOut.mailing_id) == mailing_id
    )
    return [(row[0], row[1], row[2]) for row in session.execute(query)]


def count_by_state(session: Session, *, staff_id: str, sites: frozenset[str] | None) -> dict[str, int]:
    """Count the mailings that this staff member may see, by state."""
    query = select(col(Mailing.state), func.count()).where(_visible(staff_id, sites)).group_by(col(Mailing.state))
    return {row[0]: row[1] for row in session.execute(query)}
