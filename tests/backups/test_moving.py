"""A store moves whole, however often it is killed on the way; everybody is told, and the old place stays closed."""

import signal
from io import BytesIO
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from portal.backups import moving
from portal.backups.moving import (
    HalfOfAMove,
    StoreDiffers,
    TargetInUse,
    by_owner,
    carrier_of,
    forget,
    move,
)
from portal.blobs import KeyMissing
from portal.blobs.shelf import copied, digest_of
from portal.kernel.errors import WrongCall
from portal.kernel.storage.db import Database, StoreMoving
from portal.kernel.storage.moves import Move, moves_in
from portal.kernel.storage.rows import RowsDiffer
from portal.wiring import House, blobs_at, build_house
from tests.backups.test_backup import all_rows, content_of, killed_at, letters_of
from tests.cast import Cast, send_letter
from tests.conftest import Watch
from tests.parts.commands import start_forked
from tests.parts.databases import Templates
from tests.parts.postgresql import PostgreSql
from tests.parts.roles import by_one_login
from tests.parts.s3 import S3Server


def at_once(_: float) -> None:
    """Wait for nobody: a test has no other process."""


def moved(house: House, url: str, *, keys: bool = False) -> moving.Moved:
    with by_owner(house) as owned:
        carrier = carrier_of(owned, url, keys=keys)
        try:
            return move(owned, carrier, wait=at_once)
        finally:
            carrier.close()


def forgotten(house: House) -> list[Move]:
    with by_owner(house) as owned:
        return forget(owned)


def rebuilt(house: House, **changed: object) -> House:
    return build_house(house.settings.model_copy(update=changed), clock=house.clock)


def rows_in_all(house: House) -> list[bytes]:
    with house.db.read() as session:
        return all_rows(session)


def test_a_database_moves_to_the_other_engine_and_back(
    request: pytest.FixtureRequest, house: House, sent_letter: str, tmp_path: Path, templates: Templates
) -> None:
    assert sent_letter
    before = rows_in_all(house)
    server: PostgreSql = request.getfixturevalue("postgresql")
    with templates.postgresql(server, tmp_path / "beside") as spare:
        new, back = (spare, templates.sqlite(tmp_path / "back")) if house.db.is_sqlite else (fresh(tmp_path), spare)
        assert_it_goes_and_comes_back(house, new, back, before)


def fresh(folder: Path) -> str:
    """Return a database that nobody has made yet."""
    return f"sqlite:///{folder / 'other.db'}"


