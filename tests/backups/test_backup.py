"""A backup made while the site runs comes back whole, on either engine, and brings back nothing that was shredded."""

import os
import random
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, select, text
from sqlmodel import Session, col

from portal.app import build_app
from portal.backups.making import TABLES, PlaceTaken, back_up
from portal.backups.restoring import NotEmpty, Restored, drill, restore
from portal.blobs import BlobMissing, KeyMissing
from portal.blobs.shelf import Backup, BackupBroken, Disturbed, NoBackup, Shelf
from portal.cli import main
from portal.documents.tables import Document
from portal.flows.keeping import keep_heads
from portal.flows.keeping.verify_ledger import Verified
from portal.kernel.configuration.settings import Settings
from portal.kernel.storage.db import Database
from portal.kernel.storage.migrations import current
from portal.kernel.storage.rows import rows_out
from portal.ledger.tables import LedgerEntry
from portal.overviews.operation.in_force import BACKUP_MARK, DRILL_MARK
from portal.publish.upkeep.heads import take_head_outside
from portal.wiring import House, build_house, shelf_at
from tests.cast import LETTER, Cast, link_of, send_letter, token_of
from tests.conftest import Watch
from tests.migrations.story import open_link
from tests.parts.commands import start_forked
from tests.parts.postgresql import PostgreSql
from tests.parts.roles import by_one_login
from tests.parts.s3 import S3Server
from tests.parts.site import Site


def elsewhere(house: House, folder: Path, url: str) -> Settings:
    """Return the settings of a new machine: the key file alone came along."""
    return house.settings.model_copy(
        update={
            "data_dir": folder / "new data",
            **by_one_login(url),
            "key_file": house.settings.keys,
            "wrap_file": folder / "new.wrap",
            "head_file": folder / "new.head",
        }
    )


def letters_of(house: House) -> list[Document]:
    with house.db.read() as session:
        return list(session.scalars(select(Document).order_by(col(Document.created_at), col(Document.id))))


def content_of(house: House, document: Document) -> bytes:
    return b"".join(house.documents.open(document.id, document.size))


def all_rows(session: Session) -> list[bytes]:
    lines = b"".join(rows_out(session, [table for table in TABLES if table.name != "ledger_watch"], lambda _: None))
    return sorted(lines.replace(b"+00:00", b"").splitlines())


def other_engine(request: pytest.FixtureRequest, house: House, tmp_path: Path) -> str:
    if not house.db.is_sqlite:
        return f"sqlite:///{tmp_path / 'other.db'}"
    server: PostgreSql = request.getfixturevalue("postgresql")
    return server.new_database()


def assert_nothing_can_be_read(place: Path, house: House) -> None:
    every = b"".join(path.read_bytes() for path in place.rglob("*") if path.is_file())
    for canary in (b"Rivera", b"Okafor", b"example.org", b"Second", house.settings.wraps.read_bytes()[-80:]):
        assert canary not in every
    assert not any(part in every for part in house.settings.keys.read_bytes().split() if len(part) >= 64)


def assert_it_is_back(again: House, rows: list[bytes], contents: dict[str, bytes], gone: Document) -> None:
    """Compare a restored house with what was backed up; it refuses families, and its triggers hold again."""
    try:
        with again.db.read() as session:
            assert all_rows(session) == rows
            assert keep_heads.is_older(session)
        for document in letters_of(again):
            if document.id != gone.id:
                assert content_of(again, document) == contents[document.id]
        with pytest.raises(KeyMissing):
            content_of(again, gone)
        with pytest.raises(Exception, match="never changed"), again.db.write() as writing:
            writing.execute(text("DELETE FROM ledger_entry"))
    finally:
        again.close()


