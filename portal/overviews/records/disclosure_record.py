"""Who was shown what of one child, and which of it should not have been (34 CFR 99.32)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, ScalarSelect, and_, func, or_, select
from sqlmodel import Session, col

from portal.documents.tables import Copy, Document
from portal.families import repository as families
from portal.families.errors import NoSuchChild
from portal.families.rules import open_private
from portal.families.tables import Guardian
from portal.incidents.tables import Incident, IncidentMailing
from portal.kernel.secrets.keys import KeyRing
from portal.ledger.tables import Disclosure, ErroneousDisclosure
from portal.mailings.tables import Mailing
from portal.overviews.records import record
from portal.staff.rules import Acting


@dataclass(frozen=True, slots=True)
class Shown:
    """One view or download: to whom, of what, and whether it should not have been.

    `reason` is what an admin wrote who marked it; `incident_at` is when what was shown was frozen by an incident.
    """

    id: str
    at: datetime
    guardian_name: str
    kind: str
    title: str
    file_name: str
    reason: str
    marked_by: str
    marked_at: datetime | None
    incident_at: datetime | None

    @property
    def is_erroneous(self) -> bool:
        """Whether it should not have been."""
        return self.marked_at is not None or self.incident_at is not None


@dataclass(frozen=True, slots=True)
class DisclosureRecord:
    """Everything that was disclosed of a child, the latest first; `total` counts it all, `shown` is a page of it."""

    child_id: str
    student_number: str
    child_name: str
    total: int
    shown: tuple[Shown, ...]


def record_of(
    session: Session, keys: KeyRing, by: Acting, number: str, *, limit: int | None = None, skip: int = 0
) -> DisclosureRecord:
    """Return the record of a child at somebody's sites, or a page of it. Raises `NoSuchChild`."""
    child = families.child_by_number(session, number, by.sites)
    if child is None:
        raise NoSuchChild
    mine = col(Disclosure.child_id) == child.id
    query = (
        select(
            col(Disclosure.id),
            col(Disclosure.at),
            col(Guardian.given_name) + " " + col(Guardian.family_name),
            col(Disclosure.kind),
            col(Mailing.title),
            col(Document.file_name),
            col(ErroneousDisclosure.reason_sealed),
            col(ErroneousDisclosure.by),
            col(ErroneousDisclosure.at),
            _frozen_at(),
        )
        .join(Guardian, col(Guardian.id) == col(Disclosure.guardian_id))
        .join(Mailing, col(Mailing.id) == col(Disclosure.mailing_id))
        .join(Copy, col(Copy.id) == col(Disclosure.copy_id))
        .join(Document, col(Document.id) == col(Copy.document_id))
        .outerjoin(ErroneousDisclosure, col(ErroneousDisclosure.disclosure_id) == col(Disclosure.id))
        .where(mine)
        .order_by(col(Disclosure.at).desc(), col(Disclosure.id))
    )
    rows = session.execute(query.limit(limit).offset(skip)).all()
    names = record.names_of_staff(session, {row[7] for row in rows if row[7]})
    total = session.execute(select(func.count()).where(mine)).scalar_one()
    name = f"{child.given_name} {child.family_name}".strip()
    shown = tuple(_shown(keys, row, names) for row in rows)
    return DisclosureRecord(child.id, child.student_number, name, total, shown)


def _frozen_at() -> ScalarSelect[Any]:
    """Return when an incident froze what a disclosure showed, if that was later and was not undone."""
    return (
        select(func.min(col(Incident.at)))
        .join(IncidentMailing, col(IncidentMailing.incident_id) == col(Incident.id))
        .where(
            col(IncidentMailing.mailing_id) == col(Disclosure.mailing_id),
            col(IncidentMailing.undone_at).is_(None),
            col(Incident.at) >= col(Disclosure.at),
            or_(
                col(Incident.document_id).is_(None),
                and_(col(Incident.document_id) == col(Copy.document_id), col(Copy.id) == col(Disclosure.copy_id)),
            ),
        )
        .correlate(Disclosure, Copy)
        .scalar_subquery()
    )


def _shown(keys: KeyRing, row: Row[Any], names: Mapping[str, str]) -> Shown:
    disclosure_id, at, guardian, kind, title, file_name, sealed, by, marked_at, incident_at = tuple(row)
    reason = open_private(keys, disclosure_id, "reason", sealed) if sealed else ""
    marked_by = names.get(by, by or "") if by else ""
    return Shown(disclosure_id, at, guardian, kind, title, file_name, reason, marked_by, marked_at, incident_at)
