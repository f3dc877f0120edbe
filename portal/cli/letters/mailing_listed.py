"""`portal mailing list`: what there is."""

from typing import Annotated

import typer
from rich.table import Table

from portal.cli.opening import Json, folded, open_ground, people, print_json, whole_ids
from portal.cli.person import on_behalf_of
from portal.kernel.errors import WrongCall
from portal.mailings import repository as mailings
from portal.mailings.rules import STATES, state_words


def list_mailings(
    by: Annotated[str, typer.Option("--by", help="Only those that this staff member may see.")] = "",
    state: Annotated[
        list[str], typer.Option(metavar="STATE", help="Only those in this state, such as held or waiting; repeat it.")
    ] = [],  # noqa: B006 - typer copies it
    as_json: Json = False,
) -> None:
    """List the mailings, newest first."""
    unknown = sorted(set(state) - set(STATES))
    if unknown:
        raise WrongCall(f"There is no state {unknown[0]}. There are: {', '.join(STATES)}.")
    with open_ground() as ground, ground.db.read() as session:
        person = on_behalf_of(session, by) if by else None
        staff_id, sites = (person.id, person.sites) if person else ("", None)
        rows = mailings.page(session, staff_id=staff_id, sites=sites, states=state, limit=200)
    if as_json:
        for row in rows:
            print_json(mailing=row.id, title=row.title, state=row.state, created_at=row.created_at.isoformat())
        return
    table = Table(whole_ids(), *folded("Title", "State", "Written (UTC)"))
    for row in rows:
        table.add_row(row.id, row.title, state_words(row.state), f"{row.created_at:%Y-%m-%d %H:%M}")
    none = "There is no mailing in this state." if state else "There is no mailing yet."
    people.print(table if rows else none)
