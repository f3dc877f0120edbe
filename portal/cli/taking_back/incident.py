"""`portal incident`: freeze what went wrong at once; the facts, drafts and the pack are on its page."""

from pathlib import Path
from typing import Annotated

import typer
from sqlmodel import Session

from portal import publish
from portal.cli.house import open_house
from portal.cli.opening import people, print_json
from portal.cli.person import on_behalf_of
from portal.cli.taking_back.ended import what_ended
from portal.cli.whole_id import whole_id
from portal.flows.incidents import freeze_incident
from portal.incidents import repository as incidents
from portal.incidents.errors import NoSuchIncident
from portal.incidents.rules import Target
from portal.kernel.errors import WrongCall
from portal.kernel.text.counts import count_of
from portal.mailings import repository as mailings
from portal.overviews.incidents import incident_seen, undoing
from portal.overviews.links import targets
from portal.staff.rules import Acting

app = typer.Typer(help="When something went wrong.", no_args_is_help=True)
Id = Annotated[str, typer.Argument(metavar="MAILING_ID")]
By = Annotated[str, typer.Option("--by", help="The admin on whose behalf this is done.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; kept with it.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


@app.command()
def freeze(mailing_id: Id, by: By, reason: Reason, as_json: Json = False) -> None:
    """Freeze a mailing within a second: links dead, messages cancelled, pages closed, downloads cut. Twice is once."""
    with open_house() as house:
        mailing_id = whole_id(house, "mailing", mailing_id)
        target, now = Target("mailing", mailing_id), house.clock()

        def act(session: Session) -> tuple[Acting, freeze_incident.Frozen]:
            person = on_behalf_of(session, by)
            return person, freeze_incident.freeze(session, house.keys, target, by=person, reason=reason, now=now)

        person, done = house.db.insist(act)
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
        f"Frozen{again} at {incident.at:%Y-%m-%d %H:%M:%S} UTC: "
        f"{what_ended(incident.links, incident.notices_cancelled, incident.sessions_ended)}. "
        f"{count_of(seen.opened_by, 'guardian')} had opened it. Incident {incident.id} has the facts: "
        f"{house.settings.base_url}/admin/incidents/{incident.id}"
    )


@app.command()
def undo(
    mailing_id: Id,
    by: By,
    reason: Reason,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say whom it would mail, and send nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Undo a freeze that was a mistake: the same letter with fresh links, after the hold. The old links stay dead."""
    with open_house() as house:
        mailing_id = whole_id(house, "mailing", mailing_id)
        now = house.clock()
        with house.db.read() as session:
            person = on_behalf_of(session, by)
            incident_id = _undone(session, mailing_id) or undoing.incident_to_undo(session, mailing_id, by=person)
        if dry_run:
            _, planned = publish.look_at_undo(house, incident_id, mailing_id, by=person, now=now)
            notices = len(planned.recipients)
            facts: dict[str, object] = {
                "notices": notices,
                "links": planned.links,
                "pages": len(planned.paper),
                "not_reached": planned.missing,
            }
        else:
            done = publish.undo_freeze(house, incident_id, mailing_id, reason=reason, by=person, now=now)
            notices = done.notices
            facts = {"round": done.number, "notices": notices, "state": done.mailing.state,
                     "held_until": str(done.mailing.held_until), "is_repeat": done.is_repeat}  # fmt: skip
    if as_json:
        print_json(incident=incident_id, mailing=mailing_id, dry_run=dry_run, **facts)
    elif dry_run:
        people.print(f"Fresh links would go to {count_of(notices, 'guardian')}. Nothing was sent.")
    else:
        people.print(
            f"Fresh links go to {count_of(notices, 'guardian')} from {str(facts['held_until'])[:16]} UTC on; "
            "Stop is on its page."
        )


@app.command()
def pack(
    mailing_id: Id,
    by: By,
    output: Annotated[Path | None, typer.Option(help="Where to; by default a file here, named by the day.")] = None,
    as_json: Json = False,
) -> None:
    """Write everything about a mailing's newest incident into one zip: report, tables, texts, the ledger's proof."""
    with open_house() as house:
        mailing_id = whole_id(house, "mailing", mailing_id)
        with house.db.read() as session:
            person = on_behalf_of(session, by)
            mailings.find(session, mailing_id, staff_id=person.id, sites=person.sites)
            incident_id = incidents.latest_of_mailing(session, mailing_id)
        if incident_id is None:
            raise NoSuchIncident("This mailing is in no incident. Freeze it first.")
        made = publish.incident_pack(house, incident_id, by=person, now=house.clock())
    path = output or Path(made.file_name)
    try:
        path.touch(mode=0o600, exist_ok=False)
        path.write_bytes(made.content)
    except OSError as error:
        raise WrongCall(f"The pack cannot be written to {path}: {error.strerror}.") from None
    if as_json:
        print_json(
            incident=incident_id, file=str(path), entries=made.entries, seen=made.seen, recipients=made.recipients
        )
    else:
        people.print(
            f"{path} holds the report, {count_of(made.seen, 'view or download', 'views and downloads')}, "
            f"{count_of(made.recipients, 'row')} of recipients and {count_of(made.entries, 'entry', 'entries')} of the "
            "ledger. HOW-TO-VERIFY.txt in it says how to check them."
        )


def _undone(session: Session, mailing_id: str) -> str | None:
    """Return the newest incident of a mailing if that was undone: asking again gives the first answer."""
    newest = incidents.latest_of_mailing(session, mailing_id)
    about = incidents.mailings_of(session, newest) if newest else ()
    return newest if any(one.mailing_id == mailing_id and one.undone_at for one in about) else None
