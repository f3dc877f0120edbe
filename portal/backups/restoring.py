"""A backup is restored into an empty installation, or tried in a folder for a moment.

All of it but the letters' files is read and verified before anything is written. Files, wrap file and keys follow,
each file verified as it comes; nobody can use them yet. The database is last, in one transaction: whatever a crash
leaves, restoring again goes on.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from portal.backups.making import TABLES, digests_of, wrap_text_of
from portal.blobs import BlobMissing, Blobs, KeyMissing
from portal.blobs.shelf import Backup, BackupBroken, Shelf, copied, digest_of
from portal.flows.keeping.end_ways_in import end_ways_in
from portal.flows.keeping.keep_heads import note_restored
from portal.flows.keeping.verify_ledger import Broken, Verified, verify_ledger
from portal.kernel.configuration.settings import Settings
from portal.kernel.errors import Refused
from portal.kernel.machine.scratch import scratch
from portal.kernel.machine.steps import watching
from portal.kernel.secrets.keyfile import replace_file
from portal.kernel.secrets.keys import KeyRing
from portal.kernel.storage.db import Database
from portal.kernel.storage.migrations import current, head
from portal.kernel.storage.rows import is_empty, rows_in, rows_read
from portal.overviews.operation.in_force import DRILL_MARK
from portal.schema import roles
from portal.wiring import KEY_TABLES, blobs_at, key_store_of

_MADE_EMPTY = {"ledger_head", "ledger_watch"}
"""Tables that hold one row from the beginning."""


class NotEmpty(Refused):
    """This installation is in use, so nothing was restored. Restore into one with an empty database and key store."""


class OtherSchema(Refused):
    """The backup was made by another version of the portal. Restore it with that version, then upgrade."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back: rows of the database, letters' files, and what the ledger says of itself."""

    backup: Backup
    rows: int
    files: int
    ledger: Verified | Broken


def restore(shelf: Shelf, backup: Backup, settings: Settings, keys: KeyRing, *, now: datetime) -> Restored:
    """Restore a backup beside the newest keys and files, until an admin accepts it closed to families.

    A wrap file that is here already is the newest and stays. Raises `NotEmpty`, `OtherSchema`, `BackupBroken`,
    `NoBackup`.
    """
    newest, db = shelf.newest(), Database(settings.owned_database)
    try:
        _check(shelf, backup, newest)
        _refuse_unless_empty(db)
        blobs, tell = blobs_at(settings.blobs), watching()
        digests = list(digests_of(shelf, newest))
        for done, (name, digest) in enumerate(digests, start=1):
            _see_same(name, digest, shelf, blobs)
            tell("Files", done, len(digests))
        _bring_keys(shelf, newest, settings, keys)
        rows = _bring_rows(shelf, backup, db, settings, now=now)
        return Restored(backup, rows, len(digests), _walked(db, keys))
    finally:
        db.close()


def drill(shelf: Shelf, backup: Backup, settings: Settings, keys: KeyRing, *, now: datetime) -> Restored:
    """Restore a backup into a folder for a moment, and see that every letter in it opens; note that it was done.

    Letters' files are read where they lie and not copied. Raises `OtherSchema`, `BackupBroken`, `NoBackup`.
    """
    newest, tell = shelf.newest(), watching()
    _check(shelf, backup, newest)
    digests = list(digests_of(shelf, newest))
    for done, (name, digest) in enumerate(digests, start=1):
        _see_same(name, digest, shelf)
        tell("Files", done, len(digests))
    with scratch() as folder:
        here = settings.model_copy(
            update={
                "data_dir": folder,
                "database_url": None,
                "family_database_url": None,
                "migration_database_url": None,
                "key_store_url": None,
                "key_file": settings.keys,
                "wrap_file": folder / "wrap",
            }
        )
        _bring_keys(shelf, newest, here, keys)
        db = Database(here.database)
        try:
            rows = _bring_rows(shelf, backup, db, here, now=now)
            found = Restored(backup, rows, len(digests), _walked(db, keys))
        finally:
            db.close()
    if isinstance(found.ledger, Verified):
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        (settings.data_dir / DRILL_MARK).touch()
    return found


def _check(shelf: Shelf, backup: Backup, newest: Backup) -> None:
    """Read rows and keys to their end."""
    if backup.schema != head():
        raise OtherSchema
    for part, tables in ((backup.rows, TABLES), (newest.keys, KEY_TABLES)):
        for _ in rows_read(shelf.lines(part), tables):
            pass


def _see_same(name: str, digest: str, shelf: Shelf, to: Blobs | None = None) -> None:
    """See that a letter's file is as it was backed up, and where it has to go, if it has to go anywhere."""
    try:
        found = copied(name, shelf.files, to) if to else digest_of(shelf.files, name)
    except BlobMissing:
        found = ""
    if found != digest:
        if to and found:  # else nothing came, and what is there by that name was there before
            to.delete(name)
        raise BackupBroken(
            f"File {name} of the backup is not what was backed up. Remove files/{name[:2]}/{name} from the place and "
            "back up again while the portal has it; else take another place."
        )


def _refuse_unless_empty(db: Database) -> None:
    if not is_unused(db):
        raise NotEmpty


def is_unused(db: Database) -> bool:
    """Tell whether a database holds nothing, or this version's tables and nobody's rows. Raises as `current`."""
    found = current(db)
    if found is None or found != head():
        return found is None
    with db.read() as session:
        return is_empty(session, (table for table in TABLES if table.name not in _MADE_EMPTY))


def _bring_keys(shelf: Shelf, newest: Backup, settings: Settings, keys: KeyRing) -> None:
    """Write wrap file and key store, unless they were written before, and see that every key opens."""
    if not settings.wraps.exists():
        settings.wraps.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        replace_file(settings.wraps, wrap_text_of(shelf, newest))
    database, data_keys = key_store_of(settings, keys)
    try:
        with database.read() as session:
            there = set(data_keys.documents(session))
        wanted = {name for name, _ in digests_of(shelf, newest)}
        if not there:
            with database.rebuild() as connection:
                rows_in(connection, KEY_TABLES, rows_read(shelf.lines(newest.keys), KEY_TABLES))
        elif not wanted <= there:
            raise NotEmpty
        for name in wanted:
            with suppress(KeyMissing):  # forgotten since, by a wrap file that was here
                data_keys.get(name)
    finally:
        database.close()


def _bring_rows(shelf: Shelf, backup: Backup, db: Database, settings: Settings, *, now: datetime) -> int:
    roles.bring_to_head(db, settings)
    with db.rebuild() as connection:
        count = rows_in(connection, TABLES, rows_read(shelf.lines(backup.rows), TABLES))
        session = Session(connection)
        end_ways_in(session, now=now)
        note_restored(session, backup.at, now=now)
        session.flush()
        return count


def _walked(db: Database, keys: KeyRing) -> Verified | Broken:
    with db.read() as session:
        return verify_ledger(session, keys)
