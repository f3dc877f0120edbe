"""The rows of a long file are counted in the cage: the same ones, or none, and then whoever judges it counts them."""

import io
import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from portal.guard.lists.list_shape import personal_rows
from portal.guard.roster.index import Person, Roster
from portal.guard.rules import Blocked, judge_file
from portal.guard.verdict.part_cache import PartCache
from portal.publish.checking.check_file import without_name
from portal.reading.answers import pack_parsed, parsed_from, unpack_parsed
from portal.reading.cage.caged import CagedReader
from portal.reading.images.grey import Picture
from portal.reading.reader import FILE_NAME, LONG, WORDS_APART, Part, Prepared, Reading, Rows, Unreadable
from portal.reading.seeing import NoText, Parsed, Read, finish

PUPILS = "Name\tGrade\tPhone\tAllergies\n" + "".join(
    f"Ana{'abcdefgh'[at % 8]} Rivera{'abcdefgh'[at // 8]}\t3\t704-555-01{at:02}\tnuts\n" for at in range(40)
)
PROSE = "Welcome to the program, and bring a snack.\n" * (LONG // 40)
PARTS = {
    "prose": [Part("text", PROSE)],
    "one list": [Part(FILE_NAME, "a.txt"), Part("text", PROSE + PUPILS)],
    "over pages": [Part("page 1", PROSE + PUPILS[:900]), Part("page 2", PUPILS[900:])],
    "at one place": [Part("rows", PUPILS), Part("rows", PROSE), Part("rows", PUPILS.replace("Ana", "Leo"))],
    "at a long place": [Part(f"{'a' * 300}", PROSE + PUPILS)],
    "words apart": [Part(f"page 1{WORDS_APART}", PUPILS), Part("page 1", PROSE)],
    "half characters": [Part("text", PROSE + PUPILS.replace("Rivera", "Rive\ud800ra"))],
    "curly": [Part("text", PROSE + PUPILS.replace("nuts", "“nuts”"))],
}


LETTERS = (
    "Zoë",
    "“Ana”",
    "e\u0301",
    "Łuk",
    "Лев",
    "Νίκη",
    "דוד",
    "علي",
    "नीला",
    "ใจดี",
    "王小明",
    "さくら",
    "민준",
    "🙂",
    "\U0001d400",
)


def count_and_die(parts: Iterable[Part]) -> Rows:
    """Count little parts, and end the process at long ones, as a breach of the limits does."""
    if sum(len(part.text) for part in parts) >= LONG:
        os._exit(1)
    return ()


def out_of_memory(parts: Iterable[Part]) -> Rows:
    raise MemoryError(len([*parts]))


def packed(parts: Iterable[Part]) -> bytes:
    return b"".join(pack_parsed(Parsed(Reading("txt", tuple(parts))), personal_rows))


def reading_of(answer: Parsed | Unreadable) -> Reading:
    assert isinstance(answer, Parsed)
    return answer.reading


@pytest.mark.parametrize("parts", PARTS.values(), ids=PARTS)
def test_the_rows_told_are_those_of_what_is_told(parts: list[Part]):
    reading = reading_of(unpack_parsed(packed(parts)))
    assert reading.rows == personal_rows(reading.parts)
    roster = Roster.of([])
    assert judge_file(reading, roster) == judge_file(replace(reading, rows=None), roster)


def test_lists_are_among_what_is_told():
    counts = {name: len(reading_of(unpack_parsed(packed(parts))).rows or ()) for name, parts in PARTS.items()}
    assert counts == dict(zip(PARTS, (0, 1, 2, 1, 1, 0, 0, 1), strict=True))


@pytest.mark.parametrize("parts", PARTS.values(), ids=PARTS)
def test_what_is_counted_is_what_is_told(parts: list[Part]):
    counted = list[Part]()
    answer = b"".join(pack_parsed(Parsed(Reading("txt", tuple(parts))), lambda told: counted.extend(told) or ()))
    assert reading_of(unpack_parsed(answer)).parts == tuple(counted)


def test_a_short_file_is_counted_by_whoever_judges_it():
    reading = reading_of(unpack_parsed(packed([Part("text", PUPILS)])))
    assert reading.rows is None
    assert isinstance(judge_file(reading, Roster.of([])), Blocked)


def test_an_answer_that_breaks_off_in_the_count_is_whole_without_it():
    parts = PARTS["one list"]
    whole = packed(parts)
    line = whole.rfind(b"\n", 0, -1) + 1
    assert whole[line:].startswith(b'{"rows"')
    without = b"".join(pack_parsed(Parsed(Reading("txt", tuple(parts))), out_of_memory))
    for broken in (whole[:line], whole[: line + 5], whole[:-1], without):
        reading = reading_of(unpack_parsed(broken))
        assert (reading.parts, reading.rows) == (tuple(parts), None)
    assert isinstance(unpack_parsed(whole[: line - 1]), Unreadable), "a letter is missing"


@pytest.mark.parametrize(
    "odd",
    [
        b"{}",
        b"[]",
        b'{"rows": null}',
        b'{"rows": [["text"]]}',
        b'{"rows": [["text", -1]]}',
        b'{"rows": [["text", true]]}',
        b'{"rows": [["elsewhere", 3]]}',
        b'{"rows": [["text", 3], ["text", 4]]}',
        b'{"rows": []}\nmore',
    ],
)
def test_a_count_that_makes_no_sense_is_no_reading(odd: bytes):
    whole = packed(PARTS["one list"])
    line = whole.rfind(b"\n", 0, -1) + 1
    assert isinstance(unpack_parsed(whole[:line] + odd + b"\n"), Unreadable)
    assert isinstance(unpack_parsed(whole + odd + b"\n"), Unreadable)


def test_long_parts_are_searched_before_the_count_is_waited_for():
    whole = packed(PARTS["one list"])
    told = list[tuple[Part, bytes]]()
    answer = io.BytesIO(whole)
    reading = reading_of(parsed_from(answer, lambda part: told.append((part, whole[answer.tell() :]))))
    [(part, rest)] = told
    assert part is reading.parts[1]
    assert rest.startswith(b'{"rows"'), "all but the count had been taken"


def test_what_was_searched_ahead_is_not_searched_again():
    reading = reading_of(unpack_parsed(packed([Part("text", f"{PROSE}Leo Marchetti")])))
    roster, cache = Roster.of([Person("child", "leo", frozenset({"leo"}), "Leo", "Marchetti")]), PartCache()
    cache.look_ahead(reading.parts[0], roster)
    assert cache.found_in(reading.parts[0], roster) is cache.found_in(reading.parts[0], roster)
    other = replace(reading.parts[0])
    assert len(cache.found_in(other, roster).signs) == 1
    assert cache.found_in(other, roster) is not cache.found_in(other, roster), "another long part is no acquaintance"


def test_what_a_picture_says_is_counted_with_the_rest():
    picture = Picture("picture 1", "0" * 64, 100, 80, b"grey")
    reading = Reading("pdf", (Part("page 1", PROSE),), rows=())
    assert finish(Parsed(reading, (picture,)), (), lambda _: [NoText()]) == reading
    finished = finish(Parsed(reading, (picture,)), (), lambda _: [Read(PUPILS)])
    assert isinstance(finished, Reading)
    assert finished.rows is None
    assert isinstance(judge_file(finished, Roster.of([])), Blocked)


def test_without_its_name_a_file_is_counted_anew():
    reading = Reading("txt", (Part(FILE_NAME, "a.txt"), Part("text", PROSE)), rows=())
    assert without_name(Prepared(reading, (), reading)).before.rows is None


def test_the_cage_counts_the_rows_of_a_long_file_and_of_no_other(tmp_path: Path):
    (tmp_path / "long").write_text(PROSE + PUPILS)
    (tmp_path / "short").write_text(PUPILS)
    with CagedReader(cells=1, count_rows="portal.guard.lists.list_shape:personal_rows") as reader:
        long, short = reader.read(tmp_path / "long", "a.txt"), reader.read(tmp_path / "short", "a.txt")
    assert isinstance(long, Reading)
    assert isinstance(short, Reading)
    assert long.rows == personal_rows(long.parts) == (("text", 40),)
    assert short.rows is None


def test_the_cage_counts_rows_in_every_script(tmp_path: Path):
    """Behind its filter nothing can be loaded any more: what the count meets there first must need nothing new."""
    (tmp_path / "long").write_text("".join(f"{letters}, Ana Rivera: 704-555-0100.\n" for letters in LETTERS) + PROSE)
    with CagedReader(cells=1, count_rows="portal.guard.lists.list_shape:personal_rows") as reader:
        reading = reader.read(tmp_path / "long", "a.txt")
    assert isinstance(reading, Reading)
    assert reading.rows == personal_rows(reading.parts)


def test_a_cell_that_dies_over_the_count_has_read_the_file(tmp_path: Path):
    (tmp_path / "long").write_text(PROSE + PUPILS)
    with CagedReader(cells=1, count_rows=count_and_die) as reader:
        for _ in range(2):
            reading = reader.read(tmp_path / "long", "a.txt")
            assert isinstance(reading, Reading)
            assert (reading.parts[1].text, reading.rows) == (PROSE + PUPILS, None)


MIXED = "“Ana”, Zoë, Лев, 王小明, 🙂\n"


@pytest.mark.parametrize("letters", ["é", "“", "🙂", "é" * 300_000 + "“", MIXED, "a\ud800“", "\ud83d\ude00"])
def test_a_long_text_arrives_as_it_was_read(letters: str):
    text = letters * (600_000 // len(letters)) + "end"
    counted = list[Part]()
    answer = b"".join(
        pack_parsed(Parsed(Reading("txt", (Part("text", text),))), lambda told: counted.extend(told) or ())
    )
    [part] = reading_of(unpack_parsed(answer)).parts
    assert part.text == text.encode("utf-8", "replace").decode()
    assert counted == [part]
    for at in (len(answer) // 2, answer.rfind(b"end") + 1):
        assert isinstance(unpack_parsed(answer[:at]), Unreadable)


@pytest.mark.parametrize(
    "piece", [b"9\1\0\0\0a", b"2\1\0\0\0a", b"1\0\0\0\0", b"1\4\0\0\0aaaa", b"8\1\0\0\0\xff", b"1\1"]
)
def test_pieces_that_make_no_sense_are_no_reading(piece: bytes):
    whole = b"".join(pack_parsed(Parsed(Reading("txt", (Part("text", "ab"),)))))
    three = whole.replace(b'"latin-1", 2', b'"by pieces", 3').removesuffix(b"ab")
    assert reading_of(unpack_parsed(three + b"1\3\0\0\0abc")).parts == (Part("text", "abc"),)
    assert isinstance(unpack_parsed(three + piece), Unreadable)


def test_a_part_told_of_in_no_words_is_no_reading():
    whole = b"".join(pack_parsed(Parsed(Reading("txt", (Part("text", "ab"),)))))
    for odd in (b"[]", b"[2]", b'["text", 2]'):
        assert isinstance(unpack_parsed(whole.replace(b'["text", "latin-1", 2]', odd)), Unreadable)
        assert isinstance(unpack_parsed(b'{"ahead": ' + odd + b"}\n" + whole), Unreadable)
