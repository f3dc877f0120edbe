"""A code goes to a guardian: claimed, derived from its challenge, written, handed over, and its end kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from portal.kernel.addresses import OneAddress
from portal.kernel.keys import KeyRing
from portal.kernel.settings import Settings
from portal.kernel.tokens import mint_digits
from portal.links import repository as links
from portal.links.rules import COUNTED_IN
from portal.mail.code_letter import CodeLetter
from portal.mail.room import MailRoom, Outcome, StillWanted
from portal.outbox import repository as outbox
from portal.outbox.rules import Lease, Pointless, Turn
from portal.outbox.tables import FamilyMail
from portal.overviews import code_steps
from portal.words.languages import reading_language

_GONE = Pointless("The code is over, or there is nobody to mail it to.")


@dataclass(frozen=True, slots=True)
class CodeErrand:
    """A claimed message with a code."""

    lease: Lease
    challenge_id: str


@dataclass(frozen=True, slots=True)
class CodeMessage:
    """What is said to whom."""

    to: OneAddress
    letter: CodeLetter


def take_code_turns(session: Session, turns: Sequence[Turn], *, now: datetime) -> list[CodeErrand | None]:
    """Keep how the last messages ended and claim the next ones, in one transaction."""
    claimed = outbox.take_turns(session, FamilyMail, turns, now=now)
    errands = [CodeErrand(lease, mail.about_id) for mail, lease in claimed]
    return [errands.pop() if turn.wants_more and errands else None for turn in turns]


def code_message(
    session: Session, keys: KeyRing, settings: Settings, errand: CodeErrand, *, now: datetime
) -> CodeMessage | Pointless:
    """Return what to say as of now, or why there is nothing to say any more. Raises `KeyError` for a key that left.

    The digits are derived here, by the same function that the site compares with: they are in no table.
    """
    due = code_steps.code_due(session, errand.challenge_id, now=now)
    if due is None:
        return _GONE
    letter = CodeLetter(
        organisation=settings.organisation,
        contact=settings.contact,
        digits=mint_digits(keys, due.challenge.id, due.challenge.key_id),
        minutes=max(1, (due.until - now) // timedelta(minutes=1)),
        language=reading_language(due.language),
    )
    return CodeMessage(OneAddress.parse(due.address), letter)


async def deliver_code(
    room: MailRoom,
    settings: Settings,
    errand: CodeErrand,
    message: CodeMessage,
    *,
    still_wanted: StillWanted,
    now: datetime,
) -> Outcome:
    """Write the message with a code and offer it to the mail server. Raises `NotOneAddress`."""
    mail_from = OneAddress.parse(settings.mail_from)
    message_id = f"<{errand.lease.row_id}@{mail_from.text.rpartition('@')[2]}>"
    text = message.letter.render(message.to, mail_from=mail_from, message_id=message_id, date=now)
    return await room.deliver(text, envelope_from=mail_from, to=message.to, still_wanted=still_wanted)


def forget_old_codes(session: Session, *, now: datetime) -> None:
    """Delete what no longer counts: codes and their messages after a day, pauses and devices when they are over.

    From where a link was opened is known for 90 days.
    """
    links.forget_networks(session, now=now)
    outbox.forget_codes(session, before=now - COUNTED_IN)
    links.forget_code_steps(session, now=now)
