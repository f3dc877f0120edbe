"""A glance at a picture with nets: one finds where writing is, another reads it.

The rules know drawings by their shapes, and so pass over a name that is pale, aslant or crossed by a line.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from portal.kernel.folding import bare
from portal.reading.ocr.finder import Finder, Spot
from portal.reading.ocr.lines import Line
from portal.reading.ocr.marks import FINE, Grey, Mask
from portal.reading.ocr.patches import Patch, patches_in
from portal.reading.ocr.readers import Readers
from portal.reading.ocr.strips import are_new
from portal.reading.ocr.testimony import Testimony, testimony_of
from portal.reading.ocr.witness import Witness

Told = list[tuple[Line, str]]
"""What was read, each with its place."""
_MIDDLE: Final = 0.5  # of a patch's height: there its letters are
_READ: Final = 0.7  # of that: so much was read
_WORD: Final = 1.6  # times as long as high
_LETTERS: Final = re.compile(r"[^\W\d_]+")


class Glance:
    """Looks with the nets; not safe for threads."""

    def __init__(self, finder: Finder, witness: Witness, readers: Readers) -> None:
        self._finder, self._witness, self._readers = finder, witness, readers

    def look(self, picture: Grey, read: Mask, said: Sequence[str]) -> Told | None:
        """Return what two views show beside the squares that were `read`, in which something was `said`.

        None if one of them shows a word that is none of that, and that nobody can read.
        """
        writing = self._finder.glance(picture)
        page = _Page(picture, read, self._testimony_of)
        for view in writing.views:
            for patch in patches_in(view):
                if patch.length >= _WORD * patch.height and not page.has(patch):
                    page.take(patch)
        doubts = [one for one in (page.take(spot.patch) for spot in writing.unread(page.read)) if one.is_in_doubt]
        if any(are_new(_LETTERS.findall(one.texts[0]), said) for one in doubts):
            return None
        known = bare(" ".join(said))
        return [told for told in (*page.told, *page.along(writing.spots)) if bare(told[1]) not in known]

    def _testimony_of(self, patch: Patch, picture: Grey) -> Testimony:
        return testimony_of(patch, picture, self._witness, self._readers)


class _Page:
    """What was read of a picture so far: in which squares, and what, with its place."""

    def __init__(self, picture: Grey, read: Mask, ask: Callable[[Patch, Grey], Testimony]) -> None:
        self._picture, self._ask = picture, ask
        self.read = read[: -(-picture.height // FINE), : -(-picture.width // FINE)].copy()
        self.told: Told = []

    def has(self, patch: Patch) -> bool:
        """Whether most of the middle of a patch was read."""
        middle = patch.cells(self.read.shape, _MIDDLE)
        return not middle.any() or float(self.read[middle].mean()) >= _READ

    def take(self, patch: Patch) -> Testimony:
        """Ask about a patch, and note what it may say: what is in doubt is judged, too."""
        said = self._ask(patch, self._picture)
        if said.is_sure:
            self.read |= patch.cells(self.read.shape)
        self.told += [(patch.line, text) for text in said.told]
        return said

    def along(self, spots: Iterable[Spot]) -> Iterator[tuple[Line, str]]:
        """Give what was read in pieces of one spot as one line: a name may go along a curve."""
        for spot in spots:
            placed = [(spot.place_of(line.x, line.y), text) for line, text in self.told]
            pieces = sorted((at, text) for at, text in placed if at is not None)
            if len(pieces) > 1:
                yield spot.patch.line, " ".join(text for _, text in pieces)
