"""Workbooks (xlsx): where a name may stand, how values read, and that what is stored apart comes in rows."""

import datetime as dt
import io
import struct
import time
import zipfile
from collections.abc import Callable

import carriers
import office_carriers
import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.datavalidation import DataValidation

from portal.reading.office.marked_up.row_blocks import as_date, as_number, is_date

NAME = carriers.NAME
BOOK = carriers.workbook(lambda _: None)
RELATIONS = '<Relationships xmlns="r"><Relationship Id="rId1" Type="t" Target="{}"/></Relationships>'


def texts(data: bytes) -> dict[str, str]:
    """What is said, by place."""
    said: dict[str, str] = {}
    for part in office_carriers.gathered(data).parts:
        said[part.place] = f"{said.get(part.place, '')}\n\n{part.text}".strip("\n")
    return said


def with_parts(parts: dict[str, str]) -> bytes:
    return carriers.repacked(BOOK, {name: content.encode() for name, content in parts.items()})


def sheet(rows: str) -> bytes:
    """A workbook whose only sheet is written by hand."""
    return with_parts({"xl/worksheets/sheet1.xml": f"<worksheet><sheetData>{rows}</sheetData></worksheet>"})


def in_a_list(made: openpyxl.Workbook) -> None:
    made.active.add_data_validation(DataValidation("list", formula1=f'"Tom Lee,{NAME}"', sqref="A1"))


PIVOT = {
    "xl/pivotCache/pivotCacheDefinition1.xml": (
        "<pivotCacheDefinition><cacheFields>"
        "<cacheField name='Family'><sharedItems><s v='Lee'/><s v='Rivera'/></sharedItems></cacheField>"
        "<cacheField name='Given'><sharedItems><s v='Tom'/><s v='Ana'/></sharedItems></cacheField>"
        "<cacheField name='Born'><sharedItems/></cacheField><cacheField name='Id'/></cacheFields>"
        "</pivotCacheDefinition>"
    ),
    "xl/pivotCache/_rels/pivotCacheDefinition1.xml.rels": RELATIONS.format("records7.xml"),
    "xl/pivotCache/records7.xml": (
        "<pivotCacheRecords><r><x v='0'/><x v='0'/><m/><n v='5'/></r>"
        "<r><x v='1'/><x v='1'/><d v='2016-05-12T00:00:00'/><n v='100231'/></r></pivotCacheRecords>"
    ),
}
OUTSIDE = (
    "<externalLink><externalBook><sheetNames><sheetName val='Kids'/></sheetNames><sheetDataSet><sheetData sheetId='0'>"
    "<row r='7'><cell r='A7' t='str'><v>Rivera</v></cell><cell r='B7' t='str'><v>Ana</v></cell></row></sheetData>"
    "<sheetData sheetId='1'><row r='7'><cell r='A7'><v>3</v></cell></row></sheetData></sheetDataSet>"
    "</externalBook></externalLink>"
)
LEVELS = (
    "<c:chart xmlns:c='c'><c:multiLvlStrCache>"
    "<c:lvl><c:pt idx='0'><c:v>Tom</c:v></c:pt><c:pt idx='1'><c:v>Ana</c:v></c:pt></c:lvl>"
    "<c:lvl><c:pt idx='0'><c:v>Lee</c:v></c:pt><c:pt idx='1'><c:v>Rivera</c:v></c:pt></c:lvl>"
    "</c:multiLvlStrCache></c:chart>"
)
STRINGS = "<sst><si><t>Welcome</t></si><si><r><t>An</t></r><r><t>a Rivera</t></r><rPh><t>Reading</t></rPh></si></sst>"

