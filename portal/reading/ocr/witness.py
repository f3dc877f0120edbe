"""A second reader, of another kind than tesseract: it bears out a line that tesseract has nearly read.

A net that gives a letter or none for every eighth pixel along a line 48 pixels high (connectionist temporal
classification, Graves et al., ICML 2006). It reads something into a drawing, too, so it is asked only where tesseract's
models have doubts, and believed only where one of them said about the same.
"""

from collections.abc import Iterator
from itertools import groupby, pairwise
from typing import Final
from unicodedata import name

import numpy as np
from PIL import Image

from portal.kernel.folding import folded
from portal.reading.ocr.cuts import EDGE
from portal.reading.ocr.marks import Indices, Mask
from portal.reading.ocr.nets import READER, Net
from portal.reading.ocr.readers import Place

_ROWS: Final = 48
_CLOSER: Final = 0.14  # of a cut, above and below: what is left out for the other reading
_LIKELY, _LEAST, _LEAST_SURE = 0.9, 0.5, 0.85  # of 1: all letters in the mean, and the least sure of them
_PIECE: Final = 1600  # pixels of a long line at once: the net takes 20 kB for each
_SOME, _MAYBE = 3, 0.6  # letters, and of 1 in the mean: at a glance
_OTHERS: Final = ("CJK", "HIRAGANA", "KATAKANA")  # alphabets that the reader knows beside Latin
_INNER: Final = slice(6, 42)  # rows that are the line's own
_INK: Final = 20  # of 255: less is paper
_OF_INK: Final = 0.4  # of what most of a line's columns have
_SILENT: Final = 7  # columns with ink and no letter: as wide as two letters that fill a square


class Witness:
    """The net, loaded. Not safe for threads."""

    def __init__(self) -> None:
        """Load it. Raises what onnxruntime raises for a file that is missing or damaged."""
        self._net = Net(READER)
        self._letters = ["", *self._net.letters, " "]

    def read(self, cut: Image.Image) -> tuple[Place, ...]:
        """Read a cut twice, close and closer; nothing if that is not likely and the same both times."""
        paper = cut.crop((EDGE, EDGE, cut.width - EDGE, cut.height - EDGE))
        edge = round(_CLOSER * paper.height)
        ways = [self._read(paper), self._read(paper.crop((0, edge, paper.width, paper.height - edge)))]
        said = {folded("".join(place.text for place in places)) for places in ways}
        return ways[0] if len(said) == 1 else ()

    def glance(self, cut: Image.Image) -> list[str]:
        """Return the words it sees in a cut, of letters alone, if there are some; nobody may rely on them."""
        paper = cut.crop((EDGE, EDGE, cut.width - EDGE, cut.height - EDGE))
        step = _PIECE * paper.height // _ROWS
        pieces = (paper.crop((at, 0, min(at + step, paper.width), paper.height)) for at in range(0, paper.width, step))
        letters = [letter for piece in pieces for letter in self._letters_in(piece)[0]]
        sure = [sure for letter, sure, _ in letters if letter.isalpha()]
        if len(sure) < _SOME or sum(sure) < _MAYBE * len(sure):
            return []
        return "".join(letter if letter.isalpha() else " " for letter, _, _ in letters).split()

    def _letters_in(self, strip: Image.Image) -> tuple[list[tuple[str, float, int]], Indices, Image.Image]:
        """Return the letters, how sure each is and its column; the best of each column; the strip that was seen."""
        strip = strip.resize((max(_ROWS, round(_ROWS * strip.width / strip.height)), _ROWS))
        columns = self._net.run(strip)
        best, sure = columns.argmax(axis=1), columns.max(axis=1)
        new = [at for at in range(len(best)) if best[at] and (at == 0 or best[at] != best[at - 1])]
        return [(self._letters[best[at]], float(sure[at]), at) for at in new], best, strip

    def _read(self, strip: Image.Image) -> tuple[Place, ...]:
        width = strip.width
        letters, best, strip = self._letters_in(strip)
        counted = [_trusted(letter, one) for letter, one, _ in letters if letter.isalnum()]
        is_likely = counted and min(counted) >= _LEAST and sum(counted) >= _LIKELY * len(counted)
        if not is_likely or _unread(strip, (best > 0) & (best != len(self._letters) - 1)) >= _SILENT:
            return ()
        return tuple(_words(letters, width / len(best)))


def _trusted(letter: str, sure: float) -> float:
    """Return how far a letter may be relied on: of Greek the reader knows formulas, and it takes Hangul for Han."""
    script = name(letter, "").partition(" ")[0]
    if script == "LATIN" or letter.isnumeric():
        return sure
    return sure if script in _OTHERS and sure >= _LEAST_SURE else 0.0


def _unread(strip: Image.Image, has_letter: Mask) -> int:
    """Return the longest run of columns that have ink, and nothing was read there: an alphabet it has never seen."""
    edges = np.linspace(0, strip.width, len(has_letter) + 1).astype(int)
    rows = np.asarray(strip)[_INNER].astype(int)
    ink = np.array([np.ptp(rows[:, start : max(end, start + 1)]) for start, end in pairwise(edges)])
    is_unread = (ink > max(_INK, _OF_INK * np.percentile(ink, 80))) & ~has_letter
    return max((len(list(run)) for silent, run in groupby(is_unread) if silent), default=0)


def _words(letters: list[tuple[str, float, int]], step: float) -> Iterator[Place]:
    """Give the words, with the pixels of the cut from which to which they stand; a column is `step` of them wide."""
    for is_blank, group in groupby(letters, lambda one: one[0] == " "):
        if not is_blank:
            word = list(group)
            text, confidence = "".join(letter for letter, *_ in word), 100 * min(one for _, one, _ in word)
            left, right = EDGE + round((word[0][2] - 1) * step), EDGE + round((word[-1][2] + 2) * step)
            yield Place(text, confidence, left, right)
