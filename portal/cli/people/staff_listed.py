"""`portal staff list`."""

from typing import Annotated

import typer
from rich.table import Table

from portal.cli.opening import folded, open_ground, people, print_json
from portal.cli.people.staff import BY_GROUPS
from portal.staff import repository as staff


def list_staff(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a person.")] = False,
) -> None:
    """List everybody on the staff."""
    with open_ground() as ground, ground.db.read() as session:
        everyone = staff.everyone(session)
        by_groups = ground.settings.provider_terms.decide_roles
    if as_json:
        for member, sites in everyone:
            print_json(
                address=member.address,
                name=member.name,
                role=member.role,
                sites=sorted(sites) or None,
                has_school_account=member.oidc_subject is not None,
            )
        return
    if not everyone:
        adding = "Add somebody: portal staff add EMAIL --role admin"
        people.print(f"Nobody is on the staff yet. {BY_GROUPS if by_groups else adding}")
        return
    table = Table(*folded("Address", "Name", "Role", "Sites"))
    for member, sites in everyone:
        table.add_row(member.address, member.name, member.role, ", ".join(sorted(sites)) or "every site")
    people.print(table)