FOUND: dict[str, tuple[Callable[[], bytes], str]] = {
    "cells apart": (lambda: carriers.workbook(lambda w: w.active.append(["Ana", None, "Rivera"])), "sheet 1, rows 1-2"),
    "very hidden sheet": (lambda: carriers.workbook(carriers.in_a_hidden_sheet), "sheet 2 (hidden), row 1"),
    "comment": (lambda: carriers.workbook(carriers.in_a_comment), "comments"),
    "defined name": (lambda: carriers.workbook(carriers.in_a_defined_name), "sheet and defined names"),
    "sheet name": (lambda: carriers.workbook(lambda w: w.create_sheet(NAME)), "sheet and defined names"),
    "header": (
        lambda: carriers.workbook(lambda w: setattr(w.active.oddHeader.left, "text", NAME)),
        "sheet 1, headers, notes and rules",
    ),
    "list of choices": (lambda: carriers.workbook(in_a_list), "sheet 1, headers, notes and rules"),
    "formula": (lambda: carriers.workbook(lambda w: w.active.append([f'="{NAME}"'])), "sheet 1, formulas, row 2"),
    "orphaned text": (lambda: with_parts({"xl/sharedStrings.xml": STRINGS}), "cell texts no sheet shows"),
    "text in the cell": (
        lambda: sheet("<row><c t='inlineStr'><is><r><t>Ana </t></r><r><t>Rivera</t></r></is></c></row>"),
        "sheet 1, row 1",
    ),
    "escaped letters": (lambda: sheet("<row><c t='str'><v>_x0041_na Rivera</v></c></row>"), "sheet 1, row 1"),
    "sheet no program lists": (
        lambda: with_parts({"xl/worksheets/sheet9.xml": f"<row><c t='str'><v>{NAME}</v></c></row>"}),
        "sheet no program shows (hidden), row 1",
    ),
    "threaded comment": (
        lambda: with_parts({"xl/threadedComments/threadedComment1.xml": f"<a><text>{NAME}</text></a>"}),
        "comments",
    ),
    "person": (lambda: with_parts({"xl/persons/person.xml": f"<a><b displayName='{NAME}'/></a>"}), "names of authors"),
    "pivot cache": (lambda: with_parts(PIVOT), "copy behind a pivot table (hidden), rows 1-3"),
    "pivot cache no definition leads to": (
        lambda: with_parts(
            {"xl/pivotCache/pivotCacheRecords1.xml": "<a><r><s v='Ana'/><n v='3'/><s v='Rivera'/></r></a>"}
        ),
        "copy behind a pivot table (hidden), row 2",
    ),
    "copy of another workbook": (
        lambda: with_parts({"xl/externalLinks/externalLink1.xml": OUTSIDE}),
        "copies from other workbooks (hidden), row 7",
    ),
    "chart": (lambda: with_parts({"xl/charts/chart1.xml": f"<a><v>{NAME}</v></a>"}), "drawings or charts"),
    "chart's labels": (lambda: with_parts({"xl/charts/chart1.xml": LEVELS}), "charts, labels, rows 1-2"),
    "printer settings": (
        lambda: carriers.repacked(BOOK, {"xl/printerSettings/p.bin": b"\1\2\0" + NAME.encode("utf-16-le")}),
        "printer settings",
    ),
    "custom property": (
        lambda: with_parts({"docProps/custom.xml": f"<a><property name='x'><lpwstr>{NAME}</lpwstr></property></a>"}),
        "properties",
    ),
    "control of old Excel": (
        lambda: with_parts({"xl/drawings/vmlDrawing1.vml": f"<xml><div>Ask<br>{NAME}</div></xml>"}),
        "drawings",
    ),
    "earlier versions": (lambda: with_parts({"xl/revisions/log.xml": f"<a><t>{NAME}</t></a>"}), "earlier versions"),
}


@pytest.mark.parametrize("carrier", FOUND)
def test_a_name_is_found_where_it_stands(carrier: str):
    make, place = FOUND[carrier]
    said = texts(make())
    text = said["charts"] if place == "drawings or charts" else said[place]
    words = " ".join(text.split())
    assert any(sign in words for sign in (NAME, "Rivera Ana", "Ana 3 Rivera")), text


def test_a_sheet_s_name_stands_above_its_first_rows():
    def fill(made: openpyxl.Workbook) -> None:
        made.active.title = "Rivera"
        made.active.append(["Ana", 3])
        made.active["A101"] = made.create_sheet("Kim 2")["A1"] = "Tom"

    said = texts(carriers.workbook(fill))
    assert said["sheet 1, rows 1-2"] == "Rivera\n\nWelcome\n\nAna\t3"
    assert said["sheet 1, row 101"] == said["sheet 2, row 1"] == "Tom"


