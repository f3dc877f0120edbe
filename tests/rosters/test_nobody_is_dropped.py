"""An import that does not understand a roster wholly says what it saw and asks; it never drops people in silence."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from portal.kernel.errors import WrongCall
from portal.rosters.caged import read_roster
from portal.rosters.fields.answers import NOTHING_SAID, Answers, answers
from portal.rosters.fields.scratch import Roster
from portal.rosters.fields.values import Doubt

TODAY = date(2026, 9, 1)
MOTHERS = ("Rosa", "Mina", "Ines", "Jana", "Lena", "Olga")
FAMILIES = ("Alvarez", "Banerjee", "Castillo", "Dvorak", "Eriksen", "Farouk")
Rows = Sequence[Sequence[str]]


def read(tmp_path: Path, rows: Rows, said: Answers = NOTHING_SAID) -> Roster:
    path = tmp_path / "roster.csv"
    path.write_text("".join(",".join(f'"{cell}"' for cell in row) + "\n" for row in rows), encoding="utf-8")
    return read_roster(path, TODAY, (), said)


def doubts(tmp_path: Path, rows: Rows, said: Answers = NOTHING_SAID) -> list[Doubt]:
    with read(tmp_path, rows, said) as roster:
        assert not roster.report.defects
        return roster.report.doubts


def families(header: Sequence[str], *more: Sequence[str]) -> list[list[str]]:
    """Six children with number and name, and beside them what `more` says, a list of six cells a column."""
    columns = [[f"{7001 + n}" for n in range(6)], list("ABCDEF"), list(FAMILIES), *more]
    return [["Student ID", "First Name", "Last Name", *header], *(list(row) for row in zip(*columns, strict=True))]


EMAILS = [f"{name.lower()}@example.org" for name in MOTHERS]
NAMES = [f"{mother} {family}" for mother, family in zip(MOTHERS, FAMILIES, strict=True)]
OTHERS = [f"{name.lower()}@example.net" for name in FAMILIES]


def test_mother_beside_mother_first_is_her_family_name(tmp_path: Path):
    with read(tmp_path, families(["Mother_First", "Mother", "Mother_Email"], MOTHERS, FAMILIES, EMAILS)) as roster:
        assert not roster.report.doubts
        assert [(one.given_name, one.family_name) for one in roster.guardians()] == [
            *zip(MOTHERS, FAMILIES, strict=True)
        ]


@pytest.mark.parametrize("written", ["{family}, {given}", "{given} {family}", "{family}"])
def test_a_cell_for_the_family_name_may_hold_the_whole_name(tmp_path: Path, written: str):
    cells = [written.format(given=given, family=family) for given, family in zip(MOTHERS, FAMILIES, strict=True)]
    with read(tmp_path, families(["Mother_First", "Mother", "Mother_Email"], MOTHERS, cells, EMAILS)) as roster:
        assert not roster.report.doubts
        assert [(one.given_name, one.family_name) for one in roster.guardians()] == [
            *zip(MOTHERS, FAMILIES, strict=True)
        ]


def test_two_people_in_one_pair_of_columns_are_a_bad_cell(tmp_path: Path):
    cells = [f"{family}, Ivo" for family in FAMILIES]
    with read(tmp_path, families(["Mother_First", "Mother", "Mother_Email"], MOTHERS, cells, EMAILS)) as roster:
        assert roster.report.defect_total == 6


@pytest.mark.parametrize("both", ["Rosa & Ivo Alvarez", "Rosa and Ivo Alvarez", "Rosa Alvarez; Ivo Alvarez"])
def test_two_people_in_one_cell_are_a_bad_cell(tmp_path: Path, both: str):
    with read(tmp_path, families(["Parent Name", "Parent Email"], [both, *NAMES[1:]], EMAILS)) as roster:
        (defect,) = roster.report.defects
        assert defect.sentence == "This names more than one person. Give each a column or a row of their own."


def test_guardians_with_half_a_name_stop_the_import_and_it_asks(tmp_path: Path):
    (doubt,) = doubts(tmp_path, families(["Parent First Name", "Parent Email"], MOTHERS, EMAILS))
    assert doubt.sentence == "6 guardians have a given name and no family name."
    assert '--column "HEADER=guardian_family_name"' in doubt.answer
    assert doubt.samples == ("row 2: Rosa", "row 3: Mina", "row 4: Ines")


def test_one_guardian_with_half_a_name_is_enough_and_may_have_one_name_alone(tmp_path: Path):
    rows = families(["Parent First Name", "Parent Last Name", "Parent Email"], MOTHERS, ["", *FAMILIES[1:]], EMAILS)
    (doubt,) = doubts(tmp_path, rows)
    assert doubt.sentence == "1 guardian has a given name and no family name."
    assert doubt.samples == ("row 2: Rosa",)
    assert doubts(tmp_path, rows, answers(["Parent Last Name=guardian_family_name"])) == []


def test_a_name_of_one_word_in_a_column_for_whole_names_asks_and_can_be_answered(tmp_path: Path):
    rows = families(["Parent Name", "Parent Email"], ["Suharto", *(f"{one} Hart" for one in MOTHERS[1:])], EMAILS)
    (doubt,) = doubts(tmp_path, rows)
    assert '--column "Parent Name=guardian_name"' in doubt.answer
    assert doubts(tmp_path, rows, answers(["Parent Name=guardian_name"])) == []


def test_first_and_second_in_words_are_two_guardians(tmp_path: Path):
    with read(tmp_path, families(["Primary Guardian Email", "Second Parent Email"], EMAILS, OTHERS)) as roster:
        assert not roster.report.doubts
        assert (roster.count("guardian"), roster.count("guardianship")) == (12, 12)


def phones(prefix: str) -> list[str]:
    return [f"{prefix}{n}" for n in range(6)]


@pytest.mark.parametrize(
    ("header", "cells", "kind"),
    [
        ("Ansprechpartner", EMAILS, "6 mail addresses"),
        ("Email", EMAILS, "6 mail addresses"),
        ("Notes", ["see oma@example.org", "tia@example.org", "call", "", "", "x@example.org"], "3 mail addresses"),
        ("Reach at", phones("(206) 555-010"), "6 phone numbers"),
        ("Reach at", phones("206555010"), "6 phone numbers"),
        ("Reach at", phones("+44 20 7946 000"), "6 phone numbers"),
        ("Mother Bus. Phone", phones("206-555-010"), "6 phone numbers"),
        ("Bezugsperson", NAMES, "6 names of persons"),
        ("MotherGN", MOTHERS, "6 names of persons"),
        ("", EMAILS, "6 mail addresses"),
    ],
)
def test_a_column_in_which_people_stand_is_not_dropped_in_silence(
    tmp_path: Path, header: str, cells: Sequence[str], kind: str
):
    rows = families(["Parent Email", header], OTHERS, cells)
    (doubt,) = doubts(tmp_path, rows)
    assert f"holds {kind}." in doubt.sentence
    assert len(doubt.samples) == 3
    if header:
        assert doubts(tmp_path, rows, answers([f"{header}=drop"])) == []


def test_an_unknown_column_is_kept_as_what_it_is_said_to_be(tmp_path: Path):
    rows = families(["Parent Email", "Ansprechpartner"], OTHERS, EMAILS)
    with read(tmp_path, rows, answers(["ansprechpartner = guardian_email 2"])) as roster:
        assert not roster.report.doubts
        assert roster.count("guardian") == 12


def test_a_second_column_of_one_field_that_holds_other_addresses_asks(tmp_path: Path):
    (doubt,) = doubts(tmp_path, families(["Parent Email", "Guardian Email"], EMAILS, OTHERS))
    assert '--column "Guardian Email=guardian_email 2"' in doubt.answer


def test_a_contact_of_whom_nothing_says_what_they_are_to_the_child_asks(tmp_path: Path):
    header = ["Parent Email", "Contact 1 Name", "Contact 1 Email"]
    found = doubts(tmp_path, families(header, EMAILS, NAMES, OTHERS))
    assert [doubt.column for doubt in found] == header[1:]
    assert "is not known" in found[0].sentence
    rows = families([*header, "Contact 1 Relationship"], EMAILS, NAMES, OTHERS, ["Aunt", "Doctor", *["Mother"] * 4])
    with read(tmp_path, rows) as roster:
        assert not roster.report.doubts
        assert roster.count("guardian") == 10, "an aunt and a doctor are no guardians"
        assert any("something else than a guardian" in note for note in roster.report.notes)


def test_what_is_none_of_the_portals_business_is_dropped_and_what_it_held_is_counted(tmp_path: Path):
    header = ["Parent Email", "Doctor Phone", "Emergency Contact", "Student Email", "Fees owed", "Gender", "Allergies"]
    rows = families(header, EMAILS, phones("(206) 555-010"), NAMES, OTHERS, phones("1"), list("FMFMFM"), ["nuts"] * 6)
    with read(tmp_path, rows) as roster:
        assert not roster.report.doubts
        assert roster.report.dropped["roster.csv"] == header[1:]
        held = roster.report.held["roster.csv"]
        assert held["Doctor Phone"] == {"cells": 6, "phones": 6}
        assert held["Student Email"] == {"cells": 6, "addresses": 6}
        assert held["Emergency Contact"] == {"cells": 6, "names": 6}


@pytest.mark.parametrize(
    ("header", "cells"),
    [("Bus stop", ["Main St 4"] * 6), ("Entry", [f"2024-09-0{n}" for n in range(1, 7)]), ("Locker", phones("10")),
     ("Choice", ["Castillo House", "Alvarez House"] * 3), ("Zone", ["98101-1234"] * 6),
     ("Points", ["1234567.5"] * 6), ("Consent", ["yes"] * 6), ("SIS key", phones("100000000"))],
)  # fmt: skip
def test_columns_of_other_things_do_not_ask(tmp_path: Path, header: str, cells: Sequence[str]):
    assert doubts(tmp_path, families(["Parent Email", header], EMAILS, cells)) == []


@pytest.mark.parametrize(
    ("cells", "order", "first"),
    [
        (["03/04/2018", "14/05/2018", "01/02/2017"], "day-first", date(2018, 4, 3)),
        (["03/04/2018", "05/14/2018", "01/02/2017"], "month-first", date(2018, 3, 4)),
        (["03.04.2018", "14.05.2018", "01.02.2017"], "day-first", date(2018, 4, 3)),
        (["3-4-18", "5-14-18", "1-2-17"], "month-first", date(2018, 3, 4)),
        (["03/04/18", "14/05/18", "28/02/17"], "day-first", date(2018, 4, 3)),
        (["4 Mar 2018", "March 14, 2018", "1-Feb-17"], "", date(2018, 3, 4)),
        (["2018/03/04", "2018-05-14", "20170201"], "", date(2018, 3, 4)),
        (["03/03/2018", "05/05/2018", "2017-02-01"], "", date(2018, 3, 3)),
    ],
)
def test_the_order_of_days_and_months_is_that_of_the_whole_column(
    tmp_path: Path, cells: Sequence[str], order: str, first: date
):
    rows = families(["DOB", "Parent Email"], [*cells, "", "", ""], EMAILS)
    with read(tmp_path, rows) as roster:
        assert not roster.report.doubts
        assert not roster.report.defects
        assert next(roster.children()).birth_date == first
    other = {"day-first": "month-first", "month-first": "day-first"}.get(order)
    if other:
        with read(tmp_path, rows, answers([], other)) as roster:
            assert roster.report.defect_total, "what is said goes first, and what is no date then is bad"


def test_dates_that_can_be_read_both_ways_stop_the_import_and_it_asks(tmp_path: Path):
    rows = families(["DOB", "Parent Email"], [f"0{n}/0{n + 1}/2018" for n in range(1, 7)], EMAILS)
    (doubt,) = doubts(tmp_path, rows)
    assert doubt.kind == "dates"
    assert "6 of its dates can be read in more than one way" in doubt.sentence
    assert "--dates day-first" in doubt.answer
    assert doubt.samples == ("01/02/2018", "02/03/2018", "03/04/2018")
    with read(tmp_path, rows, answers([], "day-first")) as roster:
        assert not roster.report.doubts
        assert next(roster.children()).birth_date == date(2018, 2, 1)
    with read(tmp_path, rows, answers([], "month-first")) as roster:
        assert next(roster.children()).birth_date == date(2018, 1, 2)


def test_a_column_of_two_orders_stops_the_import(tmp_path: Path):
    cells = ["13/04/2018", "04/13/2018", "01/02/2018", "", "", ""]
    (doubt,) = doubts(tmp_path, families(["DOB", "Parent Email"], cells, EMAILS))
    assert "only be read one way, and others only the other way" in doubt.sentence


def test_dates_that_a_spreadsheet_may_have_swapped_stop_the_import(tmp_path: Path):
    cells = ["13/04/2018", "24/05/2018", "25/06/2018", "2018-04-03", "2018-05-06", "2018-07-08"]
    (doubt,) = doubts(tmp_path, families(["DOB", "Parent Email"], cells, EMAILS))
    assert "may have swapped days and months" in doubt.sentence


@pytest.mark.parametrize("cell", ["=A2&'x'", '=""0042""', "@SUM(A1)", "+cmd|' /C calc'!A0"])
def test_formulas_are_refused(tmp_path: Path, cell: str):
    (doubt,) = doubts_of(tmp_path, families(["Parent Email", "Grade"], EMAILS, [cell] * 6))
    assert doubt.sentence == "The column “Grade” holds 6 formulas."
    assert "paste it as values" in doubt.answer


def doubts_of(tmp_path: Path, rows: Rows) -> list[Doubt]:
    with read(tmp_path, rows) as roster:
        return roster.report.doubts


def test_formulas_of_a_workbook_are_refused_whatever_they_came_to(tmp_path: Path):
    book = Workbook()
    rows = families(["Parent Email", "Points"], EMAILS, [f"=A{n}*2" for n in range(2, 8)])
    for row in rows:
        book.active.append(row)
    for n in range(2, 8):
        book.active[f"D{n}"] = f'=B{n}&"@example.org"'
    book.save(tmp_path / "roster.xlsx")
    with read_roster(tmp_path / "roster.xlsx", TODAY) as roster:
        found = [doubt.sentence for doubt in roster.report.doubts]
        assert found == ["The column “Parent Email” holds 6 formulas."], "not those of a column that is dropped"
        assert roster.report.doubts[0].samples == ("cell D2", "cell D3", "cell D4")


def test_apostrophes_by_which_spreadsheets_mark_text_are_understood(tmp_path: Path):
    rows = families(["Parent First Name", "Parent Last Name", "Parent Email"], MOTHERS, FAMILIES, EMAILS)
    marked = [rows[0], *([f"'{cell}" for cell in row] for row in rows[1:])]
    marked[1][0] = "'0042"
    with read(tmp_path, marked) as roster:
        assert not roster.report.doubts
        assert not roster.report.defects
        assert next(roster.children()).student_number == "0042"
        assert [str(one.email) for one in roster.guardians()] == EMAILS
        assert next(roster.guardians()).family_name == "Alvarez"


def test_a_name_may_begin_with_an_apostrophe(tmp_path: Path):
    family = ["'t Hooft", *FAMILIES[1:]]
    rows = families(["Parent First Name", "Parent Last Name", "Parent Email"], MOTHERS, family, EMAILS)
    with read(tmp_path, rows) as roster:
        assert next(roster.guardians()).family_name == "'t Hooft"


@pytest.mark.parametrize("total", ["Total", "Grand total: 6", "Count: 6", "6 students", "TOTAL STUDENTS"])
def test_a_row_that_totals_the_others_is_no_child(tmp_path: Path, total: str):
    with read(tmp_path, [*families(["Parent Email"], EMAILS), [total, "", "", "6"]]) as roster:
        assert roster.count("child") == 6
        assert not roster.report.defects
        assert "Rows that only total the others, left out: 1." in roster.report.notes


@pytest.mark.parametrize(("mark", "cell"), [(";", "7001"), (",", "7001"), ("\t", "7001")])
def test_the_line_that_tells_excel_what_parts_cells_is_understood(tmp_path: Path, mark: str, cell: str):
    path = tmp_path / "roster.csv"
    header, row = ["Student ID", "First Name", "Last Name", "Parent Email"], [cell, "A", "Hart", "petra@example.org"]
    path.write_text(f"sep={mark}\r\n{mark.join(header)}\r\n{mark.join(row)}\r\n", encoding="utf-8-sig")
    with read_roster(path, TODAY) as roster:
        assert roster.count("guardianship") == 1


@pytest.mark.parametrize(
    ("cell", "said"), [("1.23E+11", "last digits are lost"), ("1E+05", "last digits are lost"), ("####", "too narrow"),
                       ("#REF!", "wrote an error")]
)  # fmt: skip
def test_a_number_that_a_spreadsheet_spoilt_has_its_own_sentence(tmp_path: Path, cell: str, said: str):
    rows = families(["Parent Email"], EMAILS)
    rows[1][0] = cell
    with read(tmp_path, rows) as roster:
        (defect,) = roster.report.defects
        assert said in defect.sentence


def test_addresses_left_out_with_bad_rows_are_counted(tmp_path: Path):
    rows = families(["Parent Email", "Parent Phone"], EMAILS, ["12", *phones("206-555-010")[1:]])
    with read(tmp_path, rows) as roster:
        assert roster.report.defect_total == 1
        assert any("left out with the bad cells of their rows: 1." in note for note in roster.report.notes)


@pytest.mark.parametrize(
    ("column", "dates"),
    [("Stu #", None), ("Stu #=", None), ("=child_id", None), ("Stu #=number", None), ("Stu #=child_id 2", None),
     ("Pr\udce9nom=drop", None), ("X=guardian_email 9", None), ("X=drop", "german")],
)  # fmt: skip
def test_an_answer_that_means_nothing_is_a_wrong_call(column: str, dates: str | None):
    with pytest.raises(WrongCall):
        answers([column], dates)


def test_an_answer_about_a_column_that_is_not_there_is_a_wrong_call(tmp_path: Path):
    with pytest.raises(WrongCall, match="has no column “Nots”"):
        read(tmp_path, families(["Parent Email"], EMAILS), answers(["Nots=drop"]))


def test_the_column_of_the_number_can_be_said(tmp_path: Path):
    rows = families(["Parent Email"], EMAILS)
    rows[0][0] = "Matrikel"
    with read(tmp_path, rows, answers(["Matrikel=child_id"])) as roster:
        assert next(roster.children()).student_number == "7001"
