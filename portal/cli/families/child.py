"""`portal child`: one child with its guardians and letters, each with the whole id that other commands take."""

from typing import Annotated, Any

import typer
from rich.table import Table

from portal.cli.opening import Json, folded, open_ground, people, print_json, whole_ids
from portal.cli.person import on_behalf_of, the_shell
from portal.overviews.audience.audiences import WHY
from portal.overviews.people.children import ChildSeen, GuardianSeen, LetterSeen, child_seen

app = typer.Typer(help="One child, as staff see it.", no_args_is_help=True)


@app.callback()
def _child() -> None:
    """One child, as staff see it."""


@app.command()
def show(
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="Student number of the child.")],
    by: Annotated[str, typer.Option("--by", help="Only what this staff member may see.")] = "",
    as_json: Json = False,
) -> None:
    """Show a child, its guardians with whether letters go there, and its letters with their links."""
    with open_ground() as ground, ground.db.read() as session:
        person = on_behalf_of(session, by) if by else the_shell()
        seen = child_seen(session, person, number, now=ground.clock())
    if as_json:
        print_json(**_facts(seen))
    else:
        _tell(seen)


def _facts(seen: ChildSeen) -> dict[str, Any]:
    return {
        "child": seen.student_number,
        "name": f"{seen.given_name} {seen.family_name}".strip(),
        "grade": seen.grade,
        "places": [{"site": site, "program": program} for site, program in seen.places],
        "on_roster": seen.is_on_roster,
        "guardians": [
            {"guardian": one.id, "name": one.name, "address": one.address, "language": one.language,
             "over": one.is_over, "why_not": one.why_not, "decided": sorted(one.decided)}
            for one in seen.guardians
        ],
        "letters": [
            {"link": one.link_id, "mailing": one.mailing_id, "title": one.title, "guardian": one.guardian_id,
             "created_at": one.created_at.isoformat(), "expires_at": one.expires_at.isoformat(),
             "revoked_at": one.revoked_at.isoformat() if one.revoked_at else None, "message": one.message_state,
             "opened_at": one.opened_at.isoformat() if one.opened_at else None}
            for one in seen.letters
        ],
    }  # fmt: skip


def _tell(seen: ChildSeen) -> None:
    places = ", ".join(sorted({site for site, _ in seen.places})) or "no site"
    gone = "" if seen.is_on_roster else " The roster no longer names this child."
    grade = f", grade {seen.grade}" if seen.grade else ""
    name = f"{seen.given_name} {seen.family_name}".strip()
    people.print(f"{name} ({seen.student_number}){grade}, at {places}.{gone}", markup=False)
    table = Table(whole_ids("Guardian"), *folded("Name", "Address", "Letters"))
    for guardian in seen.guardians:
        table.add_row(guardian.id, guardian.name, guardian.address or "none", _goes(guardian))
    people.print(table if seen.guardians else "No guardian is on the roster.")
    letters = Table(whole_ids("Link"), *folded("Letter", "To", "State"))
    for letter in seen.letters:
        letters.add_row(letter.link_id, letter.title, letter.guardian_name, _state(letter))
    people.print(letters if seen.letters else "No letter was sent about this child.")


def _goes(guardian: GuardianSeen) -> str:
    if guardian.why_not is None:
        return "yes"
    return f"no: {WHY.get(guardian.why_not, guardian.why_not)}"


def _state(letter: LetterSeen) -> str:
    if letter.revoked_at:
        return f"taken back {letter.revoked_at:%Y-%m-%d}"
    return f"opened {letter.opened_at:%Y-%m-%d}" if letter.opened_at else f"not opened; message {letter.message_state}"
