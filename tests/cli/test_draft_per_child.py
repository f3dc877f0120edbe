"""Files called by children's names at the command line: the same table as in the browser, listed and taken."""

import json
from pathlib import Path

import pytest

from tests.cli.test_commands import WRITER, Run, portal
from tests.flows.test_one_letter_each import card

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # tests/flows asks both

__all__ = ["portal"]

NEW = ("mailing", "draft", "--by", WRITER, "--title", "Report cards")
HEAD = (
    "student_number,child_given_name,child_family_name,grade,site,"
    "guardian_given_name,guardian_family_name,guardian_email\n"
)
ROSTER = HEAD + "".join(
    f"{number},{given},{family},{grade},{site},Pat,{family},{number}@mail.example.org\n"
    for number, given, family, grade, site in [
        (510001, "Belén", "Fuentes", 2, "Amber Creek"),
        (510002, "Luis", "Okafor", 2, "Amber Creek"),
        (510003, "Ana", "Rivera", 2, "Amber Creek"),
        (510004, "Ana", "Rivera", 5, "Birch Hill"),
        *((520000 + at, f"Zo{'abcdefgh'[at]}", "Quill", 4, "Birch Hill") for at in range(8)),
    ]
)
CARDS = {
    "Fuentes, Belén - Q1 report.pdf": "Report for Belén Fuentes.",
    "Okafor, Luis - Q1 report.pdf": "Report for Luis Okafor.",
    "Rivera, Ana - Q1 report.pdf": "Amber Creek. Report for Ana Rivera.",
}


@pytest.fixture
def ready(portal: Run, tmp_path: Path) -> Run:
    return with_roster(portal, tmp_path / "roster.csv", ROSTER)


def with_roster(portal: Run, path: Path, roster: str) -> Run:
    """Make a portal with these children and one who writes to them."""
    path.write_text(roster, "utf-8")
    portal("init")
    done = portal("roster", "import", str(path))
    assert done.returncode == 0, done.stderr + done.stdout
    assert portal("staff", "add", WRITER, "--role", "publisher").returncode == 0
    return portal


@pytest.fixture
def cards(tmp_path: Path) -> Path:
    folder = tmp_path / "cards"
    folder.mkdir()
    for name, text in CARDS.items():
        (folder / name).write_bytes(card(text))
    return folder


def test_what_is_suggested_and_whom_it_is_for_is_listed_and_then_taken(ready: Run, cards: Path) -> None:
    first = ready(*NEW, "--per-child", str(cards), "--json")
    assert first.returncode == 3
    found = json.loads(first.stdout)["reconciliation"]
    assert found["paired"] == 2
    assert found["suggested"] == [
        {"file": "Rivera, Ana - Q1 report.pdf", "child": "510003", "name": "Ana Rivera", "grade": "2",
         "sites": ["Amber Creek"],
         "why": "the name stands in it, the name stands in the file’s name, it says Amber Creek, "
         "another child has the same name"}
    ]  # fmt: skip
    assert [(one["kind"], one["what"]) for one in found["problems"]] == [
        ("too-wide", "These files are only for grade 2 at Amber Creek; the mailing is for 12.")
    ]
    narrow = ("--audience", "grade:2", "--audience", "site:Amber Creek")
    told = ready(*NEW, "--per-child", str(cards), *narrow)
    assert told.returncode == 3
    assert "--accept-suggestions" in told.stdout
    done = ready(*NEW, "--per-child", str(cards), *narrow, "--accept-suggestions")
    assert done.returncode == 0, done.stdout
    assert "3 of 3 children have their letter." in done.stdout


def test_only_files_are_suggested(ready: Run, tmp_path: Path) -> None:
    text = tmp_path / "letter.md"
    text.write_text("Dear family.", "utf-8")
    wrong = ready(*NEW, "--merge", str(text), "--accept-suggestions")
    assert wrong.returncode == 2
    assert "--accept-suggestions is for --per-child." in " ".join(wrong.stderr.split())