def test_columns_line_up_and_keep_their_empty_cells():
    def fill(made: openpyxl.Workbook) -> None:
        made.active.delete_rows(1)
        for row in (["Family", "Grade", "Given"], ["Rivera", None, "Ana"], [None, 3, "Tom\nand\tLou"]):
            made.active.append(row)

    assert texts(carriers.workbook(fill))["sheet 1, rows 1-3"] == (
        "Family\tGrade\tGiven\n\nRivera\t\tAna\n\n\t3\tTom\nand Lou"
    )


def test_children_below_each_other_go_with_the_name_that_stands_before_the_first():
    def fill(made: openpyxl.Workbook) -> None:
        made.active.delete_rows(1)
        for row in (["Family", "Children"], ["Rivera", "Ana"], [None, "Tom"], [None, "Lou"], ["Lee", "Mia"], [2, 3]):
            made.active.append(row)
        made.active.merge_cells("A2:A4")

    told = texts(carriers.workbook(fill))
    assert told["sheet 1, rows 1-6"] == "Family\tChildren\n\nRivera\tAna\n\n\tTom\n\n\tLou\n\nLee\tMia\n\n2\t3"
    assert told["sheet 1, rows 3-4 with the cells above"] == "Rivera\tTom\n\nRivera\tLou"


def test_the_last_of_many_rows_goes_with_the_name_before_the_first():
    def fill(made: openpyxl.Workbook) -> None:
        made.active.delete_rows(1)
        for row in (["Rivera", "Chess"], *([None, f"club {number}"] for number in range(20)), [None, "Ana"]):
            made.active.append(row)

    assert "Rivera\tAna" in texts(carriers.workbook(fill))["sheet 1, rows 2-22 with the cells above"]


def test_a_head_below_a_title_stays_a_head_though_its_row_lacks_the_first_cell():
    """With the title in its row, `Lily Day` below `Name` was no name: words, below a head of pupils no more."""

    def fill(made: openpyxl.Workbook) -> None:
        made.active.delete_rows(1)
        for row in (["Class list", "Spring"], [None, "Grade", "Name"], [None, 3, "Lily Day"]):
            made.active.append(row)

    assert "\n\n\tGrade\tName\n\n\t3\tLily Day" in texts(carriers.workbook(fill))["sheet 1, rows 1-3"]


def test_values_read_as_people_write_them():
    def fill(made: openpyxl.Workbook) -> None:
        for value, style in (
            (100231.0, "General"),
            (7045550142, "000-000-0000"),
            (123, "00000"),
            (0.1 + 0.2, "0.0"),
            (1.5e20, "General"),
            (42502, "d/m/yyyy"),
            (42502.5625, 'yyyy"year"'),
            (0.5, "h:mm"),
            (42502, '"day" 0 [Red]'),
            (dt.date(1904, 2, 29), "yyyy-mm-dd"),
            (True, "General"),
        ):
            made.active.append([value])
            made.active.cell(made.active.max_row, 1).number_format = style

    rows = texts(carriers.workbook(fill))["sheet 1, rows 1-12"].split("\n\n")
    assert rows[1:] == [
        "100231", "7045550142", "00123", "0.3", "1.5e+20", "2016-05-12", "2016-05-12 13:30:00", "12:00:00", "day 42502",
        "1904-02-29", "TRUE",
    ]  # fmt: skip


def test_days_counted_from_1904_are_the_same_days():
    def fill(made: openpyxl.Workbook) -> None:
        made.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
        made.active.append([dt.date(2016, 5, 12)])

    assert "2016-05-12" in texts(carriers.workbook(fill))["sheet 1, rows 1-2"]


@given(st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1)))
def test_every_day_reads_as_itself(day: dt.date):
    serial = openpyxl.utils.datetime.to_excel(day)
    assert as_date(str(serial)) == day.isoformat()


