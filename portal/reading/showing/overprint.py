"""Inside the cage: words that lie beneath others, as under a box that says “redacted”, are not to be seen on a page."""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from PIL import Image, ImageChops
from pypdfium2 import raw

if TYPE_CHECKING:
    from portal.reading.showing.page_words import Word

_MOST: Final = 6
"""So many texts of a page are looked at by drawing it without them; of more, none that lies over another is said."""
_SHARED: Final = 0.3
_LEAST: Final = 12
Draw = Callable[[], Image.Image]
Box = tuple[int, int, int, int]


def without_covered(
    words: list["Word"], drawn: Image.Image, draw: Draw, box_of: Callable[["Word"], Box]
) -> list["Word"]:
    """Return the words but those whose place shows the same without them."""
    doubtful: dict[int, list[Word]] = {}
    for word in _upon_each_other(words):
        doubtful.setdefault(word.thing_id, []).append(word)
    hidden = {id(word) for several in list(doubtful.values())[_MOST:] for word in several}
    for several in list(doubtful.values())[:_MOST]:
        alone = _drawn_without(several[0].thing, draw)
        change = ImageChops.difference(drawn, alone)
        hidden |= {id(word) for word in several if not _differs(change.crop(box_of(word)))}
    return [word for word in words if id(word) not in hidden]


def _differs(change: Image.Image) -> bool:
    return int(change.getextrema()[1]) >= _LEAST  # type: ignore[arg-type]  # a grey picture has one band


def _drawn_without(thing: Any, draw: Draw) -> Image.Image:  # noqa: ANN401 - a handle of pdfium
    mode = raw.FPDFTextObj_GetTextRenderMode(thing)
    raw.FPDFTextObj_SetTextRenderMode(thing, raw.FPDF_TEXTRENDERMODE_INVISIBLE)
    try:
        return draw()
    finally:
        raw.FPDFTextObj_SetTextRenderMode(thing, mode)


def _upon_each_other(words: Sequence["Word"]) -> Iterator["Word"]:
    """Give the words that stand in the place of another one, of another text and with other letters."""
    in_order = sorted(words, key=lambda word: word.top)
    told = set[int]()
    for at, word in enumerate(in_order):
        for other in in_order[at + 1 :]:
            if other.top >= word.bottom:
                break
            if word.thing_id != other.thing_id and word.text != other.text and _are_one_place(word, other):
                yield from (one for one in (word, other) if id(one) not in told)
                told |= {id(word), id(other)}


def _are_one_place(one: "Word", other: "Word") -> bool:
    across = min(one.right, other.right) - max(one.left, other.left)
    down = min(one.bottom, other.bottom) - max(one.top, other.top)
    smaller = min((word.right - word.left) * (word.bottom - word.top) for word in (one, other))
    return across > 0 and down > 0 and across * down > _SHARED * smaller
