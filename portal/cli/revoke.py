"""`portal revoke`: take back a link, a document or a mailing."""

from typing import Annotated

import typer
from rich.table import Table

from portal.cli.opening import open_house, people, print_json
from portal.cli.person import on_behalf_of
from portal.flows import revoke as story
from portal.flows.revoke import TakenBack, Target
from portal.kernel.errors import WrongCall


def revoke(
    by: Annotated[str, typer.Option("--by", help="The admin on whose behalf this is done.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; kept with it.")],
    link: Annotated[str, typer.Option(help="Id of a link.")] = "",
    document: Annotated[str, typer.Option(help="Id of a document.")] = "",
    mailing: Annotated[str, typer.Option(help="Id of a mailing.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Take back a link, a document or a mailing: dead at the next request. Twice gives the same answer."""
    named = (Target("link", link), Target("document", document), Target("mailing", mailing))
    targets = [target for target in named if target.id]
    if len(targets) != 1:
        raise WrongCall("Name exactly one of --link, --document and --mailing.")
    with open_house() as house, house.db.write() as session:
        person = on_behalf_of(session, by)
        done = story.revoke(session, house.keys, targets[0], by=person, reason=reason, now=house.clock())
    if as_json:
        _print_json(done)
    else:
        _print_words(targets[0], done)


def _print_json(done: TakenBack) -> None:
    print_json(
        links=done.links,
        notices_cancelled=done.notices_cancelled,
        sessions_ended=done.sessions_ended,
        already_opened=[
            {
                "guardian": reader.guardian_id,
                "guardian_name": reader.guardian_name,
                "child": reader.student_number,
                "at": reader.at.isoformat(),
            }
            for reader in done.already_opened
        ],
    )


def _print_words(target: Target, done: TakenBack) -> None:
    again = " before" if done.is_repeat else ""
    people.print(
        f"This {target.kind} was taken back{again} at {done.at:%Y-%m-%d %H:%M:%S} UTC: {done.links:,} links are dead, "
        f"{done.notices_cancelled:,} unsent messages cancelled, {done.sessions_ended:,} open sessions ended."
    )
    if not done.already_opened:
        people.print("Nobody had opened it.")
        return
    people.print(f"{len(done.already_opened):,} had opened it before:")
    table = Table("Guardian", "Child", "First opened (UTC)")
    for reader in done.already_opened:
        table.add_row(reader.guardian_name, reader.child_name, f"{reader.at:%Y-%m-%d %H:%M:%S}")
    people.print(table)