def assert_it_goes_and_comes_back(house: House, there: str, back: str, before: list[bytes]) -> None:
    done = moved(house, there)
    assert done.counts["ledger_entry"] > 0
    assert sum(done.counts.values()) >= len(before) - len(done.counts) - 1
    again = rebuilt(house, **by_one_login(there))
    again.age.check(now=house.clock())
    assert rows_in_all(again) == before
    with pytest.raises(Exception, match="never changed"), again.db.write() as session:
        session.execute(text("DELETE FROM ledger_entry"))
    assert moved(house, there).counts == {}, "it has moved before"

    moved(again, back)
    third = rebuilt(house, **by_one_login(back))
    assert rows_in_all(third) == before
    for one in (again, third):
        one.close()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_files_move_to_a_bucket_and_back_and_nothing_shredded_comes_to_life(
    house: House,
    cast: Cast,
    clock: Watch,
    sent_letter: str,
    tmp_path: Path,
    s3: S3Server,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert sent_letter
    send_letter(house, cast, now=clock.now, title="Second")
    for name, value in s3.environ.items():
        monkeypatch.setenv(name, value)
    gone, *left = letters_of(house)
    contents = {document.id: content_of(house, document) for document in left}
    house.documents.shred(gone.id)
    bucket = s3.url(f"moved-{tmp_path.name}")
    there, sent = blobs_at(bucket), []
    moving.copied(left[0].id, house.blobs, there)  # the half of a move that was killed
    monkeypatch.setattr(moving, "copied", lambda name, *ways: sent.append(name) or copied(name, *ways))
    assert moved(house, bucket).counts == {"files": len(left)}
    assert sorted(sent) == sorted(document.id for document in left[1:])
    assert set(there.names()) == {document.id for document in left}
    house.age.look(clock.now)
    with pytest.raises(StoreMoving):
        house.age.check_place(now=clock.now)

    again = rebuilt(house, blob_url=bucket)
    again.age.check_place(now=clock.now)
    assert {document.id: content_of(again, document) for document in left} == contents
    with pytest.raises(KeyMissing):
        content_of(again, gone)
    folder = tmp_path / "back"
    moved(again, str(folder))
    assert {name: digest_of(there, name) for name in contents} == {
        name: digest_of(blobs_at(str(folder)), name) for name in contents
    }
    again.close()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_keys_move_and_the_old_key_store_takes_none(
    house: House, cast: Cast, clock: Watch, sent_letter: str, postgresql: PostgreSql, tmp_path: Path
) -> None:
    assert sent_letter
    send_letter(house, cast, now=clock.now, title="Second")
    gone, *left = letters_of(house)
    contents = {document.id: content_of(house, document) for document in left}
    house.documents.shred(gone.id)
    to = postgresql.new_database()
    with pytest.raises(WrongCall, match="of their own"):
        moved(house, house.settings.database, keys=True)
    assert moved(house, to, keys=True).counts["data_key"] == len(left)
    with pytest.raises(StoreMoving):
        house.documents.seal("f" * 32, BytesIO(b"a letter"))
    house.age.look(clock.now)
    assert house.age.closed_by is not None
    again = rebuilt(house, key_store_url=SecretStr(to))
    assert {document.id: content_of(again, document) for document in left} == contents
    with pytest.raises(KeyMissing):
        content_of(again, gone)
    again.documents.shred(left[0].id)
    with pytest.raises(KeyMissing):  # nor does the old one open it, which is as it was
        content_of(house, left[0])
    moved(again, f"sqlite:///{tmp_path / 'back.db'}", keys=True)
    again.close()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_file_that_differs_at_the_new_place_is_found_and_a_place_in_use_is_refused(
    house: House, clock: Watch, sent_letter: str, tmp_path: Path, templates: Templates
) -> None:
    assert sent_letter
    with pytest.raises(TargetInUse):
        moved(house, templates.sqlite(tmp_path / "used", "cast"))
    folder = tmp_path / "files"
    there = blobs_at(str(folder))
    there.put("e" * 32, [b"somebody else's"])
    with pytest.raises(TargetInUse):
        moved(house, str(folder))
    assert not is_closed(house, clock), "nothing is closed for what is refused"

    there.delete("e" * 32)
    (letter,) = letters_of(house)
    there.put(letter.id, [b"not what it is at the old place"])
    with pytest.raises(StoreDiffers, match=letter.id):
        moved(house, str(folder))
    assert is_closed(house, clock)
    there.delete(letter.id)
    moved(house, str(folder))


def is_closed(house: House, clock: Watch) -> bool:
    house.age.look(clock.now)
    return house.age.closed_by is not None


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_row_that_differs_at_the_new_place_is_found_and_half_a_move_stays_closed(
    house: House, clock: Watch, sent_letter: str, tmp_path: Path, templates: Templates, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sent_letter
    folder = str(tmp_path / "files")
    moved(house, folder)
    here, to = rebuilt(house, blob_url=folder), templates.sqlite(tmp_path / "new")
    fill = moving._Rows.fill

    def spoilt(rows: moving._Rows) -> None:
        fill(rows)
        with Database(to).write() as session:
            session.execute(text("UPDATE guardian SET given_name = 'Karla' WHERE given_name = 'Carla'"))

    with monkeypatch.context() as patch:
        patch.setattr(moving._Rows, "fill", spoilt)
        with pytest.raises(RowsDiffer, match="table guardian"):
            moved(here, to)
    whole = rebuilt(here, **by_one_login(to))
    assert is_closed(whole, clock)
    with pytest.raises(HalfOfAMove):
        forgotten(whole)
    moved(here, to)
    assert not is_closed(whole, clock)
    older = rebuilt(house, **by_one_login(to))
    assert is_closed(older, clock), "what is noted of the files has come along"
    for one in (here, whole, older):
        one.close()


def state_of(url: str) -> str:
    database = Database(url)
    with database.read() as session:
        (noted,) = moves_in(session.connection())
    database.close()
    return noted.state


def killed_moving(step: int, *words: str) -> None:
    """Kill a move before a step; no other process has to be waited for."""
    pytest.MonkeyPatch().setattr(moving, "_SEEN_WITHIN", 0.0)  # of this process alone
    killed_at(step, *words)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_whoever_is_killed_on_the_way_goes_on(
    house: House, sent_letter: str, tmp_path: Path, templates: Templates
) -> None:
    assert sent_letter
    before, to, folder = rows_in_all(house), templates.sqlite(tmp_path / "new"), tmp_path / "files"
    environ = {
        "PORTAL_DATA_DIR": str(house.settings.data_dir),
        "PORTAL_KEY_FILE": str(house.settings.keys),
        "TMPDIR": str(tmp_path),
    }

    def run(step: int, place: str, **more: str) -> int | None:
        process = start_forked(killed_moving, step, "migrate-store", place, environ=environ | more)
        process.join(60)
        return process.exitcode

    for step, states in ((6, ["moving", "filling"]), (9, ["moved", "filling"])):
        assert run(step, to) == -signal.SIGKILL, step
        assert [state_of(url) for url in (house.settings.database, to)] == states
    assert run(1_000_000, to) == 0
    at_last = rebuilt(house, **by_one_login(to))
    at_last.age.look(house.clock())
    assert at_last.age.closed_by is None
    assert rows_in_all(at_last) == before
    there = {"PORTAL_DATABASE_URL": to}
    assert run(5, str(folder), **there) == -signal.SIGKILL
    assert run(1_000_000, str(folder), **there) == 0
    assert {path.name for path in folder.glob("??/*")} == {letter.id for letter in letters_of(house)}
    at_last.close()
