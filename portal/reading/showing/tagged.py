"""The reading order of a page from its tags (ISO 32000-2, 14.8): headings, lists, tables, pictures with their text."""

import ctypes
import re
from collections.abc import Callable, Iterator
from typing import Any, Final

import pypdfium2 as pdfium
from pypdfium2 import raw

from portal.reading.showing.blocks import DEEPEST, Cell, Picture, Table
from portal.reading.showing.layout import Found, FoundTable, Layout, TextBlock
from portal.reading.showing.page_words import Word
from portal.reading.showing.text_lines import Edges, TextLine, in_reading_order, rows_of, runs_of
from portal.reading.showing.untagged import note_marker

_MOST_NESTED: Final = 60
_MOST_ELEMENTS: Final = 20_000
_LONGEST: Final = 2_000
_WIDEST: Final = 60
_ENOUGH: Final = 0.8
"""How many of a page's words its tags have to hold; what they leave out are headers and footers of paper."""
_LONGEST_PART: Final = 200
"""Words: tags that tell less apart tell nothing."""
_NO_WORDS: Final = re.compile(r"automatically generated|://|[/\\\\]|\.\w{3,4}$", re.IGNORECASE)
"""What programs say of pictures: where they lay."""
_HEADING: Final = re.compile("H[1-6]?|Title")
_BLOCKS: Final = frozenset(
    ("P", "H", "H1", "H2", "H3", "H4", "H5", "H6", "Title", "L", "LI", "Table", "Figure", "Caption")
)
_PARTS: Final = frozenset(
    ("Document", "Part", "Art", "Sect", "Div", "BlockQuote", "TOC", "TOCI", "Index", "NonStruct", "Aside")
)

Element = Any
"""A structure element, as pdfium hands it out."""


def laid_out(page: pdfium.PdfPage, words: list[Word]) -> Layout | None:
    """Return what is on a page as its tags say; None where they do not hold what the page shows."""
    tree = raw.FPDF_StructTree_GetForPage(page.raw)
    if not tree:
        return None
    try:
        tags = _Tags(words)
        for at in range(min(raw.FPDF_StructTree_CountChildren(tree), _MOST_ELEMENTS)):
            tags.walk(raw.FPDF_StructTree_GetChildAtIndex(tree, at), 0, 0)
    finally:
        raw.FPDF_StructTree_Close(tree)
    if len(tags.taken) < _ENOUGH * len(words) or len(tags.found) * _LONGEST_PART < len(words):
        return None
    return Layout(_with_margins(tags, words), is_tagged=True)


def _with_margins(tags: "_Tags", words: list[Word]) -> list[Found]:
    """Return what the tags hold between what stands outside of them above and below: letterheads, and running lines."""
    held = [word.middle for word in words if id(word) in tags.taken]
    left_out = [word for word in words if id(word) not in tags.taken]
    above = [word for word in left_out if held and word.middle < min(held)]
    below = [word for word in left_out if held and word.middle > max(held)]
    heads, feet = ([TextBlock([line]) for row in rows_of(some) for line in row] for some in (above, below))
    return [*heads, *tags.found, *feet]


