"""`portal guard check`: what the guard says of a file, without publishing it."""

import time
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from portal import publish
from portal.cli.house import open_house
from portal.cli.opening import people, print_json
from portal.families import repository as families
from portal.flows.check_file import GuardReport, Yardstick, check_file
from portal.kernel.errors import WrongCall
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
        for path in files:
            began = time.perf_counter()
            found = check_file(house.reader, measure, path=path, name=path.name)
            seconds = round(time.perf_counter() - began, 3)
            all_clear &= found.is_clear
            if as_json:
                print_json(file=str(path), **guard_facts(found), seconds=seconds)
            else:
                _print_words(path, found)
    if not all_clear:
        raise typer.Exit(3)


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
        "findings": [{"where": where, "kind": kind, "count": count} for where, kind, count in found.findings],
        "reason": found.reason,
        "removed": list(found.removed),
    }


def _print_words(path: Path, found: GuardReport) -> None:
    if found.is_clear:
        people.print(f"{path}: clear. {found.reading_in_words} Nobody on the roster is named.", markup=False)
        return
    people.print(f"{path}: {found.verdict}. {found.reason}", markup=False)
    if found.roster_shaped:
        people.print("It is a list of families, so nobody can release it.")
    if found.findings:
        table = Table("Where", "What", "How many")
        for where, kind, count in found.findings:
            table.add_row(where, kind, f"{count:,}")
        people.print(table)
