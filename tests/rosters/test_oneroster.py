"""OneRoster exports: both versions, both directions of a tie, folder and zip."""

from datetime import date
from pathlib import Path

import pytest

from portal.kernel.errors import Refused
from portal.kernel.text.addresses import OneAddress
from portal.rosters.caged import read_roster
from portal.rosters.fields.scratch import Roster
from portal.rosters.fields.values import ChildRow, GuardianRow, RosterUnreadable
from tests.rosters.oneroster_builder import Export, small_district

TODAY = date(2026, 9, 1)


@pytest.fixture(params=["1.1", "1.2"])
def export(request: pytest.FixtureRequest) -> Export:
    return small_district(request.param)


def read(export: Export, tmp_path: Path) -> Roster:
    return read_roster(export.folder(tmp_path / "export"), TODAY)


def ties(roster: Roster) -> set[tuple[str, str, str]]:
    return {(tie.guardian_source, tie.child_source, tie.basis) for tie in roster.guardianships()}


FAMILIES = {
    ("g-petra", "s-lin", "parent"),
    ("g-petra", "s-ada", "parent"),
    ("g-ken", "s-bo", "relative"),
    ("g-mia", "s-bo", "guardian"),
}


def test_guardians_named_in_either_direction_are_all_found(export: Export, tmp_path: Path):
    with read(export, tmp_path) as roster:
        assert ties(roster) == FAMILIES
        assert not roster.report.defects


def test_a_zip_reads_as_its_folder_does_wherever_the_files_lie_in_it(export: Export, tmp_path: Path):
    for inside in ("", "../../export 2026/"):
        with read_roster(export.zip(tmp_path / f"{len(inside)}.zip", inside), TODAY) as roster:
            assert ties(roster) == FAMILIES
    assert {path.suffix for path in tmp_path.iterdir()} == {".zip"}


def test_a_folder_reads_through_the_one_folder_in_it_and_past_a_macs_notes(export: Export, tmp_path: Path):
    (tmp_path / "unpacked" / "__MACOSX").mkdir(parents=True)
    inner = export.folder(tmp_path / "unpacked" / "export")
    (inner / "._users.csv").write_bytes(b"\0\5\x16\7")
    with read_roster(tmp_path / "unpacked", TODAY) as roster, read(export, tmp_path) as plain:
        assert ties(roster) == ties(plain)
        assert "._users.csv" not in roster.report.dropped


def test_a_cut_zip_is_called_damaged(export: Export, tmp_path: Path):
    path = export.zip(tmp_path / "export.zip")
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(RosterUnreadable, match="damaged zip"):
        read_roster(path, TODAY)


def test_a_child_is_told_with_number_grade_birth_date_and_place(export: Export, tmp_path: Path):
    with read(export, tmp_path) as roster:
        lin, ada, bo, jude = roster.children()
    assert lin == ChildRow("s-lin", "7001", "Lin", "Hart", date(2018, 3, 4), "2", (("Afternoon Care", "North School"),))
    assert (ada.grade, ada.enrolments) == ("K", (("", "North School"),))
    assert (bo.student_number, bo.grade, bo.enrolments) == ("s-bo", "5", (("Chess", "South School"),))
    assert jude.family_name == "Roe, Jr."


def test_a_guardian_is_told_with_address_and_phones_as_written(export: Export, tmp_path: Path):
    with read(export, tmp_path) as roster:
        petra = next(roster.guardians())
    assert petra == GuardianRow("g-petra", "Petra", "Hart", OneAddress("petra@example.org"), "+1 206 555 0101")


def test_teachers_and_aides_are_no_guardians_and_are_counted(export: Export, tmp_path: Path):
    with read(export, tmp_path) as roster:
        assert any(note.endswith("no parent, guardian or relative: 2.") for note in roster.report.notes)


def test_a_teacher_with_a_second_role_is_a_guardian_too(tmp_path: Path):
    export = small_district("1.2")
    export.role("t-uma", "guardian", roleType="secondary")
    with read(export, tmp_path) as roster:
        assert ("t-uma", "s-bo", "guardian") in ties(roster)


def test_a_role_or_enrolment_that_has_ended_no_longer_counts(tmp_path: Path):
    export = small_district("1.2")
    export.role("t-uma", "guardian", endDate="2026-08-31")
    export.role("a-kim", "guardian", endDate="2026-09-01")
    export.enrol("s-ada", "care-n", endDate="2026-06-01")
    with read(export, tmp_path) as roster:
        assert ties(roster) - FAMILIES == {("a-kim", "s-bo", "guardian")}
        assert [child.enrolments for child in roster.children()][1] == (("", "North School"),)
        assert "Left out because they had ended: 2 roles and enrolments." in roster.report.notes


