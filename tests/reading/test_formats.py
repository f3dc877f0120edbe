import base64
import io
import zlib
from collections.abc import Callable
from pathlib import Path

import carriers
import pytest

from portal.guard.roster import Person, Roster
from portal.guard.rules import Blocked, Clear, judge_file
from portal.reading.plain import PlainReader
from portal.reading.reader import Reading, Unreadable

ROSTER = Roster.of([Person("child", "ana", frozenset({"ana"}), "Ana", "Rivera", numbers=("100231",))])
NAME = carriers.NAME
FREE_TEXT = b"<</Type/Annot/Subtype/Text/Rect[0 0 9 9]/Contents(Ask Ana Rivera)>>"
FIELD = b"<</Type/Annot/Subtype/Widget/FT/Tx/T(who)/V(Ana Rivera)/Rect[0 0 90 9]>>"
WITH_NOTE = carriers.PAGE[:-2] + b"/Annots[5 0 R]>>"
MARK = b"<</Names<</EmbeddedFiles<</Names[(a)6 0 R]>>>>/Type/Catalog/Pages 2 0 R>>"
ATTACHED = b"<</Type/Filespec/F(list.txt)/EF<</F 5 0 R>>>>"


def read(data: bytes, name: str) -> Reading | Unreadable:
    return PlainReader().read_bytes(data, name)


def text_of(data: bytes, name: str) -> str:
    reading = read(data, name)
    assert isinstance(reading, Reading), reading
    return "\n".join(part.text for part in reading.parts)


LEAKS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "docx split into runs": ("docx", lambda: carriers.document(carriers.in_runs)),
    "docx table": ("docx", lambda: carriers.document(carriers.in_a_table)),
    "docx header": ("docx", lambda: carriers.document(lambda d: d.sections[0].header.paragraphs[0].add_run(NAME))),
    "docx comment": ("docx", lambda: carriers.document(lambda d: d.add_comment(d.paragraphs[0].runs, NAME))),
    "docx author": ("docx", lambda: carriers.document(lambda d: setattr(d.core_properties, "author", NAME))),
    "docx custom part": (
        "docx",
        lambda: carriers.repacked(carriers.document(lambda _: None), {"customXml/item9.xml": b"<a b='Ana Rivera'/>"}),
    ),
    "docx with a workbook inside": (
        "docx",
        lambda: carriers.repacked(
            carriers.document(lambda _: None),
            {"word/embeddings/Sheet1.xlsx": carriers.workbook(carriers.in_a_hidden_sheet)},
        ),
    ),
    "xlsx cells": ("xlsx", lambda: carriers.workbook(lambda w: w.active.append(NAME.split()))),
    "xlsx number": ("xlsx", lambda: carriers.workbook(lambda w: w.active.append([100231.0]))),
    "xlsx hidden sheet": ("xlsx", lambda: carriers.workbook(carriers.in_a_hidden_sheet)),
    "xlsx comment": ("xlsx", lambda: carriers.workbook(carriers.in_a_comment)),
    "xlsx defined name": ("xlsx", lambda: carriers.workbook(carriers.in_a_defined_name)),
    "xlsx sheet name": ("xlsx", lambda: carriers.workbook(lambda w: w.create_sheet(NAME))),
    "xlsx header": ("xlsx", lambda: carriers.workbook(lambda w: setattr(w.active.oddHeader.left, "text", NAME))),
    "pdf note": ("pdf", lambda: carriers.simple_pdf(FREE_TEXT, page=WITH_NOTE)),
    "pdf form field": ("pdf", lambda: carriers.simple_pdf(FIELD, page=WITH_NOTE)),
    "pdf title": ("pdf", lambda: carriers.simple_pdf(info=b"/Info<</Title(Ana Rivera)>>")),
    "pdf title in utf-16": (
        "pdf",
        lambda: carriers.simple_pdf(info=b"/Info<</Title<feff" + NAME.encode("utf-16-be").hex().encode() + b">>>"),
    ),
    "pdf unused object": ("pdf", lambda: carriers.simple_pdf(b"<</Old(Ana \\122ivera)>>")),
    "pdf object stream": (
        "pdf",
        lambda: carriers.simple_pdf(carriers.stream(b"9 0 (Ana Rivera)", b"/Type/ObjStm/N 1")),
    ),
    "pdf metadata": ("pdf", lambda: carriers.simple_pdf(carriers.stream(b"<x>Ana Rivera</x>", b"/Type/Metadata"))),
    "pdf attachment": (
        "pdf",
        lambda: carriers.simple_pdf(
            carriers.stream(b"Rivera, Ana", b"/Type/EmbeddedFile"), ATTACHED, catalog=MARK, info=b""
        ),
    ),
    "html comment": ("html", lambda: b"<p>Hello</p><!-- Ana Rivera -->"),
    "html attribute": ("html", lambda: b"<p title='Ana Rivera'>Hello</p>"),
    "html entities": ("html", lambda: b"<p>&#65;na <b>Ri</b>vera</p>"),
    "html script": ("html", lambda: b"<script>var a = ['Ana','Rivera']</script>"),
    "html cells": ("html", lambda: b"<table><tr><td>Rivera</td><td>Ana</td></tr></table>"),
    "html link": ("html", lambda: b"<a href='mailto:x?subject=Ana%20Rivera'>Hello</a>"),
    "csv": ("csv", lambda: b"grade;family;given\r\n3;Rivera;Ana\r\n"),
    "csv in utf-16": ("csv", lambda: "3\tRivera\tAna".encode("utf-16")),
    "txt in latin-1": ("txt", lambda: "Ána Rivéra".encode("latin-1")),
    "txt in utf-16 without a mark": ("txt", lambda: "Ana Rivera".encode("utf-16-le")),
    "txt with a mark": ("txt", lambda: "Ana Rivera".encode("utf-8-sig")),
}


