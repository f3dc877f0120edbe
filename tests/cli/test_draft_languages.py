"""A letter in several languages at the command line: files or texts, words, and what a mistake says."""

import json
from pathlib import Path

import pytest

from tests.cli.test_commands import WRITER, Run, first_rows, letter, portal, roster

pytestmark = pytest.mark.parametrize(
    "database_url", ["sqlite"], indirect=True
)  # the same letters are drafted on both in tests/flows

__all__ = ["letter", "portal", "roster"]

NEW = ("mailing", "draft", "--by", WRITER, "--title", "Welcome")


@pytest.fixture
def ready(portal: Run, roster: Path) -> Run:
    portal("init")
    assert portal("roster", "import", str(roster)).returncode == 0
    assert portal("staff", "add", WRITER, "--role", "publisher").returncode == 0
    return portal


def test_files_texts_and_words_go_into_one_mailing(ready: Run, letter: Path, tmp_path: Path) -> None:
    french = tmp_path / "lettre.md"
    french.write_text("# Lundi\n\nNous commençons.", "utf-8")
    more = ("--also", f"es={letter}", "--text-in", f"fr={french}")
    words = ("--title-in", "Spanish=Bienvenidos", "--message-in", "ar=نبدأ يوم الاثنين")
    enclosed = ("--with", str(letter), "--with", str(letter))
    done = ready(*NEW, "--file", str(letter), *more, *enclosed, *words, "--json")
    assert done.returncode == 0, done.stderr
    facts = json.loads(done.stdout)
    assert (facts["state"], facts["languages"], facts["guard"]["verdict"]) == ("checked", ["es", "fr", "ar"], "clear")
    assert len(facts["made"]) == 5, "a letter in three languages, and what comes with it"


def test_a_text_alone_is_a_letter(ready: Run, tmp_path: Path) -> None:
    text = tmp_path / "welcome.md"
    text.write_text("We begin on **Monday**.", "utf-8")
    done = ready(*NEW, "--text", str(text))
    assert done.returncode == 0, done.stderr
    assert "is checked" in done.stdout


def test_a_spanish_file_that_names_a_child_stops_all_and_is_named(
    ready: Run, letter: Path, roster: Path, tmp_path: Path
) -> None:
    row = next(row for row in first_rows(roster) if row["child_given_name"] and row["child_family_name"])
    text = tmp_path / "carta.md"
    text.write_text(f"Gracias, {row['child_given_name']} {row['child_family_name']}.", "utf-8")
    done = ready(*NEW, "--file", str(letter), "--text-in", f"es={text}", "--title-in", "es=Bienvenidos", "--json")
    assert done.returncode == 3
    facts = json.loads(done.stdout)
    assert (facts["state"], facts["guard"]["verdict"]) == ("draft", "blocked")
    assert facts["guard"]["file"] == "Bienvenidos.pdf"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--also", "es"), "Write --also LANG="),
        (("--also", "tlh=x.pdf"), "Write --also LANG="),
        (("--also", "en=x.pdf"), "The letter itself is the English one"),
        (("--also", "es=gone.pdf"), "There is no file gone.pdf."),
        (("--title-in", "es=A", "--title-in", "Spanish=B"), "--title-in has es twice."),
        (("--title-in", f"es={'x' * 121}"), "Español: The title is 121 letters long"),
        (("--leave-out", "1=ill"), "--leave-out is for letters to single children."),
    ],
)
def test_a_mistake_is_one_sentence(ready: Run, letter: Path, words: tuple[str, ...], sentence: str) -> None:
    done = ready(*NEW, "--file", str(letter), *words)
    assert done.returncode == 2
    assert sentence in " ".join(done.stderr.split())


def test_other_languages_are_for_one_letter_for_all(ready: Run, letter: Path) -> None:
    done = ready(*NEW, "--split", str(letter), "--also", f"es={letter}")
    assert done.returncode == 2
    assert "--also, --text-in and --with are for one letter for all." in " ".join(done.stderr.split())
    assert ready(*NEW, "--file", str(letter), "--text", str(letter)).returncode == 2


def test_letters_to_single_children_have_their_words_in_other_languages_too(ready: Run, tmp_path: Path) -> None:
    text = tmp_path / "card.md"
    text.write_text("Report card of {{ child.name }}, number {{ child.student_number }}.", "utf-8")
    done = ready(*NEW, "--merge", str(text), "--title-in", "es=Boletas", "--json")
    facts = json.loads(done.stdout)
    assert facts["reconciliation"]["paired"] > 50, done.stderr
    assert facts["accessibility"]["letters"] > 50
    assert facts["accessibility"]["advice"] == [], "what is written here reads well"
    assert (done.returncode == 0) == facts["reconciliation"]["complete"]
    wrong = ready(*NEW, "--merge", str(text), "--match", str(text))
    assert wrong.returncode == 2
    assert "This does not go together: --match with this way." in " ".join(wrong.stderr.split())
