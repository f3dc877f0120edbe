"""From where links were opened is forgotten when nobody may ask any more."""

from datetime import datetime

from sqlmodel import Session

from portal.links.repository import forgetting


def forget_networks(session: Session, *, now: datetime) -> None:
    """Forget the networks of openings 90 days old, those of incidents too: a pack keeps what it was made of."""
    forgetting.forget_networks(session, now=now)
