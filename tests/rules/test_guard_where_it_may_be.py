"""What is looked for only where it may be is found as if it were looked for everywhere."""

import pytest

from portal.guard.headed import names_stacked
from portal.guard.passages import Passage
from tests.rules.guarded import ROSTER

_LONG = "we read and sing and play " * 160


@pytest.mark.parametrize("length", [9, 39, 40, 41])
@pytest.mark.parametrize("around", ["{}", "we sing\n{}\nwe read", f"{_LONG}\n{{}}\n{_LONG}"])
def test_a_name_on_two_lines_is_found_in_short_lines_wherever_they_are(length: int, around: str):
    passage = Passage(around.format(f"Oliver\n\n{'Whitcombe':{length}}"))
    assert bool(list(names_stacked(passage, ROSTER, frozenset({"whitcombe"})))) == (length <= 40)
