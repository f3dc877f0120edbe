"""Tables keyed by student number, as spreadsheets save them: every cell is a value, and what is unclear is a fault."""

import csv
import io
import unicodedata
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from portal.rosters.caged import read_keyed, read_list
from portal.rosters.fields.values import Keyed, RosterUnreadable
from portal.rosters.tables.keyed import field_name

FEES = "Student ID,Amount due,Paid by\n7001,$12.50,card\n7002,0,\n"


def read(tmp_path: Path, text: str, encoding: str = "utf-8", name: str = "values.csv") -> Keyed:
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return read_keyed(path)


def workbook(tmp_path: Path, *rows: list[object]) -> Path:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(tmp_path / "values.xlsx")
    return tmp_path / "values.xlsx"


def test_a_row_is_a_childs_values_by_field(tmp_path: Path):
    table = read(tmp_path, FEES)
    assert table.columns == ("amount_due", "paid_by")
    assert table.rows == {
        "7001": {"amount_due": "$12.50", "paid_by": "card"},
        "7002": {"amount_due": "0", "paid_by": ""},
    }
    assert table.headings == {"amount_due": "Amount due", "paid_by": "Paid by"}
    assert (table.faults, table.notes) == ((), ())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_any_encoding_and_delimiter_says_the_same(tmp_path: Path, encoding: str, mark: str):
    text = "Élève;Student number;Teacher\nJosé Müller;0012;Zoë\nAda;0013;Ken\n".replace(";", mark)
    table = read(tmp_path, text, encoding)
    assert table.rows["0012"] == {"élève": "José Müller", "teacher": "Zoë"}
    assert list(table.rows) == ["0012", "0013"]
    assert table.faults == ()


@pytest.mark.parametrize(
    "heading", ["Student ID", "student_number", "STUDENT #", "Pupil No.", "child_id", "Number", "ID"]
)
def test_the_number_column_is_found_as_schools_write_it_wherever_it_stands(tmp_path: Path, heading: str):
    assert read(tmp_path, f"Fee,{heading}\n3,7001\n").rows == {"7001": {"fee": "3"}}


def test_a_title_above_the_headings_is_passed_over(tmp_path: Path):
    assert read(tmp_path, f"Fees of November,,\n,,\n{FEES}").columns == ("amount_due", "paid_by")


def test_a_number_a_spreadsheet_made_a_fraction_is_mended_and_its_zeros_are_kept(tmp_path: Path):
    assert list(read(tmp_path, "Student ID,Fee\n12345.0,1\n0012345,2\n").rows) == ["12345", "0012345"]


def test_a_number_a_spreadsheet_cut_short_is_a_fault(tmp_path: Path):
    table = read(tmp_path, "Student ID,Fee\n1.2E+05,1\n")
    assert table.rows == {}
    assert "shortened" in table.faults[0]


def test_a_number_twice_is_a_fault_that_names_both_rows(tmp_path: Path):
    table = read(tmp_path, "Student ID,Fee\n7001,1\n7002,2\n7001,3\n")
    assert table.faults == (
        "values.csv, row 4, Student ID: This number stands in row 2 already. Keep one row for each child.",
    )


def test_values_without_a_number_are_a_fault(tmp_path: Path):
    assert "row 2" in read(tmp_path, "Student ID,Fee\n,5\n").faults[0]


@pytest.mark.parametrize(
    "typed", ["=1+1", "+15", "-3", "@Ana", '=HYPERLINK("http://x")', "{{ child.name }}", "#eval(1)"]
)
def test_what_looks_like_a_formula_is_the_text_as_typed(tmp_path: Path, typed: str):
    text = io.StringIO()
    csv.writer(text).writerows([["Student ID", "Note"], ["7001", typed]])
    table = read(tmp_path, text.getvalue())
    assert table.rows["7001"]["note"] == typed
    assert table.faults == ()


def test_a_control_character_is_a_fault_and_a_line_end_is_not(tmp_path: Path):
    assert read(tmp_path, 'Student ID,Note\n7001,"one\ntwo"\n').rows["7001"]["note"] == "one\ntwo"
    assert "control character" in read(tmp_path, "Student ID,Note\n7001,a\u202eb\n").faults[0]


