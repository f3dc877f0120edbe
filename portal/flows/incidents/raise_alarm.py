"""Whoever notices first acts: they pause a letter's links at once, or call the admins, who are told by mail.

A pause takes nothing back. The judge refuses every link of the mailing at the next request, and nothing more leaves,
until an admin lets families open it again; whoever paused it may do so themselves for ten minutes.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from portal.kernel.secrets.keys import KeyRing
from portal.ledger import repository as ledger
from portal.ledger.rules import Act, Fact
from portal.mailings import repository as mailings
from portal.mailings.repository import alarms
from portal.mailings.repository.alarms import AlarmKind
from portal.mailings.rules import CALLED_AGAIN_AFTER, check_may_pause_links, may_move
from portal.mailings.tables import Alarm, Mailing
from portal.outbox import repository as outbox
from portal.overviews.incidents import alarms_seen
from portal.staff import repository as staff
from portal.staff.errors import NotAllowed, OutOfScope
from portal.staff.rules import Acting
from portal.words.sentences import sentence


@dataclass(frozen=True, slots=True)
class Raised:
    """The alarm that stands: this press's own, or the one before it."""

    alarm: Alarm
    is_repeat: bool


def pause_links(session: Session, keys: KeyRing, mailing_id: str, *, by: Acting, now: datetime) -> Raised:
    """Let no link of a mailing open anything, and pause what is being sent; every admin is told. Twice is once.

    Raises `NoSuchMailing`, `OutOfScope`, `NotNow`.
    """
    mailing = _held(session, mailing_id, by)
    before = alarms.latest_alarm(session, mailing_id, kind="pause")
    if mailing.links_paused_at is not None and before is not None:
        return Raised(before, is_repeat=True)
    check_may_pause_links(mailing.state)
    if may_move(mailing.state, "pause"):
        mailings.advance(session, mailing, "pause", links_paused_at=now)
    else:
        mailings.change_waiting(session, mailing, links_paused_at=now)
    return _told(session, keys, mailing, "pause", by=by, now=now)


def call_admins(session: Session, keys: KeyRing, mailing_id: str, *, by: Acting, now: datetime) -> Raised:
    """Tell every admin that somebody should look at a mailing; nothing stops. Within an hour twice is once.

    A pause has told them as well. Raises `NoSuchMailing`, `OutOfScope`, `NotNow`.
    """
    mailing = _held(session, mailing_id, by)
    before = alarms.latest_alarm(session, mailing_id)
    if before is not None and now < before.at + CALLED_AGAIN_AFTER:
        return Raised(before, is_repeat=True)
    check_may_pause_links(mailing.state)
    return _told(session, keys, mailing, "call", by=by, now=now)


def open_links_again(session: Session, keys: KeyRing, mailing_id: str, *, by: Acting, now: datetime) -> Mailing:
    """Let families open a mailing again whose links were paused. Twice is once.

    What was being sent stays paused until somebody continues. Raises `NoSuchMailing`, `NotAllowed`.
    """
    mailing = _held(session, mailing_id, by)
    if mailing.links_paused_at is None:
        return mailing
    if not alarms_seen.is_undone_by(session, mailing, by, now=now):
        raise NotAllowed(sentence("An administrator lets families open it again: every one of them was told by mail."))
    mailings.change_waiting(session, mailing, links_paused_at=None)
    ledger.append(session, keys, [Act("mailing:open-links", by.label, {"mailing": mailing_id})], now=now)
    return mailing


def _held(session: Session, mailing_id: str, by: Acting) -> Mailing:
    mailings.hold(session, [mailing_id])  # whoever moves it on at this moment is waited for: a brake does not fail
    mailing = mailings.find(session, mailing_id, staff_id=by.id, sites=by.sites)
    if not alarms_seen.may_raise(session, mailing, by):
        raise OutOfScope
    return mailing


def _told(session: Session, keys: KeyRing, mailing: Mailing, kind: AlarmKind, *, by: Acting, now: datetime) -> Raised:
    alarm = alarms.add_alarm(session, mailing.id, kind, by_id=by.id, now=now)
    outbox.queue_staff_mail(session, "alarm", staff.admins(session), about_id=alarm.id, now=now)
    name = "mailing:pause-links" if kind == "pause" else "mailing:call-admins"
    about: dict[str, Fact] = {"mailing": mailing.id}
    ledger.append(session, keys, [Act(name, by.label, about)], now=now)
    return Raised(alarm, is_repeat=False)