@pytest.mark.parametrize("change", [{"status": "tobedeleted"}, {"enabledUser": "false"}, {"enabledUser": "FALSE"}])
def test_users_to_be_deleted_or_not_enabled_are_absent_and_not_dangling(
    export: Export, tmp_path: Path, change: dict[str, str]
):
    export.rows["users.csv"][5] |= change  # Ken
    with read(export, tmp_path) as roster:
        assert ties(roster) == FAMILIES - {("g-ken", "s-bo", "relative")}
        assert not roster.report.defects


def test_statuses_filled_in_a_bulk_file_change_nothing(export: Export, tmp_path: Path):
    for row in export.rows["users.csv"]:
        row["status"] = "active"
    with read(export, tmp_path) as roster:
        assert ties(roster) == FAMILIES


def test_a_byte_order_mark_and_windows_line_ends_are_read_past(export: Export, tmp_path: Path):
    export.mark, export.line_end = b"\xef\xbb\xbf", "\r\n"
    with read(export, tmp_path) as roster:
        assert ties(roster) == FAMILIES


def test_misspelt_extra_and_missing_headers_are_notes(export: Export, tmp_path: Path):
    export.spelling = {"sourcedId": "SourcedID", "agentSourcedIds": "agentSourcedId", "familyName": "family_name"}
    export.headers["users.csv"].append("metadata.bus")
    if export.version == "1.2":
        export.headers["users.csv"].remove("resourceSourcedIds")
    with read(export, tmp_path) as roster:
        notes, report = roster.report.notes, roster.report
        assert ties(roster) == FAMILIES
    assert "users.csv: the header agentSourcedId was read as agentSourcedIds." in notes
    assert f"users.csv: the header metadata.bus is not part of OneRoster {export.version}." in notes
    assert report.mapping["users.csv"]["SourcedID"] == "sourcedId"
    assert ("users.csv: no column resourceSourcedIds." in notes) == (export.version == "1.2")


def test_every_dropped_column_and_file_is_named(export: Export, tmp_path: Path):
    export.extra_files["results.csv"] = b"sourcedId,score\nx,3\n"
    with read(export, tmp_path) as roster:
        dropped = roster.report.dropped
    assert {"password", "username", "middleName"} <= set(dropped["users.csv"])
    assert dropped["demographics.csv"] == ["sex", "white"]
    assert dropped["results.csv"] == ["the whole file"]


def test_a_preferred_name_does_not_replace_the_legal_one(tmp_path: Path):
    export = small_district("1.2")
    export.rows["users.csv"][0]["preferredGivenName"] = "Linny"
    with read(export, tmp_path) as roster:
        assert next(roster.children()).given_name == "Lin"


def test_guardians_without_a_child_are_left_out_and_counted(export: Export, tmp_path: Path):
    export.user("g-none", "No", "Body", "parent", email="nobody@example.org")
    with read(export, tmp_path) as roster:
        assert "g-none" not in {guardian.source_id for guardian in roster.guardians()}
        assert "Guardians left out because they have no child in this roster: 1." in roster.report.notes


def test_a_delta_export_is_refused_with_a_sentence(export: Export, tmp_path: Path):
    export.modes["users"] = "delta"
    with pytest.raises(RosterUnreadable, match=r"only what changed.*--delta"):
        read(export, tmp_path)


def test_a_file_the_manifest_announces_but_that_is_missing_is_refused(export: Export, tmp_path: Path):
    del export.headers["enrollments.csv"]
    with pytest.raises(RosterUnreadable, match=r"announces enrollments\.csv, but it is missing"):
        read(export, tmp_path)


def test_the_manifest_decides_which_files_are_read(export: Export, tmp_path: Path):
    export.modes["demographics"] = "absent"
    with read(export, tmp_path) as roster:
        assert next(roster.children()).birth_date is None
        assert "demographics.csv was not read: the manifest calls it absent." in roster.report.notes


def test_another_version_is_refused(export: Export, tmp_path: Path):
    export.version = "2.0"
    with pytest.raises(RosterUnreadable, match=r"OneRoster 2\.0"):
        read(export, tmp_path)


def test_a_missing_column_without_which_nothing_can_be_said_is_refused(export: Export, tmp_path: Path):
    export.headers["users.csv"].remove("agentSourcedIds")
    with pytest.raises(RosterUnreadable, match="lacks the column agentSourcedIds"):
        read(export, tmp_path)


def test_without_a_manifest_the_files_speak_and_a_note_says_so(export: Export, tmp_path: Path):
    folder = export.folder(tmp_path / "export")
    (folder / "manifest.csv").unlink()
    with read_roster(folder, TODAY) as roster:
        assert ties(roster) == FAMILIES
        assert any("no manifest.csv" in note for note in roster.report.notes)


def test_an_older_school_data_sync_is_refused(tmp_path: Path):
    (tmp_path / "School.csv").write_text("SIS ID,Name\n1,North\n")
    (tmp_path / "Student.csv").write_text("SIS ID,Name\n1,Lin\n")
    with pytest.raises(Refused, match="School Data Sync"):
        read_roster(tmp_path, TODAY)
