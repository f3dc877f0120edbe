"""Killed before each step that becomes durable: a key is whole or gone, and what was to be done is done by the next."""

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from portal.blobs import KeyMissing
from portal.blobs.keystore import SqlDataKeys
from portal.kernel.errors import StartRefused
from portal.kernel.ids import new_id
from portal.kernel.secrets.keys import SealBroken, load_key_file, make_key_file
from portal.kernel.secrets.wrapping import WrapFile
from portal.kernel.storage.db import Database
from tests.conftest import NOON, Watch
from tests.faults.run_key_store import run_key_store
from tests.parts.commands import start_forked

SECRETS = {new_id(): bytes([number]) * 32 for number in range(6)}
DOOMED, *REST = SECRETS


class Desk:
    """A key store with six keys, and processes that work on it until they are killed."""

    def __init__(self, url: str, folder: Path, clock: Watch) -> None:
        self.url, self.key_file, self.clock = url, folder / "portal.keys", clock
        make_key_file(self.key_file, NOON)
        self.wraps = WrapFile(folder / "portal.keys.wrap", clock)
        self.database = Database(url)
        self.data_keys = SqlDataKeys(self.database, load_key_file(self.key_file), self.wraps)
        self.data_keys.put_all(SECRETS)

    def killed_at(self, step: int, act: str, *ids: str) -> bool:
        given = (act, step, self.url, self.key_file, self.clock.now, ids)
        process = start_forked(run_key_store, *given, environ={"PATH": os.environ["PATH"]})
        process.join(60)
        assert process.exitcode in {0, -signal.SIGKILL}
        return process.exitcode != 0

    def read(self, document_id: str) -> bytes | None:
        try:
            return self.data_keys.get(document_id)
        except KeyMissing:
            return None


@pytest.fixture(params=["sqlite", "postgresql"])
def desk(request: pytest.FixtureRequest, tmp_path: Path, clock: Watch) -> Iterator[Desk]:
    if request.param == "postgresql":
        url = request.getfixturevalue("postgresql").new_database()
    else:
        url = f"sqlite:///{tmp_path / 'keys.db'}"
    desk = Desk(url, tmp_path, clock)
    yield desk
    desk.database.close()


def test_a_roll_that_is_killed_at_any_step_loses_no_key(desk: Desk, clock: Watch) -> None:
    clock.forward(days=8)
    killed = [desk.killed_at(step, "roll") for step in (1, 2, 1, 9)]
    assert killed == [True, True, True, False]  # the new tree; the first keys under it, twice; then to the end
    assert {one: desk.read(one) for one in SECRETS} == SECRETS
    assert desk.wraps.forest().current == 2
    assert desk.data_keys.roll() == 0


def test_a_shredding_that_is_killed_at_any_step_is_ended_by_the_next(desk: Desk) -> None:
    assert desk.killed_at(1, "destroy", DOOMED)
    assert desk.read(DOOMED) == SECRETS[DOOMED]  # nothing was durable yet
    assert desk.killed_at(2, "destroy", DOOMED)
    assert desk.read(DOOMED) is None  # forgotten; its row is left
    assert not desk.killed_at(9, "destroy", DOOMED)
    assert [desk.read(one) for one in SECRETS] == [None, *(SECRETS[one] for one in REST)]


def test_a_row_that_a_killed_shredding_left_is_swept_by_a_roll(desk: Desk, clock: Watch) -> None:
    desk.killed_at(2, "destroy", DOOMED)
    clock.forward(days=8)
    desk.data_keys.roll()
    assert [desk.read(one) for one in SECRETS] == [None, *(SECRETS[one] for one in REST)]


@pytest.fixture
def yesterday(desk: Desk, tmp_path: Path) -> Callable[[], Desk]:
    """Give yesterday's copy of the key store, put back beside today's key and wrap files."""
    desk.data_keys.roll()
    if not desk.database.is_sqlite:
        with desk.database.engine.connect() as connection:
            rows = connection.exec_driver_sql("SELECT * FROM data_key").all()
    desk.database.close()  # what is in its log goes into the file
    copy = shutil.copy(tmp_path / "keys.db", tmp_path / "old.db") if desk.database.is_sqlite else ""

    def restored() -> Desk:
        if desk.database.is_sqlite:
            desk.database.close()
            shutil.copy(copy, tmp_path / "keys.db")
        else:
            with desk.database.connect() as connection:
                connection.exec_driver_sql("DELETE FROM data_key")
                connection.exec_driver_sql(
                    "INSERT INTO data_key VALUES (%s, %s, %s, %s, %s, %s)", [tuple(row) for row in rows]
                )
        return desk

    return restored


@pytest.mark.parametrize("days", [0, 8])
def test_yesterdays_key_store_opens_all_but_what_was_shredded(
    desk: Desk, yesterday: Callable[[], Desk], clock: Watch, days: int
) -> None:
    desk.data_keys.destroy([DOOMED])
    clock.forward(days=days)  # even when the tree was turned in between
    desk.data_keys.roll()
    restored = yesterday()
    assert [restored.read(one) for one in SECRETS] == [None, *(SECRETS[one] for one in REST)]
    restored.data_keys.roll()
    assert [restored.read(one) for one in SECRETS] == [None, *(SECRETS[one] for one in REST)]


def test_a_key_store_from_before_the_last_two_turns_opens_nothing(
    desk: Desk, yesterday: Callable[[], Desk], clock: Watch
) -> None:
    for _ in range(2):
        clock.forward(days=8)
        desk.data_keys.roll()
    restored = yesterday()
    for document_id in SECRETS:
        with pytest.raises(SealBroken):
            restored.read(document_id)


def test_a_lost_wrap_file_stops_nothing_but_what_needs_it(desk: Desk, clock: Watch) -> None:
    (desk.key_file.parent / "portal.keys.wrap").unlink()
    with pytest.raises(StartRefused, match="portal init"):
        desk.data_keys.get(DOOMED)
    desk.wraps.make()
    fresh = new_id()
    desk.data_keys.put(fresh, b"f" * 32)
    clock.forward(days=8)
    assert desk.data_keys.roll() == 1
    assert desk.read(fresh) == b"f" * 32
    with pytest.raises(SealBroken):
        desk.read(DOOMED)
