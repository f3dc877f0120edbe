"""A backup: the database as it is at one moment, and the newest key store, wrap file and sealed files.

Of a key store and a wrap file only the newest are kept, for an older one would open what was shredded since. An older
backup is restored beside the newest ones, so what was shredded after it stays closed.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from portal import schema
from portal.blobs import BlobMissing
from portal.blobs.shelf import Backup, BackupBroken, NoBackup, Shelf, copied
from portal.flows.keeping.keep_heads import is_known
from portal.kernel.errors import PortalError, Refused
from portal.kernel.machine.steps import watching
from portal.kernel.secrets.keyfile import locked
from portal.kernel.storage.db import one_state
from portal.kernel.storage.migrations import head
from portal.kernel.storage.rows import rows_out
from portal.ledger import repository as ledger
from portal.overviews.operation.in_force import BACKUP_MARK
from portal.wiring import House

TABLES = tuple(schema.metadata.sorted_tables)


class PlaceTaken(Refused):
    """The newest backup there is of another copy of this portal. Nothing was written. Give each its own place."""


class FileLost(PortalError):
    """A letter's file is gone although its key is there. Nothing was backed up; look at the place of the files."""


@dataclass(frozen=True, slots=True)
class Made:
    """What a backup came to: files are letters' sealed files in all, and those copied or removed this time."""

    backup: Backup
    files: int
    copied: int
    removed: int


def back_up(house: House, shelf: Shelf, *, keep: int, now: datetime) -> Made:
    """Make a backup and remove all but the newest `keep`. Raises `BlobsUnreachable`, `FileLost`, `BackupBroken`.

    A place belongs to one portal: `PlaceTaken` where the newest backup there has ledger entries that this one has not,
    unless an admin has accepted an older database since; `Disturbed` where two machines wrote at once. Files that an
    earlier backup copied are not read again. One that is killed is no backup; the next one takes over the files it
    copied, and removes the rest of it.
    """
    mark = house.settings.data_dir / BACKUP_MARK
    mark.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    tell = watching()
    with locked(mark):
        shelf.check_all_ours()
        before = _copied_before(shelf)
        with house.db.read() as session:
            one_state(session)
            _check_goes_on(session, shelf)
            reached = ledger.head(session)
            rows = shelf.write(rows_out(session, TABLES, lambda done: tell("Rows", done, 0)))
        with house.key_store.read() as session:
            one_state(session)
            letters = house.data_keys.documents(session)
            keys = shelf.write(rows_out(session, house.data_keys.tables, lambda done: tell("Keys", done, 0)))
        there = set(shelf.files.names())
        known = {name: before[name] for name in letters if name in there and name in before}
        fresh = dict(_copied(house, shelf, [name for name in letters if name not in known]))
        files = shelf.write(_files_out(house.settings.wraps.read_text("ascii"), {**known, **fresh}))
        backup = shelf.finish(head(), reached, at=now, rows=rows, keys=keys, files=files)
        removed = shelf.sweep(backup, {**known, **fresh}, keep)
        mark.touch()
    return Made(backup, len(known) + len(fresh), len(fresh), removed)


def _check_goes_on(session: Session, shelf: Shelf) -> None:
    """See that this ledger goes on from the newest backup's: of keys and wrap file the place keeps one state alone."""
    try:
        last = shelf.newest()
    except NoBackup:
        return
    if last.mac and last.entries and not is_known(session, last.entries, bytes.fromhex(last.mac), last.at):
        raise PlaceTaken


def _copied_before(shelf: Shelf) -> dict[str, str]:
    """Return what the newest backup says of files; nothing where it cannot say, so that all are read again."""
    try:
        return dict(digests_of(shelf, shelf.newest()))
    except (NoBackup, BackupBroken):
        return {}


def digests_of(shelf: Shelf, backup: Backup) -> Iterator[tuple[str, str]]:
    """Give the letters' files in a backup with the SHA-256 of each. Raises `BackupBroken`."""
    lines = shelf.lines(backup.files)
    next(lines)
    for line in lines:
        name, digest = line.decode().split(" ")
        yield name, digest


def wrap_text_of(shelf: Shelf, backup: Backup) -> str:
    """Return the wrap file in a backup. Raises `BackupBroken`."""
    text: str = json.loads(next(shelf.lines(backup.files)))
    return text


def _files_out(wraps: str, digests: dict[str, str]) -> Iterator[bytes]:
    yield json.dumps(wraps).encode() + b"\n"
    yield from (f"{name} {digest}\n".encode() for name, digest in digests.items())


def _copied(house: House, shelf: Shelf, names: Iterable[str]) -> Iterator[tuple[str, str]]:
    listed, tell = list(names), watching()
    for done, name in enumerate(listed, start=1):
        try:
            yield name, copied(name, house.blobs, shelf.files)
        except BlobMissing:
            with house.key_store.read() as session:
                if house.data_keys.has(session, name):  # else it was shredded a moment ago
                    raise FileLost from None
        tell("Files", done, len(listed))
