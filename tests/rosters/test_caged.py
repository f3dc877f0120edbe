"""What a file makes of the reader of rosters happens in the cage: outside there is a sentence, and the next file."""

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from portal.kernel.cage.answering import framed_values
from portal.kernel.cage.calls import in_memory
from portal.kernel.cage.frames import CageBroken, Frame
from portal.kernel.errors import WrongCall
from portal.rosters import caged, cell
from portal.rosters.caged import read_keyed, read_list, read_roster
from portal.rosters.fields.answers import NOTHING_SAID, answers
from portal.rosters.fields.scratch import Roster
from portal.rosters.fields.values import Report, RosterUnreadable
from portal.rosters.files.given import Given
from portal.rosters.samples import sample_files
from tests.rosters.poison import POISON

TODAY = date(2026, 9, 1)
SOUND = "Student ID,child_given_name,child_family_name,Parent 1 Email\n7001,Lin,Hart,petra@example.org\n"


def _read(path: Path) -> None:
    read_roster(path, TODAY).close()


@pytest.mark.parametrize("read", [_read, read_keyed, read_list], ids=["roster", "values", "list"])
@pytest.mark.parametrize("poison", POISON)
def test_a_workbook_that_asks_for_half_a_terabyte_is_a_sentence(
    tmp_path: Path, poison: str, read: Callable[[Path], Any]
) -> None:
    path = tmp_path / "values.xlsx"
    path.write_bytes(POISON[poison])
    assert path.stat().st_size < 3_000
    with pytest.raises(RosterUnreadable, match=r"save it anew as CSV|uses a larger area"):
        read(path)


def test_the_next_file_is_read_as_if_nothing_had_been(tmp_path: Path) -> None:
    (tmp_path / "bad.xlsx").write_bytes(POISON["lower-case cell names"])
    with pytest.raises(RosterUnreadable):
        _read(tmp_path / "bad.xlsx")
    (tmp_path / "good.csv").write_text(SOUND)
    with read_roster(tmp_path / "good.csv", TODAY) as roster:
        assert [child.given_name for child in roster.children()] == ["Lin"]


def test_a_file_that_is_not_there_or_not_ours_to_read_is_a_sentence(tmp_path: Path) -> None:
    for read in (_read, read_keyed, read_list):
        with pytest.raises(RosterUnreadable, match="There is no file or folder"):
            read(tmp_path / "gone.csv")


def test_an_address_of_a_strange_shape_is_checked_behind_the_filter(tmp_path: Path) -> None:
    """What checks it is loaded late elsewhere, and nothing can be loaded in there."""
    (tmp_path / "roster.csv").write_text(SOUND.replace("petra@", "pat.o'hara@"))
    with read_roster(tmp_path / "roster.csv", TODAY) as roster:
        assert [guardian.email.text for guardian in roster.guardians() if guardian.email] == ["pat.o'hara@example.org"]


def test_questions_come_out_of_the_cage_and_answers_go_in(tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    header, row = SOUND.splitlines()
    path.write_text(f"{header},DOB,Ansprechpartner = wer\n{row},3/4/2018,omar@example.org\n")
    with read_roster(path, TODAY) as roster:
        assert [(doubt.kind, doubt.samples) for doubt in roster.report.doubts] == [
            ("column", ("omar@example.org",)),
            ("dates", ("3/4/2018",)),
        ]
    said = answers(["Ansprechpartner = wer=guardian_email contact 2", "DOB = birth_date"], "day-first")
    with read_roster(path, TODAY, (), said) as roster:
        assert not roster.report.doubts
        assert [child.birth_date for child in roster.children()] == [date(2018, 4, 3)]
        assert [str(one.email) for one in roster.guardians()] == ["petra@example.org", "omar@example.org"]
    assert answers(**said.told()) == said


def test_an_answer_that_fits_no_file_is_told_as_that_however_long_the_answers_are(tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_text(SOUND)
    for said in (answers(["Notes=drop"]), answers([f"Notes{n} {'x' * 90}=drop" for n in range(2_000)])):
        with pytest.raises(WrongCall, match="has no column “Notes"):
            read_roster(path, TODAY, (), said)


@pytest.mark.parametrize("name", sample_files())
def test_each_sample_is_read_or_refused_and_trips_nobody(name: str) -> None:
    data = sample_files()[name]
    for said in (NOTHING_SAID, answers([], "day-first")):
        for read in cell._READ.values():
            with in_memory(data) as file:
                told = {"today": "2026-09-01", "said": said.told(), "files": [Given(name, size=len(data)).told()]}
                frames: list[Frame] = list(framed_values(partial(read, told, file)))
            assert b'["",""]' not in [frame.body for frame in frames]


@pytest.mark.parametrize(
    "bodies",
    [
        [],
        [b"nonsense"],
        [b'{"format": 1}'],
        [b"{}", b'["ledger_entry", [[1]]]'],
        [b"{}", b'["child", [[1, "s"]]]'],
        [b"{}", b'["child", [[1, "s", "7", "Lin\\u001b[2J", "Hart", null, "", 2]]]'],
        [b"{}", b'["child", [[1, "s", "7", "Lin", "Hart", null, "", 2], [1, "t", "8", "Ada", "Hart", null, "", 3]]]'],
        [b"{}", b'["guardian", [[1, "g", "Petra", "Hart", "a@example.org\\nBcc: b@example.org", "", "", "", 2]]]'],
    ],
)
def test_an_answer_that_no_reader_gives_is_none(bodies: list[bytes]) -> None:
    with pytest.raises(CageBroken):
        caged._roster(iter(bodies))


def test_what_is_told_is_what_is_taken() -> None:
    with Roster(Report()) as made, Roster(Report(), file="") as taken:
        row = (1, "s", "7", "Zoë", "Hart", "2018-03-04", "2", 2)
        made.scratch.execute("INSERT INTO child VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
        for told in made.told():
            taken.take(told)
        assert list(taken.children()) == list(made.children())
