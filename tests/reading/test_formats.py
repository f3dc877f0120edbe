"""One file of each kind with a name in it, through reader and guard; what the kind is; what innocent files are."""

import io
from collections.abc import Callable
from pathlib import Path

import carriers
import office_carriers
import pytest
from PIL import Image

from portal.guard.roster.index import Person, Roster
from portal.guard.rules import Blocked, Clear, judge_file
from portal.reading.plain import PlainReader
from portal.reading.reader import MEDIA_TYPES, Part, Reading, Stripped, Unreadable
from portal.reading.seeing import Parsed

ROSTER = Roster.of([Person("child", "ana", frozenset({"ana"}), "Ana", "Rivera", numbers=("100231",))])
NAME = carriers.NAME
PLAIN_PDF = carriers.simple_pdf()
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><text>Ana Rivera</text></svg>'


def read(data: bytes, name: str) -> Reading | Unreadable:
    return PlainReader().read_bytes(data, name)


def picture(form: str, **told: object) -> bytes:
    held = io.BytesIO()
    Image.new("RGB", (300, 80), "white").save(held, form, **told)
    return held.getvalue()


def titled(form: str) -> bytes:
    exif = Image.Exif()
    exif[0x010E] = NAME  # ImageDescription
    return picture(form, exif=exif)


LEAKS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "docx split into runs": ("docx", lambda: carriers.document(carriers.in_runs)),
    "docx table": ("docx", lambda: carriers.document(carriers.in_a_table)),
    "xlsx cells": ("xlsx", lambda: carriers.workbook(lambda w: w.active.append(NAME.split()))),
    "xlsx number": ("xlsx", lambda: carriers.workbook(lambda w: w.active.append([100231.0]))),
    "xlsx hidden sheet": ("xlsx", lambda: carriers.workbook(carriers.in_a_hidden_sheet)),
    "xls cells": ("xls", lambda: office_carriers.legacy_workbook(lambda w: w.get_sheet(0).write(3, 3, NAME))),
    "pptx title": (
        "pptx",
        lambda: office_carriers.presentation(lambda p: setattr(p.slides[0].shapes.title, "text", NAME)),
    ),
    "pdf title": ("pdf", lambda: carriers.simple_pdf(info=b"/Info<</Title(Ana Rivera)>>")),
    "html comment": ("html", lambda: b"<p>Hello</p><!-- Ana Rivera -->"),
    "html cells": ("html", lambda: b"<table><tr><td>Rivera</td><td>Ana</td></tr></table>"),
    "csv": ("csv", lambda: b"grade;family;given\r\n3;Rivera;Ana\r\n"),
    "csv in utf-16": ("csv", lambda: "3\tRivera\tAna".encode("utf-16")),
    "txt in latin-1": ("txt", lambda: "Ána Rivéra".encode("latin-1")),
    "txt in mac roman": ("txt", lambda: "Ána Rivéra".encode("mac_roman")),
    "txt in utf-16 without a mark": ("txt", lambda: "Ana Rivera".encode("utf-16-le")),
    "json": ("json", lambda: rb'{"who": "\u00c1na Rivera"}'),
    "json cells": ("json", lambda: b'[{"family": "Rivera", "given": "Ana"}]'),
    "md": ("md", lambda: b"# Hello\n\n**An**a Rivera"),
    "svg": ("svg", lambda: SVG),
    "jpeg description": ("jpeg", lambda: titled("JPEG")),
    "png description": ("png", lambda: titled("PNG")),
    "webp description": ("webp", lambda: titled("WEBP")),
    "tiff description": ("tiff", lambda: titled("TIFF")),
    "gif comment": ("gif", lambda: picture("GIF", comment=NAME.encode())),
}


@pytest.mark.parametrize("carrier", LEAKS)
def test_a_name_is_found_in(carrier: str):
    kind, made = LEAKS[carrier]
    reading = read(made(), f"letter.{kind}")
    assert isinstance(reading, Reading), reading
    assert (reading.kind, reading.media_type, reading.misnamed) == (kind, MEDIA_TYPES[reading.kind], False)
    verdict = judge_file(reading, ROSTER)
    assert isinstance(verdict, Blocked), verdict
    assert verdict.children == 1
    assert "Rivera" not in str(verdict)


def test_every_kind_is_tried_above():
    assert {kind for kind, _ in LEAKS.values()} | {"odt", "ods", "odp"} == set(MEDIA_TYPES)


def test_an_innocent_letter_is_clear_in_every_format(tmp_path: Path):
    body = "Welcome. Ana teaches music. Rivera Elementary opens at 8. Write to office\\@school.test. #lorem(500)"
    files = {
        "letter.pdf": carriers.pdf(tmp_path, body),
        "letter.docx": carriers.document(lambda d: d.add_table(2, 2)),
        "fees.xlsx": carriers.workbook(lambda w: w.active.append(["Soup", 3.5, "Monday"])),
        "menu.csv": b"day,meal\nMon,Soup\n",
        "menu.txt": b"Soup",
        "menu.json": b'{"day": "Mon", "meal": ["Soup", 3.5]}',
        "menu.md": b"# Menu\n\n- Soup\n",
        "menu.svg": b"<svg><text>Soup</text></svg>",
        "menu.html": b"<!doctype html><html><meta charset=iso-8859-1><body>Soup\x97hot</body></html>",
        "menu.gif": picture("GIF"),
    }
    for name, data in files.items():
        assert judge_file(read(data, name), ROSTER) == Clear(), name


