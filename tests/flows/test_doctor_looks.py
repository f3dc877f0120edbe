"""What doctor sees of the store of files, of the database, of the time zone, and of itself from outside."""

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import trustme
from sqlmodel import select
from typer.testing import CliRunner

from portal.blobs import BlobsUnreachable
from portal.blobs.looking import StoreSeen, open_some, takes_files
from portal.blobs.memory import MemoryBlobs
from portal.cli import app
from portal.documents.tables import Document
from portal.kernel.configuration.settings import Settings
from portal.kernel.machine.front import FrontSeen, look_from_outside
from portal.overviews.operation.machine_in_force import time_zone
from portal.overviews.operation.stores_in_force import DatabaseSeen, look_at_database, of_database, of_store
from portal.wiring import House, look_at_store
from tests.cast import NOON, Cast, send_letter
from tests.conftest import Watch


class FullBlobs(MemoryBlobs):
    """A place that takes nothing any more."""

    def put(self, name: str, chunks: object) -> None:
        del name, chunks
        raise BlobsUnreachable


class ForgetfulBlobs(MemoryBlobs):
    """A place that says it kept what it did not."""

    def get(self, name: str, start: int, length: int) -> bytes:
        del name, start, length
        return b""


def test_a_store_takes_a_probe_and_keeps_nothing_of_it() -> None:
    assert not takes_files(FullBlobs())
    assert not takes_files(ForgetfulBlobs())
    assert takes_files(blobs := MemoryBlobs())
    assert list(blobs.names()) == []
    assert of_store(StoreSeen(takes=False)).standing == "unsafe"


def test_files_that_should_be_there_are_opened(house: House, cast: Cast, clock: Watch) -> None:
    assert look_at_store(house) == StoreSeen(takes=True)
    for _ in range(2):
        send_letter(house, cast, now=clock.now)
    with house.db.read() as session:
        files = {one.id: one.size for one in session.exec(select(Document))}
    whole = StoreSeen(takes=True, wanted=2, looked_at=2)
    assert look_at_store(house) == whole
    assert of_store(whole).standing == "safe"
    late = open_some(house.documents, list(files.items()), seconds=-1)
    assert (late.looked_at, late.broken, of_store(late).standing) == (0, (), "note")
    lost, damaged = files
    folder = Path(house.settings.blobs)
    (folder / lost[:2] / lost).unlink()
    blob = folder / damaged[:2] / damaged
    blob.write_bytes(blob.read_bytes()[:-1] + b"\x00")
    seen = look_at_store(house)
    assert (seen.looked_at, set(seen.broken)) == (2, {lost, damaged})
    assert (of_store(seen).standing, of_store(seen).value) == ("unsafe", "2 of 2 do not open")
    with house.db.write() as session:
        for one in session.exec(select(Document)):
            one.closed_at = clock.now
    assert look_at_store(house) == StoreSeen(takes=True), "nobody opens what is closed"
    blob.parent.chmod(0o750)
    seen = look_at_store(house)
    assert (seen.is_private, of_store(seen).standing) == (False, "note")


def test_the_database_says_what_it_is(house: House) -> None:
    with house.db.read() as session:
        seen = look_at_database(session)
    assert seen.name == ("SQLite" if house.db.is_sqlite else "PostgreSQL")
    assert (seen.keeps.replace("-", ""), seen.schema >= "0039", seen.logs_ahead) == ("UTF8", True, True)
    assert abs(seen.clock_off) < timedelta(seconds=5)
    assert [one.standing for one in of_database(seen)] == ["safe"]
    assert next(of_database(seen)).value == f"{seen.name} {seen.version}, {seen.keeps}, {seen.schema}"


@pytest.mark.parametrize(
    ("change", "standings"),
    [
        ({"major": 13}, ["note"]),
        ({"major": 14}, ["safe"]),
        ({"major": 99}, ["note"]),
        ({"sorts_anew": True}, ["unsafe"]),
        ({"logs_ahead": False}, ["unsafe"]),
        ({"clock_off": timedelta(seconds=-6)}, ["safe", "note"]),
        ({"clock_off": timedelta(seconds=4)}, ["safe"]),
    ],
)
def test_what_is_wrong_with_a_database_is_told(change: dict[str, object], standings: list[str]) -> None:
    seen = replace(DatabaseSeen("PostgreSQL", "17.1", "UTF8", "0039"), **change)
    assert [one.standing for one in of_database(seen)] == standings


@pytest.mark.parametrize(
    ("zone", "machines", "standing"),
    [
        ("", "America/Chicago", "note"),
        ("America/Chicago", "", "safe"),
        ("America/Chicago", "Etc/UTC", "safe"),
        ("America/Chicago", "America/Mexico_City", "safe"),
        ("America/Chicago", "Europe/Berlin", "note"),
        ("UTC", "America/Chicago", "note"),
    ],
)
def test_a_time_zone_is_compared_with_the_machines(zone: str, machines: str, standing: str) -> None:
    settings = Settings.model_validate({"timezone": zone} if zone else {})
    winter = NOON.replace(month=1)  # when both Americas keep the same hours
    told = time_zone(settings, machines, now=winter)
    assert told.standing == standing
    assert ("this machine keeps" in told.value) == (standing == "note" and bool(zone))


@contextmanager
def front(
    folder: Path, *, ends: datetime, hsts: bool = True, figures: int = 401, knows_host: bool = True
) -> Iterator[str]:
    """Run a proxy that answers as one before the portal would; give its address."""
    authority = trustme.CA()
    own = authority.issue_cert("127.0.0.1", not_after=ends)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    own.configure_cert(context)
    authority.cert_pem.write_to_path(folder / "authority.pem")

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            is_figures = self.path == "/metrics"
            self.send_response(figures if is_figures else 200 if knows_host else 400)
            if hsts:
                self.send_header("Strict-Transport-Security", "max-age=1")
            self.end_headers()
            self.wfile.write(f"Canonical: https://{self.headers['Host']}{self.path}\n".encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Answering)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"https://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_from_outside_it_is_told_what_a_stranger_meets(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, database_url: str, tmp_path: Path
) -> None:
    soon = datetime.now(UTC).replace(microsecond=0) + timedelta(days=9)
    with front(tmp_path, ends=soon) as url:
        assert look_from_outside(url).problem.startswith("its certificate does not hold")
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
        assert look_from_outside(url) == FrontSeen("", soon, 200, is_ours=True, keeps_hsts=True)
        values = {"DATABASE_URL": database_url, "DATA_DIR": str(settings.data_dir), "KEY_FILE": str(settings.keys)}
        for name, value in (values | {"BASE_URL": url}).items():
            monkeypatch.setenv(f"PORTAL_{name}", value)
        said = json.loads(CliRunner().invoke(app, ["doctor", "--json", "--proxy"]).stdout)
    standing = {one["name"]: one["standing"] for one in said["facts"]}
    assert standing["Certificate ends"] == "unsafe", "renewing has failed"
    assert {standing[name] for name in ("From outside", "HSTS", "Figures from outside")} == {"safe"}
    with front(tmp_path, ends=soon + timedelta(days=60), hsts=False, figures=200, knows_host=False) as url:
        seen = look_from_outside(url)
    assert (seen.status, seen.is_ours, seen.keeps_hsts, seen.shows_figures) == (400, False, False, True)
    assert look_from_outside(url).problem.startswith("nobody answers")
