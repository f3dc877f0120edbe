"""A leaf that was forgotten derives from nothing that is left; every other leaf derives as before."""

import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.kernel.errors import StartRefused
from portal.kernel.secrets.keyfile import replace_file
from portal.kernel.secrets.wrapping import DEPTH, TURNS_EVERY, Forest, Node, Opened, Tree, WrapFile
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


SINCE = '{"current":1,"since":"2026-08-06T12:00:00+00:00","trees":'
LEFT, RIGHT = f'[1,0,"{"0001" * 16}"]', f'[31,2147483649,"{"fffe" * 16}"]'
OLD_FILE = f'{SINCE}{{"1":[{LEFT},{RIGHT}],"2":[]}}}}\n'


def test_an_older_file_is_read_and_written_as_ever(wraps: WrapFile, tmp_path: Path, clock: Watch) -> None:
    replace_file(tmp_path / "wrap", OLD_FILE)
    left, right = Node(1, 0, b"\x00\x01" * 16), Node(31, (1 << 31) + 1, b"\xff\xfe" * 16)
    assert wraps.forest() == Forest(1, clock.now, {1: Tree((left, right)), 2: Tree(())})
    wraps.forget([right.first, right.first + 1])
    assert (tmp_path / "wrap").read_text() == f'{SINCE}{{"1":[{LEFT}],"2":[]}}}}\n'


@pytest.mark.parametrize(
    ("leaf", "secret"),
    [
        (0, "d430fc696fa1a6beb029db677699a5701fc299d0c4710134eb8c3f6073beb718"),
        (LAST, "14bd8259e8abe31385cb6e3fd3845f5fd2fd9d512c06eccaae01f8b485f2f78d"),
        (300, "afc0607bf76fc15e210a7852e88935d76b46eec304c889660b1d0a5cacfd3148"),
    ],
)
def test_a_leaf_has_the_secret_it_always_had(leaf: int, secret: str) -> None:
    found = WHOLE.secret_of(leaf)
    assert found is not None
    assert found.hex() == secret


