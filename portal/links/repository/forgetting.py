"""What is forgotten of links: by the clock, or with whoever is erased."""

from datetime import datetime

from sqlalchemy import delete, or_, update
from sqlmodel import Session, col

from portal.kernel.storage.db import change, hold_rows
from portal.links.rules import COUNTED_IN, NETWORK_KEPT, STEP_LASTS
from portal.links.tables import CodeChallenge, CodePause, CodeStep, Device, FamilySession, Opening, Renewal


def forget_code_addresses(session: Session, guardian_id: str) -> None:
    """Forget by which addresses a guardian was given codes."""
    theirs = col(CodeChallenge.guardian_id) == guardian_id
    hold_rows(session, col(CodeChallenge.id), theirs)
    change(session, update(CodeChallenge).where(theirs).values(address_key=""))


def forget_devices(session: Session, guardian_id: str) -> None:
    """Forget the browsers that were known for a guardian by their address."""
    theirs = col(Device.guardian_id) == guardian_id
    hold_rows(session, col(Device.id), theirs)
    change(session, delete(Device).where(theirs))


def forget_browsers(session: Session, *, now: datetime) -> None:
    """End whatever is open in families' browsers, and know none of these any more."""
    for table in (FamilySession, Opening, Device):
        change(session, update(table).where(col(table.ended_at).is_(None)).values(ended_at=now))


def forget_networks(session: Session, *, now: datetime) -> None:
    """Forget from where links were opened that were opened long ago."""
    old = (col(Opening.opened_at) <= now - NETWORK_KEPT, col(Opening.network) != "")
    hold_rows(session, col(Opening.id), *old)
    change(session, update(Opening).where(*old).values(network=""))


def forget_code_steps(session: Session, *, now: datetime) -> None:
    """Delete what no longer counts: steps and codes of yesterday, pauses that are over, devices that have ended."""
    old = now - COUNTED_IN
    change(session, delete(CodeChallenge).where(col(CodeChallenge.created_at) <= old))
    # A code is younger than its step by an hour at most, so a step this old has none left.
    change(session, delete(CodeStep).where(col(CodeStep.created_at) <= old - STEP_LASTS))
    change(session, delete(CodePause).where(col(CodePause.paused_until) <= now))
    over = or_(col(Device.expires_at) <= now, col(Device.ended_at).is_not(None))
    hold_rows(session, col(Device.id), over)
    change(session, delete(Device).where(over))


def forget_renewals(session: Session, *, now: datetime) -> None:
    """Delete the wishes of yesterday."""
    change(session, delete(Renewal).where(col(Renewal.handled_at) <= now - COUNTED_IN))