def test_it_comes_back_on_the_other_engine_without_what_was_shredded_since(
    request: pytest.FixtureRequest, house: House, cast: Cast, clock: Watch, sent_letter: str, tmp_path: Path
) -> None:
    assert sent_letter
    send_letter(house, cast, now=clock.now, title="Second")
    place = tmp_path / "backups"
    shelf = shelf_at(str(place), house.keys)
    first = back_up(house, shelf, keep=2, now=clock.now)
    with house.db.read() as session:
        as_it_was = all_rows(session)
    gone, *left = letters_of(house)
    contents = {document.id: content_of(house, document) for document in left}
    assert_nothing_can_be_read(place, house)

    house.documents.shred(gone.id)
    clock.forward(minutes=5)
    second = back_up(house, shelf, keep=2, now=clock.now)
    assert (first.copied, second.copied, second.files) == (first.files, 0, first.files - 1)
    assert gone.id not in set(shelf.files.names())
    with pytest.raises(BlobMissing):
        shelf.files.get(first.backup.keys.id, 0, 1)  # the key store from before the shredding
    assert shelf.names() == [first.backup.name, second.backup.name]

    settings = elsewhere(house, tmp_path, other_engine(request, house, tmp_path))
    older = shelf.newest(first.backup.name)
    came = restore(shelf, older, settings, house.keys, now=clock.now)
    assert isinstance(came.ledger, Verified)
    assert came.ledger.entries == first.backup.entries
    assert_it_is_back(build_house(settings, clock=clock), as_it_was, contents, gone)
    with pytest.raises(NotEmpty):
        restore(shelf, older, settings, house.keys, now=clock.now)

    clock.forward(minutes=5)
    third = back_up(house, shelf, keep=2, now=clock.now)
    assert shelf.names() == [second.backup.name, third.backup.name]
    wanted = {second.backup.rows.id, *(part.id for part in (third.backup.rows, third.backup.keys, third.backup.files))}
    assert set(shelf.files.names()) == wanted | {document.id for document in left}
    assert (house.settings.data_dir / BACKUP_MARK).exists()


