"""How the database and the store of files stand, for the settings page and `portal doctor`."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import Final

from sqlalchemy import text
from sqlmodel import Session

from portal.blobs.looking import StoreSeen
from portal.kernel.clock import utc_now
from portal.overviews.operation.watched import If, InForce, fact
from portal.words.sentences import numbered, sentence

_CLOCK_MAY_DIFFER: Final = timedelta(seconds=5)
_OLDEST, _NEWEST = 14, 18
"""Versions of PostgreSQL that the portal is made for."""
_POSTGRESQL: Final = text(
    "SELECT current_setting('server_version_num')::int / 10000 AS major, current_setting('server_version') AS version, "
    "current_setting('server_encoding') AS keeps, clock_timestamp() AS clock, "
    "(SELECT version_num FROM alembic_version) AS schema"
)
_MOVED: Final = text(
    "SELECT datcollversion <> pg_database_collation_actual_version(oid) FROM pg_database"
    " WHERE datname = current_database()"
)
"""Null where the order of texts hangs on no library."""
_SAYS_COLLATION: Final = 15
_SQLITE: Final = text(
    "SELECT sqlite_version() AS version, (SELECT encoding FROM pragma_encoding) AS keeps, "
    "(SELECT journal_mode FROM pragma_journal_mode) AS journal, (SELECT version_num FROM alembic_version) AS schema"
)


@dataclass(frozen=True, slots=True)
class DatabaseSeen:
    """What a database says of itself. `keeps` is the encoding of texts; `clock_off` by how much its clock is ahead.

    `sorts_anew`: the library by which texts are sorted is another version than the one that the indexes were made with.
    """

    name: str
    version: str
    keeps: str
    schema: str
    major: int = _NEWEST
    clock_off: timedelta = timedelta()
    sorts_anew: bool = False
    logs_ahead: bool = True


def look_at_database(session: Session) -> DatabaseSeen:
    """Ask a database what it is: one question, of PostgreSQL two."""
    if session.get_bind().dialect.name == "sqlite":
        row = session.execute(_SQLITE).one()
        return DatabaseSeen("SQLite", row.version, row.keeps, row.schema, logs_ahead=row.journal == "wal")
    row = session.execute(_POSTGRESQL).one()
    off = row.clock.astimezone(UTC) - utc_now()
    moved = bool(session.execute(_MOVED).scalar()) if row.major >= _SAYS_COLLATION else False
    version = row.version.partition(" ")[0]
    return DatabaseSeen("PostgreSQL", version, row.keeps, row.schema, row.major, off, moved)


def of_database(seen: DatabaseSeen) -> Iterator[InForce]:
    """Return how a database stands. Another encoding than UTF-8 never comes so far: the start refuses it."""
    about, value = sentence("Database"), f"{seen.name} {seen.version}, {seen.keeps}, {seen.schema}"
    if seen.sorts_anew:
        why = sentence("This system sorts texts in another way than the indexes do, so rows are there and not found.")
        to_do = sentence("Run REINDEX DATABASE, then ALTER DATABASE … REFRESH COLLATION VERSION.")
        yield InForce(about, value, "unsafe", why, to_do)
    elif not seen.logs_ahead:
        why = sentence("SQLite cannot keep its log ahead there, as on a network drive, and may be damaged by a crash.")
        to_do = sentence("Put the file on a disk of this machine, or move to PostgreSQL.")
        yield InForce(about, value, "unsafe", why, to_do)
    else:
        is_old = seen.major < _OLDEST
        why = (
            sentence("It is older than any version that still gets its faults mended.")
            if is_old
            else sentence("It is newer than any version that the portal was tried with.")
        )
        to_do = sentence("Upgrade it to a version from %(oldest)s to %(newest)s.", oldest=_OLDEST, newest=_NEWEST)
        bad = not _OLDEST <= seen.major <= _NEWEST
        yield fact(about, value, If(why, to_do if is_old else "", "note"), bad=bad)
    if abs(seen.clock_off) > _CLOCK_MAY_DIFFER:
        off = round(abs(seen.clock_off).total_seconds())
        yield InForce(
            sentence("Clock of the database"),
            numbered("%(number)s second from this machine’s", "%(number)s seconds from this machine’s", off),
            "note",
            sentence(
                "One of the two is wrong; where several machines serve, links end earlier on one than on another."
            ),
            sentence("Let both keep time with NTP (chrony or systemd-timesyncd)."),
        )


def of_store(seen: StoreSeen) -> InForce:
    """Return how the store of files stands."""
    about = sentence("Store of files")
    if not seen.takes:
        why = sentence("No letter can be published, and those that are may not open.")
        to_do = sentence("See that the folder or bucket of PORTAL_BLOB_URL is there, has room, and can be written to.")
        return InForce(about, sentence("does not take a file"), "unsafe", why, to_do)
    if seen.broken:
        return InForce(
            sentence("Files of letters"),
            sentence("%(broken)s of %(looked)s do not open", broken=len(seen.broken), looked=seen.looked_at),
            "unsafe",
            sentence("A file or its key is missing or damaged, so families cannot read these letters."),
            sentence("Put files and key store back from a backup, and see who else may delete there."),
        )
    opened = numbered("%(number)s file looked at opens", "%(number)s files looked at open", seen.looked_at)
    if seen.looked_at < seen.wanted:
        why = sentence("It took too long to look at all %(wanted)s.", wanted=seen.wanted)
        return InForce(about, opened, "note", why, sentence("Look again; if it stays so, the store is slow."))
    why = sentence("Others on this machine may enter its folders. What lies there is sealed, and can be copied.")
    return fact(about, opened, If(why, sentence("Run chmod -R go= on the folder."), "note"), bad=not seen.is_private)
