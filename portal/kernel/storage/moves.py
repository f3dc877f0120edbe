"""What moves or has moved to another place, noted in the portal's own database; and tables that are sealed meanwhile.

A portal whose settings name a place that was left is closed: site, workers and commands read the note, and triggers
refuse every write, also that of a process that has not read it yet, or is of an older version. The note's table is
made by the first move and is no part of the schema.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from sqlalchemy import Column, Connection, MetaData, String, Table, delete, insert, inspect, make_url, select, text

from portal.kernel.configuration.settings import Settings
from portal.kernel.errors import StartRefused
from portal.kernel.storage.db import SEALED, Database

Store = Literal["database", "key store", "files"]
State = Literal["filling", "moving", "moved"]
SETTINGS: Final[dict[Store, str]] = {
    "database": "PORTAL_DATABASE_URL",
    "key store": "PORTAL_KEY_STORE_URL",
    "files": "PORTAL_BLOB_URL",
}
_METADATA = MetaData()
_MOVES = Table(
    "store_move",
    _METADATA,
    Column("store", String, primary_key=True),
    Column("id", String, nullable=False),
    Column("state", String, nullable=False),
    Column("place", String, nullable=False),
)
_SEALED_IN_SQLITE = "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'sealed_INSERT_%'"
_SEALED_IN_POSTGRESQL = (
    "SELECT relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid WHERE tgname = 'portal_sealed'"
)
_WRITES = ("INSERT", "UPDATE", "DELETE")
_FUNCTION = (
    "CREATE OR REPLACE FUNCTION portal_sealed() RETURNS trigger LANGUAGE plpgsql AS"
    f" $$BEGIN RAISE EXCEPTION '{SEALED}' USING ERRCODE = '25006'; END$$"
)


@dataclass(frozen=True, slots=True)
class Move:
    """One store on its way. At the new place it is `filling`; `place` is where it goes, and never holds a password."""

    store: Store
    id: str
    state: State
    place: str


def moves_in(connection: Connection) -> list[Move]:
    """Return what is noted in a database."""
    if not inspect(connection).has_table(_MOVES.name):
        return []
    return [Move(*row) for row in connection.execute(select(_MOVES).order_by(_MOVES.c.store))]


def note_move(connection: Connection, move: Move) -> None:
    """Note a move in place of an earlier one of the same store."""
    _METADATA.create_all(connection)
    let_all_read(connection)
    connection.execute(delete(_MOVES).where(_MOVES.c.store == move.store))
    row = {"store": move.store, "id": move.id, "state": move.state, "place": move.place}
    connection.execute(insert(_MOVES).values(row))


def let_all_read(connection: Connection) -> None:
    """Have every login of a PostgreSQL database read what is noted: each process has to know that it is closed."""
    if connection.dialect.name == "postgresql" and inspect(connection).has_table(_MOVES.name):
        connection.exec_driver_sql(f"GRANT SELECT ON {_MOVES.name} TO PUBLIC")


def forget_move(connection: Connection, store: Store) -> None:
    """Forget a move, if one is noted."""
    if inspect(connection).has_table(_MOVES.name):
        connection.execute(delete(_MOVES).where(_MOVES.c.store == store))


def seal(connection: Connection, tables: Iterable[str]) -> None:
    """Have these tables refuse every write from the commit on; whoever writes just now ends first."""
    open_ones = sorted(set(tables) - set(_sealed(connection)))
    if connection.dialect.name == "sqlite":
        for table in open_ones:
            for write in _WRITES:
                connection.exec_driver_sql(
                    f'CREATE TRIGGER "sealed_{write}_{table}" BEFORE {write} ON "{table}"'
                    f" BEGIN SELECT RAISE(ABORT, '{SEALED}'); END"
                )
        return
    connection.exec_driver_sql(_FUNCTION)
    for table in open_ones:
        connection.exec_driver_sql(
            f'CREATE TRIGGER portal_sealed BEFORE {" OR ".join(_WRITES)} ON "{table}" EXECUTE FUNCTION portal_sealed()'
        )


def unseal(connection: Connection, tables: Iterable[str]) -> None:
    """Have these tables take writes again."""
    for table in sorted(set(tables) & set(_sealed(connection))):
        if connection.dialect.name == "sqlite":
            for write in _WRITES:
                connection.exec_driver_sql(f'DROP TRIGGER "sealed_{write}_{table}"')
        else:
            connection.exec_driver_sql(f'DROP TRIGGER portal_sealed ON "{table}"')


def _sealed(connection: Connection) -> list[str]:
    """Return which tables are sealed: on PostgreSQL, dropping a trigger that is not there waits for every reader."""
    query = _SEALED_IN_SQLITE if connection.dialect.name == "sqlite" else _SEALED_IN_POSTGRESQL
    return list(connection.execute(text(query)).scalars())


def place_of_database(url: str) -> str:
    """Return a database's URL as it may be shown and compared: without its password, a file by its whole path."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return f"sqlite:///{Path(parsed.database or '').absolute()}"
    return parsed.render_as_string(hide_password=True)


def same_database(one: str, other: str) -> bool:
    """Tell whether two URLs lead to one database, by whatever login."""
    return _without_login(one) == _without_login(other)


def _without_login(url: str) -> tuple[object, ...]:
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return (place_of_database(url),)
    return parsed.host, parsed.port, parsed.database, parsed.query


def place_of_files(place: str) -> str:
    """Return where files lie as it may be compared: a bucket's URL, or a folder by its whole path."""
    return place if place.startswith("s3://") else str(Path(place).absolute())


def place_in(settings: Settings, store: Store) -> str:
    """Return where the settings say that a store is."""
    if store == "files":
        return place_of_files(settings.blobs)
    return place_of_database(settings.database if store == "database" else settings.key_store)


def closing(moves: Iterable[Move], settings: Settings) -> Move | None:
    """Return the move by which a portal with these settings is closed, if one is."""
    for move in moves:
        if move.state != "moved" or move.store == "database" or move.place != place_in(settings, move.store):
            return move
    return None


def why_closed(move: Move) -> str:
    """Return in a sentence for operators why a portal is closed, and what opens it."""
    if move.state == "moved":
        return (
            f"The {move.store} has moved to {move.place}. Set {SETTINGS[move.store]} to that. If it shall not, see "
            "`portal migrate-store --forget`."
        )
    if move.state == "filling":
        return (
            f"This {move.store} is not whole yet: a move into it was begun. Set {SETTINGS[move.store]} to {move.place} "
            "as before, and run `portal migrate-store` again."
        )
    return (
        f"The {move.store} is moving to {move.place}, so the portal is closed. Where `portal migrate-store` was "
        "stopped, run it again, or give up with --forget."
    )


def check_is_here(database: Database, settings: Settings) -> None:
    """Refuse to go on where the portal is moving, or has moved from where the settings say. Raises `StartRefused`."""
    with database.ask() as connection:
        move = closing(moves_in(connection), settings)
    if move is not None:
        raise StartRefused(why_closed(move))
