"""What a file makes of the reader of rosters happens in the cage: outside there is a sentence, and the next file."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from portal.kernel.frames import CageBroken
from portal.rosters import caged
from portal.rosters.caged import read_keyed, read_list, read_roster
from portal.rosters.scratch import Roster
from portal.rosters.values import Report, RosterUnreadable
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
