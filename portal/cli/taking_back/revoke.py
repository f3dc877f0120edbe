"""`portal revoke`: take back a link, a document, a mailing, or everything that a family was sent."""

from typing import Annotated, Final

import typer
from rich.table import Table
from sqlmodel import Session

from portal.cli.opening import folded, open_ground, people, print_json
from portal.cli.person import on_behalf_of
from portal.cli.taking_back.ended import what_ended
from portal.cli.whole_id import whole_id
from portal.families import repository as families
from portal.families.errors import NoSuchChild
from portal.flows.taking_back import revoke as story
from portal.flows.taking_back.revoke import TakenBack, Target
from portal.kernel.errors import WrongCall
from portal.overviews.links import kin
from portal.overviews.people.beginnings import Kind
from portal.staff.rules import Acting

_WHAT = {
    "link": "This link was",
    "document": "This document was",
    "mailing": "This mailing was",
    "guardianship": "All of this guardian's links to this child were",
    "guardian": "All of this guardian's links were",
    "child": "All links to this child were",
}
_BY_ID: Final[tuple[Kind, ...]] = ("link", "document", "mailing", "guardian")


def revoke(
    by: Annotated[str, typer.Option("--by", help="The admin on whose behalf this is done.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; kept with it.")],
    link: Annotated[str, typer.Option(help="Id of a link.")] = "",
    document: Annotated[str, typer.Option(help="Id of a document.")] = "",
    mailing: Annotated[str, typer.Option(help="Id of a mailing.")] = "",
    guardianship: Annotated[
        tuple[str, str], typer.Option(metavar="GUARDIAN_ID STUDENT_NUMBER", help="All of one guardian about one child.")
    ] = ("", ""),
    guardian: Annotated[str, typer.Option(help="Id of a guardian: all of their links.")] = "",
    child: Annotated[str, typer.Option(help="Student number of a child: all links to it.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Take back: dead at the next request, and for good. Twice gives the same answer."""
    named = {"link": link, "document": document, "mailing": mailing, "guardian": guardian, "child": child}
    given = [kind for kind, value in named.items() if value] + ["guardianship"] * any(guardianship)
    if len(given) != 1:
        raise WrongCall("Name exactly one of --link, --document, --mailing, --guardianship, --guardian and --child.")
    with open_ground() as ground:
        named |= {kind: whole_id(ground, kind, named[kind]) for kind in _BY_ID if named[kind]}
        if "@" not in guardianship[0]:
            guardianship = (whole_id(ground, "guardian", guardianship[0]), guardianship[1])

        def act(session: Session) -> tuple[Target, story.TakenBack]:
            person = on_behalf_of(session, by)
            target = _target(session, given[0], named, guardianship, person)
            return target, story.revoke(session, ground.keys, target, by=person, reason=reason, now=ground.clock())

        target, done = ground.db.insist(act)
    if as_json:
        _print_json(target, done)
    else:
        _print_words(target, done)


def _target(session: Session, kind: str, named: dict[str, str], pair: tuple[str, str], by: Acting) -> Target:
    match kind:
        case "link" | "document" | "mailing" | "guardian":
            return Target(kind, named[kind])
        case "child":
            found = families.child_by_number(session, named[kind], by.sites)
            if found is None:
                raise NoSuchChild
            return Target("child", found.id)
        case _:
            tied = kin.tied_by_name(session, *pair, by.sites)
            return Target("guardianship", kin.id_of(tied.guardian_id, tied.child_id))


def _print_json(target: Target, done: TakenBack) -> None:
    print_json(
        what=target.kind,
        id=target.id,
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
        f"{_WHAT[target.kind]} taken back{again} at {done.at:%Y-%m-%d %H:%M:%S} UTC: "
        f"{what_ended(done.links, done.notices_cancelled, done.sessions_ended)}."
    )
    if not done.already_opened:
        people.print("Nobody had opened any of it.")
        return
    people.print(f"{len(done.already_opened):,} had opened something of it before:")
    table = Table(*folded("Guardian", "Child", "First opened (UTC)"))
    for reader in done.already_opened:
        table.add_row(reader.guardian_name, reader.child_name, f"{reader.at:%Y-%m-%d %H:%M:%S}")
    people.print(table)
