"""What of links, openings and notices belongs to guardianships that have just been lost.

Each function takes a table of `guardian_id`, `child_id` and `why`, and returns a condition for one room.
"""

from sqlalchemy import ColumnElement, Table, and_, exists, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from portal.links.tables import Link, Opening
from portal.outbox.tables import Notice, NoticeLink


def links_of(lost: Table, *why: str) -> ColumnElement[bool]:
    """Return the condition for the links of guardianships lost for one of these reasons."""
    link = aliased(Link)
    pair = and_(col(link.guardian_id) == lost.c.guardian_id, col(link.child_id) == lost.c.child_id)
    return col(Link.id).in_(select(col(link.id)).join(lost, pair).where(lost.c.why.in_(why)))


def openings_of(lost: Table) -> ColumnElement[bool]:
    """Return the condition for what is open by the links of lost guardianships."""
    opening, link = aliased(Opening), aliased(Link)
    pair = and_(col(link.guardian_id) == lost.c.guardian_id, col(link.child_id) == lost.c.child_id)
    query = select(col(opening.id)).join(link, col(link.id) == col(opening.link_id)).join(lost, pair)
    return col(Opening.id).in_(query)


def notices_without_live_link(lost: Table) -> ColumnElement[bool]:
    """Return the condition for notices, to guardians who lost something, that carry nothing that would open."""
    notice = aliased(Notice)
    live = exists().where(
        col(NoticeLink.notice_id) == col(notice.id),
        col(Link.id) == col(NoticeLink.link_id),
        col(Link.revoked_at).is_(None),
    )
    query = select(col(notice.id)).join(lost, lost.c.guardian_id == col(notice.guardian_id)).where(~live)
    return col(Notice.id).in_(query)
