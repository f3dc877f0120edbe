"""The one way a roster becomes families, from a file of the command line or one that an admin gave in the browser."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from portal.families.errors import FamiliesChanged
from portal.families.rules import Changes, NamedChange
from portal.flows.people.import_roster import (
    Imported,
    check_roster,
    compare_roster,
    fingerprint,
    import_roster,
    name_changes,
)
from portal.kernel.errors import PortalError
from portal.kernel.ground import Ground
from portal.kernel.storage.db import Workbench
from portal.rosters.caged import read_roster
from portal.rosters.fields.answers import NOTHING_SAID, Answers
from portal.rosters.fields.scratch import Roster
from portal.rosters.fields.values import Report
from portal.rosters.files.given import Given
from portal.words.sentences import sentence

Tell = Callable[[str, int, int], None]
"""Hears the step, how many of its rows are done, and of how many; 0 where nobody knows."""
STEPS: Final = {
    "read": sentence("Reading the roster"),
    "compare": sentence("Comparing it with the families on file"),
    "write": sentence("Writing the families"),
}


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the caller of an import allows. `names`: so many changes of each kind are wanted by name."""

    dry_run: bool = False
    accept_drop: bool = False
    skip_bad_rows: bool = False
    without_addresses: bool = False
    said: Answers = NOTHING_SAID
    names: int = 0


@dataclass(frozen=True, slots=True)
class Comparison:
    """A roster that was read and compared, before anything is written; `refusal` is why it may not be."""

    report: Report
    sha256: str
    changes: Changes
    refusal: PortalError | None
    named: tuple[NamedChange, ...] = ()


def no_show(*_: object) -> None:
    """Show nothing."""


def import_file(
    ground: Ground,
    path: Path | Given,
    *,
    by: str,
    wishes: Wishes = Wishes(),
    show: Callable[[Comparison], None] = no_show,
    deltas: Sequence[Path] = (),
    tell: Tell = no_show,
    beside: Callable[[Session, Imported], None] = no_show,
) -> Imported | None:
    """Read and compare a roster, `show` what it changes, and write it; None on a dry run.

    `show` may raise what keeps it from being written; `beside` writes what became of it in the same transaction.
    Raises `RosterUnreadable`, what `check_roster` raises, and `FamiliesChanged`.
    """
    now = ground.clock()
    with ground.db.workbench() as bench:
        compared = _compared(ground, bench, path, deltas=deltas, wishes=wishes, tell=tell, now=now)
        show(compared)
        if compared.refusal is not None:
            raise compared.refusal
        if wishes.dry_run:
            return None
        tell("write", 0, 0)
        try:
            with bench.write() as session:
                imported = import_roster(
                    session,
                    ground.keys,
                    compared.changes,
                    format_=compared.report.format,
                    sha256=compared.sha256,
                    by=by,
                    now=now,
                )
                beside(session, imported)
                return imported
        except IntegrityError as error:
            raise FamiliesChanged from error


def _compared(
    ground: Ground,
    bench: Workbench,
    path: Path | Given,
    *,
    deltas: Sequence[Path],
    wishes: Wishes,
    tell: Tell,
    now: datetime,
) -> Comparison:
    tell("read", 0, 0)
    with read_roster(path, day_of(ground), deltas, wishes.said) as roster:
        heard = _counting(roster, tell)
        with bench.staging() as connection:
            changes = compare_roster(connection, ground.keys, roster, now=now, tell=heard)
            named = tuple(name_changes(connection, most=wishes.names)) if wishes.names else ()
        report = roster.report
    return Comparison(report, fingerprint(path, *deltas), changes, _refusal(changes, report, wishes), named)


def day_of(ground: Ground) -> date:
    """Return the day on which a roster is read: what has ended by then is over."""
    return ground.clock().astimezone(ground.settings.zone).date()


def _counting(roster: Roster, tell: Tell) -> Callable[[int], None]:
    """Return what hears rows as they are done, and tells how many there are in all."""
    total, done = sum(roster.count(kind) for kind in ("child", "guardian", "guardianship")), 0

    def heard(rows: int) -> None:
        nonlocal done
        done += rows
        tell("compare", done, total)

    return heard


def _refusal(changes: Changes, report: Report, wishes: Wishes) -> PortalError | None:
    try:
        check_roster(
            changes,
            report,
            accept_drop=wishes.accept_drop,
            skip_bad_rows=wishes.skip_bad_rows,
            without_addresses=wishes.without_addresses,
        )
    except PortalError as refusal:
        return refusal
    return None
