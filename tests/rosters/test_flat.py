"""Flat rosters: the headers schools write, the encodings they save in, workbooks, and what people type into cells."""

import csv
import io
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from portal.kernel.text.addresses import OneAddress
from portal.rosters.caged import read_roster
from portal.rosters.fields.scratch import Roster
from portal.rosters.fields.values import COLUMNS, ChildRow, Enrolment, GuardianRow, RosterUnreadable

LIN = {
    "child_id": "7001", "child_given_name": "Lin", "child_family_name": "Hart", "birth_date": "2018-03-04",
    "grade": "2", "site": "North School", "program": "Afternoon Care", "guardian_id": "g1",
    "guardian_given_name": "Petra", "guardian_family_name": "Hart", "guardian_email": "petra@example.org",
    "guardian_mobile": "(206) 555-0101", "guardian_home_phone": "", "language": "es", "may_receive": "yes",
}  # fmt: skip
ADA = LIN | {"child_id": "7002", "child_given_name": "Ada", "grade": "K"}
KEN = {"guardian_id": "g2", "guardian_given_name": "Ken", "guardian_family_name": "Ueda",
       "guardian_email": "ken@example.org", "guardian_mobile": "", "language": "en"}  # fmt: skip


def as_csv(rows: list[dict[str, str]], delimiter: str = ",") -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0], delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def read_text(tmp_path: Path, text: str, encoding: str = "utf-8") -> Roster:
    path = tmp_path / "roster.csv"
    path.write_bytes(text.encode(encoding))
    return read_roster(path, date(2026, 9, 1))


def read(tmp_path: Path, *rows: dict[str, str]) -> Roster:
    return read_text(tmp_path, as_csv(list(rows)))


def places(roster: Roster) -> list[tuple[int, str]]:
    return [(defect.row, defect.column) for defect in roster.report.defects]


def ties(roster: Roster) -> list[tuple[str, str, bool | None]]:
    return [(tie.guardian_source, tie.child_source, tie.may_view) for tie in roster.guardianships()]


def test_a_row_is_a_child_a_guardian_and_their_tie(tmp_path: Path):
    with read(tmp_path, LIN) as roster:
        places_of_lin = (Enrolment("Afternoon Care", "North School"),)
        assert list(roster.children()) == [
            ChildRow("7001", "7001", "Lin", "Hart", date(2018, 3, 4), "2", places_of_lin)
        ]
        address = OneAddress("petra@example.org")
        assert list(roster.guardians()) == [GuardianRow("g1", "Petra", "Hart", address, "(206) 555-0101", "", "es")]
        assert ties(roster) == [("g1", "7001", True)]
        assert not roster.report.defects


def test_siblings_and_two_homes_come_together(tmp_path: Path):
    with read(tmp_path, LIN, ADA, LIN | KEN | {"may_receive": "no"}) as roster:
        assert ties(roster) == [("g1", "7001", True), ("g2", "7001", False), ("g1", "7002", True)]


def test_headers_as_schools_write_them_are_mapped_and_shown(tmp_path: Path):
    rows = [
        {
            "Student ID": "7001", "Student First Name": "Lin", "STUDENT LAST NAME": "Hart",
            "Date of Birth": "3/14/2018", "Grade Level": "02", "School": "North School",
            "Parent 1 First Name": "Petra", "Parent 1 Last Name": "Hart",
            "Parent 1 E-mail": "petra@example.org", "Parent 2 Name": "Ueda, Ken", "Parent Email 2": "ken@example.org",
            "Allergies": "nuts", "Fee Paid": "no", "Student E-mail": "lin@school.example.org",
        }
    ]  # fmt: skip
    with read(tmp_path, *rows) as roster:
        lin = next(roster.children())
        assert (lin.birth_date, lin.grade, lin.enrolments) == (date(2018, 3, 14), "2", (("", "North School"),))
        reached = {str(guardian.email): guardian.given_name for guardian in roster.guardians()}
        assert reached == {"petra@example.org": "Petra", "ken@example.org": "Ken"}
        assert roster.report.mapping["roster.csv"]["Parent 1 E-mail"] == "guardian_email"
        assert roster.report.mapping["roster.csv"]["Parent Email 2"] == "guardian_email 2"
        assert set(roster.report.dropped["roster.csv"]) == {"Allergies", "Fee Paid", "Student E-mail"}
        assert not roster.report.doubts
        assert not roster.report.defects


