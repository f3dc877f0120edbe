"""Whatever order names, signs and keys stand in, and wherever a text is cut off, the guard answers."""

from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.guard.rules import Blocked, Clear
from tests.rules.guarded import CHILDREN, judge_text

_NAMES: Final = sorted({name for one in CHILDREN for name in (one.given_name, one.family_name)})
_SIGNS: Final = ",\t().-@#?/=&_+%'’“;:|3ñ三강א"
_KEYS: Final = ("3B", "May", "first=", "last=", "&#8217;", "%20", "=?utf-8?q?")


@given(st.lists(st.sampled_from((*_NAMES, *_SIGNS, *_KEYS, " ", "\n")), max_size=12), st.integers(0, 60))
@settings(max_examples=500, deadline=None)
def test_every_text_is_answered(pieces: list[str], cut: int) -> None:
    assert isinstance(judge_text("".join(pieces)[cut // 4 :]), Blocked | Clear)


@pytest.mark.parametrize("mark", [",", ", ", "\t", ",\n"])
def test_nothing_behind_the_mark_that_ends_a_text(mark: str) -> None:
    assert isinstance(judge_text(f"Linda García Márquez{mark}"), Blocked)
    assert isinstance(judge_text(f"We ask for García Márquez{mark}"), Clear)
