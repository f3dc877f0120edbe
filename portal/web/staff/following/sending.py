"""Pausing and going on, when a mailing goes out, and sending it again to some: each with a look at whom it reaches."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import cast

from starlette.responses import Response

from portal import publish
from portal.flows.sending import pause_mailing, schedule_mailing
from portal.kernel.errors import NotFound
from portal.kernel.text.moments import NoMoment, moment_in_words, parse_moment, zone_in_words
from portal.kernel.text.written_days import Habit, reads_two_ways
from portal.mailings.rules import RoundKind
from portal.overviews.sending import sending_seen
from portal.overviews.writing import mailing_seen
from portal.web.guards import StaffRequest
from portal.web.render_staff import staff_page
from portal.web.staff.following.mailing import done, span_words
from portal.words.sentences import reason, sentence

_UNTOLD = 422
_KINDS = frozenset({"again", "reminder", "top-up", "one-family"})


class NoSuchAct(NotFound):
    """There is no page here."""


def pause(ask: StaffRequest) -> Response:
    """Pause what is being sent."""

    def act(mailing_id: str) -> None:
        ask.house.db.insist(
            partial(pause_mailing.pause_mailing, keys=ask.house.keys, mailing_id=mailing_id, by=ask.acting, now=ask.now)
        )

    return done(ask, "paused", act)


def go_on(ask: StaffRequest) -> Response:
    """Let what is paused go on, or the wave go that the page named."""
    wave = ask.form.number("wave")

    def act(mailing_id: str) -> None:
        with ask.house.db.write() as session:
            pause_mailing.continue_mailing(session, ask.house.keys, mailing_id, by=ask.acting, wave=wave, now=ask.now)

    return done(ask, "continued", act)


def before_schedule(ask: StaffRequest) -> Response:
    """Ask when a mailing goes out, and to how many families first."""
    return _schedule_page(ask, None)


def _schedule_page(ask: StaffRequest, plan: "_Plan | None", *, status: int = 200) -> Response:
    settings = ask.house.settings
    with ask.house.db.read() as session:
        seen = mailing_seen.mailing_seen(
            session, ask.acting, ask.path("mailing"), organisation=settings.organisation, now=ask.now
        )
    typed = {name: ask.form.text(name) for name in ("when", "first_wave")} if plan else {}
    return staff_page(
        ask, "staff/sending_schedule.html", here="Mailings", seen=seen, typed=typed, status=status,
        faults=plan.faults if plan else {}, hold=span_words(settings.hold_seconds),
        said=plan.send_at if plan else None, now_local=ask.now.astimezone(settings.zone),
        clock=zone_in_words(settings.zone), month_first=Habit.of(settings.zone).month_first,
        in_words=moment_in_words,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Plan:
    """When a mailing goes out and to how many first, as it was typed, with a sentence for each fault."""

    send_at: datetime | None
    wave: int | None
    is_understood: bool
    faults: dict[str, str]


def _plan(ask: StaffRequest) -> _Plan:
    """Read what was typed. A moment that may be read in two ways is understood once the page has said it in words."""
    when, first = ask.form.text("when").strip(), ask.form.text("first_wave").strip()
    send_at, wave, faults = None, ask.form.number("first_wave"), {}
    try:
        send_at = parse_moment(when, zone=ask.house.settings.zone, now=ask.now) if when else None
    except NoMoment as error:
        faults["when"] = reason(error)
    if first and not wave:
        faults["first_wave"] = sentence("Write a number of families, such as 20.")
    understood = send_at is None or not reads_two_ways(when) or ask.form.text("understood") == send_at.isoformat()
    return _Plan(send_at, wave, understood, faults)


def schedule(ask: StaffRequest) -> Response:
    """Keep when a mailing goes out, and to how many families first."""
    plan = _plan(ask)
    if plan.faults or not plan.is_understood:
        return _schedule_page(ask, plan, status=_UNTOLD if plan.faults else 200)

    def act(mailing_id: str) -> None:
        with ask.house.db.write() as session:
            schedule_mailing.schedule_mailing(
                session, ask.house.keys, mailing_id, send_at=plan.send_at, first_wave=plan.wave,
                version=ask.form.number("version") or 0, hold=timedelta(seconds=ask.house.settings.hold_seconds),
                by=ask.acting, now=ask.now,
            )  # fmt: skip

    return done(ask, "scheduled", act)


def before_round(ask: StaffRequest) -> Response:
    """Show whom an act would reach, before it is done."""
    kind, child, typed = _kind(ask), ask.query("child"), ask.query("page")
    number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 7 else 1
    with ask.house.db.read() as session:
        mailing, planned = publish.look_at_round(
            ask.house, session, ask.path("mailing"), kind, by=ask.acting, child=child, now=ask.now
        )
        found = sending_seen.round_page(session, planned.recipients, page=number)
    return staff_page(
        ask, "staff/sending_round.html", here="Mailings", mailing=mailing, planned=planned, found=found, child=child,
        hold=span_words(ask.house.settings.hold_seconds),
    )  # fmt: skip


def send_round(ask: StaffRequest) -> Response:
    """Do what the page showed; a second press is the same act."""
    kind, child, form = _kind(ask), ask.form.text("child"), ask.form
    seen = (form.number("version") or 0, form.number("round") or 0)
    return done(
        ask, kind, lambda id_: publish.send_again(
            ask.house, id_, kind, by=ask.acting, seen=seen, child=child, now=ask.now
        ),
    )  # fmt: skip


def _kind(ask: StaffRequest) -> RoundKind:
    kind = ask.path("kind")
    if kind not in _KINDS:
        raise NoSuchAct
    return cast("RoundKind", kind)
