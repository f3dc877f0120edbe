"""Wrapped data keys in a small database of their own, so that a copy of the documents' side opens nothing.

A data key is wrapped with the key file's newest key and with its document's leaf in the wrap file, both. Shredding
has the wrap file forget the leaf first and deletes the row then: so no older copy of this database opens it either.
Its tables are in no other metadata: this database is made, kept and destroyed apart from the portal's own.
"""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import (
    Column,
    Connection,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    bindparam,
    delete,
    func,
    insert,
    inspect,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlmodel import Session

from portal.blobs import BlobExists, BlobsUnreachable, KeyMissing
from portal.blobs.names import checked
from portal.kernel.ids import new_key
from portal.kernel.secrets.keys import KeyRing, SealBroken
from portal.kernel.secrets.wrapping import Forest, WrapFile
from portal.kernel.storage.db import Database
from portal.kernel.storage.opening import check_opens

_METADATA = MetaData()
_KEYS = Table(
    "data_key",
    _METADATA,
    Column("document_id", String(32), primary_key=True),
    Column("wrap_key_id", String(40), nullable=False, index=True),
    Column("wrapped", LargeBinary, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("tree", Integer),
    Column("leaf", Integer),
)
_NEXT = Table(
    "data_key_leaf", _METADATA, Column("id", Integer, primary_key=True), Column("leaf", Integer, nullable=False)
)
_WRAPPED = (_KEYS.c.document_id, _KEYS.c.wrap_key_id, _KEYS.c.wrapped, _KEYS.c.tree, _KEYS.c.leaf)
_BY_DOCUMENT = select(*_WRAPPED).where(_KEYS.c.document_id == bindparam("document_id"))
_AT_ONCE = 500
_MAKING = 0x706F7274  # one process at a time makes the tables
_NONCE = 12


class SqlDataKeys:
    """Data keys, each wrapped with a key that can be forgotten alone."""

    tables = tuple(_METADATA.sorted_tables)

    def __init__(self, database: Database, keys: KeyRing, wraps: WrapFile) -> None:
        """Take the key store's own database; its tables are made when missing, and so is the first wrap file.

        Raises `StartRefused` when the wrap file is missing and documents need it, and as `check_opens` does.
        """
        self._database, self._keys, self._wraps = database, keys, wraps
        check_opens(database)
        with _sentences(), database.connect() as connection:
            if not database.is_sqlite:
                connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _MAKING})
            _METADATA.create_all(connection)
            _bring_up_to_date(connection)
            needs_file = connection.execute(select(_KEYS.c.leaf).where(_KEYS.c.leaf.is_not(None)).limit(1)).first()
        if not needs_file and not wraps.is_there():
            wraps.make()
        wraps.forest()

    @property
    def is_near(self) -> bool:
        """A file of this machine is near; a database server is not."""
        return self._database.is_sqlite

    def documents(self, session: Session) -> list[str]:
        """Return the ids of all documents that have a key, in their order. Wants a session of the key store."""
        return list(session.execute(select(_KEYS.c.document_id).order_by(_KEYS.c.document_id)).scalars())

    def has(self, session: Session, document_id: str) -> bool:
        """Tell whether a document has a key. Wants a session of the key store."""
        return session.execute(_BY_DOCUMENT, {"document_id": document_id}).first() is not None

    def put(self, document_id: str, key: bytes) -> None:
        """Wrap and keep a key. Raises `BlobExists`."""
        self.put_all({document_id: key})

    def put_all(self, keys: Mapping[str, bytes]) -> None:
        """Wrap and keep many keys in one transaction. Raises `BlobExists`."""
        forest = self._wraps.forest()
        try:
            with _sentences(), self._database.write() as session:
                leaves = _take_leaves(session, forest, len(keys))
                rows = [
                    self._wrap(forest, checked(document_id), key, leaf)
                    for (document_id, key), leaf in zip(keys.items(), leaves, strict=True)
                ]
                session.execute(insert(_KEYS), rows)
        except IntegrityError:
            raise BlobExists from None

    def get(self, document_id: str) -> bytes:
        """Find and unwrap a key, about 0.1 ms; less where it was a moment ago. Raises `KeyMissing`, `SealBroken`.

        A key is destroyed by another wrap file, so the forest that opened it knows whether it still may.
        """
        if (kept := self._wraps.forest().opened.get(document_id)) is not None:
            return kept
        with _sentences(), self._database.engine.connect() as connection:  # half the price of a session
            row = connection.execute(_BY_DOCUMENT, {"document_id": checked(document_id)}).one_or_none()
        if row is None:
            raise KeyMissing
        forest = self._wraps.forest()  # after the row, which may have been wrapped anew by a newer one
        key = self._unwrap(forest, row)
        if row.leaf is not None:  # one of before there was a wrap file is destroyed with its row alone
            forest.opened.keep(document_id, key)
        return key

    def destroy(self, document_ids: Collection[str]) -> None:
        """Forget the leaves, then delete the rows; a crash in between leaves rows that open nothing.

        On SQLite the write-ahead log, which would still hold them, is emptied.
        """
        ids = sorted(checked(document_id) for document_id in document_ids)
        with _sentences(), self._database.write() as session:
            parts = [_KEYS.c.document_id.in_(ids[start : start + _AT_ONCE]) for start in range(0, len(ids), _AT_ONCE)]
            found = (select(_KEYS.c.leaf).where(part).order_by(_KEYS.c.document_id) for part in parts)
            # held in the order in which keys are wrapped anew, at the same time perhaps
            leaves = [leaf for query in found for leaf in session.execute(query.with_for_update()).scalars()]
            known = [leaf for leaf in leaves if leaf is not None]
            if known:
                self._wraps.forget(known)
            for part in parts:
                session.execute(delete(_KEYS).where(part))
        self._empty_log()

    def roll(self) -> int:
        """Wrap anew what is not wrapped with the newest keys, and take the next tree into use when its time has come.

        Every step may be the last before a crash: the file says which tree is in use, each row by which it is
        wrapped, and a tree is destroyed only after no row needs it. Returns how many keys were wrapped anew.
        """
        done = self._wrap_anew()
        if self._wraps.forest().is_due(self._wraps.now()):
            self._wraps.turn()
            done += self._wrap_anew()
        if done:
            self._empty_log()
        return done

    def _wrap_anew(self) -> int:
        done, after = 0, ""
        while True:
            forest, newest = self._wraps.forest(), self._keys.newest("data-key")
            old = or_(_KEYS.c.tree.is_(None), _KEYS.c.tree.in_(set(forest.trees) - {forest.current}))
            turned = (_KEYS.c.tree == forest.current) & (_KEYS.c.wrap_key_id != newest)
            behind = select(*_WRAPPED).where(or_(old, turned), _KEYS.c.document_id > after)
            query = behind.order_by(_KEYS.c.document_id).limit(_AT_ONCE)
            with _sentences(), self._database.write() as session:
                rows = session.execute(query.with_for_update()).all()
                done += sum(self._wrap_row_anew(session, forest, row) for row in rows)
            if len(rows) < _AT_ONCE:
                return done
            after = rows[-1].document_id

    def _wrap_row_anew(self, session: Session, forest: Forest, row: Any) -> bool:  # noqa: ANN401 - a row of `_WRAPPED`
        """Wrap one key anew, in its leaf, and tell whether it was one that opens.

        One that was being destroyed when a process died is destroyed. One of a lost wrap file is left as it is: its
        file may come back.
        """
        mine = _KEYS.c.document_id == row.document_id
        try:
            key = self._unwrap(forest, row)
        except KeyMissing:
            session.execute(delete(_KEYS).where(mine))
            return False
        except SealBroken:
            return False
        leaf = row.leaf if row.leaf is not None else _take_leaves(session, forest, 1)[0]
        session.execute(update(_KEYS).where(mine).values(**self._wrap(forest, row.document_id, key, leaf)))
        return True

    def _wrap(self, forest: Forest, document_id: str, key: bytes, leaf: int) -> dict[str, Any]:
        key_id, nonce = self._keys.newest("data-key"), new_key()[:_NONCE]
        cipher = self._cipher(forest, document_id, forest.current, leaf, key_id)
        wrapped = nonce + cipher.encrypt(nonce, key, bytes.fromhex(document_id))
        return {
            "document_id": document_id, "wrap_key_id": key_id, "wrapped": wrapped, "tree": forest.current, "leaf": leaf
        }  # fmt: skip

    def _unwrap(self, forest: Forest, row: Any) -> bytes:  # noqa: ANN401 - a row of `_WRAPPED`
        document_id = bytes.fromhex(row.document_id)
        if row.leaf is None:  # kept before there was a wrap file
            return self._keys.unseal("data-key", row.wrapped, bound_to=document_id)
        try:
            cipher = self._cipher(forest, row.document_id, row.tree, row.leaf, row.wrap_key_id)
            return cipher.decrypt(row.wrapped[:_NONCE], row.wrapped[_NONCE:], document_id)
        except (InvalidTag, KeyError):
            raise SealBroken from None

    def _cipher(self, forest: Forest, document_id: str, tree: int, leaf: int, key_id: str) -> AESGCM:
        """Return a leaf's cipher. Raises `KeyMissing` for a forgotten one, `KeyError` for a key or tree not here."""
        secret = forest.trees[tree].secret_of(leaf)
        if secret is None:
            raise KeyMissing
        return AESGCM(self._keys.mac("data-key", secret, bytes.fromhex(document_id), key_id=key_id))

    def _empty_log(self) -> None:
        if self._database.is_sqlite:
            connection = self._database.engine.raw_connection()
            try:
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                connection.close()


def _bring_up_to_date(connection: Connection) -> None:
    """Add what a key store of an earlier version lacks."""
    there = {column["name"] for column in inspect(connection).get_columns("data_key")}
    for name in ("tree", "leaf"):
        if name not in there:
            connection.execute(text(f"ALTER TABLE data_key ADD COLUMN {name} INTEGER"))
    if not connection.execute(select(_NEXT.c.id)).first():
        connection.execute(insert(_NEXT).values(id=1, leaf=0))


def _take_leaves(session: Session, forest: Forest, count: int) -> list[int]:
    """Return leaves for new documents; whoever else takes some waits until this transaction ends."""
    start: int = session.execute(select(_NEXT.c.leaf).with_for_update()).scalar_one()
    leaves = forest.trees[forest.current].remembered_from(start, count)
    session.execute(update(_NEXT).values(leaf=leaves[-1] + 1))
    return leaves


@contextmanager
def _sentences() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        raise BlobsUnreachable from error
