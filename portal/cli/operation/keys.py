"""`portal keys`: turn keys while everything runs, and give up those that are in wrong hands."""

from typing import Annotated

import typer

from portal import publish
from portal.cli.house import open_house
from portal.cli.opening import people, print_json
from portal.cli.person import on_behalf_of, shell_name
from portal.cli.taking_back.ended import what_ended
from portal.flows.taking_back.end_dead_keys import Ended
from portal.kernel.errors import WrongCall
from portal.kernel.secrets.keyfile import PARTS, Part
from portal.kernel.secrets.keys import PART_OF
from portal.kernel.text.counts import count_of
from portal.overviews.links import key_links
from portal.overviews.links.key_links import Hanging
from portal.publish.correcting.dead_keys import Reissued
from portal.staff.rules import Acting
from portal.wiring import House

app = typer.Typer(help="The keys that everything is signed and sealed with.", no_args_is_help=True)


@app.command()
def rotate(
    purpose: Annotated[str, typer.Option(help=f"One part alone: {', '.join(PARTS)}. Without it, the master key.")] = "",
    compromised: Annotated[bool, typer.Option("--compromised", help="The old keys are in wrong hands.")] = False,
    reissue: Annotated[bool, typer.Option("--reissue", help="Send fresh links for those that died.")] = False,
    by: Annotated[str, typer.Option("--by", help="The admin on whose behalf fresh links are sent.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do what --compromised or --reissue says it would.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Make a new key and use it from now on. Links of the old one live until they expire, unless it is compromised.

    Running processes notice by themselves. --compromised and --reissue say first what they would do; --yes does it.
    """
    part = _part(purpose)
    if reissue and not by:
        raise WrongCall("Name the admin on whose behalf fresh links are sent: --by EMAIL.")
    with open_house() as house:
        if compromised and not yes:
            _foretell(house, part, as_json=as_json)
            return
        if reissue and not compromised:
            _send_fresh(house, by, yes=yes, as_json=as_json)
            return
        if reissue:  # before a key is given up that cannot be given back
            publish.check_may_reissue(_person(house, by))
        now = house.clock()
        ended = publish.rotate(house, part, compromised=compromised, by=shell_name(), now=now)
        fresh = _fresh(house, by) if reissue else None
        key_id = house.keys.newest("link-token")
    facts = {"key": key_id, "part": part or "master", "compromised": compromised, "links_ended": ended.links,
             "notices_cancelled": ended.notices_cancelled, "sessions_ended": ended.sessions_ended}  # fmt: skip
    if as_json:
        print_json(done=True, **facts, **_told(fresh))
        return
    people.print(f"The {part or 'master'} key is a new one from now on. Copy the key file to where its copy is kept.")
    if compromised:
        _say_ended(ended)
    if fresh:
        _say_fresh(fresh, "These go out after the hold")


def _say_ended(ended: Ended) -> None:
    told = what_ended(
        ended.links, ended.notices_cancelled, ended.sessions_ended, "and its code are dead", "and their codes are dead"
    )
    people.print(f"{told}.")


def _part(purpose: str) -> Part | None:
    if not purpose:
        return None
    found = next((part for name, part in PART_OF.items() if purpose in (name, part)), None)
    if found is None:
        raise WrongCall(f"There is no purpose {purpose}. There are: {', '.join(PARTS)}.")
    return found


def _foretell(house: House, part: Part | None, *, as_json: bool) -> None:
    dies = part in {None, "link"}
    with house.db.read() as session:
        keys = house.keys.ids("link-token") if dies else ()
        hanging = key_links.hanging_on(session, keys, now=house.clock()) if keys else Hanging(0, 0, 0, 0, 0)
    if as_json:
        print_json(done=False, links=hanging.links, guardians=hanging.guardians, mailings=hanging.mailings,
                   open_letters=hanging.open_letters, unsent=hanging.unsent)  # fmt: skip
        return
    people.print(
        f"{count_of(hanging.links, 'link')} of {count_of(hanging.guardians, 'guardian')} in "
        f"{count_of(hanging.mailings, 'mailing')} would die, with each its code, "
        f"{count_of(hanging.open_letters, 'letter that is', 'letters that are')} open now would close, and "
        f"{count_of(hanging.unsent, 'message that has', 'messages that have')} not left would be cancelled."
    )
    if part in {None, "sign-in"}:
        people.print("Everybody on the staff would be signed out.")
    people.print("Nothing was done; --yes does it, and with --reissue --by ADMIN it sends fresh links in the same act.")


def _send_fresh(house: House, by: str, *, yes: bool, as_json: bool) -> None:
    seen = _fresh(house, by) if yes else publish.look_at_fresh(house, now=house.clock())
    if as_json:
        print_json(done=yes, **_told(seen))
    else:
        _say_fresh(seen, "These go out after the hold" if yes else "With --yes these would go out")


def _fresh(house: House, by: str) -> Reissued:
    return publish.reissue(house, by=_person(house, by), now=house.clock())


def _person(house: House, by: str) -> Acting:
    with house.db.read() as session:
        return on_behalf_of(session, by)


def _told(fresh: Reissued | None) -> dict[str, int]:
    if fresh is None:
        return {}
    return {"messages": fresh.messages, "fresh_links": fresh.links, "mailings": fresh.mailings,
            "guardians_without": fresh.missing, "mailings_left": fresh.left}  # fmt: skip


def _say_fresh(fresh: Reissued, beginning: str) -> None:
    people.print(
        f"{beginning}: {count_of(fresh.messages, 'message')} with {count_of(fresh.links, 'fresh link')} of "
        f"{count_of(fresh.mailings, 'mailing')}. {count_of(fresh.missing, 'guardian gets', 'guardians get')} "
        "none, since they have no address or no right to the letter any more."
    )
    if fresh.left:
        people.print(
            f"{count_of(fresh.left, 'mailing is', 'mailings are')} stopped, paused or taken back, and left alone."
        )