def test_two_headings_of_one_field_and_a_heading_without_letters_are_faults(tmp_path: Path):
    table = read(tmp_path, "Student ID,Fee,fee,--\n7001,1,2,3\n")
    assert table.columns == ("fee",)
    assert "neither letter" in table.faults[0]
    assert "Two columns would be fee" in table.faults[1]


def test_a_row_with_a_cell_too_many_is_a_fault_because_its_cells_may_have_shifted(tmp_path: Path):
    table = read(tmp_path, "Student ID,Name,Fee\n7001,Hart, Lin,5\n")
    assert "quotation marks" in table.faults[0]
    assert table.rows == {}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Name,Fee\nLin,5\n", "no column for the student number"),
        ("", "no column for the student number"),
        ("Student ID,Pupil No\n1,2\n", "Rename all but the right one"),
        ('Student ID,Fee\n7001,"5\n', "well-formed"),
    ],
)
def test_a_table_without_one_clear_number_column_is_not_read(tmp_path: Path, text: str, says: str):
    with pytest.raises(RosterUnreadable, match=says):
        read(tmp_path, text)


def test_another_kind_of_file_is_not_read(tmp_path: Path):
    with pytest.raises(RosterUnreadable, match="Save it as CSV"):
        read(tmp_path, FEES, name="values.ods")
    renamed = workbook(tmp_path, ["Student ID"]).rename(tmp_path / "values.csv")
    with pytest.raises(RosterUnreadable, match="Save it as CSV"):
        read_keyed(renamed)


def test_a_workbook_says_what_its_cells_say(tmp_path: Path):
    table = read_keyed(workbook(tmp_path, ["Fee", "Student ID"], [3, 7001.0], ["=text", "0012"], [None, 7002]))
    assert list(table.rows) == ["7001", "0012", "7002"]
    assert table.rows["7001"] == {"fee": "3"}
    assert table.rows["7002"] == {"fee": ""}


