"""Inside the cage: words that lie beneath others, as under a box that says “redacted”, are not to be seen on a page."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, Protocol, TypeVar

from PIL import Image, ImageChops, ImageStat
from pypdfium2 import raw

_MOST: Final = 4
"""So many texts may stand in one place; of more that do, those beyond are not said."""
_SHARED: Final = 0.3
_LEAST: Final = 12


class Placed(Protocol):
    """A word: where it stands, and the text of the page that it begins in, as pdfium hands it out."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    thing: Any

    @property
    def thing_id(self) -> int:
        """Which text that is."""
        ...


Word = TypeVar("Word", bound=Placed)
Draw = Callable[[], Image.Image]
Box = tuple[int, int, int, int]


def without_covered(
    words: list[Word], drawn: Image.Image, draw: Draw, box_of: Callable[[Word], Box]
) -> tuple[list[Word], bool]:
    """Return the words but those whose place shows the same when they are not drawn; whether some lie upon others."""
    upon: dict[int, set[int]] = {}
    doubtful: dict[int, list[Word]] = {}
    pairs = list(_upon_each_other(words))
    for one, other in pairs:
        for word, beside in ((one, other), (other, one)):
            upon.setdefault(word.thing_id, set()).add(beside.thing_id)
            doubtful.setdefault(word.thing_id, []).append(word)
    hidden = set[int]()
    for texts in _apart(upon):
        several = [word for text in texts for word in doubtful.pop(text)]
        change = ImageChops.difference(drawn, _drawn_without([word.thing for word in several], draw))
        hidden |= {id(word) for word in several if not _differs(change.crop(box_of(word)))}
    hidden |= {id(word) for several in doubtful.values() for word in several}
    are_piled = any(hidden.isdisjoint((id(one), id(other))) for one, other in pairs)
    return [word for word in words if id(word) not in hidden], are_piled


def _apart(upon: Mapping[int, set[int]]) -> Iterator[list[int]]:
    """Give texts in lots, none of which stands upon another of its lot: a lot is left out of one drawing."""
    left = list(upon)
    for _ in range(_MOST):
        lot: list[int] = []
        for text in left:
            if upon[text].isdisjoint(lot):
                lot.append(text)
        if lot:
            yield lot
        left = [text for text in left if text not in lot]


def _differs(change: Image.Image) -> bool:
    return ImageStat.Stat(change).extrema[0][1] >= _LEAST


def _drawn_without(things: Iterable[Any], draw: Draw) -> Image.Image:
    modes = [(thing, raw.FPDFTextObj_GetTextRenderMode(thing)) for thing in things]
    for thing, _ in modes:
        raw.FPDFTextObj_SetTextRenderMode(thing, raw.FPDF_TEXTRENDERMODE_INVISIBLE)
    try:
        return draw()
    finally:
        for thing, mode in reversed(modes):
            raw.FPDFTextObj_SetTextRenderMode(thing, mode)


def _upon_each_other(words: Sequence[Word]) -> Iterator[tuple[Word, Word]]:
    """Give the words that stand in one place and are of different texts; lines to be filled in are none."""
    in_order = sorted((word for word in words if any(map(str.isalnum, word.text))), key=lambda word: word.top)
    for at, word in enumerate(in_order):
        for other in in_order[at + 1 :]:
            if other.top >= word.bottom:
                break
            if word.thing_id != other.thing_id and word.text != other.text and _are_one_place(word, other):
                yield word, other


def _are_one_place(one: Placed, other: Placed) -> bool:
    across = min(one.right, other.right) - max(one.left, other.left)
    down = min(one.bottom, other.bottom) - max(one.top, other.top)
    smaller = min((word.right - word.left) * (word.bottom - word.top) for word in (one, other))
    return across > 0 and down > 0 and across * down > _SHARED * smaller
