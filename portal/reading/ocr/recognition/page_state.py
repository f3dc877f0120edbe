"""A picture as it is read patch by patch: what was read so far, where, and what may be a word and nobody can tell."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from math import hypot
from typing import Final

import numpy as np

from portal.kernel.text.folding import bare
from portal.reading.ocr.components.connected_components import FINE, Grey, Mask
from portal.reading.ocr.components.line_finding import Line
from portal.reading.ocr.nets.detector import Spot
from portal.reading.ocr.nets.oriented_boxes import Patch, patches_in
from portal.reading.ocr.nets.sessions import Floats
from portal.reading.ocr.recognition.agreement import is_said, words_said
from portal.reading.ocr.recognition.line_readings import are_new
from portal.reading.ocr.recognition.repeated_readings import Testimony

Told = list[tuple[Line, str]]
"""What was read, each with its place."""
MOST_ASKED: Final = 120  # patches that are asked about: they take eight seconds; by eye, for speed
_MIDDLE: Final = 0.5  # share of a patch's height: there its letters are; by eye
_READ, _LITTLE = 0.7, 0.5  # share of that middle: with so much it was read, with less than this only a little; by eye
_OVER: Final = 0.25  # share of a patch: so much of it was read, too; by eye
_WORD: Final = 1.6  # times as long as high; by eye
_RIM: Final = 2  # squares: what is left of a word that was read is not as high; by eye
_SAME: Final = 4  # pixels, and degrees: patches that differ by less are asked about once; by eye
_BRIEF: Final = 4  # letters of a short word; by eye
_PIECE: Final = re.compile(r"[^\W_]+")


class Crowded(Exception):
    """More patches than anybody could ask about: a texture, or a page of single letters."""


class Page:
    """A picture, with the squares that were `read` of it in whatever way, and what was `said` there."""

    def __init__(self, picture: Grey, read: Mask, said: Sequence[str], ask: Callable[[Patch, Grey], Testimony]) -> None:
        """Begin with what was read before, and ask about patches so."""
        self._picture, self._ask, self._before, self._said = picture, ask, said, [*said]
        self.read = read[: -(-picture.height // FINE), : -(-picture.width // FINE)].copy()
        self.is_blurred = False  # whether a word has soft edges: it may be read wrong, or taken for a drawing
        self._read_before = self.read.copy()
        self._told: list[tuple[Patch, str]] = []
        self._count = 0
        self._asked: dict[tuple[int, ...], Testimony] = {}
        self._sure: list[Patch] = []
        self._doubts: list[tuple[Patch, Testimony]] = []

    @property
    def size(self) -> tuple[int, int]:
        """How many squares it is wide and high."""
        high, wide = self.read.shape
        return wide, high

    def part(self, patch: Patch, of: Mask) -> float:
        """Return how much of the middle of a patch is in some squares; 1 where it has none."""
        middle = patch.cells(self.read.shape, _MIDDLE)
        return float(of[middle].mean()) if middle.any() else 1.0

    def has(self, patch: Patch) -> bool:
        """Whether most of the middle of a patch was read."""
        return self.part(patch, self.read) >= _READ

    def rest(self, view: Floats) -> Iterator[Patch]:
        """Give a patch for each thing that a view takes for writing, and that was not read."""
        return (patch for patch in self._left(view) if patch.height - patch.beyond >= _RIM * FINE)

    def words(self, view: Floats) -> Iterator[Patch]:
        """Give those that are as long as a word."""
        return (patch for patch in self.rest(view) if may_be_word(patch))

    def ends(self, view: Floats) -> Iterator[Patch]:
        """Give those with which something goes on that was read, however low: no drawings, but the rest of a line."""
        words = (patch for patch in self._left(view) if may_be_word(patch))
        return (patch for patch in words if any(patch.follows(other) for other in self._sure))

    def _left(self, view: Floats) -> Iterator[Patch]:
        return patches_in(np.where(self.read, 0, view))

    def take(self, patch: Patch) -> Testimony:
        """Ask about a patch, and note what it may say: what is in doubt is judged, too.

        Raises `Crowded` when asked about too many.
        """
        sides = (patch.x, patch.y, patch.length, patch.height, patch.angle)
        key = tuple(round(side / _SAME) for side in sides)
        if key in self._asked:
            return self._asked[key]
        said = self._asked[key] = self._ask_about(patch, self._picture)
        self.is_blurred |= said.is_soft and may_be_word(patch)
        if not said.is_in_doubt:
            self._told += [(patch, text) for text in said.told]
        if said.is_sure:
            self._sure.append(patch)
            self.read |= patch.core(self.read.shape)
            self._said += said.told
        elif said.is_in_doubt:
            self._doubts.append((patch, said))
        return said

    def take_of(self, patch: Patch, picture: Grey) -> Testimony:
        """Ask about a patch of another picture of the same: what may be written over what is read here.

        Raises `Crowded` as `take` does.
        """
        said = self._ask_about(patch, picture)
        self._told += [(patch, text) for text in said.told]
        return said

    def _ask_about(self, patch: Patch, picture: Grey) -> Testimony:
        self._count += 1
        if self._count > MOST_ASKED:
            raise Crowded
        return self._ask(patch, picture)

    def take_words(self, views: Iterable[Floats]) -> None:
        """Ask about all in some views that is as long as a word and was not read."""
        for view in views:
            for patch in patches_in(view):
                if may_be_word(patch) and not self.has(patch):
                    self.take(patch)

    def is_known(self, said: Testimony) -> bool:
        """Whether a patch is sure, or may say nothing but what was said before.

        Of brief words all together: each by itself may be part of any other.
        """
        if said.is_sure or said.is_silent or not said.texts:
            return said.is_sure
        words = _PIECE.findall(said.texts[0])
        are_brief = max(map(len, words), default=0) < _BRIEF
        return not are_new(["".join(words)] if are_brief else words, self._said)

    @property
    def has_doubts(self) -> bool:
        """Whether something may be a word that nobody read, in this cut or in another."""
        words = ((patch, said) for patch, said in self._doubts if may_be_word(patch))
        return any(self.part(patch, self.read) < _LITTLE and not self.is_known(said) for patch, said in words)

    def told(self, spots: Iterable[Spot]) -> tuple[Told, Told]:
        """Return what nobody said before, and what may be said where something was read: it would stand between that.

        Also what was read in pieces of one spot: a name may go along a curve.
        """
        beside, over = [*self._told], list[tuple[Patch, str]]()
        for patch, said in self._doubts:
            (over if _share(self.read, patch) >= _OVER else beside).extend((patch, text) for text in said.told)
        pieces = [
            *_once((patch.line, text) for patch, text in beside),
            *_once((patch.line, text) for patch, text in over),
        ]
        along = [one for one in self._along(spots, pieces) if not self._has_letters(one[1])]
        return [*_once(self._new(beside)), *along], [*_once(self._new(over))]

    def _new(self, told: Iterable[tuple[Patch, str]]) -> Iterator[tuple[Line, str]]:
        """Give what was not said before. Of what was read, views cut pieces; else Tom is not in tomorrow."""
        words = words_said(" ".join(self._before))
        for patch, text in told:
            is_over = _share(self._read_before, patch) >= _OVER
            if not (self._has_letters(text) if is_over else is_said(text, words)):
                yield patch.line, text

    def _has_letters(self, text: str) -> bool:
        return bare(text) in bare(" ".join(self._before))

    def _along(self, spots: Iterable[Spot], told: Told) -> Iterator[tuple[Line, str]]:
        for spot in spots:
            placed = [(spot.place_of(line.x, line.y), text) for line, text in told]
            pieces = sorted((at, text) for at, text in placed if at is not None)
            if len(pieces) > 1:
                yield spot.patch.line, " ".join(text for _, text in pieces)


def _share(mask: Mask, patch: Patch) -> float:
    """Return how much of a patch is in some squares."""
    return float(mask[patch.cells(mask.shape)].mean())


def may_be_word(patch: Patch) -> bool:
    """Whether a patch is as long as the shortest word."""
    return patch.length >= _WORD * patch.height


def _once(told: Iterable[tuple[Line, str]]) -> Iterator[tuple[Line, str]]:
    """Give what was told, once for each place: several views show the same word."""
    places: dict[str, list[Line]] = {}
    for line, text in told:
        others = places.setdefault(text, [])
        if not any(hypot(line.x - other.x, line.y - other.y) < line.height for other in others):
            yield line, text
        others.append(line)
