"""Cuts a line out of a picture, as tesseract wants it. Pure arithmetic on grey pixels."""

from hashlib import sha256
from typing import Final

import numpy as np
from PIL import Image, ImageChops, ImageFilter, ImageOps

from portal.reading.ocr.components.connected_components import Levels
from portal.reading.ocr.components.line_finding import Line

MARGIN: Final = 0.5  # share of a letter's height: what is cut out around a line, too; by eye
EDGE: Final = 10  # pixels of paper around that; by eye
_MAX_STRIP: Final = 8_000  # pixels a cut is long at most; by eye


def key_of(cut: Image.Image) -> bytes:
    """Return what a cut is known by: two of the same pixels are read alike."""
    return sha256(b"%d %b" % (cut.width, cut.tobytes())).digest()


def cut_out(line: Line, levels: Levels, rows: int, *, is_turned: bool, is_bare: bool) -> Image.Image:
    """Cut a line out, upright, dark on light, its letters of one height, with some paper around."""
    margin = MARGIN * line.letter
    rows = round(rows * (1.3 if line.height > 1.8 * line.letter else 1))
    step = (line.height + 2 * margin) / rows  # pixels of the whole picture for one of the strip
    scale, level = min(levels, key=lambda level: abs(np.log2(step * level[0] / 1.4)))
    step *= scale
    size = (min(_MAX_STRIP, max(8, round((line.length + 2 * margin) * scale / step))), rows)
    angle = np.radians(line.angle + 180 * is_turned)
    cos, sin = np.cos(angle) * step, np.sin(angle) * step
    left = line.x * scale - size[0] / 2 * cos + size[1] / 2 * sin
    top = line.y * scale - size[0] / 2 * sin - size[1] / 2 * cos
    strip = level.transform(
        size,
        Image.Transform.AFFINE,
        (cos, -sin, left, sin, cos, top),
        Image.Resampling.BICUBIC,
        fillcolor=0 if line.is_light else 255,
    )
    strip = ImageOps.invert(strip) if line.is_light else strip
    if not is_bare:
        return ImageOps.expand(ImageOps.autocontrast(strip, cutoff=1), EDGE, 255)
    ink = ImageChops.subtract(strip.filter(ImageFilter.BoxBlur(rows // 2)), strip)  # whatever paper or photo is behind
    return ImageOps.expand(ImageOps.invert(ImageOps.autocontrast(ink, cutoff=(0, 1))), EDGE, 255)
