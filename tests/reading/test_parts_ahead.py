"""Parts that go ahead of the file they are in, so that they can be searched while the rest is being read."""

import io
import json
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.guard.lists.list_shape import personal_rows
from portal.reading.answers import Ahead, pack_parsed, parsed_from
from portal.reading.cage import caged
from portal.reading.cage.caged import CagedReader
from portal.reading.plain import PlainReader
from portal.reading.reader import AHEAD, LONG, Part, Reading, Unreadable
from portal.reading.scripted import ScriptedReader
from portal.reading.seeing import Parsed

LINE = "Welcome to the program, and bring a snack.\n"
LONG_TEXT = LINE * (LONG // len(LINE) + 1)
READING = Reading("txt", (Part("file name", "a.txt"), Part("text", LONG_TEXT), Part("text, backwards", "Zoë “”")))


def answer(reading: Reading, some: list[Part]) -> bytes:
    """Return what a cell writes that tells some parts ahead."""
    pieces = list[bytes]()
    ahead = Ahead(pieces.append)
    for part in some:
        ahead.take(part)
    return b"".join([*pieces, *pack_parsed(Parsed(reading), personal_rows, ahead)])


def read(message: bytes, told: list[Part] | None = None) -> Parsed | Unreadable:
    return parsed_from(io.BytesIO(message), (told if told is not None else []).append)


texts = st.sampled_from(["Zoë", "plain", "“curly”", "🙂", "a\ud800", LINE, ""])
parts = st.builds(lambda place, text, times: Part(place, text * times), st.sampled_from("abc"), texts,
                  st.sampled_from([1, 3_000, LONG]))  # fmt: skip


@given(st.data(), st.lists(parts, max_size=4))
def test_whatever_goes_ahead_the_reading_is_the_same(data: st.DataObject, every: list[Part]):
    reading = Reading("txt", tuple(every))
    some = data.draw(st.lists(st.sampled_from(every), unique_by=id)) if every else []
    told = list[Part]()
    parsed = read(answer(reading, some), told)
    assert parsed == read(answer(reading, []))
    assert isinstance(parsed, Parsed)
    assert [part.text for part in told[: len(some)]] == [part.text.encode("utf-8", "replace").decode() for part in some]
    for part in parsed.reading.parts:
        if len(part.text) >= LONG:
            assert sum(part is one for one in told) == 1, "it is told once, as the very part of the reading"


def test_a_long_part_is_sent_once():
    once, ahead = answer(READING, []), answer(READING, [READING.parts[1]])
    assert len(ahead) < len(once) + 100


def test_parts_that_come_ahead_are_no_reading_without_what_follows():
    told = list[Part]()
    short = Part("page 1", "Zoë " * 600)
    alone, whole = answer(READING, [short]), answer(READING, [READING.parts[1]])
    assert read(alone, told) == read(answer(READING, [])), "it holds what its own answer says alone"
    assert told[0] == short
    count = whole.rfind(b'{"rows"')
    for broken in (whole[: count - 1], whole[: len(LONG_TEXT)], whole[: len(LONG_TEXT) + 200], alone[:50]):
        assert isinstance(read(broken), Unreadable)


@pytest.mark.parametrize(
    "odd",
    [
        [["text", "as told", 1]],
        [["text", "as told", -1]],
        [["text", "as told", True]],
        [["text", "as told", "0"]],
        [["text", "as told", [0]]],
        [["elsewhere", "as told", 0]],
        [["text", "as told", 0], ["text", "as told", 0]],
        [["text", "as told"]],
    ],
)
def test_a_file_is_not_made_of_what_was_not_told(odd: list[list[object]]):
    whole = answer(READING, [READING.parts[1]])
    ahead, head = whole[: len(LONG_TEXT) + 40].split(b"\n", 1)[0], whole.rfind(b'\n{"kind"') + 1
    told = json.loads(whole[head:].split(b"\n", 1)[0]) | {"parts": odd, "counted": False}
    forged = whole[:head] + json.dumps(told).encode() + b"\n"
    assert ahead.startswith(b'{"ahead"')
    assert isinstance(read(forged), Unreadable)
    right = json.dumps(told | {"parts": [["text", "as told", 0]]}).encode() + b"\n"
    assert isinstance(read(whole[:head] + right), Parsed)


def test_every_reader_tells_long_parts_while_it_reads(tmp_path: Path):
    with CagedReader(cells=1, count_rows="portal.guard.lists.list_shape:personal_rows") as cage:
        for text in (LINE * 60, LONG_TEXT, LONG_TEXT + "“Zoë”\n"):
            (tmp_path / "x").write_text(text)
            for reader in (cage, PlainReader(), ScriptedReader()):
                told = list[Part]()
                reading = reader.read(tmp_path / "x", "letter.txt", on_part=told.append)
                assert isinstance(reading, Reading)
                assert told == [part for part in reading.parts if part.place == "text"]


def test_a_long_part_is_told_before_the_file_is_read(tmp_path: Path):
    """What its letters were decoded twice into is looked for, and told, while the text is searched already."""
    (tmp_path / "x").write_text("ZoÃ« is welcome.\n" * (LONG // 16))
    told = list[tuple[str, int]]()
    with CagedReader(cells=1, count_rows="portal.guard.lists.list_shape:personal_rows") as cage:
        reading = cage.read(tmp_path / "x", "a.txt", on_part=lambda part: told.append((part.place, len(part.text))))
    assert isinstance(reading, Reading)
    assert [place for place, _ in told] == ["text", "text, decoded twice"]
    assert told == [(part.place, len(part.text)) for part in reading.parts[1:]]


def test_the_cell_does_not_wait_until_a_part_is_searched():
    """It has no time to waste: a search of twenty seconds made a file unreadable whose cell has fifteen."""
    has_gone_on, told = threading.Event(), list[str]()

    def look(part: Part) -> None:
        assert has_gone_on.wait(10)
        told.append(part.place)

    with caged._told_beside(look) as ahead:
        for place, text in (("page 1", LONG_TEXT), ("page 2", LINE)):
            ahead(Part(place, text))
        has_gone_on.set()
    assert told == ["page 1", "page 2"]


def test_what_goes_wrong_in_a_search_is_not_lost():
    def look(part: Part) -> None:
        raise KeyError(part.place)

    with pytest.raises(KeyError, match="page 1"), caged._told_beside(look) as ahead:
        ahead(Part("page 1", LONG_TEXT))


def test_whoever_takes_long_over_what_comes_ahead_does_not_end_the_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(caged, "_AHEAD_SECONDS", 0.1)
    told = list[Part]()

    def look(part: Part) -> None:
        told.append(part)
        time.sleep(0.2)

    (tmp_path / "x").write_text("<p>Bring a snack.</p>\n" * 400 + "<script>var week = 'Bring a snack.'</script>" * 100)
    with CagedReader(cells=1) as reader:
        reading = reader.read(tmp_path / "x", "a.html", on_part=look)
    assert isinstance(reading, Reading)
    assert len([part for part in reading.parts if len(part.text) >= AHEAD]) > 1
    assert len(told) == 1, "the others were not waited for"