@given(st.integers(-(10**14), 10**14))
def test_every_whole_number_reads_as_its_digits(number: int):
    assert as_number(f"{number}.0") == as_number(str(number)) == as_number(f"{number:.15E}") == str(number)


def test_formats_of_dates_are_told_from_others():
    for code in ("yyyy-mm-dd", "d mmm", "[h]:mm", "[$-409]mmmm d, yyyy;@", 'dd"."mm"."yyyy', "h:mm AM/PM"):
        assert is_date(164, code), code
    for code in ("General", "0.00", '0 "days"', "[Red]0", "#,##0.00\\ [$USD]", "0.0E+00", "@", "_(* #,##0_)"):
        assert not is_date(164, code), code


def test_hidden_rows_and_columns_are_told_and_counted():
    def fill(made: openpyxl.Workbook) -> None:
        made.active["A2"], made.active["B3"] = "Rivera", "Ana"
        made.active.row_dimensions[2].hidden = True
        made.active.column_dimensions["B"].hidden = True

    gathered = office_carriers.gathered(carriers.workbook(fill))
    assert [part.place for part in gathered.parts if part.place.startswith("sheet 1")] == [
        "sheet 1, rows 1-3, some columns hidden",
        "sheet 1, hidden row 2, some columns hidden",
        "sheet 1, row 3 with the cells above",
    ]
    assert (gathered.sheets, gathered.hidden) == (1, 1)
    assert office_carriers.gathered(BOOK).hidden == 0


def test_rows_of_height_nought_and_columns_of_width_nought_are_hidden_too():
    data = with_parts({"xl/worksheets/sheet1.xml": (
        "<worksheet><cols><col width='0'/></cols><sheetData><row ht='0'><c><v>5</v></c></row></sheetData></worksheet>"
    )})  # fmt: skip
    assert "sheet 1, hidden row 1, some columns hidden" in texts(data)


def test_a_row_or_cell_that_comes_twice_hides_nothing():
    data = sheet(
        "<row r='1'><c r='A1' t='str'><v>Ana</v></c><c r='A1' t='str'><v>Rivera</v></c></row>"
        "<row r='1'><c r='A1' t='str'><v>Tom</v></c></row>"
    )
    text = texts(data)["sheet 1, row 1"]
    assert all(word in text for word in ("Ana", "Rivera", "Tom"))


def test_choices_of_a_list_do_not_run_into_each_other():
    assert "Tom Lee\n\nAna Rivera" in texts(carriers.workbook(in_a_list))["sheet 1, headers, notes and rules"]


def test_pivot_records_come_in_rows_below_their_fields():
    assert texts(with_parts(PIVOT))["copy behind a pivot table (hidden), rows 1-3"] == (
        "Family\tGiven\tBorn\tId\n\nLee\tTom\t\t5\n\nRivera\tAna\t2016-05-12\t100231"
    )


def test_numbers_that_point_to_texts_are_not_told_as_numbers():
    data = carriers.repacked(BOOK, {"xl/worksheets/sheet1.xml": b"<row><c t='s'><v>100231</v></c></row>"})
    assert not any("100231" in text for text in texts(data).values())


def test_cells_far_apart_cost_no_more_than_they_say():
    data = sheet("<row r='1'><c r='A1'><v>1</v></c></row><row r='1048576'><c r='XFD1048576'><v>2</v></c></row>")
    assert texts(data)["sheet 1, row 1048576"] == "2"


@settings(max_examples=20, deadline=None)
@given(st.lists(st.lists(st.sampled_from(["", "Ana", "Rivera", "7"]), max_size=4), max_size=8))
def test_every_cell_of_every_table_comes_out_in_its_row(table: list[list[str]]):
    held = io.BytesIO()
    with xlsxwriter.Workbook(held) as made:
        page = made.add_worksheet()
        for row, cells in enumerate(table):
            for column, text in enumerate(cells):
                if text:
                    page.write_string(row, column, text)
    said = [
        part.text
        for part in office_carriers.gathered(held.getvalue()).parts
        if ", row" in part.place and "above" not in part.place
    ]
    rows = "\n\n".join(said).split("\n\n") if said else []
    assert [row.split() for row in rows] == [found for cells in table if (found := " ".join(cells).split())]


