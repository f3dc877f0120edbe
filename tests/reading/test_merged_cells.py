"""Cells that are merged over several rows, wherever they stand: what they say goes with each of the rows."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import docx
import openpyxl
import pytest
import xlwt
from pptx import Presentation
from pptx.util import Inches

from portal.guard.roster.index import Person, Roster
from portal.guard.rules import Blocked, Clear, judge_file
from portal.reading.merged import Merged
from portal.reading.plain import PlainReader
from portal.reading.reader import Reading
from tests.reading import carriers
from tests.reading.test_office_refused import zipped

ROWS = (
    ("Grade", "Family", "Child", "Bus"),
    ("3", "Rivera", "Ana", "late bus"),
    ("4", "", "Tomás", "walks home"),
    ("5", "", "Lou", "early bus"),
    ("6", "Lee", "Mia", "walks home"),
)
TOMAS = Person("child", "tomas", frozenset({"a"}), "Tomás", "Rivera")
ROSTER = Roster.of([TOMAS, Person("child", "lou", frozenset({"b"}), "Lou", "Lee")])


def as_xlsx(*, merged: bool = True) -> bytes:
    def fill(made: openpyxl.Workbook) -> None:
        made.active.delete_rows(1)
        for row in ROWS:
            made.active.append([cell or None for cell in row])
        if merged:
            made.active.merge_cells("B2:B4")

    return carriers.workbook(fill)


def as_xls(*, merged: bool = True) -> bytes:
    made, out = xlwt.Workbook(), io.BytesIO()
    made.add_sheet("Before").write_merge(1, 3, 1, 1, "Elsewhere")
    sheet = made.add_sheet("Sheet")
    for at, row in enumerate(ROWS):
        for column, cell in enumerate(row):
            if cell and not (merged and cell == "Rivera"):
                sheet.write(at, column, cell)
    if merged:
        sheet.write_merge(1, 3, 1, 1, "Rivera")
    made.save(out)
    return out.getvalue()


def as_ods(*, merged: bool = True) -> bytes:
    def cell(text: str) -> str:
        if not text:
            return "<t:covered-table-cell/>" if merged else "<t:table-cell/>"
        spans = ' t:number-rows-spanned="3"' if text == "Rivera" and merged else ""
        return f"<t:table-cell{spans}><x:p>{text}</x:p></t:table-cell>"

    rows = "".join(f"<t:table-row>{''.join(map(cell, row))}</t:table-row>" for row in ROWS)
    content = (
        '<a xmlns:t="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:x="urn:x"><spreadsheet>'
        f'<t:table t:name="Sheet1">{rows}</t:table></spreadsheet></a>'
    )
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    return zipped({"mimetype": kind, "META-INF/manifest.xml": b"<a/>", "content.xml": content.encode()})


def fill(table: Any, *, merged: bool) -> None:  # noqa: ANN401 - of Word or of PowerPoint, which are filled alike
    for at, row in enumerate(ROWS):
        for column, cell in enumerate(row):
            table.cell(at, column).text = cell
    if merged:
        table.cell(1, 1).merge(table.cell(3, 1))


def as_docx(*, merged: bool = True) -> bytes:
    made = docx.Document()
    fill(made.add_table(len(ROWS), 4), merged=merged)
    return carriers.saved(made)


def as_pptx(*, merged: bool = True) -> bytes:
    made = Presentation()
    slide = made.slides.add_slide(made.slide_layouts[6])
    fill(slide.shapes.add_table(len(ROWS), 4, Inches(1), Inches(1), Inches(6), Inches(3)).table, merged=merged)
    return carriers.saved(made)


def as_html(*, merged: bool = True) -> bytes:
    def cell(text: str) -> str:
        if not text:
            return "" if merged else "<td></td>"
        return f"<td{' rowspan=3' if text == 'Rivera' and merged else ''}>{text}</td>"

    rows = "".join(f"<tr>{''.join(map(cell, row))}</tr>\n" for row in ROWS)
    return f"<html><body><table>{rows}</table></body></html>".encode()


MADE: dict[str, Callable[..., bytes]] = {
    "a.xlsx": as_xlsx, "a.xls": as_xls, "a.ods": as_ods, "a.docx": as_docx, "a.pptx": as_pptx, "a.html": as_html
}  # fmt: skip


def read(data: bytes, name: str) -> Reading:
    reading = PlainReader().read_bytes(data, name)
    assert isinstance(reading, Reading)
    return reading


@pytest.mark.parametrize("name", MADE)
def test_a_merged_cell_goes_with_each_of_its_rows(name: str):
    said = "\n\n".join(part.text for part in read(MADE[name](), name).parts)
    rows = [[cell.strip() for cell in row.split("\t") if cell.strip()] for row in said.split("\n\n")]
    assert ["4", "Rivera", "Tomás", "walks home"] in rows
    assert ["5", "Rivera", "Lou", "early bus"] in rows
    assert not any("Rivera" in row and "Mia" in row for row in rows)


@pytest.mark.parametrize("name", MADE)
def test_the_child_in_the_row_below_is_found_and_no_other(name: str):
    verdict = judge_file(read(MADE[name](), name), ROSTER)
    assert isinstance(verdict, Blocked)
    assert verdict.people == {"tomas"}


@pytest.mark.parametrize("name", MADE)
def test_an_empty_cell_in_the_middle_is_no_merged_one(name: str):
    assert isinstance(judge_file(read(MADE[name](merged=False), name), ROSTER), Clear)


def test_a_cell_goes_as_far_as_it_is_merged_and_figures_and_sentences_go_nowhere():
    merged = Merged()
    for column, text in enumerate(("Rivera", "704-555-0100", "Please bring a snack on every day of that week", "")):
        merged.reach(column, 4, text)
    assert merged.above(2, {4: "Ana"}) == {0: "Rivera"}
    assert merged.above(2, {0: "Lee"}) == {}
    assert merged.above(4, {0: ""}) == {0: "Rivera"}
    assert merged.above(5, {}) == {}


@pytest.mark.parametrize("span", ["0", "1", "x", "-3", "9999999", ""])
def test_a_span_that_makes_no_sense_ends_no_reading(span: str):
    data = as_html().replace(b"rowspan=3", f"rowspan='{span}' colspan='{span}'".encode())
    assert "Rivera" in "".join(part.text for part in read(data, "a.html").parts)


@pytest.mark.parametrize("empty", ["", "&nbsp;", " \n"])
def test_rows_of_a_page_that_lack_their_first_cell_go_with_the_one_above(empty: str):
    """Whether a family stands before its first child or in a row of its own, and as far as the next one."""
    long = "Bring a snack on each of these days, please"
    rows = (("Rivera", "Ana"), (empty, "Tom"), ("Lee", empty), (empty, "Mia"), (long, "x"), (empty, "Lou"))
    page = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    told = {part.place: part.text for part in read(f"<html><table>{page}</table></html>".encode(), "a.html").parts}
    assert [row.split("\t") for row in told["page, rows with the cells above"].split("\n\n")][:2] == [
        ["Rivera", "Tom"], ["Lee", "Mia"]
    ]  # fmt: skip
    assert "please\tLou" not in told["page, rows with the cells above"]


@pytest.mark.parametrize("ends", ["</td></tr>", "</td>", ""])
@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("<td rowspan=2>Rivera", ""),
        ("<td rowspan=2>Rivera (2)", ""),
        ("<td rowspan=2>Rivera<br>12 Elm Street", ""),
        ("<td rowspan=2>Rivera<br>704-555-0199", ""),
        ("<td rowspan=0>Rivera", ""),
        ("<td title='a > b' rowspan=2>Rivera", ""),
        ("<td rowspan=2>Rivera<td><table><tr><td>bus 4</table>", ""),
        ("<td>Rivera", "<td>&#xA0;"),
        ("<td>Rivera", "<td>&ensp;"),
        ("<td>Rivera", "<td>&quot;"),
        ("<td>Rivera", "<td>-"),
        ("<td>Rivera", "<td><br>"),
        ("<td>Rivera (2)", "<td><!-- -->"),
        ("<td>Rivera", "<td><span></span>"),
    ],
)
def test_a_family_goes_with_the_rows_below_however_the_page_is_written(first: str, second: str, ends: str):
    rows = ((first, "<td>Eva", "<td>3A"), (second, "<td>Tomás", "<td>4B"))
    page = "".join(f"<tr>{''.join(cell + ends[:5] for cell in row if cell)}{ends[5:]}" for row in rows)
    verdict = judge_file(read(f"<html><body><table>{page}</table></body></html>".encode(), "a.html"), ROSTER)
    assert isinstance(verdict, Blocked)
    assert verdict.people == {"tomas"}


@pytest.mark.parametrize(
    "page",
    [
        "<table><tr><td>Award for</td></tr><tr><td>Tomás</td></tr><tr><td>Rivera</td></tr></table>",
        "<table><tr><td>4<td>Tomás<td>17</tr><tr><td><td>Rivera<td></tr></table>",
        "<p>Tomás <tr>Rivera</tr> is in grade 3</p>",
        "<!-- <tr><td>Tomás</td></tr><tr><td>Rivera</td></tr> -->",
        "<noscript><tr>Tomás<tr>Rivera</noscript>",
        "<template><table><tr><td>Tomás</td></tr><tr><td>Rivera</td></tr></table></template>",
    ],
)
def test_rows_of_one_cell_are_lines_of_a_letter(page: str):
    verdict = judge_file(read(f"<html><body>{page}</body></html>".encode(), "a.html"), ROSTER)
    assert isinstance(verdict, Blocked)
    assert verdict.people == {"tomas"}


def test_cells_that_reach_into_very_many_rows_are_not_said_a_million_times():
    page = f"<html><body><table><tr>{'<td rowspan=9999>x' * 1_000}{'<tr><td>y' * 1_000}</table></body></html>"
    assert sum(len(part.text) for part in read(page.encode(), "a.html").parts) < 50 * len(page)


@pytest.mark.parametrize("cell", ["-", "\u2013", '"', "\u3003", " "])
def test_a_mark_that_repeats_what_is_above_says_nothing_itself(cell: str):
    text = f"Family,Child,Grade\nRivera,Eva,3\n{cell.replace(chr(34), chr(34) * 4)},Tomás,4\n".encode()
    verdict = judge_file(read(text, "a.csv"), ROSTER)
    assert isinstance(verdict, Blocked)
    assert verdict.people == {"tomas"}


@pytest.mark.parametrize(
    ("written", "otherwise", "encoding"),
    [
        ('ref="B2:B4"', 'ref="B2:B4"', "utf-16"),
        ('ref="B2:B4"', 'ref="B2&#58;B4"', "utf-8"),
        ('ref="B2:B4"', "ref = '$B$2:$B$4'", "utf-8"),
        ("<mergeCell ", "<!-- <mergeCell ref='A1:A1'/> --><mergeCell ", "utf-8"),
    ],
)
def test_a_merged_cell_is_found_however_the_sheet_is_written(written: str, otherwise: str, encoding: str):
    parts = unzipped(as_xlsx())
    sheet = parts["xl/worksheets/sheet1.xml"].decode()
    assert written in sheet
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(written, otherwise).replace("UTF-8", encoding).encode(encoding)
    verdict = judge_file(read(zipped(parts), "a.xlsx"), ROSTER)
    assert isinstance(verdict, Blocked)
    assert verdict.people == {"tomas"}


def unzipped(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}
