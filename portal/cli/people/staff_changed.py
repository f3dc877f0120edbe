"""`portal staff add` and `remove`."""

from typing import Annotated

import typer

from portal.cli.opening import Json, answer, open_ground
from portal.cli.person import shell_name
from portal.flows.people import change_staff
from portal.kernel.text.counts import count_of

Address = Annotated[str, typer.Argument(metavar="EMAIL", help="Their work address.")]


def add(
    address: Address,
    role: Annotated[str, typer.Option(help="publisher, approver or admin.")],
    name: Annotated[str, typer.Option(help="What people call them.")] = "",
    scope: Annotated[list[str], typer.Option(help="A site they may act for; repeat it. Without it: every site.")] = [],  # noqa: B006 - typer copies it
    as_json: Json = False,
) -> None:
    """Add somebody to the staff, or give them another role or other sites. Twice is the same as once."""
    with open_ground() as ground, ground.db.write() as session:
        member = change_staff.add_staff(
            session, ground.keys, address, role=role, name=name, sites=scope, by=shell_name(), now=ground.clock()
        )
    sites = ", ".join(scope) if scope else "every site"
    answer(
        f"{member.name or member.address} is {member.role} for {sites}.",
        as_json=as_json, address=member.address, name=member.name, role=member.role, sites=sorted(scope) or None,
    )  # fmt: skip


def remove(address: Address, as_json: Json = False) -> None:
    """Take somebody off the staff. They are signed out at once."""
    with open_ground() as ground, ground.db.write() as session:
        ended = change_staff.remove_staff(session, ground.keys, address, by=shell_name(), now=ground.clock())
    words = f"{address} is off the staff. {count_of(ended, 'open session')} ended."
    answer(words, as_json=as_json, address=address, sessions_ended=ended)
