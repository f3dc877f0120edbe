"""Every query of mailings, their audiences and whom they leave out."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, delete, exists, or_, select, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from portal.kernel.storage.bell import ring
from portal.kernel.storage.db import change, hold_rows, insert_rows
from portal.mailings.errors import ChangedMeanwhile, NoSuchMailing
from portal.mailings.rules import Move, RoundKind, Term, move
from portal.mailings.tables import (
    AudienceTerm,
    LeaveOut,
    LeftOut,
    Mailing,
    MailingSite,
    MailingWords,
    MailingWriter,
    Round,
    SampleSeen,
)


def visible_to(staff_id: str, sites: frozenset[str] | None) -> ColumnElement[bool]:
    """Return the condition for the mailings that a staff member may see."""
    if sites is None:
        return col(Mailing.id).is_not(None)
    somewhere = exists().where(col(MailingSite.mailing_id) == col(Mailing.id))
    outside = exists().where(col(MailingSite.mailing_id) == col(Mailing.id), col(MailingSite.site).not_in(sites))
    # Whoever wrote it is judged as everybody else, since sites change; what is for nobody yet is theirs alone.
    return and_(~outside, or_(somewhere, col(Mailing.author_id) == staff_id))


def find(session: Session, mailing_id: str, *, staff_id: str, sites: frozenset[str] | None) -> Mailing:
    """Return a mailing that this staff member may see, read anew. Raises `NoSuchMailing`."""
    query = select(Mailing).where(col(Mailing.id) == mailing_id, visible_to(staff_id, sites))
    mailing: Mailing | None = session.execute(query.execution_options(populate_existing=True)).scalar_one_or_none()
    if mailing is None:
        raise NoSuchMailing
    return mailing


def find_any(session: Session, mailing_id: str) -> Mailing | None:
    """Return a mailing whoever asks: for the worker and for taking back."""
    return session.get(Mailing, mailing_id, populate_existing=True)


def hold(session: Session, mailing_ids: Sequence[str]) -> None:
    """Hold these mailings till the end, where the database holds rows: whoever moves one on is waited for.

    First of all rows, by whoever goes on to their letters, links or messages (docs/architecture.md).
    """
    hold_rows(session, col(Mailing.id), col(Mailing.id).in_(mailing_ids))


def sent_by(session: Session, sender_id: str, since: datetime, until: datetime) -> Sequence[str]:
    """Return the mailings that somebody wrote and that were approved in a time, or that they sent again then."""
    wrote = and_(col(Mailing.author_id) == sender_id, col(Mailing.approved_at).between(since, until))
    again = exists().where(
        col(Round.mailing_id) == col(Mailing.id), col(Round.by_id) == sender_id, col(Round.at).between(since, until)
    )
    query = select(col(Mailing.id)).where(col(Mailing.approved_at).is_not(None), or_(wrote, again))
    return session.execute(query.order_by(col(Mailing.id))).scalars().all()


def senders(session: Session, *, staff_id: str, sites: frozenset[str] | None) -> set[str]:
    """Return who wrote or sent again what was approved, of the mailings that this staff member may see."""
    approved = (col(Mailing.approved_at).is_not(None), visible_to(staff_id, sites))
    wrote = select(col(Mailing.author_id)).where(*approved)
    again = select(col(Round.by_id)).join(Mailing, col(Mailing.id) == col(Round.mailing_id)).where(*approved)
    return {*session.execute(wrote.distinct()).scalars(), *session.execute(again.distinct()).scalars()}


def page(
    session: Session,
    *,
    staff_id: str,
    sites: frozenset[str] | None,
    before: str = "",
    states: Sequence[str] = (),
    limit: int = 50,
) -> Sequence[Mailing]:
    """Return the newest mailings that this staff member may see, or those older than the one with the id `before`.

    Where states are named, only those in one of them.
    """
    age = (col(Mailing.created_at), col(Mailing.id))  # several may be written at one moment
    query = select(Mailing).where(visible_to(staff_id, sites)).order_by(*(one.desc() for one in age)).limit(limit)
    if states:
        query = query.where(col(Mailing.state).in_(states))
    if before:
        then = select(col(Mailing.created_at)).where(col(Mailing.id) == before).scalar_subquery()
        query = query.where(or_(age[0] < then, and_(age[0] == then, age[1] < before)))
    return session.execute(query).scalars().all()


def newest_approved(session: Session, *, staff_id: str, sites: frozenset[str] | None, limit: int) -> Sequence[Mailing]:
    """Return the newest approved mailings that this staff member may see."""
    query = select(Mailing).where(col(Mailing.approved_at).is_not(None), visible_to(staff_id, sites))
    newest = query.order_by(col(Mailing.created_at).desc(), col(Mailing.id).desc())
    return session.execute(newest.limit(limit)).scalars().all()


def sent_of(
    session: Session, mailing_ids: Sequence[str], *, staff_id: str, sites: frozenset[str] | None
) -> list[tuple[str, str]]:
    """Return id and title of those of these mailings that are sent and that this staff member may see, newest first."""
    query = select(col(Mailing.id), col(Mailing.title)).where(
        col(Mailing.id).in_(mailing_ids), col(Mailing.state) == "sent", visible_to(staff_id, sites)
    )
    return [(row[0], row[1]) for row in session.execute(query.order_by(col(Mailing.approved_at).desc()))]


def with_paused_links(
    session: Session, *, staff_id: str, sites: frozenset[str] | None
) -> list[tuple[str, str, datetime]]:
    """Return id and title of the mailings whose links are paused, and since when, that this staff member may see."""
    paused = col(Mailing.links_paused_at)
    query = select(col(Mailing.id), col(Mailing.title), paused).where(paused.is_not(None), visible_to(staff_id, sites))
    return [(row[0], row[1], row[2]) for row in session.execute(query.order_by(paused.desc()))]


def titled(
    session: Session, words: str, *, staff_id: str, sites: frozenset[str] | None, limit: int
) -> list[tuple[str, str, str]]:
    """Return id, title and state of approved mailings by words of the title, or by id, that somebody may see."""
    named = and_(*(col(Mailing.title).icontains(word, autoescape=True) for word in words.split()))
    query = select(col(Mailing.id), col(Mailing.title), col(Mailing.state)).where(
        or_(col(Mailing.id) == words, named), col(Mailing.approved_at).is_not(None), visible_to(staff_id, sites)
    )
    rows = session.execute(query.order_by(col(Mailing.approved_at).desc()).limit(limit))
    return [(row[0], row[1], row[2]) for row in rows]


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


def add_sites(session: Session, mailing_id: str, sites: Iterable[str]) -> None:
    """Let a mailing be at these sites too."""
    query = select(col(MailingSite.site)).where(col(MailingSite.mailing_id) == mailing_id)
    new = set(sites) - set(session.execute(query).scalars())
    insert_rows(session, MailingSite, [{"mailing_id": mailing_id, "site": site} for site in sorted(new)])


def unapproved(session: Session) -> Sequence[str]:
    """Return the mailings whose audience moves with the roster, because nobody has approved them yet."""
    return session.execute(select(col(Mailing.id)).where(_is_unapproved())).scalars().all()


def _is_unapproved() -> ColumnElement[bool]:
    return col(Mailing.approved_at).is_(None) & col(Mailing.ended_at).is_(None)


def add_writer(session: Session, mailing_id: str, staff_id: str) -> None:
    """Note that somebody wrote or changed a mailing."""
    if not has_written(session, mailing_id, staff_id):
        insert_rows(session, MailingWriter, [{"mailing_id": mailing_id, "staff_id": staff_id}])


def has_written(session: Session, mailing_id: str, staff_id: str) -> bool:
    """Tell whether somebody wrote or changed a mailing."""
    return session.get(MailingWriter, (mailing_id, staff_id)) is not None


def others_wrote(by_id: str, sites: frozenset[str] | None) -> ColumnElement[bool]:
    """Return the condition for mailings that somebody may see and has written nothing of."""
    wrote = exists().where(col(MailingWriter.mailing_id) == col(Mailing.id), col(MailingWriter.staff_id) == by_id)
    return and_(col(Mailing.author_id) != by_id, ~wrote, visible_to(by_id, sites))


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
    ring(session)
    after = move(mailing.state, by)
    if after == "revoked":  # what is dead is paused no more: fresh links of it open, should there be any
        changes |= {"links_paused_at": None}
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
    """Return the held mailings whose hold is over; one whose links are paused waits until they open again."""
    query = select(Mailing).where(
        col(Mailing.state) == "held", col(Mailing.held_until) <= now, col(Mailing.links_paused_at).is_(None)
    )
    return session.execute(query.order_by(col(Mailing.id))).scalars().all()


def change_waiting(session: Session, mailing: Mailing, **changes: Any) -> None:  # noqa: ANN401 - columns differ in type
    """Change a mailing where it stands, by compare-and-set of its version. Raises `ChangedMeanwhile`."""
    ring(session)
    mine = (col(Mailing.id) == mailing.id, col(Mailing.version) == mailing.version)
    if change(session, update(Mailing).where(*mine).values(version=mailing.version + 1, **changes)) != 1:
        raise ChangedMeanwhile
    session.refresh(mailing)


def add_round(
    session: Session,
    mailing: Mailing,
    kind: RoundKind | Literal["print", "re-issue"],
    *,
    by_id: str,
    at: datetime,
    notices: int,
) -> None:
    """Insert the act that a mailing's newest round is; its key refuses a second of that number."""
    row = {"mailing_id": mailing.id, "number": mailing.round, "kind": kind, "by_id": by_id, "at": at}
    insert_rows(session, Round, [row | {"notices": notices}])


