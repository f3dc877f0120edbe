"""Pages that say no text to trust are looked at, a few at a time, so that few pictures are in memory at once."""

from collections.abc import Callable, Collection, Sequence
from typing import Final

from portal.reading.budget import CannotRead
from portal.reading.images.grey import Picture
from portal.reading.reader import MOST_LOOKED_AT, OnPage, Pages
from portal.reading.seeing import Look, Read, Sight

_AT_ONCE: Final = 4
_TOO_MANY: Final = (
    f"More than {MOST_LOOKED_AT} pages of this PDF are pictures without text. Divide it, or make it with text."
)

Show = Callable[[Sequence[int]], list[tuple[Picture, ...]]]
"""Gives the pictures of some pages; none for a blank page. Raises `CannotRead`."""


def pages_seen(texts: list[str], todo: Collection[int], *, show: Show, look: Look, on_page: OnPage | None) -> Pages:
    """Return the texts with those of the pages `todo` (from 0) read off their pictures.

    What cannot be read with confidence adds nothing. Raises `CannotRead` for more than 500 such pages.
    """
    todo = sorted({number for number in todo if 0 <= number < len(texts)})
    if len(todo) > MOST_LOOKED_AT:
        raise CannotRead(_TOO_MANY)
    by_ocr, drawn = set[int](), set[int]()
    for at in range(0, len(todo), _AT_ONCE):
        numbers = todo[at : at + _AT_ONCE]
        pictures = show(numbers)
        sights = iter(look([picture for some in pictures for picture in some]))
        for number, some in zip(numbers, pictures, strict=True):
            drawn |= {number} if some else set()
            seen = [text for _ in some if (text := _said(next(sights)))]
            if seen:
                by_ocr.add(number)
                texts[number] = "\n\n".join(filter(None, [texts[number], *seen]))
        if on_page:
            on_page(len(texts) - len(todo) + at + len(numbers), len(texts))
    blank = (number for number, text in enumerate(texts) if not text.strip() and number not in drawn)
    return Pages(tuple(texts), frozenset(by_ocr), frozenset(blank))


def _said(sight: Sight) -> str:
    return sight.text if isinstance(sight, Read) else ""
