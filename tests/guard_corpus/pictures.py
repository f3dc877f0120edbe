"""Pictures of text and of things, drawn with the fonts that typst brings along so that they look alike everywhere."""

import io
import math
import random
from typing import Any, Final

from PIL import Image, ImageDraw, ImageFilter

from tests.guard_corpus.papers import plain, typeset

FONTS: Final = ("Libertinus Serif", "DejaVu Sans Mono", "New Computer Modern")


def of_lines(*lines: str, size: int = 14, font: str = FONTS[0], ppi: float = 150.0, style: str = "") -> Image.Image:
    """Return a picture of some lines, as a scanner or an exporting program makes it."""
    body = "\n\n".join(plain(line) for line in lines)
    source = f'#set page(width: 15cm, height: auto, margin: 1cm)\n#set text(font: "{font}", size: {size}pt)\n'
    return Image.open(io.BytesIO(typeset(f"{source}{style}\n{body}", "png", ppi))).convert("RGB")


def file_of(picture: Image.Image, form: str = "PNG", **details: Any) -> bytes:  # noqa: ANN401 - whatever Pillow takes
    """Return the picture as a file."""
    held = io.BytesIO()
    picture.save(held, form, **details)
    return held.getvalue()


def photo(dice: random.Random, width: int = 480, height: int = 320) -> Image.Image:
    """Something like a photo of a yard under a sky: soft light, trees, a ball, grain."""
    sky = Image.linear_gradient("L").resize((width, height))
    picture = Image.merge(
        "RGB", (sky.point(lambda v: 120 + v // 3), sky.point(lambda v: 160 + v // 4), sky.point(lambda v: 235 - v // 2))
    )
    pen = ImageDraw.Draw(picture)
    ground = height * 2 // 3
    pen.rectangle((0, ground, width, height), fill=(86, 132, 62))
    for _ in range(7):
        x, r = dice.randrange(width), dice.randrange(height // 12, height // 5)
        pen.rectangle((x - 4, ground - r, x + 4, ground + 12), fill=(92, 66, 44))
        for _ in range(14):
            dx, dy = dice.randrange(-r, r), dice.randrange(-r, r)
            shade = dice.randrange(60, 130)
            pen.ellipse(
                (x + dx - r // 2, ground - r + dy - r // 2, x + dx + r // 2, ground - r + dy + r // 2),
                fill=(shade // 2, shade, shade // 3),
            )
    ball = dice.randrange(width // 4, 3 * width // 4)
    pen.ellipse((ball, height - 60, ball + 40, height - 20), fill=(200, 60, 40))
    return grainy(picture.filter(ImageFilter.GaussianBlur(2)), dice, 10)


def grainy(picture: Image.Image, dice: random.Random, strength: int = 6) -> Image.Image:
    """The same with a sensor's grain."""
    raw = Image.frombytes("L", picture.size, dice.randbytes(picture.width * picture.height))
    soft = raw.point(lambda v: 128 + (v - 128) * strength // 128)
    grain = Image.merge("RGB", (soft, soft, soft))
    return Image.blend(picture.convert("RGB"), grain, strength / 100)


def logo(dice: random.Random, side: int = 160) -> Image.Image:
    """A sun over a wave, without a letter."""
    picture = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    pen = ImageDraw.Draw(picture)
    colour = tuple(dice.randrange(40, 200) for _ in range(3))
    pen.ellipse((side // 4, side // 8, 3 * side // 4, 5 * side // 8), fill=colour)
    for turn in range(12):
        angle = math.tau * turn / 12
        x, y = side / 2 + math.cos(angle) * side * 0.42, side * 0.375 + math.sin(angle) * side * 0.35
        pen.line((side / 2, side * 0.375, x, y), fill=colour, width=side // 40)
    wave = [(x, side * 0.8 + math.sin(x / side * 9) * side / 16) for x in range(side)]
    pen.line(wave, fill=(30, 80, 150), width=side // 14)
    return picture