def test_a_formula_of_a_workbook_gives_its_last_result(tmp_path: Path):
    with xlsxwriter.Workbook(tmp_path / "values.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row("A1", ["Student ID", "Fee"])
        sheet.write("A2", "7001")
        sheet.write_formula("B2", "=5*2", None, 10)
        sheet.write("A3", "7002")
        sheet.write_formula("B3", '=IF(1,"card","")', None, "card")
    table = read_keyed(tmp_path / "values.xlsx")
    assert table.rows == {"7001": {"fee": "10"}, "7002": {"fee": "card"}}
    assert table.faults == ()


def test_a_formula_without_a_result_and_an_error_are_faults_that_name_the_cell(tmp_path: Path):
    with xlsxwriter.Workbook(tmp_path / "values.xlsx") as book:
        book.add_worksheet("Old").hide()
        sheet = book.add_worksheet("Fees")
        sheet.activate()
        sheet.write_row("A1", ["Student ID", "Fee", "Left"])
        sheet.write("A2", "7001")
        sheet.write_formula("B2", "=5*2", None, "")
        sheet.write_formula("C2", "=NA()", None, "#N/A")
    faults = read_keyed(tmp_path / "values.xlsx").faults
    assert len(faults) == 2
    assert "Cell B2 holds a formula whose result is not in the file" in faults[0]
    assert "Cell C2 holds the error #N/A" in faults[1]


def test_an_empty_text_is_a_result(tmp_path: Path):
    path = workbook(tmp_path, ["Student ID", "Fee"], ["7001", '=""'])
    edited = tmp_path / "edited.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(edited, "w") as new:
        for entry in old.infolist():
            content = old.read(entry)
            new.writestr(entry, content.replace(b'<c r="B2">', b'<c r="B2" t="str">'))
    assert read_keyed(edited).faults == ()
    assert len(read_keyed(path).faults) == 1


def test_a_workbook_that_declares_entities_is_not_read(tmp_path: Path):
    path = workbook(tmp_path, ["Student ID", "Fee"], ["7001", "1"])
    edited = tmp_path / "edited.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(edited, "w") as new:
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename == "xl/worksheets/sheet1.xml":
                content = b'<!DOCTYPE x [<!ENTITY a "b">]>' + content
            new.writestr(entry, content)
    with pytest.raises(RosterUnreadable):
        read_keyed(edited)


def test_a_workbooks_fractions_are_noted_because_their_format_is_not_read(tmp_path: Path):
    table = read_keyed(workbook(tmp_path, ["Student ID", "Fee"], ["7001", 12.5]))
    assert table.rows["7001"] == {"fee": "12.5"}
    assert "$12.50" in table.notes[0]


def test_a_field_is_named_as_a_letter_writes_it():
    assert [field_name(one) for one in ("Amount due", " Fee (USD) ", "Élève", "A  b\nc")] == [
        "amount_due", "fee_usd", "élève", "a_b_c",
    ]  # fmt: skip


values = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), max_size=20).map(str.strip)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(
    table=st.dictionaries(st.from_regex(r"[1-9][0-9]{3,8}", fullmatch=True), st.tuples(values, values), min_size=1),
    order=st.permutations(["Student ID", "One", "Two"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_whatever_the_order_each_child_has_its_own_values(
    tmp_path: Path, table: dict[str, tuple[str, str]], order: list[str], encoding: str
):
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow(order)
    for number, (one, two) in table.items():
        cells = {"Student ID": number, "One": one, "Two": two}
        writer.writerow([cells[heading] for heading in order])
    found = read(tmp_path, text.getvalue(), encoding)
    assert found.faults == ()
    assert {number: (row["one"], row["two"]) for number, row in found.rows.items()} == {
        number: tuple(map(composed, pair)) for number, pair in table.items()
    }


def composed(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip()


def listed(tmp_path: Path, text: str) -> tuple[tuple[str, str], ...]:
    path = tmp_path / "list.csv"
    path.write_text(text, encoding="utf-8")
    return read_list(path).rows


@pytest.mark.parametrize(
    "text",
    [
        "File name,Student number\na.pdf,7001\nb/c.pdf,0012\n",
        "Student ID;Document\n7001;a.pdf\n0012;b/c.pdf\n",
        "a.pdf,7001\nb/c.pdf,0012\n",
        "7001\ta.pdf\n0012\tb/c.pdf\n",
        "Who is who,,\nSite,File,Pupil No\nOak,a.pdf,7001.0\nOak,b/c.pdf,0012\n",
    ],
)
def test_a_list_says_whose_each_file_is_with_headings_or_without(tmp_path: Path, text: str):
    assert listed(tmp_path, text) == (("a.pdf", "7001"), ("b/c.pdf", "0012"))


def test_a_file_listed_twice_stays_twice(tmp_path: Path):
    assert listed(tmp_path, "a.pdf,7001\na.pdf,7002\n") == (("a.pdf", "7001"), ("a.pdf", "7002"))


def test_a_list_row_with_one_cell_is_a_fault(tmp_path: Path):
    path = tmp_path / "list.csv"
    path.write_text("a.pdf,7001\nb.pdf,\n,7003\n", encoding="utf-8")
    found = read_list(path)
    assert found.rows == (("a.pdf", "7001"),)
    assert [fault.split(":")[0] for fault in found.faults] == [
        "list.csv, row 2, student number",
        "list.csv, row 3, file name",
    ]


def test_a_list_of_three_columns_without_headings_is_not_guessed_at(tmp_path: Path):
    with pytest.raises(RosterUnreadable, match="two columns"):
        listed(tmp_path, "a.pdf,7001,Ana\n")
    with pytest.raises(RosterUnreadable, match="empty"):
        listed(tmp_path, "\n")


@pytest.mark.parametrize(("columns", "rows"), [(1_000, 2_001), (1_001, 1)])
def test_a_table_of_more_values_than_any_letter_needs_is_refused_before_it_fills_the_site(
    tmp_path: Path, columns: int, rows: int
) -> None:
    head = ",".join(f"c{at}" for at in range(columns))
    path = tmp_path / "fees.csv"
    path.write_text(f"Student number,{head}\n" + "".join(f"{100000 + at}{',' * columns}\n" for at in range(rows)))
    with pytest.raises(RosterUnreadable, match="Take out the columns that no letter needs"):
        read_keyed(path)