def test_a_second_column_for_one_field_is_dropped_and_said(tmp_path: Path):
    with read(tmp_path, {"Student Number": "9"} | LIN) as roster:
        assert next(roster.children()).student_number == "7001"
        assert "“Student Number” was dropped" in " ".join(roster.report.notes)


def test_two_guardians_without_ids_at_one_mailbox_stay_two(tmp_path: Path):
    mia = {"guardian_given_name": "Mia"}
    rows = [{name: cell for name, cell in row.items() if name != "guardian_id"} for row in (LIN, LIN | mia, ADA)]
    with read(tmp_path, *rows) as roster:
        assert (roster.count("guardian"), roster.count("guardianship")) == (2, 3)


def test_a_title_above_the_header_is_passed_and_rows_count_as_a_spreadsheet_does(tmp_path: Path):
    text = "Afternoon Care 2026\n\n" + as_csv([LIN, LIN | KEN | {"guardian_email": "ken"}])
    with read_text(tmp_path, text) as roster:
        assert places(roster) == [(5, "guardian_email")]


@pytest.mark.parametrize("title", ["", "North District\n9/1/2026\n\n", "North District, families\n"])
@pytest.mark.parametrize("delimiter", [",", ";", "|"])
def test_the_header_says_what_parts_the_cells_whatever_stands_above_it(tmp_path: Path, title: str, delimiter: str):
    with read_text(tmp_path, title + as_csv([LIN | {"site": "North, South, East and West"}], delimiter)) as roster:
        assert [child.source_id for child in roster.children()] == ["7001"]
        assert not roster.report.defects


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize(("delimiter", "line_end"), [(",", "\r\n"), (";", "\n"), ("\t", "\r")])
def test_a_csv_is_read_in_the_encodings_schools_save_in(tmp_path: Path, encoding: str, delimiter: str, line_end: str):
    text = as_csv([LIN | {"child_given_name": "Zoë"}], delimiter).replace("\r\n", line_end)
    with read_text(tmp_path, text, encoding) as roster:
        assert next(roster.children()).given_name == "Zoë"
        assert any("Windows-1252" in note for note in roster.report.notes) == (encoding == "cp1252")


def test_bytes_in_no_known_encoding_are_refused(tmp_path: Path):
    (tmp_path / "roster.csv").write_bytes(as_csv([LIN]).encode() + b"\x81\x8d\n")
    with pytest.raises(RosterUnreadable, match="Save it as UTF-8"):
        read_roster(tmp_path / "roster.csv", date(2026, 9, 1))


def test_a_quotation_mark_that_is_not_closed_is_refused(tmp_path: Path):
    with pytest.raises(RosterUnreadable, match="quotation mark"):
        read_text(tmp_path, as_csv([LIN]) + '7003,"Bo,Ueda\n')


@pytest.mark.parametrize("missing", ["child_id", "child_given_name"])
def test_a_file_without_a_needed_column_is_refused(tmp_path: Path, missing: str):
    with pytest.raises(RosterUnreadable, match="child_id" if missing == "child_id" else "child_given_name"):
        read(tmp_path, {name: cell for name, cell in LIN.items() if name != missing})


