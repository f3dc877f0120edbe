"""Whom a mailing reaches, whom it leaves out, and in which words."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from portal.families import repository as families
from portal.families.rules import Plan, Term, plan
from portal.mailings import repository as mailings
from portal.mailings.tables import Mailing

WHY = {
    "left-out": "Left out by staff",
    "no-guardian": "No guardian is on the roster",
    "no-address": "No e-mail address is on file",
    "may-not-receive": "Not marked to receive letters",
    "of-age": "The child is 18 or older, so letters to guardians pause",
    "shared-mailbox": "The mailbox is shared with somebody who does not receive letters about this child",
}
WHAT_TO_DO = {
    "left-out": "Write to this family on its own, if it should get a letter after all.",
    "no-guardian": "Add a guardian in the student information system, then import the roster again.",
    "no-address": "Hand the letter over on paper, or add an address and import the roster again.",
    "may-not-receive": "Ask the school office who may receive letters.",
    "of-age": "Decide on the child’s page whether letters go on.",
    "shared-mailbox": "Ask the family for an address of their own.",
}


@dataclass(frozen=True, slots=True)
class Reach:
    """The numbers and the names of an audience, as staff see them."""

    plan: Plan
    children: int
    families: int
    guardians: int
    left_out_by_why: dict[str, int]


def reach_of(session: Session, terms: tuple[Term, ...], *, now: datetime) -> Reach:
    """Return whom these terms reach today."""
    planned = plan(families.ties_of_audience(session, terms, now=now))
    return Reach(
        planned,
        len(planned.children) - len(planned.children_left_out),
        planned.families,
        len({one.guardian_id for one in planned.addressees}),
        dict(Counter(one.why for one in planned.children_left_out)),
    )


def terms_of(session: Session, mailing: Mailing) -> tuple[Term, ...]:
    """Return a mailing's audience as plain pairs."""
    return tuple((term.kind, term.value) for term in mailings.terms_of(session, mailing.id))


@dataclass(frozen=True, slots=True)
class LeftOutRow:
    """A child, or one guardian of it, that gets nothing, and why."""

    child_id: str
    student_number: str
    child_name: str
    guardian_name: str | None
    why: str


def left_out(session: Session, mailing: Mailing, planned: Plan | None, *, limit: int | None = None) -> list[LeftOutRow]:
    """Return everyone a mailing leaves out: as planned now, or as frozen at approval."""
    if planned is not None:
        rows = [(one.child_id, one.guardian_id, one.why) for one in planned.omissions]
    else:
        rows = mailings.left_out_of(session, mailing.id)
    rows.sort(key=lambda row: (row[1] is not None, row[2], row[0]))
    rows = rows[:limit]
    children = families.names_of_children(session, [row[0] for row in rows])
    guardians = families.names_of_guardians(session, [row[1] for row in rows if row[1]])
    return [
        LeftOutRow(
            child_id,
            children[child_id][0],
            f"{children[child_id][1]} {children[child_id][2]}",
            guardians[guardian_id][0] if guardian_id else None,
            why,
        )
        for child_id, guardian_id, why in rows
    ]
