"""The columns of a flat roster as a person sees them: which header is likely, what cells show, what is proposed."""

from datetime import date
from pathlib import Path

import pytest

from portal.rosters.caged import read_sheet
from portal.rosters.fields.answers import NOTHING_SAID, Answers, answers
from portal.rosters.fields.values import RosterUnreadable, Sheet
from tests.rosters.oneroster_builder import small_district

TODAY = date(2026, 9, 1)
ROWS = (
    "Perm Ref,First Name,Last Name,Reach at,Or at,Ring,Doctor Phone,Reach at,Fees\n"
    "7001,Ada,Hart,petra@example.org,omar@example.org,206-555-0101,206-555-0171,x@example.org,12\n"
    "7002,Ben,Ueda,ken@example.org,vera@example.org,206-555-0102,206-555-0172,y@example.org,\n"
)


def sheet(tmp_path: Path, text: str, said: Answers = NOTHING_SAID) -> Sheet:
    path = tmp_path / "roster.csv"
    path.write_text(text)
    found = read_sheet(path, TODAY, said)
    assert found is not None
    return found


def test_every_column_is_shown_with_its_cells_and_what_it_was_taken_for(tmp_path: Path) -> None:
    columns = sheet(tmp_path, ROWS).columns
    assert [(one.name, one.kind, one.key) for one in columns] == [
        ("Perm Ref", "unknown", ""),
        ("First Name", "known", "child_given_name"),
        ("Last Name", "known", "child_family_name"),
        ("Reach at", "unknown", ""),
        ("Or at", "unknown", ""),
        ("Ring", "unknown", ""),
        ("Doctor Phone", "left-out", ""),
        ("Reach at", "twin", ""),
        ("Fees", "left-out", ""),
    ]
    assert columns[0].samples == ("7001", "7002")
    assert columns[5].holds == "2 phone numbers"
    assert columns[6].holds == "", "nobody's business"


def test_columns_of_addresses_are_proposed_for_guardians_one_after_the_other(tmp_path: Path) -> None:
    columns = sheet(tmp_path, ROWS).columns
    assert {one.name: one.proposed for one in columns if one.proposed} == {
        "Reach at": "guardian_email",
        "Or at": "guardian_email 2",
    }
    assert columns[3].holds == "2 mail addresses"


def test_what_was_said_holds(tmp_path: Path) -> None:
    columns = sheet(tmp_path, ROWS, answers(["Perm Ref=child_id", "Or at=drop"])).columns
    assert (columns[0].kind, columns[0].key) == ("known", "child_id")
    assert (columns[4].kind, columns[4].holds, columns[4].proposed) == ("unknown", "", "")


def test_a_title_above_the_header_is_passed_over_though_no_header_is_the_childs_id(tmp_path: Path) -> None:
    found = sheet(tmp_path, f"Fall roster\n\n{ROWS}")
    assert found.row == 3
    assert found.columns[0].name == "Perm Ref"


def test_a_column_without_a_header_is_called_by_its_place_and_an_empty_one_is_not_shown(tmp_path: Path) -> None:
    names = [one.name for one in sheet(tmp_path, "Perm Ref,,\n7001,petra@example.org,\n").columns]
    assert names == ["Perm Ref", "column 2"]


def test_a_format_that_names_its_columns_itself_has_no_sheet(tmp_path: Path) -> None:
    assert read_sheet(small_district().zip(tmp_path / "export.zip"), TODAY) is None


def test_an_empty_file_is_said_to_be_empty(tmp_path: Path) -> None:
    with pytest.raises(RosterUnreadable):
        sheet(tmp_path, "")
