"""Children by what they and their guardians are called, a page at a time, in the order of their names.

A word that few bear leads to its bearers. For words that many bear the next children in order are looked at, and where
these do not fill the page, every one: a child's row holds all words that it is found by, so a look at it is the same
whoever bears them, at whichever site.
"""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, exists, or_, select, true, tuple_
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col

from portal.families.repository import Scope, in_scope, on_roster, words
from portal.families.tables import Child, Enrolment, Guardian, Guardianship
from portal.kernel.storage.db import found_first
from portal.kernel.text.folding import words_in

Key = tuple[str, str, str]
"""A child's family name, given name and id: where it stands in the order of names."""

FEW: Final = 4_000
"""So many bearers of a word are gathered; to gather one costs what it costs to look at twenty children in a row."""
NEAR: Final = 2_000
"""So many children next in order are looked at first: a page is full there for the price of a tenth of them all."""
_FOUND: Final = select(
    col(Child.id), col(Child.student_number), col(Child.given_name), col(Child.family_name), col(Child.grade)
)
_REST: Final = (col(Child.given_name), col(Child.id))
_WALKED: Final = (col(Child.family_name), *_REST)
_SORTED: Final = (col(Child.family_name).concat(""), *_REST)
"""The same order, but of no index: to look at all in the order of an index took SQLite four times as long."""


def children_page(
    session: Session,
    scope: Scope,
    *,
    search: str,
    after: Key | None,
    limit: int,
    leavers: bool = False,
    few: int = FEW,
    near: int = NEAR,
) -> Sequence[Row[Any]]:
    """Return children of a scope by name, number or a guardian's address, in the order of their names.

    `leavers`: also those whom the roster no longer names. Whatever counts as few or near, what is found is the same.
    """
    typed = words_in(search)
    named = [] if leavers else [on_roster()]
    query = _FOUND.where(*named).limit(limit)
    if not typed:
        return session.execute(query.where(in_scope(scope), *_past(after, _WALKED)).order_by(*_WALKED)).all()
    bears = (words.child_bears(session, word) for word in typed)
    query = query.where(_at_a_site_of(scope), *_past(after, _SORTED), *bears).order_by(*_SORTED)
    rarest = words.rarest(session, typed, at_most=few)
    if rarest:
        return session.execute(query.where(words.children_by(session, rarest))).all()
    ahead = select(col(Child.id)).where(*named, *_past(after, _WALKED)).order_by(*_WALKED).limit(near)
    found = session.execute(query.where(found_first(session, col(Child.id), ahead))).all()
    return found if len(found) == limit else session.execute(query).all()


def children_of_guardian(session: Session, scope: Scope, known_as: str, *, limit: int) -> Sequence[Row[Any]]:
    """Return a guardian's children of a scope, leavers too, by the id that the roster or the portal knows them by."""
    meant = select(col(Guardian.id)).where(or_(col(Guardian.source_id) == known_as, col(Guardian.id) == known_as))
    theirs = select(col(Guardianship.child_id)).where(col(Guardianship.guardian_id).in_(meant))
    query = _FOUND.where(col(Child.id).in_(theirs), in_scope(scope))
    return session.execute(query.order_by(*_WALKED).limit(limit)).all()


def _past(after: Key | None, order: Sequence[ColumnElement[str] | Mapped[str]]) -> list[ColumnElement[bool]]:
    return [tuple_(*order) > tuple_(*after)] if after else []


def _at_a_site_of(scope: Scope) -> ColumnElement[bool]:
    """Return the condition of `in_scope` for whoever looks at all children: each is looked at once for all sites."""
    if scope is None:
        return true()
    site = col(Enrolment.site).concat("")  # no column of an index, else SQLite looks for each site apart
    return exists().where(col(Enrolment.child_id) == col(Child.id), site.in_(scope))
