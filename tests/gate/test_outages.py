"""What cannot be kept at the moment is answered so that it comes again, and is taken then, once."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import pytest
from sqlmodel import select

from portal.arrivals.tables import Arrival
from portal.blobs import BlobsUnreachable
from portal.blobs.disk import DiskBlobs
from portal.blobs.keystore import SqlDataKeys
from portal.documents.tables import LooseBlob
from portal.gate import replies, spool, taking
from portal.kernel.storage.db import Database, DatabaseAway
from portal.wiring import House
from tests.gate.gates import Client, letter


def away(error: type[Exception]) -> Callable[..., None]:
    def fails(*_given: object, **_named: object) -> None:
        raise error

    return fails


def full_disk(_folder: Path) -> BinaryIO:
    return os.fdopen(os.open("/dev/full", os.O_RDWR), "w+b")


@pytest.mark.parametrize(
    ("where", "name", "error"),
    [
        (Database, "write", DatabaseAway),
        (SqlDataKeys, "put_all", BlobsUnreachable),
        (DiskBlobs, "put", BlobsUnreachable),
        (taking, "take_in_messages", DatabaseAway),
        (taking, "take_in_messages", ZeroDivisionError),
    ],
)
def test_it_is_taken_when_it_comes_again(
    house: House, signed_in: Client, monkeypatch: pytest.MonkeyPatch, where: object, name: str, error: type[Exception]
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(where, name, away(error))
        assert signed_in.hand_in(letter()) == replies.LATER
    with house.db.read() as session:
        assert not session.exec(select(Arrival)).all()
        left = len(session.exec(select(LooseBlob)).all())
    assert signed_in.hand_in(letter()) == signed_in.hand_in(letter()) == replies.TAKEN
    with house.db.read() as session:
        assert len(session.exec(select(Arrival)).all()) == 1
        assert len(session.exec(select(LooseBlob)).all()) == left


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_full_disk_ends_no_message_early(signed_in: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "_without_name", full_disk)
    text = letter() + b"\r\nRSET" * 100_000
    assert signed_in.hand_in(text) == replies.NO_ROOM
    assert signed_in.say("NOOP")[:3] == "250", "no line of the text was a command"
    assert signed_in.hand_in(letter()) == replies.TAKEN


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_without_a_database_nobody_signs_in_and_is_told_to_try_again(
    port: int, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Database, "read", away(DatabaseAway))
    with Client(port) as client:
        assert client.sign_in(key) == replies.AUTH_LATER
