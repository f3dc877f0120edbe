"""Defects in OneRoster exports: each told with file, row and column, and the rest still sound."""

from datetime import date
from pathlib import Path

import pytest

from portal.rosters.caged import read_roster
from portal.rosters.fields.scratch import Roster
from tests.rosters.oneroster_builder import Export, small_district

PETRA, KEN = 4, 5  # places among the users; their spreadsheet rows are 6 and 7


@pytest.fixture(params=["1.1", "1.2"])
def export(request: pytest.FixtureRequest) -> Export:
    return small_district(request.param)


def read(export: Export, tmp_path: Path) -> Roster:
    return read_roster(export.folder(tmp_path / "export"), date(2026, 9, 1))


def places(roster: Roster) -> list[tuple[str, int, str]]:
    return [(defect.file, defect.row, defect.column) for defect in roster.report.defects]


@pytest.mark.parametrize(
    ("field", "cell", "says"),
    [
        ("email", "petra@example.org, paul@example.org", "more than one address"),
        ("email", "petra@example.org; paul@example.org", "more than one address"),
        ("email", "petra@example.org\x07", "control character"),
        ("email", "petra@example.org\r\nBcc: eve@example.org", "control character"),
        ("email", "petra at example.org", "not a mail address"),
        ("sms", "555-01", "not a phone number"),
        ("phone", "ask the office", "not a phone number"),
        ("givenName", "Pet\x00ra", "control character"),
        ("familyName", "\u202etraH", "control character"),
    ],
)
def test_a_bad_cell_takes_its_guardian_and_the_ties_with_it(
    export: Export, tmp_path: Path, field: str, cell: str, says: str
):
    export.rows["users.csv"][PETRA][field] = cell
    with read(export, tmp_path) as roster:
        assert places(roster) == [("users.csv", 6, field)]
        assert says in roster.report.defects[0].sentence
        assert {tie.guardian_source for tie in roster.guardianships()} == {"g-ken", "g-mia"}
        assert roster.count("child") == 4
        assert "Guardianships left out with a defective row: 2." in roster.report.notes


@pytest.mark.parametrize("missing", ["givenName", "familyName"])
def test_a_child_without_a_name_is_a_defect(export: Export, tmp_path: Path, missing: str):
    export.rows["users.csv"][0][missing] = " "
    with read(export, tmp_path) as roster:
        assert places(roster) == [("users.csv", 2, missing)]
        assert "s-lin" not in {child.source_id for child in roster.children()}


def test_a_guardian_without_any_name_is_a_defect(export: Export, tmp_path: Path):
    export.rows["users.csv"][PETRA] |= {"givenName": "", "familyName": ""}
    with read(export, tmp_path) as roster:
        assert places(roster) == [("users.csv", 6, "givenName")]


@pytest.mark.parametrize("born", ["2018-02-30", "44.03.2018", "0018-03-04", "13/13/2018", "soon"])
def test_a_bad_date_is_a_defect(export: Export, tmp_path: Path, born: str):
    export.rows["demographics.csv"][0]["birthDate"] = born
    with read(export, tmp_path) as roster:
        assert places(roster) == [("demographics.csv", 2, "birthDate")]
        assert next(roster.children()).birth_date is None


def test_two_different_users_with_one_id_both_go_because_nobody_can_say_who_is_meant(export: Export, tmp_path: Path):
    export.user("g-petra", "Paul", "Stone", "parent", email="paul@example.org")
    with read(export, tmp_path) as roster:
        assert ("users.csv", 11, "sourcedId") in places(roster)
        assert "g-petra" not in {guardian.source_id for guardian in roster.guardians()}


def test_a_user_row_written_twice_is_a_defect_but_stays_once(export: Export, tmp_path: Path):
    export.rows["users.csv"].append(export.rows["users.csv"][PETRA])
    with read(export, tmp_path) as roster:
        assert places(roster) == [("users.csv", 11, "sourcedId")]
        assert "g-petra" in {guardian.source_id for guardian in roster.guardians()}


def test_two_children_with_one_student_number_are_a_defect(export: Export, tmp_path: Path):
    export.rows["users.csv"][1]["identifier"] = "7001"
    with read(export, tmp_path) as roster:
        assert places(roster) == [("users.csv", 3, "identifier")]
        assert "row 2" in roster.report.defects[0].sentence


@pytest.mark.parametrize(
    ("file", "row", "field"),
    [
        ("users.csv", 2, "agentSourcedIds"),
        ("enrollments.csv", 2, "userSourcedId"),
        ("enrollments.csv", 2, "classSourcedId"),
        ("enrollments.csv", 2, "schoolSourcedId"),
        ("classes.csv", 2, "courseSourcedId"),
        ("classes.csv", 2, "schoolSourcedId"),
        ("demographics.csv", 2, "sourcedId"),
    ],
)
def test_a_reference_to_nobody_is_a_defect_of_the_row_that_makes_it(
    export: Export, tmp_path: Path, file: str, row: int, field: str
):
    export.rows[file][row - 2][field] = "ghost"
    with read(export, tmp_path) as roster:
        assert places(roster) == [(file, row, field)]


def test_a_school_that_is_missing_is_told_for_every_row_that_names_it(export: Export, tmp_path: Path):
    export.rows["orgs.csv"].pop(1)
    with read(export, tmp_path) as roster:
        told = places(roster)
    assert ("classes.csv", 2, "schoolSourcedId") in told
    assert ("enrollments.csv", 2, "schoolSourcedId") in told
    assert ("users.csv", 2, "orgSourcedIds" if export.version == "1.1" else "primaryOrgSourcedId") in told


def test_an_enrolment_id_used_twice_is_a_defect(export: Export, tmp_path: Path):
    export.enrol("s-ada", "care-n", sourcedId="e-0")
    with read(export, tmp_path) as roster:
        assert places(roster) == [("enrollments.csv", 5, "sourcedId")]
