"""`portal mailing return`, `stop`, `pause`, `continue` and `schedule`: a mailing moves, and no file is read for it."""

from datetime import timedelta
from typing import Annotated

import typer

from portal.cli.opening import open_ground, people
from portal.cli.person import on_behalf_of
from portal.flows import approve_mailing, stop_mailing
from portal.flows.pause_mailing import continue_mailing, pause_mailing
from portal.flows.schedule_mailing import schedule_mailing
from portal.kernel.counts import count_of
from portal.kernel.moments import moment_in_words, parse_moment
from portal.mailings import repository as mailings
from portal.mailings.rules import state_words

By = Annotated[str, typer.Option("--by", help="The staff member on whose behalf this is done.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="Id of the mailing.")]


def send_back(
    mailing_id: Id, by: By, reason: Annotated[str, typer.Option(help="What should be different.")] = ""
) -> None:
    """Send a mailing back to its author with a reason."""
    with open_ground() as ground, ground.db.write() as session:
        person = on_behalf_of(session, by)
        mailing = approve_mailing.return_mailing(
            session, ground.keys, mailing_id, by=person, reason=reason, now=ground.clock()
        )
    people.print(f"Mailing {mailing.id} is {state_words(mailing.state)}.")


def stop(mailing_id: Id, by: By) -> None:
    """Stop a mailing: what has not left stays. A draft goes, with its files."""
    with open_ground() as ground:
        keys, now = ground.keys, ground.clock()
        done = ground.db.insist(
            lambda session: stop_mailing.stop_mailing(session, keys, mailing_id, by=on_behalf_of(session, by), now=now)
        )
    people.print(
        f"Stopped. {count_of(done.cancelled, 'message was', 'messages were')} held back; {done.had_left:,} had left."
    )
    if done.pages:
        people.print(f"{count_of(done.pages, 'printed page')} may be in somebody's hands, among what had left.")


def pause(mailing_id: Id, by: By) -> None:
    """Pause a mailing that is being sent: what has not left waits."""
    with open_ground() as ground:
        keys, now = ground.keys, ground.clock()
        mailing = ground.db.insist(
            lambda session: pause_mailing(session, keys, mailing_id, by=on_behalf_of(session, by), now=now)
        )
    people.print(
        f"Mailing {mailing.id} is {state_words(mailing.state)}. What has not left waits until it is continued."
    )


def go_on(mailing_id: Id, by: By) -> None:
    """Let a paused mailing go on; after the first wave, to all the others."""
    with open_ground() as ground, ground.db.write() as session:
        person = on_behalf_of(session, by)
        mailing = continue_mailing(session, ground.keys, mailing_id, by=person, wave=None, now=ground.clock())
    people.print(f"Mailing {mailing.id} is {state_words(mailing.state)}.")


def schedule(
    mailing_id: Id,
    by: By,
    when: Annotated[
        str, typer.Argument(metavar="WHEN", help="“2026-11-30 07:30”, “Monday 07:30”, “tomorrow 7:30”, or “now”.")
    ] = "",
    first_wave: Annotated[
        int | None, typer.Option(help="Send to so many families first, then wait; 0 for all at once.", min=0)
    ] = None,
) -> None:
    """Say when an approved mailing goes out, in the organisation's time zone, and to how many families first."""
    with open_ground() as ground, ground.db.write() as session:
        person, now, zone = on_behalf_of(session, by), ground.clock(), ground.settings.zone
        found = mailings.find(session, mailing_id, staff_id=person.id, sites=person.sites)
        send_at = found.send_at
        if when:
            send_at = None if when.strip().lower() == "now" else parse_moment(when, zone=zone, now=now)
        mailing = schedule_mailing(
            session,
            ground.keys,
            mailing_id,
            send_at=send_at,
            first_wave=found.first_wave if first_wave is None else first_wave or None,
            version=None,
            hold=timedelta(seconds=ground.settings.hold_seconds),
            by=person,
            now=now,
        )
    begins = moment_in_words(mailing.send_at, zone) if mailing.send_at else "as soon as its hold is over"
    families = f"; first to {count_of(mailing.first_wave, 'family', 'families')} alone" if mailing.first_wave else ""
    people.print(f"Mailing {mailing.id} is {state_words(mailing.state)}. It goes out {begins}{families}.", markup=False)
