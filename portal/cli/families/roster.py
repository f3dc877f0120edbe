"""`portal roster import`: what a roster changes is shown first, then written all at once or not at all."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import Progress
from rich.table import Table

from portal.cli.families.roster_report import reported
from portal.cli.opening import aside, open_ground, people, print_json
from portal.cli.person import shell_name
from portal.families.rules import Changes, Tally
from portal.flows.people.import_roster import Imported
from portal.kernel.ground import Ground
from portal.kernel.text.counts import count_of
from portal.publish.rosters import importing
from portal.publish.rosters.importing import STEPS, Comparison, Wishes, no_show
from portal.rosters.fields.answers import answers
from portal.rosters.fields.values import Report

app = typer.Typer(help="Who is on the roster.", no_args_is_help=True)

_SHOWN_DEFECTS = 50
_HELD = {
    "cells": ("cell", "cells"), "addresses": ("mail address", "mail addresses"),
    "phones": ("phone number", "phone numbers"), "names": ("name", "names"),
}  # fmt: skip
_SIGNS = {"added": "+", "changed": "~", "removed": "-", "kept": "="}


@app.callback()
def _roster() -> None:
    """Who is on the roster."""


def import_file(
    ground: Ground,
    path: Path,
    *,
    by: str,
    wishes: Wishes = Wishes(),
    show: Callable[[Comparison], None] = no_show,
    deltas: Sequence[Path] = (),
) -> Imported | None:
    """Import a roster as `publish.rosters.importing` does, with a bar on standard error, on a terminal alone."""
    with Progress(console=aside, transient=True, disable=not aside.is_terminal) as progress:
        task = progress.add_task(STEPS["read"], total=None)

        def tell(step: str, done: int, total: int) -> None:
            progress.update(task, description=STEPS[step], completed=done, total=total or None)

        return importing.import_file(ground, path, by=by, wishes=wishes, show=show, deltas=deltas, tell=tell)


_WithoutAddresses = Annotated[
    bool,
    typer.Option("--without-addresses", help="Import although no guardian has an e-mail address: letters go on paper."),
]


@app.command("import")
def import_(
    path: Annotated[
        Path, typer.Argument(help="A folder or zip of OneRoster or School Data Sync, or a flat CSV or XLSX file.")
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change, and change nothing.")] = False,
    accept_drop: Annotated[
        bool, typer.Option("--accept-drop", help="Import although more than a tenth of the guardianships end.")
    ] = False,
    skip_bad_rows: Annotated[
        bool,
        typer.Option(
            "--skip-bad-rows", help="Leave out rows that cannot be right. Whoever is left out counts as gone."
        ),
    ] = False,
    without_addresses: _WithoutAddresses = False,
    delta: Annotated[
        list[Path], typer.Option(help="A OneRoster export of what changed since PATH; repeat it, the oldest first.")
    ] = [],  # noqa: B006 - typer copies it
    column: Annotated[
        list[str],
        typer.Option(
            help="What a column of a flat file holds: “Stu #=child_id”, or “Notes=drop” to leave it out; repeat it."
        ),
    ] = [],  # noqa: B006 - typer copies it
    dates: Annotated[
        str | None,
        typer.Option(help="How dates in numbers are written: day-first, month-first or year-first.", metavar="ORDER"),
    ] = None,
    report_to_admins: Annotated[
        bool, typer.Option("--report-to-admins", help="Mail every admin what changed, or why nothing did: in numbers.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Bring the families up to date with a roster: all of it or nothing. Twice is the same as once."""
    wishes = Wishes(dry_run, accept_drop, skip_bad_rows, without_addresses, answers(column, dates))
    _import((path, *delta), wishes, is_told=report_to_admins, as_json=as_json)


def _import(paths: tuple[Path, ...], wishes: Wishes, *, is_told: bool, as_json: bool) -> None:
    seen: list[Comparison] = []
    imported: Imported | None = None

    def show(compared: Comparison) -> None:
        seen.append(compared)
        if not as_json:
            _print_comparison(compared)

    def read(ground: Ground) -> Imported | None:
        return import_file(ground, paths[0], by=shell_name(), wishes=wishes, show=show, deltas=paths[1:])

    try:
        with open_ground() as ground:
            imported = reported(ground, read, lambda: _known(seen)) if is_told else read(ground)
    finally:
        if as_json and seen:
            print_json(**_facts(seen[0], imported, wishes))
    if not as_json:
        _print_outcome(imported)


def _known(seen: list[Comparison]) -> Changes | None:
    """Return what an import would change; nothing where the roster was not wholly understood."""
    return seen[0].changes if seen and not seen[0].report.doubts else None