@pytest.mark.parametrize(
    ("name", "data", "kind", "misnamed"),
    [
        ("a.jpg", picture("JPEG"), "jpeg", False),
        ("a.JPEG", picture("JPEG"), "jpeg", False),
        ("a.tif", picture("TIFF"), "tiff", False),
        ("a.png", picture("JPEG"), "jpeg", True),
        ("a.heic", picture("JPEG"), "jpeg", True),
        ("a.txt", PLAIN_PDF, "pdf", True),
        ("a.docx", PLAIN_PDF, "pdf", True),
        ("a.doc", PLAIN_PDF, "pdf", True),
        ("a", PLAIN_PDF, "pdf", False),
        (".exe", PLAIN_PDF, "pdf", False),
        ("a.exe.", PLAIN_PDF, "pdf", False),
        ("a.pdf/b.EXE", PLAIN_PDF, "pdf", True),
        ("b.exe/", PLAIN_PDF, "pdf", True),
        ("a.exe/b", PLAIN_PDF, "pdf", False),
        ("Letter for Dr. Lee", PLAIN_PDF, "pdf", False),
        ("a.pdf", b"Welcome", "txt", True),
        ("a.exe", b"Welcome", "txt", True),
        ("a.xls", b"<html><table><tr><td>Welcome", "html", True),
        ("a.xls", b"day\tmeal\nMon\tSoup\n", "txt", True),
        ("a", b"Welcome", "txt", False),
        ("a", b"day,meal,n\nMon,Soup,1\nTue,Rice,2\n", "csv", False),
        ("a", b'{"a": 1}', "json", False),
        ("a", b"{not json", "txt", False),
        ("a", b"<!DOCTYPE html><p>Welcome", "html", False),
        ("a", b"\n<!-- x --><html>Welcome", "html", False),
        ("a", SVG, "svg", False),
        ("a.text", b"Welcome", "txt", False),
        ("a.log", b"Welcome", "txt", False),
        ("a.vcf", b"BEGIN:VCARD\nFN:Welcome\nEND:VCARD", "txt", False),
        ("a.markdown", b"# Welcome", "md", False),
        ("a.tsv", b"a\tb", "csv", False),
        ("a.tab", b"a\tb", "csv", False),
        ("a.csv", b"Welcome", "csv", False),
        ("a.htm", b"Welcome", "html", False),
        ("a.txt", b"<!DOCTYPE html><p>Welcome", "html", True),
        ("a.txt", b'{"a": 1}', "txt", False),
        ("a.txt", b"Rates < 5 and > 3", "txt", False),
        ("a.csv", b"<html><table>", "html", True),
        ("a.json", b"Welcome", "txt", True),
        ("a.md", b"<h1 align=center>Welcome</h1>", "md", False),
        ("a.md", b"<!doctype html><p>Welcome", "html", True),
        ("a.html", b"<!doctype html>" + SVG, "html", False),
        ("a.html", SVG, "svg", True),
        ("a.svg", b"<p>Welcome", "html", True),
        ("a.svg", b"Welcome", "txt", True),
        ("a.json", b'{"a": 1}\n{"a": 2}\n', "json", False),
    ],
)  # fmt: skip
def test_the_kind_is_what_the_bytes_are_and_a_name_that_says_otherwise_is_found_out(
    name: str, data: bytes, kind: str, *, misnamed: bool
):
    parsed = PlainReader().parse(data, name)
    assert isinstance(parsed, Parsed), parsed
    assert (parsed.reading.kind, parsed.reading.misnamed) == (kind, misnamed)


def test_the_name_of_a_file_is_text_too():
    for name in (
        "Ana Rivera.txt",
        "letter for ana_rivera.txt",
        "Ana%20Rivera.txt",
        "Ana+Rivera%2E.txt",
        "%C1na Rivera",
        "IEP100231-final(2).txt",
        "100231report.txt",
    ):
        reading = read(b"Welcome", name)
        assert isinstance(reading, Reading)
        assert reading.parts[0] == Part("file name", name)
        assert isinstance(judge_file(reading, ROSTER), Blocked), name


def test_files_within_files_say_where_they_stand():
    inside = carriers.workbook(carriers.in_a_hidden_sheet)
    outside = carriers.repacked(carriers.document(lambda _: None), {"word/embeddings/Sheet1.xlsx": inside})
    reading = read(outside, "a.docx")
    assert isinstance(reading, Reading)
    assert reading.hidden >= 1
    (where,) = {part.place for part in reading.parts if "Ana" in part.text and "sheet 2" in part.place}
    assert where.count(": ") == 1
    assert "Rivera" not in where


def test_pictures_are_counted_and_the_known_ones_are_looked_at_by_nobody():
    data = carriers.png(300, 80)
    parsed = PlainReader().parse(data, "a.png")
    assert isinstance(parsed, Parsed)
    (shown,) = parsed.pictures
    reader = PlainReader()
    reading = reader.read_bytes(data, "a.png", frozenset({shown.sha256}))
    assert isinstance(reading, Reading)
    assert reading.pictures == 1
    assert reader._eyes is None


def test_a_file_is_read_and_stripped_from_its_path(tmp_path: Path):
    (tmp_path / "x").write_bytes(titled("JPEG"))
    reader = PlainReader()
    assert isinstance(judge_file(reader.read(tmp_path / "x", "a.jpg"), ROSTER), Blocked)
    assert isinstance(reader.strip(tmp_path / "x", tmp_path / "y"), Stripped)
    assert judge_file(reader.read(tmp_path / "y", "a.jpg"), ROSTER) == Clear()
    reader.close()


def test_what_cannot_be_stripped_is_not_written(tmp_path: Path):
    (tmp_path / "x").write_bytes(b"PK\x03\x04 damaged")
    for path in (tmp_path / "x", tmp_path / "missing"):
        assert isinstance(PlainReader().strip(path, tmp_path / "y"), Unreadable)
    assert not (tmp_path / "y").exists()
