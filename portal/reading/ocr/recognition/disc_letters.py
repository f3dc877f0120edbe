"""Reads what is written one sign a disc, and tells the numbers of a list's steps and icons from letters."""

from collections.abc import Sequence

from PIL import Image

from portal.reading.ocr.components.connected_components import Box
from portal.reading.ocr.components.simple_shapes import find_shapes, without_shapes
from portal.reading.ocr.layout.disc_signs import Sign, find_signs, side_by_side
from portal.reading.ocr.nets.detector import ENOUGH, Finder
from portal.reading.ocr.recognition.line_readings import BY_FAR
from portal.reading.ocr.recognition.tesseract import ENGLISH, Readers


class Discs:
    """Reads them with the English model, and asks the net about what that cannot read."""

    def __init__(self, readers: Readers, finder: Finder) -> None:
        self._readers = readers
        self._finder = finder

    def uncounted(self, picture: Image.Image) -> Image.Image | None:
        """Return a picture without the discs that number its steps 1, 2, 3 and on; None if it has none."""
        counts = [
            signs
            for orders in find_signs(list(find_shapes(picture)))
            for signs in orders
            if all(sign.is_figure for sign in signs) and _counts_up(self._read(signs), len(signs))
        ]
        return without_shapes(picture, [sign.shape for signs in counts for sign in signs]) if counts else None

    def read_all(self, picture: Image.Image) -> list[str] | None:
        """Return what is written one letter a disc, which is no line; None if there are letters nobody can read."""
        said: list[str] = []
        times = max(1, round((picture.width * picture.height / ENOUGH) ** 0.5))
        for orders in find_signs(list(find_shapes(picture.reduce(times)))):
            read = [self._read(signs) for signs in orders if all(sign.is_figure for sign in signs)]
            if not any(read):
                writing = self._finder.find(picture)
                if any(writing.has_letter(_enlarged(sign.shape.box, times)) for sign in orders[0]):
                    return None
            said += [text for text in read if text]
        return said

    def _read(self, signs: Sequence[Sign]) -> str:
        """Read signs as if they stood side by side; nothing if that is not sure."""
        read = self._readers.read(ENGLISH, side_by_side(signs))
        text = "".join(place.text for place in read)
        return text if text.isalnum() and all(place.confidence >= BY_FAR for place in read) else ""


def _enlarged(box: Box, times: int) -> Box:
    left, top, right, bottom = (edge * times for edge in box)
    return left, top, right, bottom


def _counts_up(text: str, last: int) -> bool:
    """Whether it says 1, 2, 3 and on to the last."""
    return text == "".join(map(str, range(1, last + 1)))
