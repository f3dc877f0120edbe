"""Legacy workbooks (xls) and other compound files: where a name may stand, and what is refused."""

import contextlib
import datetime as dt
import io
import random
import struct
import time
from collections.abc import Callable
from itertools import pairwise

import carriers
import office_carriers
import olefile
import pytest
import xlwt
from PIL import Image
from xlwt.CompoundDoc import XlsDoc

from portal.reading.budget import CannotRead
from portal.reading.office.biff import Cursor, packed_number

NAME = carriers.NAME
BOOK = office_carriers.legacy_workbook(lambda _: None)


def texts(data: bytes) -> dict[str, str]:
    """What is said, by place."""
    said: dict[str, str] = {}
    for part in office_carriers.gathered(data).parts:
        said[part.place] = f"{said.get(part.place, '')}\n\n{part.text}".strip("\n")
    return said


def stream_of(data: bytes) -> bytes:
    with olefile.OleFileIO(io.BytesIO(data)) as opened:
        return opened.openstream("Workbook").read()


def record(kind: int, content: bytes) -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def with_records(*records: bytes) -> bytes:
    """A workbook with these records at the end of its only sheet."""
    end = record(0x0A, b"")
    stream = stream_of(BOOK)
    stream = stream[: stream.rindex(end)] + b"".join(records) + end
    held = io.BytesIO()
    XlsDoc().save(held, stream)
    return held.getvalue()


def wide(text: str) -> bytes:
    return b"\1" + text.encode("utf-16-le")


def in_a_hidden_sheet(made: xlwt.Workbook) -> None:
    sheet = made.add_sheet("Two")
    sheet.visibility = 2
    sheet.write(3, 1, "Rivera")
    sheet.write(3, 2, "Ana")


def in_a_hidden_row(made: xlwt.Workbook) -> None:
    sheet = made.get_sheet(0)
    sheet.write(4, 0, NAME)
    sheet.row(4).hidden = True


def in_a_header(made: xlwt.Workbook) -> None:
    made.get_sheet(0).header_str = f"&L&8{NAME}".encode()


def in_many_texts(made: xlwt.Workbook) -> None:
    for row in range(2_000):
        made.get_sheet(0).write(row + 1, 0, f"Ünïcode 名 {row}" if row % 3 else f"plain text number {row}")
    made.get_sheet(0).write(2_001, 0, NAME)


NOTE = record(0x1B6, struct.pack("<10xHHI", len(NAME), 0, 0)) + record(0x3C, b"\0" + NAME.encode())
FOUND: dict[str, tuple[Callable[[], bytes], str]] = {
    "hidden sheet": (lambda: office_carriers.legacy_workbook(in_a_hidden_sheet), "sheet 2 (hidden), row 4"),
    "hidden row": (lambda: office_carriers.legacy_workbook(in_a_hidden_row), "sheet 1, hidden row 5"),
    "header": (lambda: office_carriers.legacy_workbook(in_a_header), "sheet 1, headers, notes and rules"),
    "sheet name": (lambda: office_carriers.legacy_workbook(lambda w: w.add_sheet(NAME)), "sheet names"),
    "text after a thousand": (
        lambda: office_carriers.legacy_workbook(in_many_texts),
        "sheet 1, rows 2001-2002",
    ),
    "note": (lambda: with_records(NOTE), "sheet 1, headers, notes and rules"),
    "note's author": (
        lambda: with_records(record(0x1C, struct.pack("<4HH", 0, 0, 0, 1, len(NAME)) + b"\0" + NAME.encode())),
        "sheet 1, headers, notes and rules",
    ),
    "defined name": (
        lambda: with_records(record(0x18, bytes(14) + b"\x17\x0a\0" + NAME.encode())),
        "sheet 1, headers, notes and rules",
    ),
    "drawing's alternative text": (
        lambda: with_records(record(0xEC, bytes(12) + NAME.encode("utf-16-le"))),
        "sheet 1, headers, notes and rules",
    ),
    "title of a chart in two-byte writing": (
        lambda: with_records(record(0x100D, struct.pack("<HB", 0, len(NAME)) + wide(NAME))),
        "sheet 1, headers, notes and rules",
    ),
    "rule whose text says its length in two bytes": (
        lambda: with_records(record(0x1BE, bytes(4) + struct.pack("<H", len(NAME)) + wide(NAME))),
        "sheet 1, headers, notes and rules",
    ),
    "rule in front of a text of 65 letters": (
        lambda: with_records(
            record(0x1BE, struct.pack("<H", len(NAME)) + b"\0" + NAME.encode() + b"A\0\0" + b"a" * 65)
        ),
        "sheet 1, headers, notes and rules",
    ),
    "formula that puts texts together": (
        lambda: with_records(
            record(0x06, struct.pack("<3H", 7, 0, 0) + bytes(16) + b"\x17\3\0Ana\x17\1\0 \x17\6\0RiveraB\3\x50\1")
        ),
        "sheet 1, headers, notes and rules",
    ),
    "text a formula gave": (
        lambda: with_records(
            record(0x06, struct.pack("<3H", 7, 0, 0) + b"\0\0\0\0\0\0\xff\xff" + bytes(8)),
            record(0x207, struct.pack("<H", len(NAME)) + wide(NAME)),
        ),
        "sheet 1, rows 1-8",
    ),
    "text with formatted runs": (
        lambda: with_records(record(0xD6, struct.pack("<4H", 7, 0, 0, len(NAME)) + b"\0" + NAME.encode() + bytes(4))),
        "sheet 1, rows 1-8",
    ),
}


