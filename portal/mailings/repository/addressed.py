"""The guardians whom a mailing is narrowed to."""

from collections.abc import Collection

from sqlalchemy import delete, select
from sqlmodel import Session, col

from portal.kernel.storage.db import insert_rows
from portal.mailings.tables import AddressedGuardian, Mailing


def addressed_of(session: Session, mailing: Mailing) -> frozenset[str] | None:
    """Return the only guardians who may get a mailing; None where it is for every guardian of its children."""
    if not mailing.is_addressed:
        return None
    mine = col(AddressedGuardian.mailing_id) == mailing.id
    return frozenset(session.execute(select(col(AddressedGuardian.guardian_id)).where(mine)).scalars())


def set_addressed(session: Session, mailing: Mailing, guardian_ids: Collection[str] | None) -> None:
    """Narrow a mailing that nobody has approved to these guardians, or let it be for all of them."""
    mailing.is_addressed = guardian_ids is not None
    session.add(mailing)
    session.flush()
    session.execute(delete(AddressedGuardian).where(col(AddressedGuardian.mailing_id) == mailing.id))
    rows = [{"mailing_id": mailing.id, "guardian_id": one} for one in sorted(guardian_ids or ())]
    insert_rows(session, AddressedGuardian, rows)