class _Tags:
    """Walks the tree of a page."""

    def __init__(self, words: list[Word]) -> None:
        self._by_mark: dict[int, list[Word]] = {}
        for word in words:
            if word.mark >= 0:
                self._by_mark.setdefault(word.mark, []).append(word)
        self._edges = Edges(line for row in rows_of(words) for line in row)
        self._left = _MOST_ELEMENTS
        self.found: list[Found] = []
        self.taken: set[int] = set()

    def walk(self, element: Element, depth: int, nested: int) -> None:
        """Note what an element holds; `depth` counts the lists around it."""
        self._left -= 1
        if not element or nested > _MOST_NESTED or self._left < 0:
            return
        kind = _text(raw.FPDF_StructElement_GetType, element)
        if kind == "Table":
            self._note_table(element, nested)
        elif kind == "LI":
            self._note_item(element, max(depth, 1), nested)
        elif kind == "L":
            for child, _ in _kids(element):
                self.walk(child, depth + 1, nested + 1)
        elif kind == "Figure":
            self._note_figure(element, depth, nested)
        elif kind in _PARTS or any(_is_block(child) for child, _ in _kids(element) if child):
            self._note_parts(element, depth, nested)
        else:
            self._note_text(element, kind, nested)

    def _note_parts(self, element: Element, depth: int, nested: int) -> None:
        loose: list[Word] = []
        for child, mark in _kids(element):
            if child and (
                _is_block(child) or _text(raw.FPDF_StructElement_GetType, child) in _PARTS or _holds_blocks(child)
            ):
                self._note_words(loose)
                loose = []
                self.walk(child, depth, nested + 1)
            else:
                loose += self._words(child, nested + 1) if child else self._marked(mark)
        self._note_words(loose)

    def _note_words(self, words: list[Word]) -> None:
        if words:
            self._add(TextBlock(_lines(words)))

    def _add(self, block: TextBlock) -> None:
        note_marker(block)
        if block.role == "item" and not block.level:
            block.level = 1
        self.found.append(block)

    def _note_text(self, element: Element, kind: str, nested: int) -> None:
        words = self._words(element, nested)
        if not words:
            return
        if _HEADING.fullmatch(kind):
            level = int(kind[1:]) if kind[1:].isdigit() else 1
            self.found.append(TextBlock(_lines(words), "heading", min(level, DEEPEST)))
        else:
            self._note_words(words)

    def _note_item(self, element: Element, depth: int, nested: int) -> None:
        """An item is its label, its text up to the first list within it, and that list."""
        label: list[Word] = []
        body: list[Word] = []
        inner: list[Element] = []
        for child, mark in _kids(element):
            kind = _text(raw.FPDF_StructElement_GetType, child) if child else ""
            if kind == "Lbl":
                label += self._words(child, nested + 1)
            elif kind in {"L", "Table"}:
                inner.append(child)
            elif child:
                words, lists = self._without_lists(child, nested + 1)
                body, inner = body + words, inner + lists
            else:
                body += self._marked(mark)
        if body:
            block = TextBlock(_lines(body), "item", min(depth, DEEPEST))
            said = "".join(word.text for word in label)
            block.label = said if any(map(str.isalnum, said)) and len(said) > 1 else ""
            if not label:
                block.role = "text"
                note_marker(block)
                block.role = "item"
            self.found.append(block)
        for child in inner:
            self.walk(child, depth, nested + 1)

    def _without_lists(self, element: Element, nested: int) -> tuple[list[Word], list[Element]]:
        if nested > _MOST_NESTED:
            return [], []
        words: list[Word] = []
        lists: list[Element] = []
        for child, mark in _kids(element):
            kind = _text(raw.FPDF_StructElement_GetType, child) if child else ""
            if kind in {"L", "Table"}:
                lists.append(child)
            elif child:
                more, deeper = self._without_lists(child, nested + 1)
                words, lists = words + more, lists + deeper
            else:
                words += self._marked(mark)
        return words, lists

    def _note_figure(self, element: Element, depth: int, nested: int) -> None:
        alt = " ".join(_text(raw.FPDF_StructElement_GetAltText, element).split())
        before = len(self.found)
        self._note_parts(element, depth, nested)
        if alt and not _NO_WORDS.search(alt) and len(self.found) == before:
            self.found.append(Picture(alt))

    def _note_table(self, element: Element, nested: int) -> None:
        rows = [row for row in self._rows(element, nested + 1) if any(cell.runs for cell in row)]
        if len(rows) > 1 and max(map(len, rows)) > 1:
            self.found.append(FoundTable(Table(tuple(rows)), 0, 0, 0, 0))
        else:  # a frame around text
            for row in self._row_elements(element, nested + 1):
                for cell, _ in _kids(row):
                    self.walk(cell, 0, nested + 2)

    def _row_elements(self, element: Element, nested: int) -> Iterator[Element]:
        for child, _ in _kids(element) if nested <= _MOST_NESTED else ():
            kind = _text(raw.FPDF_StructElement_GetType, child) if child else ""
            if kind == "TR":
                yield child
            elif kind in {"THead", "TBody", "TFoot"}:
                yield from self._row_elements(child, nested + 1)

    def _rows(self, element: Element, nested: int) -> Iterator[tuple[Cell, ...]]:
        for row in self._row_elements(element, nested):
            cells = []
            for child, _ in _kids(row):
                kind = _text(raw.FPDF_StructElement_GetType, child) if child else ""
                if kind in {"TH", "TD"}:
                    runs = runs_of(_lines(self._words(child, nested + 1)), self._edges)
                    cells.append(Cell(runs, kind == "TH", _span(child)))
            yield tuple(cells)

    def _words(self, element: Element, nested: int) -> list[Word]:
        """Return all words of an element in the order of its kids."""
        self._left -= 1
        if nested > _MOST_NESTED or self._left < 0:
            return []
        words: list[Word] = []
        for child, mark in _kids(element):
            words += self._words(child, nested + 1) if child else self._marked(mark)
        return words

    def _marked(self, mark: int) -> list[Word]:
        words = [word for word in self._by_mark.get(mark, ()) if id(word) not in self.taken]
        self.taken.update(map(id, words))
        return words


def _lines(words: list[Word]) -> list[TextLine]:
    """Return words in their order as the lines they stand in."""
    lines: list[list[Word]] = []
    for word in words:
        last = lines[-1][-1] if lines else None
        is_level = last is not None and abs(word.middle - last.middle) < max(word.size, last.size) / 2
        if is_level:
            lines[-1].append(word)
        else:
            lines.append([word])
    return [TextLine(in_reading_order(line)) for line in lines]


def _is_block(element: Element) -> bool:
    return _text(raw.FPDF_StructElement_GetType, element) in _BLOCKS


def _holds_blocks(element: Element) -> bool:
    return any(_is_block(child) for child, _ in _kids(element) if child)


def _kids(element: Element) -> Iterator[tuple[Element, int]]:
    """Give the kids of an element: elements, or the numbers of marked content."""
    for at in range(min(raw.FPDF_StructElement_CountChildren(element), _MOST_ELEMENTS) if element else 0):
        child = raw.FPDF_StructElement_GetChildAtIndex(element, at)
        if child:
            yield child, -1
        elif (mark := raw.FPDF_StructElement_GetChildMarkedContentID(element, at)) >= 0:
            yield None, mark


def _text(ask: Callable[[Element, Any, int], int], element: Element) -> str:
    held = ctypes.create_string_buffer(2 * _LONGEST)
    size = ask(element, held, len(held))
    return held.raw[: size - 2].decode("utf-16-le", "replace") if 2 <= size <= len(held) else ""


def _span(element: Element) -> int:
    """Return over how many columns a cell stretches."""
    for at in range(min(raw.FPDF_StructElement_GetAttributeCount(element), 20)):
        attribute = raw.FPDF_StructElement_GetAttributeAtIndex(element, at)
        value = raw.FPDF_StructElement_Attr_GetValue(attribute, b"ColSpan")
        number = ctypes.c_float()
        if value and raw.FPDF_StructElement_Attr_GetNumberValue(value, number):
            return min(max(int(number.value), 1), _WIDEST)
    return 1
