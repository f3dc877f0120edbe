"""Bring a database's schema to the newest revision, and tell how far behind one is.

Alembic is loaded only by who has something to upgrade: a database that is current costs each command one question.
"""

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, inspect, text

from portal.kernel.errors import StartRefused
from portal.kernel.storage.db import Database
from portal.kernel.storage.moves import moves_in, why_closed
from portal.kernel.storage.opening import check_opens

if TYPE_CHECKING:
    from alembic.config import Config


def shipped(folder: str) -> Path:
    """Return `alembic` or `static`: inside the package in a wheel, beside it in a checkout."""
    package = Path(__file__).parent.parent.parent
    inside = package / folder
    return inside if inside.is_dir() else package.parent / folder


RELEASED: Final = {"0.2.0": "0029"}
"""By released version, the newest revision its code knows. `docs/develop/release.md` says when one is added."""


@cache
def revisions() -> tuple[str, ...]:
    """Return every revision this code knows, oldest first, by the numbers that the files of revisions begin with."""
    return tuple(sorted(path.name.partition("_")[0] for path in shipped("alembic").glob("versions/[0-9]*_*.py")))


def head() -> str:
    """Return the newest revision this code knows."""
    return revisions()[-1]


def current(database: Database) -> str | None:
    """Return the revision a database is at; None for an empty one.

    Raises `DatabaseAway`, `DatabaseBusy`; `StartRefused` for a database that names no revision, or several.
    """
    check_opens(database)
    with database.ask() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found = list(connection.execute(text("SELECT version_num FROM alembic_version")).scalars())
    if len(found) != 1:
        named = " and ".join(sorted(found)) or "no revision"
        raise StartRefused(
            f"The database's table alembic_version names {named}, where one revision is needed, so nobody can tell "
            "which schema this is. Nothing was changed. Put back a backup, and do not edit that table."
        )
    revision: str = found[0]
    return revision


def migrate(database: Database, to: str = "head") -> None:
    """Upgrade a database that is behind, all or nothing, in one transaction.

    Raises `StartRefused` for one that a newer version or something else has made.
    """
    found = current(database)
    if to == "head" and found == head():
        return
    _check_is_known(found)
    _check_is_open(database)
    from alembic import command  # noqa: PLC0415 - a quarter of a second that almost no command needs

    with database.rebuild() as connection:
        command.upgrade(_config(connection, goes_back=False), to)


def step_back(database: Database, to: str) -> None:
    """Take a database back to an older revision, all or nothing, in one transaction.

    Raises `StartRefused` where that would lose what an older version has no place for, such as a paused link.
    """
    found = current(database)
    _check_is_known(found)
    if found is None or found <= to:
        return
    _check_is_open(database)
    from alembic import command  # noqa: PLC0415 - as above

    with database.rebuild() as connection:
        command.downgrade(_config(connection, goes_back=True), to)


def _config(connection: Connection, *, goes_back: bool) -> "Config":
    """Return what alembic asks for; there is no alembic.ini to keep secrets in."""
    from alembic.config import Config  # noqa: PLC0415 - loads with the commands, for as little use

    config = Config()
    config.set_main_option("script_location", str(shipped("alembic")))
    config.set_main_option("path_separator", "os")
    config.attributes.update(connection=connection, goes_back=goes_back)
    return config


def check_is_current(database: Database) -> None:
    """Refuse to start on a database of another revision. Raises `StartRefused`."""
    found = current(database)
    _check_is_known(found)
    if found != head():
        raise StartRefused("The database is not at this version's schema. Run `portal migrate`.")


def _check_is_open(database: Database) -> None:
    """Raise `StartRefused` for a database that is being moved, or was: its schema stays as it is."""
    with database.ask() as connection:
        move = next((one for one in moves_in(connection) if one.state != "moved" or one.store == "database"), None)
    if move is not None:
        raise StartRefused(why_closed(move))


def _check_is_known(revision: str | None) -> None:
    """Raise `StartRefused` for a revision that this code has no file for."""
    if revision is None or revision in revisions():
        return
    if re.fullmatch(r"\d{4}", revision) and revision > head():
        raise StartRefused(
            f"The database is at schema {revision}, which a newer version of the portal made; this version knows "
            f"schemas up to {head()}. Nothing was changed. Start the newer version again; or, with it, run "
            "`portal migrate --back-to` and the version that you want to return to."
        )
    raise StartRefused(
        f"The database is at schema “{revision}”, which no version of the portal has made. Nothing was changed. Check "
        "that PORTAL_DATABASE_URL names the portal's own database."
    )
