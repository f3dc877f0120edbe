"""The wrap file: secrets that forget, so that one document can be shredded even in yesterday's backup.

Each document has a leaf of a binary tree whose nodes derive from their parents (Goldreich, Goldwasser, Micali:
How to Construct Random Functions, 1986). To forget a leaf, the file keeps the siblings on the way to it and nothing
above them: every other leaf derives as before, and this one never again (a puncturable function: Boneh and Waters,
2013; Green and Miers, 2015). The file is small, is no part of a backup, and gets a new tree each week.
"""

import hashlib
import hmac
import json
import secrets
import time
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from portal.kernel.clock import Clock
from portal.kernel.errors import StartRefused
from portal.kernel.secrets.keyfile import locked, replace_file

DEPTH: Final = 32
TURNS_EVERY: Final = timedelta(days=7)
"""How old a tree gets before the next one takes its place; a copy of the key store outlives two of them nowhere."""
_NEAR: Final = 22  # below this depth a derivation is kept: 1,024 documents that lie side by side share the way there
_KEPT: Final = 1024
_OPENED, _OPENED_SECONDS = 256, 5.0


@dataclass(frozen=True, slots=True)
class Node:
    """A secret from which all leaves below it derive: those whose first `depth` bits are `index`."""

    depth: int
    index: int
    secret: bytes = field(repr=False)

    def child(self, bit: int) -> "Node":
        """Return the node below, to the left (0) or to the right (1)."""
        secret = hmac.digest(self.secret, b"portal/wrap/%d" % bit, hashlib.sha256)
        return Node(self.depth + 1, self.index << 1 | bit, secret)

    @property
    def first(self) -> int:
        """The leftmost leaf below this node."""
        return self.index << (DEPTH - self.depth)

    @property
    def beyond(self) -> int:
        """The leaf that follows the last one below this node."""
        return (self.index + 1) << (DEPTH - self.depth)


@dataclass(frozen=True, slots=True)
class Tree:
    """The nodes that are left of one tree, from left to right."""

    nodes: tuple[Node, ...]
    _near: dict[int, Node] = field(default_factory=dict, repr=False, compare=False)

    def secret_of(self, leaf: int) -> bytes | None:
        """Return a leaf's secret, or None for one that is forgotten."""
        node = self._near.get(leaf >> (DEPTH - _NEAR)) or self._above(leaf)
        if node is None:
            return None
        while node.depth < DEPTH:
            node = node.child(leaf >> (DEPTH - node.depth - 1) & 1)
            if node.depth == _NEAR and len(self._near) < _KEPT:
                self._near[node.index] = node
        return node.secret

    def _above(self, leaf: int) -> Node | None:
        at = bisect_right(self.nodes, leaf, key=lambda one: one.first)
        return self.nodes[at - 1] if at and leaf < self.nodes[at - 1].beyond else None

    def without(self, leaves: Collection[int]) -> "Tree":
        """Return the tree that has forgotten these leaves too."""
        ordered = sorted(set(leaves))
        return Tree(tuple(left for node in self.nodes for left in _left_of(node, ordered)))

    def remembered_from(self, leaf: int, count: int) -> list[int]:
        """Return the first `count` leaves from `leaf` on that are not forgotten."""
        found: list[int] = []
        for node in self.nodes:
            start = max(node.first, leaf)
            found += range(start, min(node.beyond, start + count - len(found)))
            if len(found) == count:
                return found
        raise StartRefused("The wrap file has no place left for another document.")


def _left_of(node: Node, leaves: Sequence[int]) -> Iterator[Node]:
    inside = leaves[bisect_left(leaves, node.first) : bisect_left(leaves, node.beyond)]
    if not inside:
        yield node
    elif len(inside) < node.beyond - node.first:
        yield from _left_of(node.child(0), inside)
        yield from _left_of(node.child(1), inside)


def _new_tree() -> Tree:
    return Tree((Node(0, 0, secrets.token_bytes(32)),))


class Opened:
    """Keys that a forest has opened a moment ago; they go with it, so a forest that has forgotten more knows none.

    They are kept for seconds alone: on a file system of several hosts another one's change is seen as late as that.
    """

    def __init__(self) -> None:
        """Know none yet."""
        self._keys: dict[str, tuple[float, bytes]] = {}

    def get(self, name: str) -> bytes | None:
        """Return a key that was kept within the last seconds."""
        kept_at, key = self._keys.get(name, (0.0, None))
        return key if key is not None and time.monotonic() - kept_at < _OPENED_SECONDS else None

    def keep(self, name: str, key: bytes) -> None:
        """Keep a key; all are let go of where they are many."""
        if len(self._keys) >= _OPENED:
            self._keys.clear()
        self._keys[name] = (time.monotonic(), key)


