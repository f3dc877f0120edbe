"""A prepared file as it comes out of the cage: its frames are taken, none is trusted; its pictures are looked at last.

No parser is loaded here, for this is the process that holds the keys. Small files share a process of the cage,
`TOGETHER` at a time, because starting one costs as much as reading one.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from portal.kernel.cage.frames import BYTES, PARSED, REMOVED, SAME, CageBroken, Frame, until_the_end
from portal.reading.answers import unpack_parsed
from portal.reading.budget import MAX_FILE, MAX_NAME, MIB, CannotRead
from portal.reading.reader import Prepared, Unreadable
from portal.reading.seeing import Look, Parsed, finish

TOGETHER: Final = 16
"""So many files at most are prepared by one process."""
OF_ONE: Final = 32
"""So many of those that the portal cut or set itself: they come from one file or text, which speaks for all of them."""
SMALL: Final = 256 * 1024
"""Bytes of a file that may share a process; a larger one gets its own."""
_MOST_TOLD: Final = 64 * MIB
"""Bytes of what a process answers about the files it shares; a letter of one page gives some 30 kB."""
_MOST_REMOVED: Final = 100
_ANSWERS: Final = frozenset(
    (PARSED + REMOVED + SAME, PARSED + REMOVED + BYTES + SAME, PARSED + REMOVED + BYTES + PARSED)
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A prepared file before its pictures are looked at.

    `data` is None when the original's bytes stay, `after` when the stripped file says and shows what `before` does.
    """

    before: Parsed
    removed: tuple[str, ...]
    data: bytes | None
    after: Parsed | None


def receive_draft(frames: Iterable[Frame]) -> Draft:
    """Return what a cell made of a file. Raises `CannotRead`, and `CageBroken` for what does not add up."""
    told = list(until_the_end(frames))
    if b"".join(frame.kind for frame in told) not in _ANSWERS:
        raise CageBroken
    before, removed, last = told[0].body, _words(told[1].body), told[-1]
    data = told[2].body if len(told) == 4 else None
    if (data is None) != (not removed) or not (data is None or 0 < len(data) <= 2 * MAX_FILE):
        raise CageBroken
    return Draft(_unpacked(before), removed, data, None if last.kind == SAME else _unpacked(last.body))


def receive_together(frames: Iterable[Frame], count: int) -> list[Draft | None]:
    """Return what a cell made of so many files, none for those it could not prepare. Raises `CageBroken`.

    Why it could not is not believed: another file in the same process may have used up what this one needed.
    """
    told = _up_to(frames, _MOST_TOLD)
    drafts: list[Draft | None] = []
    for _ in range(count):
        try:
            drafts.append(receive_draft(told))
        except CannotRead:
            drafts.append(None)
    if list(until_the_end(told)):
        raise CageBroken
    return drafts


def _up_to(frames: Iterable[Frame], most: int) -> Iterator[Frame]:
    for frame in frames:
        most -= len(frame.body)
        if most < 0:
            raise CageBroken
        yield frame


def bundled(files: Iterable[tuple[Path, str]], most: int = TOGETHER) -> list[range]:
    """Return runs of files, told by path and name, in order: at most so many small neighbours, a larger one alone."""
    return runs_of([_size_of(path, name) for path, name in files], most)


def _size_of(path: Path, name: str) -> int:
    """Return a file's size; one that can't be read counts as large, so that it is asked for alone."""
    try:
        return MAX_FILE if len(name) > MAX_NAME else path.stat().st_size
    except OSError:
        return MAX_FILE


def runs_of(sizes: Sequence[int], most: int = TOGETHER) -> list[range]:
    """Return the runs of `bundled` by the sizes alone."""
    runs: list[range] = []
    for at, size in enumerate(sizes):
        last = runs[-1] if runs and size <= SMALL and sizes[runs[-1].start] <= SMALL else None
        if last and len(last) < most:
            runs[-1] = range(last.start, at + 1)
        else:
            runs.append(range(at, at + 1))
    return runs


def _unpacked(packed: bytes) -> Parsed:
    parsed = unpack_parsed(packed)
    if isinstance(parsed, Unreadable):
        raise CannotRead(parsed.reason)
    return parsed


def _words(removed: bytes) -> tuple[str, ...]:
    try:
        words = json.loads(removed)
    except (ValueError, RecursionError):
        raise CageBroken from None
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise CageBroken
    return tuple(word[:200] for word in words[:_MOST_REMOVED])


def finish_draft(draft: Draft, known: Collection[str], look: Look) -> Prepared | Unreadable:
    """Return the file with all that its pictures say, or why nobody can vouch for it or for what is left of it."""
    before = finish(draft.before, known, look)
    if isinstance(before, Unreadable) or draft.after is None:
        return before if isinstance(before, Unreadable) else Prepared(before, draft.removed)
    after = finish(draft.after, known, look)
    if isinstance(after, Unreadable):
        return after
    return Prepared(before, draft.removed, None if after.parts == before.parts else after)
