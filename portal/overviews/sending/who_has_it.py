"""Guardian by guardian: whether a letter was delivered to them, and whether they opened it."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from sqlalchemy import Select, func, select
from sqlmodel import Session, col

from portal.families.tables import Child, Guardian
from portal.ledger.tables import Disclosure
from portal.links.tables import Link
from portal.mailings import repository as mailings
from portal.mailings.tables import Mailing
from portal.outbox.tables import Notice
from portal.staff.rules import Acting

PAGE: Final = 50
Fate = Literal["opened", "delivered", "waiting", "failed", "none"]
"""The furthest a letter came with a guardian; `none` where nothing was written to them, as with no address."""
Shown = Literal["all", "opened", "unopened", "undelivered"]
SHOWN: Final[dict[Shown, frozenset[Fate]]] = {
    "all": frozenset({"opened", "delivered", "waiting", "failed", "none"}),
    "opened": frozenset({"opened"}),
    "unopened": frozenset({"delivered"}),
    "undelivered": frozenset({"waiting", "failed", "none"}),
}
"""Which guardians each choice of the list holds; those not opened are those who have it and did not open it."""


@dataclass(frozen=True, slots=True)
class Has:
    """One guardian: their children as student number and name, and what became of the letter.

    `on_paper` tells how the latest message went; a letter counts as opened whichever way it came.
    """

    guardian_id: str
    name: str
    address: str
    children: tuple[tuple[str, str], ...]
    delivered_at: datetime | None
    opened_at: datetime | None
    message_state: str
    on_paper: bool

    @property
    def fate(self) -> Fate:
        """How far the letter came with this guardian."""
        if self.opened_at:
            return "opened"
        if self.delivered_at:
            return "delivered"
        if self.message_state in {"queued", "sending"}:
            return "waiting"
        return "failed" if self.message_state else "none"


@dataclass(frozen=True, slots=True)
class HasPage:
    """One page of them; `counts` are of everybody, by choice, whatever was searched for."""

    mailing: Mailing
    rows: list[Has]
    counts: dict[Shown, int]
    total: int
    page: int
    pages: int


def who_has_it(session: Session, by: Acting, mailing_id: str, *, words: str, shown: Shown, page: int) -> HasPage:
    """Return a page of the guardians whose name, address, child or student number holds every word.

    Raises `NoSuchMailing`.
    """
    mailing, everybody = all_of(session, by, mailing_id)
    fates = Counter(one.fate for one in everybody)
    counts = {choice: sum(fates[fate] for fate in held) for choice, held in SHOWN.items()}
    wanted = words.casefold().split()
    rows = [one for one in everybody if one.fate in SHOWN[shown] and _holds(one, wanted)]
    pages = max(1, -(-len(rows) // PAGE))
    page = min(max(page, 1), pages)
    return HasPage(mailing, rows[(page - 1) * PAGE : page * PAGE], counts, len(rows), page, pages)


def all_of(session: Session, by: Acting, mailing_id: str) -> tuple[Mailing, list[Has]]:
    """Return every guardian of a mailing by family name. Raises `NoSuchMailing`."""
    mailing = mailings.find(session, mailing_id, staff_id=by.id, sites=by.sites)
    return mailing, list(_rows(session, mailing.id))


def _rows(session: Session, mailing_id: str) -> Iterator[Has]:
    children = _children(session, mailing_id)
    messages = _messages(session, mailing_id)
    opened = dict(session.execute(_opened(mailing_id)).all())
    delivered = dict(session.execute(_delivered(mailing_id)).all())
    query = (
        select(
            col(Guardian.id),
            col(Guardian.given_name) + " " + col(Guardian.family_name),
            func.coalesce(col(Guardian.address), ""),
        )
        .where(col(Guardian.id).in_(select(col(Link.guardian_id)).where(col(Link.mailing_id) == mailing_id)))
        .order_by(col(Guardian.family_name), col(Guardian.given_name), col(Guardian.id))
    )
    for guardian_id, name, on_file in session.execute(query):
        state, channel, address = messages.get(guardian_id, ("", "mail", ""))
        yield Has(
            guardian_id,
            name.strip(),
            address or on_file,
            tuple(children[guardian_id]),
            delivered.get(guardian_id),
            opened.get(guardian_id),
            state,
            channel == "paper",
        )


def _children(session: Session, mailing_id: str) -> dict[str, list[tuple[str, str]]]:
    query = (
        select(col(Link.guardian_id), col(Child.student_number), col(Child.given_name) + " " + col(Child.family_name))
        .join(Child, col(Child.id) == col(Link.child_id))
        .where(col(Link.mailing_id) == mailing_id)
        .distinct()
        .order_by(col(Link.guardian_id), col(Child.student_number))
    )
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for guardian_id, number, name in session.execute(query):
        found[guardian_id].append((number, name))
    return found


def _messages(session: Session, mailing_id: str) -> dict[str, tuple[str, str, str]]:
    """Return state, channel and address of each guardian's latest message."""
    query = (
        select(col(Notice.guardian_id), col(Notice.state), col(Notice.channel), col(Notice.address))
        .where(col(Notice.mailing_id) == mailing_id)
        .order_by(col(Notice.round))
    )
    return {guardian_id: (state, channel, address) for guardian_id, state, channel, address in session.execute(query)}


def _delivered(mailing_id: str) -> Select[str, datetime | None]:
    """Select when a message first reached each guardian; one that came back is no longer sent."""
    theirs = (col(Notice.mailing_id) == mailing_id, col(Notice.state) == "sent")
    return select(col(Notice.guardian_id), func.min(col(Notice.done_at))).where(*theirs).group_by(Notice.guardian_id)


def _opened(mailing_id: str) -> Select[str, datetime | None]:
    """Select when each guardian was first shown a letter of a mailing."""
    query = select(col(Disclosure.guardian_id), func.min(col(Disclosure.at)))
    return query.where(col(Disclosure.mailing_id) == mailing_id).group_by(col(Disclosure.guardian_id))


def _holds(one: Has, wanted: list[str]) -> bool:
    text = " ".join((one.name, one.address, *(word for child in one.children for word in child))).casefold()
    return all(word in text for word in wanted)
