"""Wrapped data keys in a small database of their own, so that a copy of the documents' side opens nothing.

Its table is in no other metadata: this database is made, kept and destroyed apart from the portal's own.
"""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy import (
    Column,
    DateTime,
    LargeBinary,
    MetaData,
    String,
    Table,
    bindparam,
    delete,
    func,
    insert,
    select,
    text,
)
from sqlalchemy.exc import IntegrityError, OperationalError

from portal.blobs import BlobExists, BlobsUnreachable, KeyMissing
from portal.blobs.names import checked
from portal.kernel.db import Database
from portal.kernel.keys import KeyRing

_METADATA = MetaData()
_KEYS = Table(
    "data_key",
    _METADATA,
    Column("document_id", String(32), primary_key=True),
    Column("wrap_key_id", String(40), nullable=False, index=True),
    Column("wrapped", LargeBinary, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)
_BY_DOCUMENT = select(_KEYS.c.wrapped).where(_KEYS.c.document_id == bindparam("document_id"))
_AT_ONCE = 500
_MAKING = 0x706F7274  # one process at a time makes the table


class SqlDataKeys:
    """Data keys wrapped with the key file's newest key, bound to their document."""

    def __init__(self, database: Database, keys: KeyRing) -> None:
        """Take the key store's own database; its table is made when missing."""
        self._database = database
        self._keys = keys
        with _sentences(), database.connect() as connection:
            if not database.is_sqlite:
                connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _MAKING})
            _METADATA.create_all(connection)

    @property
    def is_near(self) -> bool:
        """A file of this machine is near; a database server is not."""
        return self._database.is_sqlite

    def put(self, document_id: str, key: bytes) -> None:
        """Wrap and keep a key. Raises `BlobExists`."""
        self.put_all({document_id: key})

    def put_all(self, keys: Mapping[str, bytes]) -> None:
        """Wrap and keep many keys in one transaction. Raises `BlobExists`."""
        rows = [
            {
                "document_id": checked(document_id),
                "wrap_key_id": self._keys.newest_id,
                "wrapped": self._keys.seal("data-key", key, bound_to=bytes.fromhex(document_id)),
            }
            for document_id, key in keys.items()
        ]
        try:
            with _sentences(), self._database.write() as session:
                session.execute(insert(_KEYS), rows)
        except IntegrityError:
            raise BlobExists from None

    def get(self, document_id: str) -> bytes:
        """Find and unwrap a key, about 0.1 ms. Raises `KeyMissing`, `SealBroken`."""
        with _sentences(), self._database.engine.connect() as connection:  # half the price of a session
            wrapped = connection.execute(_BY_DOCUMENT, {"document_id": checked(document_id)}).scalar_one_or_none()
        if wrapped is None:
            raise KeyMissing
        return self._keys.unseal("data-key", wrapped, bound_to=bytes.fromhex(document_id))

    def destroy(self, document_ids: Collection[str]) -> None:
        """Delete the rows, and on SQLite empty the write-ahead log, which would still hold them."""
        ids = [checked(document_id) for document_id in document_ids]
        with _sentences(), self._database.write() as session:
            for start in range(0, len(ids), _AT_ONCE):
                session.execute(delete(_KEYS).where(_KEYS.c.document_id.in_(ids[start : start + _AT_ONCE])))
        if self._database.is_sqlite:
            connection = self._database.engine.raw_connection()
            try:
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                connection.close()


@contextmanager
def _sentences() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        raise BlobsUnreachable from error