def test_a_file_that_says_nothing_about_guardians_is_refused(tmp_path: Path):
    with pytest.raises(RosterUnreadable, match="guardian_email"):
        read(tmp_path, {name: LIN[name] for name in COLUMNS[:7]})


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("guardian_email", "petra@example.org,ken@example.org"),
        ("guardian_email", "petra@example.org\t"),
        ("guardian_mobile", "12345"),
        ("guardian_given_name", "petra@example.org"),
        ("may_receive", "sometimes"),
    ],
)
def test_a_bad_guardian_cell_leaves_the_child_and_takes_the_tie(tmp_path: Path, column: str, cell: str):
    with read(tmp_path, LIN | {column: cell}) as roster:
        assert places(roster) == [(2, column)]
        assert roster.count("child") == 1
        assert not [tie for tie in roster.guardianships() if tie.may_view is not False]


@pytest.mark.parametrize(
    ("column", "cell"),
    [("child_id", ""), ("child_given_name", ""), ("child_family_name", ""), ("child_given_name", "7001"),
     ("birth_date", "2018-13-01"), ("child_family_name", "Ha\x1brt")],
)  # fmt: skip
def test_a_bad_child_cell_leaves_out_the_row(tmp_path: Path, column: str, cell: str):
    with read(tmp_path, LIN | {column: cell}, ADA) as roster:
        assert places(roster) == [(2, column)]
        assert ties(roster) == [("g1", "7002", True)]


def test_one_id_for_two_children_or_two_guardians_is_a_defect_of_the_later_row(tmp_path: Path):
    other_child = LIN | KEN | {"child_given_name": "Omar"}
    other_guardian = ADA | {"guardian_email": "somebody@example.org"}
    with read(tmp_path, LIN, other_child, other_guardian) as roster:
        assert places(roster) == [(3, "child_given_name"), (4, "guardian_email")]
        assert ties(roster) == [("g1", "7001", True)]


def test_a_row_written_twice_is_a_defect_but_a_second_program_is_not(tmp_path: Path):
    with read(tmp_path, LIN, LIN | {"program": "Chess"}, LIN) as roster:
        assert places(roster) == [(4, "child_id")]
        assert [place.program for place in next(roster.children()).enrolments] == ["Afternoon Care", "Chess"]


def test_a_child_without_guardian_is_kept(tmp_path: Path):
    with read(tmp_path, LIN | dict.fromkeys(COLUMNS[7:], "")) as roster:
        assert (roster.count("child"), roster.count("guardian"), roster.report.defect_total) == (1, 0, 0)


@pytest.mark.parametrize("order", [("yes", "no"), ("no", "yes")])
def test_when_two_rows_disagree_who_may_receive_the_answer_is_no(tmp_path: Path, order: tuple[str, str]):
    rows = [LIN | {"may_receive": answer, "program": answer} for answer in order]
    with read(tmp_path, *rows) as roster:
        assert ties(roster) == [("g1", "7001", False)]
        assert places(roster) == [(3, "may_receive")]


def test_a_barred_guardian_is_kept_even_with_a_bad_phone_because_the_mailbox_hangs_on_it(tmp_path: Path):
    with read(tmp_path, LIN | {"may_receive": "no", "guardian_mobile": "12"}) as roster:
        assert places(roster) == [(2, "guardian_mobile")]
        assert ties(roster) == [("g1", "7001", False)]


def test_a_row_wider_than_the_header_is_a_defect(tmp_path: Path):
    with read_text(tmp_path, as_csv([LIN]).rstrip() + ",shifted\r\n") as roster:
        assert places(roster) == [(2, "cell 16")]


def test_a_workbook_reads_as_its_csv_does(tmp_path: Path):
    book = Workbook()
    sheet = book.active
    sheet.append(list(COLUMNS))
    cells = [LIN[column] for column in COLUMNS]
    cells[0], cells[3], cells[4] = 7001, date(2018, 3, 4), 2.0
    sheet.append(cells)
    book.create_sheet("Notes").append(["not read"])
    book.save(tmp_path / "roster.xlsx")
    with read_roster(tmp_path / "roster.xlsx", date(2026, 9, 1)) as roster, read(tmp_path, LIN) as plain:
        assert list(roster.children()) == list(plain.children())
        assert list(roster.guardians()) == list(plain.guardians())
        assert any("Notes" in note for note in roster.report.notes)