def test_the_accident_s_workbook_is_read_in_a_third_of_a_second():
    held = io.BytesIO()
    with xlsxwriter.Workbook(held) as made:
        page = made.add_worksheet()
        for row in range(2_900):
            page.write_row(row, 0, [f"Given{row % 700}", f"Family{row}", row * 7.5, *(["text"] * 9)])
    times = []
    for _ in range(3):  # the quickest: other work on the machine makes the processor slower too
        before = time.process_time()
        gathered = office_carriers.gathered(held.getvalue())
        times.append(time.process_time() - before)
    assert min(times) < 0.35
    assert sum(part.text.count("Family") for part in gathered.parts if part.place.startswith("sheet 1, rows")) == 2_900


def test_cells_line_up_wherever_the_shared_texts_and_the_styles_are_kept():
    held = carriers.workbook(lambda book: book.active.append(NAME.split()))
    moved = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(held)) as old, zipfile.ZipFile(moved, "w") as new:
        for name in old.namelist():
            content = old.read(name).replace(b"sharedStrings.xml", b"texts.xml").replace(b"workbook.xml", b"book.xml")
            new.writestr(name.replace("sharedStrings.xml", "texts.xml").replace("workbook.xml", "book.xml"), content)
    rows = [
        part.text for part in office_carriers.gathered(moved.getvalue()).parts if part.place.startswith("sheet 1, row")
    ]
    assert "Ana\tRivera" in "\n".join(rows)


def test_a_few_letters_beside_a_part_of_the_container_are_read():
    entry = zipfile.ZipInfo("docProps/note.xml")
    entry.extra = struct.pack("<HH", 0x4242, len(NAME)) + NAME.encode()
    held = io.BytesIO(BOOK)
    with zipfile.ZipFile(held, "a") as added:
        added.writestr(entry, "<a/>")
    assert any(NAME in part.text for part in office_carriers.gathered(held.getvalue()).parts)


@pytest.mark.parametrize(
    ("value", "style", "shown"),
    [
        (5, r"\A\n\a\ \R\i\v\e\r\a", NAME),
        (5, '0" Ana Rivera"', "5 Ana Rivera"),
        (5, r"0\ \A\n\a\ \R\i\v\e\r\a", "5 Ana Rivera"),
        (-5, '0;"Ana Rivera"', NAME),
        (0, '0;0;"Ana Rivera"', NAME),
        (100231, '"ID"000000', "ID 100231"),
        ("Rivera", '"Ana "@', NAME),
        ("vera", '0;0;0;"Ana Ri"@', f"{NAME} vera"),
        (12, "#,##0.00 [$kr-406]", "12"),
        ("Ana Rivera", '0" days"', NAME),
        (12, 'General" days"', "12 days"),
    ],
)
def test_a_cell_says_the_words_that_its_format_shows(value: object, style: str, shown: str):
    def fill(made: openpyxl.Workbook) -> None:
        made.active.append([value])
        made.active.cell(2, 1).number_format = style

    rows = next(text for place, text in texts(carriers.workbook(fill)).items() if place.startswith("sheet 1, row"))
    assert " ".join(rows.split()).removeprefix("Welcome ") == shown


def test_the_words_of_a_format_that_no_cell_has_are_said_too():
    def fill(made: openpyxl.Workbook) -> None:
        made.active.append([5])
        made.active.cell(2, 1).number_format = r"[<3]\A\n\a\ \R\i\v\e\r\a;0"

    assert any(NAME in text for text in texts(carriers.workbook(fill)).values())


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ('=CHAR(65)&"na "&_xlfn.UNICHAR(82)&"ivera"', '"A"&"na "&"R"&"ivera"'),
        ("=A1&CHAR(10)&UNICHAR(9999999)", "A1&CHAR(10)&UNICHAR(9999999)"),
    ],
)
def test_letters_for_which_a_formula_has_numbers_are_read(formula: str, said: str):
    assert texts(carriers.workbook(lambda made: made.active.append([formula])))["sheet 1, formulas, row 2"] == said