def test_the_way_to_documents_that_lie_side_by_side_is_gone_once(monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[int] = []
    real = Node.child

    def noted(node: Node, bit: int) -> Node:
        steps.append(bit)
        return real(node, bit)

    monkeypatch.setattr(Node, "child", noted)
    tree = Tree(WHOLE.nodes)
    for leaf, taken in ((1024, 32), (1024, 10), (2047, 10), (2048, 32), (1023, 32), (1025, 10)):
        steps.clear()
        tree.secret_of(leaf)
        assert (leaf, len(steps)) == (leaf, taken)


def test_a_tree_that_forgot_everything_takes_no_document() -> None:
    last_but_one = Tree((Node(DEPTH, LAST - 1, bytes(32)),))
    assert last_but_one.remembered_from(0, 1) == [LAST - 1]
    for tree, start, count in ((last_but_one, 0, 2), (last_but_one, LAST, 1), (Tree(()), 0, 1), (WHOLE, LAST, 2)):
        with pytest.raises(StartRefused) as refused:
            tree.remembered_from(start, count)
        assert refused.value.sentence == "The wrap file has no place left for another document."


def test_a_key_that_was_opened_is_known_for_five_seconds_and_to_its_forest_alone(
    wraps: WrapFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.25]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    forest = wraps.forest()
    assert forest.opened.get("a letter") is None
    forest.opened.keep("a letter", b"its key")
    now[0] += 4.75
    assert (forest.opened.get("a letter"), forest.opened.get("another")) == (b"its key", None)
    now[0] += 0.25
    assert forest.opened.get("a letter") is None
    forest.opened.keep("a letter", b"its key")
    assert forest.opened.get("a letter") == b"its key"
    assert forest.without([7]).opened.get("a letter") is None
    assert forest.turned(forest.since).opened.get("a letter") is None


def test_keys_are_let_go_of_where_they_are_many() -> None:
    opened = Opened()
    for number in range(256):
        opened.keep(f"{number}", b"key %d" % number)
    assert (opened.get("0"), opened.get("255")) == (b"key 0", b"key 255")
    opened.keep("one more", b"its key")
    assert (opened.get("0"), opened.get("255"), opened.get("one more")) == (None, None, b"its key")


def test_a_new_file_has_two_whole_trees_in_a_folder_of_its_own(tmp_path: Path, clock: Watch) -> None:
    path = tmp_path / "etc" / "portal" / "wrap"
    wraps = WrapFile(path, clock)
    assert not wraps.is_there()
    wraps.make()
    assert wraps.is_there()
    assert (path.parent.stat().st_mode & 0o777, path.stat().st_mode & 0o777) == (0o700, 0o400)
    forest = wraps.forest()
    assert (forest.current, forest.since, sorted(forest.trees)) == (1, clock.now, [1, 2])
    roots = [node for tree in forest.trees.values() for node in tree.nodes]
    assert [(node.depth, node.index, len(node.secret)) for node in roots] == [(0, 0, 32)] * 2
    assert len({node.secret for node in roots}) == 2


def test_the_next_tree_is_whole_when_its_time_comes(wraps: WrapFile) -> None:
    """What was forgotten before it was in use never lay in it, so it need not grow by that."""
    next_tree = wraps.forest().trees[2]
    wraps.forget([5, 900, LAST])
    assert wraps.forest().trees[2] == next_tree


def test_a_file_is_read_and_written_only_when_it_is_another(wraps: WrapFile, tmp_path: Path) -> None:
    def stamp() -> tuple[int, int]:
        found = (tmp_path / "wrap").stat()
        return found.st_ino, found.st_mtime_ns

    os.link(tmp_path / "wrap", tmp_path / "kept")  # so that its place is not given to another file
    before = (wraps.forest(), stamp())
    wraps.turn()
    wraps.forget([])
    assert (wraps.forest(), stamp()) == before
    assert wraps.forest() is before[0]
    wraps.forget([9])
    assert stamp() != before[1]
    gone = (wraps.forest(), stamp())
    wraps.forget([9])
    assert (wraps.forest(), stamp()) == gone


@pytest.mark.parametrize("changed", ["inode", "time", "size"])
def test_another_file_is_known_by_its_place_its_time_or_its_size(wraps: WrapFile, tmp_path: Path, changed: str) -> None:
    path = tmp_path / "wrap"
    before, was, text = wraps.forest(), path.stat(), path.read_text()
    path.chmod(0o600)
    if changed == "inode":
        path.rename(tmp_path / "before")
    path.write_text(text.replace('"current":1', '"current":2') + (" " if changed == "size" else ""))
    path.chmod(0o400)
    os.utime(path, ns=(was.st_atime_ns, was.st_mtime_ns + (1 if changed == "time" else 0)))
    assert (before.current, wraps.forest().current) == (1, 2)


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ('"current":1', '"current":3'),
        ("0001", "0"),
        ('"since":"2026', '"since":"'),
        ('"trees"', '"woods"'),
        ("[1,0,", "[0,"),
    ],
)
def test_a_file_with_a_broken_part_opens_nothing(wraps: WrapFile, tmp_path: Path, text: str, other: str) -> None:
    replace_file(tmp_path / "wrap", OLD_FILE.replace(text, other))
    with pytest.raises(StartRefused) as refused:
        wraps.forest()
    assert refused.value.sentence == f"The wrap file {tmp_path / 'wrap'} cannot be read. Bring its newest copy."


def test_a_missing_file_says_what_is_to_be_done(tmp_path: Path, clock: Watch) -> None:
    path = tmp_path / "wrap"
    with pytest.raises(StartRefused) as refused:
        WrapFile(path, clock).forest()
    assert refused.value.sentence == (
        f"There is no wrap file at {path}, so no document opens. Bring its newest copy, or set PORTAL_WRAP_FILE. "
        "If there is no copy, run `portal init`: what was sealed before stays closed."
    )


def test_a_file_that_is_no_ascii_opens_nothing(wraps: WrapFile, tmp_path: Path) -> None:
    path = tmp_path / "wrap"
    path.chmod(0o600)
    path.write_bytes(OLD_FILE.replace('"trees"', '"für":1,"trees"').encode())
    path.chmod(0o400)
    with pytest.raises(StartRefused, match="newest copy"):
        wraps.forest()
