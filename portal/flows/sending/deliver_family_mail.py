"""A code or a fresh link goes to a guardian: claimed, derived from rows, written, handed over, and its end kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from portal.kernel.configuration.settings import Settings
from portal.kernel.secrets.keys import KeyRing
from portal.kernel.secrets.tokens import mint_code, mint_digits, mint_token
from portal.kernel.storage.db import hold_still
from portal.kernel.text.addresses import OneAddress
from portal.links.repository import forgetting
from portal.links.rules import COUNTED_IN
from portal.mail.letters.code_letter import CodeLetter
from portal.mail.letters.renewal_letter import FreshWay, RenewalLetter
from portal.mail.transport.room import MailRoom, Outcome, StillWanted
from portal.outbox import repository as outbox
from portal.outbox.rules import Lease, Pointless, Turn
from portal.outbox.tables import FamilyMail
from portal.overviews.family import code_steps, renewals
from portal.overviews.family.renewals import FreshLink
from portal.words.languages import reading_language

_CODE_GONE = Pointless("The code is over, or there is nobody to mail it to.")
_LINKS_GONE = Pointless("No link in it opens a letter any more.")


@dataclass(frozen=True, slots=True)
class FamilyErrand:
    """A claimed message with a code or with fresh links."""

    lease: Lease
    kind: str
    about_id: str


@dataclass(frozen=True, slots=True)
class FamilyMessage:
    """What is said to whom."""

    to: OneAddress
    letter: CodeLetter | RenewalLetter


def take_family_turns(session: Session, turns: Sequence[Turn], *, now: datetime) -> list[FamilyErrand | None]:
    """Keep how the last messages ended and claim the next ones, in one transaction."""
    claimed = outbox.take_turns(session, FamilyMail, turns, now=now)
    errands = [FamilyErrand(lease, mail.kind, mail.about_id) for mail, lease in claimed]
    return [errands.pop() if turn.wants_more and errands else None for turn in turns]


def family_message(
    session: Session, keys: KeyRing, settings: Settings, errand: FamilyErrand, *, now: datetime
) -> FamilyMessage | Pointless:
    """Return what to say as of now, or why there is nothing to say any more. Raises `KeyError` for a key that left.

    Digits, links and typed codes are derived here, by the same functions that the site reads them with: they are in
    no table.
    """
    if errand.kind == "renewal":
        return _renewal(session, keys, settings, errand, now=now)
    due = code_steps.code_due(session, errand.about_id, now=now)
    if due is None:
        return _CODE_GONE
    letter = CodeLetter(
        organisation=settings.organisation,
        contact=settings.contact,
        digits=mint_digits(keys, due.challenge.id, due.challenge.key_id),
        minutes=max(1, (due.until - now) // timedelta(minutes=1)),
        language=reading_language(due.language),
    )
    return FamilyMessage(OneAddress.parse(due.address), letter)


def _renewal(
    session: Session, keys: KeyRing, settings: Settings, errand: FamilyErrand, *, now: datetime
) -> FamilyMessage | Pointless:
    due = renewals.renewal_due(session, errand.lease.row_id, now=now)
    if due is None:
        return _LINKS_GONE
    letter = RenewalLetter(
        organisation=settings.organisation,
        contact=settings.contact,
        base_url=settings.base_url,
        ways=tuple(_way(keys, settings, link) for link in due.links),
        language=due.language,
    )
    return FamilyMessage(OneAddress.parse(due.address), letter)


def _way(keys: KeyRing, settings: Settings, link: FreshLink) -> FreshWay:
    return FreshWay(
        title=link.title,
        given_name=link.given_name,
        url=f"{settings.base_url}/o#{mint_token(keys, 'link-token', link.link_id)}",
        code=mint_code(keys, link.link_id, link.code_key_id),
        expires=link.expires_at.astimezone(settings.zone).date(),
        is_private=link.is_private,
    )


def still_holds(
    session: Session, keys: KeyRing, settings: Settings, errand: FamilyErrand, message: FamilyMessage, *, now: datetime
) -> bool:
    """Tell, right before it leaves, whether a message is still wanted, and says of every link what is so now."""
    if not outbox.is_held(session, FamilyMail, errand.lease):
        return False
    return errand.kind != "renewal" or family_message(session, keys, settings, errand, now=now) == message


async def deliver_family_mail(
    room: MailRoom,
    settings: Settings,
    errand: FamilyErrand,
    message: FamilyMessage,
    *,
    still_wanted: StillWanted,
    now: datetime,
) -> Outcome:
    """Write a message and offer it to the mail server. A repeat has the same Message-ID. Raises `NotOneAddress`."""
    mail_from = OneAddress.parse(settings.mail_from)
    message_id = f"<{errand.lease.row_id}@{mail_from.text.rpartition('@')[2]}>"
    text = message.letter.render(message.to, mail_from=mail_from, message_id=message_id, date=now)
    return await room.deliver(text, envelope_from=mail_from, to=message.to, still_wanted=still_wanted)


def forget_old_asking(session: Session, *, now: datetime) -> None:
    """Delete what no longer counts: codes, wishes and their messages after a day, pauses and devices when over."""
    hold_still(session, "old-asking", shared=False)  # of two workers the second finds nothing left
    outbox.forget_family_mail(session, before=now - COUNTED_IN)
    forgetting.forget_code_steps(session, now=now)
    forgetting.forget_renewals(session, now=now)
