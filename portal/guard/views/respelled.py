"""Pieces of a passage with some of their words written as they are meant."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from portal.guard.views.passages import Passage

_REACH: Final = 160
"""Characters on either side that may belong to a word: the rest of a name, a label, a link; by eye."""


class Respelling(NamedTuple):
    """Where something stands in `folded`, and what it is meant to be."""

    start: int
    end: int
    text: str


def rewritten(passage: Passage, words: Sequence[Respelling]) -> Iterator[Passage]:
    """Yield the text around these words, which come in order, with all of them replaced; those that are near in one."""
    at = 0
    while at < len(words):
        last = at
        while last + 1 < len(words) and words[last + 1].start - words[last].end <= _REACH:
            last += 1
        yield _piece(passage, words[at : last + 1])
        at = last + 1


def _piece(passage: Passage, words: Sequence[Respelling]) -> Passage:
    text, spaced = passage.cased, passage.spaced  # which begins one blank earlier
    low = max(spaced.rfind(" ", 0, max(words[0].start - _REACH, 0) + 1), 0)  # half a word may be another name
    high = spaced.find(" ", min(words[-1].end + _REACH, len(text)) + 1)
    done, pieces = low, list[str]()
    for start, end, meant in words:
        pieces += [text[done:start], meant]
        done = end
    focus = words[0].start - low, sum(map(len, pieces))
    return Passage("".join((*pieces, text[done:high])), focus)