def test_a_restored_site_shuts_families_out_until_an_admin_has_seen_to_it(
    request: pytest.FixtureRequest, house: House, cast: Cast, clock: Watch, sent_letter: str, tmp_path: Path
) -> None:
    """Its row alone tells: no head file is kept, and the head outside is from before the backup, so it is known."""
    (outside := tmp_path / "heads").mkdir()
    told = {"head_file": Path("off"), "ledger_export_url": outside.as_uri()}
    with_place = replace(house, settings=house.settings.model_copy(update=told))
    assert take_head_outside(with_place, now=clock.now)
    shelf = shelf_at(str(tmp_path / "backups"), house.keys)
    backup = back_up(house, shelf, keep=1, now=clock.now).backup
    settings = elsewhere(house, tmp_path, other_engine(request, house, tmp_path)).model_copy(update=told)
    restore(shelf, backup, settings, house.keys, now=clock.now)
    link_id = link_of(house, sent_letter, cast.carla, cast.ana)
    again = build_house(settings, clock=clock)
    with Site(build_app(settings, again), base_url=settings.base_url) as site:
        for answer in (site.post("/o", data={"token": token_of(house, link_id)}), site.get("/letters/any/file")):
            assert (answer.status_code, "Nothing is lost." in answer.text) == (503, True)
        assert site.get("/readyz").json()["database_is_newest"] is False
        with again.db.write() as session:
            keep_heads.accept_older(session, house.keys, by=cast.admin, now=clock.now)
        clock.forward(seconds=5)
        assert site.get(f"{open_link(site, house, link_id)}/file").content == LETTER
    again.close()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_two_machines_at_one_place_end_no_backup_of_each_other(
    house: House, cast: Cast, clock: Watch, sent_letter: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sent_letter
    place = str(tmp_path / "backups")
    shelf, theirs = shelf_at(place, house.keys), shelf_at(place, house.keys)
    settings = elsewhere(house, tmp_path, f"sqlite:///{tmp_path / 'other.db'}")
    back_up(house, shelf, keep=2, now=clock.now)
    newest(restore, shelf, settings, house, now=clock.now)
    other, finish = build_house(settings, clock=clock), shelf.finish

    def late(*given: Any, **more: Any) -> Backup:  # noqa: ANN401 - handed on as they came
        back_up(other, theirs, keep=2, now=clock.now)
        return finish(*given, **more)

    def early(*given: Any, **more: Any) -> Backup:  # noqa: ANN401 - as above
        made = finish(*given, **more)
        back_up(other, theirs, keep=2, now=clock.now + timedelta(seconds=1))
        return made

    for way in (late, early):
        clock.forward(minutes=1)
        monkeypatch.setattr(shelf, "finish", way)
        with pytest.raises(Disturbed):
            back_up(house, shelf, keep=2, now=clock.now)
    with monkeypatch.context() as slow:
        slow.setattr(theirs, "sweep", lambda *_: 0)  # it has written its list, and removes nothing yet
        assert back_up(house, shelf, keep=1, now=clock.now).removed == 0
    assert isinstance(newest(drill, shelf, settings, house, now=clock.now).ledger, Verified)

    monkeypatch.undo()
    with other.db.write() as session:
        keep_heads.accept_older(session, house.keys, by=cast.admin, now=clock.now)
    clock.forward(minutes=1)
    back_up(other, theirs, keep=2, now=clock.now)
    files, names = set(shelf.files.names()), shelf.names()
    with pytest.raises(PlaceTaken):  # the old machine, whose timer still runs
        back_up(house, shelf, keep=2, now=clock.now)
    assert (set(shelf.files.names()), shelf.names()) == (files, names)
    other.close()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_one_that_was_changed_or_cut_is_refused_before_anything_is_written(
    house: House, clock: Watch, sent_letter: str, tmp_path: Path
) -> None:
    assert sent_letter
    place = tmp_path / "backups"
    shelf = shelf_at(str(place), house.keys)
    with pytest.raises(NoBackup):
        shelf.newest()
    backup = back_up(house, shelf, keep=1, now=clock.now).backup
    url = f"sqlite:///{tmp_path / 'new.db'}"
    settings = elsewhere(house, tmp_path, url)
    for path in [one for one in place.rglob("*") if one.is_file()]:
        whole = path.read_bytes()
        for spoilt in (whole[:-1], whole[:-9] + bytes([whole[-9] ^ 1]) + whole[-8:], whole[:4]):
            path.unlink()
            path.write_bytes(spoilt)
            for way in (drill, restore):
                with pytest.raises(BackupBroken):
                    newest(way, shelf_at(str(place), house.keys), settings, house, now=clock.now)
        path.write_bytes(whole)
        assert current(Database(url)) is None
    assert not (settings.data_dir / DRILL_MARK).exists()
    found = drill(shelf, backup, settings, house.keys, now=clock.now)
    assert isinstance(found.ledger, Verified)
    assert (settings.data_dir / DRILL_MARK).exists()
    assert current(Database(url)) is None


def test_it_is_kept_in_a_bucket(
    request: pytest.FixtureRequest,
    house: House,
    clock: Watch,
    sent_letter: str,
    tmp_path: Path,
    s3: S3Server,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert sent_letter
    for name, value in s3.environ.items():
        monkeypatch.setenv(name, value)
    shelf = shelf_at(s3.url(f"backups-{tmp_path.name}-{house.db.is_sqlite}"), house.keys)
    for _ in range(2):
        clock.forward(minutes=1)
        made = back_up(house, shelf, keep=1, now=clock.now)
    assert (made.copied, shelf.names()) == (0, [made.backup.name])
    settings = elsewhere(house, tmp_path, other_engine(request, house, tmp_path))
    found = restore(shelf, shelf.newest(), settings, house.keys, now=clock.now)
    assert isinstance(found.ledger, Verified)
    assert found.files == len(letters_of(house))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_file_that_a_backup_lacks_stays_where_it_is_there(
    house: House, clock: Watch, sent_letter: str, tmp_path: Path
) -> None:
    assert sent_letter
    shelf = shelf_at(str(tmp_path / "backups"), house.keys)
    backup = back_up(house, shelf, keep=1, now=clock.now).backup
    document = letters_of(house)[0]
    shelf.files.delete(document.id)
    here = house.settings.model_copy(update=by_one_login(f"sqlite:///{tmp_path / 'new.db'}"))
    with pytest.raises(BackupBroken):
        restore(shelf, backup, here, house.keys, now=clock.now)
    assert content_of(house, document)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_else_lies_there_is_no_backup(house: House, clock: Watch, sent_letter: str, tmp_path: Path) -> None:
    assert sent_letter
    place = tmp_path / "backups"
    shelf = shelf_at(str(place), house.keys)
    for folder in (place / "lists" / "ff", place / "files" / "ff"):
        folder.mkdir()
        for name in (".DS_Store", "._" + "f" * 32, "e" * 32):
            (folder / name).write_bytes(b"of another program")
    back_up(house, shelf, keep=1, now=clock.now)
    made = back_up(house, shelf, keep=1, now=clock.now)
    assert shelf.names() == [made.backup.name]
    assert shelf.newest() == made.backup


Way = Callable[..., Restored]


def newest(way: Way, shelf: Shelf, settings: Settings, house: House, *, now: datetime) -> Restored:
    return way(shelf, shelf.newest(), settings, house.keys, now=now)


def killed_at(step: int, *words: str) -> None:
    """Run a command that kills itself just before the step at which something becomes durable."""
    steps = count(1)

    def is_about_to_be_durable() -> None:
        if next(steps) == step:
            os.kill(os.getpid(), signal.SIGKILL)

    lasting = {"os.rename", "os.link", "os.remove"}
    event.listen(Engine, "commit", lambda _: is_about_to_be_durable())
    sys.addaudithook(lambda name, _: is_about_to_be_durable() if name in lasting else None)
    sys.argv = ["portal", *words]
    main()


def killing(house: House, tmp_path: Path) -> Callable[..., bool]:
    """Return what runs a command until a step, and tells whether it was killed there."""
    environ = {
        "PORTAL_DATA_DIR": str(house.settings.data_dir),
        "PORTAL_DATABASE_URL": house.settings.database,
        "PORTAL_KEY_FILE": str(house.settings.keys),
        "TMPDIR": str(tmp_path),
    }

    def killed(step: int, *words: str, **more: str) -> bool:
        process = start_forked(killed_at, step, *words, environ=environ | more)
        process.join(60)
        assert process.exitcode in {0, -signal.SIGKILL}
        return process.exitcode != 0

    return killed


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_whoever_is_killed_leaves_the_old_backup_or_the_new_one_and_restoring_goes_on(
    house: House, cast: Cast, clock: Watch, sent_letter: str, tmp_path: Path
) -> None:
    assert sent_letter
    place = tmp_path / "backups"
    killed = killing(house, tmp_path)
    shelf = shelf_at(str(place), house.keys)
    back_up(house, shelf, keep=1, now=clock.now)
    send_letter(house, cast, now=clock.now, title="Second")
    draw = random.Random(7)
    for step in sorted(draw.sample(range(1, 9), 3)):
        assert killed(step, "backup", str(place), "--keep", "1"), step
        found = drill(shelf, shelf.newest(), house.settings, house.keys, now=clock.now)
        assert isinstance(found.ledger, Verified)
    assert not killed(1_000_000, "backup", str(place), "--keep", "1")
    assert len(list(shelf.files.names())) == 3 + len(letters_of(house))

    new = tmp_path / "machine"
    new.mkdir()
    there = {"PORTAL_DATA_DIR": str(new / "data"), "PORTAL_DATABASE_URL": f"sqlite:///{new / 'p.db'}"}
    there |= {"PORTAL_WRAP_FILE": str(new / "wrap"), "PORTAL_HEAD_FILE": str(new / "head")}
    for step in (2, 5, 7):
        killed(step, "restore", str(place), **there)
    database = Database(there["PORTAL_DATABASE_URL"])
    if current(database) is None or _is_without_rows(database):
        assert not killed(1_000_000, "restore", str(place), **there)
    with database.read() as session, house.db.read() as original:
        assert all_rows(session) == all_rows(original)
    database.close()


def _is_without_rows(database: Database) -> bool:
    with database.read() as session:
        return session.scalars(select(LedgerEntry).limit(1)).first() is None
