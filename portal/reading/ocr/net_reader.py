"""Looks at a picture with nets: one finds where writing is, another reads it.

Rules about shapes doubt many a drawing, and pass over a name that is pale, aslant or crossed by a line. So the nets
take a glance at what the rules pass, and look long at what they doubt.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final, NamedTuple

import numpy as np
from PIL import Image

from portal.reading.ocr.components.colour_drawings import find_drawings
from portal.reading.ocr.components.connected_components import Grey, Mask
from portal.reading.ocr.components.line_finding import Line
from portal.reading.ocr.components.remainder import is_all_read
from portal.reading.ocr.nets.detector import Finder, Writing, reduced
from portal.reading.ocr.nets.inpainting import only
from portal.reading.ocr.nets.oriented_boxes import Patch, patch_around, patch_of, patches_in
from portal.reading.ocr.nets.page_ink import Ink
from portal.reading.ocr.nets.pale_text import FAR, NEAR, crossed_in, pale_of, pale_words, stronger
from portal.reading.ocr.nets.sessions import Floats
from portal.reading.ocr.recognition.cross_check import Witness
from portal.reading.ocr.recognition.expected_width import roomy_in
from portal.reading.ocr.recognition.line_readings import Strip, are_new
from portal.reading.ocr.recognition.page_state import MOST_ASKED, Crowded, Page, Told, may_be_word
from portal.reading.ocr.recognition.repeated_readings import DASH, Testimony, testimony_of
from portal.reading.ocr.recognition.tesseract import Readers
from portal.reading.ocr.removal.dashed_lines import are_bare
from portal.reading.ocr.removal.ruling_lines import is_page

_SEEN: Final = 0.3  # probability, of 1: what may be in writing; by eye
_MOST, _FEWEST = 5, 3
"""Of nine views: so many show print, or small letters; five by eye, three measured at 200 dpi (four show them)."""
_SHOWN: Final = 0.3  # share of what was read: a net sees the inner half of letters, but hardly any among specks; by eye
_SPELLED: Final = 3  # signs (letters or figures): a reader makes two of them a word; by eye
_DRAWN: Final = 40  # drawings that are asked about; by eye
_SOME: Final = 0.15  # share of a patch that may be in writing: with less nobody doubts it; by eye
_HALF: Final = 0.5  # share of a line that a net takes for writing; by eye
_SOME_LETTERS: Final = 4  # letters of a line that is followed beyond its ends; by eye
_LARGE: Final = 64  # pixels: most views show letters that are as high; by eye
_FURTHER: Final = 40  # letters' heights, both sides together: as long as a name; by eye


class Drawn(NamedTuple):
    """A picture without the drawings in which nothing is written, if any; and what others say, None if it is unsure."""

    plain: Grey | None
    said: list[str] | None


class Looker:
    """Looks with the nets. Not safe for threads."""

    def __init__(self, finder: Finder, witness: Witness, readers: Readers) -> None:
        self._finder, self._witness, self._readers = finder, witness, readers

    def glance(self, picture: Grey, read: Mask, said: Sequence[str]) -> tuple[Told, Told] | None:
        """Return what views show, also one of what is pale, beside the squares `read` that `said` something.

        None if one of them shows a word that is none of that, and that nobody can read; in a photo if it says anything.
        Where all else is even paper no net is asked: that takes two thirds of the time of a picture of clean print.
        """
        page = Page(picture, read, said, self._testimony_of)
        if is_all_read(picture, page.read):
            return [], []
        writing = self._finder.glance(picture, is_photo=not is_page(picture))
        views = [*writing.views, self._finder.find_pale(pale_of(reduced(picture)), page.size)]
        try:
            page.take_words(views)
            spots = [page.take(spot.patch) for spot in writing.unread(page.read)]
            doubts = [one for one in spots if one.is_in_doubt or not (one.is_silent or is_page(picture))]
            is_read = _has_no_more(page, views) and all(map(page.is_known, doubts))
        except Crowded:
            return None
        return page.told(writing.spots) if is_read else None

    def look(
        self, picture: Grey, read: Mask, said: Sequence[str], left: Sequence[Line], ink: Ink | None
    ) -> tuple[Told, Told] | None:
        """Return what nine views show, and what is in lines that were `left`; None if not all of that can be read.

        What most of them show has to be read; what fewer show may be a drawing, of which nobody can tell anything.
        Where nothing was read, or they do not show what was, there may be a word that no view shows; so there may where
        one is blurred, or anything is beside a row of dashes. Of a page, all `ink` has to be read that may be a word.
        """
        writing = self._finder.find(picture)
        if not are_bare(picture, writing.cells):
            return None
        page = Page(picture, read, said, self._testimony_of)
        most = most_of(writing.views, page.read)
        if most is None:
            return None
        try:
            page.take_words(writing.views)
            is_read = (
                _reads_most(page, most)
                and _has_no_more(page, writing.views)
                and _ends_lines(page, writing)
                and not _spells(page, writing.views)
                and _reads_lines(page, left, np.maximum.reduce(writing.views) >= _SEEN)
                and self._reads_pale(page, picture)
                and (ink is None or _reads_ink(page, ink))
            )
        except Crowded:
            return None
        return page.told(writing.spots) if is_read and not (page.has_doubts or page.is_blurred) else None

    def sees_no_letters(self, picture: Grey) -> bool:
        """Whether a picture is a drawing without text: all that any view shows is drawn, and no row of letters.

        A row of dashes may hide a word.
        """
        writing = self._finder.find(picture)
        if not are_bare(picture, writing.cells):
            return False
        page = Page(picture, np.zeros_like(writing.cells), (), self._testimony_of)
        small = reduced(picture)
        pale = [self._finder.find_pale(pale_of(small, strong), page.size) for strong in (NEAR, FAR)]
        views = [[*patches_in(view)] for view in (*writing.views, *pale)]
        try:
            are_drawn = all(_is_drawn(page, shape, views) for shapes in views for shape in shapes)
            return are_drawn and not _spells(page, writing.views)
        except Crowded:
            return False

    def _reads_pale(self, page: Page, picture: Grey) -> bool:
        """Whether each pale word at a rule can be read, where what is strong is taken away, or is a rest of that."""
        small = reduced(picture)
        crossed = crossed_in(small, page.read.shape)
        for strong in (NEAR, FAR):
            pale = pale_of(small, strong)
            shown = stronger(pale).resize(picture.size)
            words = pale_words(pale, self._finder.find_pale(pale, page.size), crossed)
            said = ((page.has(word), page.take_of(word, shown)) for word in words)
            if not all(one.is_sure or (is_read and one.is_silent) for is_read, one in said):
                return False
        return True

    def in_drawings(self, picture: Grey, colours: Image.Image) -> Drawn | None:
        """Return what is written in what is drawn in several colours; None if there is nothing of the kind."""
        drawings = [*islice(find_drawings(colours), _DRAWN)]
        if not drawings:
            return None
        views = self._finder.find(picture).views
        page = Page(picture, np.zeros(views[0].shape, dtype=np.bool_), (), self._testimony_of)
        drawn = [drawing.squares(colours, page.size) for drawing in drawings]
        patches = [patch_around(*np.nonzero(squares)) for squares in drawn]
        silent, said, is_told = [*drawn], list[str](), True
        try:
            for patch in (*patches, *(patch for view in views for patch in patches_in(view))):
                core = patch.core(page.read.shape)
                if any(squares[core].any() for squares in drawn) and not (one := page.take(patch)).is_silent:
                    silent = [squares for squares in silent if not squares[core].any()]
                    said += one.told
                    is_told &= page.is_known(one) or not one.is_in_doubt
        except Crowded:
            return Drawn(None, None)
        plain = only(picture, ~np.logical_or.reduce(silent)) if silent else None
        return Drawn(plain, said if is_told else None)

    def hear(self, picture: Grey, patches: Iterator[Patch]) -> list[str] | None:
        """Return what some patches say; None if one may be a word that nobody can read, or there are too many."""
        said = [self._testimony_of(patch, picture) for patch in islice(patches, MOST_ASKED + 1)]
        if len(said) > MOST_ASKED or any(one.is_in_doubt for one in said):
            return None
        return [text for one in said for text in one.told]

    def read_all(self, picture: Grey, patches: Sequence[Patch]) -> list[str] | None:
        """Return what some patches say; None if one cannot be read for sure, or there are too many."""
        said = [self._testimony_of(patch, picture) for patch in patches[:MOST_ASKED]]
        if len(patches) > MOST_ASKED or not all(one.is_sure for one in said):
            return None
        return [text for one in said for text in one.told]

    def bear_out(self, picture: Grey, read: Sequence[Strip]) -> list[Line] | None:
        """Return where few letters were read for their room, and rightly; None if they may fill squares."""
        borne_out, on_page = list[Line](), is_page(picture)
        for roomy in (one for strip in read for one in roomy_in(strip)):
            heard = self._witness.hear(patch_of(roomy.line).cut(picture))
            if roomy.is_borne_out(heard):
                borne_out.append(roomy.line)
            elif roomy.may_be_squares(heard, is_page=on_page):
                return None
        return borne_out

    def shows(self, picture: Grey, lines: Sequence[Line]) -> bool:
        """Whether a glance takes half of any of some lines for writing."""
        views = self._finder.glance(picture).views
        page = Page(picture, np.zeros(views[0].shape, dtype=np.bool_), (), self._testimony_of)
        return any(page.part(patch_of(line), view >= _SEEN) >= _HALF for line in lines for view in views)

    def follow(self, picture: Grey, read: Sequence[Strip]) -> Told:
        """Return what else may stand along the lines of a photo that were read: the rest of a name, lost on leaves."""
        said, told = [strip.text for strip in read], list[tuple[Line, str]]()
        for strip in read:
            if strip.is_sure and sum(map(str.isalpha, strip.text)) >= _SOME_LETTERS:
                patch = patch_of(strip.line)
                longer = replace(patch, length=patch.length + _FURTHER * strip.line.letter)
                heard = self._witness.hear(longer.cut(picture))
                if heard.may_be and are_new(heard.text.split(), said):
                    told.append((strip.as_read, heard.text))
        return told

    def _testimony_of(self, patch: Patch, picture: Grey) -> Testimony:
        return testimony_of(patch, picture, self._witness, self._readers)


def _is_drawn(page: Page, shape: Patch, views: Sequence[Sequence[Patch]]) -> bool:
    """Whether a shape is large, shorter than a word, silent to all readers, and shown alike by few views.

    Readers are silent about a name in a script that they do not know, too; but views agree where it stands.
    """
    if shape.height < _LARGE or may_be_word(shape):
        return False
    shown = sum(any(map(shape.is_like, others)) for others in views)
    return shown < _MOST and page.take(shape).is_silent


def most_of(views: Sequence[Floats], read: Mask) -> Floats | None:
    """Return what most of some views show, or fewer where small letters are read; None if these do not show them."""
    ordered = np.sort(views, axis=0)[::-1]
    likely = ordered[_FEWEST - 1 : _MOST][::-1] if read.any() else ordered[:0]
    return next((view for view in likely if np.mean(view[read] >= _SEEN) >= _SHOWN), None)


def _reads_most(page: Page, view: Floats) -> bool:
    """Whether each word of a view can be read; a sign by itself is read if it can be."""
    taken = [(patch, page.take(patch)) for patch in page.rest(view)]
    return all(said.sign or page.is_known(said) for patch, said in taken if patch.is_word)


def _has_no_more(page: Page, views: Sequence[Floats]) -> bool:
    """Whether what is left in any view can be read, or is no word."""
    said = (page.take(patch) for view in views for patch in page.words(view))
    return all(page.is_known(one) or not one.is_in_doubt for one in said)


def _spells(page: Page, views: Sequence[Floats]) -> bool:
    """Whether signs that stand one by one in any view may be a word: beside each other, and not all the same letter."""
    short = (patch for patch in page.rest(np.maximum.reduce(views)) if not patch.is_word)
    signs = [(patch, sign) for patch in short if (sign := page.take(patch).sign)]
    rows = ([sign for _, sign in row] for row in _rows_of(signs))
    return any(len(row) >= _SPELLED and len({sign for sign in row if sign.isalpha()} - {DASH}) > 1 for row in rows)


def _rows_of(signs: Sequence[tuple[Patch, str]]) -> Iterator[list[tuple[Patch, str]]]:
    """Give those that stand beside each other together."""
    left = [*signs]
    while left:
        row = [left.pop()]
        for patch, _ in row:  # which grows
            near = [one for one in left if one[0].is_beside(patch)]
            row += near
            left = [one for one in left if one not in near]
        yield row


def _reads_ink(page: Page, ink: Ink) -> bool:
    """Whether all ink that may be a word and was not read can be, or is none."""
    said = [page.take(patch) for patch in ink.words_beside(page.read)]
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
