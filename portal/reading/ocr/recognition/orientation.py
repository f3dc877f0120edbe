"""Pages that lie on their side, as a phone takes a badge and a scanner a sheet: they are turned, and looked at again.

Most rules know short words, tables and the order of lines only where writing runs along the picture.
"""

from collections.abc import Iterable
from typing import Final

from PIL import Image

from portal.reading.ocr.recognition.line_readings import Strip

_NEARLY: Final = 20  # degrees: what is as near to a quarter turn is on its side; by eye
_MOSTLY: Final = 2  # times as many letters as run along it; by eye


class Sideways(Exception):
    """Most of a picture runs down, or up; `back` turns it so that it runs along."""

    def __init__(self, back: Image.Transpose) -> None:
        """Tell how to turn it."""
        super().__init__(back)
        self.back = back


def check_upright(strips: Iterable[Strip]) -> None:
    """Raise `Sideways` if most letters that were read run down or up."""
    down = up = along = 0
    for strip in strips:
        angle = strip.as_read.angle % 360
        if abs(angle - 90) <= _NEARLY:
            down += len(strip.text)
        elif abs(angle - 270) <= _NEARLY:
            up += len(strip.text)
        else:
            along += len(strip.text)
    if max(down, up) > _MOSTLY * (along + min(down, up)):
        raise Sideways(Image.Transpose.ROTATE_90 if down > up else Image.Transpose.ROTATE_270)
