"""Links that are dead for good, and those of which there may be a new one after a passing reason."""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, select, update
from sqlmodel import Session, col

from portal.kernel.storage.db import change, hold_rows
from portal.links.rules import RENEWABLE
from portal.links.tables import Link


def overrule(session: Session, where: ColumnElement[bool], *, passing: Collection[str], why: str) -> None:
    """Let matching links that died for a passing reason be dead for this one, which nothing makes anew."""
    mine = (where, col(Link.revoked_at).is_not(None), col(Link.revoked_why).in_(passing))
    change(session, update(Link).where(*mine).values(revoked_why=why))


def any_taken_back(
    session: Session, mailing_id: str, pairs: Sequence[tuple[str, str]], *, but: Collection[str] = RENEWABLE
) -> bool:
    """Tell whether a link of these guardians to these children was taken back, but for some reasons.

    Holds those rows till the end.
    """
    wanted = frozenset(pairs)
    guardians = sorted({guardian for guardian, _ in wanted})
    parts = [col(Link.guardian_id).in_(guardians[start : start + 500]) for start in range(0, len(guardians), 500)]
    mine = col(Link.mailing_id) == mailing_id
    if parts:  # of many guardians all links of the mailing: several parts would each be in order and not together
        hold_rows(session, col(Link.id), mine, *(parts if len(parts) == 1 else ()))
    for part in parts:
        query = select(col(Link.guardian_id), col(Link.child_id), col(Link.revoked_at), col(Link.revoked_why))
        rows = session.execute(query.where(mine, part).order_by(col(Link.edition)))
        newest = {(guardian, child): (at, why) for guardian, child, at, why in rows}
        if any(newest[pair][0] and newest[pair][1] not in but for pair in wanted & newest.keys()):
            return True
    return False
