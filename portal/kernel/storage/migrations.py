"""Bring a database's schema to the newest revision, and tell how far behind one is.

Alembic is loaded only by who has something to upgrade: a database that is current costs each command one question.
"""

from functools import cache
from pathlib import Path

from sqlalchemy import inspect, text
from sqlalchemy.exc import OperationalError

from portal.kernel.errors import StartRefused
from portal.kernel.storage.db import Database, DatabaseAway


def shipped(folder: str) -> Path:
    """Return `alembic` or `static`: inside the package in a wheel, beside it in a checkout."""
    package = Path(__file__).parent.parent.parent
    inside = package / folder
    return inside if inside.is_dir() else package.parent / folder


@cache
def head() -> str:
    """Return the newest revision this code knows, by the numbers that the files of revisions begin with."""
    return max(path.name.partition("_")[0] for path in shipped("alembic").glob("versions/[0-9]*_*.py"))


def current(database: Database) -> str | None:
    """Return the revision a database is at; None for an empty one. Raises `DatabaseAway`, `DatabaseBusy`."""
    try:
        database.engine.connect().close()
    except OperationalError as error:
        raise DatabaseAway from error
    with database.ask() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        revision: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        return revision


def migrate(database: Database, to: str = "head") -> None:
    """Upgrade a database that is behind, all or nothing, in one transaction."""
    if to == "head" and current(database) == head():
        return
    from alembic import command  # noqa: PLC0415 - a quarter of a second that almost no command needs
    from alembic.config import Config  # noqa: PLC0415 - loads with the other, for as little use

    config = Config()
    config.set_main_option("script_location", str(shipped("alembic")))
    config.set_main_option("path_separator", "os")
    with database.rebuild() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, to)


def check_is_current(database: Database) -> None:
    """Refuse to start on a database of another revision. Raises `StartRefused`."""
    if current(database) != head():
        raise StartRefused("The database is not at this version's schema. Run `portal migrate`.")
