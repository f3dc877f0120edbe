"""`portal mailing` once it is approved: pause, continue, schedule, and send again to those it has not reached."""

from datetime import timedelta
from typing import Annotated

import typer

from portal import publish
from portal.cli.house import open_house
from portal.cli.opening import people, print_json
from portal.cli.person import on_behalf_of
from portal.flows.pause_mailing import continue_mailing, pause_mailing
from portal.flows.schedule_mailing import schedule_mailing
from portal.kernel.moments import moment_in_words, parse_moment
from portal.mailings import repository as mailings
from portal.mailings.rules import RoundKind, state_words
from portal.overviews.rounds import Planned
from portal.overviews.sending_seen import families_of, round_page

By = Annotated[str, typer.Option("--by", help="The staff member on whose behalf this is done.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="Id of the mailing.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say whom it would reach, and send nothing.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def add_commands(app: typer.Typer) -> None:
    """Add these commands to those of `portal mailing`."""
    app.command()(pause)
    app.command("continue")(go_on)
    app.command()(schedule)
    app.command()(again)
    app.command()(remind)
    app.command()(top_up)


def pause(mailing_id: Id, by: By) -> None:
    """Pause a mailing that is being sent: what has not left waits."""
    with open_house() as house, house.db.write() as session:
        person = on_behalf_of(session, by)
        mailing = pause_mailing(session, house.keys, mailing_id, by=person, now=house.clock())
    people.print(
        f"Mailing {mailing.id} is {state_words(mailing.state)}. What has not left waits until it is continued."
    )


def go_on(mailing_id: Id, by: By) -> None:
    """Let a paused mailing go on; after the first wave, to all the others."""
    with open_house() as house, house.db.write() as session:
        person = on_behalf_of(session, by)
        mailing = continue_mailing(session, house.keys, mailing_id, by=person, wave=None, now=house.clock())
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
    with open_house() as house, house.db.write() as session:
        person, now, zone = on_behalf_of(session, by), house.clock(), house.settings.zone
        found = mailings.find(session, mailing_id, staff_id=person.id, sites=person.sites)
        send_at = found.send_at
        if when:
            send_at = None if when.strip().lower() == "now" else parse_moment(when, zone=zone, now=now)
        mailing = schedule_mailing(
            session, house.keys, mailing_id,
            send_at=send_at, first_wave=found.first_wave if first_wave is None else first_wave or None,
            version=None, hold=timedelta(seconds=house.settings.hold_seconds), by=person, now=now,
        )  # fmt: skip
    begins = moment_in_words(mailing.send_at, zone) if mailing.send_at else "as soon as its hold is over"
    families = f"; first to {mailing.first_wave:,} families alone" if mailing.first_wave else ""
    people.print(f"Mailing {mailing.id} is {state_words(mailing.state)}. It goes out {begins}{families}.", markup=False)


def again(
    mailing_id: Id,
    by: By,
    child: Annotated[
        str, typer.Option(metavar="NUMBER", help="To the family of this child alone, reached or not.")
    ] = "",
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Send a mailing again to those it has not reached, by today's addresses."""
    kind: RoundKind = "one-family" if child else "again"
    _round(mailing_id, kind, by, child=child, dry_run=dry_run, as_json=as_json)


def remind(mailing_id: Id, by: By, dry_run: DryRun = False, as_json: Json = False) -> None:
    """Remind those who have not opened a mailing; at most once in PORTAL_REMINDER_DAYS."""
    _round(mailing_id, "reminder", by, dry_run=dry_run, as_json=as_json)


def top_up(mailing_id: Id, by: By, dry_run: DryRun = False, as_json: Json = False) -> None:
    """Send a mailing to children enrolled since; it is judged anew by today's roster first."""
    _round(mailing_id, "top-up", by, dry_run=dry_run, as_json=as_json)


def _round(mailing_id: str, kind: RoundKind, by: str, *, dry_run: bool, as_json: bool, child: str = "") -> None:
    with open_house() as house:
        now = house.clock()
        with house.db.read() as session:
            person = on_behalf_of(session, by)
            mailing, planned = publish.look_at_round(house, session, mailing_id, kind, by=person, child=child, now=now)
            shown = [row.guardian_name for row in round_page(session, planned.recipients, page=1).rows]
        if not dry_run:
            seen = (mailing.version, planned.number)
            mailing = publish.send_again(house, mailing_id, kind, by=person, seen=seen, child=child, now=now).mailing
    if as_json:
        print_json(
            mailing=mailing.id, state=mailing.state, kind=kind, round=planned.number, notices=len(planned.recipients),
            families=families_of(planned), children=planned.children, new_links=planned.renewed,
            left_out=len({one.child_id for one in planned.omissions if one.guardian_id is None}),
        )  # fmt: skip
        return
    _tell(planned, shown, dry_run=dry_run)
    if not dry_run:
        people.print(f"Mailing {mailing.id} is {state_words(mailing.state)} until {mailing.held_until:%H:%M:%S} UTC.")


def _tell(planned: Planned, shown: list[str], *, dry_run: bool) -> None:
    word = "It would go to" if dry_run else "It goes to"
    people.print(
        f"{word} {len(planned.recipients):,} guardians in {families_of(planned):,} families, "
        f"about {planned.children:,} children."
    )
    for name in shown if dry_run else ():
        people.print(f"  {name}", markup=False)
    if dry_run and len(planned.recipients) > len(shown):
        people.print(f"  and {len(planned.recipients) - len(shown):,} more")
    if planned.renewed:
        people.print(f"{planned.renewed:,} links have expired and are made anew.")
    if planned.passed_over:
        people.print(f"{planned.passed_over:,} links were taken back and are passed over.")
