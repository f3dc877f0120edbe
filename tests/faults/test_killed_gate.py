"""Killed between a message's last line and the reply, wherever that is: nothing is lost and nothing is doubled."""

import os
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlmodel import select

from portal.arrivals.tables import Arrival
from portal.documents.tables import LooseBlob
from portal.flows.people import change_mail_keys
from portal.gate import replies
from portal.publish.upkeep.shredding import shred_loose
from portal.wiring import House
from tests.cast import Cast
from tests.conftest import Watch
from tests.faults.run_gate import POINTS, run_gates
from tests.gate.gates import Client, letter
from tests.parts.commands import start_forked
from tests.parts.process import free_ports


class Office:
    """A mail program that hands every message in until it is told that it is taken."""

    def __init__(self, house: House, clock: Watch, key: str) -> None:
        self._key, settings = key, house.settings
        (self._port,) = free_ports(1)
        environ = {
            "PATH": os.environ["PATH"],
            "PORTAL_DATA_DIR": str(settings.data_dir),
            "PORTAL_DATABASE_URL": settings.database,
            "PORTAL_KEY_FILE": str(settings.key_file),
            "PORTAL_BASE_URL": "http://127.0.0.1:8000",  # else each tries first how files are kept off the network
        }
        self.gates = start_forked(run_gates, self._port, clock.now, environ=environ)

    def hand_in(self, raw: bytes) -> str:
        with self._connected() as client:
            assert client.sign_in(self._key) == replies.SIGNED_IN
            try:
                return client.hand_in(raw)
            except ConnectionError:
                return ""

    def _connected(self) -> Client:
        until = time.monotonic() + 30
        while True:
            try:
                return Client(self._port)
            except ConnectionError:  # the one before is dead, or dies
                assert time.monotonic() < until
                time.sleep(0.005)


@pytest.fixture
def office(house: House, cast: Cast, clock: Watch) -> Iterator[Office]:
    with house.db.write() as session:
        key = change_mail_keys.make_mail_key(session, house.keys, "Outlook", by=cast.writer, now=clock.now)[1]
    office = Office(house, clock, key)
    yield office
    office.gates.kill()
    office.gates.join(30)


@pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
def test_a_message_is_taken_once_wherever_the_gate_is_killed(office: Office, house: House, clock: Watch) -> None:
    letters = [letter(f"Letter {number}", file=b"%%PDF-1.7 %d" % number) for number in range(len(POINTS))]
    assert [office.hand_in(raw) for raw in letters] == [""] * len(POINTS)
    assert {office.hand_in(raw) for raw in letters} == {replies.TAKEN}
    with house.db.read() as session:
        rows = list(session.exec(select(Arrival)))
        assert session.exec(select(LooseBlob)).first()
    kept = [b"".join(house.documents.open(row.blob_id, row.size)) for row in rows if row.blob_id and row.size]
    assert sorted(kept) == sorted(letters)
    clock.forward(hours=2)
    shred_loose(house, now=clock.now + timedelta(hours=2))
    blobs = {path.name for path in house.settings.data_dir.joinpath("blobs").rglob("*") if path.is_file()}
    assert blobs == {row.blob_id for row in rows}
