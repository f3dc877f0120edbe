"""Somebody is forgotten: every personal field of theirs, and a mark that no database tells a name from."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, exists, select, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from portal.families.repository import words
from portal.families.rules import erased_mark
from portal.families.tables import Child, Enrolment, ErasedPerson, Guardian, Guardianship, HandMadeRight, Restriction
from portal.kernel.secrets.keys import KeyRing
from portal.kernel.storage.db import change

ERASED = "Erased"
"""What stands in place of a name."""


def hidden(person_id: str) -> str:
    """Return what stands in place of a number by which rosters name somebody."""
    return f"erased-{person_id[:16]}"


def only_guardians_of(session: Session, child_id: str) -> list[str]:
    """Return the guardians of a child who have no other child here that is not erased."""
    other, tie = aliased(Child), aliased(Guardianship)
    has_another = exists().where(
        col(tie.guardian_id) == col(Guardianship.guardian_id),
        col(tie.child_id) != child_id,
        col(other.id) == col(tie.child_id),
        col(other.erased_at).is_(None),
    )
    query = (
        select(col(Guardianship.guardian_id))
        .join(Guardian, col(Guardian.id) == col(Guardianship.guardian_id))
        .where(col(Guardianship.child_id) == child_id, col(Guardian.erased_at).is_(None), ~has_another)
    )
    return sorted(session.execute(query).scalars())


def guardian_by_id(session: Session, guardian_id: str) -> Guardian | None:
    """Return a guardian."""
    return session.get(Guardian, guardian_id, populate_existing=True)


def erase_child(session: Session, keys: KeyRing, child: Child, *, reason: str, now: datetime) -> None:
    """Take every personal field off a child, end its guardianships, and keep a mark against the next roster."""
    _mark(session, keys, "child", (child.student_number, child.source_id), reason=reason, now=now)
    other = hidden(child.id)
    values = {"student_number": other, "source_id": other, "given_name": ERASED, "family_name": "", "grade": "",
              "birth_date_sealed": None, "left_at": now, "erased_at": now}  # fmt: skip
    change(session, update(Child).where(col(Child.id) == child.id).values(**values))
    session.execute(delete(Enrolment).where(col(Enrolment.child_id) == child.id))
    words.forget(session, [child.id])
    _end(session, col(Guardianship.child_id) == child.id, now)
    _end_hand_made(session, col(HandMadeRight.child_id) == child.id, now)
    _forget_reasons(session, col(Restriction.child_id) == child.id)


def erase_guardian(session: Session, keys: KeyRing, guardian: Guardian, *, reason: str, now: datetime) -> None:
    """Take every personal field off a guardian, end their guardianships, and keep a mark against the next roster."""
    _mark(session, keys, "guardian", (guardian.source_id,), reason=reason, now=now)
    values = {"source_id": hidden(guardian.id), "given_name": ERASED, "family_name": "", "address": None,
              "address_key": None, "mobile_sealed": None, "home_phone_sealed": None, "language": "", "left_at": now,
              "erased_at": now}  # fmt: skip
    change(session, update(Guardian).where(col(Guardian.id) == guardian.id).values(**values))
    words.forget(session, [guardian.id])
    _end(session, col(Guardianship.guardian_id) == guardian.id, now)
    _end_hand_made(session, col(HandMadeRight.guardian_id) == guardian.id, now)
    _forget_reasons(session, col(Restriction.guardian_id) == guardian.id)


def erased_ids(session: Session | Connection, keys: KeyRing, kind: str, sources: Iterable[str]) -> set[str]:
    """Return which of these numbers or ids are of somebody who was erased."""
    query = select(col(ErasedPerson.mark), col(ErasedPerson.key_id)).where(col(ErasedPerson.kind) == kind)
    marks: dict[str, set[str]] = {}
    for mark, key_id in session.execute(query):
        marks.setdefault(key_id, set()).add(mark)
    return {
        source
        for source in (sources if marks else ())
        if any(erased_mark(keys, kind, source, key_id) in known for key_id, known in marks.items())
    }


def forget_marks(session: Session, keys: KeyRing, kind: str, source: str) -> int:
    """Let the next roster bring somebody back who was erased; return how many marks there were."""
    key_ids = session.execute(select(col(ErasedPerson.key_id)).distinct()).scalars()
    marks = [erased_mark(keys, kind, source, key_id) for key_id in key_ids]
    return change(session, delete(ErasedPerson).where(col(ErasedPerson.mark).in_(marks)))


def _mark(session: Session, keys: KeyRing, kind: str, sources: Sequence[str], *, reason: str, now: datetime) -> None:
    key_id = keys.newest("column")
    for source in dict.fromkeys(sources):
        mark = erased_mark(keys, kind, source, key_id)
        session.merge(ErasedPerson(mark=mark, kind=kind, key_id=key_id, at=now, reason=reason))
    session.flush()


def _end(session: Session, where: ColumnElement[bool], now: datetime) -> None:
    open_ties = where & (col(Guardianship.ends_at).is_(None) | (col(Guardianship.ends_at) > now))
    change(session, update(Guardianship).where(open_ties).values(ends_at=now))


def _end_hand_made(session: Session, where: ColumnElement[bool], now: datetime) -> None:
    """End rights that staff gave by hand, and take away why."""
    change(session, update(HandMadeRight).where(where).values(reason_sealed=None, reference_sealed=None))
    still = (where, col(HandMadeRight.ended_at).is_(None))
    change(session, update(HandMadeRight).where(*still).values(ended_at=now, ended_by="erased"))


def _forget_reasons(session: Session, where: ColumnElement[bool]) -> None:
    """Take away why staff restricted something: such words name people."""
    values = {"reason_sealed": None, "reference_sealed": None, "lifted_reason_sealed": None}
    change(session, update(Restriction).where(where).values(**values))
