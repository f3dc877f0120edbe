import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.kernel.machine.ahead import done_ahead, in_runs


def doubled(some: list[int]) -> list[int]:
    return [2 * number for number in some]


@given(
    st.lists(st.integers()), st.integers(min_value=1, max_value=4), st.integers(min_value=1, max_value=3),
    st.integers(min_value=1, max_value=5),
)  # fmt: skip
def test_everything_is_done_once_and_comes_in_order(numbers: list[int], together: int, at_once: int, ahead: int):
    assert list(done_ahead(doubled, in_runs(numbers, together), at_once=at_once, ahead=ahead)) == doubled(numbers)


def test_no_more_is_begun_than_may_wait_for_whoever_asks():
    begun: list[int] = []

    def noted(some: list[int]) -> list[int]:
        begun.extend(some)
        return some

    answers = done_ahead(noted, in_runs(range(100), 2), at_once=1, ahead=3)
    assert next(answers) == 0
    answers.close()
    assert len(begun) <= 6


def test_what_goes_wrong_is_told_in_its_turn():
    def fails_at_three(some: list[int]) -> list[int]:
        if some == [3]:
            raise LookupError
        return some

    answers = done_ahead(fails_at_three, in_runs(range(9), 1), at_once=2, ahead=4)
    assert [next(answers) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(LookupError):
        next(answers)


def test_two_are_done_at_the_same_time():
    both = threading.Barrier(2, timeout=60)

    def meets(some: list[int]) -> list[int]:
        both.wait()
        return some

    assert list(done_ahead(meets, in_runs(range(2), 1), at_once=2, ahead=2)) == [0, 1]
