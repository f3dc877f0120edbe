"""The commands as an operator types them: a fresh process each, exit codes and one sentence on standard error."""

import contextlib
import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from portal.rosters.synthetic import write_synthetic_roster
from tests.parts.commands import Done, run_portal

Run = Callable[..., Done]
WRITER, APPROVER, ADMIN = (f"{name}@riverbend.example.org" for name in ("rosa", "omar", "ida"))


@pytest.fixture
def portal(tmp_path: Path, database_url: str) -> Run:
    environ = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "PORTAL_DATA_DIR": str(tmp_path / "data"),
        "PORTAL_DATABASE_URL": database_url,
        "PORTAL_KEY_FILE": str(tmp_path / "portal.keys"),
        "PORTAL_ORGANISATION": "Riverbend Schools",
        "PORTAL_HOLD_SECONDS": "0",
        "PORTAL_SMTP_URL": "smtp://127.0.0.1:9",
    }

    def run(*words: str, **more: str) -> Done:
        return run_portal(words, environ | more, tmp_path)

    return run


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    path = tmp_path / "roster.csv"
    write_synthetic_roster(path, children=60)
    return path


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    from portal.press.typesetting.typeset import TypstPress

    path = tmp_path / "welcome.pdf"
    path.write_bytes(TypstPress().typeset('#set document(title: "Welcome")\n= Welcome\nWe begin on Monday.', {}))
    return path


def first_rows(roster: Path) -> list[dict[str, str]]:
    import csv

    with roster.open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def test_from_an_empty_folder_to_a_letter_taken_back(portal: Run, roster: Path, letter: Path) -> None:
    begun = portal("init").stdout
    assert "portal roster import" in begun
    assert "/setup#" in begun
    assert portal("init").returncode == 0
    imported = portal("roster", "import", str(roster), "--json")
    assert imported.returncode == 0, imported.stderr
    for address, role in ((WRITER, "publisher"), (APPROVER, "approver"), (ADMIN, "admin")):
        assert portal("staff", "add", address, "--role", role).returncode == 0
    drafted = portal("mailing", "draft", "--by", WRITER, "--title", "Welcome", "--file", str(letter), "--json")
    assert drafted.returncode == 0, drafted.stderr
    facts = json.loads(drafted.stdout)
    assert facts["state"] == "checked"
    assert facts["audience"] == "everyone at Riverbend Schools"
    assert facts["guardians"] > 60
    assert facts["guard"]["verdict"] == "clear"
    mailing = facts["mailing"]
    assert portal("mailing", "submit", mailing, "--by", WRITER).returncode == 0
    listed = json.loads(portal("mailing", "list", "--json").stdout)
    assert (listed["mailing"], listed["state"]) == (mailing, "waiting")
    shell = portal("mailing", "approve", mailing, "--by", APPROVER)
    assert (shell.returncode, "browser" in shell.stderr) == (3, True)
    own = portal("mailing", "approve", mailing, "--by", WRITER, PORTAL_CLI_APPROVAL="1")
    assert own.returncode == 3
    approved = portal("mailing", "approve", mailing, "--by", APPROVER, "--json", PORTAL_CLI_APPROVAL="1")
    assert json.loads(approved.stdout)["state"] == "held"
    status = json.loads(portal("mailing", "status", mailing, "--json").stdout)
    assert status["state"] == "held"
    assert status["notices"]["queued"] == facts["guardians"]
    taken = portal("revoke", "--mailing", mailing, "--by", ADMIN, "--reason", "The wrong file.", "--json")
    assert taken.returncode == 0, taken.stderr
    answer = json.loads(taken.stdout)
    assert answer["notices_cancelled"] == facts["guardians"]
    again = portal("revoke", "--mailing", mailing, "--by", ADMIN, "--reason", "Again.", "--json")
    assert json.loads(again.stdout) == answer
    assert portal("revoke", "--mailing", mailing, "--by", WRITER, "--reason", "Me too.").returncode == 3
    verified = portal("ledger", "verify", "--json")
    assert verified.returncode == 0, verified.stdout


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_where_groups_at_the_provider_decide_about_roles_nobody_is_told_to_add_staff(portal: Run) -> None:
    provider = {
        "PORTAL_OIDC_ISSUER": "https://id.riverbend.example.org",
        "PORTAL_OIDC_CLIENT_ID": "portal",
        "PORTAL_OIDC_CLIENT_SECRET": "secret",
    }
    assert "portal staff add" in portal("init", **provider).stdout
    groups = provider | {"PORTAL_OIDC_ROLES": "group:heads=admin,group:office=publisher"}
    for done in (portal("init", **groups), portal("staff", "list", **groups), portal("doctor", **groups)):
        assert "PORTAL_OIDC_ROLES" in done.stdout
        assert "staff add" not in done.stdout
    refused = portal("staff", "setup-link", **groups)
    assert (refused.returncode, "PORTAL_OIDC_ROLES" in refused.stderr) == (3, True)
    assert "staff add" not in refused.stderr


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_time_zone_that_was_never_set_is_told_at_the_beginning_and_by_the_doctor(portal: Run) -> None:
    begun = portal("init").stdout
    assert "Time zone:   not set, so times are read and shown in UTC. Set PORTAL_TIMEZONE" in begun
    chosen = portal("init", "--timezone", "America/Chicago").stdout
    assert "Time zone:   UTC. Set this in the portal's environment to make it America/Chicago:" in chosen
    assert "  PORTAL_TIMEZONE=America/Chicago\n" in chosen
    again = json.loads(portal("init", "--timezone", "America/Chicago", "--json").stdout)
    assert (again["key_file_made"], again["to_set"]) == (False, {"PORTAL_TIMEZONE": "America/Chicago"})
    assert json.loads(portal("init", "--json", PORTAL_TIMEZONE="America/Chicago").stdout)["to_set"] == {}
    for zone, standing in (({}, "note"), ({"PORTAL_TIMEZONE": "America/Chicago"}, "safe")):
        facts = {one["name"]: one for one in json.loads(portal("doctor", "--json", **zone).stdout)["facts"]}
        assert facts["Time zone"]["standing"] == standing
        assert ("PORTAL_TIMEZONE" in facts["Time zone"]["to_do"]) == (not zone)


