"""A message is kept byte for byte however it is cut on its way, and one whose lines end in another way is refused."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.gate.spool import END, IN_MEMORY, LONGEST_LINE, Spool
from portal.mail.arriving.message import MOST_BYTES
from tests.gate.gates import dotted

LINES = st.lists(st.sampled_from([b"", b".", b"..", b"a", b".a", b"a.b", b" ", b"x" * 99]), max_size=12)


def spooled(wire: bytes, cuts: list[int], folder: Path) -> Spool:
    spool = Spool(folder)
    ends = sorted(min(cut, len(wire) - len(END)) for cut in cuts)  # the end comes whole, as whoever reads it knows it
    for start, end in zip([0, *ends], [*ends, len(wire)], strict=True):
        spool.take(wire[start:end])
    return spool


def content(spool: Spool) -> bytes:
    spool.file.seek(0)
    return spool.file.read()


@given(LINES, st.lists(st.integers(0, 200), max_size=6))
def test_a_text_comes_out_as_it_was_written(lines: list[bytes], cuts: list[int]) -> None:
    raw = b"".join(line + b"\r\n" for line in lines)
    wire = b"\r\n" + (dotted(raw) if raw else b"") + b".\r\n"
    with TemporaryDirectory() as folder:
        spool = spooled(wire, cuts, Path(folder))
        assert (spool.fault, content(spool), spool.size) == ("", raw, len(raw))


@given(
    LINES, st.sampled_from([b"\r", b"\n", b"\r\r\n", b"\n.\r\n", b"\r.\r\n"]), st.lists(st.integers(0, 200), max_size=4)
)
def test_a_line_that_ends_in_another_way_spoils_the_message(lines: list[bytes], bare: bytes, cuts: list[int]) -> None:
    raw = b"".join(line + b"\r\n" for line in lines)
    wire = b"\r\n" + raw + b"a" + bare + b"b\r\n.\r\n"
    with TemporaryDirectory() as folder:
        assert spooled(wire, cuts, Path(folder)).fault == "bare"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (b"x" * LONGEST_LINE + b"\r\n", ""),
        (b"x" * (LONGEST_LINE + 1) + b"\r\n", "long-line"),
        (b"x" * 98 + b"\r\n", ""),
    ],
)
def test_a_line_has_a_bound(tmp_path: Path, text: bytes, fault: str) -> None:
    cuts = list(range(0, len(text), 60_000))
    spool = spooled(b"\r\n" + text + b".\r\n", cuts, tmp_path)
    spool.close()
    assert spool.fault == fault


def test_what_is_large_lies_in_a_file_without_a_name_and_has_a_bound(tmp_path: Path) -> None:
    spool, piece = Spool(tmp_path), (b"x" * 1022 + b"\r\n") * (IN_MEMORY // 1024)
    spool.take(b"\r\n" + piece)
    assert spool.is_in_memory
    spool.take(piece)
    assert not spool.is_in_memory
    assert list(tmp_path.iterdir()) == []
    for _ in range(2, MOST_BYTES // len(piece)):
        spool.take(piece)
    assert spool.fault == ""
    assert spool.size <= MOST_BYTES
    spool.take(piece)
    assert spool.fault == "large"
    assert spool.is_in_memory
    assert content(spool) == b""


def test_who_does_not_wait_for_its_turn_is_told_apart(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.take(b"Subject: early\r\n\r\nHello\r\n.\r\n")
    assert spool.fault == "early"


@pytest.mark.parametrize("size", [10, IN_MEMORY + 10])
def test_a_secret_is_read_once_and_put_out(tmp_path: Path, size: int) -> None:
    spool = Spool(tmp_path)
    header = b"From: a@b.test\r\nx-PORTAL-gate: the\r\n secret\r\nSubject: X-Portal-Gate: no\r\n\r\n"
    spool.take(b"\r\n" + header + b"X-Portal-Gate: in the text\r\n" + b"y" * size + b"\r\n.\r\n")
    assert spool.field(b"X-Portal-Gate") == [b"the\r\n secret"]
    kept = content(spool)
    assert b"the" not in kept.partition(b"in the text")[0]
    assert b"secret" not in kept
    assert b"Subject: X-Portal-Gate: no\r\n\r\nX-Portal-Gate: in the text" in kept
    assert len(kept) == spool.size
    spool.close()
