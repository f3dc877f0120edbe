"""`portal link`: what is known of one link, and a fresh one in place of a dead one. Its secret is never shown."""

from datetime import datetime
from typing import Annotated, Any, Final

import typer
from rich.table import Table

from portal import publish
from portal.cli.house import open_house
from portal.cli.opening import folded, open_ground, people, print_json, whole_ids
from portal.cli.person import on_behalf_of
from portal.cli.whole_id import whole_id
from portal.kernel.errors import WrongCall
from portal.links.rules import Dead
from portal.overviews.links import targets
from portal.overviews.links.fresh_link import LinkSeen, link_seen
from portal.overviews.links.targets import FoundLink

app = typer.Typer(help="One guardian's way to one letter.", no_args_is_help=True)
Id = Annotated[str, typer.Argument(metavar="ID", help="Id of the link.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]

_MOST: Final = 50


@app.command()
def show(link_id: Id, as_json: Json = False) -> None:
    """Say whose a link is, whether it opens, and who has opened the letter by it. The link itself is never shown."""
    with open_ground() as ground:
        link_id = whole_id(ground, "link", link_id)
        with ground.db.read() as session:
            seen = link_seen(session, link_id, sites=None, now=ground.clock())
    why = seen.verdict.why if isinstance(seen.verdict, Dead) else ""
    if as_json:
        _print_json(seen, why)
        return
    one = seen.found
    people.print(
        f"“{one.title}”, for {one.guardian_name} ({one.address or 'no address'}), about {one.child_name} "
        f"({one.student_number}). Made {one.created_at:%Y-%m-%d %H:%M} UTC, edition {seen.edition} of {seen.newest}.",
        markup=False,
    )
    if why:
        at = f" since {one.revoked_at:%Y-%m-%d %H:%M} UTC" if one.revoked_at else ""
        people.print(f"It opens nothing{at}: {why}.", markup=False)
    else:
        people.print(f"It opens until {one.expires_at:%Y-%m-%d %H:%M} UTC.")
    for reader in seen.readers:
        people.print(f"Opened by {reader.guardian_name} first at {reader.at:%Y-%m-%d %H:%M:%S} UTC.", markup=False)
    if not seen.readers:
        people.print("Nobody has opened the letter by it.")


def _print_json(seen: LinkSeen, why: str) -> None:
    one = seen.found
    print_json(
        link=one.link_id,
        mailing=one.mailing_id,
        title=one.title,
        guardian=one.guardian_id,
        guardian_name=one.guardian_name,
        address=one.address,
        child=one.student_number,
        edition=seen.edition,
        newest=seen.newest,
        created_at=one.created_at.isoformat(),
        expires_at=one.expires_at.isoformat(),
        opens=not why,
        why=why,
        revoked_at=one.revoked_at.isoformat() if one.revoked_at else None,
        opened=[{"guardian": reader.guardian_id, "at": reader.at.isoformat()} for reader in seen.readers],
    )


@app.command()
def find(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="A guardian's name or address, a child's, or an id.")],
    by: Annotated[str, typer.Option("--by", help="Only what this staff member may see.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a link.")] = False,
) -> None:
    """Find links by a guardian's name or address, or a child's name or number; the newest first, with whole ids."""
    words = text.strip()
    if not words:
        raise WrongCall("Say whose link it is: a name, an address or a student number.")
    with open_ground() as ground, ground.db.read() as session:
        sites = on_behalf_of(session, by).sites if by else None
        found = targets.find_links(session, words, sites=sites, limit=_MOST + 1)
        now = ground.clock()
    if as_json:
        for one in found[:_MOST]:
            print_json(**_found(one))
        return
    table = Table(whole_ids(), *folded("Letter", "Guardian", "Child", "Opens"))
    for one in found[:_MOST]:
        child = f"{one.child_name} ({one.student_number})"
        table.add_row(one.link_id, one.title, one.guardian_name, child, _opens(one, now))
    people.print(table if found else "No link is like that.")
    if len(found) > _MOST:
        people.print(f"These are the newest {_MOST}. Write more words to find others.")


def _opens(one: FoundLink, now: datetime) -> str:
    if one.revoked_at:
        return "no, taken back"
    return "yes" if one.expires_at > now else "no, expired"


def _found(one: FoundLink) -> dict[str, Any]:
    return {
        "link": one.link_id, "mailing": one.mailing_id, "title": one.title, "guardian": one.guardian_id,
        "guardian_name": one.guardian_name, "address": one.address, "child": one.student_number,
        "child_name": one.child_name, "created_at": one.created_at.isoformat(),
        "expires_at": one.expires_at.isoformat(),
        "revoked_at": one.revoked_at.isoformat() if one.revoked_at else None,
    }  # fmt: skip


@app.command()
def reissue(
    link_id: Id,
    by: Annotated[str, typer.Option("--by", help="The admin on whose behalf this is done.")],
    as_json: Json = False,
) -> None:
    """Send its guardian a fresh link in place of a dead one, by today's rights and address; the old one stays dead."""
    with open_house() as house:
        link_id = whole_id(house, "link", link_id)
        with house.db.read() as session:
            person = on_behalf_of(session, by)
        mailing, planned = publish.reissue_link(house, link_id, by=person, now=house.clock())
    (mine,) = planned.recipients
    if as_json:
        print_json(
            link=link_id,
            mailing=mailing.id,
            guardian=mine.guardian_id,
            address=mine.address,
            round=planned.number,
            links=1,
        )
        return
    people.print(f"A fresh link goes to {mine.address} after the hold. The old one stays dead.", markup=False)