def test_at_a_terminal_the_time_zone_is_asked_for(tmp_path: Path) -> None:
    master, slave = pty.openpty()
    environ = {"PATH": os.environ["PATH"], "PORTAL_DATA_DIR": str(tmp_path / "data"), "TZ": "America/Denver"}
    begun = subprocess.Popen(
        [sys.executable, "-m", "portal", "init"], stdin=slave, stdout=slave, stderr=slave, env=environ, cwd=tmp_path
    )
    os.close(slave)
    os.write(master, b"Chicgo\nAmerica/Chicago\n")
    said = b""
    with contextlib.suppress(OSError):  # how a terminal ends
        while more := os.read(master, 4096):
            said += more
    os.close(master)
    text = said.decode()
    assert begun.wait(60) == 0, text
    assert "such as America/Chicago [America/Denver]:" in text
    assert "“Chicgo” is not a time zone; the nearest is America/Chicago." in text
    assert "PORTAL_TIMEZONE=America/Chicago\r\n" in text


def test_the_accident_is_stopped_at_the_command_line(portal: Run, roster: Path, tmp_path: Path) -> None:
    portal("init")
    portal("roster", "import", str(roster))
    portal("staff", "add", WRITER, "--role", "publisher")
    checked = portal("guard", "check", str(roster), "--json")
    verdict = json.loads(checked.stdout)
    assert checked.returncode == 3
    assert (verdict["verdict"], verdict["roster_shaped"], verdict["children"]) == ("blocked", True, 60)
    assert verdict["may_be_released"] is False
    family_name = next(row["child_family_name"] for row in first_rows(roster) if row["child_family_name"])
    assert family_name not in json.dumps(verdict)
    drafted = portal("mailing", "draft", "--by", WRITER, "--title", "Welcome", "--file", str(roster), "--json")
    assert drafted.returncode == 3
    assert json.loads(drafted.stdout)["guard"]["roster_shaped"] is True
    kept = [path for path in (tmp_path / "data").rglob("*") if path.is_file() and "blobs" in path.parts]
    assert kept == []


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("nonsense",), 2),
        (("mailing", "draft"), 2),
        (("mailing", "status", "0" * 32), 2),
        (("revoke", "--by", ADMIN, "--reason", "x"), 2),
        (("staff", "add", "a@x.example, b@x.example", "--role", "admin"), 2),
        (("staff", "add", ADMIN, "--role", "king"), 2),
        (("mailing", "list", "--by", "nobody@x.example"), 2),
        (("roster", "import", "/nowhere.csv"), 1),
        (("guard", "check", "/nowhere.pdf"), 2),
        (("init", "--timezone", "Mars/Olympus"), 2),
    ],
)
def test_a_wrong_call_says_so(portal: Run, words: tuple[str, ...], code: int) -> None:
    portal("init")
    done = portal(*words)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("typed", "offered"),
    [("portal mai", "mailing"), ("portal mailing st", "stop status"), ("portal link reissue --j", "--json")],
)
def test_a_shell_completes_commands_and_options(portal: Run, typed: str, offered: str) -> None:
    at = str(len(typed.split()) - 1)
    done = portal(_PORTAL_COMPLETE="complete_bash", COMP_WORDS=typed, COMP_CWORD=at)
    assert done.stdout.split() == offered.split()


def test_nothing_starts_without_keys(portal: Run) -> None:
    done = portal("mailing", "list", "--by", ADMIN)
    assert done.returncode == 3
    assert "portal init" in done.stderr


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("words", [("doctor", "--json"), ("staff", "list"), ("migrate",)])
def test_a_database_out_of_reach_is_told_in_one_sentence(portal: Run, tmp_path: Path, words: tuple[str, ...]) -> None:
    portal("init")
    away = {
        f"sqlite:///{tmp_path}": ("PORTAL_DATABASE_URL cannot be opened: unable to open database file", 3),
        "postgresql+psycopg://postgres@/portal?host=/nowhere": ("See that it runs, and that PORTAL_DATABASE_URL", 1),
    }
    for url, (part, code) in away.items():
        done = portal(*words, PORTAL_DATABASE_URL=url)
        assert done.stdout == ""
        assert part in done.stderr
        assert len(done.stderr.splitlines()) == 1
        assert done.returncode == code


def test_a_second_process_on_sqlite_is_refused(portal: Run, database_url: str) -> None:
    if not database_url.startswith("sqlite"):
        return  # PostgreSQL serves as many as are wanted
    portal("init")
    done = portal("serve", "--processes", "2", "--port", "1")
    assert done.returncode == 3
    assert "PostgreSQL" in done.stderr
