"""Transactions that see only what they can show for: those of families, by a login of their own on PostgreSQL.

What a transaction shows are ids that nobody can guess: of a browser's session, of a link, of a code. They are signed
with a secret that this login cannot read, so that no SQL typed in the transaction shows anything else (ADR 62).
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from portal.kernel.errors import StartRefused
from portal.kernel.later import Later
from portal.kernel.storage.db import Database
from portal.kernel.storage.opening import check_opens

if TYPE_CHECKING:
    import psycopg
else:  # not where the database is a file
    psycopg = Later("psycopg")

_SHOW = "SELECT family_show(%s)"
_SECRET = text("SELECT secret FROM family_seal")
_IS_HELD = text(
    "SELECT NOT rolbypassrls AND NOT has_table_privilege(seal.oid, 'SELECT')"
    " AND has_function_privilege(to_regprocedure('family_show(text)'), 'EXECUTE')"
    " FROM pg_class AS seal, pg_roles WHERE seal.oid = to_regclass('family_seal') AND rolname = current_user"
)
Told = TypeVar("Told")


class NarrowDatabase:
    """A database behind which each transaction says first what it shows; without a login of its own it sees all."""

    def __init__(self, whole: Database, url: str = "") -> None:
        """Take the database as the site sees it, and the narrow login's URL where there is one. Opens nothing yet."""
        self._whole = whole
        self._narrow = Database(url, "PORTAL_FAMILY_DATABASE_URL", like=whole) if url else whole
        self._secret = b""

    @property
    def is_narrow(self) -> bool:
        """Whether the database itself keeps families apart."""
        return self._narrow is not self._whole

    @contextmanager
    def read(self, *shown: str) -> Iterator[Session]:
        """As `Database.read`, seeing what belongs to these ids alone."""
        with self._narrow.read() as session:
            self._show(session, shown)
            yield session

    @contextmanager
    def write(self, *shown: str) -> Iterator[Session]:
        """As `Database.write`, seeing and changing what belongs to these ids alone."""
        with self._narrow.write() as session:
            self._show(session, shown)
            yield session
        self._whole.tell_if_lasting(session)

    def insist(self, story: Callable[[Session], Told], *shown: str) -> Told:
        """As `Database.insist`, seeing and changing what belongs to these ids alone."""

        def narrowed(session: Session) -> Told:
            self._show(session, shown)
            told.append(session)
            return story(session)

        told: list[Session] = []
        answer = self._narrow.insist(narrowed)
        self._whole.tell_if_lasting(told[-1])
        return answer

    def check(self) -> None:
        """See that the login is there, and held by the policies. Raises `StartRefused`, `DatabaseAway`."""
        if not self.is_narrow:
            return
        check_opens(self._narrow)
        with self._narrow.ask() as connection:
            is_held = connection.execute(_IS_HELD).scalar()
        if is_held is None:
            raise StartRefused(
                "The database has no rules for PORTAL_FAMILY_DATABASE_URL yet. Run `portal migrate` with "
                "PORTAL_MIGRATION_DATABASE_URL, the owner's."
            )
        if not is_held:
            raise StartRefused(
                "PORTAL_FAMILY_DATABASE_URL names a role that row security does not hold. Name the families' own."
            )
        self._sign("")

    def answers(self) -> bool:
        """Tell whether the database answers a trivial question of a login of its own."""
        return not self.is_narrow or self._narrow.answers()

    def pool(self) -> int:
        """Return how many connections of its own this process uses now."""
        return self._narrow.pool()[0] if self.is_narrow else 0

    def close(self) -> None:
        """Close the connections of its own."""
        if self.is_narrow:
            self._narrow.close()

    def _show(self, session: Session, shown: tuple[str, ...]) -> None:
        if self.is_narrow and any(shown):  # past SQLAlchemy: every transaction of a family pays for this
            signed = self._sign(",".join(dict.fromkeys(filter(None, shown))))
            connection = session.connection()
            raw = connection.connection.driver_connection
            try:
                raw.execute(_SHOW, (signed,))  # type: ignore[union-attr]  # it is the driver's, and connected
            except psycopg.Error:
                try:
                    connection.exec_driver_sql(_SHOW, (signed,))  # fails again, and SQLAlchemy knows what to make of it
                finally:
                    connection.invalidate()  # what an earlier transaction left behind is not to stop the next family

    def _sign(self, shown: str) -> str:
        secret = self._secret = self._secret or self._read_secret()
        inner = hashlib.sha256(b"show" + secret + shown.encode()).digest()
        return f"{hashlib.sha256(secret + inner).hexdigest()}:{shown}"

    def _read_secret(self) -> bytes:
        try:
            with self._whole.ask() as connection:
                return bytes(connection.execute(_SECRET).scalar_one())
        except DBAPIError as error:
            raise StartRefused(
                "The role in PORTAL_DATABASE_URL may not sign what families' transactions show: it is not the site's. "
                "Name portal_site or a member of it, and run `portal migrate` with PORTAL_MIGRATION_DATABASE_URL."
            ) from error
