"""`portal mailing`: draft, submit, approve, return, stop, preview, list and status."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from portal import publish
from portal.cli.guard import guard_facts
from portal.cli.opening import open_house, people, print_json
from portal.cli.person import on_behalf_of
from portal.flows import approve_mailing, stop_mailing
from portal.kernel.errors import Refused, WrongCall
from portal.mailings import repository as mailings
from portal.mailings.rules import audience_sentence, check_draft, parse_term, state_words
from portal.overviews import audiences
from portal.overviews.progress import progress_of
from portal.publish import Stopped, Upload
from portal.wiring import House

app = typer.Typer(help="Publish a letter to families, step by step.", no_args_is_help=True)

By = Annotated[str, typer.Option("--by", help="The staff member on whose behalf this is done.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="Id of the mailing.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


@app.command()
def draft(
    by: By,
    title: Annotated[str, typer.Option(help="Title of the letter.")],
    file: Annotated[Path, typer.Option(help="The letter: PDF, or a picture (JPEG, PNG).", exists=True, dir_okay=False)],
    message: Annotated[str, typer.Option(help="Message to families; plain text, at most 1,500 letters.")] = "",
    audience: Annotated[
        list[str] | None,
        typer.Option(help="everyone, program:NAME, site:NAME, grade:G or child:NUMBER; may be repeated."),
    ] = None,
    expires: Annotated[int | None, typer.Option(help="Days until the links expire.")] = None,
    as_json: Json = False,
) -> None:
    """Write a mailing: the guard judges file, file name, title and message. Nothing is sent."""
    with open_house() as house:
        with house.db.read() as session:
            person = on_behalf_of(session, by)
        checked = check_draft(
            title=title,
            message=message,
            terms=[parse_term(text) for text in audience or ["everyone"]],
            link_days=expires if expires is not None else house.settings.link_days,
            link_hosts=house.settings.link_hosts,
        )
        upload = Upload(file, file.name)
        done = publish.put_draft(house, checked, by=person, now=house.clock(), upload=upload)
        facts: dict[str, Any] = _facts(house, done.mailing_id) if done.mailing_id else {"mailing": None, "state": None}
        facts["guard"] = guard_facts(done.report)
        facts["reconciliation"] = {}
    if as_json:
        print_json(**facts)
    elif isinstance(done, Stopped):
        _print_stop(done)
    else:
        _print_facts(facts)
    if isinstance(done, Stopped):
        raise typer.Exit(3)


def _print_stop(done: Stopped) -> None:
    people.print(f"Stopped by the guard. {done.report.reason}", markup=False)
    held = "It is kept sealed for three days: an approver may release it in the browser."
    people.print(held if done.is_held else "It is not kept.")


def _facts(house: House, mailing_id: str) -> dict[str, Any]:
    with house.db.read() as session:
        mailing = mailings.find_any(session, mailing_id)
        assert mailing is not None
        terms = mailings.terms_of(session, mailing_id)
        reach = audiences.reach_of(session, audiences.terms_of(session, mailing), now=house.clock())
        left_out = audiences.left_out(session, mailing, reach.plan)
    return {
        "mailing": mailing.id,
        "state": mailing.state,
        "audience": audience_sentence(terms, house.settings.organisation),
        "families": reach.families,
        "guardians": reach.guardians,
        "children": reach.children,
        "left_out": [{"child": row.student_number, "why": row.why} for row in left_out if row.guardian_name is None],
    }


def _print_facts(facts: dict[str, Any]) -> None:
    people.print(f"Mailing {facts['mailing']} is {state_words(facts['state'])}. For {facts['audience']}.", markup=False)
    reached = f"{facts['guardians']:,} guardians of {facts['children']:,} children in {facts['families']:,} families"
    people.print(f"It reaches {reached}.")
    if facts["left_out"]:
        people.print(f"{len(facts['left_out']):,} children are left out:")
        counts: dict[str, int] = {}
        for row in facts["left_out"]:
            counts[row["why"]] = counts.get(row["why"], 0) + 1
        for why, count in counts.items():
            people.print(f"  {count:,}  {audiences.WHY[why]}")


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


@app.command()
def preview(mailing_id: Id, by: By, as_json: Json = False) -> None:
    """Show whom a mailing reaches and whom it leaves out, as of now."""
    with open_house() as house:
        with house.db.read() as session:
            person = on_behalf_of(session, by)
            mailings.find(session, mailing_id, staff_id=person.id, sites=person.sites)
        facts = _facts(house, mailing_id)
    if as_json:
        print_json(**facts)
    else:
        _print_facts(facts)


@app.command("list")
def list_mailings(by: By, as_json: Json = False) -> None:
    """List the mailings that somebody may see, newest first."""
    with open_house() as house, house.db.read() as session:
        person = on_behalf_of(session, by)
        rows = mailings.page(session, staff_id=person.id, sites=person.sites, limit=200)
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
    if as_json:
        print_json(state=mailing.state, notices=done.notices, opened=done.opened, disclosures=done.disclosures)
        return
    people.print(f"The mailing is {state_words(mailing.state)}.")
    for state, count in done.notices.items():
        if count:
            people.print(f"  {count:,}  {state}")
    people.print(f"{done.opened:,} guardians have opened it ({done.disclosures:,} views and downloads).")
