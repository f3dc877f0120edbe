"""Why links were taken back, once somebody it is about is erased: such words name people."""

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlmodel import Session, col

from portal.kernel.storage.db import change
from portal.links.tables import Link, TakingBack


def forget_of_child(session: Session, child_id: str) -> None:
    """Take away why anything of one child was taken back; that it was stays."""
    mine = and_(col(TakingBack.kind) == "child", col(TakingBack.target_id) == child_id)
    _forget(session, mine, col(TakingBack.target_id).like(f"%.{child_id}"), col(Link.child_id) == child_id)


def forget_of_guardian(session: Session, guardian_id: str) -> None:
    """Take away why anything of one guardian was taken back."""
    mine = and_(col(TakingBack.kind) == "guardian", col(TakingBack.target_id) == guardian_id)
    _forget(session, mine, col(TakingBack.target_id).like(f"{guardian_id}.%"), col(Link.guardian_id) == guardian_id)


def _forget(
    session: Session, mine: ColumnElement[bool], ties: ColumnElement[bool], of_links: ColumnElement[bool]
) -> None:
    theirs = or_(
        mine,
        and_(col(TakingBack.kind) == "guardianship", ties),
        and_(col(TakingBack.kind) == "link", col(TakingBack.target_id).in_(select(col(Link.id)).where(of_links))),
    )
    change(session, update(TakingBack).where(theirs).values(reason=""))
