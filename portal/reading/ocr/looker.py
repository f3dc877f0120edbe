"""Looks at a picture with nets: one finds where writing is, another reads it.

Rules about shapes doubt many a drawing, and pass over a name that is pale, aslant or crossed by a line. So the nets
take a glance at what the rules pass, and look long at what they doubt.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from portal.reading.ocr.dashes import are_bare
from portal.reading.ocr.finder import Finder, Writing, reduced
from portal.reading.ocr.lines import Line
from portal.reading.ocr.marks import Grey, Mask
from portal.reading.ocr.nets import Floats
from portal.reading.ocr.page import Crowded, Page, Told
from portal.reading.ocr.pale import FAR, NEAR, pale_of, pale_words, stronger
from portal.reading.ocr.patches import Patch, patch_of
from portal.reading.ocr.readers import Readers
from portal.reading.ocr.testimony import Testimony, testimony_of
from portal.reading.ocr.witness import Witness

_SEEN: Final = 0.3  # of 1: what may be in writing
_SHOWN: Final = 0.3  # of what was read: a net sees the inner half of letters, but hardly any among specks
_SOME: Final = 0.15  # of a line: so much of it is


class Looker:
    """Looks with the nets. Not safe for threads."""

    def __init__(self, finder: Finder, witness: Witness, readers: Readers) -> None:
        self._finder, self._witness, self._readers = finder, witness, readers

    def glance(self, picture: Grey, read: Mask, said: Sequence[str]) -> tuple[Told, Told] | None:
        """Return what two views show, and one of what is pale, beside the squares `read` that `said` something.

        None if one of them shows a word that is none of that, and that nobody can read.
        """
        writing = self._finder.glance(picture)
        page = Page(picture, read, said, self._testimony_of)
        views = [*writing.views, self._finder.find_pale(pale_of(reduced(picture)), page.size)]
        try:
            page.take_words(views)
            spots = [page.take(spot.patch) for spot in writing.unread(page.read)]
            is_read = _has_no_more(page, views) and all(page.is_known(one) or not one.is_in_doubt for one in spots)
        except Crowded:
            return None
        return page.told(writing.spots) if is_read else None

    def look(self, picture: Grey, read: Mask, said: Sequence[str], left: Sequence[Line]) -> tuple[Told, Told] | None:
        """Return what nine views show, and what is in lines that were `left`; None if not all of that can be read.

        What most of them show has to be read; what fewer show may be a drawing, of which nobody can tell anything.
        Where nothing was read, or they do not show what was, there may be a word that no view shows; so there may where
        one is blurred, or anything is beside a row of dashes.
        """
        writing = self._finder.find(picture)
        if not are_bare(picture, writing.cells):
            return None
        page = Page(picture, read, said, self._testimony_of)
        most = np.median(writing.views, axis=0)
        if not page.read.any() or np.mean(most[page.read] >= _SEEN) < _SHOWN:
            return None
        try:
            page.take_words(writing.views)
            is_read = (
                _reads_most(page, most)
                and _has_no_more(page, writing.views)
                and _ends_lines(page, writing)
                and _reads_lines(page, left, np.maximum.reduce(writing.views) >= _SEEN)
                and all(self._reads_pale(page, picture, strong) for strong in (NEAR, FAR))
            )
        except Crowded:
            return None
        return page.told(writing.spots) if is_read and not (page.has_doubts or page.is_blurred) else None

    def _reads_pale(self, page: Page, picture: Grey, strong: int) -> bool:
        """Whether each pale word at a rule can be read, where what is strong is taken away, or is a rest of that."""
        small = reduced(picture)
        pale = pale_of(small, strong)
        shown = stronger(pale).resize(picture.size)
        words = pale_words(small, pale, self._finder.find_pale(pale, page.size))
        said = ((page.has(word), page.take_of(word, shown)) for word in words)
        return all(one.is_sure or (is_read and one.is_silent) for is_read, one in said)

    def _testimony_of(self, patch: Patch, picture: Grey) -> Testimony:
        return testimony_of(patch, picture, self._witness, self._readers)


def _reads_most(page: Page, view: Floats) -> bool:
    """Whether each word of a view can be read; a sign by itself is read if it can be."""
    taken = [(patch, page.take(patch)) for patch in page.rest(view)]
    return all(said.letter or page.is_known(said) for patch, said in taken if patch.is_word)


def _has_no_more(page: Page, views: Sequence[Floats]) -> bool:
    """Whether what is left in any view can be read, or is no word."""
    said = (page.take(patch) for view in views for patch in page.words(view))
    return all(page.is_known(one) or not one.is_in_doubt for one in said)


def _ends_lines(page: Page, writing: Writing) -> bool:
    """Whether no line that was read goes on with something that cannot be, and nothing as long as a line is left."""
    left = [patch for view in writing.views for patch in page.words(view) if patch.is_long]
    left += [patch for view in writing.views for patch in page.ends(view)]
    return all(page.is_known(page.take(patch)) for patch in left)


def _reads_lines(page: Page, lines: Sequence[Line], likely: Mask) -> bool:
    """Whether each line that tesseract could not read can be, if the net takes some of it for writing."""
    patches = (patch_of(line) for line in lines)
    doubted = (patch for patch in patches if page.part(patch, likely) >= _SOME and not page.has(patch))
    return all(page.is_known(page.take(patch)) for patch in doubted)
