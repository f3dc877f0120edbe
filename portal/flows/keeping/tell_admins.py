"""Admins are told when something about the portal itself is not in order, once a day, and when that is over."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from portal.kernel.secrets.keys import KeyRing
from portal.kernel.storage.db import hold_still
from portal.ledger import repository as ledger
from portal.ledger.rules import Act
from portal.outbox import repository as outbox
from portal.outbox.rules import AlertKind, AlertStep, alert_step
from portal.outbox.tables import Alert
from portal.staff import repository as staff


def has_news(session: Session, found: Mapping[AlertKind, bool], *, now: datetime) -> bool:
    """Tell whether anything changes by what was found, each kind bad or not; it writes nothing."""
    return any(_step(outbox.alert(session, kind), bad=bad, now=now) != AlertStep() for kind, bad in found.items())


def tell_admins(session: Session, keys: KeyRing, found: Mapping[AlertKind, bool], *, now: datetime) -> list[AlertKind]:
    """Note what was found, and queue a message to every admin where it is time; return what they are told of.

    Two workers that find the same are one: the second sees what the first wrote.
    """
    hold_still(session, "alerts", shared=False)
    told: list[AlertKind] = []
    acts: list[Act] = []
    for kind, bad in found.items():
        known = outbox.alert(session, kind)
        step = _step(known, bad=bad, now=now)
        if step == AlertStep():
            continue
        turn = (known.turn if known else 0) + step.tells
        _note(session, kind, step, turn=turn, now=now)
        if step.begins or step.ends:
            acts.append(Act("alert:begin" if step.begins else "alert:end", "portal", {"alert": kind}))
        if step.tells:
            outbox.queue_staff_mail(session, "alert", staff.admins(session), about_id=kind, now=now, turn=turn)
            told.append(kind)
    if acts:
        ledger.append(session, keys, acts, now=now)
    return told


def _step(known: Alert | None, *, bad: bool, now: datetime) -> AlertStep:
    if known is None:
        return alert_step(stands=False, since=None, told_at=None, bad=bad, now=now)
    return alert_step(stands=known.over_at is None, since=known.since, told_at=known.told_at, bad=bad, now=now)


def _note(session: Session, kind: AlertKind, step: AlertStep, *, turn: int, now: datetime) -> None:
    changed: dict[str, datetime | int | None] = {"turn": turn}
    if step.begins:
        changed |= {"since": now, "over_at": None}
    if step.ends:
        changed |= {"over_at": now}
    elif step.tells:
        changed |= {"told_at": now}
    outbox.put_alert(session, kind, **changed)
