"""Where the text of a page ends and goes on: before the line at its foot, below the line at the head of the next."""

import re
from collections.abc import Iterator
from typing import Final

from portal.guard.evidence.view_ids import View
from portal.guard.text.vocabulary import any_of
from portal.guard.views.passages import HYPHENS, Passage

_EDGE: Final = 200  # characters at either edge of a page; by eye
_LONGEST_HEAD: Final = 60  # characters; by eye
_SMALL_WORD: Final = 3  # letters of a word that needs no capital in a title; by eye
_FOOT: Final = re.compile(
    rf"\n(?:\W*(?:p\.\s*)?|[^\n]{{0,80}}(?:\b(?:{any_of('page-words')})\s*|[|\u00b7\u2022\u2013\u2014]\s*))"
    r"[0-9]{1,4}(?:\s*(?:of|/|de|von)\s*[0-9]{1,4})?\W*\Z",
    re.IGNORECASE,
)
"""A page number, by itself or behind what stands at the foot of every page."""
_HEAD: Final = re.compile(rf"[^\n]{{1,{_LONGEST_HEAD}}}(?=\n)")


def ends_of_page(text: str) -> Iterator[str]:
    """Yield the end of a page; then without its number and what stands beside that, which may be a row of a list."""
    end = text[-_EDGE:].rstrip()
    yield end
    if (bare := _FOOT.sub("", end).rstrip()) != end:
        yield bare


def beginnings_of_page(text: str) -> Iterator[str]:
    """Yield the beginning of a page; then without its first line, if that may stand at the head of every page."""
    beginning = text.lstrip()[: 2 * _EDGE]
    yield beginning[:_EDGE]
    head = _HEAD.match(beginning)
    if head and _is_title(head[0]):
        yield beginning[head.end() :].lstrip()[:_EDGE]


def over_the_page_break(end: str, beginning: str) -> Iterator[Passage]:
    """Yield what two pages say across the seam between them; a word that is broken there is of either side of it."""
    yield Passage(f"{end}\n{beginning}", seam=len(end), view=View.PAGE_BREAK)
    if end.endswith(("-", *HYPHENS)) and beginning[:1].isalpha():
        whole = f"{end[:-1]}{beginning}"
        word = max(map(end.rfind, " \n\t")) + 1
        yield from (Passage(whole, seam=at, view=View.PAGE_BREAK) for at in (word, word + 1))


def _is_title(line: str) -> bool:
    """Whether every longer word of a line begins with a capital or a figure, and no sentence ends in it."""
    words = line.split()
    is_cased = all(word[:1].isupper() or not word[:1].isalpha() for word in words if len(word) > _SMALL_WORD)
    return len(words) > 1 and is_cased and not line.rstrip().endswith((".", "!", "?", ","))
