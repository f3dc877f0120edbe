"""What cannot be asked is answered with a sentence and no byte of a letter; when it is back, everything goes on."""

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from sqlalchemy import event, make_url
from starlette.testclient import TestClient

from portal.kernel import outage
from portal.kernel.log import start_logging
from portal.publish.upkeep.figures import write_down
from portal.wiring import House
from tests.cast import LETTER, Cast, link_of, send_letter, token_of
from tests.conftest import Watch
from tests.web.desks import sit_down

SENTENCE = re.compile(r"(try|load the page) again in a (moment|few minutes)", re.IGNORECASE)


@contextmanager
def out_of_reach(url: str) -> Iterator[None]:
    """Cut every connection to a PostgreSQL database and let nobody in."""
    parsed = make_url(url)
    host, name = parsed.query["host"], parsed.database
    with psycopg.connect(host=str(host), user="postgres", dbname="postgres", autocommit=True) as other:
        other.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        yield
        other.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")


@contextmanager
def held_by_another(house: House) -> Iterator[None]:
    """Let another process hold SQLite's write lock for longer than anybody waits."""

    def be_impatient(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute("PRAGMA busy_timeout=50")

    event.listen(house.db.engine, "checkout", be_impatient)
    other = sqlite3.connect(make_url(house.db.url).database or "", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    yield
    other.execute("ROLLBACK")
    other.close()
    event.remove(house.db.engine, "checkout", be_impatient)


@contextmanager
def no_database(house: House) -> Iterator[None]:
    with held_by_another(house) if house.db.is_sqlite else out_of_reach(house.db.url):
        yield


@pytest.fixture
def copy(site: TestClient, house: House, cast: Cast, clock: Watch) -> str:
    mailing = send_letter(house, cast, now=clock.now)
    site.post("/o", data={"token": token_of(house, link_of(house, mailing, cast.carla, cast.ana))})
    return re.findall(r"/letters/([0-9a-f]{32})", site.get("/letters").text)[0]


def test_without_the_database_the_answer_is_no(site: TestClient, house: House, cast: Cast, copy: str) -> None:
    token = sit_down(site, house, cast.writer)
    with no_database(house):
        for path in (f"/letters/{copy}", f"/letters/{copy}/file", f"/letters/{copy}/file?as=download"):
            answer = site.get(path)
            assert answer.status_code == 503, path
            assert SENTENCE.search(answer.text), path
            assert b"%PDF" not in answer.content
            assert "We begin on Monday" not in answer.text
        for path, data in (("/o", {"token": "x"}), ("/staff/sign-in/link", {"address": "a@b.example.org"}),
                           ("/staff/sign-in/token", {"token": "x"}), ("/leave", {})):  # fmt: skip
            answer = site.post(path, data=data | {"form_token": token})
            assert answer.status_code == 503, path
            assert SENTENCE.search(answer.text), path
            assert "set-cookie" not in answer.headers, path
        if not house.db.is_sqlite:  # a held lock keeps no reader out
            for path in ("/letters", "/staff", "/staff/mailings", "/staff/families"):
                answer = site.get(path)
                assert answer.status_code == 503, path
                assert SENTENCE.search(answer.text), path
            assert site.get("/readyz").status_code == 503
        assert site.get("/healthz").status_code == 200
        assert site.get("/o").status_code == 200
    assert site.get(f"/letters/{copy}/file").content == LETTER, "and nobody had to do anything"
    assert site.get("/staff").status_code == 200


def test_the_log_tells_once_that_the_database_is_gone_and_once_that_it_is_back(
    site: TestClient, house: House, copy: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    start_logging()
    monkeypatch.setattr(outage, "SETTLES", 0.0)
    site.get("/readyz")
    capsys.readouterr()
    with no_database(house):
        for _ in range(5):
            assert site.get(f"/letters/{copy}").status_code == 503
            site.get("/readyz")
            write_down(house.db)
    site.get("/readyz")
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [one["event"] for one in lines if one["room"] == "outage"] == (
        [] if house.db.is_sqlite else ["database gone", "database back"]  # a lock of another is no outage
    )
    for one in lines:
        if one["event"] == "database gone":
            assert one["host"] == make_url(house.db.url).query["host"]
            assert (one["level"], one["route"]) == ("error", "GET /letters/{copy}")
            assert one["cause"].startswith("OperationalError")
    assert copy not in str(lines)
    assert house.db.is_sqlite or not [one for one in lines if one["event"] == "refused"]


def test_without_the_key_store_no_byte_leaves(site: TestClient, house: House, copy: str) -> None:
    if not house.key_store.is_sqlite:
        pytest.fail("the key store of these tests is SQLite")
    held = make_url(house.key_store.url).database or ""
    other = sqlite3.connect(held, isolation_level=None)
    other.execute("ALTER TABLE data_key RENAME TO lost")
    answer = site.get(f"/letters/{copy}/file")
    assert answer.status_code in {410, 503}
    assert b"%PDF" not in answer.content
    other.execute("ALTER TABLE lost RENAME TO data_key")
    other.close()
    assert site.get(f"/letters/{copy}/file").content == LETTER
