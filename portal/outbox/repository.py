"""Every query of the outbox."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    String,
    Update,
    and_,
    bindparam,
    delete,
    func,
    inspect,
    or_,
    select,
    update,
)
from sqlmodel import Session, col

from portal.kernel.ids import jitter, new_id
from portal.kernel.storage.bell import ring
from portal.kernel.storage.columns import UtcDateTime
from portal.kernel.storage.db import change, hold_rows, insert_rows
from portal.outbox.rules import LEASE, AlertKind, Ending, Lease, Turn, ending
from portal.outbox.tables import Alert, Bounce, FamilyMail, FamilyMailLink, Notice, NoticeLink, StaffMail

UNSENT = ("queued", "sending")
_AT_ONCE = 500
Box = type[Notice] | type[StaffMail] | type[FamilyMail]


def add_notices(session: Session, notices: Iterable[Mapping[str, Any]], links: Iterable[Mapping[str, Any]]) -> None:
    """Insert notices with the links they carry; the database refuses another guardian's link or a second round."""
    ring(session)
    insert_rows(session, Notice, notices)
    insert_rows(session, NoticeLink, links)


def cancel_unsent(session: Session, where: ColumnElement[bool], *, why: str, now: datetime) -> int:
    """Cancel matching notices that have not left; return how many.

    The lease stays in the row: if the mail server had already said OK, the worker's outcome still counts.
    """
    unsent = (where, col(Notice.state).in_(UNSENT))
    hold_rows(session, col(Notice.id), *unsent)  # as a worker holds those it hands in
    return change(session, update(Notice).where(*unsent).values(state="cancelled", reply=why, done_at=now))


def of_guardian(guardian_id: str) -> ColumnElement[bool]:
    """Return the condition for all notices to a guardian."""
    return col(Notice.guardian_id) == guardian_id


def forget_address(session: Session, guardian_id: str) -> None:
    """Take a guardian's address off every notice, and what mail servers said of it."""
    theirs, their_mail = of_guardian(guardian_id), col(FamilyMail.guardian_id) == guardian_id
    on_mail = update(Notice).where(theirs, col(Notice.channel) == "mail").values(address="erased@erased.invalid")
    change(session, on_mail)
    change(session, update(Notice).where(theirs).values(reply=""))
    hold_rows(session, col(FamilyMail.id), their_mail)
    change(session, update(FamilyMail).where(their_mail).values(reply=""))


def cancel_all_of(session: Session, guardian_id: str, *, why: str, now: datetime) -> None:
    """Cancel what has not left to a guardian, and hold every notice to them for what follows."""
    hold_rows(session, col(Notice.id), of_guardian(guardian_id))
    cancel_unsent(session, of_guardian(guardian_id), why=why, now=now)


def of_mailing(mailing_id: str) -> ColumnElement[bool]:
    """Return the condition for the notices of a mailing."""
    return col(Notice.mailing_id) == mailing_id


