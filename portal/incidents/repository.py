"""Every query of incidents."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlmodel import Session, col

from portal.incidents.errors import NoSuchIncident, NoSuchReading
from portal.incidents.tables import Incident, IncidentDecision, IncidentMailing, IncidentReading, IncidentText
from portal.kernel.ids import new_id
from portal.kernel.storage.db import change, insert_rows

_AT_ONCE = 500


def find(session: Session, incident_id: str) -> Incident:
    """Return one incident. Raises `NoSuchIncident`."""
    found = session.get(Incident, incident_id, populate_existing=True)
    if found is None:
        raise NoSuchIncident
    return found


def mailings_of(session: Session, incident_id: str) -> Sequence[IncidentMailing]:
    """Return the mailings that an incident is about, always in the same order."""
    query = select(IncidentMailing).where(col(IncidentMailing.incident_id) == incident_id)
    rows = session.execute(query.order_by(col(IncidentMailing.mailing_id)).execution_options(populate_existing=True))
    return rows.scalars().all()


def newest(session: Session) -> Iterator[Incident]:
    """Yield incidents, the newest first, read as they are asked for: who may see only some goes on looking."""
    query = select(Incident).order_by(col(Incident.at).desc(), col(Incident.id)).execution_options(yield_per=_AT_ONCE)
    yield from session.execute(query).scalars()


def standing(session: Session, mailing_ids: Sequence[str]) -> dict[str, str]:
    """Return which of these mailings are frozen whole, each with its newest incident that was not undone."""
    query = (
        select(col(IncidentMailing.mailing_id), col(Incident.id))
        .join(Incident, col(Incident.id) == col(IncidentMailing.incident_id))
        .where(col(Incident.kind) != "document", col(IncidentMailing.undone_at).is_(None))
        .order_by(col(Incident.at))
    )
    found: dict[str, str] = {}
    for start in range(0, len(mailing_ids), _AT_ONCE):
        some = query.where(col(IncidentMailing.mailing_id).in_(mailing_ids[start : start + _AT_ONCE]))
        found |= {row[0]: row[1] for row in session.execute(some)}
    return found


def is_frozen_whole(session: Session, mailing_id: str, *, but: str) -> bool:
    """Tell whether another incident than this one froze a mailing whole and was not undone."""
    return standing(session, [mailing_id]).get(mailing_id, but) != but


def of_document(session: Session, document_id: str) -> str | None:
    """Return the newest incident that froze one document by itself and was not undone."""
    query = (
        select(col(Incident.id))
        .join(IncidentMailing, col(IncidentMailing.incident_id) == col(Incident.id))
        .where(col(Incident.document_id) == document_id, col(IncidentMailing.undone_at).is_(None))
    )
    return session.execute(query.order_by(col(Incident.at).desc()).limit(1)).scalar()


def latest_of_mailing(session: Session, mailing_id: str) -> str | None:
    """Return the newest incident that a mailing is part of, undone or not."""
    query = (
        select(col(Incident.id))
        .join(IncidentMailing, col(IncidentMailing.incident_id) == col(Incident.id))
        .where(col(IncidentMailing.mailing_id) == mailing_id)
    )
    return session.execute(query.order_by(col(Incident.at).desc()).limit(1)).scalar()


def that_froze(session: Session, mailing_id: str) -> str | None:
    """Return the incident by which a mailing died whole, while that is not undone."""
    query = (
        select(col(Incident.id))
        .join(IncidentMailing, col(IncidentMailing.incident_id) == col(Incident.id))
        .where(col(IncidentMailing.mailing_id) == mailing_id, col(Incident.kind) != "document")
        .where(col(IncidentMailing.is_ours).is_(True), col(IncidentMailing.undone_at).is_(None))
    )
    return session.execute(query.order_by(col(Incident.at).desc()).limit(1)).scalar()


def frozen_at(session: Session, kind: str, target_id: str) -> datetime | None:
    """Return when a press froze this mailing, or this document by itself, if that may still be undone."""
    found = None
    if kind == "mailing":
        found = that_froze(session, target_id)
    elif kind == "document":
        found = of_document(session, target_id)
    return find(session, found).at if found else None


def add(session: Session, row: Mapping[str, Any], mailings: Sequence[Mapping[str, Any]]) -> None:
    """Insert an incident with its mailings."""
    session.execute(insert(Incident).values(**row))
    insert_rows(session, IncidentMailing, [{"incident_id": row["id"]} | dict(one) for one in mailings])


def mark_undone(session: Session, incident_id: str, mailing_id: str, *, in_round: int, now: datetime) -> bool:
    """Note that families of a mailing got fresh links; False where it was noted before."""
    mine = (col(IncidentMailing.incident_id) == incident_id, col(IncidentMailing.mailing_id) == mailing_id)
    query = update(IncidentMailing).where(*mine, col(IncidentMailing.undone_at).is_(None))
    return change(session, query.values(undone_at=now, undone_in=in_round)) == 1


def add_decision(session: Session, incident_id: str, *, by: str, text: str, now: datetime) -> str:
    """Insert what was decided; return its id."""
    decision_id = new_id()
    row = {"id": decision_id, "incident_id": incident_id, "at": now, "by": by, "text": text}
    insert_rows(session, IncidentDecision, [row])
    return decision_id


def decisions_of(session: Session, incident_id: str) -> Sequence[IncidentDecision]:
    """Return what was decided, the oldest first."""
    query = select(IncidentDecision).where(col(IncidentDecision.incident_id) == incident_id)
    return session.execute(query.order_by(col(IncidentDecision.at), col(IncidentDecision.id))).scalars().all()


def texts_of(session: Session, incident_id: str) -> dict[str, str]:
    """Return the texts that somebody changed, by kind."""
    query = select(col(IncidentText.kind), col(IncidentText.text))
    return {row[0]: row[1] for row in session.execute(query.where(col(IncidentText.incident_id) == incident_id))}


def put_text(session: Session, incident_id: str, kind: str, text: str, *, by: str, now: datetime) -> None:
    """Keep a changed text in place of the one before."""
    mine = (col(IncidentText.incident_id) == incident_id, col(IncidentText.kind) == kind)
    if not change(session, update(IncidentText).where(*mine).values(text=text, by=by, at=now)):
        row = {"incident_id": incident_id, "kind": kind, "text": text, "by": by, "at": now}
        insert_rows(session, IncidentText, [row])


def add_reading(session: Session, row: Mapping[str, Any]) -> None:
    """Insert that somebody asks to read; the database refuses a document that the incident is not about."""
    insert_rows(session, IncidentReading, [row])


def reading(session: Session, incident_id: str, reading_id: str) -> IncidentReading:
    """Return one asking of an incident. Raises `NoSuchReading`."""
    query = select(IncidentReading).where(
        col(IncidentReading.id) == reading_id, col(IncidentReading.incident_id) == incident_id
    )
    query = query.execution_options(populate_existing=True)
    found: IncidentReading | None = session.execute(query).scalar_one_or_none()
    if found is None:
        raise NoSuchReading
    return found


def readings_of(session: Session, incident_id: str) -> Sequence[IncidentReading]:
    """Return every asking of an incident, the newest first."""
    query = select(IncidentReading).where(col(IncidentReading.incident_id) == incident_id)
    return session.execute(query.order_by(col(IncidentReading.asked_at).desc())).scalars().all()


def asked_since(session: Session, moment: datetime) -> Sequence[IncidentReading]:
    """Return every asking since then that nobody has granted yet, the newest first."""
    query = select(IncidentReading).where(
        col(IncidentReading.granted_at).is_(None), col(IncidentReading.asked_at) > moment
    )
    return session.execute(query.order_by(col(IncidentReading.asked_at).desc())).scalars().all()


def grant(session: Session, reading_id: str, *, by_id: str, now: datetime, until: datetime) -> None:
    """Write who granted an asking; the database refuses whoever asked."""
    query = update(IncidentReading).where(
        col(IncidentReading.id) == reading_id, col(IncidentReading.granted_at).is_(None)
    )
    if change(session, query.values(granted_by_id=by_id, granted_at=now, ends_at=until)) != 1:
        raise NoSuchReading
