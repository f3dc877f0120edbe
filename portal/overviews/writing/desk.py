"""What lies on a staff member's desk: letters that wait, are held or being sent, and the newest ones."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlmodel import Session, col

from portal.ledger.tables import Disclosure
from portal.mailings import repository as mailings
from portal.mailings.errors import NoSuchMailing
from portal.mailings.rules import audience_sentence
from portal.mailings.tables import Mailing
from portal.outbox.tables import Notice
from portal.overviews.sending.unreached import ELSE_REACHED
from portal.staff.rules import Acting
from portal.staff.tables import StaffMember
from portal.words.several import kept

PAGE = 50
_FEW = 8
_OPEN = frozenset({"draft", "checked", "returned"})
_LIVE = ("waiting", "held", "sending", "paused")


@dataclass(frozen=True, slots=True)
class Listed:
    """A mailing as lists show it; `messages`, `sent`, `failed` and `opened` count guardians.

    `may_raise`: whoever looks may pause its links or call the admins, as everybody may who sees it.
    """

    id: str
    title: str
    state: str
    audience: str
    author: str
    is_mine: bool
    created_at: datetime
    submitted_at: datetime | None
    held_until: datetime | None
    ended_at: datetime | None
    return_reason: str
    messages: int
    sent: int
    failed: int
    opened: int
    links_paused_at: datetime | None = None
    may_raise: bool = False

    @property
    def is_over(self) -> bool:
        """Whether it was sent, or was to be: a draft that was thrown away is on nobody's desk."""
        return self.state in {"sent", "revoked"} or (self.state == "stopped" and self.messages > 0)


@dataclass(frozen=True, slots=True)
class Desk:
    """What somebody finds in the morning, most urgent first.

    `more_open` counts the drafts that are not in `mine_open`. `failed` and `unread` are guardians of the newest letters
    that were sent: whom the mail server refused or gave back, and who has opened nothing yet.
    """

    for_me: list[Listed]
    waiting: list[Listed]
    on_the_way: list[Listed]
    mine_open: list[Listed]
    ended: list[Listed]
    more_open: int
    failed: int
    unread: int

    @property
    def held(self) -> int:
        """How many letters wait for their first message."""
        return sum(row.state == "held" for row in self.on_the_way)

    @property
    def sending(self) -> int:
        """How many letters are being sent, or paused."""
        return len(self.on_the_way) - self.held

    @property
    def is_empty(self) -> bool:
        """Whether nobody has written anything yet."""
        return not (self.for_me or self.waiting or self.on_the_way or self.mine_open or self.ended)


def desk_of(session: Session, by: Acting, *, organisation: str) -> Desk:
    """Return what waits for somebody, what is on its way, and the newest of what is over."""
    live = [
        mailing for state in _LIVE for mailing in mailings.in_state(session, state) if _may_see(session, mailing, by)
    ]
    newest = mailings.page(session, staff_id=by.id, sites=by.sites, limit=PAGE)
    rows = _listed(session, [*live, *(one for one in newest if one.state not in _LIVE)], by, organisation)
    mine = [row for row in rows if row.state in _OPEN and row.is_mine]
    over = [row for row in rows if row.state == "sent"]
    return Desk(
        for_me=[row for row in rows if row.state == "waiting" and by.may_approve and not row.is_mine],
        waiting=[row for row in rows if row.state == "waiting" and (row.is_mine or not by.may_approve)],
        on_the_way=[row for row in rows if row.state in {"held", "sending", "paused"}],
        mine_open=mine[:_FEW],
        ended=[row for row in rows if row.is_over][:_FEW],
        more_open=len(mine[_FEW:]),
        failed=sum(row.failed for row in over),
        unread=_unread(session, [row.id for row in over]),
    )


def _may_see(session: Session, mailing: Mailing, by: Acting) -> bool:
    if by.sites is None:
        return True
    try:
        mailings.find(session, mailing.id, staff_id=by.id, sites=by.sites)
    except NoSuchMailing:
        return False
    return True


