"""Words as text lines, text lines as running text: where a line was broken by the paper's edge, it goes on."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final

from portal.reading.pdf.pages.lines import FROM_THE_RIGHT
from portal.reading.showing.blocks import Run, Runs
from portal.reading.showing.page_words import Word

_RIGHT_TO_LEFT: Final = re.compile(f"[{FROM_THE_RIGHT}]")
_LETTER: Final = re.compile(r"[^\W\d_]")
_IDEOGRAPH: Final = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")
"""Chinese and its neighbours, which part no words by blanks."""
_OVERLAP: Final = 0.5
_CELL_GAP: Final = 1.1
"""In sizes of the face: a gap that no justified line has between words."""
_BLANK: Final = 0.3
_SLACK: Final = 0.4
_NEAR: Final = 20.0
"""Points: lines that begin no further apart have one right edge, a list's as well."""
_SOME: Final = 8
_MOST: Final = 0.85
_LEAST_EDGE: Final = 0.55
"""Of a page's width: lines go so far at least, even where all that stand there are short."""
_SAME_SIZE: Final = 0.1


@dataclass(slots=True)
class TextLine:
    """Words beside each other, without a wide gap among them; in the order of reading."""

    words: list[Word]
    left: float = field(init=False)
    top: float = field(init=False)
    right: float = field(init=False)
    bottom: float = field(init=False)
    size: float = field(init=False)

    def __post_init__(self) -> None:
        """Measure it."""
        self.left, self.top = min(word.left for word in self.words), min(word.top for word in self.words)
        self.right, self.bottom = max(word.right for word in self.words), max(word.bottom for word in self.words)
        self.size = max(max(self.words, key=lambda word: len(word.text)).size, 1.0)

    @property
    def text(self) -> str:
        """What it says."""
        return "".join(" " * (at > 0 and not word.is_glued) + word.text for at, word in enumerate(self.words))

    @property
    def middle(self) -> float:
        """Where it stands, from above."""
        return (self.top + self.bottom) / 2

    @property
    def is_bold(self) -> bool:
        """Whether all that is written in it is bold."""
        return all(word.is_bold for word in self.words if any(map(str.isalnum, word.text)))

    @property
    def is_from_right(self) -> bool:
        """Whether it is written from right to left."""
        text = self.text
        return 2 * len(_RIGHT_TO_LEFT.findall(text)) > len(_LETTER.findall(text))


def rows_of(words: Iterable[Word]) -> list[list[TextLine]]:
    """Return what stands on one height together, from above; each row as the lines that wide gaps part."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda word: word.middle):
        if rows and any(_are_level(word, other) for other in rows[-1][-3:]):
            rows[-1].append(word)
        else:
            rows.append([word])
    return [_parted(row) for row in rows]


def _are_level(word: Word, other: Word) -> bool:
    shared = min(word.bottom, other.bottom) - max(word.top, other.top)
    return shared > _OVERLAP * max(min(word.bottom - word.top, other.bottom - other.top), 1.0)


def _parted(row: list[Word]) -> list[TextLine]:
    row.sort(key=lambda word: word.left)
    lines: list[list[Word]] = []
    for word in row:
        if lines and word.left - lines[-1][-1].right <= _CELL_GAP * max(min(word.size, lines[-1][-1].size), 1.0):
            lines[-1].append(word)
        else:
            lines.append([word])
    return [TextLine(in_reading_order(line)) for line in lines]


def in_reading_order(words: list[Word]) -> list[Word]:
    """Return words from left to right; where most are written from the right, runs of others among them stay so."""
    line = sorted(words, key=lambda word: word.left)
    text = "".join(word.text for word in line)
    if 2 * len(_RIGHT_TO_LEFT.findall(text)) <= len(_LETTER.findall(text)):
        return line
    ordered: list[Word] = []
    for is_other, run in groupby(reversed(line), key=lambda word: not _RIGHT_TO_LEFT.search(word.text)):
        words_of_run = list(run)
        ordered += reversed(words_of_run) if is_other else words_of_run
    return ordered


class Edges:
    """How far the lines of a page go, by where they begin: what ends before its edge was ended by the writer."""

    def __init__(self, lines: Iterable[TextLine], width: float = 0.0) -> None:
        """Note all lines of a page that is so wide."""
        self._least = _LEAST_EDGE * width
        self._lines = [(line.left, line.right, line.size) for line in lines]

    def breaks(self, line: TextLine, following: TextLine) -> bool:
        """Whether the first word of the following line would have had room in this one."""
        word = following.words[0]
        if word.text[:1].islower():
            return False
        if line.is_from_right:
            edge = min((left for left, right, _ in self._lines if abs(right - line.right) <= _NEAR), default=line.left)
            return line.left - (word.right - word.left) - _BLANK * line.size > edge + _SLACK * line.size
        wide = line.size if _IDEOGRAPH.match(word.text) else word.right - word.left + _BLANK * line.size
        needed = line.right + wide
        near = [
            right
            for left, right, size in self._lines
            if abs(left - line.left) <= _NEAR and abs(size - line.size) <= _SAME_SIZE * size
        ]
        if needed < _edge(near, line) - _SLACK * line.size:
            return True
        may_begin = word.text[:1].isupper() or word.text[:1].isdigit()
        around = [right for left, right, _ in self._lines if left < line.right]
        return len(near) < _SOME and may_begin and needed < max(_edge(around, line), self._least) - _SLACK * line.size


def _edge(rights: list[float], line: TextLine) -> float:
    """Return where lines end: that of most of them, where there are some."""
    rights.sort()
    return (rights[int(_MOST * len(rights))] if len(rights) >= _SOME else rights[-1]) if rights else line.right


def runs_of(lines: Sequence[TextLine], edges: Edges, *, skip: int = 0) -> Runs:
    """Return lines as running text without the first `skip` words; a line end stays where the writer made it."""
    pieces: list[tuple[str, str]] = []
    before: TextLine | None = None
    for line in lines:
        if before is not None:
            is_same_row = abs(line.middle - before.middle) < _OVERLAP * line.size
            is_whole = before.words[-1].is_torn or bool(
                _IDEOGRAPH.match(line.text) and _IDEOGRAPH.match(before.text[-1])
            )
            pieces.append(
                (
                    ""
                    if is_whole and not edges.breaks(before, line)
                    else "\n"
                    if is_same_row or edges.breaks(before, line)
                    else " ",
                    "",
                )
            )
        words = line.words if before is not None else line.words[skip:]
        for at, word in enumerate(words):
            if at and not word.is_glued:
                pieces.append((" ", word.url if words[at - 1].url == word.url else ""))
            pieces.append((word.text, word.url))
        before = line
    return merged(pieces)


def merged(pieces: Iterable[tuple[str, str]]) -> Runs:
    """Return pieces of text as runs, neighbours that lead to one place together."""
    runs: list[Run] = []
    for url, texts in groupby(pieces, key=lambda piece: piece[1]):
        if text := "".join(text for text, _ in texts):
            runs.append(Run(text, url))
    return tuple(runs)
