"""A tick box is no letter of the word behind it; a word that nobody can read beside one stays unread."""

import numpy as np
import pytest
from ocr_pictures import lines
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from test_ocr_rules import seen

from portal.reading.seeing import Read


def sheet() -> Image.Image:
    return Image.new("L", (1200, 800), 255)


def name(points: int, soft: float, shade: int) -> Image.Image:
    made = Image.new("L", (640, 2 * points + 8), 255)
    ImageDraw.Draw(made).text((4, 4), "Maximilian Oberhauser", fill=shade, font=ImageFont.load_default(points))
    return made.filter(ImageFilter.GaussianBlur(soft))


def choices(side: int, *words: str) -> Image.Image:
    """A row of tick boxes, each with its word behind it, below a line of text."""
    page = sheet()
    page.paste(lines(24, "Please choose one of these"), (60, 60))
    for number, word in enumerate(words):
        left = 100 + 260 * number
        ImageDraw.Draw(page).rectangle((left, 404, left + side, 404 + side), outline=0, width=2)
        ImageDraw.Draw(page).text((left + side + 10, 400), word, fill=0, font=ImageFont.load_default(26))
    return page


@pytest.mark.parametrize("side", [22, 26])
def test_tick_boxes_in_a_row_are_no_letters_of_the_words_behind_them(side: int):
    told = seen(choices(side, "Yes", "No", "Maybe"))
    assert isinstance(told, Read)
    assert "Maybe" in told.text


def column(*words: str) -> Image.Image:
    """Tick boxes one above the other, each with its word behind it."""
    page, font = sheet(), ImageFont.load_default(20)
    pen = ImageDraw.Draw(page)
    page.paste(lines(24, "Please choose one of these"), (60, 60))
    for number, word in enumerate(words):
        top = 300 + 40 * number
        pen.rectangle((100, top, 118, top + 18), outline=0)
        pen.text((127, top - 3), word, fill=20, font=font)
    return page


def test_tick_boxes_in_a_column_are_no_letters_of_short_words():
    told = seen(column("Bus", "Walk", "We can volunteer", "Bus"))
    assert isinstance(told, Read)
    assert "volunteer" in told.text


@pytest.mark.parametrize(
    ("points", "soft", "shade", "left"),
    [(13, 2.9, 40, 122), (13, 0, 225, 60), (7, 0, 30, 60)],
)
def test_a_name_that_nobody_can_read_beside_tick_boxes_leaves_nobody_sure(
    points: int, soft: float, shade: int, left: int
):
    page = column("Bus", "Walk", "", "Walk", "Bus")
    words = name(points, soft, shade).crop((0, 0, 160, points + 12))
    box = (left, 378, left + words.width, 378 + words.height)
    page.paste(Image.fromarray(np.minimum(np.asarray(page.crop(box)), np.asarray(words))), box)
    assert not isinstance(seen(page), Read)
