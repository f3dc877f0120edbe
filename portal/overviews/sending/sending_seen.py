"""How the sending of a mailing stands, and what may be sent after it, as its page shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from portal.families import repository as families
from portal.kernel.configuration.settings import Settings
from portal.mailings import repository as mailings
from portal.mailings.errors import NotNow
from portal.mailings.rules import check_reminder_is_due
from portal.mailings.tables import Mailing
from portal.overviews.family import notices
from portal.overviews.people.staff_mail import name_of
from portal.overviews.sending.round_facts import facts_of, latest_reminder
from portal.overviews.sending.rounds import Recipient, planned, planned_top_up
from portal.words.sentences import reason, sentence

ROUND_WORDS = {
    "again": sentence("Sent again to those not reached"),
    "reminder": sentence("Reminder"),
    "top-up": sentence("Children enrolled since"),
    "one-family": sentence("Sent again to one family"),
    "corrected": sentence("Corrected letter"),
    "print": sentence("Print run"),
    "re-issue": sentence("Fresh links in place of dead ones"),
}


@dataclass(frozen=True, slots=True)
class RoundSeen:
    """An act after the first: which, by whom, when, and how many messages it was."""

    words: str
    by: str
    at: datetime
    notices: int


@dataclass(frozen=True, slots=True)
class Offers:
    """How many guardians each act would reach now; `not_yet` says why nobody may be reminded for the moment.

    `top_up` counts children, and is None where each child has a letter of its own.
    """

    again: int
    reminder: int
    top_up: int | None
    not_yet: str


@dataclass(frozen=True, slots=True)
class SendingSeen:
    """When a held mailing begins, until when everything is quiet, which wave would go next, and what may follow."""

    leaves_at: datetime | None
    quiet_until: datetime | None
    next_wave: int
    is_wave_over: bool
    rounds: tuple[RoundSeen, ...]
    offers: Offers | None


def sending_seen(session: Session, mailing: Mailing, settings: Settings, *, now: datetime) -> SendingSeen:
    """Return how the sending of a mailing stands."""
    held = mailing.held_until if mailing.state == "held" else None
    is_over = mailing.state == "paused" and notices.is_wave_over(session, mailing)
    return SendingSeen(
        held and (settings.quiet_until(max(held, now)) or held),
        settings.quiet_until(now) if mailing.state == "sending" else None,
        mailing.wave + is_over,
        is_over,
        tuple(
            RoundSeen(ROUND_WORDS[one.kind], name_of(session, one.by_id), one.at, one.notices)
            for one in mailings.rounds_of(session, mailing.id)
        ),
        _offers(session, mailing, settings, now) if mailing.state == "sent" else None,
    )


def _offers(session: Session, mailing: Mailing, settings: Settings, now: datetime) -> Offers:
    begins = now + timedelta(seconds=settings.hold_seconds)
    facts = facts_of(session, mailing, now=now)
    new = planned_top_up(session, mailing, now=now, begins=begins) if mailing.way == "shared" else None
    not_yet = ""
    try:
        latest = latest_reminder(session, mailing.id)
        check_reminder_is_due(latest=latest, days=settings.reminder_days, now=now, zone=settings.zone)
    except NotNow as error:
        not_yet = reason(error)
    return Offers(
        planned(facts, "again", begins=begins).guardians,
        planned(facts, "reminder", begins=begins).guardians,
        new.children if new else None,
        not_yet,
    )


@dataclass(frozen=True, slots=True)
class RecipientSeen:
    """A guardian whom an act would reach: by which address, about whom; `is_new_link` where one is made."""

    guardian_name: str
    address: str
    children: tuple[tuple[str, str], ...]
    is_new_link: bool


@dataclass(frozen=True, slots=True)
class RoundPage:
    """One page of whom an act would reach."""

    rows: list[RecipientSeen]
    total: int
    page: int
    pages: int


PAGE = 50


def round_page(session: Session, recipients: Sequence[Recipient], *, page: int) -> RoundPage:
    """Return a page of whom an act would reach, in the order of the children's names."""
    total = len(recipients)
    pages = max(1, -(-total // PAGE))
    page = min(max(page, 1), pages)
    shown = recipients[(page - 1) * PAGE : page * PAGE]
    children = families.names_of_children(session, [one.child_id for each in shown for one in each.children])
    guardians = families.names_of_guardians(session, [one.guardian_id for one in shown])
    rows = [
        RecipientSeen(
            guardians[one.guardian_id][0],
            one.address,
            tuple(
                (number, f"{given} {family}") for number, given, family in (children[c.child_id] for c in one.children)
            ),
            any(carried.link_id is None for carried in one.children),
        )
        for one in shown
    ]
    return RoundPage(rows, total, page, pages)
