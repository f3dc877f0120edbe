"""The ledger as people read it, and what it says about one child."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import func, select
from sqlmodel import Session, col

from portal.families.errors import NoSuchChild
from portal.families.rules import open_private
from portal.families.tables import Child
from portal.incidents.tables import IncidentDecision
from portal.kernel.secrets.keys import KeyRing, SealBroken
from portal.ledger import repository as ledger
from portal.ledger.errors import LedgerBroken
from portal.ledger.rules import Entry, Wanted
from portal.ledger.tables import Disclosure, ErroneousDisclosure
from portal.links.tables import Link
from portal.staff.tables import StaffMember
from portal.words.sentences import sentence

_SHOWN_SUBJECTS = ("child", "link", "disclosure")


@dataclass(frozen=True, slots=True)
class Line:
    """One entry, opened for reading: when, who, what, and the ids and counts about it."""

    seq: int
    at: datetime
    act: str
    by: str
    about: Mapping[str, Any]


def line_of(entry: Entry) -> Line:
    """Return an entry as a line. Raises `LedgerBroken` for bytes that no act of ours has."""
    try:
        body = json.loads(entry.body)
        at = datetime.fromisoformat(body.pop("at"))
        return Line(entry.seq, at, body.pop("act"), body.pop("by"), body)
    except (ValueError, KeyError, AttributeError, TypeError):
        raise LedgerBroken(
            sentence("Entry %(number)s of the ledger cannot be read: it was changed.", number=entry.seq)
        ) from None


@dataclass(frozen=True, slots=True)
class Filter:
    """What somebody looks for in the ledger, as they typed it: an act, a staff member's id, an id or a student number.

    `since` and `until` are moments; `before` is the number that the page ends before.
    """

    act: str = ""
    staff_id: str = ""
    about: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None


def lines(session: Session, wanted: Filter, *, limit: int) -> list[Line]:
    """Return the newest lines first that are wanted."""
    ends = [wanted.before] if wanted.before else []
    ends += [ledger.first_since(session, wanted.until)] if wanted.until else []
    asked = Wanted(
        act=wanted.act,
        by=f"staff:{wanted.staff_id}" if wanted.staff_id else "",
        about=_id_of(session, wanted.about.strip()),
        first=ledger.first_since(session, wanted.since) if wanted.since else 0,
        before=min(ends, default=None),
    )
    return [line_of(entry) for entry in ledger.search(session, asked, limit=limit)]


def _id_of(session: Session, about: str) -> str:
    """Return the id that is meant: what is no id is a student number, if there is a child by it."""
    child = session.execute(select(col(Child.id)).where(col(Child.student_number) == about)).scalar_one_or_none()
    return child or about.lower()


def names_of_staff(session: Session, labels: Iterable[str]) -> dict[str, str]:
    """Return what staff members are called, by their ledger's label; the ledger itself holds no name."""
    staff_ids = {label: label.rpartition("staff:")[2] for label in labels if "staff:" in label}
    query = select(col(StaffMember.id), col(StaffMember.name), col(StaffMember.address))
    rows = session.execute(query.where(col(StaffMember.id).in_(set(staff_ids.values()))))
    names = {staff_id: name or address for staff_id, name, address in rows}
    return {label: names[staff_id] for label, staff_id in staff_ids.items() if staff_id in names}


def about_child(session: Session, student_number: str) -> Iterator[Entry]:
    """Yield, in order, every entry about a child or one of its links (34 CFR 99.32). Raises `NoSuchChild`."""
    query = select(col(Child.id)).where(col(Child.student_number) == student_number)
    child_id = session.execute(query).scalar_one_or_none()
    if child_id is None:
        raise NoSuchChild
    links = session.execute(select(col(Link.id)).where(col(Link.child_id) == child_id)).scalars()
    theirs = {child_id, *links}
    return (entry for entry in ledger.entries(session) if _names_one_of(entry, theirs))


def _names_one_of(entry: Entry, ids: set[str]) -> bool:
    about = json.loads(entry.body)
    return any(about.get(subject) in ids for subject in _SHOWN_SUBJECTS)


Shown = tuple[str, str, str, str, str, str, str]
"""A disclosure as its entry tells it: id, act, who, copy, child, link and mailing."""


def shown_by(line: Line) -> Shown:
    """Return the disclosure that an entry of a view or a download tells of."""
    about = line.about
    facts = (about["disclosure"], line.act, line.by, about["copy"], about["child"], about["link"], about["mailing"])
    return cast("Shown", facts)


