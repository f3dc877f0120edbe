"""Backups: made while the site runs, restored into an empty installation, and tried."""

from pathlib import Path
from typing import Annotated

import typer

from portal.backups.making import back_up
from portal.backups.restoring import Restored, drill
from portal.backups.restoring import restore as bring_back
from portal.blobs.shelf import NoBackup
from portal.cli.house import open_house
from portal.cli.opening import Json, people, print_json, progress
from portal.flows.keeping.verify_ledger import Broken
from portal.kernel.clock import utc_now
from portal.kernel.configuration.settings import load_settings
from portal.kernel.log import start_logging
from portal.kernel.secrets.keys import load_key_file
from portal.kernel.text.counts import count_of
from portal.wiring import shelf_at

_NEXT = (
    "Families read nothing until an admin has seen to what was taken back since. Next: start the site, go through "
    "“After a restore” in docs/operate/backup.md, then run `portal ledger accept-older --by ADMIN`."
)


def backup(
    target: Annotated[str, typer.Argument(metavar="DIR|s3://…", help="Where backups of this portal are kept.")],
    keep: Annotated[int, typer.Option(min=1, help="How many backups are kept; older ones are removed.")] = 14,
    as_json: Json = False,
) -> None:
    """Back up to a folder or s3://… while the site runs: database, keys and files, sealed with the key file."""
    with open_house() as house, progress():
        made = back_up(house, shelf_at(target, house.keys), keep=keep, now=house.clock())
        key_file = house.settings.keys
    if as_json:
        print_json(
            name=made.backup.name,
            entries=made.backup.entries,
            files=made.files,
            copied=made.copied,
            removed=made.removed,
            key_file=str(key_file),
        )
        return
    people.print(
        f"Backup {made.backup.name}: the ledger to entry {made.backup.entries:,}, {count_of(made.files, 'file')}, "
        f"{made.copied:,} of them new. {count_of(made.removed, 'file')} removed that no backup needs.\n"
        f"The key file {key_file} is not in it, and it opens with nothing else. Keep a copy of it in another place.",
        markup=False,
    )


def restore(
    source: Annotated[str, typer.Argument(metavar="DIR|s3://…", help="Where the backups are kept.")],
    at: Annotated[str, typer.Option(help="The newest whose name begins so, such as 20261202 for that day.")] = "",
    is_drill: Annotated[
        bool, typer.Option("--drill", help="Restore into a folder for a moment, verify all, and change nothing.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Restore a backup into an empty installation, or with --drill try whether it could be."""
    settings = load_settings()
    start_logging(quiet=True)
    settings.check_key_place()
    if not source.startswith("s3://") and not Path(source).is_dir():
        raise NoBackup
    keys = load_key_file(settings.keys)
    shelf = shelf_at(source, keys)
    with progress():
        found = (drill if is_drill else bring_back)(shelf, shelf.newest(at), settings, keys, now=utc_now())
    _tell(found, is_drill=is_drill, as_json=as_json)
    if isinstance(found.ledger, Broken):
        raise typer.Exit(1)


def _tell(found: Restored, *, is_drill: bool, as_json: bool) -> None:
    whole = not isinstance(found.ledger, Broken)
    if as_json:
        print_json(name=found.backup.name, drill=is_drill, rows=found.rows, files=found.files, ledger_verified=whole)
        return
    what = "can be restored" if is_drill else "is restored"
    people.print(f"Backup {found.backup.name} {what}: {count_of(found.rows, 'row')}, {count_of(found.files, 'file')}.")
    if isinstance(found.ledger, Broken):
        people.print(f"Its ledger is broken at entry {found.ledger.seq:,}. {found.ledger.reason}", markup=False)
    else:
        people.print(f"Its ledger is whole: {count_of(found.ledger.entries, 'entry', 'entries')}.")
    if not is_drill:
        people.print(_NEXT, markup=False)
