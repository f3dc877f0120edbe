"""Every query of links, family sessions and openings."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, exists, func, insert, or_, select, update
from sqlmodel import Session, col

from portal.kernel.ids import new_id
from portal.kernel.storage.bell import ring
from portal.kernel.storage.db import change, hold_rows, insert_rows
from portal.links.rules import (
    DEVICE_LASTS,
    IDLE_LIMIT,
    PAUSE,
    SESSION_LASTS,
    STEP_LASTS,
    LinkFacts,
)
from portal.links.tables import (
    CodeChallenge,
    CodePause,
    CodeStep,
    Device,
    FamilySession,
    Link,
    Opening,
    Renewal,
    TakingBack,
)

_AT_ONCE = 500


def add_links(session: Session, rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert links; the database refuses one for a stranger to the child."""
    insert_rows(session, Link, rows)


def link_id_by_code(session: Session, lookups: Sequence[str]) -> str | None:
    """Return the id of the link whose typed code has one of these keyed hashes."""
    return session.execute(select(col(Link.id)).where(col(Link.code_lookup).in_(lookups))).scalar()


def is_made_with(session: Session, link_id: str, key_ids: Sequence[str]) -> bool:
    """Tell whether a link's token and code are of one of these keys."""
    query = select(col(Link.id)).where(col(Link.id) == link_id, col(Link.code_key_id).in_(key_ids))
    return session.execute(query).first() is not None


def take_back(session: Session, where: ColumnElement[bool], *, why: str, now: datetime) -> int:
    """Mark matching links as taken back, once; return how many were alive."""
    alive = (where, col(Link.revoked_at).is_(None))
    hold_rows(session, col(Link.id), *alive)
    return change(session, update(Link).where(*alive).values(revoked_at=now, revoked_why=why))


def set_expiry(session: Session, where: ColumnElement[bool], *, at: datetime) -> None:
    """Let matching links, which nobody has been given yet, expire at another moment."""
    hold_rows(session, col(Link.id), where)
    change(session, update(Link).where(where).values(expires_at=at))


def end_openings(session: Session, *wheres: ColumnElement[bool], now: datetime) -> int:
    """End openings that match one of these; return how many sessions ended, since nothing else is open in them.

    The sessions are held first, as a press holds the one from which it carries openings over.
    """
    live = col(Opening.ended_at).is_(None)
    touched = (select(col(Opening.session_id)).where(where, live).distinct() for where in wheres)
    sessions = sorted({one for query in touched for one in session.execute(query).scalars()})
    parts = [col(FamilySession.id).in_(sessions[start : start + _AT_ONCE]) for start in _starts(sessions)]
    for part in parts:
        hold_rows(session, col(FamilySession.id), part)
    for where in wheres:
        hold_rows(session, col(Opening.id), where, live)
        change(session, update(Opening).where(where, live).values(ended_at=now))
    still_open = exists().where(and_(col(Opening.session_id) == col(FamilySession.id), live))
    over = update(FamilySession).where(col(FamilySession.ended_at).is_(None), ~still_open).values(ended_at=now)
    return sum(change(session, over.where(part)) for part in parts)


def kill(session: Session, link_ids: Sequence[str], *, why: str, now: datetime) -> tuple[int, int]:
    """Take back these links and end what is open by them; return how many were alive, and how many sessions ended."""
    in_order = sorted(link_ids)
    parts = [in_order[start : start + _AT_ONCE] for start in _starts(in_order)]
    taken = sum(take_back(session, any_of(part), why=why, now=now) for part in parts)
    return taken, end_openings(session, *(openings_of(part) for part in parts), now=now)


def _starts(ids: Sequence[str]) -> range:
    return range(0, len(ids), _AT_ONCE)


def of_mailing(mailing_id: str) -> ColumnElement[bool]:
    """Return the condition for all links of a mailing."""
    return col(Link.mailing_id) == mailing_id


