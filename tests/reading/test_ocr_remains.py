"""No net looks where nothing remains beside what was read; and what no net takes for letters is a drawing."""

import numpy as np
import pytest
from ocr_pictures import letter, seen, squares
from PIL import Image, ImageDraw, ImageFilter

from portal.reading.ocr.components.connected_components import FINE, Mask
from portal.reading.ocr.components.remainder import is_all_read
from portal.reading.ocr.nets.detector import Finder
from portal.reading.ocr.picture_reader import Eyes
from portal.reading.seeing import NoText, Read, Unsure

HIGH, WIDE = 800, 600
PAPER = Image.new("L", (WIDE, HIGH), 255)


def read(*boxes: tuple[int, int, int, int]) -> Mask:
    """The squares that were read, of boxes in pixels."""
    squares = np.zeros((HIGH // FINE, WIDE // FINE), dtype=np.bool_)
    for left, top, right, bottom in boxes:
        squares[top // FINE : bottom // FINE, left // FINE : right // FINE] = True
    return squares


def written(*, tone: int = 0, blur: float = 0.0) -> Image.Image:
    page = PAPER.copy()
    ImageDraw.Draw(page).rectangle((80, 400, 200, 420), fill=tone)
    return page.filter(ImageFilter.GaussianBlur(blur))


def test_nothing_remains_of_even_paper():
    assert is_all_read(PAPER, read())


def test_nothing_remains_where_all_was_read():
    assert is_all_read(written(), read((76, 396, 204, 424)))


@pytest.mark.parametrize(("tone", "blur"), [(0, 0.0), (245, 0.0), (235, 12.0)])
def test_what_was_not_read_remains_however_pale_and_soft(tone: int, blur: float):
    assert not is_all_read(written(tone=tone, blur=blur), read())


def test_half_a_word_remains():
    assert not is_all_read(written(), read((76, 396, 140, 424)))


def test_no_net_looks_for_writing_beside_clean_print(eyes: Eyes, monkeypatch: pytest.MonkeyPatch):
    def look(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(Finder, "_seen", look)
    text = seen(eyes, letter())
    assert isinstance(text, Read)
    assert "Ana Rivera" in text.text


def test_a_drawing_in_which_no_net_sees_letters_has_no_text(eyes: Eyes):
    assert seen(eyes, drawing()) == NoText()


def test_a_name_on_it_is_read(eyes: Eyes):
    text = seen(eyes, drawing(name="Ana Rivera"))
    assert isinstance(text, Read)
    assert "Ana Rivera" in text.text


def test_one_that_nobody_can_read_leaves_it_unreadable(eyes: Eyes):
    page = drawing()
    page.paste(squares("박하윤", 30), (320, 660))
    assert seen(eyes, page) == Unsure()


def drawing(*, name: str = "") -> Image.Image:
    """A sheet on a table, photographed by a lamp: a house drawn with a pen, and a word if it is told."""
    sheet = Image.new("L", (700, 600), 250)
    pen = ImageDraw.Draw(sheet)
    pen.rectangle((150, 280, 420, 500), outline=20, width=3)
    pen.polygon([(130, 280), (285, 150), (440, 280)], outline=20, width=3)
    pen.rectangle((250, 390, 320, 500), outline=20, width=3)
    pen.rectangle((180, 320, 230, 370), outline=20, width=3)
    pen.ellipse((520, 60, 620, 160), outline=20, width=3)
    pen.ellipse((490, 240, 630, 390), outline=20, width=3)
    pen.line((560, 500, 560, 380), fill=20, width=9)
    pen.text((170, 520), name, fill=20, font_size=30)
    dice = np.random.default_rng(3)
    soft = Image.fromarray(dice.normal(0, 1, (24, 28)).astype(np.float32)).resize((1000, 900), Image.Resampling.BICUBIC)
    table = Image.fromarray((np.asarray(soft) * 30 + 120).clip(0, 255).astype(np.uint8))
    table.paste(sheet.rotate(-6, Image.Resampling.BICUBIC, fillcolor=120), (150, 150))
    lamp = np.linspace(0.45, 1, 1000) * np.linspace(0.8, 1, 900)[:, np.newaxis]
    grain = dice.normal(0, 6, (900, 1000))
    blurred = np.asarray(table.filter(ImageFilter.GaussianBlur(0.8)), np.float64)
    return Image.fromarray((blurred * lamp + grain).clip(0, 255).astype(np.uint8))
