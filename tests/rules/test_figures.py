"""What is counted is there from the start, and durations are told as Prometheus reads them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.figures.rules import COUNTED, by_label, durations
from portal.kernel import tally


def test_every_figure_of_the_list_stands_at_0_with_the_kinds_that_are_known() -> None:
    assert by_label([]) == {one.name: dict.fromkeys(one.known, 0) for one in COUNTED}
    assert by_label([])["gate_messages"] == {"taken": 0, "refused": 0, "not taken": 0, "probed": 0}


def test_what_was_written_down_is_told_by_its_name_and_kind_and_nothing_unknown_is() -> None:
    told = by_label(
        [("sends", "sent", 7), ("sends", "of tomorrow", 1), ("of_tomorrow", "", 5), ("cage_crashes", "", 2)]
    )
    assert (told["sends"]["sent"], told["sends"]["of tomorrow"], told["sends"]["refused"]) == (7, 1, 0)
    assert told["cage_crashes"] == {"": 2}
    assert set(told) == {one.name for one in COUNTED}


def test_no_duration_is_in_any_bucket() -> None:
    told = durations({})
    assert [bound for bound, _ in told.buckets] == ["0.1", "0.3", "1.0", "3.0", "10.0", "30.0", "100.0", "+Inf"]
    assert ({count for _, count in told.buckets}, told.seconds) == ({0}, 0)


@given(st.lists(st.floats(0, 500) | st.sampled_from([0.1, 0.3, 1.0, 100.0])))
def test_each_bucket_holds_all_that_took_at_most_so_long(took: list[float]) -> None:
    before = tally.take()
    for seconds in took:
        tally.took("guard_seconds", seconds)
    counted = tally.take()
    tally.give_back(before)
    told = durations({label: by for (_, label), by in counted.items()})
    assert list(told.buckets) == [(bound, sum(one <= float(bound) for one in took)) for bound, _ in told.buckets]
    assert told.seconds == pytest.approx(sum(took))
