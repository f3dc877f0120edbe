"""What is done with an approved mailing at the command line: when it goes, whether it goes on, and to whom again."""

import json
from pathlib import Path

import pytest
from sqlmodel import select, update

from portal.kernel.storage.db import Database
from portal.ledger.tables import LedgerEntry
from portal.mailings.tables import Mailing
from portal.outbox.tables import Notice
from tests.cli.test_commands import APPROVER, WRITER, Run, first_rows, letter, portal, roster

pytestmark = pytest.mark.parametrize(
    "database_url", ["postgresql"], indirect=True
)  # the acts themselves are tried on both in tests/flows

__all__ = ["letter", "portal", "roster"]  # fixtures


@pytest.fixture
def mailing(portal: Run, roster: Path, letter: Path) -> str:
    portal("init")
    portal("roster", "import", str(roster))
    for address, role in ((WRITER, "publisher"), (APPROVER, "approver")):
        portal("staff", "add", address, "--role", role)
    drafted = portal("mailing", "draft", "--by", WRITER, "--title", "Welcome", "--file", str(letter), "--json")
    return str(json.loads(drafted.stdout)["mailing"])


def put(database: Database, mailing_id: str, state: str) -> None:
    with database.write() as session:
        session.exec(update(Notice).values(state="sent"))
        session.exec(update(Mailing).where(Mailing.id == mailing_id).values(state=state))


def test_a_mailing_is_scheduled_paused_continued_and_reminded(
    portal: Run, mailing: str, roster: Path, database: Database
) -> None:
    planned = portal("mailing", "schedule", mailing, "Monday 07:30", "--by", WRITER, "--first-wave", "20")
    assert planned.returncode == 0, planned.stderr
    assert "It goes out Monday, " in planned.stdout
    assert " at 7:30 AM, UTC; first to 20 families alone." in planned.stdout
    gap = portal("mailing", "schedule", mailing, "2027-03-28 02:30", "--by", WRITER, PORTAL_TIMEZONE="Europe/Berlin")
    assert (gap.returncode, "There is no 02:30 on 28 March 2027" in gap.stderr) == (2, True)
    portal("mailing", "schedule", mailing, "now", "--by", WRITER, "--first-wave", "0")
    portal("mailing", "submit", mailing, "--by", WRITER)
    assert portal("mailing", "approve", mailing, "--by", APPROVER, PORTAL_CLI_APPROVAL="1").returncode == 0
    early = portal("mailing", "remind", mailing, "--by", WRITER)
    assert (early.returncode, "held before sending" in early.stderr) == (3, True)
    put(database, mailing, "sending")
    assert "is paused" in portal("mailing", "pause", mailing, "--by", WRITER).stdout
    assert "is being sent" in portal("mailing", "continue", mailing, "--by", WRITER).stdout
    put(database, mailing, "sent")
    nobody = portal("mailing", "again", mailing, "--by", WRITER)
    assert (nobody.returncode, "nobody left" in nobody.stderr) == (3, True)
    dry = json.loads(portal("mailing", "remind", mailing, "--by", WRITER, "--dry-run", "--json").stdout)
    assert (dry["state"], dry["kind"], dry["round"], dry["new_links"]) == ("sent", "reminder", 1, 0)
    done = json.loads(portal("mailing", "remind", mailing, "--by", WRITER, "--json").stdout)
    assert (done["state"], done["notices"]) == ("held", dry["notices"])
    status = json.loads(portal("mailing", "status", mailing, "--json").stdout)
    assert status["notices"]["queued"] == dry["notices"]
    put(database, mailing, "sent")
    twice = portal("mailing", "remind", mailing, "--by", WRITER)
    assert (twice.returncode, "at most once every 3 days" in twice.stderr) == (3, True)
    rows = first_rows(roster)
    barred = {row["child_id"] for row in rows if row["may_receive"] != "yes"}
    number = next(row["child_id"] for row in rows if row["guardian_email"] and row["child_id"] not in barred)
    caller = portal("mailing", "again", mailing, "--by", WRITER, "--child", number, "--dry-run")
    assert caller.returncode == 0, caller.stderr
    assert "about 1 child." in caller.stdout
    nobody_new = portal("mailing", "top-up", mailing, "--by", WRITER, "--dry-run", "--json")
    assert json.loads(nobody_new.stdout)["notices"] == 0
    assert portal("ledger", "verify").returncode == 0


def test_a_freeze_is_pressed_packed_and_undone_once(
    portal: Run, mailing: str, database: Database, tmp_path: Path
) -> None:
    portal("mailing", "submit", mailing, "--by", WRITER)
    portal("mailing", "approve", mailing, "--by", APPROVER, PORTAL_CLI_APPROVAL="1")
    portal("staff", "add", "ida@riverbend.example.org", "--role", "admin")
    ida = ("--by", "ida@riverbend.example.org")
    assert portal("incident", "freeze", mailing, "--by", WRITER, "--reason", "Wrong.").returncode == 3
    assert portal("incident", "undo", mailing, *ida, "--reason", "Nothing yet.").returncode == 1
    frozen = [
        json.loads(portal("incident", "freeze", mailing, *ida, "--reason", "Wrong.", "--json").stdout) for _ in "12"
    ]
    assert frozen[0]["links"] > 60
    assert [one.pop("is_repeat") for one in frozen] == [False, True]
    assert frozen[0] == frozen[1]
    pack = tmp_path / "pack.zip"
    made = json.loads(portal("incident", "pack", mailing, *ida, "--output", str(pack), "--json").stdout)
    assert made["file"] == str(pack)
    assert pack.read_bytes().startswith(b"PK")
    assert portal("incident", "pack", mailing, *ida, "--output", str(pack)).returncode == 2, "nothing is written over"
    dry = json.loads(portal("incident", "undo", mailing, *ida, "--reason", "Fine.", "--dry-run", "--json").stdout)
    assert dry["links"] == frozen[0]["links"]
    undone = [json.loads(portal("incident", "undo", mailing, *ida, "--reason", "Fine.", "--json").stdout) for _ in "12"]
    assert [(one["notices"], one["is_repeat"]) for one in undone] == [(dry["notices"], False), (dry["notices"], True)]
    with database.read() as session:
        assert session.get_one(Mailing, mailing).state == "held"


def test_no_key_is_given_up_before_it_is_known_who_may_send_fresh_links(
    portal: Run, mailing: str, database: Database
) -> None:
    assert mailing
    for address, code in ((WRITER, 3), ("nobody@riverbend.example.org", 2)):
        done = portal("keys", "rotate", "--compromised", "--reissue", "--by", address, "--yes")
        assert done.returncode == code, done.stderr
    with database.read() as session:
        assert session.exec(select(LedgerEntry.seq).where(LedgerEntry.act == "keys:rotate")).all() == []
