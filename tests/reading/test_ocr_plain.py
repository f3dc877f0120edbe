"""What is drawn beside a thin line is no word, and a word in it, on it or below it is not passed over."""

from collections.abc import Callable

import numpy as np
import pytest
from ocr_pictures import squares
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from test_ocr_flyers import packed
from test_ocr_left import left_on, on_a_line

from portal.reading.ocr.components.drawings import is_drawn
from portal.reading.ocr.removal.leftovers import is_bar

Way = Callable[[Image.Image], Image.Image]
WAYS = pytest.mark.parametrize("way", [lambda page: page, packed], ids=["png", "jpeg"])
FINE = 4
"""Times as large as they are drawn, so that edges are soft by a pixel."""


def drawn(what: str, *, ink: int = 110, scale: float = 1) -> Image.Image:
    """A line across a page, and something drawn below it; `scale` times as large."""
    page = on_a_line()
    fine = Image.new("L", (FINE * page.width, FINE * page.height))
    pen, size = ImageDraw.Draw(fine), FINE * scale

    def box(left: float, top: float, right: float, bottom: float) -> tuple[float, ...]:
        return (
            300 * FINE + left * size,
            208 * FINE + top * size,
            300 * FINE + right * size,
            208 * FINE + bottom * size,
        )

    if what == "flags":
        for left in (0, 70, 140):
            pen.polygon([*box(left, 0, left + 44, 0), *box(left + 32, 16, left + 12, 16)], fill=255)
    if what == "arc":
        pen.arc(box(0, 0, 100, 110), 180, 360, fill=255, width=round(4 * size))
    if what == "card":
        pen.rounded_rectangle(box(0, 0, 90, 48), 12 * size, fill=255)
    if what == "disc":
        pen.ellipse(box(0, 0, 70, 46), fill=255)
    if what == "wave":
        rows = [20 + 9 * np.sin(along / 60) for along in range(0, 300, 4)]
        edge = [box(4 * at, row, 0, 0)[:2] for at, row in enumerate(rows)]
        pen.polygon([*edge, *box(296, 60, 0, 0)[:2], *box(0, 60, 0, 0)[:2]], fill=255)
    page.paste(ink, (0, 0), fine.resize(page.size, Image.Resampling.LANCZOS))
    return page


def shadow() -> Image.Image:
    """A white card above a line, with its shadow."""
    page, dark = on_a_line(), Image.new("L", (900, 400))
    ImageDraw.Draw(dark).rounded_rectangle((250, 106, 600, 176), 20, fill=60)
    page.paste(0, (0, 0), dark.filter(ImageFilter.GaussianBlur(9)))
    pen = ImageDraw.Draw(page)
    pen.rounded_rectangle((250, 100, 600, 170), 20, fill=255)
    pen.text((425, 140), "Free admission", fill=20, font=ImageFont.load_default(24), anchor="mm")
    return page


SHAPES = ("flags", "arc", "card", "disc", "wave")


@WAYS
@pytest.mark.parametrize("ink", [110, 150])
@pytest.mark.parametrize("what", SHAPES)
def test_shapes_below_a_line_are_no_words(what: str, ink: int, way: Way) -> None:
    assert not left_on(way(drawn(what, ink=ink)))


def with_name(page: Image.Image, middle: tuple[int, int], *, soft: float, ink: int, size: int) -> Image.Image:
    letters = Image.new("L", page.size)
    ImageDraw.Draw(letters).text(middle, "Ana Rivera", fill=255, font=ImageFont.load_default(size), anchor="mm")
    page.paste(ink, (0, 0), letters.filter(ImageFilter.GaussianBlur(soft)))
    return page


BOX = (296, 204, 400, 264)


def is_taken_for_drawn(page: Image.Image) -> bool:
    painted = np.zeros((page.height, page.width), dtype=bool)
    painted[196:204] = True  # the line
    return is_drawn(np.asarray(page), painted, BOX)


@WAYS
@pytest.mark.parametrize(
    ("soft", "ink", "size"), [(1.6, 20, 12), (2, 60, 16), (2.6, 20, 20), (1.6, 180, 16), (0, 60, 10)]
)
@pytest.mark.parametrize("middle", [(345, 220), (350, 256)])
@pytest.mark.parametrize("what", SHAPES)
def test_a_blurred_name_on_a_shape_or_beside_it_is_not_drawn(
    what: str, middle: tuple[int, int], soft: float, ink: int, size: int, way: Way
) -> None:
    assert not is_taken_for_drawn(way(with_name(drawn(what, ink=110), middle, soft=soft, ink=ink, size=size)))


def is_shadow(page: Image.Image) -> bool:
    """Whether what is below the card goes on so all along."""
    off = 2 * (244 - np.asarray(page.reduce(4), dtype=np.float64)[43:49, 62:150])
    return is_bar(off, off > 20)


@WAYS
@pytest.mark.parametrize("soft", [1.2, 1.6, 2.6])
@pytest.mark.parametrize("middle", [(330, 184), (420, 184), (530, 188)])
def test_a_blurred_name_in_the_shadow_of_a_card_is_none_of_it(middle: tuple[int, int], soft: float, way: Way) -> None:
    assert is_shadow(way(shadow()))
    assert not is_shadow(way(with_name(shadow(), middle, soft=soft, ink=60, size=16)))


@pytest.mark.parametrize("size", [12, 20, 28, 40])
@pytest.mark.parametrize("name", ["田昌", "하윤", "王田", "박하", "궁"])
def test_square_letters_are_no_shapes(name: str, size: int) -> None:
    page, letters = on_a_line(), squares(name, size)
    page.paste(20, (300, 206 - size // 3), letters.point(lambda grey: 255 - grey))
    assert not is_taken_for_drawn(page)


@pytest.mark.parametrize("name", ["Ana", "Li", "OCO", "III", "Illi", "Jo", "ul"])
@pytest.mark.parametrize(("size", "stroke"), [(20, 0), (32, 0), (40, 0)])
def test_latin_letters_are_no_shapes(name: str, size: int, stroke: int) -> None:
    page = on_a_line()
    font = ImageFont.load_default(size)
    ImageDraw.Draw(page).text((304, 208), name, fill=20, font=font, anchor="lt", stroke_width=stroke)
    assert not is_taken_for_drawn(page)


@pytest.mark.parametrize("side", [9, 12])
def test_letters_of_dots_are_no_shapes(side: int) -> None:
    page, name = on_a_line(), Image.new("1", (30, 7))
    ImageDraw.Draw(name).text((0, -3), "Ana", fill=1, font=ImageFont.load_default_imagefont())
    for y, x in zip(*np.nonzero(np.asarray(name)), strict=True):
        at = (300 + (side + 2) * int(x), 212 + (side + 2) * int(y))
        ImageDraw.Draw(page).ellipse((*at, at[0] + side, at[1] + side), fill=60)
    assert not is_taken_for_drawn(page)
