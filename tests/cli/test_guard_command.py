"""`portal guard check` and `explain`: what they print for a person and for a program, and a child's own letter."""

import json
import zipfile
from pathlib import Path

import docx
import openpyxl
import pytest

from portal.press.typesetting.typeset import TypstPress
from portal.rosters.fields.values import COLUMNS
from tests.cli.test_commands import Run, portal  # noqa: F401 - the fixture is asked for by name
from tests.reading.carriers import workbook

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # a file is judged beside the database

ROWS = (
    ("200001", "Ana", "Rivera", "2017-03-04", "3", "Oak", "Chess", "G1", "Carla", "Rivera", "carla@home.example.org",
     "704 555 0101", "", "en", "yes"),
    ("200001", "Ana", "Rivera", "2017-03-04", "3", "Oak", "Chess", "G2", "Diego", "Rivera", "diego@home.example.org",
     "", "", "en", "yes"),
    ("200002", "Max", "Rivera", "2019-05-06", "1", "Oak", "Chess", "G1", "Carla", "Rivera", "carla@home.example.org",
     "704 555 0101", "", "en", "yes"),
    ("200003", "Ngozi", "Okafor", "2016-07-08", "4", "Oak", "Chess", "G3", "Sam", "Okafor", "sam@home.example.org",
     "", "", "en", "yes"),
)  # fmt: skip


@pytest.fixture
def with_roster(portal: Run, tmp_path: Path) -> Run:  # noqa: F811 - the fixture of the commands
    path = tmp_path / "roster.csv"
    path.write_text("\n".join(",".join(row) for row in (COLUMNS, *ROWS)), encoding="utf-8")
    assert portal("init").returncode == 0
    assert portal("roster", "import", str(path)).returncode == 0
    return portal


def letter(folder: Path, words: str, name: str = "letter.pdf") -> str:
    path = folder / name
    path.write_bytes(TypstPress().typeset(f'#set document(title: "Letter")\n= Letter\n{words}', {}))
    return str(path)


def test_a_childs_own_letter_names_the_child_and_its_family_alone(with_roster: Run, tmp_path: Path) -> None:
    own = letter(tmp_path, "Ana Rivera reads well. Carla Rivera and Diego Rivera may be proud.", "own.pdf")
    half = letter(tmp_path, "Ana Rivera and her brother Max Rivera read well.", "half.pdf")
    other = letter(tmp_path, "Ngozi Okafor reads well.", "other.pdf")
    nobody = letter(tmp_path, "We begin on Monday.", "nobody.pdf")
    answer = with_roster("guard", "check", "--child", "200001", "--json", own, half, other, nobody)
    facts = [json.loads(line) for line in answer.stdout.splitlines()]
    assert [one["verdict"] for one in facts] == ["clear", "blocked", "blocked", "blocked"]
    assert [one["children"] for one in facts] == [0, 1, 1, 0]
    assert len({one["seconds"] for one in facts} - {0}) == 1, "they shared a process, and the time it took"
    kinds = [{found["kind"] for found in one["findings"]} for one in facts]
    assert kinds[1:] == [{"child-name"}, {"child-name", "addressee-missing"}, {"addressee-missing"}]
    assert answer.returncode == 3
    assert "Okafor" not in answer.stdout


def test_without_a_child_a_letter_names_nobody(with_roster: Run, tmp_path: Path) -> None:
    answer = with_roster("guard", "check", "--json", letter(tmp_path, "Ana Rivera reads well."))
    assert (json.loads(answer.stdout)["verdict"], answer.returncode) == ("blocked", 3)


def test_a_child_whom_nobody_knows_is_a_wrong_call(with_roster: Run, tmp_path: Path) -> None:
    answer = with_roster("guard", "check", "--child", "999999", letter(tmp_path, "Hello."))
    assert answer.returncode == 2
    assert "No child on the roster has the number 999999." in answer.stderr


def test_a_person_reads_what_was_read_and_what_to_do(with_roster: Run, tmp_path: Path) -> None:
    clear = with_roster("guard", "check", letter(tmp_path, "We begin on Monday."))
    assert clear.returncode == 0
    assert "clear. The guard read 1 page" in " ".join(clear.stdout.split())
    stopped = with_roster("guard", "check", letter(tmp_path, "Ana Rivera and Ngozi Okafor and Carla Rivera."))
    assert stopped.returncode == 3
    said = " ".join(stopped.stdout.split())
    assert "letter.pdf: This file was stopped. It names 2 children." in said
    assert "Take the names out, or choose the file you meant to send. The guard read 1 page" in said
    assert "Rivera" not in stopped.stdout


def test_a_terminal_says_of_a_list_what_the_page_says(with_roster: Run, tmp_path: Path) -> None:
    given = ("Ana", "Max", "Ngozi", "Lena", "Jonas", "Mia", "Paul", "Emma", "Noah", "Lea")
    names = [(one, other) for one in given for other in ("Rivera", "Okafor", "Berg", "Weber", "Marsh", "Lind")]

    def fill(made: openpyxl.Workbook) -> None:
        made.worksheets[0].append(("Given name", "Family name", "Grade", "Parent phone"))
        for number, name in enumerate(names * 5, start=100):
            made.worksheets[0].append((*name, "3", f"704 555 0{number}"))

    path = tmp_path / "enrolment.xlsx"
    path.write_bytes(workbook(fill))
    answer = with_roster("guard", "check", str(path))
    said = " ".join(answer.stdout.split())
    assert answer.returncode == 3
    assert "This file was stopped. It is a list of children. It names 3 children from your roster." in said
    assert said.count("Sheet 1, rows 1-302") == 1
    assert "full names of children" in said
    assert "can’t be sent to families by anyone, not even with approval." in said
    assert "The guard read 1 sheet" in said