def any_of(link_ids: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition for these links."""
    return col(Link.id).in_(link_ids)


def any_opens(session: Session, link_ids: Sequence[str], *, now: datetime) -> bool:
    """Tell whether one of these links is neither taken back nor over."""
    query = select(exists().where(any_of(link_ids), col(Link.revoked_at).is_(None), col(Link.expires_at) > now))
    return bool(session.execute(query).scalar_one())


def live_links_of_children(session: Session, mailing_id: str, child_ids: Sequence[str]) -> list[str]:
    """Return the links of a mailing that are alive and lead to one of these children."""
    wanted = frozenset(child_ids)
    query = select(col(Link.id), col(Link.child_id)).where(of_mailing(mailing_id), col(Link.revoked_at).is_(None))
    return [link_id for link_id, child_id in session.execute(query) if child_id in wanted]


def live_of_person(session: Session, guardian_ids: Sequence[str], *, child_id: str = "") -> list[str]:
    """Return the links that are not taken back of these guardians, and of a child."""
    theirs = or_(col(Link.guardian_id).in_(guardian_ids), col(Link.child_id) == child_id)
    return list(session.execute(select(col(Link.id)).where(theirs, col(Link.revoked_at).is_(None))).scalars())


def openings_of(link_ids: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition for all openings of these links."""
    return col(Opening.link_id).in_(link_ids)


def openings_of_mailing(mailing_id: str) -> ColumnElement[bool]:
    """Return the condition for all openings of a mailing."""
    return col(Opening.mailing_id) == mailing_id


def find_session(session: Session, session_id: str) -> FamilySession | None:
    """Return the family session of a cookie's hash."""
    return session.get(FamilySession, session_id)


def open_in_browser(
    session: Session,
    link: LinkFacts,
    *,
    new: str,
    old: str | None,
    proven_at: datetime | None,
    network: str = "",
    now: datetime,
) -> str:
    """Begin a session with one opening; return the opening's id.

    `old` is the session this browser had: what the same guardian has open there moves along, another's ends.
    """
    opening_id = start_session(
        session, session_id=new, scope=scope_of(link), now=now, expires_at=now + IDLE_LIMIT, proven_at=proven_at,
        network=network,
    )  # fmt: skip
    found = session.get(FamilySession, old, with_for_update=True) if old else None
    if found is not None:
        if found.guardian_id == link.guardian_id and found.ended_at is None and found.expires_at > now:
            move_openings(session, old=found.id, new=new, but_link=link.link_id)
        end_session(session, found.id, now=now)
    return opening_id


def scope_of(link: LinkFacts) -> dict[str, str]:
    """Return the columns by which the database keeps rows about a link within one family."""
    return {
        "link_id": link.link_id,
        "mailing_id": link.mailing_id,
        "guardian_id": link.guardian_id,
        "child_id": link.child_id,
    }


def start_session(
    session: Session,
    *,
    session_id: str,
    scope: Mapping[str, str],
    now: datetime,
    expires_at: datetime,
    proven_at: datetime | None = None,
    network: str = "",
) -> str:
    """Insert a session with one opening of one link, whose child's letters it shows; return the opening's id."""
    row = {"id": session_id, "guardian_id": scope["guardian_id"], "created_at": now, "expires_at": expires_at,
           "ended_at": None, "shown_child_id": scope["child_id"]}  # fmt: skip
    session.execute(insert(FamilySession).values(**row))
    return _add_opening(session, session_id, scope, proven_at=proven_at, network=network, now=now)


def add_opening(
    session: Session, link: LinkFacts, *, session_id: str, proven_at: datetime | None, network: str, now: datetime
) -> str:
    """Insert an opening into a session that is there; the database refuses another guardian's."""
    return _add_opening(session, session_id, scope_of(link), proven_at=proven_at, network=network, now=now)


def _add_opening(
    session: Session, session_id: str, scope: Mapping[str, str], *, proven_at: datetime | None, network: str,
    now: datetime,
) -> str:  # fmt: skip
    opening_id = new_id()
    row = {"id": opening_id, "session_id": session_id, "opened_at": now, "ended_at": None, "proven_at": proven_at,
           "network": network}  # fmt: skip
    session.execute(insert(Opening).values(**row, **scope))
    return opening_id


def show_child(session: Session, session_id: str, child_id: str | None) -> None:
    """Note whose letters a browser wants to see; None for all that are open."""
    change(session, update(FamilySession).where(col(FamilySession.id) == session_id).values(shown_child_id=child_id))


def move_openings(session: Session, *, old: str, new: str, but_link: str) -> None:
    """Carry the live openings of one session over to another of the same guardian."""
    query = (
        update(Opening)
        .where(col(Opening.session_id) == old, col(Opening.ended_at).is_(None), col(Opening.link_id) != but_link)
        .values(session_id=new)
    )
    session.execute(query)


def keep_open(session: Session, session_ids: Iterable[str], *, now: datetime) -> None:
    """Put off the idle limit of sessions that are read in, within the 12 hours that each has.

    A row that another story holds is passed over: whoever asks holds the head of the ledger, and waits for nobody.
    """
    theirs = select(col(FamilySession.id), col(FamilySession.created_at)).where(
        col(FamilySession.id).in_(list(session_ids)), col(FamilySession.ended_at).is_(None)
    )
    free = theirs.order_by(col(FamilySession.id)).with_for_update(skip_locked=True)
    for session_id, created_at in session.execute(free).all():
        until = min(now + IDLE_LIMIT, created_at + SESSION_LASTS)
        change(session, update(FamilySession).where(col(FamilySession.id) == session_id).values(expires_at=until))


def end_session(session: Session, session_id: str, *, now: datetime) -> None:
    """End a session and all its openings."""
    hold_rows(session, col(FamilySession.id), col(FamilySession.id) == session_id)  # first, as whoever takes back
    live = and_(col(Opening.session_id) == session_id, col(Opening.ended_at).is_(None))
    session.execute(update(Opening).where(live).values(ended_at=now))
    query = update(FamilySession).where(col(FamilySession.id) == session_id, col(FamilySession.ended_at).is_(None))
    session.execute(query.values(ended_at=now))


def taking_back(session: Session, kind: str, target_id: str) -> TakingBack | None:
    """Return what an earlier taking back of this target did."""
    return session.get(TakingBack, (kind, target_id), populate_existing=True)


def put_taking_back(
    session: Session, target: tuple[str, str], *, by: str, reason: str, at: datetime, counts: tuple[int, int, int]
) -> None:
    """Insert what a taking back did, or write it over what an earlier one did: the ledger keeps both."""
    taken, cancelled, ended = counts
    values = {"by": by, "reason": reason, "at": at, "links": taken, "notices_cancelled": cancelled,
              "sessions_ended": ended}  # fmt: skip
    key = {"kind": target[0], "target_id": target[1]}
    earlier = update(TakingBack).where(col(TakingBack.kind) == target[0], col(TakingBack.target_id) == target[1])
    if not change(session, earlier.values(values)):
        session.execute(insert(TakingBack).values(values | key))


def forget_taking_back(session: Session, kind: str, target_id: str) -> None:
    """Forget a taking back whose target lives again under new links, so that it can be taken back once more."""
    change(session, delete(TakingBack).where(col(TakingBack.kind) == kind, col(TakingBack.target_id) == target_id))


def proven_in(session: Session, session_id: str, guardian_id: str, *, now: datetime) -> datetime | None:
    """Return when a browser's session gave a code for this guardian, if that still counts."""
    query = (
        select(func.max(col(Opening.proven_at)))
        .join(FamilySession, col(FamilySession.id) == col(Opening.session_id))
        .where(
            col(FamilySession.id) == session_id,
            col(FamilySession.guardian_id) == guardian_id,
            col(FamilySession.ended_at).is_(None),
            col(FamilySession.expires_at) > now,
            col(Opening.ended_at).is_(None),
            col(Opening.proven_at) > now - SESSION_LASTS,
        )
    )
    proven_at: datetime | None = session.execute(query).scalar()
    return proven_at


def start_code_step(session: Session, link: LinkFacts, *, step_id: str, now: datetime) -> None:
    """Insert that a browser stands before a confidential letter."""
    session.execute(insert(CodeStep).values(id=step_id, created_at=now, ended_at=None, **scope_of(link)))


def link_of_step(session: Session, step_id: str, *, now: datetime) -> str | None:
    """Return the link that a browser's step is about, if the step is neither over nor too old."""
    query = select(col(CodeStep.link_id)).where(
        col(CodeStep.id) == step_id, col(CodeStep.ended_at).is_(None), col(CodeStep.created_at) > now - STEP_LASTS
    )
    return session.execute(query).scalar()


def add_challenge(session: Session, row: Mapping[str, Any]) -> None:
    """Insert a code that is to be mailed."""
    insert_rows(session, CodeChallenge, [row])


def end_challenges(session: Session, step_id: str, *, now: datetime) -> list[str]:
    """End the codes of a browser's step, so that only the newest is ever taken; return their ids."""
    live = (col(CodeChallenge.step_id) == step_id, col(CodeChallenge.ended_at).is_(None))
    hold_rows(session, col(CodeChallenge.id), *live)
    ids = list(session.execute(select(col(CodeChallenge.id)).where(*live)).scalars())
    change(session, update(CodeChallenge).where(*live).values(ended_at=now))
    return ids


def count_wrong(session: Session, challenge_id: str) -> None:
    """Count one wrong try."""
    query = update(CodeChallenge).where(col(CodeChallenge.id) == challenge_id)
    change(session, query.values(wrong=col(CodeChallenge.wrong) + 1))


def end_code_step(session: Session, step_id: str, *, now: datetime) -> None:
    """End a browser's step: its code was right, and is used up."""
    end_challenges(session, step_id, now=now)
    change(session, update(CodeStep).where(col(CodeStep.id) == step_id).values(ended_at=now))


def pause_codes(session: Session, link_id: str, *, now: datetime) -> None:
    """Let no code be mailed or taken for a link for an hour."""
    until = now + PAUSE
    if not change(session, update(CodePause).where(col(CodePause.link_id) == link_id).values(paused_until=until)):
        session.execute(insert(CodePause).values(link_id=link_id, paused_until=until))


def remember_device(
    session: Session, *, guardian_id: str, address_key: str, new: str, old: str | None, now: datetime
) -> str:
    """Remember a browser for a guardian; return the device's id.

    `old` is what was kept of the cookie it had: its other guardians' devices move along to the new one.
    """
    if old:
        here = and_(col(Device.browser) == old, col(Device.ended_at).is_(None))
        hold_rows(session, col(Device.id), here)
        change(session, update(Device).where(here, col(Device.guardian_id) == guardian_id).values(ended_at=now))
        change(session, update(Device).where(here).values(browser=new))
    row = {"id": new_id(), "browser": new, "guardian_id": guardian_id, "address_key": address_key, "created_at": now,
           "expires_at": now + DEVICE_LASTS, "ended_at": None}  # fmt: skip
    insert_rows(session, Device, [row])
    return str(row["id"])


def end_devices(session: Session, where: ColumnElement[bool], *, now: datetime) -> list[str]:
    """Forget matching devices that are still remembered; return their ids."""
    live = and_(where, col(Device.ended_at).is_(None), col(Device.expires_at) > now)
    hold_rows(session, col(Device.id), live)
    ids = list(session.execute(select(col(Device.id)).where(live)).scalars())
    change(session, update(Device).where(col(Device.id).in_(ids)).values(ended_at=now))
    return ids


def devices_of(guardian_id: str, device_id: str | None = None) -> ColumnElement[bool]:
    """Return the condition for a guardian's devices, or for one of them."""
    theirs = col(Device.guardian_id) == guardian_id
    return theirs if device_id is None else and_(theirs, col(Device.id) == device_id)


def add_renewal(session: Session, renewal_id: str, wish: bytes, *, now: datetime) -> bool:
    """Insert a wish for a fresh link, once; tell whether it is new."""
    ring(session)
    if session.execute(select(col(Renewal.id)).where(col(Renewal.id) == renewal_id)).first() is not None:
        return False
    session.execute(insert(Renewal).values(id=renewal_id, asked_at=now, wish=wish, handled_at=None))
    return True


def has_waiting_renewals(session: Session, *, more_than: int) -> bool:
    """Tell whether more wishes than this wait for a worker."""
    waiting = select(col(Renewal.id)).where(col(Renewal.handled_at).is_(None))
    return session.execute(waiting.offset(more_than).limit(1)).first() is not None


def waiting_renewals(session: Session, *, most: int) -> list[tuple[str, bytes]]:
    """Return wishes that nobody has looked at, the oldest first, held against other workers till the end."""
    query = select(col(Renewal.id), col(Renewal.wish)).where(col(Renewal.handled_at).is_(None))
    held = query.order_by(col(Renewal.asked_at)).limit(most).with_for_update(skip_locked=True)
    return [(renewal_id, wish or b"") for renewal_id, wish in session.execute(held)]


def close_renewal(session: Session, renewal_id: str, *, now: datetime) -> None:
    """Forget what was typed; that something was stays for a day, so that a second press is no second act."""
    change(session, update(Renewal).where(col(Renewal.id) == renewal_id).values(wish=None, handled_at=now))
