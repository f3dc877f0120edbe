"""`portal roster import`, as an operator sees it."""

import getpass
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlmodel import select
from typer.testing import CliRunner, Result

from portal.cli.families import roster
from portal.families.errors import EmptyRoster, LargeDrop, NumbersChanged, RosterHasDefects, RosterUnclear
from portal.families.tables import RosterVersion
from portal.kernel.configuration.settings import Settings
from portal.kernel.errors import PortalError, WrongCall
from portal.ledger import repository as ledger
from portal.ledger.rules import Wanted
from portal.mail.transport.inbox import Inbox, InboxServer
from portal.rosters.fields.values import RosterUnreadable
from portal.staff import repository as staff
from tests.flows.district import Cells, Office, everybody, stranger, without
from tests.rosters.poison import POISON
from tests.rosters.test_sds import FILES, folder

Run = Callable[..., Result]


@pytest.fixture
def run(settings: Settings, office: Office, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("PORTAL_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("PORTAL_DATABASE_URL", settings.database)
    monkeypatch.setenv("PORTAL_KEY_FILE", str(settings.keys))

    def with_rows(rows: list[Cells] | Path, *options: str) -> Result:
        path = rows if isinstance(rows, Path) else office.write(rows)
        return CliRunner().invoke(roster.app, ["import", str(path), *options])

    return with_rows


def versions(office: Office) -> list[int]:
    with office.house.db.read() as session:
        return sorted(session.exec(select(RosterVersion.number)).all())


def test_it_tells_what_it_changes_and_who_did_it(run: Run, office: Office) -> None:
    office.path = office.path.with_name("fall.csv")
    done = run(everybody())
    assert done.exit_code == 0, done.output
    assert "Format: flat CSV" in done.stdout
    assert "fall.csv: read child_id, " in done.stdout
    assert "+ guardian g-carla of student 100001 (added)" in done.stdout
    assert "The families are as this roster says (version 1)." in done.stdout
    assert "Rivera" not in done.stdout
    with office.house.db.read() as session:
        entry = json.loads(ledger.search(session, Wanted(), limit=1)[0].body)
    assert entry["by"] == f"cli:{getpass.getuser()}"


@pytest.mark.parametrize("poison", POISON)
def test_a_workbook_that_asks_for_half_a_terabyte_is_refused_in_words_and_changes_nothing(
    run: Run, office: Office, tmp_path: Path, poison: str
) -> None:
    path = tmp_path / "roster.xlsx"
    path.write_bytes(POISON[poison])
    done = run(path)
    assert isinstance(done.exception, RosterUnreadable)
    assert versions(office) == []


def test_columns_that_are_not_kept_are_named(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "with-fees.csv"
    path.write_text(
        "Student ID,First Name,Last Name,Parent 1 Email,Fees owed\n1,Noor,Haddad,huda@mail.example.org,12\n"
    )
    done = run(path)
    assert done.exit_code == 0, done.output
    assert "with-fees.csv: not kept Fees owed" in done.stdout
    assert "Student ID as child_id" in done.stdout


def test_a_dry_run_tells_the_same_and_changes_nothing(run: Run, office: Office) -> None:
    done = run(everybody(), "--dry-run")
    assert done.exit_code == 0, done.output
    assert "+ guardian g-carla of student 100001 (added)" in done.stdout
    assert "Nothing was changed: this was a dry run." in done.stdout
    assert (office.ties(), versions(office)) == (set(), [])


def test_json_is_one_object_with_everything(run: Run) -> None:
    done = run([*everybody(), stranger(1)], "--json")
    (line,) = done.stdout.splitlines()
    told = json.loads(line)
    assert (told["imported"], told["dry_run"], told["refused"], told["roster"]) == (True, False, None, 1)
    assert told["guardianships"] == {"added": 8, "changed": 0, "removed": 0}
    assert told["named"] == {"children": 5, "guardians": 6, "guardianships": 8}
    assert (told["links_taken_back"], told["defect_total"], told["defects"]) == (0, 0, [])


def refusal(done: Result, kind: type[PortalError], exit_code: int) -> str:
    assert isinstance(done.exception, kind), done.output
    assert done.exception.exit_code == exit_code
    return str(done.exception)


def test_a_wrong_row_is_listed_with_its_place_and_nothing_is_imported(run: Run, office: Office) -> None:
    rows = [*everybody(), stranger(1, guardian_email="huda@mail.example.org, noor@mail.example.org")]
    done = run(rows)
    assert "--skip-bad-rows" in refusal(done, RosterHasDefects, 1)
    assert "roster.csv, row 9, guardian_email: " in done.stdout
    assert office.ties() == set()
    told = json.loads(run(rows, "--json").stdout)
    assert (told["imported"], told["defect_total"], told["defects"][0]["row"]) == (False, 1, 9)
    assert told["refused"].startswith("1 cell of this roster cannot be right")


def test_bad_rows_may_be_left_out_and_are_listed(run: Run, office: Office) -> None:
    rows = [*everybody(), stranger(1, guardian_email="huda@mail.example.org, noor@mail.example.org")]
    done = run(rows, "--skip-bad-rows")
    assert done.exit_code == 0, done.output
    assert "1 cell cannot be right:" in done.stdout
    assert len(office.ties()) == 7


def test_a_large_drop_is_shown_and_refused_until_it_is_accepted(run: Run, office: Office) -> None:
    run(everybody())
    done = run(without("sam", "ngozi"))
    assert "1 of 7 guardianships" in refusal(done, LargeDrop, 3)
    assert "- guardian g-ngozi of student 100006 (removed)" in done.stdout
    assert len(office.ties()) == 7
    assert "1 of 7 guardianships" in refusal(run(without("sam", "ngozi"), "--dry-run"), LargeDrop, 3)
    assert run(without("sam", "ngozi"), "--accept-drop").exit_code == 0
    assert len(office.ties()) == 6


def test_the_same_file_again_says_that_nothing_changed(run: Run, office: Office) -> None:
    run(everybody())
    done = run(everybody())
    assert "Nothing was changed: the families were as this roster says already (version 1)." in done.stdout
    assert versions(office) == [1]


def test_what_is_no_roster_is_a_sentence(run: Run, tmp_path: Path) -> None:
    assert "There is no file or folder" in refusal(run(tmp_path / "nothing.csv"), RosterUnreadable, 1)


def test_every_admin_is_mailed_how_it_went_in_numbers(
    run: Run, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox = Inbox()
    server = InboxServer(inbox)
    monkeypatch.setenv("PORTAL_SMTP_URL", server.url)
    with office.house.db.write() as session:
        for name, role in (("ida", "admin"), ("omar", "approver")):
            address = f"{name}@riverbend.example.org"
            staff.put(session, address=address, address_key=address, name="", role=role, now=office.house.clock())
    server.start()
    try:
        assert run(everybody(), "--report-to-admins").exit_code == 0
        assert run(everybody()[:1], "--report-to-admins").exit_code == 1
        assert run(everybody(), "--report-to-admins", "--dry-run").exit_code == 0
    finally:
        server.stop()
    trial, refused, done = inbox.newest()
    assert (trial.subject, "This was a dry run" in trial.plain_text) == ("The roster was not imported", True)
    assert (done.to, refused.to) == ("ida@riverbend.example.org", "ida@riverbend.example.org")
    assert (done.subject, refused.subject) == ("The roster was imported", "The roster was not imported")
    assert "Guardianships: 7 added, 0 changed, 0 gone." in done.plain_text
    assert "What it would have changed" not in done.plain_text
    assert "more than a tenth" in refused.plain_text
    would = refused.plain_text.partition("What it would have changed:")[2]
    assert "Guardianships: 0 added, 0 changed, 6 gone." in would, "so that nobody reads that they are gone"
    assert "Rivera" not in done.plain_text + refused.plain_text


HALVES = (
    "Student ID,First Name,Last Name,Mother_First,Mother_Email,Fees owed\n1,Noor,Haddad,Huda,huda@mail.example.org,12\n"
)


def test_a_roster_that_is_not_wholly_understood_is_refused_with_samples_and_the_answer_lets_it_pass(
    run: Run, office: Office, tmp_path: Path
) -> None:
    path = tmp_path / "halves.csv"
    path.write_text(HALVES)
    done = run(path, "--skip-bad-rows", "--accept-drop")
    said = refusal(done, RosterUnclear, 3)
    assert "1 guardian has a given name and no family name." in said
    assert "Huda" not in said, "an admin is mailed this sentence"
    assert "For example: row 2: Huda." in done.stdout
    assert "halves.csv: not kept Fees owed (1 cell)" in done.stdout
    assert "Added" not in done.stdout, "before that is answered, nobody knows what would change"
    assert versions(office) == []
    assert run(path, "--column", "Mother_First=guardian_name mother").exit_code == 0
    assert versions(office) == [1]


def test_json_tells_what_was_asked_and_what_dropped_columns_held(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "halves.csv"
    path.write_text(HALVES)
    facts = json.loads(run(path, "--json").stdout)
    assert facts["imported"] is False
    assert facts["dropped_held"] == {"halves.csv": {"Fees owed": {"cells": 1}}}
    assert [(doubt["kind"], doubt["samples"]) for doubt in facts["doubts"]] == [("names", ["row 2: Huda"])]


def test_an_answer_that_means_nothing_is_a_wrong_call(run: Run, office: Office) -> None:
    assert refusal(run(everybody(), "--dates", "german"), WrongCall, 2)
    assert refusal(run(everybody(), "--column", "Nots=drop"), WrongCall, 2)
    assert versions(office) == []


def test_numbers_that_lost_their_zeros_are_said_to_have_lost_them(run: Run, office: Office) -> None:
    long = [cells | {"child_id": f"00{cells['child_id']}"} for cells in everybody()]
    assert run(long).exit_code == 0
    said = refusal(run(everybody()), NumbersChanged, 3)
    assert "the numbers are those on file but for their first zeros, which spreadsheets drop" in said
    assert versions(office) == [1]
    assert run(everybody(), "--accept-drop").exit_code == 0


def test_a_roster_whose_children_have_all_ended_says_so(run: Run, tmp_path: Path) -> None:
    over = FILES["roles"].replace("y26,02,true,,", "y26,02,true,,2026-06-19")
    done = run(folder(tmp_path / "sds", roles=over))
    assert "The time of all 2 children of this roster had ended, the last on 2026-06-30" in refusal(
        done, EmptyRoster, 3
    )
