"""A store moves to another place: the database, the key store, or the letters' files; verified, and closed meanwhile.

The portal is told first and sealed then, so nothing is written that does not come along (`kernel.storage.moves`).
Whatever a crash leaves, the same command goes on: the target of a database is filled in one transaction, a file that
is there already is compared and not sent again. The old place is left as it is, and is closed to the portal.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final, Protocol

from pydantic import SecretStr
from sqlalchemy import Table

from portal.backups.making import TABLES, FileLost
from portal.backups.restoring import is_unused
from portal.blobs import BlobMissing, Blobs
from portal.blobs.shelf import copied, digest_of
from portal.flows.keeping.verify_ledger import Broken, verify_ledger
from portal.kernel.errors import Conflict, PortalError, Refused, StartRefused, WrongCall
from portal.kernel.ids import new_id
from portal.kernel.machine.steps import watching
from portal.kernel.secrets.keyfile import locked
from portal.kernel.storage import moves
from portal.kernel.storage.db import Database, one_state
from portal.kernel.storage.migrations import check_is_current, migrate
from portal.kernel.storage.moves import Move, Store
from portal.kernel.storage.opening import check_opens
from portal.kernel.storage.rows import rows_in, rows_of, same_rows, wait_long
from portal.outbox.rules import LEASE
from portal.overviews.sending.progress import is_on_its_way
from portal.wiring import KEY_TABLES, House, blobs_at, key_store_of

_SEEN_WITHIN: Final = 6.0
"""Seconds until every process has looked (`wiring.KnownAge`)."""
_TOGETHER: Final = 8
_NAMES: Final = (*(table.name for table in TABLES), "alembic_version")
_KEY_NAMES: Final = tuple(table.name for table in KEY_TABLES)
Wait = Callable[[float], None]


class TargetInUse(Refused):
    """The new place is not empty, so nothing was moved. Name an empty one, or empty it."""


class NothingMoved(WrongCall):
    """No move is noted here, so there is nothing to forget."""


class HalfOfAMove(Refused):
    """This database is half of a move and was never whole, so it stays closed. Go back to the old one."""


class GivenUp(Conflict):
    """This move was given up meanwhile, on another machine. Empty the new place before you begin again."""


class LedgerWasBroken(PortalError):
    """The ledger does not verify at the new place, and it is the same as here: see `portal ledger verify`."""


class StoreDiffers(PortalError):
    """What lies at the new place is not the same as here. Empty the new place and run the command again."""


@dataclass(frozen=True, slots=True)
class Moved:
    """What is at the new place and was compared there: rows by table, or files. Empty where it had moved before."""

    store: Store
    old: str
    place: str
    counts: dict[str, int]


class Carrier(Protocol):
    """Brings one store to its new place."""

    store: Store
    place: str

    def check(self, move_id: str, /) -> None:
        """See that the new place is empty, or holds the half of this very move. Raises `TargetInUse`."""

    def carry(self, move_id: str, others: Sequence[Move], /) -> dict[str, int]:
        """Bring everything and compare it at the new place, with what is noted of other stores; return counts."""

    def open(self, move_id: str) -> None:
        """Let the new place be used; asking again changes nothing."""

    def close(self) -> None:
        """Let go of the new place."""


@contextmanager
def by_owner(house: House) -> Iterator[House]:
    """Give the house with the login that owns its tables: what seals a table has to."""
    db = Database(house.settings.owned_database, "PORTAL_MIGRATION_DATABASE_URL")
    try:
        yield replace(house, db=db)
    finally:
        db.close()


def move(house: House, carrier: Carrier, *, wait: Wait = time.sleep) -> Moved:
    """Move a store of the owner's house; every site and worker tells so until it is done.

    Raises `TargetInUse`, `WrongCall` and `StartRefused` before anything is closed, later `RowsDiffer`, `StoreDiffers`,
    `FileLost`, `BlobsUnreachable`, `DatabaseBusy`: then the portal stays closed until it is run again, or given up.
    """
    old = moves.place_in(house.settings, carrier.store)
    if carrier.place == old:
        raise WrongCall(f"The {carrier.store} is at {old} already.")
    check_is_current(house.db)
    counts: dict[str, int] = {}
    with _alone(house):
        begun, others = _begun(house, carrier)
        noted = begun or Move(carrier.store, new_id(), "moving", carrier.place)
        if noted.state == "moving":
            carrier.check(noted.id)
            _close(house, noted, wait)
            counts = carrier.carry(noted.id, others)
            _release(house, noted)
        carrier.open(noted.id)
    return Moved(carrier.store, old, carrier.place, counts)


def forget(house: House) -> list[Move]:
    """Forget every move in the owner's house, which goes on with what its settings name; return what was forgotten.

    Raises `NothingMoved`, `HalfOfAMove`; `Conflict` where a move was running just now.
    """
    found = _noted(house)
    if not found:
        raise NothingMoved
    if any(one.state == "filling" for one in found):
        raise HalfOfAMove
    with _alone(house):
        if _noted(house) != found:
            raise Conflict("A move was running, and is done now. See what it said.")
        with house.key_store.write() as session:
            moves.unseal(session.connection(), _KEY_NAMES)
        with house.db.write() as session:
            for one in found:
                moves.forget_move(session.connection(), one.store)
            moves.unseal(session.connection(), _NAMES)
    return found


@contextmanager
def _alone(house: House) -> Iterator[None]:
    """Let one command of this machine move or forget at a time."""
    mark = house.settings.data_dir / "store-move"
    mark.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with locked(mark):
        yield


def _noted(house: House) -> list[Move]:
    with house.db.read() as session:
        return moves.moves_in(session.connection())


def _begun(house: House, carrier: Carrier) -> tuple[Move | None, list[Move]]:
    """Return this move if it was begun or done, and what is noted of other stores.

    Raises `StartRefused` where another move is not done, or the settings still name a place that was left.
    """
    found = _noted(house)
    mine = [one for one in found if (one.store, one.place) == (carrier.store, carrier.place) and one.state != "filling"]
    blocking = moves.closing([one for one in found if one not in mine], house.settings)
    if blocking is not None:
        raise StartRefused(moves.why_closed(blocking))
    return (mine[0] if mine else None), [one for one in found if one.store != carrier.store]


def _close(house: House, noted: Move, wait: Wait) -> None:
    """Tell every process, let workers finish what is on its way, then seal database and key store.

    The key store is sealed with the database: a letter's key may not be kept, nor destroyed, without its row.
    """
    tell = watching()
    with house.db.write() as session:
        moves.note_move(session.connection(), noted)
    tell("Waiting for sites and workers", 0, 0)
    wait(_SEEN_WITHIN)
    for _ in range(int(LEASE.total_seconds())):
        with house.db.read() as session:
            if not is_on_its_way(session, now=house.clock()):
                break
        wait(1.0)
    house.db.insist(lambda session: moves.seal(session.connection(), _NAMES))
    house.key_store.insist(lambda session: moves.seal(session.connection(), _KEY_NAMES))


def _release(house: House, noted: Move) -> None:
    """Open what is used on, and note that the move is done; the old place stays sealed.

    Raises `GivenUp` where another machine has forgotten it meanwhile, for something may have been written since.
    """
    if noted.store != "key store":
        with house.key_store.write() as session:
            moves.unseal(session.connection(), _KEY_NAMES)
    with house.db.write() as session:
        if noted not in moves.moves_in(session.connection()):
            raise GivenUp
        moves.note_move(session.connection(), Move(noted.store, noted.id, "moved", noted.place))
        if noted.store != "database":
            moves.unseal(session.connection(), _NAMES)


def carrier_of(house: House, url: str, *, keys: bool) -> Carrier:
    """Return what brings a store of the owner's house to a URL: the database, with `keys` the key store, else files.

    Raises `StartRefused`, `DatabaseAway` and `WrongCall` for a place that cannot be used.
    """
    is_database = url.startswith(("sqlite:", "postgresql"))
    if not is_database and "://" in url and not url.startswith("s3://"):
        raise WrongCall("Name postgresql+psycopg://…, sqlite:///…, s3://bucket/prefix, or a folder.")
    if keys and not is_database:
        raise WrongCall("Keys lie in a database: name postgresql+psycopg://… or sqlite:///….")
    if is_database:
        return _rows_carrier(house, url, keys=keys)
    try:
        return _Files(house, moves.place_of_files(url), blobs_at(url))
    except OSError as error:
        raise StartRefused(f"The folder {url} cannot be made: {error.strerror}.") from None


def _rows_carrier(house: House, url: str, *, keys: bool) -> Carrier:
    target = Database(url, "the URL")
    settings = house.settings
    if moves.same_database(url, settings.database if keys else settings.key_store):
        raise WrongCall("Keys lie in a database of their own. Name another one.")
    check_opens(target)
    if not keys:
        return _Rows("database", house, house.db, target, TABLES)
    target.close()
    target, _ = key_store_of(settings.model_copy(update={"key_store_url": SecretStr(url)}), house.keys, house.clock)
    return _Rows("key store", house, house.key_store, target, KEY_TABLES)


class _Rows:
    """A database or a key store, on its way to another database."""

    def __init__(self, store: Store, house: House, source: Database, target: Database, tables: Sequence[Table]) -> None:
        self.store, self.place = store, moves.place_of_database(target.url)
        self._house, self._source, self._target, self._tables = house, source, target, tables

    def check(self, move_id: str) -> None:
        if not self._is_ours(move_id) and not self._is_empty():
            raise TargetInUse

    def _is_ours(self, move_id: str) -> bool:
        with self._target.read() as session:
            found = moves.moves_in(session.connection())
        return any((one.store, one.id, one.state) == (self.store, move_id, "filling") for one in found)

    def _is_empty(self) -> bool:
        if self.store == "database":
            return is_unused(self._target)
        with self._target.read() as session:
            return not self._house.data_keys.documents(session)

    def carry(self, move_id: str, others: Sequence[Move]) -> dict[str, int]:
        if self.store == "database":
            migrate(self._target)
        here = moves.place_of_database(self._source.url)
        with self._target.write() as session:
            for one in (Move(self.store, move_id, "filling", here), *others):
                moves.note_move(session.connection(), one)
        self.fill()
        return self.compared()

    def fill(self) -> None:
        """Put all rows in place of what the target holds, in one transaction."""
        tell = watching()
        with self._source.read() as session, self._target.rebuild() as connection:
            one_state(session)
            wait_long(session)
            if not self._target.is_sqlite:
                connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
            rows = rows_of(session, self._tables, lambda done: tell("Rows", done, 0))
            rows_in(connection, self._tables, rows)

    def compared(self) -> dict[str, int]:
        """Read both places anew and compare every row; verify the ledger at the new one. Raises `RowsDiffer`."""
        tell, counts = watching(), {}
        with self._source.read() as mine, self._target.read() as theirs:
            for session in (mine, theirs):
                wait_long(session)
            for done, table in enumerate(self._tables, start=1):
                counts[table.name] = same_rows(mine, theirs, table)
                tell("Tables compared", done, len(self._tables))
        if self.store == "database":
            with self._target.read() as session:
                if isinstance(verify_ledger(session, self._house.keys), Broken):
                    raise LedgerWasBroken
        return counts

    def open(self, move_id: str) -> None:
        if self._is_ours(move_id):
            with self._target.write() as session:
                moves.forget_move(session.connection(), self.store)

    def close(self) -> None:
        self._target.close()


class _Files:
    """Letters' files, on their way to another folder or bucket: those that have a key; the rest nobody can read."""

    store: Store = "files"

    def __init__(self, house: House, place: str, target: Blobs) -> None:
        self.place, self._house, self._target = place, house, target

    def check(self, _move_id: str, /) -> None:
        if not set(self._target.names()) <= set(self._names()):
            raise TargetInUse

    def _names(self) -> list[str]:
        with self._house.key_store.read() as session:
            return self._house.data_keys.documents(session)

    def carry(self, _move_id: str, _others: Sequence[Move], /) -> dict[str, int]:
        names, there, tell = self._names(), set(self._target.names()), watching()
        pool = ThreadPoolExecutor(_TOGETHER, "moving")
        try:
            brought = pool.map(lambda name: self._bring(name, is_there=name in there), names)
            for done, _ in enumerate(brought, start=1):
                tell("Files", done, len(names))
        finally:
            pool.shutdown(cancel_futures=True)
        return {"files": len(names)}

    def _bring(self, name: str, *, is_there: bool) -> None:
        try:
            if not is_there:
                copied(name, self._house.blobs, self._target)
            elif digest_of(self._house.blobs, name) != digest_of(self._target, name):
                raise StoreDiffers(f"File {name} is not the same at the new place. Remove it there and run this again.")
        except BlobMissing:
            raise FileLost(f"File {name} is gone although its key is there. Look at the place of the files.") from None

    def open(self, move_id: str) -> None:
        pass

    def close(self) -> None:
        pass
