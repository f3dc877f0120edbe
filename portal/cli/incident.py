"""`portal incident`: freeze what went wrong at once; the facts, drafts and the pack are on its page."""

from typing import Annotated

import typer

from portal.cli.opening import open_house, people, print_json
from portal.cli.person import on_behalf_of
from portal.flows import freeze_incident
from portal.incidents.rules import Target
from portal.overviews import incident_seen, targets

app = typer.Typer(help="When something went wrong.", no_args_is_help=True)
Id = Annotated[str, typer.Argument(metavar="MAILING_ID")]
By = Annotated[str, typer.Option("--by", help="The admin on whose behalf this is done.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; kept with it.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


@app.command()
def freeze(mailing_id: Id, by: By, reason: Reason, as_json: Json = False) -> None:
    """Freeze a mailing within a second: links dead, messages cancelled, pages closed, downloads cut. Twice is once."""
    with open_house() as house:
        with house.db.write() as session:
            person = on_behalf_of(session, by)
            done = freeze_incident.freeze(
                session, house.keys, Target("mailing", mailing_id), by=person, reason=reason, now=house.clock()
            )
        organisation = house.settings.organisation
        with house.db.read() as session:
            seen = incident_seen.incident_seen(session, done.incident_id, by=person, organisation=organisation)
            readers = targets.readers_of_mailing(session, mailing_id)
    incident = seen.incident
    if as_json:
        print_json(
            incident=incident.id,
            mailing=mailing_id,
            at=incident.at.isoformat(),
            links=incident.links,
            notices_cancelled=incident.notices_cancelled,
            sessions_ended=incident.sessions_ended,
            already_opened=[
                {"guardian": one.guardian_id, "child": one.student_number, "at": one.at.isoformat()} for one in readers
            ],
            is_repeat=done.is_repeat,
        )
        return
    again = " before" if done.is_repeat else ""
    people.print(
        f"Frozen{again} at {incident.at:%Y-%m-%d %H:%M:%S} UTC: {incident.links:,} links are dead, "
        f"{incident.notices_cancelled:,} unsent messages cancelled, {incident.sessions_ended:,} open sessions ended. "
        f"{seen.opened_by:,} guardians had opened it. Incident {incident.id} has the facts: "
        f"{house.settings.base_url}/admin/incidents/{incident.id}"
    )
