"""What every key store promises: SQLite, PostgreSQL and memory alike."""

import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from portal.blobs import BlobExists, DataKeys, KeyMissing
from portal.blobs.keystore import SqlDataKeys
from portal.blobs.memory import MemoryDataKeys
from portal.kernel.ids import new_id
from portal.kernel.secrets.keys import KeyRing, MasterKey, SealBroken
from portal.kernel.secrets.wrapping import Opened, WrapFile
from portal.kernel.storage.db import Database, DatabaseAway
from tests.conftest import NOON

OAK = MasterKey("k-oak", "2024-08-01", bytes(range(32)))
KEYS = KeyRing((OAK,))
SECRET = bytes(range(100, 132))


def wraps(folder: Path) -> WrapFile:
    return WrapFile(folder / "keys" / "wrap", lambda: NOON)


@pytest.fixture(params=["sqlite", "postgresql", "memory"])
def data_keys(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[DataKeys]:
    if request.param == "memory":
        yield MemoryDataKeys()
        return
    if request.param == "postgresql":
        url = request.getfixturevalue("postgresql").new_database()
    else:
        url = f"sqlite:///{tmp_path / 'keys.db'}"
    database = Database(url)
    yield SqlDataKeys(database, KEYS, wraps(tmp_path))
    database.close()


def test_a_key_comes_back(data_keys: DataKeys) -> None:
    document_id = new_id()
    data_keys.put(document_id, SECRET)
    assert data_keys.get(document_id) == SECRET


def test_a_key_is_never_replaced(data_keys: DataKeys) -> None:
    document_id = new_id()
    data_keys.put(document_id, SECRET)
    with pytest.raises(BlobExists):
        data_keys.put(document_id, bytes(32))
    assert data_keys.get(document_id) == SECRET


def test_a_destroyed_key_is_gone_and_destroying_again_changes_nothing(data_keys: DataKeys) -> None:
    document_id = new_id()
    data_keys.put(document_id, SECRET)
    data_keys.destroy([document_id])
    data_keys.destroy([document_id])
    with pytest.raises(KeyMissing):
        data_keys.get(document_id)


@pytest.mark.parametrize("by_another", [False, True])
def test_a_key_that_was_opened_a_moment_ago_is_gone_at_once(tmp_path: Path, *, by_another: bool) -> None:
    """Another process changes the wrap file alone; what this one keeps goes with the file that it has read."""
    database = Database(f"sqlite:///{tmp_path / 'keys.db'}")
    here, there = (SqlDataKeys(database, KEYS, wraps(tmp_path)) for _ in range(2))
    gone, left = new_id(), new_id()
    here.put_all({gone: SECRET, left: SECRET})
    assert (here.get(gone), here.get(left)) == (SECRET, SECRET)
    with database.write() as session:  # only what is kept opens them now
        rows = session.execute(text("SELECT * FROM data_key")).all()
        session.execute(text("UPDATE data_key SET wrapped = x'00'"))
    assert (here.get(gone), here.get(left)) == (SECRET, SECRET)
    with database.write() as session:
        for row in rows:
            again = {"wrapped": row.wrapped, "id": row.document_id}
            session.execute(text("UPDATE data_key SET wrapped = :wrapped WHERE document_id = :id"), again)
    (there if by_another else here).destroy([gone])
    with pytest.raises(KeyMissing):
        here.get(gone)
    assert here.get(left) == SECRET
    database.close()


def test_a_destroyed_key_is_gone_whose_row_came_back(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'keys.db'}")
    data_keys, document_id = SqlDataKeys(database, KEYS, wraps(tmp_path)), new_id()
    data_keys.put(document_id, SECRET)
    assert data_keys.get(document_id) == SECRET
    with database.read() as session:
        row = session.execute(text("SELECT * FROM data_key")).mappings().one()
    data_keys.destroy([document_id])
    names = ", ".join(row)
    with database.write() as session:
        session.execute(text(f"INSERT INTO data_key ({names}) VALUES (:{names.replace(', ', ', :')})"), dict(row))
    with pytest.raises(KeyMissing):
        data_keys.get(document_id)
    database.close()


def test_a_key_is_kept_for_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    opened = Opened()
    opened.keep("a", SECRET)
    now[0] = 4.9
    assert (opened.get("a"), opened.get("b")) == (SECRET, None)
    for number in range(300):
        opened.keep(str(number), SECRET)
    assert opened.get("299") == SECRET
    now[0] = 9.9
    assert opened.get("299") is None


def test_no_byte_of_a_destroyed_key_stays_in_the_sqlite_files(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'keys.db'}")
    data_keys = SqlDataKeys(database, KEYS, wraps(tmp_path))
    document_id = new_id()
    data_keys.put(document_id, SECRET)
    with sqlite3.connect(tmp_path / "keys.db") as beside:
        (wrapped,) = beside.execute("SELECT wrapped FROM data_key").fetchone()
    beside.close()
    assert wrapped in b"".join(path.read_bytes() for path in tmp_path.glob("keys.db*"))
    data_keys.destroy([document_id])
    everything = b"".join(path.read_bytes() for path in tmp_path.glob("keys.db*"))
    database.close()
    assert wrapped not in everything
    assert SECRET not in everything


def test_a_wrapped_key_opens_for_its_own_document_only(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'keys.db'}")
    data_keys = SqlDataKeys(database, KEYS, wraps(tmp_path))
    own, other = new_id(), new_id()
    data_keys.put(own, SECRET)
    with sqlite3.connect(tmp_path / "keys.db") as beside:
        beside.execute("UPDATE data_key SET document_id = ?", (other,))
    beside.close()
    with pytest.raises(SealBroken):
        data_keys.get(other)
    database.close()


def test_another_key_file_opens_nothing(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'keys.db'}")
    document_id = new_id()
    SqlDataKeys(database, KEYS, wraps(tmp_path)).put(document_id, SECRET)
    stranger = KeyRing((MasterKey("k-oak", "2024-08-01", bytes(range(1, 33))),))
    with pytest.raises(SealBroken):
        SqlDataKeys(database, stranger, wraps(tmp_path)).get(document_id)
    database.close()


def test_an_older_key_still_opens_what_it_wrapped(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'keys.db'}")
    document_id = new_id()
    SqlDataKeys(database, KEYS, wraps(tmp_path)).put(document_id, SECRET)
    both = KeyRing((OAK, MasterKey("k-elm", "2025-08-01", b"e" * 32)))
    assert SqlDataKeys(database, both, wraps(tmp_path)).get(document_id) == SECRET
    database.close()


def test_a_key_store_that_cannot_be_reached_says_so(tmp_path: Path) -> None:
    database = Database("postgresql+psycopg://postgres@/keys?host=/nonexistent", "PORTAL_KEY_STORE_URL")
    with pytest.raises(DatabaseAway, match="PORTAL_KEY_STORE_URL leads to it"):
        SqlDataKeys(database, KEYS, wraps(tmp_path))
    database.close()