@dataclass(frozen=True, slots=True)
class Forest:
    """The tree in use since a moment, the one before it, and the next: so a copy a week old still opens what is new."""

    current: int
    since: datetime
    trees: dict[int, Tree]
    opened: Opened = field(init=False, repr=False, compare=False, default_factory=Opened)

    def is_due(self, now: datetime) -> bool:
        """Tell whether the next tree's time has come."""
        return now - self.since >= TURNS_EVERY

    def turned(self, now: datetime) -> "Forest":
        """Return the forest with the next tree in use, and everything older than the last one gone for good."""
        kept = {number: tree for number, tree in self.trees.items() if number >= self.current}
        return Forest(self.current + 1, now, {**kept, self.current + 2: _new_tree()})

    def without(self, leaves: Collection[int]) -> "Forest":
        """Return the forest that has forgotten these leaves in every tree that may have held them."""
        trees = {
            number: tree.without(leaves) if number <= self.current else tree for number, tree in self.trees.items()
        }
        return replace(self, trees=trees)


class WrapFile:
    """The one place of the forest, read anew whenever it is another file, changed by one process at a time."""

    def __init__(self, path: Path, clock: Clock) -> None:
        """Take where it lies; reads and writes nothing yet."""
        self._path, self._clock = path, clock
        self._read: tuple[tuple[int, int, int], Forest] | None = None

    def now(self) -> datetime:
        """Return the time by which trees take turns."""
        return self._clock()

    def is_there(self) -> bool:
        """Tell whether the file has been made."""
        return self._path.exists()

    def make(self) -> None:
        """Make the file; one that is there is never touched."""
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with locked(self._path):
            if not self.is_there():
                replace_file(self._path, _text_of(Forest(1, self._clock(), {1: _new_tree(), 2: _new_tree()})))

    def forest(self) -> Forest:
        """Return what the file holds now. Raises `StartRefused` when it is missing, open to others or broken."""
        try:
            found = self._path.stat()
        except OSError:
            raise StartRefused(
                f"There is no wrap file at {self._path}, so no document opens. Bring its newest copy, or set "
                "PORTAL_WRAP_FILE. If there is no copy, run `portal init`: what was sealed before stays closed."
            ) from None
        stamp = (found.st_ino, found.st_mtime_ns, found.st_size)
        if self._read is None or self._read[0] != stamp:
            if found.st_mode & 0o077:
                raise StartRefused(f"Others on this machine may read {self._path}. Run `chmod 0400 {self._path}`.")
            self._read = stamp, _forest_of(self._path)
        return self._read[1]

    def forget(self, leaves: Collection[int]) -> None:
        """Forget leaves, durably. Raises `StartRefused` when the file cannot be written; then nothing is forgotten."""
        self._change(lambda forest: forest.without(leaves))

    def turn(self) -> None:
        """Take the next tree into use, if its time has come, and destroy what is older than the last one."""
        now = self._clock()
        self._change(lambda forest: forest.turned(now) if forest.is_due(now) else forest)

    def _change(self, to: Callable[[Forest], Forest]) -> None:
        with locked(self._path):
            before = self.forest()
            after = to(before)
            if after.current != before.current or _nodes(after) != _nodes(before):
                replace_file(self._path, _text_of(after))


def _nodes(forest: Forest) -> dict[int, tuple[Node, ...]]:
    return {number: tree.nodes for number, tree in forest.trees.items()}


def _text_of(forest: Forest) -> str:
    trees = {
        number: [[node.depth, node.index, node.secret.hex()] for node in nodes]
        for number, nodes in _nodes(forest).items()
    }
    told = {"current": forest.current, "since": forest.since.isoformat(), "trees": trees}
    return json.dumps(told, separators=(",", ":")) + "\n"


def _forest_of(path: Path) -> Forest:
    try:
        told = json.loads(path.read_text(encoding="ascii"))
        trees = {
            int(number): Tree(tuple(Node(depth, index, bytes.fromhex(secret)) for depth, index, secret in nodes))
            for number, nodes in told["trees"].items()
        }
        forest = Forest(told["current"], datetime.fromisoformat(told["since"]), trees)
        whole = forest.current in trees and all(len(one.secret) == 32 for tree in trees.values() for one in tree.nodes)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        whole = False
    if not whole:
        raise StartRefused(f"The wrap file {path} cannot be read. Bring its newest copy.")
    return forest
