"""Where a text has lines, and cells in them that tabs part: cut only where somebody asks."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple, Self

from portal.guard.views.passages import Passage

Words = tuple[tuple[str, int], ...]
"""Folded words with where they begin."""
_WORD: Final = re.compile(r"\S+")


def words_between(passage: Passage, start: int, end: int) -> Words:
    """Return the words of a stretch of `folded` with where they begin."""
    found = _WORD.finditer(passage.spaced, start + 1, end + 1)  # begins one blank earlier than `folded`
    return tuple([(word[0], word.start() - 1) for word in found])


class Line(NamedTuple):
    """A line of a passage, by where it begins and ends in `folded`. Cells are counted from 0, at tabs."""

    passage: Passage
    start: int
    end: int

    @classmethod
    def at(cls, passage: Passage, place: int) -> Self:
        """Return the line of a place."""
        end = passage.folded.find("\n", place)
        return cls(passage, passage.folded.rfind("\n", 0, place) + 1, end if end >= 0 else len(passage.folded))

    @property
    def folded(self) -> str:
        """Its text."""
        return self.passage.folded[self.start : self.end]

    @property
    def has_cells(self) -> bool:
        """Whether a tab stands in it."""
        return self.passage.folded.find("\t", self.start, self.end) >= 0

    @property
    def is_lone(self) -> bool:
        """Whether it holds one cell and nothing beside it."""
        return "\t" not in self.folded.strip()

    @property
    def words(self) -> Words:
        """All its words."""
        return words_between(self.passage, self.start, self.end)

    def column(self, place: int) -> int:
        """Return in which cell a place of it is."""
        return self.passage.folded.count("\t", self.start, place)

    def cells(self, place: int | None = None) -> Iterator[Words]:
        """Yield the words of its cells; those behind a place, if one is told."""
        start = self.start if place is None else self.passage.folded.find("\t", place, self.end) + 1
        while start or place is None:
            end = self.passage.folded.find("\t", start, self.end)
            yield words_between(self.passage, start, end if end >= 0 else self.end)
            start, place = end + 1, -1

    def cell(self, column: int) -> Words:
        """Return the words of a cell; none where it has fewer."""
        start = self.start
        for _ in range(column):
            start = self.passage.folded.find("\t", start, self.end) + 1
            if not start:
                return ()
        end = self.passage.folded.find("\t", start, self.end)
        return words_between(self.passage, start, end if end >= 0 else self.end)

    def above(self, blanks: str = "\n ") -> Self | None:
        """Return the next line above that holds more than blanks."""
        text, end = self.passage.folded, self.start
        while end > 0 and text[end - 1] in blanks:
            end -= 1
        return type(self)(self.passage, text.rfind("\n", 0, end) + 1, end) if end else None

    def below(self) -> Self | None:
        """Return the next line below that holds more than blanks, from its first word or cell on."""
        text, start = self.passage.folded, self.end
        while text.startswith(("\n", " "), start):
            start += 1
        end = text.find("\n", start)
        return type(self)(self.passage, start, end if end >= 0 else len(text)) if start < len(text) else None