@pytest.mark.parametrize("carrier", FOUND)
def test_a_name_is_found_where_it_stands(carrier: str):
    make, place = FOUND[carrier]
    words = texts(make())[place].split()
    assert {("Ana", "Rivera"), ("Rivera", "Ana")} & {*pairwise(words)}, words


def test_a_sheet_s_name_stands_above_its_first_rows():
    data = office_carriers.legacy_workbook(lambda made: made.add_sheet("Rivera").write(0, 0, "Ana"))
    assert texts(data)["sheet 2, row 1"] == "Rivera\n\nAna"


def test_values_read_as_people_write_them():
    def fill(made: xlwt.Workbook) -> None:
        sheet = made.get_sheet(0)
        day = xlwt.easyxf(num_format_str="d/m/yyyy")
        zeros = xlwt.easyxf(num_format_str="00000")
        for column, (value, look) in enumerate(
            (
                (100231.0, None),
                (7045550142.0, None),
                (123, zeros),
                (dt.date(2016, 5, 12), day),
                (2.5, None),
                (True, None),
            )
        ):
            sheet.write(1, column, value, look or xlwt.easyxf())
        sheet.write(2, 5, "far")

    assert texts(office_carriers.legacy_workbook(fill))["sheet 1, rows 1-3"] == (
        "Welcome\n\n100231\t7045550142\t00123\t2016-05-12\t2.5\tTRUE\n\n\t\t\t\t\tfar"
    )


def test_packed_numbers_unpack():
    for raw, number in ((5 << 2 | 2, 5.0), (12345 << 2 | 3, 123.45), (0x3FF00000, 1.0), (0xFFFFFFFE, -1.0)):
        assert packed_number(raw) == number


def test_letters_are_read_across_pieces_of_either_width():
    letters = Cursor((b"An", b"\1" + "a Ri".encode("utf-16-le"), b"\0vera"))
    assert letters.letters(10, wide=False) == NAME


def test_a_formula_s_own_texts_are_read():
    def fill(made: xlwt.Workbook) -> None:
        made.get_sheet(0).write(1, 0, xlwt.Formula(f'"{NAME}"'))

    assert NAME in texts(office_carriers.legacy_workbook(fill))["sheet 1, headers, notes and rules"]


def test_texts_that_a_formula_puts_together_stand_together():
    def fill(made: xlwt.Workbook) -> None:
        made.get_sheet(0).write(1, 0, xlwt.Formula('"Ana"&" "&"Rivera"'))

    assert NAME in texts(office_carriers.legacy_workbook(fill))["sheet 1, headers, notes and rules"]