def disclosures(session: Session, ids: Sequence[str]) -> dict[Shown, tuple[datetime, str]]:
    """Return the rows of these disclosures, when they were and in which opening; at most a thousand at a time.

    A row whose time is none at all is left out: SQLite keeps any text as one.
    """
    try:
        return _disclosures(session, ids)
    except (TypeError, ValueError):
        half = len(ids) // 2
        return disclosures(session, ids[:half]) | disclosures(session, ids[half:]) if half else {}


def _disclosures(session: Session, ids: Sequence[str]) -> dict[Shown, tuple[datetime, str]]:
    query = select(
        col(Disclosure.id),
        col(Disclosure.kind),
        col(Disclosure.guardian_id),
        col(Disclosure.copy_id),
        col(Disclosure.child_id),
        col(Disclosure.link_id),
        col(Disclosure.mailing_id),
        col(Disclosure.at),
        col(Disclosure.opening_id),
    ).where(col(Disclosure.id).in_(ids))
    return {
        (row[0], f"copy:{row[1]}", f"family:{row[2]}", row[3], row[4], row[5], row[6]): (row[7], row[8])
        for row in session.execute(query)
    }


Marked = tuple[str, str, datetime]
"""A mark that a disclosure should not have been: of which, by whom, when."""


def marked_by(line: Line) -> Marked:
    """Return the mark that its entry tells of."""
    return (line.about["disclosure"], line.by, line.at)


class Mark(NamedTuple):
    """The sealed reason of a mark, and whom the disclosure is about and was to: it goes when one of them is erased."""

    reason_sealed: bytes
    people: frozenset[str]


def marks(session: Session, ids: Sequence[str]) -> dict[Marked, Mark]:
    """Return the marks of these disclosures; at most a thousand at a time, and without one whose time is none."""
    one = ErroneousDisclosure
    query = select(one, col(Disclosure.child_id), col(Disclosure.guardian_id)).join(
        Disclosure, col(Disclosure.id) == col(one.disclosure_id)
    )
    try:
        rows = session.execute(query.where(col(one.disclosure_id).in_(ids)))
        return {
            (row.disclosure_id, row.by, row.at): Mark(row.reason_sealed, frozenset(people)) for row, *people in rows
        }
    except (TypeError, ValueError):
        half = len(ids) // 2
        return marks(session, ids[:half]) | marks(session, ids[half:]) if half else {}


def is_its_reason(keys: KeyRing, line: Line, sealed: bytes) -> bool:
    """Tell whether a mark's sealed reason is the one whose keyed hash its entry holds."""
    try:
        reason = open_private(keys, line.about["disclosure"], "reason", sealed).encode()
    except (SealBroken, LookupError, TypeError, AttributeError):  # SQLite holds anything in any column
        return False
    return line.about["reason"] in {keys.mac("reason", reason, key_id=one).hex() for one in keys.order("reason")}


def count_marks(session: Session) -> int:
    """Return how many disclosures are marked."""
    count: int = session.execute(select(func.count()).select_from(ErroneousDisclosure)).scalar_one()
    return count


Decided = tuple[str, str, str, datetime, str]
"""A line of an incident's log: its id, the incident, who, when, and the hash of its words."""


def decided_by(line: Line) -> Decided:
    """Return the decision that its entry tells of."""
    return (line.about["decision"], line.about["incident"], line.by, line.at, line.about["sha256"])


def decisions(session: Session, ids: Sequence[str]) -> set[Decided]:
    """Return these lines of the logs; at most a thousand at a time, and without one that holds no time or no words."""
    try:
        rows = session.execute(select(IncidentDecision).where(col(IncidentDecision.id).in_(ids))).scalars()
        return {
            (one.id, one.incident_id, one.by, one.at, hashlib.sha256(one.text.encode()).hexdigest()) for one in rows
        }
    except (TypeError, ValueError, AttributeError):
        half = len(ids) // 2
        return decisions(session, ids[:half]) | decisions(session, ids[half:]) if half else set()


def count_decisions(session: Session) -> int:
    """Return how many lines the logs of all incidents have."""
    count: int = session.execute(select(func.count()).select_from(IncidentDecision)).scalar_one()
    return count


def count_disclosures(session: Session) -> int:
    """Return how many disclosures there are."""
    count: int = session.execute(select(func.count()).select_from(Disclosure)).scalar_one()
    return count
