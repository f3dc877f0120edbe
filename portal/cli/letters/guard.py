"""`portal guard check` and `explain`: what the guard says of a file and why, without publishing it."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from portal import publish
from portal.cli.house import open_house
from portal.cli.letters.guard_explain import explained, print_explained, roster_in
from portal.cli.opening import Json, aside, folded, people, print_json
from portal.families import repository as families
from portal.kernel.errors import WrongCall
from portal.kernel.text.counts import count_of
from portal.press.office.notes import removed_of
from portal.publish.checking.check_file import GuardReport, Yardstick, check_files
from portal.publish.checking.stops import words_of
from portal.wiring import House

app = typer.Typer(help="Ask the guard about a file.", no_args_is_help=True)


@app.callback()
def group() -> None:
    """Ask the guard about a file."""


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(help="Files to read and judge.", exists=True, dir_okay=False)],
    child: Annotated[
        str | None, typer.Option(help="Student number of the child whose own letter each file is meant to be.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a file.")] = False,
) -> None:
    """Read each file to its last part and say whether it names a family. Exit 3 if any is not clear."""
    all_clear = True
    with open_house() as house:
        measure = _measure(house, child)
        reports = check_files(house.reader, measure, [(path, path.name) for path in files])
        for path in files:
            with aside.status(Text(f"Reading every part of {path.name} …")):
                found, seconds = next(reports)
            all_clear &= found.is_clear
            if as_json:
                print_json(file=str(path), **guard_facts(found), seconds=round(seconds, 3))
            else:
                _print_words(path, found, for_one=child is not None)
    if not all_clear:
        raise typer.Exit(3)


@app.command()
def explain(
    file: Annotated[Path, typer.Argument(help="File to read and judge.", exists=True, dir_okay=False)],
    child: Annotated[
        str | None, typer.Option(help="Student number of the child whose own letter the file is meant to be.")
    ] = None,
    roster: Annotated[
        Path | None, typer.Option(help="Roster file to judge by, in place of the roster that is imported.", exists=True)
    ] = None,
    as_json: Json = False,
) -> None:
    """Say for developers why the guard says what it says: views, hits, rules, cues, vetoes.

    It prints words of the file and names of the roster on your screen. Nothing of that is stored or logged.
    """
    if child is not None and roster is not None:
        raise WrongCall("Name --child or --roster, not both: the child is one of the imported roster.")
    with open_house() as house:
        by = _measure(house, child) if roster is None else Yardstick(roster_in(roster, house.clock()), 0)
        print_explained(file, explained(house.reader, file, by), as_json=as_json)


def _measure(house: House, number: str | None) -> Yardstick:
    if number is None:
        return publish.yardstick(house, [("everyone", "")], now=house.clock())
    with house.db.read() as session:
        if families.child_by_number(session, number, None) is None:
            raise WrongCall(f"No child on the roster has the number {number}.")
    own = publish.yardstick(house, [("child", number)], now=house.clock(), names_its_child=True)
    return replace(own, is_chosen=True)


def guard_facts(found: GuardReport) -> dict[str, Any]:
    """Return a report as the plain values that commands print."""
    return {
        "verdict": found.verdict,
        "children": found.children,
        "roster_shaped": found.roster_shaped,
        "may_be_released": found.may_be_released,
        "findings": [{"where": where, "kind": kind, "count": count} for where, kind, count in found.findings],
        "reason": found.reason,
        "removed": [str(told) for told in removed_of(found.removed)],
    }


def _print_words(path: Path, found: GuardReport, *, for_one: bool) -> None:
    """Say what the page of a stop says: what it is, what was found where, what to do next and what was read."""
    if found.is_clear:
        named = "It names that child’s family and nobody else." if for_one else "Nobody on the roster is named."
        people.print(f"{path}: clear. {found.reading_in_words} {named}", markup=False)
        return
    told = words_of(found, for_one=for_one)
    people.print(f"{path}: {told.heading}\n{told.found}", markup=False)
    if told.places:
        table = Table(*folded("Where we found it", "What"))
        for place in told.places:
            table.add_row(Text(place.where), Text(place.what))
        people.print(table)
    if told.more:
        people.print(f"And in {count_of(told.more, 'more place')}.")
    if told.advice:
        people.print(told.advice)
    people.print(found.reading_in_words)
