"""Bring a database's schema to the newest revision, and tell how far behind one is."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from portal.kernel.db import Database
from portal.kernel.errors import StartRefused


def shipped(folder: str) -> Path:
    """Return `alembic` or `static`: inside the package in a wheel, beside it in a checkout."""
    package = Path(__file__).parent.parent
    inside = package / folder
    return inside if inside.is_dir() else package.parent / folder


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(shipped("alembic")))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


@cache
def head() -> str:
    """Return the newest revision this code knows; every revision is read for it, so once."""
    revision = ScriptDirectory.from_config(_config()).get_current_head()
    assert revision is not None
    return revision


def current(database: Database) -> str | None:
    """Return the revision a database is at; None for an empty one."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def migrate(database: Database, to: str = "head") -> None:
    """Upgrade a database, all or nothing, in one transaction."""
    with database.rebuild() as connection:
        command.upgrade(_config(connection), to)


def check_is_current(database: Database) -> None:
    """Refuse to start on a database of another revision. Raises `StartRefused`."""
    if current(database) != head():
        raise StartRefused("The database is not at this version's schema. Run `portal migrate`.")
