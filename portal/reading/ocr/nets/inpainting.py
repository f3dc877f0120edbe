"""Fills what was painted over in a picture from what is around it (pull and push, Gortler et al., 1996)."""

import numpy as np
from PIL import Image

from portal.reading.ocr.components.connected_components import FINE, Grey, Mask, lightest
from portal.reading.ocr.nets.sessions import Floats


def only(grey: Grey, whole: Mask) -> Grey:
    """Return a picture with nothing but some squares of `FINE` pixels: all else is painted over, smoothly."""
    rim = (whole & lightest(~whole, 3)).astype(np.float32)
    painted = Image.fromarray(filled(np.asarray(grey.reduce(FINE), np.float32) * rim, rim))
    sheet = painted.convert("L").resize((painted.width * FINE, painted.height * FINE), Image.Resampling.BILINEAR)
    stays = Image.fromarray(whole).convert("L").resize(sheet.size, Image.Resampling.NEAREST)
    corner = (0, 0, *grey.size)
    return Image.composite(grey, sheet.crop(corner), stays.crop(corner))


def filled(colours: Floats, known: Floats) -> Floats:
    """Fill what is not known from what is around it, ever farther away (pull and push, Gortler et al., 1996).

    `colours` are multiplied by how far they are `known`, from 0 to 1.
    """
    high, wide = known.shape
    own = np.where(known > 0, colours / np.maximum(known, 1e-6), 0).astype(np.float32)
    if max(high, wide) == 1:
        return own
    sides = (0, high % 2), (0, wide % 2)
    fours = [
        np.pad(one, sides).reshape((high + 1) // 2, 2, (wide + 1) // 2, 2).sum(axis=(1, 3)) for one in (colours, known)
    ]
    weight = np.minimum(fours[1], 1)
    afar = filled(np.where(fours[1] > 0, fours[0] / np.maximum(fours[1], 1e-6), 0) * weight, weight)
    size = afar.shape[1] * 2, afar.shape[0] * 2
    around = np.asarray(Image.fromarray(afar).resize(size, Image.Resampling.BILINEAR))[:high, :wide]
    share = np.minimum(known, 1)
    whole: Floats = own * share + around * (1 - share)
    return whole
