"""`portal guard check`: what the guard says of a file, without publishing it."""

import time
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from portal.cli.opening import open_house, people, print_json
from portal.flows.check_file import GuardReport, check_file
from portal.kernel.errors import Refused

app = typer.Typer(help="Ask the guard about a file.", no_args_is_help=True)


@app.callback()
def group() -> None:
    """Ask the guard about a file."""


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(help="Files to read and judge.", exists=True, dir_okay=False)],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a file.")] = False,
) -> None:
    """Read each file to its last part and say whether it names a family. Exit 3 if any is not clear."""
    all_clear = True
    with open_house() as house:
        roster = house.people.roster(house.db, house.keys, now=house.clock())
        if not roster.people:
            raise Refused("There is no roster yet, so nobody can tell whom a file names. Import the roster first.")
        for path in files:
            began = time.perf_counter()
            found = check_file(house.reader, roster, path=path, name=path.name)
            seconds = round(time.perf_counter() - began, 3)
            all_clear &= found.is_clear
            if as_json:
                _print_json(path, found, seconds)
            else:
                _print_words(path, found)
    if not all_clear:
        raise typer.Exit(3)


def _print_json(path: Path, found: GuardReport, seconds: float) -> None:
    print_json(
        file=str(path),
        verdict=found.verdict,
        children=found.children,
        roster_shaped=found.roster_shaped,
        findings=[{"where": where, "kind": kind, "count": count} for where, kind, count in found.findings],
        reason=found.reason,
        seconds=seconds,
    )


def _print_words(path: Path, found: GuardReport) -> None:
    if found.is_clear:
        people.print(f"{path}: clear. {found.parts_read} parts read; nobody on the roster is named.")
        return
    people.print(f"{path}: {found.verdict}. {found.reason}", markup=False)
    if found.roster_shaped:
        people.print("It is a list of families, so nobody can release it.")
    if found.findings:
        table = Table("Where", "What", "How many")
        for where, kind, count in found.findings:
            table.add_row(where, kind, f"{count:,}")
        people.print(table)
