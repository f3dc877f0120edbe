"""Behind PgBouncer in transaction mode a letter is sent, opened and read, and a roster imported, as without it."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from portal.mail.transport.recording import RecordingRoom
from portal.publish.rosters.importing import import_file
from portal.rosters.synthetic import write_synthetic_roster
from portal.wiring import House
from portal.worker import Worker
from tests.cast import Cast, is_letter, link_of, send_letter, token_of
from tests.conftest import Watch
from tests.parts.databases import Templates
from tests.parts.pgbouncer import pooled
from tests.parts.postgresql import PostgreSql


@pytest.fixture
def database_url(templates: Templates, postgresql: PostgreSql, tmp_path: Path) -> Iterator[str]:
    """Give a database of PostgreSQL, by way of PgBouncer."""
    with templates.postgresql(postgresql, tmp_path / "data") as url, pooled(url, tmp_path) as through:
        yield through


def backends(house: House) -> set[int]:
    """Return which connections to PostgreSQL answer a few transactions of one connection to PgBouncer."""
    with house.db.engine.connect() as connection:
        found = set()
        for _ in range(6):
            found.add(connection.execute(text("SELECT pg_backend_pid()")).scalar_one())
            connection.rollback()
    return found


def test_a_letter_goes_out_and_is_read(house: House, cast: Cast, clock: Watch, site: TestClient) -> None:
    mailing_id = send_letter(house, cast, now=clock.now)
    clock.forward(minutes=2)
    room = RecordingRoom()
    asyncio.run(Worker(house, room).drain())
    assert any(one.to.startswith("carla") for one in room.delivered)
    token = token_of(house, link_of(house, mailing_id, cast.carla, cast.ana))
    for _ in range(7):  # from the sixth on statements are prepared
        opened = site.post("/o", data={"token": token})
        assert is_letter(opened.headers["location"])
        assert site.get(f"{opened.headers['location']}/file").status_code == 200
    assert len(backends(house)) > 1


def test_a_roster_is_imported_and_leaves_no_table_behind(house: House, tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    for children in (20, 30):
        write_synthetic_roster(path, children=children)
        imported = import_file(house, path, by="cli:office")
        assert imported is not None
        assert imported.is_new
    with house.db.read() as session:
        left = text("SELECT count(*) FROM pg_class WHERE relname LIKE 'incoming_%'")
        assert session.execute(left).scalar_one() == 0
