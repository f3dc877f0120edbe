"""Whether a database can be opened at all, and if not, a sentence about what is wrong with its setting."""

from typing import TYPE_CHECKING

from sqlalchemy import URL, make_url, text
from sqlalchemy.exc import DatabaseError

from portal.kernel.errors import StartRefused
from portal.kernel.later import Later
from portal.kernel.storage.db import Database, DatabaseAway

if TYPE_CHECKING:
    import psycopg
else:  # not where the database is a file
    psycopg = Later("psycopg")

_SECONDS = 10


def check_opens(database: Database) -> None:
    """Open the database once.

    Raises `DatabaseAway` where nobody answers or the server refuses, with the server's words; `StartRefused` for text
    in another encoding than UTF-8, and for a file that is no database. Both name the setting, and never a password.
    """
    url = make_url(database.url)
    if database.is_sqlite:
        _check_file(database, url.database or "")
    else:
        _check_server(database, url)


def _check_server(database: Database, url: URL) -> None:
    # SQLAlchemy itself fails with an encoding that it does not know, so the driver is asked.
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    try:
        with psycopg.connect(plain, connect_timeout=_SECONDS) as connection:
            encoding = connection.info.parameter_status("server_encoding")
    except psycopg.OperationalError as error:
        raise _why_not(database, str(error)) from error
    if encoding != "UTF8":
        raise StartRefused(
            f"The database that {database.setting} names keeps text as {encoding}, so names would be lost. Make one "
            "with ENCODING 'UTF8' TEMPLATE template0, and name that."
        )


def _why_not(database: Database, said: str) -> DatabaseAway:
    """Return what the driver said in a sentence, with the server's own words where a server answered."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    why = next((after for _, after in (line.split("FATAL:", 1) for line in lines if "FATAL:" in line)), "")
    if why:
        return DatabaseAway(
            f"The database server refuses {database.setting}: {why.strip()}. See that user, password and database in "
            "it are right, and that the database was made."
        )
    cause = lines[0].rpartition("failed: ")[2] if lines else "no answer"
    return DatabaseAway(
        f"The database cannot be reached: {cause.rstrip('.')}. See that it runs, and that "
        f"{database.setting} leads to it."
    )


def _check_file(database: Database, path: str) -> None:
    try:
        with database.engine.connect() as connection:
            connection.execute(text("SELECT count(*) FROM sqlite_master"))
    except DatabaseError as error:
        if "locked" not in str(error.orig):
            raise StartRefused(f"The file {path} of {database.setting} cannot be opened: {error.orig}.") from error
