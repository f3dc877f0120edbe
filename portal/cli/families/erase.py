"""`portal erase`: forget a child or a guardian; what happened stays in the ledger as ids."""

from dataclasses import asdict
from typing import Annotated

import typer

from portal import publish
from portal.cli.house import open_house
from portal.cli.opening import people, print_json
from portal.cli.person import on_behalf_of
from portal.cli.whole_id import whole_id
from portal.flows.people import erase_person
from portal.flows.people.erase_person import Erasing, Who
from portal.kernel.errors import WrongCall
from portal.kernel.text.counts import count_of


def erase(
    by: Annotated[str, typer.Option("--by", help="The admin, of all sites, on whose behalf this is done.")],
    reason: Annotated[str, typer.Option("--reason", help="Why, without a name; kept.")],
    child: Annotated[str, typer.Option(help="Student number of a child.")] = "",
    guardian: Annotated[str, typer.Option(help="Id of a guardian.")] = "",
    allow_again: Annotated[bool, typer.Option("--allow-again", help="Let the next roster bring them back.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do it. Without this, only say what would be done.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Erase the names, addresses, phones, birth date and own letters of somebody for good.

    Says what would go; with --yes it goes. Letters under legal hold stay. A later roster leaves them out and says so,
    until --allow-again, with the number or id by which the roster names them.
    """
    if bool(child) == bool(guardian):
        raise WrongCall("Name --child NUMBER or --guardian ID.")
    with open_house() as house:
        if guardian and not allow_again:  # whom nobody knows any more is named as the roster does
            guardian = whole_id(house, "guardian", guardian)
        who = Who("child", child) if child else Who("guardian", guardian)
        now = house.clock()
        with house.db.read() as session:
            person = on_behalf_of(session, by)
        if allow_again:
            with house.db.write() as session:
                found = erase_person.allow_again(session, house.keys, who, by=person, now=now)
            people.print("The next roster may bring them back." if found else "Nobody by that name was erased.")
            return
        seen = publish.look_at_erasure(house, who, by=person)
        if yes:
            seen = publish.erase(house, who, by=person, reason=reason, now=now)
    if as_json:
        print_json(erased=yes, kind=who.kind, id=seen.id, guardians=len(seen.guardians), letters=len(seen.letters),
                   held=seen.held, links=seen.links,
                   named_in=[asdict(one) for one in seen.named_in])  # fmt: skip
        return
    _say(who, seen, yes=yes)


def _say(who: Who, seen: Erasing, *, yes: bool) -> None:
    also = len(seen.guardians) if who.kind == "child" else 0
    people.print(
        f"{'Erased' if yes else 'Would be erased'}: the {who.kind}"
        + (f", guardians who have no other child here: {also:,}" if also else "")
        + f", {count_of(len(seen.letters), 'letter')} of their own. {count_of(seen.links, 'link dies', 'links die')}."
    )
    if seen.held:
        people.print(f"{count_of(seen.held, 'letter stays', 'letters stay')}, under legal hold; the file names do not.")
    for one in seen.named_in:
        fixed = "; nobody can change that" if one.is_fixed else ""
        people.print(f"Look at it: {one.what} may name them, at {one.path}{fixed}.", markup=False)
    if yes:
        people.print("Backups from before still hold them; keep those no longer than you have to.")
    else:
        people.print("Nothing was done; --yes does it.")
