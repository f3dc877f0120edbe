"""A letter as real text: what each page says in blocks, in the order of reading, and where that is not sure."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import pypdfium2 as pdfium
from pypdfium2 import raw

from portal.reading.showing import tagged, untagged
from portal.reading.showing.blocks import DEEPEST, Block, Heading, ListItem, Paragraph
from portal.reading.showing.layout import FoundTable, Layout, TextBlock
from portal.reading.showing.page_words import PageWords, Paper, as_drawn, words_of
from portal.reading.showing.rulings import Rulings
from portal.reading.showing.text_lines import Edges, TextLine, runs_of

_MOST_GARBLED: Final = 0.1
_MOST_TURNED: Final = 0.2
_POSTER: Final = 0.5
"""A picture of such a part of a page, with few words beside it, is a poster: it says more than they do."""
_FEW_WORDS: Final = 60
_LARGER: Final = 1.15
_HEADING_LINES: Final = 3
_HEADING_WORDS: Final = 14
_MOST_LETTERS: Final = 300_000
"""Of a letter: sixty dense pages have fewer, and the cage has seconds."""
_MARGIN: Final = 0.1
_LONGEST_HEADING: Final = 30
_SENTENCE_ENDS: Final = tuple(".,;…。，")
_PAGE_NUMBER: Final = re.compile(r"[\W_]*(?:page|p\.)?[\W_]*(?:#(?:\s*(?:of|/)\s*#)?)?[\W_]*")


@dataclass(frozen=True, slots=True)
class Reflowed:
    """What a page says; `is_sure` where that is all of it, in the order of reading."""

    blocks: tuple[Block, ...]
    is_sure: bool


@dataclass(slots=True)
class _Page:
    layout: Layout
    edges: Edges
    height: float
    is_sure: bool


def reflowed(document: pdfium.PdfDocument, most_pages: int) -> list[Reflowed]:
    """Return what the first pages say."""
    pages, left = list[_Page](), _MOST_LETTERS
    for number in range(min(len(document), most_pages)):
        page, left = _page(document, number, left)
        pages.append(page)
    _leave_out_running_lines(pages)
    sizes = _Sizes([page.layout for page in pages])
    levels = _Levels()
    return [Reflowed(tuple(map(levels.in_order, _blocks(page, sizes))), page.is_sure) for page in pages]


def _page(document: pdfium.PdfDocument, number: int, left: int) -> tuple[_Page, int]:
    """Return a page, and how many letters the pages after it may have; one that has more itself is a picture."""
    page, links, is_filled_in = as_drawn(document, number)
    try:
        paper = Paper(page)
        found, letters = words_of(page, paper, links, left)
        layout = (None if is_filled_in else tagged.laid_out(page, found.seen)) or untagged.laid_out(
            found.seen, Rulings(page, paper), paper.width
        )
        edges = Edges(_lines([layout]), paper.width)
        return _Page(layout, edges, paper.height, _is_sure(page, paper, found, layout)), left - letters
    finally:
        page.close()


def _is_sure(page: pdfium.PdfPage, paper: Paper, words: PageWords, layout: Layout) -> bool:
    count = len(words.seen)
    if (
        not count
        or words.are_piled
        or words.unseen > count
        or words.garbled > _MOST_GARBLED * count
        or words.turned > _MOST_TURNED * count
    ):
        return False
    return not layout.is_doubtful and (count >= _FEW_WORDS or _pictured(page, paper) < _POSTER)


def _pictured(page: pdfium.PdfPage, paper: Paper) -> float:
    """Return how much of a page its largest picture takes."""
    largest = 0.0
    for thing in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        left, bottom, right, top = thing.get_bounds()
        largest = max(largest, float((right - left) * (top - bottom)))
    return largest / float(paper.width * paper.height)


def _leave_out_running_lines(pages: Sequence[_Page]) -> None:
    """Leave out the numbers of pages, and what stands again on most pages but the first: they are of the paper."""
    again = Counter(key for page in pages for key in {_key(block) for block in _in_margins(page)})
    seen = set[str]()
    for page in pages if len(pages) > 1 else ():
        for block in _in_margins(page):
            key = _key(block)
            if _PAGE_NUMBER.fullmatch(key) or (key in seen and 2 * again[key] > len(pages)):
                page.layout.found.remove(block)
            seen.add(key)


def _in_margins(page: _Page) -> list[TextBlock]:
    """Return the single lines at the upper and the lower end of the paper."""
    lines = [found for found in page.layout.found if isinstance(found, TextBlock) and len(found.lines) == 1]
    top, bottom = _MARGIN * page.height, (1 - _MARGIN) * page.height
    return [found for found in lines if found.lines[0].bottom < top or found.lines[0].top > bottom]


def _key(block: TextBlock) -> str:
    """Return what a line says, whatever its figures."""
    return re.sub(r"\d+", "#", block.lines[0].text.lower())


class _Levels:
    """Keeps headings in order: none stands more than a level below the one before."""

    def __init__(self) -> None:
        self._last = 0

    def in_order(self, block: Block) -> Block:
        """Return a block as it is, a heading perhaps higher."""
        if not isinstance(block, Heading):
            return block
        self._last = min(block.level, self._last + 1)
        return Heading(self._last, block.runs)


class _Sizes:
    """How large the running text of a letter is, and what of it is larger."""

    def __init__(self, layouts: Sequence[Layout]) -> None:
        lines = list(_lines(layouts))
        letters = Counter[float]()
        for line in lines:
            letters[_rounded(line)] += len(line.text)
        self.usual = letters.most_common(1)[0][0] if letters else 1.0
        bold = sum(len(line.text) for line in lines if line.is_bold)
        self.bold_is_rare = 2 * bold < sum(letters.values())
        larger = sorted((size for size in letters if size >= _LARGER * self.usual), reverse=True)
        self._levels = {size: min(at + 1, DEEPEST) for at, size in enumerate(larger)}
        self.has_headings = any(
            isinstance(found, TextBlock) and found.role == "heading" for layout in layouts for found in layout.found
        )

    def level(self, block: TextBlock) -> int:
        """Return the level of the heading that a text block looks like; 0 for none."""
        first, text = block.lines[0], " ".join(line.text for line in block.lines)
        is_short = len(block.lines) <= _HEADING_LINES and len(text.split()) <= _HEADING_WORDS
        if not is_short or text.endswith(_SENTENCE_ENDS) or not any(map(str.isalpha, text)):
            return 0
        if (size := _rounded(first)) in self._levels:
            return self._levels[size]
        is_bold = self.bold_is_rare and len(block.lines) == 1 and first.is_bold and first.size >= 0.95 * self.usual
        return min(len(self._levels) + 1, DEEPEST) if is_bold else 0


def _lines(layouts: Sequence[Layout]) -> Iterator[TextLine]:
    for layout in layouts:
        for found in layout.found:
            yield from found.lines if isinstance(found, TextBlock) else ()


def _rounded(line: TextLine) -> float:
    return round(2 * line.size) / 2


def _blocks(page: _Page, sizes: _Sizes) -> Iterator[Block]:
    for found in page.layout.found:
        if isinstance(found, FoundTable):
            yield found.table
        elif isinstance(found, TextBlock):
            if any(any(map(str.isalnum, line.text)) for line in found.lines):
                yield _block(found, page, sizes)
        else:
            yield found


def _block(block: TextBlock, page: _Page, sizes: _Sizes) -> Block:
    runs = runs_of(block.lines, page.edges, skip=block.skip)
    match block.role:
        case "item":
            return ListItem(block.label, max(block.level, 1), runs)
        case "heading" if sum(len(line.words) for line in block.lines) <= _LONGEST_HEADING:
            return Heading(block.level, runs)
    level = 0 if sizes.has_headings and page.layout.is_tagged else sizes.level(block)
    return Heading(level, runs) if level else Paragraph(runs)