def test_pictures_are_handed_over():
    held = io.BytesIO()
    Image.new("RGB", (200, 90), "red").save(held, "PNG")
    png = held.getvalue()
    blip = struct.pack("<HHI", 0x6E00, 0xF01E, len(png) + 17) + bytes(17) + png
    entry = struct.pack("<HHI", 0x0062, 0xF007, len(blip) + 36) + bytes(36) + blip
    store = struct.pack("<HHI", 0x001F, 0xF001, len(entry)) + entry
    gathered = office_carriers.gathered(
        with_records(record(0xEB, struct.pack("<HHI", 0xF, 0xF000, len(store)) + store))
    )
    assert [picture.place for picture in gathered.pictures.values()] == ["picture 1"]
    held = io.BytesIO()
    Image.new("RGB", (100, 90), "blue").save(held, "BMP")

    def with_bitmap(made: xlwt.Workbook) -> None:
        made.get_sheet(0).insert_bitmap_data(held.getvalue(), 1, 1)

    gathered = office_carriers.gathered(office_carriers.legacy_workbook(with_bitmap))
    assert [picture.width for picture in gathered.pictures.values()] == [100]


def test_bytes_left_over_from_earlier_versions_are_read():
    for left in (NAME.encode(), bytes(512 * 400) + NAME.encode("utf-16-le")):
        assert NAME in texts(BOOK + left)["left-over bytes"]


def test_what_is_hidden_is_counted():
    gathered = office_carriers.gathered(office_carriers.legacy_workbook(in_a_hidden_sheet))
    assert (gathered.sheets, gathered.hidden) == (2, 1)
    assert office_carriers.gathered(BOOK).hidden == 0


def refused(data: bytes) -> str:
    with pytest.raises(CannotRead) as sentence:
        office_carriers.gathered(data)
    return str(sentence.value)


@pytest.mark.parametrize(
    ("data", "part_of_the_sentence"),
    [
        (office_carriers.compound({"WordDocument": b"x"}), "Word (doc)"),
        (office_carriers.compound({"PowerPoint Document": b"x"}), "PowerPoint (ppt)"),
        (office_carriers.compound({"EncryptedPackage": b"x", "EncryptionInfo": b"x"}), "password"),
        (office_carriers.compound({"__properties_version1.0": b"x"}), "mails"),
        (office_carriers.compound({"VisioDocument": b"x"}), "Visio"),
        (office_carriers.compound({"Something": b"x"}), "does not know"),
        (office_carriers.compound({"Book": b"x"}), "very old"),
        (office_carriers.compound({"Workbook": stream_of(BOOK)}, storages=("_VBA_PROJECT_CUR",)), "macro"),
        (office_carriers.compound({"Workbook": stream_of(BOOK)}, storages=("_SX_DB_CUR",)), "pivot"),
        (office_carriers.compound({"Workbook": stream_of(BOOK)}, storages=("MBD0018D4CE",)), "object"),
        (office_carriers.compound({"Workbook": stream_of(BOOK), "Ctls": b"x"}), "object"),
        (with_records(record(0x2F, bytes(6))), "password"),
        (with_records(record(0x85, struct.pack("<IBB", 9, 0, 1) + b"\2\0ab")), "macro"),
        (with_records(b"\x06\0\xff\xff"), "damaged"),
        (BOOK[:600], "damaged"),
        (BOOK[:8] + b"\xff" * 600, "damaged"),
    ],
)
def test_what_is_not_read_is_refused_in_a_sentence(data: bytes, part_of_the_sentence: str):
    assert part_of_the_sentence in refused(data)


def test_a_workbook_in_pieces_is_refused_and_breaks_nothing():
    chance = random.Random(7)
    for _ in range(150):
        data = bytearray(BOOK)
        for _ in range(chance.randrange(1, 9)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        with contextlib.suppress(CannotRead):  # and nothing else
            office_carriers.gathered(bytes(data))


def test_three_thousand_rows_are_read_in_a_third_of_a_second():
    def fill(made: xlwt.Workbook) -> None:
        for row in range(1, 2_900):
            for column in range(12):
                made.get_sheet(0).write(row, column, f"Family{row}" if column == 0 else row * 1.5)

    data = office_carriers.legacy_workbook(fill)
    times = []
    for _ in range(3):  # the quickest: other work on the machine makes the processor slower too
        before = time.process_time()
        office_carriers.gathered(data)
        times.append(time.process_time() - before)
    assert min(times) < 0.35
