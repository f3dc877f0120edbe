"""Which language the guardian of a family session has on record."""

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from portal.families.tables import Guardian
from portal.links.tables import FamilySession

_LANGUAGE = (
    select(col(Guardian.language))
    .join(FamilySession, col(FamilySession.guardian_id) == col(Guardian.id))
    .where(col(FamilySession.id) == bindparam("session_id"))
)


def language_of_session(session: Session, session_id: str) -> str:
    """Return a guardian's language as the roster writes it, or nothing.

    A session that has ended still answers: the page that says so is read by the same person.
    """
    return session.connection().execute(_LANGUAGE, {"session_id": session_id}).scalar() or ""
