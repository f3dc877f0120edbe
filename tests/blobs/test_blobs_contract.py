"""What every place for blobs promises: disk, S3 and memory alike."""

import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.blobs import BlobExists, BlobMissing, Blobs, BlobsUnreachable
from portal.blobs.disk import DiskBlobs
from portal.blobs.looking import takes_files
from portal.blobs.memory import MemoryBlobs
from portal.blobs.names import NotAName
from portal.blobs.s3 import S3Blobs
from portal.kernel.errors import StartRefused
from portal.kernel.ids import new_id
from portal.kernel.log import start_logging
from tests.parts.process import free_ports
from tests.parts.s3 import S3Server

MIB = 1024 * 1024


@pytest.fixture(params=["disk", "s3", "memory"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Blobs:
    match request.param:
        case "disk":
            return DiskBlobs(tmp_path / "blobs")
        case "s3":
            server: S3Server = request.getfixturevalue("s3")
            for name, value in server.environ.items():
                monkeypatch.setenv(name, value)
            return S3Blobs(server.url(new_id()))
        case _:
            return MemoryBlobs()


def test_what_was_put_comes_back_in_parts(blobs: Blobs) -> None:
    name = new_id()
    blobs.put(name, [b"Welcome ", b"to ", b"Oak"])
    assert blobs.get(name, 0, 14) == b"Welcome to Oak"
    assert blobs.get(name, 8, 2) == b"to"
    assert blobs.get(name, 11, 100) == b"Oak"


def test_past_its_end_a_blob_is_empty(blobs: Blobs) -> None:
    name = new_id()
    blobs.put(name, [b"Oak"])
    assert blobs.get(name, 3, 5) == b""
    assert blobs.get(name, 99, 5) == b""


def test_the_second_put_of_a_name_is_refused_and_changes_nothing(blobs: Blobs) -> None:
    name = new_id()
    blobs.put(name, [b"first"])
    with pytest.raises(BlobExists):
        blobs.put(name, [b"second"])
    assert blobs.get(name, 0, 9) == b"first"


def test_large_blobs_are_kept_whole_and_once(blobs: Blobs) -> None:
    name = new_id()
    chunks = [bytes([number]) * MIB for number in range(12)]
    blobs.put(name, iter(chunks))
    assert blobs.get(name, 7 * MIB, MIB) == chunks[7]
    assert blobs.get(name, 12 * MIB - 1, 9) == chunks[11][:1]
    with pytest.raises(BlobExists):
        blobs.put(name, iter(chunks))


def test_a_source_that_fails_leaves_nothing(blobs: Blobs) -> None:
    def failing(count: int) -> Iterator[bytes]:
        for _ in range(count):
            yield bytes(MIB)
        raise ZeroDivisionError

    for size in (1, 8):
        name = new_id()
        with pytest.raises(ZeroDivisionError):
            blobs.put(name, failing(size))
        with pytest.raises(BlobMissing):
            blobs.get(name, 0, 1)


def test_what_is_not_there_is_missing(blobs: Blobs) -> None:
    with pytest.raises(BlobMissing):
        blobs.get(new_id(), 0, 1)


def test_deleting_twice_is_deleting_once(blobs: Blobs) -> None:
    name = new_id()
    blobs.put(name, [b"gone"])
    blobs.delete(name)
    blobs.delete(name)
    with pytest.raises(BlobMissing):
        blobs.get(name, 0, 1)


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "", "A" * 32, "a" * 31, "a" * 33, "/" + "a" * 31, "a" * 31 + "\n"]
)
def test_a_name_is_never_a_path(blobs: Blobs, name: str) -> None:
    with pytest.raises(NotAName):
        blobs.put(name, [b"x"])
    with pytest.raises(NotAName):
        blobs.get(name, 0, 1)
    with pytest.raises(NotAName):
        blobs.delete(name)


def test_the_place_answers(blobs: Blobs) -> None:
    assert blobs.answers()


def test_on_disk_nobody_else_may_look(tmp_path: Path) -> None:
    blobs = DiskBlobs(tmp_path / "blobs")
    blobs.put(new_id(), [b"x"])
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "blobs").rglob("*") if path.is_dir()}
    files = [path for path in (tmp_path / "blobs").rglob("*") if path.is_file()]
    assert modes == {0o700}
    assert [stat.S_IMODE(path.stat().st_mode) for path in files] == [0o600]


def test_a_disk_folder_that_went_away_does_not_answer(tmp_path: Path) -> None:
    blobs = DiskBlobs(tmp_path / "blobs")
    (tmp_path / "blobs" / "incoming").rmdir()
    assert not blobs.answers()


def test_what_a_killed_process_wrote_half_is_removed_by_the_next_and_what_is_being_written_is_not(
    tmp_path: Path,
) -> None:
    name, half = new_id(), tmp_path / "blobs" / "incoming" / "tmphalf"

    def chunks() -> Iterator[bytes]:
        yield b"half"
        half.write_bytes(b"of one that was killed")
        DiskBlobs(tmp_path / "blobs")  # another process begins meanwhile
        assert half.exists()
        yield b" and half"

    blobs = DiskBlobs(tmp_path / "blobs")
    blobs.put(name, chunks())
    assert DiskBlobs(tmp_path / "blobs").get(name, 0, 99) == b"half and half"
    assert not half.exists()


def test_an_s3_server_that_went_away_does_not_answer_and_is_told_once_by_its_host(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    start_logging()
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
    (port,) = free_ports(1)
    blobs = S3Blobs(f"s3://letters/p?endpoint=http://127.0.0.1:{port}")
    assert not blobs.answers()
    with pytest.raises(BlobsUnreachable):
        blobs.get(new_id(), 0, 1)
    (line,) = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert (line["event"], line["host"]) == ("bucket gone", f"127.0.0.1:{port}")
    assert "nothing" not in line["cause"]


def test_an_s3_server_refuses_another_key(s3: S3Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", s3.environ["AWS_ACCESS_KEY_ID"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "guessed")
    blobs = S3Blobs(s3.url("p"))
    assert not blobs.answers()
    with pytest.raises(BlobsUnreachable):
        blobs.put(new_id(), [b"x"])


@pytest.mark.parametrize("url", ["https://letters/p", "s3:///p", "s3://letters/p?acl=public-read"])
def test_a_wrong_s3_url_stops_the_start(url: str) -> None:
    with pytest.raises(StartRefused):
        S3Blobs(url)


def test_a_probe_is_written_read_and_gone(blobs: Blobs) -> None:
    assert takes_files(blobs)
    assert list(blobs.names()) == []


def test_a_bucket_that_is_away_takes_no_probe(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "x")
    (port,) = free_ports(1)
    assert not takes_files(S3Blobs(f"s3://letters/p?endpoint=http://127.0.0.1:{port}", at_a_glance=True))
