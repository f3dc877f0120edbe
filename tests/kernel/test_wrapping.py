"""A leaf that was forgotten derives from nothing that is left; every other leaf derives as before."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.kernel.errors import StartRefused
from portal.kernel.secrets.wrapping import DEPTH, TURNS_EVERY, Node, Tree, WrapFile
from tests.conftest import Watch

WHOLE = Tree((Node(0, 0, bytes(range(32))),))
LAST = (1 << DEPTH) - 1
leaves = st.sets(st.integers(0, 300) | st.sampled_from([LAST, LAST - 1, 1 << 31]), min_size=1, max_size=40)


@settings(max_examples=30)
@given(leaves, leaves)
def test_what_is_forgotten_is_gone_and_nothing_else_is(first: set[int], second: set[int]) -> None:
    left = WHOLE.without(first).without(second)
    gone = first | second
    assert not [node for node in left.nodes for leaf in gone if node.first <= leaf < node.beyond]
    for leaf in {*gone, *(leaf + 1 for leaf in gone if leaf < LAST), 301, 1 << 30}:
        assert left.secret_of(leaf) == (None if leaf in gone else WHOLE.secret_of(leaf))
    assert list(left.nodes) == sorted(left.nodes, key=lambda node: node.first)


@settings(max_examples=30)
@given(leaves, st.integers(0, 300), st.integers(1, 30))
def test_new_documents_get_leaves_that_are_remembered(gone: set[int], start: int, count: int) -> None:
    found = WHOLE.without(gone).remembered_from(start, count)
    assert found == [leaf for leaf in range(start, start + 400) if leaf not in gone][:count]


def test_documents_that_are_shredded_together_leave_few_nodes() -> None:
    assert len(WHOLE.without(range(1000, 3900)).nodes) <= 2 * DEPTH


def test_no_two_leaves_share_a_secret() -> None:
    assert len({WHOLE.secret_of(leaf) for leaf in range(2000)}) == 2000


@pytest.fixture
def wraps(tmp_path: Path, clock: Watch) -> WrapFile:
    wraps = WrapFile(tmp_path / "wrap", clock)
    wraps.make()
    return wraps


def test_a_tree_is_used_for_a_week_and_readable_for_another(wraps: WrapFile, clock: Watch) -> None:
    first = wraps.forest()
    wraps.turn()
    assert wraps.forest() == first
    clock.forward(days=7)
    wraps.turn()
    assert (wraps.forest().current, sorted(wraps.forest().trees)) == (2, [1, 2, 3])
    assert wraps.forest().trees[2] == first.trees[2]  # it was there a week before it was used
    clock.forward(days=7)
    wraps.turn()
    wraps.turn()
    assert (wraps.forest().current, sorted(wraps.forest().trees)) == (3, [2, 3, 4])


def test_forgetting_reaches_the_tree_before_too(wraps: WrapFile, clock: Watch) -> None:
    clock.now += TURNS_EVERY
    wraps.turn()
    wraps.forget([5])
    assert [wraps.forest().trees[number].secret_of(5) is None for number in (1, 2)] == [True, True]
    assert wraps.forest().trees[2].secret_of(6)


def test_another_process_sees_what_was_forgotten(wraps: WrapFile, clock: Watch, tmp_path: Path) -> None:
    beside = WrapFile(tmp_path / "wrap", clock)
    assert beside.forest().trees[1].secret_of(9)
    wraps.forget([9])
    assert beside.forest().trees[1].secret_of(9) is None


@pytest.mark.parametrize("text", ["", "{}", '{"current":1,"since":"2026-08-06T12:00:00+00:00","trees":{}}'])
def test_a_missing_open_or_broken_file_opens_nothing(wraps: WrapFile, tmp_path: Path, text: str) -> None:
    path = tmp_path / "wrap"
    path.chmod(0o644)
    with pytest.raises(StartRefused, match="chmod 0400"):
        WrapFile(path, wraps.now).forest()
    path.write_text(text)
    path.chmod(0o400)
    with pytest.raises(StartRefused, match="newest copy"):
        wraps.forest()
    path.unlink()
    with pytest.raises(StartRefused, match="portal init"):
        wraps.forest()


def test_it_is_made_once(wraps: WrapFile) -> None:
    before = wraps.forest()
    wraps.make()
    assert wraps.forest() == before
    assert before.since + timedelta(days=7) == wraps.now() + TURNS_EVERY
