"""Pause: what has not left waits, for as long as people like; continuing lets it go, or the next wave of it."""

from datetime import datetime

from sqlmodel import Session

from portal.kernel.secrets.keys import KeyRing
from portal.ledger import repository as ledger
from portal.ledger.rules import Act, Fact
from portal.mailings import repository as mailings
from portal.mailings.errors import ChangedMeanwhile
from portal.mailings.rules import check_links_open
from portal.mailings.tables import Mailing
from portal.outbox import repository as outbox
from portal.overviews.family import notices
from portal.staff.rules import Acting
from portal.words.sentences import sentence


def pause_mailing(session: Session, keys: KeyRing, mailing_id: str, *, by: Acting, now: datetime) -> Mailing:
    """Pause a mailing that is being sent; anybody who sees it may. Twice is once. Raises `NotNow`."""
    mailings.hold(session, [mailing_id])  # whoever moves it on at this moment is waited for: a brake does not fail
    mailing = mailings.find(session, mailing_id, staff_id=by.id, sites=by.sites)
    if mailing.state == "paused":
        return mailing
    mailings.advance(session, mailing, "pause")
    ledger.append(session, keys, [Act("mailing:pause", by.label, {"mailing": mailing_id})], now=now)
    return mailing


def continue_mailing(
    session: Session, keys: KeyRing, mailing_id: str, *, by: Acting, wave: int | None, now: datetime
) -> Mailing:
    """Let a paused mailing go on; where its wave has left, with the next one.

    `wave` is the one that whoever asks was told would go: another one is refused by `ChangedMeanwhile`. What has
    waited is due from now, so that the mail server gets all its tries. Twice is once. Raises `NotNow`.
    """
    mailing = mailings.find(session, mailing_id, staff_id=by.id, sites=by.sites)
    if mailing.state == "sending" and wave in {None, mailing.wave}:
        return mailing
    check_links_open(mailing.links_paused_at)
    going = mailing.wave + notices.is_wave_over(session, mailing)
    if wave not in {None, going}:
        raise ChangedMeanwhile(
            sentence("Meanwhile the last message of this wave has left. Look again before the next one goes.")
        )
    mailings.advance(session, mailing, "continue", wave=going)
    outbox.set_due(session, mailing_id, at=now)
    about: dict[str, Fact] = {"mailing": mailing_id, "wave": going}
    ledger.append(session, keys, [Act("mailing:continue", by.label, about)], now=now)
    return mailing