def test_of_a_childs_own_letter_it_says_whom_it_names(with_roster: Run, tmp_path: Path) -> None:
    own = with_roster("guard", "check", "--child", "200001", letter(tmp_path, "Ana Rivera reads well."))
    assert "It names that child’s family and nobody else." in " ".join(own.stdout.split())
    other = with_roster("guard", "check", "--child", "200001", letter(tmp_path, "Ngozi Okafor reads well."))
    said = " ".join(other.stdout.split())
    assert "the name of the child it is for is missing" in said
    assert "A letter to one child names that child and its own family alone." in said


def test_of_what_could_not_be_read_it_does_not_say_that_it_read_nothing(with_roster: Run, tmp_path: Path) -> None:
    path = tmp_path / "letter.rtf"
    path.write_text("{\\rtf1 Hello}")
    said = " ".join(with_roster("guard", "check", str(path)).stdout.split())
    assert "The portal can’t read all of it. The portal does not read RTF." in said
    assert "The guard could not read it to its end" in said


def test_a_name_that_says_another_kind_of_file_is_a_finding(with_roster: Run, tmp_path: Path) -> None:
    answer = with_roster("guard", "check", "--json", letter(tmp_path, "We begin on Monday.", "letter.docx"))
    facts = json.loads(answer.stdout)
    assert facts["verdict"] == "blocked"
    assert facts["findings"] == [{"where": "file name", "kind": "file-type", "count": 1}]


def test_explain_says_rules_cues_and_vetoes_and_keeps_nothing(with_roster: Run, tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("Ngozi Okafor reads well.\n\nOkafor Ngozi Adaeze, Ana Rivera", encoding="utf-8")
    said = with_roster("guard", "explain", str(file))
    assert said.returncode == 0, said.stderr
    words = " ".join(said.stdout.split())
    assert "letter.txt: blocked. It names 2 children of other families." in words
    assert "view plain: The text as it stands" in words
    assert "“Ngozi Okafor” in line 1: child-name of child Ngozi Okafor" in words
    assert "name.full: All of a person's given and family name stands there." in words
    assert "strength: sure by the rule: it counts" in words
    assert "letter.txt: blocked" in words
    assert ": 2 child-name" in words
    log = [path.read_text(errors="replace") for path in tmp_path.rglob("*.log")]
    assert not [text for text in log if "Okafor" in text]


def test_explain_says_of_a_list_and_of_a_missing_child_by_which_rule(with_roster: Run, tmp_path: Path) -> None:
    heads, people = "Student,Date of birth,Allergies", ("Zoltan Feketelaki", "Brita Oksanen", "Vesa Turunen", "Aino Ek")
    file = tmp_path / "list.csv"
    rows = [f"{one},{day + 2}/4/2015,milk" for day, one in enumerate((*people, "Jorunn Hakala", "Sanna Mattila"))]
    file.write_text("\n".join((heads, *rows)))
    said = " ".join(with_roster("guard", "explain", str(file)).stdout.split())
    assert "6 personal-columns list.columns: Rows of people with personal columns stand there" in said
    file = tmp_path / "own.txt"
    file.write_text("We begin on Monday.")
    said = " ".join(with_roster("guard", "explain", "--child", "200001", str(file)).stdout.split())
    assert "whole file: 1 addressee-missing addressee.missing: A letter for one child" in said


def test_explain_says_of_a_clear_file_that_nothing_in_it_is_a_candidate(with_roster: Run, tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("We begin on Monday.")
    said = " ".join(with_roster("guard", "explain", str(file)).stdout.split())
    assert said.endswith("letter.txt: clear. Nothing in it may be a person of the roster.")


def test_explain_prints_what_a_file_holds_as_it_is(with_roster: Run, tmp_path: Path) -> None:
    file = tmp_path / "letter.docx"
    letter = docx.Document()
    letter.add_paragraph("Ngozi :smile: Okafor, Ana \x9b2J\u202e Rivera")
    letter.core_properties.title = "Ngozi Okafor"
    letter.save(str(file))
    with zipfile.ZipFile(file, "a") as parts:
        parts.writestr("word/x[/b].xml", "<x>Ngozi Okafor</x>")
    said = with_roster("guard", "explain", str(file))
    assert said.returncode == 0, said.stderr
    assert "“Ngozi :smile: Okafor”" in said.stdout
    assert [letter for letter in said.stdout if not letter.isprintable() and letter != "\n"] == []


def test_explain_judges_a_childs_own_letter_and_by_a_roster_that_nobody_imported(
    with_roster: Run, tmp_path: Path
) -> None:
    file, other = tmp_path / "own.txt", tmp_path / "other.csv"
    file.write_text("Ana Rivera reads well.", encoding="utf-8")
    other.write_text("\n".join(",".join(row) for row in (COLUMNS, ROWS[3])), encoding="utf-8")
    own = json.loads(with_roster("guard", "explain", "--child", "200001", "--json", str(file)).stdout)
    assert (own["verdict"], [hit["veto"] for hit in own["hits"]]) == ("clear", ["veto.allowed"])
    file.write_text("Ngozi Okafor and Ana Rivera read well.", encoding="utf-8")
    foreign = json.loads(with_roster("guard", "explain", "--roster", str(other), "--json", str(file)).stdout)
    assert [hit["people"] for hit in foreign["hits"]] == [["child Ngozi Okafor (child 200003)"]]
    both = with_roster("guard", "explain", "--child", "200001", "--roster", str(other), str(file))
    assert both.returncode == 2
