"""`make soak` for a second: families at the rate of a district after a letter, and staff who publish meanwhile."""

from pathlib import Path

from tests.drills import soak


def test_families_and_staff_are_answered_side_by_side(tmp_path: Path) -> None:
    """How fast is what the drill measures: here others work beside it."""
    tally = soak.Tally()
    seen = soak.at_work(tmp_path, 1.0, 40, tally)
    assert tally.faults == []
    assert set(tally.answers) <= {200, 303, 404}
    assert len(tally.waits) >= 4 * 6
    assert seen[-1][1][0] < seen[0][1][0] * 1.5