def test_a_workbook_with_a_cell_in_the_last_corner_is_refused_before_it_fills_the_memory(tmp_path: Path):
    book = Workbook()
    book.active["XFD1048576"] = "far away"
    book.save(tmp_path / "roster.xlsx")
    with pytest.raises(RosterUnreadable, match="larger area"):
        read_roster(tmp_path / "roster.xlsx", date(2026, 9, 1))


def test_a_file_that_only_calls_itself_a_workbook_is_refused(tmp_path: Path):
    (tmp_path / "roster.xlsx").write_bytes(b"child_id\n1\n")
    with pytest.raises(RosterUnreadable, match="not an XLSX workbook"):
        read_roster(tmp_path / "roster.xlsx", date(2026, 9, 1))


@pytest.mark.parametrize("name", ["gone.csv", "roster.pdf"])
def test_what_is_no_roster_is_refused_with_a_sentence(tmp_path: Path, name: str):
    if name.endswith("pdf"):
        (tmp_path / name).write_bytes(b"%PDF-1.7")
    with pytest.raises(RosterUnreadable):
        read_roster(tmp_path / name, date(2026, 9, 1))


LETTERS = "abcXYZ éñëÑ'-阮 王Nguyễnليلى"
NAMES = st.text(LETTERS, min_size=1, max_size=30).map(lambda text: " ".join(f"N{text}".split()))
PHONES = st.from_regex(r"\+1 [2-9]\d\d 555 01\d\d", fullmatch=True)
GUARDIANS = st.lists(
    st.tuples(NAMES, NAMES, st.booleans(), PHONES | st.just(""), st.sampled_from(["", "en", "es", "vi", "so"])),
    min_size=1,
    max_size=4,
)
CHILDREN = st.lists(
    st.tuples(NAMES, NAMES, st.dates(date(2005, 1, 1), date(2022, 1, 1)) | st.none(), st.integers(1, 12), NAMES, NAMES),
    min_size=1,
    max_size=5,
)


@settings(max_examples=40, deadline=None)
@given(
    guardians=GUARDIANS,
    children=CHILDREN,
    views=st.lists(st.sampled_from([True, False, None]), min_size=20, max_size=20),
)
def test_a_roster_that_was_written_reads_back_equal(
    tmp_path_factory: pytest.TempPathFactory,
    guardians: list[tuple[str, str, bool, str, str]],
    children: list[tuple[str, str, date | None, int, str, str]],
    views: list[bool | None],
):
    adults = [
        GuardianRow(f"g{n}", given, family, OneAddress(f"g{n}@example.org") if mailed else None, mobile, "", language)
        for n, (given, family, mailed, mobile, language) in enumerate(guardians)
    ]
    kids = [
        ChildRow(f"{n}", f"{n}", given, family, born, str(grade), (Enrolment(program, site),))
        for n, (given, family, born, grade, program, site) in enumerate(children)
    ]
    path = tmp_path_factory.mktemp("flat") / "roster.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        written = []
        for kid in kids:
            for adult in adults:
                view = views[len(written)]
                written.append((adult.source_id, kid.source_id, view))
                (place,) = kid.enrolments
                says = {True: "yes", False: "no", None: ""}[view]
                writer.writerow(
                    [kid.student_number, kid.given_name, kid.family_name, kid.birth_date or "", kid.grade, place.site,
                     place.program, adult.source_id, adult.given_name, adult.family_name, adult.email or "",
                     adult.mobile, adult.home_phone, adult.language, says]
                )  # fmt: skip
    with read_roster(path, date(2026, 9, 1)) as roster:
        assert not roster.report.defects
        assert list(roster.children()) == kids
        assert list(roster.guardians()) == adults
        assert ties(roster) == written