@pytest.mark.parametrize("carrier", LEAKS)
def test_a_name_is_found_in(carrier: str):
    kind, made = LEAKS[carrier]
    verdict = judge_file(read(made(), f"letter.{kind}"), ROSTER)
    assert isinstance(verdict, Blocked), verdict
    assert verdict.children == 1
    assert "Rivera" not in str(verdict)


def test_a_name_on_a_page_is_found_covered_white_or_off_the_page(tmp_path: Path):
    for body in (
        "= Welcome\nAna Rivera",
        "#text(fill: white)[Ana Rivera]",
        "#place(dx: 400cm)[Ana Rivera] Hello",
        "#place[Ana Rivera] #rect(width: 5cm, height: 3cm, fill: black)",
        "#rotate(90deg)[Ana Rivera]",
        "#table(columns: 3, [Rivera], [Ana], [Oak])",
        '#set document(title: "Ana Rivera")\nHello',
        "#set text(hyphenate: true)\n#box(width: 1.2cm)[Ana Rivera]",
    ):  # fmt: skip
        verdict = judge_file(read(carriers.pdf(tmp_path, body), "letter.pdf"), ROSTER)
        assert isinstance(verdict, Blocked), body


def test_an_innocent_letter_is_clear_in_every_format(tmp_path: Path):
    body = "Welcome. Ana teaches music. Rivera Elementary opens at 8. Write to office\\@school.test. #lorem(500)"
    files = {
        "letter.pdf": carriers.pdf(tmp_path, body),
        "letter.docx": carriers.document(lambda d: d.add_table(2, 2)),
        "fees.xlsx": carriers.workbook(lambda w: w.active.append(["Ana", "teaches", "Rivera"])),
        "menu.csv": b"day,meal\nMon,Soup\n",
        "menu.txt": b"Soup",
        "menu.html": b"<!doctype html><html><meta charset=iso-8859-1><body>Soup\x97hot</body></html>",
    }
    for name, data in files.items():
        assert judge_file(read(data, name), ROSTER) == Clear(), name


def test_pdfs_as_other_programs_write_them_are_clear():
    drawn = zlib.compress(b"BT /F 12 Tf 20 200 Td (Welcome to the app. Ana) Tj ET")
    twice = base64.a85encode(drawn) + b"~>"
    head = b"<</Length %d/Filter[/ASCII85Decode/FlateDecode]>>\nstream\n%s\nendstream"
    packed_twice = carriers.simple_pdf(text=head % (len(twice), twice))
    assert "Welcome to the app. Ana" in text_of(packed_twice, "a.pdf")
    assert judge_file(read(packed_twice, "a.pdf"), ROSTER) == Clear()
    pdf = carriers.simple_pdf()
    start = pdf.rindex(b"xref\n0")
    second_table = b"xref\n0 0\ntrailer<</Size 5/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF" % (start, len(pdf))
    assert judge_file(read(pdf + second_table, "a.pdf"), ROSTER) == Clear()


def test_a_reading_says_what_was_read(tmp_path: Path):
    reading = read(carriers.pdf(tmp_path, "One #pagebreak() Two"), "letter.pdf")
    assert isinstance(reading, Reading)
    assert (reading.kind, reading.media_type, reading.pages) == ("pdf", "application/pdf", 2)
    assert [part.place for part in reading.parts][:3] == ["file name", "page 1", "page 2"]
    hidden = read(carriers.workbook(carriers.in_a_hidden_sheet), "a.xlsx")
    assert isinstance(hidden, Reading)
    assert [part.place for part in hidden.parts][1:3] == ["sheet 1, rows", "sheet 2 (hidden), rows"]


def test_rows_do_not_run_into_each_other():
    reading = read(b"given,family\nTom,Ana\nRivera,Kim\n", "a.csv")
    assert judge_file(reading, ROSTER) == Clear()


def test_a_date_in_a_workbook_is_no_number():
    import datetime as dt

    data = carriers.workbook(lambda w: w.active.append([dt.datetime(2026, 8, 6), 12345678.0, 2.5]))  # noqa: DTZ001 - workbooks know no zones
    assert "2026-08-06" in text_of(data, "a.xlsx")
    assert "12345678\t2.5" in text_of(data, "a.xlsx")


def test_small_pictures_pass_and_are_counted():
    small = carriers.repacked(carriers.document(lambda _: None), {"word/media/a.png": carriers.png(64, 20)})
    reading = read(small, "a.docx")
    assert isinstance(reading, Reading)
    assert reading.pictures == 2  # the template's own thumbnail is the other
    packed = base64.b64encode(carriers.png(8, 8))
    assert isinstance(read(b"<img src='data:image/png;base64," + packed + b"'>", "a.html"), Reading)


def test_tracked_deletions_are_read():
    data = carriers.document(lambda d: d.add_paragraph("KEEP"))
    with io.BytesIO(data) as held:
        import zipfile

        xml = zipfile.ZipFile(held).read("word/document.xml")
    deleted = b'</w:t></w:r><w:del w:author="x"><w:r><w:delText>Ana Rivera</w:delText></w:r></w:del><w:r><w:t>'
    data = carriers.repacked(data, {"word/document.xml": xml.replace(b"KEEP", deleted)})
    assert isinstance(judge_file(read(data, "a.docx"), ROSTER), Blocked)


def test_reading_a_short_table_leaves_other_tables_their_long_cells() -> None:
    import csv

    from portal.reading.text import read_table

    before = csv.field_size_limit()
    read_table(b"a,b\n1,2\n")
    assert csv.field_size_limit() == before
