"""A second reader, of another kind than tesseract: it bears out a line that tesseract has nearly read.

A net that gives a letter or none for every eighth pixel along a line 48 pixels high (connectionist temporal
classification, Graves et al., ICML 2006). It reads something into a drawing, too, so it is believed only where a model
of tesseract said about the same, or where it says so of several cuts of one patch (`testimony`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Final
from unicodedata import name, normalize

import numpy as np
from PIL import Image

from portal.kernel.text.folding import bare, folded
from portal.reading.ocr.components.connected_components import Indices, Mask
from portal.reading.ocr.components.line_crops import EDGE, key_of
from portal.reading.ocr.nets.sessions import READER, Net
from portal.reading.ocr.recognition.tesseract import Place
from portal.reading.ocr.removal.ruling_lines import in_runs

_ROWS: Final = 48  # pixels a cut is high; by definition of PP-OCR's recogniser
_CLOSER: Final = 0.14  # share of a cut, above and below: what is left out for the other reading; by eye
_LIKELY, _LEAST, _LEAST_SURE = 0.9, 0.5, 0.85
"""Confidence, of 1: all letters in the mean, the least sure of them, and a letter of another alphabet; by eye."""
_MAYBE: Final = 0.75
"""Confidence, of 1, in the mean: what may be letters; measured on noise in a photo, which came to 0.7."""
_SOME: Final = 4  # letters that tell something; by eye
_OTHERS: Final = ("CJK", "HIRAGANA", "KATAKANA")  # alphabets that the reader knows beside Latin
_INNER: Final = slice(6, 42)  # rows of 48 that are the line's own; by eye
_INK: Final = 20  # of 255 grey levels: less is paper; by eye
_OF_INK: Final = 0.4  # share of the ink that most of a line's columns have; by eye
_THIN: Final = 6  # rows that a line to write on takes; by eye
_SILENT: Final = 7  # columns with ink and no letter: as wide as two letters that fill a square; by eye


@dataclass(frozen=True, slots=True)
class Heard:
    """What a cut says, and how far that may be relied on.

    `trusted` tells from 0 to 1 how sure each of its letters and figures is, `letters` how sure its letters are of
    whatever alphabet. It `is_whole` if no stretch of ink is without a letter.
    """

    text: str
    trusted: tuple[float, ...]
    letters: tuple[float, ...]
    is_whole: bool

    @property
    def key(self) -> str:
        """Its letters and figures, folded."""
        return bare(self.text)

    @property
    def likely(self) -> float:
        """How sure its letters and figures are in the mean; 0 where there are none."""
        return sum(self.trusted) / max(1, len(self.trusted))

    @property
    def is_sure(self) -> bool:
        """Whether it may be relied on, if another cut says the same."""
        return self.is_whole and self.likely >= _LIKELY and min(self.trusted) >= _LEAST

    @property
    def may_be(self) -> bool:
        """Whether it may be right, or at least letters, of an alphabet that is not to be trusted."""
        return self.likely >= _MAYBE or self.seen >= _SOME

    @property
    def squares(self) -> list[str]:
        """Its letters that fill squares."""
        return [letter for letter in self.text if _script(letter) in _OTHERS]

    @property
    def seen(self) -> int:
        """How many letters may be there, whichever."""
        return len(self.letters) if sum(self.letters) >= _MAYBE * len(self.letters) else 0


class Witness:
    """The net, loaded. Not safe for threads."""

    def __init__(self) -> None:
        """Load it. Raises what onnxruntime raises for a file that is missing or damaged."""
        self._net = Net(READER)
        self._letters = ["", *self._net.letters, " "]
        self._known: dict[bytes, tuple[Place, ...]] = {}

    def forget(self) -> None:
        """Forget what was read: the next picture has other lines."""
        self._known.clear()

    def read(self, cut: Image.Image) -> tuple[Place, ...]:
        """Read a cut twice, close and closer; nothing if that is not likely and the same both times.

        One that stays as it was in the next look is not read again.
        """
        key = key_of(cut)
        if key not in self._known:
            self._known[key] = self._read_twice(cut.crop((EDGE, EDGE, cut.width - EDGE, cut.height - EDGE)))
        return self._known[key]

    def _read_twice(self, paper: Image.Image) -> tuple[Place, ...]:
        if not (close := self._read(paper)):
            return ()
        edge = round(_CLOSER * paper.height)
        closer = self._read(paper.crop((0, edge, paper.width, paper.height - edge)))
        same = len({folded("".join(place.text for place in places)) for places in (close, closer)}) == 1
        return close if same else ()

    def hear(self, cut: Image.Image) -> Heard:
        """Read a patch that was cut out, once."""
        letters, best, cut = self._letters_in(cut)
        plain = [(_plain(letter), sure) for letter, sure, _ in letters]
        return Heard(
            "".join(letter for letter, _ in plain).strip(),
            tuple(_trusted(letter, one) for letter, one in plain if letter.isalnum()),
            tuple(one for letter, one in plain if letter.isalpha()),
            self._is_whole(cut, best),
        )

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
        return tuple(_words(letters, width / len(best))) if is_likely and self._is_whole(strip, best) else ()

    def _is_whole(self, strip: Image.Image, best: Indices) -> bool:
        """Whether no stretch of ink is without a letter."""
        return _unread(strip, (best > 0) & (best != len(self._letters) - 1)) < _SILENT


def _plain(letter: str) -> str:
    """Return a wide letter, which it takes those for that stand far apart, as a plain one."""
    plain = normalize("NFKC", letter)
    return plain if len(plain) == 1 else letter


def _trusted(letter: str, sure: float) -> float:
    """Return how far a letter may be relied on: of Greek the reader knows formulas, and it takes Hangul for Han."""
    script = _script(letter)
    if script == "LATIN" or letter.isnumeric():
        return sure
    return sure if script in _OTHERS and sure >= _LEAST_SURE else 0.0


def _script(letter: str) -> str:
    return name(letter, "").partition(" ")[0]


def _unread(strip: Image.Image, has_letter: Mask) -> int:
    """Return the longest run of columns that have ink, and nothing was read there: an alphabet it has never seen.

    A line to write on is no ink, but parts no letters either: a stroke as long may join them.
    """
    rows = np.asarray(strip)[_INNER].astype(int)
    edges = np.linspace(0, strip.width, len(has_letter) + 1).astype(int)
    stretches = [slice(start, max(end, start + 1)) for start, end in pairwise(edges)]
    blank = _is_blank(rows)
    ink = np.array([np.ptp(rows[:, one]) for one in stretches])
    is_unread = (ink > max(_INK, _OF_INK * np.percentile(ink, 80))) & ~has_letter
    counted = is_unread[[not blank[one].all() for one in stretches]]
    return max((len(list(run)) for silent, run in groupby(counted) if silent), default=0)


def _is_blank(rows: Indices) -> Mask:
    """Return the columns that have nothing but the line to write on: ink within a few rows."""
    inked = np.abs(rows - np.median(rows)) > _INK
    reach = len(rows) - inked[::-1].argmax(axis=0) - inked.argmax(axis=0)
    thin: Mask = inked.any(axis=0) & (reach <= _THIN)
    blank: Mask = in_runs(thin[np.newaxis], _ROWS)[0]  # a shorter one joins letters, as in Arabic
    return blank


def _words(letters: list[tuple[str, float, int]], step: float) -> Iterator[Place]:
    """Give the words, with the pixels of the cut from which to which they stand; a column is `step` of them wide."""
    for is_blank, group in groupby(letters, lambda one: one[0] == " "):
        if not is_blank:
            word = list(group)
            text, confidence = "".join(letter for letter, *_ in word), 100 * min(one for _, one, _ in word)
            left, right = EDGE + round((word[0][2] - 1) * step), EDGE + round((word[-1][2] + 2) * step)
            yield Place(text, confidence, left, right)
