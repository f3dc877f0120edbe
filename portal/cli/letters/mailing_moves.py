"""`portal mailing return`, `add-guardians`, `stop`, `pause`, `continue`, `schedule`: it moves, and no file is read."""

import sys
from datetime import datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from portal.cli.opening import Json, answer, open_ground
from portal.cli.person import on_behalf_of
from portal.cli.whole_id import whole_id
from portal.flows.approving import approve_mailing
from portal.flows.sending import stop_mailing
from portal.flows.sending.pause_mailing import continue_mailing, pause_mailing
from portal.flows.sending.schedule_mailing import schedule_mailing
from portal.flows.writing import add_guardians as add
from portal.kernel.text.counts import count_of
from portal.kernel.text.moments import moment_in_words, parse_moment
from portal.kernel.text.written_days import reads_two_ways
from portal.mailings import repository as mailings
from portal.mailings.rules import state_words
from portal.mailings.tables import Mailing
from portal.overviews.audience import audiences

By = Annotated[str, typer.Option("--by", help="The staff member on whose behalf this is done.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="Id of the mailing.")]


def send_back(
    mailing_id: Id,
    by: By,
    reason: Annotated[str, typer.Option(help="What should be different.")] = "",
    as_json: Json = False,
) -> None:
    """Send a mailing back to its author with a reason."""
    with open_ground() as ground:
        mailing_id = whole_id(ground, "mailing", mailing_id)
        with ground.db.write() as session:
            person = on_behalf_of(session, by)
            mailing = approve_mailing.return_mailing(
                session, ground.keys, mailing_id, by=person, reason=reason, now=ground.clock()
            )
    _tell_state(mailing, as_json=as_json)


def add_guardians(mailing_id: Id, by: By, as_json: Json = False) -> None:
    """Let the other guardians of the same children get a letter too that is for named guardians."""
    with open_ground() as ground:
        mailing_id = whole_id(ground, "mailing", mailing_id)
        with ground.db.write() as session:
            person = on_behalf_of(session, by)
            mailing = add.add_guardians(session, ground.keys, mailing_id, version=None, by=person, now=ground.clock())
            reached = audiences.reach_of(session, mailing, now=ground.clock()).guardians
    words = f"Mailing {mailing.id} reaches {count_of(reached, 'guardian')}."
    answer(words, as_json=as_json, mailing=mailing.id, state=mailing.state, guardians=reached)


def stop(mailing_id: Id, by: By, as_json: Json = False) -> None:
    """Stop a mailing: what has not left stays. A draft goes, with its files."""
    with open_ground() as ground:
        mailing_id = whole_id(ground, "mailing", mailing_id)
        keys, now = ground.keys, ground.clock()
        done = ground.db.insist(
            lambda session: stop_mailing.stop_mailing(session, keys, mailing_id, by=on_behalf_of(session, by), now=now)
        )
    back = count_of(done.cancelled, "message was", "messages were")
    words = f"Stopped. {back} held back; {done.had_left:,} had left."
    if done.pages:
        words += f"\n{count_of(done.pages, 'printed page')} may be in somebody's hands, among what had left."
    answer(
        words, as_json=as_json, mailing=mailing_id, notices_cancelled=done.cancelled, had_left=done.had_left,
        pages=done.pages,
    )  # fmt: skip


def pause(mailing_id: Id, by: By, as_json: Json = False) -> None:
    """Pause a mailing that is being sent: what has not left waits."""
    with open_ground() as ground:
        mailing_id = whole_id(ground, "mailing", mailing_id)
        keys, now = ground.keys, ground.clock()
        mailing = ground.db.insist(
            lambda session: pause_mailing(session, keys, mailing_id, by=on_behalf_of(session, by), now=now)
        )
    _tell_state(mailing, " What has not left waits until it is continued.", as_json=as_json)


def go_on(mailing_id: Id, by: By, as_json: Json = False) -> None:
    """Let a paused mailing go on; after the first wave, to all the others."""
    with open_ground() as ground:
        mailing_id = whole_id(ground, "mailing", mailing_id)
        with ground.db.write() as session:
            person = on_behalf_of(session, by)
            mailing = continue_mailing(session, ground.keys, mailing_id, by=person, wave=None, now=ground.clock())
    _tell_state(mailing, as_json=as_json)


def _tell_state(mailing: Mailing, then: str = "", *, as_json: bool) -> None:
    words = f"Mailing {mailing.id} is {state_words(mailing.state)}.{then}"
    answer(words, as_json=as_json, mailing=mailing.id, state=mailing.state)


def schedule(
    mailing_id: Id,
    by: By,
    when: Annotated[
        str,
        typer.Argument(
            metavar="WHEN", help="“Friday 7:30 am”, “12/5/2026 7:30 AM”, “2026-12-05 07:30”, “tomorrow 8am”, or “now”."
        ),
    ] = "",
    first_wave: Annotated[
        int | None, typer.Option(help="Send to so many families first, then wait; 0 for all at once.", min=0)
    ] = None,
    as_json: Json = False,
) -> None:
    """Say when an approved mailing goes out, in the organisation's time zone, and to how many families first."""
    with open_ground() as ground:
        mailing_id, now, zone = whole_id(ground, "mailing", mailing_id), ground.clock(), ground.settings.zone
        meant = _meant(when, zone, now, may_ask=not as_json)
        with ground.db.write() as session:
            person = on_behalf_of(session, by)
            found = mailings.find(session, mailing_id, staff_id=person.id, sites=person.sites)
            mailing = schedule_mailing(
                session, ground.keys, mailing_id, send_at=meant if when else found.send_at,
                first_wave=found.first_wave if first_wave is None else first_wave or None, version=None,
                hold=timedelta(seconds=ground.settings.hold_seconds), by=person, now=now,
            )  # fmt: skip
    begins = moment_in_words(mailing.send_at, zone) if mailing.send_at else "as soon as its hold is over"
    families = f"; first to {count_of(mailing.first_wave, 'family', 'families')} alone" if mailing.first_wave else ""
    answer(
        f"Mailing {mailing.id} is {state_words(mailing.state)}. It goes out {begins}{families}.",
        as_json=as_json, mailing=mailing.id, state=mailing.state, first_wave=mailing.first_wave,
        send_at=mailing.send_at.isoformat() if mailing.send_at else None,
    )  # fmt: skip


def _meant(when: str, zone: ZoneInfo, now: datetime, *, may_ask: bool) -> datetime | None:
    """Return the moment that was typed; a terminal is asked about what can be read in two ways. Raises `NoMoment`."""
    if not when or when.strip().lower() == "now":
        return None
    moment = parse_moment(when, zone=zone, now=now)
    if may_ask and reads_two_ways(when) and sys.stdin.isatty():
        typer.confirm(f"That is {moment_in_words(moment, zone)}. Is it what you mean?", abort=True, err=True)
    return moment
