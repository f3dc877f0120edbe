"""Every query of acceptances."""

from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from portal.findings.errors import NotAccepted
from portal.findings.rules import Acceptance
from portal.findings.tables import AcceptedFinding, EndedAcceptance
from portal.kernel.storage.db import hold_still, insert_rows


def standing(session: Session, *, now: datetime) -> list[Acceptance]:
    """Return every acceptance whose time is not over and that nobody ended, the newest first."""
    ended = select(col(EndedAcceptance.acceptance_id))
    query = select(AcceptedFinding).where(col(AcceptedFinding.ends_at) > now, col(AcceptedFinding.id).not_in(ended))
    rows = session.execute(query.order_by(col(AcceptedFinding.at).desc(), col(AcceptedFinding.id))).scalars()
    return [Acceptance(one.id, one.finding, one.value, one.ends_at, one.reason, one.by, one.at) for one in rows]


def hold(session: Session) -> None:
    """Let nobody else accept a finding, or end that, before this transaction ends."""
    hold_still(session, "findings", shared=False)


def add(session: Session, one: Acceptance) -> None:
    """Insert an acceptance."""
    values = {"id": one.id, "finding": one.finding, "value": one.value, "ends_at": one.ends_at}
    insert_rows(session, AcceptedFinding, [values | {"reason": one.reason, "by": one.by, "at": one.at}])


def end(session: Session, acceptance_id: str, *, by: str, now: datetime) -> Acceptance:
    """End an acceptance that stands, and return it. Raises `NotAccepted`."""
    found = next((one for one in standing(session, now=now) if one.id == acceptance_id), None)
    if found is None:
        raise NotAccepted
    insert_rows(session, EndedAcceptance, [{"acceptance_id": found.id, "by": by, "at": now}])
    return found
