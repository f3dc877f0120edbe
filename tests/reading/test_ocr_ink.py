"""What touches a rule of a table is read by itself, or leaves nobody sure: a reader of lines loses letters there."""

import numpy as np
import pytest
from ocr_pictures import seen, typeset
from PIL import Image, ImageDraw, ImageFilter, ImageFont, ImageOps

from portal.reading.ocr.components.connected_components import FINE, lightest
from portal.reading.ocr.nets.page_ink import Ink
from portal.reading.ocr.picture_reader import Eyes
from portal.reading.seeing import Read, Unsure

RULE = 300  # the row of the middle rule of `ruled`


def written(page: Image.Image, at: tuple[int, int], *, size: int = 24, ink: int = 0, soft: float = 0.6) -> Image.Image:
    """The page with a name whose middle is there."""
    layer = Image.new("L", page.size)
    ImageDraw.Draw(layer).text(at, "Ana Rivera", fill=255, font=ImageFont.load_default(size), anchor="mm")
    page = page.copy()
    page.paste(ink, (0, 0), layer.filter(ImageFilter.GaussianBlur(soft)))
    return page


def ruled(*, tilt: float = 0, grain: float = 2) -> Image.Image:
    """A table of six words, as a scanner shows it."""
    sheet = Image.new("L", (900, 640), 250)
    draw = ImageDraw.Draw(sheet)
    for row in (200, RULE, 400):
        draw.line((80, row, 820, row), fill=110, width=2)
    for column in (80, 450, 820):
        draw.line((column, 200, column, 400), fill=110, width=2)
    for number, word in enumerate(("Place", "Time", "Oak Hill", "7:15")):
        where = 110 + 370 * (number % 2), 235 + 100 * (number // 2)
        draw.text(where, word, fill=0, font=ImageFont.load_default(30))
    sheet = sheet.rotate(tilt, Image.Resampling.BICUBIC, fillcolor=250).filter(ImageFilter.GaussianBlur(0.6))
    noise = np.random.default_rng(1).normal(0, grain, (640, 900))
    return Image.fromarray((np.asarray(sheet, float) + noise).clip(0, 255).astype(np.uint8))


@pytest.mark.parametrize("wide", [3, 5, 13, 25])
def test_the_lightest_pixel_around_each_is_the_one_that_pil_finds(wide: int):
    pixels = np.random.default_rng(wide).integers(0, 256, (40, 61), dtype=np.uint8)
    theirs = np.asarray(Image.fromarray(pixels).filter(ImageFilter.MaxFilter(wide)))
    assert np.array_equal(lightest(pixels, wide), theirs)
    assert np.array_equal(lightest(pixels > 250, wide), theirs > 250)


@pytest.mark.parametrize("tilt", [0, 0.8, -1.5])
def test_words_of_a_table_keep_off_its_rules(tilt: float):
    ink = Ink(ruled(tilt=tilt))
    assert not ink.touches_rule
    assert not [*ink.words_at_rules()]


@pytest.mark.parametrize("down", [-12, -5, 0, 6, 10])
@pytest.mark.parametrize(("shade", "soft"), [(0, 0.6), (110, 0.6), (190, 1.2)])
def test_a_name_across_a_rule_touches_it_and_so_does_one_right_beside(down: int, shade: int, soft: float):
    ink = Ink(written(ruled(), (640, RULE + down), ink=shade, soft=soft))
    assert ink.touches_rule
    assert any(abs(word.x - 640) < 30 and abs(word.y - RULE - down) < 12 for word in ink.words_at_rules())


def test_so_does_one_of_a_large_picture_of_which_a_smaller_one_is_looked_at():
    def large(page: Image.Image) -> Image.Image:
        return page.resize((3 * page.width, 3 * page.height))

    words = Ink(large(written(ruled(), (640, RULE), size=14))).words_at_rules()
    assert any(abs(word.x - 3 * 640) < 90 and abs(word.y - 3 * RULE) < 30 for word in words)
    assert not Ink(large(ruled(grain=0))).touches_rule


def test_so_does_one_in_light_ink():
    assert Ink(ImageOps.invert(written(ruled(), (640, RULE)))).touches_rule
    assert not Ink(ImageOps.invert(ruled())).touches_rule


@pytest.mark.parametrize("down", [-6, 0, 6])
def test_a_name_across_a_thick_rule_touches_it(down: int):
    page = ruled()
    ImageDraw.Draw(page).rectangle((80, RULE - 4, 820, RULE + 4), fill=70)
    assert not Ink(page).touches_rule
    assert Ink(written(page, (640, RULE + down))).touches_rule


def test_a_name_across_an_upright_rule_touches_it():
    assert Ink(written(ruled(), (450, 350))).touches_rule


def test_a_single_speck_at_a_rule_is_no_letter():
    page = ruled()
    ImageDraw.Draw(page).rectangle((600, RULE - 4, 602, RULE - 2), fill=0)
    assert not Ink(page).touches_rule


def test_ink_that_was_not_read_is_a_word_beside_what_was():
    page = written(ruled(), (640, 520), soft=2)
    read = np.ones((640 // FINE, 900 // FINE), dtype=bool)
    assert not [*Ink(page).words_beside(read)]
    read[440 // FINE :] = False
    assert [abs(word.x - 640) < 20 for word in Ink(page).words_beside(read)] == [True]


@pytest.fixture(scope="module")
def table() -> Image.Image:
    """A scanned table of which tesseract cannot read all."""
    rows = [("Stop", "Goes by"), ("12 Green — Oak Hill", "7:02"), ("14 Blue — Lake Street", "7:10")]
    cells = ", ".join(f"[{cell}]" for row in [*rows, ("17 Red — § 121A.031", "7:15")] for cell in row)
    body = f"#set text(size: 12pt)\n= Bus timetable — spring\n#table(columns: 2, stroke: 0.6pt + luma(45%), {cells})"
    page = typeset(body, ppi=200).convert("L").filter(ImageFilter.GaussianBlur(0.8))
    grain = np.random.default_rng(2).normal(0, 2, (page.height, page.width))
    return Image.fromarray((np.asarray(page, float) + grain).clip(0, 255).astype(np.uint8))


def test_a_scanned_table_is_read(table: Image.Image, eyes: Eyes):
    said = seen(eyes, table)
    assert isinstance(said, Read)
    assert "Oak Hill" in said.text


@pytest.mark.parametrize(("size", "shade"), [(14, 0), (14, 130), (16, 0), (16, 90)])
def test_a_name_right_below_its_rule_is_read_or_leaves_nobody_sure(
    size: int, shade: int, table: Image.Image, eyes: Eyes
):
    said = seen(eyes, written(table, (308, below_head(table) + 9), size=size, ink=shade))
    assert isinstance(said, Unsure) or "Ana Rivera" in said.text


def below_head(table: Image.Image) -> int:
    """The row of the rule below the head."""
    dark = np.count_nonzero(np.asarray(table) < 190, axis=1)
    rows = np.flatnonzero(dark > 0.8 * dark.max())
    return int(rows[np.flatnonzero(np.diff(rows) > 10)[0] + 1])