def _facts(compared: Comparison, imported: Imported | None, wishes: Wishes) -> dict[str, Any]:
    report, changes = compared.report, compared.changes
    return {
        "imported": imported is not None,
        "changed": imported is not None and imported.is_new,
        "dry_run": wishes.dry_run,
        "refused": str(compared.refusal) if compared.refusal else None,
        "roster": imported.roster if imported else changes.roster,
        "format": report.format,
        "sha256": compared.sha256,
        "children": _counts(changes.children),
        "guardians": _counts(changes.guardians),
        "guardianships": _counts(changes.guardianships),
        "addresses_changed": changes.addresses,
        "kept_as_staff_made_them": changes.differing,
        "erased": changes.erased,
        "numbers_without_zeros": changes.zeros,
        "named": dict(zip(("children", "guardians", "guardianships"), changes.named, strict=True)),
        "links_taken_back": imported.links if imported else 0,
        "notices_cancelled": imported.notices_cancelled if imported else 0,
        "sessions_ended": imported.sessions_ended if imported else 0,
        "examples": [asdict(example) for example in changes.examples],
        "mapping": report.mapping,
        "dropped": report.dropped,
        "dropped_held": report.held,
        "doubts": [asdict(doubt) for doubt in report.doubts],
        "notes": report.notes,
        "defect_total": report.defect_total,
        "defects": [asdict(defect) for defect in report.defects],
    }


def _counts(tally: Tally) -> dict[str, int]:
    return {"added": tally.added, "changed": tally.changed, "removed": tally.removed}


def _print_comparison(compared: Comparison) -> None:
    _print_read(compared.report)
    if compared.report.doubts:
        _print_doubts(compared.report)
    else:  # before that is answered, nobody knows what it would change
        _print_changes(compared.report, compared.changes)


def _print_read(report: Report) -> None:
    people.print(f"Format: {report.format}")
    for file, fields in report.mapping.items():
        read = ", ".join(name if name == field else f"{name} as {field}" for name, field in fields.items())
        _print_plain(f"{file}: read {read}")
    for file, columns in report.dropped.items():
        held = report.held.get(file, {})
        _print_plain(f"{file}: not kept {', '.join(_with_held(one, held.get(one, {})) for one in columns)}")
    for note in report.notes:
        _print_plain(note)


def _print_changes(report: Report, changes: Changes) -> None:
    table = Table("", "Added", "Changed", "Removed")
    for name, tally in (
        ("Children", changes.children),
        ("Guardians", changes.guardians),
        ("Guardianships", changes.guardianships),
    ):
        table.add_row(name, f"{tally.added:,}", f"{tally.changed:,}", f"{tally.removed:,}")
    people.print(table)
    for example in changes.examples:
        _print_plain(
            f"  {_SIGNS[example.what]} guardian {example.guardian_source} of student {example.student_number} "
            f"({example.what})"
        )
    unshown = changes.guardianships.total - sum(example.what != "kept" for example in changes.examples)
    if unshown > 0 and changes.examples:
        people.print(f"  and {unshown:,} more")
    if changes.addresses:
        people.print(f"Guardians with another address, whose links end with this import: {changes.addresses:,}.")
    if changes.differing:
        people.print(f"Guardianships that stay as staff made them, though this roster differs: {changes.differing:,}.")
    if changes.erased:
        people.print(
            f"Left out, since they were erased: {changes.erased:,}. `portal erase --allow-again` lets them come back."
        )
    _print_defects(report)


def _with_held(column: str, held: dict[str, int]) -> str:
    """Return a dropped column with what it held, in numbers: “Doctor (60 cells, 58 phones)”."""
    told = [count_of(count, *_HELD[kind]) for kind, count in held.items() if count]
    return f"{column} ({', '.join(told)})" if told else column


def _print_doubts(report: Report) -> None:
    asked = count_of(len(report.doubts), "thing has to be answered", "things have to be answered")
    people.print(f"{asked} before this roster can be imported:")
    for doubt in report.doubts:
        _print_plain(f"  {doubt}")


def _print_defects(report: Report) -> None:
    if not report.defect_total:
        return
    people.print(f"{count_of(report.defect_total, 'cell')} cannot be right:")
    for defect in report.defects[:_SHOWN_DEFECTS]:
        _print_plain(f"  {defect}")
    if report.defect_total > _SHOWN_DEFECTS:
        people.print(
            f"  and {report.defect_total - _SHOWN_DEFECTS:,} more; --json lists up to {len(report.defects):,}."
        )


def _print_plain(text: str) -> None:
    people.print(text, markup=False)  # a file's own words may look like markup


def _print_outcome(imported: Imported | None) -> None:
    if imported is None:
        people.print("Nothing was changed: this was a dry run.")
        return
    if not imported.is_new:
        people.print(f"Nothing was changed: the families were as this roster says already (version {imported.roster}).")
        return
    people.print(f"The families are as this roster says (version {imported.roster}).")
    if imported.links or imported.notices_cancelled or imported.sessions_ended:
        people.print(
            f"Taken back: {count_of(imported.links, 'link')}; "
            f"{count_of(imported.notices_cancelled, 'unsent message')} cancelled, "
            f"{count_of(imported.sessions_ended, 'open session')} ended."
        )