def newest_letters(session: Session, by: Acting, *, organisation: str, before: str) -> tuple[list[Listed], str]:
    """Return a page of the letters somebody may see, newest first, and the id that the next page is older than."""
    found = mailings.page(session, staff_id=by.id, sites=by.sites, before=before, limit=PAGE + 1)
    rows = _listed(session, found[:PAGE], by, organisation)
    return rows, rows[-1].id if len(found) > PAGE else ""


def _listed(session: Session, found: Sequence[Mailing], by: Acting, organisation: str) -> list[Listed]:
    ids = [mailing.id for mailing in found]
    authors = _names(session, {mailing.author_id for mailing in found})
    notices = _notices(session, found)
    opened = _opened(session, ids)
    return [
        Listed(
            mailing.id,
            mailing.title,
            mailing.state,
            audience_sentence(mailings.terms_of(session, mailing.id), organisation),
            authors[mailing.author_id],
            mailing.author_id == by.id,
            mailing.created_at,
            mailing.submitted_at,
            mailing.held_until,
            mailing.ended_at,
            kept(mailing.return_reason),
            *notices.get(mailing.id, (0, 0, 0)),
            opened.get(mailing.id, 0),
            mailing.links_paused_at,
            mailing.state == "sent",
        )
        for mailing in found
    ]


def _names(session: Session, staff_ids: Iterable[str]) -> dict[str, str]:
    query = select(col(StaffMember.id), col(StaffMember.name), col(StaffMember.address))
    rows = session.execute(query.where(col(StaffMember.id).in_(staff_ids)))
    return {staff_id: name or address for staff_id, name, address in rows}


def _notices(session: Session, found: Sequence[Mailing]) -> dict[str, tuple[int, int, int]]:
    """Count the guardians written to, whose message has left, and whom none reached, as the page of these says.

    Of what is on its way, by its own act alone.
    """
    live = [mailing.id for mailing in found if mailing.state in _LIVE]
    over = [mailing.id for mailing in found if mailing.state not in _LIVE]
    guardians = func.count(func.distinct(col(Notice.guardian_id)))  # however often each was written to
    sent = guardians.filter(col(Notice.state) == "sent")
    has_failed = col(Notice.state).in_(("refused", "bounced"))
    query = select(col(Notice.mailing_id), guardians, sent).where(col(Notice.mailing_id).in_(over))
    lost_query = select(col(Notice.mailing_id), guardians).where(col(Notice.mailing_id).in_(over), has_failed)
    lost_rows = session.execute(lost_query.where(~ELSE_REACHED).group_by(col(Notice.mailing_id)))
    lost: dict[str, int] = {row[0]: row[1] for row in lost_rows}
    counts = {
        row[0]: (row[1], row[2], lost.get(row[0], 0)) for row in session.execute(query.group_by(col(Notice.mailing_id)))
    }
    failed, meant = guardians.filter(has_failed), guardians.filter(col(Notice.state) != "cancelled")
    of_acts = select(col(Notice.mailing_id), col(Notice.round), meant, sent, failed).where(
        col(Notice.mailing_id).in_(live), col(Notice.channel) == "mail"
    )
    for row in session.execute(of_acts.group_by(col(Notice.mailing_id), col(Notice.round)).order_by(col(Notice.round))):
        counts[row[0]] = (row[2], row[3], row[4])  # the latest stays
    return counts


def _unread(session: Session, ids: Sequence[str]) -> int:
    """Count the guardians who have these letters and have opened nothing of them, each once a letter."""
    opened = exists().where(
        col(Disclosure.mailing_id) == col(Notice.mailing_id), col(Disclosure.guardian_id) == col(Notice.guardian_id)
    )
    theirs = select(col(Notice.mailing_id), col(Notice.guardian_id)).where(
        col(Notice.mailing_id).in_(ids), col(Notice.state) == "sent", ~opened
    )
    unread: int = session.execute(select(func.count()).select_from(theirs.distinct().subquery())).scalar_one()
    return unread


def _opened(session: Session, ids: Sequence[str]) -> dict[str, int]:
    guardians = func.count(func.distinct(col(Disclosure.guardian_id)))
    query = select(col(Disclosure.mailing_id), guardians).where(col(Disclosure.mailing_id).in_(ids))
    return {row[0]: row[1] for row in session.execute(query.group_by(col(Disclosure.mailing_id)))}