def any_of(notice_ids: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition for these notices."""
    return col(Notice.id).in_(notice_ids)


def counts(session: Session, mailing_id: str, *, round_number: int | None = None) -> dict[str, int]:
    """Count the notices of a mailing by state: all there are, or those that one round mails."""
    query = select(col(Notice.state), func.count()).where(col(Notice.mailing_id) == mailing_id)
    if round_number is not None:
        query = query.where(of_round(round_number))
    found = dict.fromkeys(("queued", "sending", "sent", "refused", "bounced", "cancelled"), 0)
    for state, count in session.execute(query.group_by(col(Notice.state))):
        found[state] = count
    return found


def of_round(number: int) -> ColumnElement[bool]:
    """Return the condition for the notices that a round mails."""
    return and_(col(Notice.round) == number, by_mail())


def by_mail() -> ColumnElement[bool]:
    """Return the condition for the notices that are mailed; the others are on paper."""
    return col(Notice.channel) == "mail"


def latest_round(session: Session, mailing_id: str) -> int:
    """Return the number of the latest act that mailed something; a print run mails nothing."""
    query = select(func.max(col(Notice.round))).where(col(Notice.mailing_id) == mailing_id)
    return session.execute(query.where(col(Notice.channel) == "mail")).scalar() or 0


def set_due(session: Session, mailing_id: str, *, at: datetime) -> None:
    """Let what has not left of a mailing be due at another moment."""
    ring(session)
    waiting = (col(Notice.mailing_id) == mailing_id, col(Notice.channel) == "mail", col(Notice.state).in_(UNSENT))
    hold_rows(session, col(Notice.id), *waiting)
    change(session, update(Notice).where(*waiting).values(due_at=at))


def queue_staff_mail(
    session: Session, kind: str, staff_ids: Iterable[str], *, about_id: str, now: datetime, turn: int = 0
) -> None:
    """Insert one message of a kind to each of these staff members; `turn` tells a repeated act apart."""
    ring(session)
    rows = [
        {"id": new_id(), "kind": kind, "staff_id": staff_id, "about_id": about_id, "turn": turn, "state": "queued",
         "attempts": 0, "due_at": now, "reply": ""}
        for staff_id in dict.fromkeys(staff_ids)
    ]  # fmt: skip
    insert_rows(session, StaffMail, rows)


def alert(session: Session, kind: AlertKind) -> Alert | None:
    """Return what admins were told of this kind, as it stands now."""
    return session.get(Alert, kind, populate_existing=True)


def put_alert(session: Session, kind: AlertKind, **changed: datetime | int | None) -> None:
    """Write how an alert stands; the first of its kind is inserted."""
    if not change(session, update(Alert).where(col(Alert.kind) == kind).values(**changed)):
        insert_rows(session, Alert, [{"kind": kind, "over_at": None, "told_at": None, "turn": 0} | changed])


def standing_alerts(session: Session) -> Sequence[Alert]:
    """Return the alerts that stand, the oldest first."""
    return session.execute(select(Alert).where(col(Alert.over_at).is_(None)).order_by(col(Alert.since))).scalars().all()


def alerts_delivered(session: Session) -> set[str]:
    """Return the kinds of standing alerts whose newest message a mail server took."""
    query = select(col(Alert.kind)).join(
        StaffMail,
        and_(
            col(StaffMail.kind) == "alert",
            col(StaffMail.about_id) == col(Alert.kind),
            col(StaffMail.turn) == col(Alert.turn),
        ),
    )
    delivered = query.where(col(Alert.over_at).is_(None), col(StaffMail.state) == "sent")
    return set(session.execute(delivered).scalars())


def queue_code(session: Session, challenge_id: str, *, guardian_id: str, now: datetime) -> None:
    """Insert the message that carries a challenge's code."""
    _queue_family_mail(session, "code", guardian_id, challenge_id, now=now)


def cancel_codes(session: Session, challenge_ids: Sequence[str], *, why: str, now: datetime) -> None:
    """Cancel the messages of these challenges that have not left."""
    unsent = (col(FamilyMail.about_id).in_(challenge_ids), col(FamilyMail.state).in_(UNSENT))
    hold_rows(session, col(FamilyMail.id), *unsent)
    change(session, update(FamilyMail).where(*unsent).values(state="cancelled", reply=why, done_at=now))


def queue_renewal(session: Session, renewal_id: str, links: Sequence[Mapping[str, str]], *, now: datetime) -> str:
    """Insert the message that answers a wish with these links of one guardian; return its id."""
    mail_id = _queue_family_mail(session, "renewal", links[0]["guardian_id"], renewal_id, now=now)
    insert_rows(session, FamilyMailLink, [{"mail_id": mail_id, **link} for link in links])
    return mail_id


def _queue_family_mail(session: Session, kind: str, guardian_id: str, about_id: str, *, now: datetime) -> str:
    ring(session)
    row = {"id": (mail_id := new_id()), "kind": kind, "guardian_id": guardian_id, "about_id": about_id,
           "state": "queued", "attempts": 0, "due_at": now, "reply": ""}  # fmt: skip
    insert_rows(session, FamilyMail, [row])
    return mail_id


def cancel_family_mail(session: Session, mail_ids: Sequence[str], *, why: str, now: datetime) -> int:
    """Cancel these messages to families, of those that have not left; return how many."""
    unsent = (col(FamilyMail.id).in_(mail_ids), col(FamilyMail.state).in_(UNSENT))
    hold_rows(session, col(FamilyMail.id), *unsent)
    return change(session, update(FamilyMail).where(*unsent).values(state="cancelled", reply=why, done_at=now))


def forget_family_mail(session: Session, *, before: datetime) -> None:
    """Delete the messages with codes and fresh links that ended before a moment; nobody asks for them any more."""
    is_over = col(FamilyMail.done_at) <= before
    hold_rows(session, col(FamilyMail.id), is_over)
    over = select(col(FamilyMail.id)).where(is_over)
    change(session, delete(FamilyMailLink).where(col(FamilyMailLink.mail_id).in_(over)))
    change(session, delete(FamilyMail).where(is_over))


def next_turn(session: Session, kind: str, *, about_id: str) -> int:
    """Return the number of the next message of a kind about something."""
    query = select(func.max(col(StaffMail.turn))).where(
        col(StaffMail.kind) == kind, col(StaffMail.about_id) == about_id
    )
    latest = session.execute(query).scalar()
    return 0 if latest is None else latest + 1


def claimable(box: Box) -> ColumnElement[bool]:
    """Return the condition for rows that are due at `:now`, have not left, and are held or held back by nobody.

    `lease_until` is until when nobody else may take a row: a claim's lease, or the wait after a failure. A
    claim whose worker died is so taken over when its lease has run out.
    """
    now = bindparam("now", type_=UtcDateTime)
    free = or_(col(box.lease_until).is_(None), col(box.lease_until) <= now)
    return col(box.state).in_(UNSENT) & (col(box.due_at) <= now) & free


def unfinished(box: Box) -> ColumnElement[bool]:
    """Return the condition for rows that can be claimed at `:now` or are in some worker's hands."""
    return claimable(box) | (col(box.state) == "sending")


def claim(connection: Connection, box: Box, row_ids: Sequence[str], *, lease_id: str, until: datetime) -> None:
    """Take rows that this transaction has found claimable, and has locked where the database locks rows."""
    if connection.dialect.name == "postgresql":
        taken = connection.execute(_CLAIM_ALL[box], {"rows": row_ids, "lease": lease_id, "until": until}).rowcount
    else:
        rows = [{"row": row_id, "lease": lease_id, "until": until} for row_id in row_ids]
        taken = connection.execute(_CLAIM[box], rows).rowcount
    assert taken == len(row_ids), "a claim was lost to another worker inside one transaction"


def _claiming(box: Box) -> Update:
    """Return the claim of one row: by several ids and the state, SQLite walks all that wait for each few it takes."""
    return _claiming_where(box, inspect(box).local_table.c.id == bindparam("row"))


def _claiming_all(box: Box) -> Update:
    """Return the claim of rows at once, which PostgreSQL finds by their keys whatever else they must be."""
    rows = func.any(bindparam("rows", type_=ARRAY(String)))
    return _claiming_where(box, inspect(box).local_table.c.id == rows)


def _claiming_where(box: Box, chosen: ColumnElement[bool]) -> Update:
    table = inspect(box).local_table
    unsent = or_(*(table.c.state == state for state in UNSENT))
    query = update(table).where(chosen, unsent)
    return query.values(state="sending", lease_id=bindparam("lease"), lease_until=bindparam("until"))


Letters = TypeVar("Letters", StaffMail, FamilyMail)


def take_turns(
    session: Session, box: type[Letters], turns: Sequence[Turn], *, now: datetime
) -> list[tuple[Letters, Lease]]:
    """Keep how the last messages of these senders ended, and claim the next, the oldest last."""
    close(
        session.connection(), box, [ending(turn.done, now=now, jitter=jitter()) for turn in turns if turn.done], now=now
    )
    most = sum(turn.wants_more for turn in turns)
    if not most:
        return []
    query = select(box).where(claimable(box)).order_by(col(box.due_at)).limit(most)
    found = list(session.execute(query.with_for_update(skip_locked=True), {"now": now}).scalars())
    lease_id = new_id()
    if found:
        claim(session.connection(), box, [mail.id for mail in found], lease_id=lease_id, until=now + LEASE)
    return [(mail, Lease(mail.id, lease_id, mail.attempts, mail.due_at)) for mail in reversed(found)]


def close(connection: Connection, box: Box, endings: Sequence[Ending], *, now: datetime) -> None:
    """Write how messages ended, each only while its lease is still the row's own.

    What the mail server took is sent, even if a Stop had cancelled it while it was on its way. They are written in the
    order in which a Stop takes them (`cancel_unsent`): else each may wait for the other, and one is told to try again.
    """
    rows = [
        {"row": one.lease.row_id, "lease": one.lease.id, "ends": one.state, "words": one.reply,
         "even_if": "cancelled" if one.state == "sent" else "sending", "tries": one.attempts,
         "wait": one.not_before, "when": None if one.state == "queued" else now}
        for one in sorted(endings, key=lambda ending: ending.lease.row_id)
    ]  # fmt: skip
    if rows:
        connection.execute(_CLOSE[box], rows)


def _closing(box: Box) -> Update:
    table = inspect(box).local_table
    query = update(table).where(
        table.c.id == bindparam("row"),
        table.c.lease_id == bindparam("lease"),
        or_(table.c.state == "sending", table.c.state == bindparam("even_if")),
    )
    return query.values(
        state=bindparam("ends"),
        reply=bindparam("words"),
        attempts=bindparam("tries"),
        lease_id=None,
        lease_until=bindparam("wait"),
        done_at=bindparam("when"),
    )


BOXES: tuple[Box, ...] = (Notice, StaffMail, FamilyMail)
_CLAIM = {box: _claiming(box) for box in BOXES}
_CLAIM_ALL = {box: _claiming_all(box) for box in BOXES}
_CLOSE = {box: _closing(box) for box in BOXES}


def renew(session: Session, box: Box, lease_ids: Sequence[str], *, until: datetime) -> None:
    """Lengthen the leases of what is still on its way."""
    mine = (col(box.lease_id).in_(lease_ids), col(box.state) == "sending")
    hold_rows(session, col(box.id), *mine)
    change(session, update(box).where(*mine).values(lease_until=until))


def is_held(session: Session, box: Box, lease: Lease) -> bool:
    """Tell whether a claimed message is still on its way under this lease, and was not cancelled."""
    query = select(col(box.id)).where(col(box.id) == lease.row_id, col(box.lease_id) == lease.id)
    return session.execute(query.where(col(box.state) == "sending")).first() is not None


def note_bounce(
    session: Session, notice_id: str, *, weight: str, why: str, code: str, words: str, now: datetime
) -> bool:
    """Note that a notice came back, the first time only; return whether it was noted. Links are left alone.

    A report may overtake the mail server's own answer, so a notice that is still on its way counts as well; one
    that was cancelled or refused stays so.
    """
    found = session.execute(select(Notice).where(col(Notice.id) == notice_id).with_for_update()).scalar()
    if found is None or session.get(Bounce, notice_id) is not None:
        return False
    session.add(Bounce(notice_id=notice_id, weight=weight, why=why, code=code, came_at=now))
    session.flush()
    left = (col(Notice.id) == notice_id, col(Notice.state).in_(("sent", *UNSENT)))
    change(session, update(Notice).where(*left).values(state="bounced", reply=words))
    return True


def has_unfinished_mail(session: Session, *, to_families: bool, now: datetime) -> bool:
    """Tell whether a message to staff, or a code to a family, can be claimed now, or is in some worker's hands."""
    boxes = (StaffMail, FamilyMail) if to_families else (StaffMail,)
    queries = (select(col(box.id)).where(unfinished(box)).limit(1) for box in boxes)
    return any(session.execute(query, {"now": now}).first() for query in queries)


def paper_counts(session: Session, mailing_id: str) -> dict[str, int]:
    """Count the notices of a mailing that are on paper by state; `printed` those that are in a PDF."""
    query = select(col(Notice.state), func.count(), func.count(col(Notice.printed_at))).where(
        col(Notice.mailing_id) == mailing_id, col(Notice.channel) == "paper"
    )
    found = dict.fromkeys(("made", "printed", "queued", "sent", "bounced", "cancelled"), 0)
    for state, count, printed in session.execute(query.group_by(col(Notice.state))):
        found[state] = count
        found["made"] += count
        found["printed"] += printed
    return found


def note_printed(session: Session, notice_ids: Sequence[str], *, now: datetime) -> None:
    """Note when notices on paper were printed first."""
    in_order = sorted(notice_ids)
    for start in range(0, len(in_order), _AT_ONCE):
        new = (col(Notice.id).in_(in_order[start : start + _AT_ONCE]), col(Notice.printed_at).is_(None))
        hold_rows(session, col(Notice.id), *new)
        change(session, update(Notice).where(*new).values(printed_at=now))


def mark_paper(
    session: Session, mailing_id: str, notice_ids: Sequence[str], *, state: str, reply: str, done_at: datetime | None
) -> list[str]:
    """Set what became of printed ones; return whose changed. Only a marked one goes back to `queued` or `cancelled`."""
    changed: list[str] = []
    undoes = state in {"queued", "cancelled"}
    in_order = sorted(notice_ids)  # as a Stop holds them (`cancel_unsent`)
    for start in range(0, len(in_order), _AT_ONCE):
        printed = select(col(Notice.id)).where(
            col(Notice.id).in_(in_order[start : start + _AT_ONCE]),
            col(Notice.mailing_id) == mailing_id,
            col(Notice.channel) == "paper",
            col(Notice.printed_at).is_not(None),
            or_(col(Notice.state) != state, col(Notice.reply) != reply),
            *([col(Notice.state).in_(("sent", "bounced"))] if undoes else []),
        )
        some = list(session.execute(printed.order_by(col(Notice.id)).with_for_update()).scalars())
        values = {"state": state, "reply": reply, "done_at": done_at}
        session.execute(
            update(Notice).where(col(Notice.id).in_(some)).values(**values).execution_options(synchronize_session=False)
        )
        changed += some
    return changed