def round_of(session: Session, mailing_id: str, number: int) -> Round | None:
    """Return one act after the first that mailed a mailing."""
    return session.get(Round, (mailing_id, number))


def rounds_of(session: Session, mailing_id: str) -> Sequence[Round]:
    """Return every act after the first that mailed a mailing, the oldest first."""
    return (
        session.execute(select(Round).where(col(Round.mailing_id) == mailing_id).order_by(col(Round.number)))
        .scalars()
        .all()
    )


def in_state(session: Session, state: str) -> Sequence[Mailing]:
    """Return all mailings in a state."""
    return session.execute(select(Mailing).where(col(Mailing.state) == state)).scalars().all()


def sites_of(session: Session, mailing_id: str) -> frozenset[str]:
    """Return the sites that a mailing's audience is at."""
    query = select(col(MailingSite.site)).where(col(MailingSite.mailing_id) == mailing_id)
    return frozenset(session.execute(query).scalars())


def note_reminded(session: Session, mailing_id: str, *, now: datetime) -> None:
    """Note when approvers were told once more; whoever looks at the mailing meanwhile still looks at this version."""
    session.execute(update(Mailing).where(col(Mailing.id) == mailing_id).values(reminded_at=now))


def add_left_out(session: Session, rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert whom an approved mailing leaves out."""
    insert_rows(session, LeftOut, rows)


def left_out_of(session: Session, mailing_id: str) -> list[tuple[str, str | None, str]]:
    """Return child, guardian and reason of everyone an approved mailing leaves out."""
    query = select(col(LeftOut.child_id), col(LeftOut.guardian_id), col(LeftOut.why)).where(
        col(LeftOut.mailing_id) == mailing_id
    )
    return [(row[0], row[1], row[2]) for row in session.execute(query)]


def take_out_of_left_out(session: Session, mailing_id: str, reached: Sequence[tuple[str, str]]) -> None:
    """Forget that these guardians were left out of these children's letters, and that nobody was reached for them."""
    wanted, children = set(reached), {child for _, child in reached}
    query = select(col(LeftOut.id), col(LeftOut.guardian_id), col(LeftOut.child_id))
    rows = session.execute(query.where(col(LeftOut.mailing_id) == mailing_id)).all()
    ids = [
        row_id
        for row_id, guardian, child in rows
        if (guardian, child) in wanted or (guardian is None and child in children)
    ]
    for start in range(0, len(ids), 500):
        session.execute(delete(LeftOut).where(col(LeftOut.id).in_(ids[start : start + 500])))


def leave_outs(session: Session, mailing_id: str) -> dict[str, str]:
    """Return the children that staff leave out of a mailing, each with the reason."""
    query = select(col(LeaveOut.child_id), col(LeaveOut.reason)).where(col(LeaveOut.mailing_id) == mailing_id)
    return {row[0]: row[1] for row in session.execute(query)}


def set_leave_outs(
    session: Session, mailing_id: str, reasons: Mapping[str, str], *, by_id: str, now: datetime, keep: bool = True
) -> None:
    """Leave these children out, each for its reason, besides or instead of those left out before."""
    mine = col(LeaveOut.mailing_id) == mailing_id
    session.execute(delete(LeaveOut).where(mine, col(LeaveOut.child_id).in_(reasons) if keep else mine))
    rows = [
        {"mailing_id": mailing_id, "child_id": child_id, "reason": reason, "by_id": by_id, "at": now}
        for child_id, reason in reasons.items()
    ]
    insert_rows(session, LeaveOut, rows)


def take_in(session: Session, mailing_id: str, child_id: str) -> None:
    """Leave a child out no longer."""
    session.execute(delete(LeaveOut).where(col(LeaveOut.mailing_id) == mailing_id, col(LeaveOut.child_id) == child_id))


def note_sample_seen(session: Session, mailing: Mailing, staff_id: str, *, now: datetime) -> None:
    """Note that somebody has looked at the sample of this version of a mailing."""
    mine = (col(SampleSeen.mailing_id) == mailing.id) & (col(SampleSeen.staff_id) == staff_id)
    session.execute(delete(SampleSeen).where(mine))
    row = {"mailing_id": mailing.id, "staff_id": staff_id, "version": mailing.version, "at": now}
    insert_rows(session, SampleSeen, [row])


def has_seen_sample(session: Session, mailing: Mailing, staff_id: str) -> bool:
    """Tell whether somebody has looked at the sample of this version of a mailing."""
    seen = session.get(SampleSeen, (mailing.id, staff_id))
    return seen is not None and seen.version == mailing.version


def words_of(session: Session, mailing_id: str) -> dict[str, tuple[str, str]]:
    """Return title and message of a mailing in its other languages."""
    query = select(col(MailingWords.language), col(MailingWords.title), col(MailingWords.message))
    rows = session.execute(query.where(col(MailingWords.mailing_id) == mailing_id))
    return {language: (title, message) for language, title, message in rows}


def set_words(session: Session, mailing_id: str, words: Mapping[str, tuple[str, str]]) -> None:
    """Replace title and message of a mailing in its other languages."""
    session.execute(delete(MailingWords).where(col(MailingWords.mailing_id) == mailing_id))
    rows = [
        {"mailing_id": mailing_id, "language": language, "title": title, "message": message}
        for language, (title, message) in words.items()
    ]
    insert_rows(session, MailingWords, rows)


def forget_child(session: Session, child_id: str, *, before: str, after: str) -> None:
    """Put another number in place of a child's in audiences, and take away what was written for or of it alone."""
    named = (col(AudienceTerm.kind) == "child", col(AudienceTerm.value) == before)
    other = aliased(AudienceTerm)
    has_other = exists().where(col(other.mailing_id) == col(AudienceTerm.mailing_id), col(other.value) != before)
    alone = list(session.execute(select(col(AudienceTerm.mailing_id)).where(*named, ~has_other)).scalars())
    change(session, update(Mailing).where(col(Mailing.id).in_(alone)).values(title="Erased", message="Erased."))
    words = update(MailingWords).where(col(MailingWords.mailing_id).in_(alone))
    change(session, words.values(title="Erased", message="Erased."))
    change(session, update(AudienceTerm).where(*named).values(value=after))
    change(session, update(LeaveOut).where(col(LeaveOut.child_id) == child_id).values(reason="Erased."))
