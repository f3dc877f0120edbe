"""`portal mailing`: draft, submit, approve, return, stop, preview, list and status; how it is sent is in `sending`."""

from typing import Annotated

import typer
from rich.table import Table

from portal import publish
from portal.cli.drafting import draft
from portal.cli.house import open_house
from portal.cli.opening import people, print_json
from portal.cli.paper import print_letters
from portal.cli.person import on_behalf_of
from portal.cli.sending import add_commands
from portal.cli.telling import mailing_facts, print_facts
from portal.flows import approve_mailing, stop_mailing
from portal.kernel.errors import Refused, WrongCall
from portal.mailings import repository as mailings
from portal.mailings.rules import state_words
from portal.overviews import acknowledging
from portal.overviews.progress import progress_of

app = typer.Typer(help="Publish a letter to families, step by step.", no_args_is_help=True)

By = Annotated[str, typer.Option("--by", help="The staff member on whose behalf this is done.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="Id of the mailing.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


app.command()(draft)
add_commands(app)
app.command("print")(print_letters)


@app.command()
def submit(mailing_id: Id, by: By) -> None:
    """Ask for approval; the approvers are told by mail."""
    with open_house() as house:
        with house.db.read() as session:
            person = on_behalf_of(session, by)
        mailing = publish.submit(house, mailing_id, by=person, version=None, now=house.clock())
    people.print(f"Mailing {mailing.id} is {state_words(mailing.state)}.")


@app.command()
def approve(mailing_id: Id, by: By) -> None:
    """Approve what another person submitted. Refused unless PORTAL_CLI_APPROVAL=1: a shell is not a person."""
    with open_house() as house:
        if not house.settings.cli_approval:
            raise Refused("Approve in the browser: a shell is not a second person (PORTAL_CLI_APPROVAL is not set).")
        with house.db.read() as session:
            person = on_behalf_of(session, by)
            if mailings.find(session, mailing_id, staff_id=person.id, sites=person.sites).confidential:
                raise Refused("A confidential mailing is approved in the browser alone.")
        mailing = publish.approve(house, mailing_id, by=person, version=None, now=house.clock())
    people.print(
        f"Mailing {mailing.id} is {state_words(mailing.state)} until {mailing.held_until:%Y-%m-%d %H:%M:%S} UTC."
    )


@app.command("return")
def send_back(
    mailing_id: Id, by: By, reason: Annotated[str, typer.Option(help="What should be different.")] = ""
) -> None:
    """Send a mailing back to its author with a reason."""
    with open_house() as house, house.db.write() as session:
        person = on_behalf_of(session, by)
        mailing = approve_mailing.return_mailing(
            session, house.keys, mailing_id, by=person, reason=reason, now=house.clock()
        )
    people.print(f"Mailing {mailing.id} is {state_words(mailing.state)}.")


@app.command()
def stop(mailing_id: Id, by: By) -> None:
    """Stop a mailing: what has not left stays."""
    with open_house() as house, house.db.write() as session:
        person = on_behalf_of(session, by)
        done = stop_mailing.stop_mailing(session, house.keys, mailing_id, by=person, now=house.clock())
    people.print(f"Stopped. {done.cancelled:,} messages were held back; {done.had_left:,} had left.")
    if done.pages:
        people.print(f"{done.pages:,} printed pages may be in somebody's hands; they are among what had left.")


@app.command()
def preview(mailing_id: Id, by: By, as_json: Json = False) -> None:
    """Show whom a mailing reaches and whom it leaves out, as of now."""
    with open_house() as house:
        with house.db.read() as session:
            person = on_behalf_of(session, by)
            mailings.find(session, mailing_id, staff_id=person.id, sites=person.sites)
        facts = mailing_facts(house, mailing_id)
    if as_json:
        print_json(**facts)
    else:
        print_facts(facts)


@app.command("list")
def list_mailings(
    by: Annotated[str, typer.Option("--by", help="Only those that this staff member may see.")] = "",
    as_json: Json = False,
) -> None:
    """List the mailings, newest first."""
    with open_house() as house, house.db.read() as session:
        person = on_behalf_of(session, by) if by else None
        staff_id, sites = (person.id, person.sites) if person else ("", None)
        rows = mailings.page(session, staff_id=staff_id, sites=sites, limit=200)
    if as_json:
        for row in rows:
            print_json(mailing=row.id, title=row.title, state=row.state, created_at=row.created_at.isoformat())
        return
    table = Table("Id", "Title", "State", "Written (UTC)")
    for row in rows:
        table.add_row(row.id, row.title, state_words(row.state), f"{row.created_at:%Y-%m-%d %H:%M}")
    people.print(table if rows else "There is no mailing yet.")


@app.command()
def status(mailing_id: Id, as_json: Json = False) -> None:
    """Say how far a mailing has come."""
    with open_house() as house, house.db.read() as session:
        mailing = mailings.find_any(session, mailing_id)
        if mailing is None:
            raise WrongCall("There is no such mailing.")
        done = progress_of(session, mailing_id)
        read = acknowledging.counts_of(session, mailing)
    if as_json:
        print_json(
            state=mailing.state,
            notices=done.notices,
            opened=done.opened,
            disclosures=done.disclosures,
            paper=done.paper,
            acknowledge=read.is_asked,
            acknowledged=read.said,
            not_acknowledged=read.missing,
        )
        return
    people.print(f"The mailing is {state_words(mailing.state)}.")
    for state, count in done.notices.items():
        if count:
            people.print(f"  {count:,}  {state}")
    if done.paper["made"]:
        people.print(f"  {done.paper['made']:,}  of them on paper, {done.paper['sent']:,} handed out or posted")
    people.print(f"{done.opened:,} guardians have opened it ({done.disclosures:,} views and downloads).")
    if read.is_asked:
        people.print(f"{read.said:,} of {read.asked:,} guardians have said that they have read it, one for each child.")
