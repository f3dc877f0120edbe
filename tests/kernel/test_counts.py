"""One link is not "1 links"."""

import pytest

from portal.cli.taking_back.ended import what_ended
from portal.kernel.text.counts import count_of


@pytest.mark.parametrize(
    ("number", "words", "said"),
    [
        (0, ("link",), "0 links"),
        (1, ("link",), "1 link"),
        (2, ("link",), "2 links"),
        (1, ("child", "children"), "1 child"),
        (2_611, ("family", "families"), "2,611 families"),
        (1, ("letter stays", "letters stay"), "1 letter stays"),
    ],
)
def test_one_is_one_and_many_are_many(number: int, words: tuple[str, ...], said: str) -> None:
    assert count_of(number, *words) == said


def test_what_a_taking_back_ended_is_told_alike_by_every_command() -> None:
    assert what_ended(1, 0, 1) == "1 link is dead, 0 unsent messages cancelled, 1 open session ended"
    assert what_ended(1_200, 1, 2) == "1,200 links are dead, 1 unsent message cancelled, 2 open sessions ended"
