"""Bars of one tone, as calendars on a screen have, are read; a name that one of them cuts off leaves nobody sure."""

import pytest
from ocr_pictures import seen
from PIL import Image, ImageDraw, ImageFont

from portal.reading.ocr.picture_reader import Eyes
from portal.reading.seeing import Read, Unsure

PRINT = ImageFont.load_default(15)


def calendar(name: str, *, high: int = 20) -> Image.Image:
    """A week in cells, in three of which a bar tells what is on; the name is in the last."""
    page = Image.new("L", (900, 420), 255)
    draw = ImageDraw.Draw(page)
    draw.text((20, 14), "November 2026", fill=20, font=ImageFont.load_default(28))
    for number in range(10):
        left, top = 20 + number % 5 * 170, 70 + number // 5 * 160
        draw.rectangle((left, top, left + 170, top + 160), outline=215)
        draw.text((left + 6, top + 4), f"{number + 1}", fill=20, font=PRINT)
    for number, what in ((1, "Winter fair"), (3, "Pajama day"), (7, name)):
        left, top = 24 + number % 5 * 170, 96 + number // 5 * 160
        draw.rounded_rectangle((left, top, left + 150, top + high), radius=3, fill=102)
        draw.text((left + 6, top), what, fill=255, font=PRINT)
    return page


def test_what_stands_in_a_bar_is_read(eyes: Eyes) -> None:
    told = seen(eyes, calendar("Ana Rivera"))
    assert isinstance(told, Read)
    assert {"Ana Rivera", "Winter fair", "Pajama day"} <= set(told.text.replace("\t", "\n").split("\n"))


@pytest.mark.parametrize(
    ("name", "high"),
    [("Ana Rivera", 13), ("Rosalind Achterberg-Pettibone", 20)],
    ids=["below", "at its end"],
)
def test_a_name_that_a_bar_cuts_off_leaves_nobody_sure(name: str, high: int, eyes: Eyes) -> None:
    assert seen(eyes, calendar(name, high=high)) == Unsure()
