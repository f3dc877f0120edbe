"""Writing to one family at the command line: a form that names nobody, one person's word, and named guardians alone."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_commands import WRITER, Run, letter, portal
from tests.cli.test_draft_per_child import HEAD, with_roster
from tests.flows.test_one_letter_each import card

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # tests/flows asks both

__all__ = ["letter", "portal"]

ROSTER = HEAD + "".join(
    f"{number},{given},{family},2,Oak,{parent},{family},{parent.lower()}@mail.example.org\n"
    for number, given, family, parent in [
        (510001, "Belén", "Fuentes", "Carla"),
        (510001, "Belén", "Fuentes", "Diego"),
        (510002, "Luis", "Okafor", "Ngozi"),
    ]
)
TO_BELEN = ("mailing", "draft", "--by", WRITER, "--title", "Bus form", "--audience", "child:510001", "--json")


@pytest.fixture
def ready(portal: Run, tmp_path: Path) -> Run:
    return with_roster(portal, tmp_path / "roster.csv", ROSTER)


def facts(run: Run, *words: str, **more: str) -> dict[str, Any]:
    done = run(*words, **more)
    assert done.returncode == 0, done.stdout + done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_form_that_names_nobody_goes_to_one_guardian_by_one_persons_word(ready: Run, letter: Path) -> None:
    drafted = facts(ready, *TO_BELEN, "--file", str(letter), "--guardian", "Carla Fuentes")
    assert (drafted["guardians"], len(drafted["addressed"]), len(drafted["other_guardians"])) == (1, 1, 1)
    assert drafted["other_guardians"][0].startswith("Diego Fuentes (")
    added = facts(ready, "mailing", "add-guardians", drafted["mailing"], "--by", WRITER, "--json")
    assert (added["guardians"], added["state"]) == (2, "checked")
    alone = {"PORTAL_APPROVAL_WAIVED_BELOW": "2"}
    assert facts(ready, "mailing", "submit", drafted["mailing"], "--by", WRITER, "--json", **alone)["state"] == "held"


def test_own_letters_to_one_family_ask_for_a_code_by_choice(ready: Run, tmp_path: Path) -> None:
    folder = tmp_path / "cards"
    folder.mkdir()
    (folder / "510001.pdf").write_bytes(card("Report for Belén Fuentes, 510001."))
    for more, state in ((("--confidential",), "waiting"), ((), "held")):
        drafted = facts(ready, *TO_BELEN, "--per-child", str(folder), *more)
        assert drafted["confidential"] is bool(more)
        alone = {"PORTAL_APPROVAL_WAIVED_BELOW": "2"}
        asked = facts(ready, "mailing", "submit", drafted["mailing"], "--by", WRITER, "--json", **alone)
        assert asked["state"] == state


def test_a_guardian_of_another_child_is_no_guardian_of_these(ready: Run, letter: Path) -> None:
    refused = ready(*TO_BELEN, "--file", str(letter), "--guardian", "ngozi@mail.example.org")
    assert refused.returncode != 0
    assert "No guardian of these children is “ngozi@mail.example.org”." in refused.stderr
