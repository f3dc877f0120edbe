"""Windows metafiles (EMF, WMF) in letters: their words are read, their bitmaps and lines are looked at."""

import contextlib
import gzip
import io
import random
import struct

import carriers
import office_carriers
import pytest
from PIL import Image, ImageDraw

from portal.reading.budget import Budget, CannotRead
from portal.reading.gathering import Gathering
from portal.reading.office.drawings.emf_wmf import read_drawing

NAME = carriers.NAME
PLAIN = office_carriers.presentation(lambda _: None)


def record(kind: int, content: bytes) -> bytes:
    padded = content + bytes(-len(content) % 4)
    return struct.pack("<II", kind, len(padded) + 8) + padded


def emf(*records: bytes) -> bytes:
    head = record(1, bytes(32) + b" EMF" + bytes(44))
    return head + b"".join(records) + record(14, bytes(12))


def short(kind: int, content: bytes) -> bytes:
    padded = content + bytes(-len(content) % 2)
    return struct.pack("<IH", len(padded) // 2 + 3, kind) + padded


def wmf(*records: bytes) -> bytes:
    return b"\1\0\x09\0\0\3" + bytes(12) + b"".join(records) + short(0, b"")


def words(text: str, *, options: int = 0, kind: int = 84) -> bytes:
    raw = text.encode("utf-16-le" if kind == 84 else "cp1252")
    return record(kind, bytes(28) + struct.pack("<iiIII", 0, 0, len(text), 76, options) + bytes(20) + raw)


def placed(drawing: bytes, name: str = "ppt/media/image1.emf") -> bytes:
    return carriers.repacked(PLAIN, {name: drawing})


def told(drawing: bytes) -> str:
    parts = office_carriers.gathered(placed(drawing)).parts
    return " ".join(" ".join(part.text.split()) for part in parts if part.place.startswith("picture"))


def shown(drawing: bytes, name: str = "ppt/media/image1.emf") -> Gathering:
    return office_carriers.gathered(placed(drawing, name))


def bitmap() -> bytes:
    held = io.BytesIO()
    Image.new("RGB", (120, 90), "red").save(held, "BMP")
    return held.getvalue()[14:]


def letters() -> list[list[tuple[int, int]]]:
    """The name as boxes, one for each dark dot of its letters."""
    image = Image.new("1", (70, 14), 1)
    ImageDraw.Draw(image).text((2, 1), NAME, fill=0)
    dots = [(x, y) for x in range(70) for y in range(14) if not image.getpixel((x, y))]
    return [[(9 * x, 9 * y), (9 * x + 9, 9 * y), (9 * x + 9, 9 * y + 9), (9 * x, 9 * y + 9)] for x, y in dots]


def polygon(points: list[tuple[int, int]]) -> bytes:
    flat = struct.pack(f"<{2 * len(points)}h", *(number for point in points for number in point))
    return record(86, bytes(16) + struct.pack("<I", len(points)) + flat)


def test_words_of_every_kind_of_record_are_read():
    small = struct.pack("<6I2f", 0, 0, len(NAME), 0x300, 1, 0, 1.0, 1.0)[:28] + NAME.encode()
    many = bytes(16) + struct.pack("<Iff", 1, 1, 1) + struct.pack("<I", 1)
    many += struct.pack("<iiIII", 0, 0, len(NAME), 80, 0) + bytes(20) + NAME.encode("utf-16-le")
    for drawing in (
        emf(words(NAME)),
        emf(words(NAME, kind=83)),
        emf(record(108, small)),
        emf(record(97, many)),
        emf(record(70, b"\4\0\0\0GDIC" + NAME.encode("utf-16-le"))),
        wmf(short(0x0521, struct.pack("<H", len(NAME)) + NAME.encode() + bytes(4))),
        wmf(short(0x0A32, struct.pack("<4H", 0, 0, len(NAME), 0) + NAME.encode())),
        wmf(short(0x0A32, struct.pack("<8H", 0, 0, len(NAME), 4, 0, 0, 0, 0) + NAME.encode())),
        b"\xd7\xcd\xc6\x9a" + bytes(18) + wmf(short(0x0521, struct.pack("<H", len(NAME)) + NAME.encode() + bytes(4))),
        gzip.compress(emf(words(NAME))),
    ):
        assert NAME in told(drawing)


def test_letters_written_one_by_one_are_joined():
    assert NAME in told(emf(*(words(letter) for letter in NAME)))


def test_bitmaps_in_drawings_are_handed_over():
    picture = bitmap()
    stretched = bytes(40) + struct.pack("<4I", 80, 40, 120, len(picture) - 40) + bytes(16) + picture
    assert [found.width for found in shown(emf(record(81, stretched))).pictures.values()] == [120]
    assert [found.width for found in shown(wmf(short(0x0F43, bytes(22) + picture))).pictures.values()] == [120]


def test_letters_drawn_as_outlines_are_shown_to_whoever_looks_at_pictures():
    for drawing in (
        emf(*(polygon(points) for points in letters())),
        wmf(*(
            short(0x0324, struct.pack("<9h", 4, *(number for point in points for number in point)))
            for points in letters()
        )),
    ):  # fmt: skip
        (picture,) = shown(drawing).pictures.values()
        dark = sum(value < 200 for value in picture.grey)
        assert 0.02 < dark / len(picture.grey) < 0.9


def test_a_drawing_of_a_few_lines_is_shown_to_nobody():
    gathered = shown(emf(polygon([(0, 0), (90, 0), (90, 90)])))
    assert not gathered.pictures
    assert gathered.seen == 2


def test_moved_and_scaled_shapes_stand_where_they_show():
    dots = letters()
    moved = []
    for number, points in enumerate(dots):
        left, top = points[0]
        away = number % 6 * 5_000
        moved += [
            record(33, b""),
            record(35, struct.pack("<6f", 1, 0, 0, 1, left - away, top)),
            polygon([(x - left + away, y - top) for x, y in points]),
            record(34, struct.pack("<i", -1)),
        ]
    (straight,) = shown(emf(*(polygon(points) for points in dots))).pictures.values()
    (there,) = shown(emf(*moved)).pictures.values()
    assert (there.width, there.height) == (straight.width, straight.height)


@pytest.mark.parametrize(
    ("drawing", "part_of_the_sentence"),
    [
        (emf(words(NAME, options=0x10)), "drawing"),
        (emf(record(70, b"\x20\0\0\0EMF+" + struct.pack("<HHII", 0x4001, 0, 28, 16))), "drawing"),
        (emf()[:60], "damaged"),
        (emf(words(NAME))[:-20], "damaged"),
        (emf(record(86, bytes(16) + struct.pack("<I", 9))), "damaged"),
        (wmf(b"\1\0\0\0\0\0"), "damaged"),
    ],
)
def test_a_drawing_that_is_not_played_is_refused(drawing: bytes, part_of_the_sentence: str):
    with pytest.raises(CannotRead, match=part_of_the_sentence):
        shown(drawing)


def test_the_thumbnail_of_a_letter_is_read_but_its_lines_are_not_drawn():
    outlines = emf(words(NAME), *(polygon(points) for points in letters()))
    assert not shown(outlines, "docProps/thumbnail.emf").pictures


def test_a_drawing_in_pieces_is_read_or_refused_and_breaks_nothing():
    chance = random.Random(11)
    whole = emf(words(NAME), *(polygon(points) for points in letters()[:8]))
    for _ in range(200):
        broken = bytearray(whole)
        for _ in range(chance.randrange(1, 6)):
            broken[chance.randrange(44, len(broken))] = chance.randrange(256)
        with contextlib.suppress(CannotRead):  # and nothing else
            read_drawing(bytes(broken), Gathering(Budget(), lambda _data, _to: None), "picture")
