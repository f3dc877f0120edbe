"""Whether anything remains of a picture beside what was read: where all else is even paper, no net has to look."""

from typing import Final

import numpy as np

from portal.reading.ocr.components.connected_components import FINE, Grey, Mask
from portal.reading.ocr.components.simple_shapes import grown

_EVEN: Final = 2
"""Of 255 grey levels: neighbouring pixels of even paper differ by no more, also once it was packed; by eye."""
_TONE: Final = 3
"""Of 255 grey levels: what is as near to the page's tone is paper; a pale word with soft edges is not; by eye."""
_EDGE: Final = 1  # squares of 4 pixels around what was read: soft edges of its letters; by eye


def is_all_read(grey: Grey, read: Mask) -> bool:
    """Whether all beside the squares that were `read` is even paper, of one tone and without an edge."""
    return not (_uneven(grey, read.shape) & ~grown(read, _EDGE)).any()


def _uneven(grey: Grey, shape: tuple[int, ...]) -> Mask:
    """Return the squares of `FINE` pixels that are no even paper."""
    high, wide = shape
    sides = (0, high * FINE - grey.height), (0, wide * FINE - grey.width)
    whole = np.pad(np.asarray(grey, np.int16), sides, mode="edge")
    has_edge = np.zeros(whole.shape, dtype=np.bool_)
    has_edge[:, :-1] |= np.abs(np.diff(whole, axis=1)) > _EVEN
    has_edge[:-1] |= np.abs(np.diff(whole, axis=0)) > _EVEN
    squares = (high, FINE, wide, FINE)
    tones = whole.reshape(squares).mean(axis=(1, 3))
    uneven: Mask = has_edge.reshape(squares).any(axis=(1, 3)) | (np.abs(tones - np.median(tones)) > _TONE)
    return uneven
