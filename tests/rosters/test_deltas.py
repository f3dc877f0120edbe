"""Exports of what changed since, laid over the last bulk export in their order."""

from datetime import date
from pathlib import Path

import pytest

from portal.rosters.caged import read_roster
from portal.rosters.fields.values import RosterUnreadable
from tests.rosters.oneroster_builder import Export, small_district

TODAY = date(2026, 9, 1)


@pytest.fixture(params=["1.1", "1.2"])
def version(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def delta(version: str) -> Export:
    export = Export(version)
    export.modes = dict.fromkeys(export.modes, "delta")
    return export


def test_what_is_new_changed_and_deleted_counts_and_the_rest_stays(version: str, tmp_path: Path) -> None:
    bulk = small_district(version)
    first, second = delta(version), delta(version)
    first.user("g-petra", "Petra", "Hart", "parent", email="new@example.org", agentSourcedIds="s-lin,s-ada")
    first.user("s-noa", "Noa", "Hart", "student", identifier="7009", grades="01", agentSourcedIds="g-petra")
    second.user("g-mia", "", "", "", status="tobedeleted", dateLastModified="2026-08-30T00:00:00.000Z")
    second.enrol("s-noa", "care-n", "north")
    for name, export in (("first", first), ("second", second)):  # ids of their own, as one system makes them
        for row in (*export.rows.get("roles.csv", ()), *export.rows["enrollments.csv"]):
            row["sourcedId"] = f"{name}-{row['sourcedId']}"
    paths = [first.zip(tmp_path / "first.zip"), second.folder(tmp_path / "second")]
    with read_roster(bulk.folder(tmp_path / "bulk"), TODAY, paths) as roster:
        assert roster.report.format == f"OneRoster {version} (folder, with 2 since)"
        assert roster.report.defects == []
        children = {child.source_id: child for child in roster.children()}
        assert set(children) == {"s-lin", "s-ada", "s-bo", "s-jude", "s-noa"}
        mails = {guardian.source_id: guardian.email.text for guardian in roster.guardians() if guardian.email}
        assert mails == {"g-petra": "new@example.org", "g-ken": "home@example.org"}
        assert ("g-petra", "s-noa") in {(one.guardian_source, one.child_source) for one in roster.guardianships()}


def test_an_older_row_does_not_undo_a_newer_one(version: str, tmp_path: Path) -> None:
    bulk, late = small_district(version), delta(version)
    bulk.user("s-zoe", "Zoe", "Hart", "student", identifier="7010", dateLastModified="2026-08-02T00:00:00Z")
    late.user("s-zoe", "Zo", "Hart", "student", identifier="7010", dateLastModified="2026-08-01T00:00:00Z")
    with read_roster(bulk.folder(tmp_path / "b"), TODAY, [late.folder(tmp_path / "d")]) as roster:
        assert {child.given_name for child in roster.children() if child.source_id == "s-zoe"} == {"Zoe"}


@pytest.mark.parametrize(
    ("lost", "said"),
    [("users.csv", "announces users.csv, but it is missing"), ("manifest.csv", "has no manifest.csv")],
)
def test_a_delta_that_was_cut_is_refused_and_not_taken_for_nothing_new(tmp_path: Path, lost: str, said: str) -> None:
    late = delta("1.1")
    late.user("g-petra", "", "", "", status="tobedeleted")
    folder = late.folder(tmp_path / "d")
    (folder / lost).unlink()
    with pytest.raises(RosterUnreadable, match=said):
        read_roster(small_district("1.1").folder(tmp_path / "b"), TODAY, [folder])


def test_a_row_of_a_delta_whose_cells_may_have_shifted_is_refused(tmp_path: Path) -> None:
    late = delta("1.1")
    late.user("s-zoe", "Zoe", "Hart", "student", identifier="7010")
    folder = late.folder(tmp_path / "d")
    text = (folder / "users.csv").read_text(encoding="utf-8-sig")
    (folder / "users.csv").write_text(text.rstrip() + ",Hart\n", encoding="utf-8")
    with pytest.raises(RosterUnreadable, match="row 2 has more cells than the header"):
        read_roster(small_district("1.1").folder(tmp_path / "b"), TODAY, [folder])


@pytest.mark.parametrize("kept", [3, -1], ids=["a few cells", "all cells but the last"])
def test_a_row_of_a_delta_that_was_cut_short_is_refused_and_empties_no_cell(tmp_path: Path, kept: int) -> None:
    late = delta("1.1")
    late.user("g-petra", "Petra", "Hart", "parent", email="new@example.org", agentSourcedIds="s-lin")
    folder = late.folder(tmp_path / "d")
    header, row = (folder / "users.csv").read_text(encoding="utf-8-sig").splitlines()
    (folder / "users.csv").write_text(f"{header}\n{','.join(row.split(',')[:kept])}", encoding="utf-8")
    with pytest.raises(RosterUnreadable, match="row 2 has fewer cells than the header"):
        read_roster(small_district("1.1").folder(tmp_path / "b"), TODAY, [folder])


def test_a_delta_needs_a_bulk_export_before_it(tmp_path: Path) -> None:
    first = delta("1.1").folder(tmp_path / "first")
    with pytest.raises(RosterUnreadable, match="first export has to be a bulk one"):
        read_roster(first, TODAY, [first])
    (tmp_path / "flat.csv").write_text("child_id\n1\n")
    with pytest.raises(RosterUnreadable, match="Only a OneRoster export"):
        read_roster(tmp_path / "flat.csv", TODAY, [first])
