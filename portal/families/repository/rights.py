"""The one rule of who may see which child now, as conditions on a guardianship; every query that judges asks these.

A right holds by the roster's dates, by its `may_view`, and by what staff decided: see `Restriction`. Each condition
takes the moment as the parameter `now`, and a guardianship that the query already reads.
"""

from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, exists, not_, or_
from sqlalchemy.orm import aliased
from sqlmodel import col

from portal.families.tables import Guardian, Guardianship, Restriction
from portal.kernel.storage.columns import UtcDateTime

NOW = bindparam("now", type_=UtcDateTime())


def in_force(tie: Any, *kinds: str) -> ColumnElement[bool]:  # noqa: ANN401 - a class, an alias or a table's columns
    """Return whether a restriction of these kinds is in force for a guardianship.

    One that has begun and was never carried out counts as in force whatever its end: its links still stand.
    """
    one = aliased(Restriction)
    return exists(col(one.id)).where(
        col(one.guardian_id) == tie.guardian_id,
        col(one.child_id) == tie.child_id,
        col(one.kind).in_(kinds),
        col(one.lifted_at).is_(None),
        col(one.starts_at) <= NOW,
        or_(col(one.ends_at).is_(None), col(one.ends_at) > NOW, col(one.applied_at).is_(None)),
    )


def is_barred(tie: Any = Guardianship) -> ColumnElement[bool]:  # noqa: ANN401 - a class, an alias or a table's columns
    """Return whether nothing about the child may reach this guardian or a mailbox that the guardian reads."""
    return or_(not_(tie.may_view), in_force(tie, "barred"))


def is_paused(tie: Any = Guardianship) -> ColumnElement[bool]:  # noqa: ANN401 - a class, an alias or a table's columns
    """Return whether letters pause because the child came of age."""
    return in_force(tie, "of-age")


def is_over(tie: Any = Guardianship) -> ColumnElement[bool]:  # noqa: ANN401 - a class, an alias or a table's columns
    """Return whether this is no guardian of the child now: not yet, not any more, or ended by staff."""
    return or_(tie.starts_at > NOW, and_(tie.ends_at.is_not(None), tie.ends_at <= NOW), in_force(tie, "ended"))


def may_see(tie: Any = Guardianship) -> ColumnElement[bool]:  # noqa: ANN401 - a class, an alias or a table's columns
    """Return whether a guardian may see a child now."""
    return and_(
        tie.may_view, tie.starts_at <= NOW, or_(tie.ends_at.is_(None), tie.ends_at > NOW),
        not_(in_force(tie, "barred", "ended", "of-age")),
    )  # fmt: skip


def is_shared_with_barred(child_id: Any) -> ColumnElement[bool]:  # noqa: ANN401 - a class, an alias or a table's columns
    """Return whether the mailbox of the `Guardian` in the query is also somebody's who is barred from a child."""
    other, right = aliased(Guardian), aliased(Guardianship)
    return exists(col(other.id)).where(
        col(right.child_id) == child_id,
        is_barred(right),
        col(other.id) == col(right.guardian_id),
        col(other.address_key) == col(Guardian.address_key),
    )
