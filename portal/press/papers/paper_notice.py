"""The print run for families without e-mail: one page a guardian, with a QR code and a typed code for each child."""

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import segno

from portal.press import NotTypeset, Press
from portal.press.letters.letter import Paper
from portal.press.letters.reading import count_pages
from portal.press.typesetting.languages import Direction, code_of, fonts_of

WORDS: Final = ("organisation", "date", "title", "before", "qr", "after", "contact")
"""What a page says in its guardian's language. `before` and `after` stand around the children, `qr` names the picture
for who cannot see it; any but `organisation`, `title` and `qr` may be empty."""
MAX_CHILDREN: Final = 8
MAX_ADDRESS: Final = 5
MAX_PAGES: Final = 1000
_NEEDED: Final = ("organisation", "title", "qr")
_QUIET: Final = 4  # modules of white around a QR code (ISO/IEC 18004, 6.3.8)
_MASK: Final = 3  # looking for the best of eight takes four fifths of the time; a token's signs are random under any
_TEMPLATE: Final = (Path(__file__).parent / "paper_notice.typ").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class PaperChild:
    """One child's way in: the link's address as a QR code, the code to type, and the lines that say how."""

    given_name: str
    url: str = field(repr=False)
    code: str = field(repr=False)
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PaperPage:
    """One guardian's page. `words` has the keys of `WORDS`, in `language` (BCP 47)."""

    language: str
    direction: Direction
    address_lines: tuple[str, ...]
    words: Mapping[str, str]
    children: tuple[PaperChild, ...]


def print_pages(press: Press, pages: Sequence[PaperPage], *, title: str, paper: Paper = "us-letter") -> bytes:
    """Return one PDF with exactly one page for each guardian, in order; some 10 ms a page.

    The pages hold live links: who has them opens letters. Raises `NotTypeset` when a page holds too much, or nothing.
    """
    if not 0 < len(pages) <= MAX_PAGES:
        raise NotTypeset(f"A print run has 1 to {MAX_PAGES:,} pages.")
    drawn = [_page(number, page) for number, page in enumerate(pages, 1)]
    pdf = press.typeset(_TEMPLATE, _values(drawn, title, paper))
    if count_pages(pdf) != len(pages):  # a page too many would put every later letter into the neighbour's envelope
        alone = press.typeset_all(_TEMPLATE, (_values([page], title, paper) for page in drawn))
        long = [str(number) for number, sheet in enumerate(alone, 1) if count_pages(sheet) != 1]
        raise NotTypeset(f"Page {', '.join(long)} holds more than fits on one sheet. Shorten its words.")
    return pdf


def _values(pages: list[dict[str, Any]], title: str, paper: Paper) -> dict[str, str]:
    return {"run": json.dumps({"title": title, "paper": paper, "pages": pages})}


def qr_svg(url: str) -> str:
    """Return a QR code as SVG: level M, black on nothing, four modules of quiet around it."""
    drawn = io.BytesIO()
    code = segno.make_qr(url, error="m", boost_error=False, mask=_MASK)
    code.save(drawn, kind="svg", border=_QUIET, xmldecl=False, omitsize=True)
    return drawn.getvalue().decode("ascii")


def _page(number: int, page: PaperPage) -> dict[str, Any]:
    if not 0 < len(page.children) <= MAX_CHILDREN:
        raise NotTypeset(f"Page {number}: a page has 1 to {MAX_CHILDREN} children. Make two of it.")
    if not 0 < len(page.address_lines) <= MAX_ADDRESS:
        raise NotTypeset(f"Page {number}: an address has 1 to {MAX_ADDRESS} lines.")
    if any(not page.words.get(word, "").strip() for word in _NEEDED):
        raise NotTypeset(f"Page {number}: {', '.join(_NEEDED)} cannot be empty.")
    return {
        "lang": code_of(page.language),
        "fonts": fonts_of(page.language),
        "direction": page.direction,
        "address": page.address_lines,
        "words": {word: page.words.get(word, "") for word in WORDS},
        "children": [_child(child) for child in page.children],
    }


def _child(child: PaperChild) -> dict[str, Any]:
    return {"given_name": child.given_name, "qr": qr_svg(child.url), "code": child.code, "lines": child.lines}
