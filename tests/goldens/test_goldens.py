"""The guard answers what it answered when the goldens were recorded. `make golden` asks all of them."""

from tests.goldens.replay import changes

SLICE = 4
"""One case in so many is asked here: some seconds. Neighbours come of one test, so that every test has its share."""


def test_every_fourth_golden_is_answered_as_before() -> None:
    count, changed = changes(every=SLICE)
    assert count > 1_000
    assert [change.in_words() for change in changed] == []
