"""When a mailing begins, and with how many families, is said before its first message leaves."""

from datetime import datetime, timedelta

from sqlmodel import Session

from portal.families import repository as families
from portal.kernel.errors import WrongCall
from portal.kernel.secrets.keys import KeyRing
from portal.ledger import repository as ledger
from portal.ledger.rules import Act, Fact
from portal.links import repository as links
from portal.mailings import repository as mailings
from portal.mailings.errors import NotNow
from portal.mailings.rules import check_may_schedule, held_until
from portal.mailings.tables import Mailing
from portal.outbox import repository as outbox
from portal.overviews.audience import audiences
from portal.staff.errors import OutOfScope
from portal.staff.rules import Acting
from portal.words.sentences import sentence


def schedule_mailing(
    session: Session,
    keys: KeyRing,
    mailing_id: str,
    *,
    send_at: datetime | None,
    first_wave: int | None,
    version: int | None,
    hold: timedelta,
    by: Acting,
    now: datetime,
) -> Mailing:
    """Let a mailing begin at a moment, or as soon as its hold is over; and first with so many families alone.

    While it is held, its hold begins anew where the moment is taken away, so that there is time to press Stop; the
    first wave is frozen with the approval. Raises `NotNow`, `WrongCall`, `ChangedMeanwhile`, `OutOfScope`.
    """
    mailing = mailings.find(session, mailing_id, staff_id=by.id, sites=by.sites)
    if version is not None:
        mailings.check_version(mailing, version)
    if families.audience_leaves_scope(session, audiences.terms_of(session, mailing), by.sites):
        raise OutOfScope
    check_may_schedule(mailing.state, round_number=outbox.latest_round(session, mailing_id))
    if send_at is not None and send_at <= now:
        raise WrongCall(sentence("That moment is over. Choose a time that is still to come."))
    if first_wave is not None and not 1 <= first_wave < 100_000:
        raise WrongCall(sentence("A first wave has at least one family. Leave it empty to send to all at once."))
    if (mailing.send_at, mailing.first_wave) == (send_at, first_wave):
        return mailing
    if mailing.state == "held":
        _move_hold(session, mailing, send_at, first_wave, hold=hold, now=now)
    else:
        mailings.change_waiting(session, mailing, send_at=send_at, first_wave=first_wave)
    about: dict[str, Fact] = {
        "mailing": mailing_id,
        "send_at": send_at.isoformat() if send_at else None,
        "first_wave": first_wave,
    }
    ledger.append(session, keys, [Act("mailing:schedule", by.label, about)], now=now)
    return mailing


def _move_hold(
    session: Session,
    mailing: Mailing,
    send_at: datetime | None,
    first_wave: int | None,
    *,
    hold: timedelta,
    now: datetime,
) -> None:
    if first_wave != mailing.first_wave:
        raise NotNow(sentence("Who is in the first wave was fixed with the approval, so it can't be changed any more."))
    assert mailing.approved_at is not None
    begins = held_until(held_from=mailing.approved_at if send_at else now, hold=hold, send_at=send_at)
    expires = begins + timedelta(days=mailing.link_days)
    mailings.change_waiting(session, mailing, send_at=send_at, held_until=begins, links_expire_at=expires)
    links.set_expiry(session, links.of_mailing(mailing.id), at=expires)  # links before messages, as everybody
    outbox.set_due(session, mailing.id, at=begins)
