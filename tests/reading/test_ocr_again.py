"""A second look: at nothing but what a net takes for writing, with a second reader. It excuses drawings, no names."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ocr_pictures import seen, squares, typeset
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from portal.reading.ocr.components.connected_components import FINE
from portal.reading.ocr.nets.detector import Finder, Writing
from portal.reading.ocr.nets.oriented_boxes import Patch
from portal.reading.ocr.picture_reader import Eyes
from portal.reading.ocr.recognition import repeated_readings
from portal.reading.ocr.recognition.cross_check import Heard
from portal.reading.ocr.recognition.disc_letters import Discs
from portal.reading.ocr.recognition.tesseract import Readers
from portal.reading.ocr.removal.dashed_lines import are_bare
from portal.reading.seeing import Read, Sight, Unsure

WORDS = """= Spring Concert

Friday, May 8 in the school gym

Free for all families"""
PLACES = ((150, 560), (350, 560), (550, 560))
SIDE = 45  # pixels: half of a disc


def poster(body: str = WORDS, font: str = "Libertinus Serif") -> Image.Image:
    text = f'#set text(font: "{font}", size: 16pt)\n{body}'
    return typeset(text, size="width: 150mm, height: 150mm").convert("L")


def star(draw: ImageDraw.ImageDraw, x: int, y: int) -> None:
    rays = [(26 if ray % 2 == 0 else 12, math.pi * ray / 5) for ray in range(10)]
    draw.polygon([(x + far * math.sin(angle), y - far * math.cos(angle)) for far, angle in rays], fill=255)


def calendar(draw: ImageDraw.ImageDraw, x: int, y: int) -> None:
    draw.rectangle((x - 22, y - 18, x + 22, y + 22), outline=255, width=5)
    for line in ((-22, -6, 22, -6), (-10, -26, -10, -12), (10, -26, 10, -12)):
        draw.line([(x + line[0], y + line[1]), (x + line[2], y + line[3])], fill=255, width=5)


def clock(draw: ImageDraw.ImageDraw, x: int, y: int) -> None:
    draw.ellipse((x - 22, y - 22, x + 22, y + 22), outline=255, width=5)
    draw.line([(x, y - 14), (x, y), (x + 10, y + 8)], fill=255, width=5)


def with_discs(page: Image.Image) -> Image.Image:
    draw = ImageDraw.Draw(page)
    for x, y in PLACES:
        draw.ellipse((x - SIDE, y - SIDE, x + SIDE, y + SIDE), fill=120)
    return page


def with_icons(page: Image.Image) -> Image.Image:
    draw = ImageDraw.Draw(with_discs(page))
    for icon, (x, y) in zip((star, calendar, clock), PLACES, strict=True):
        icon(draw, x, y)
    return page


def names_ana(sight: Sight) -> bool:
    """Whether nobody could be misled: the name was read, or nobody is sure."""
    return isinstance(sight, Unsure) or (isinstance(sight, Read) and "ANA" in sight.text.upper())


@pytest.fixture(scope="module")
def discs() -> Discs:
    return Discs(Readers(), Finder())


def test_icons_in_discs_are_no_letters(discs: Discs) -> None:
    assert discs.read_all(with_icons(poster())) == []


def test_letters_in_discs_are_read_though_others_hold_icons(eyes: Eyes) -> None:
    page = with_icons(poster())
    draw = ImageDraw.Draw(page)
    for letter, (x, y) in zip("ANA", PLACES, strict=True):
        draw.ellipse((x - SIDE, y - 250, x + SIDE, y - 250 + 2 * SIDE), fill=60)
        draw.text((x, y - 250 + SIDE), letter, fill=255, font=ImageFont.load_default(44), anchor="mm")
    assert names_ana(seen(eyes, page))


def test_square_letters_in_discs_leave_nobody_sure(eyes: Eyes, discs: Discs) -> None:
    page = with_discs(poster())
    for letter, (x, y) in zip("田言昌", PLACES, strict=True):
        print_ = squares(letter, 44)
        page.paste(255, (x - print_.width // 2, y - print_.height // 2), print_.point(lambda grey: 255 - grey))
    assert discs.read_all(page) is None
    assert seen(eyes, page) == Unsure()


@pytest.mark.parametrize(("size", "degrees", "shade"), [(34, 45, 20), (34, -30, 20), (60, 30, 200)])
def test_large_letters_aslant_are_not_cut_by_what_is_painted_over(
    size: int, degrees: int, shade: int, eyes: Eyes
) -> None:
    page = with_icons(poster(""))
    written = Image.new("L", (520, 520), 0)
    at, font = (260, 260), ImageFont.load_default(size)
    ImageDraw.Draw(written).text(at, "Ana Rivera", fill=255, font=font, anchor="mm")
    page.paste(shade, (90, 0), written.rotate(degrees, Image.Resampling.BICUBIC))
    sight = seen(eyes, page)
    assert isinstance(sight, Unsure) or (isinstance(sight, Read) and "Rivera" in sight.text)


def test_a_line_tesseract_nearly_reads_is_borne_out_by_the_second_reader(eyes: Eyes) -> None:
    sight = seen(eyes, poster("= Grüße aus der Schule\n\nSchöne Ferien!", "New Computer Modern"))
    assert isinstance(sight, Read)
    assert "Grüße aus der Schule" in sight.text


@pytest.mark.parametrize(("shade", "soft"), [(60, 2.6), (215, 0.0), (190, 1.5)])
def test_a_name_below_icons_that_nobody_can_read_is_not_painted_over(shade: int, soft: float, eyes: Eyes) -> None:
    page = with_icons(poster())
    written = Image.new("L", (400, 60), 255)
    ImageDraw.Draw(written).text((20, 15), "Ana Rivera", fill=shade, font=ImageFont.load_default(22))
    page.paste(written.filter(ImageFilter.GaussianBlur(soft)), (180, 630))
    assert names_ana(seen(eyes, page))


@pytest.mark.parametrize(("shade", "size", "degrees", "soft"), [(200, 40, 25, 3.0), (225, 34, 15, 1.5)])
def test_a_pale_name_aslant_that_the_rules_pass_over_is_seen_at_a_glance(
    shade: int, size: int, degrees: int, soft: float, eyes: Eyes
) -> None:
    page, written = poster(), Image.new("L", (700, 260), 0)
    ImageDraw.Draw(written).text((350, 130), "Ana Rivera", fill=255, font=ImageFont.load_default(size), anchor="mm")
    written = written.rotate(degrees, Image.Resampling.BICUBIC).filter(ImageFilter.GaussianBlur(soft))
    page.paste(shade, (90, 480), written)
    assert names_ana(seen(eyes, page))


@pytest.mark.parametrize(("size", "radius"), [(26, 150), (22, 120)])
def test_a_name_along_a_curve_that_the_rules_pass_over_is_read_or_leaves_nobody_sure(
    size: int, radius: int, eyes: Eyes
) -> None:
    page, font, name = Image.new("L", (800, 700), 255), ImageFont.load_default(size), "Anouk Quimbly"
    pen = ImageDraw.Draw(page)
    for row, words in enumerate(("Spring Concert", "Friday, May 8 in the school gym", "Doors open at 6 pm")):
        pen.text((60, 40 + 60 * row), words, fill=20, font=ImageFont.load_default(30))
    pen.ellipse((320, 400, 480, 560), fill=170)
    wide = [font.getlength(letter) + 3 for letter in name]
    for letter, end, own in zip(name, itertools.accumulate(wide), wide, strict=True):
        turn = (end - own / 2 - sum(wide) / 2) / radius
        sign = Image.new("L", (2 * size, 2 * size), 0)
        ImageDraw.Draw(sign).text((size, size), letter, fill=255, font=font, anchor="mm")
        left, top = 400 + radius * math.sin(turn) - size, 330 + radius * (1 - math.cos(turn)) - size
        page.paste(60, (int(left), int(top)), sign.rotate(-math.degrees(turn), Image.Resampling.BICUBIC))
    sight = seen(eyes, page)
    assert isinstance(sight, Unsure) or (isinstance(sight, Read) and "Quimbly" in sight.text)


@pytest.mark.parametrize("kind", ["under", "struck"])
def test_a_blurred_name_with_grain_and_a_line_is_not_painted_over(kind: str, eyes: Eyes) -> None:
    page = poster()
    written = Image.new("L", (340, 50), 255)
    ImageDraw.Draw(written).text((20, 12), "Ana Rivera 704 555 0147", fill=120, font=ImageFont.load_default(20))
    page.paste(written.filter(ImageFilter.GaussianBlur(2.6)), (150, 500))
    at = 533 if kind == "under" else 523
    ImageDraw.Draw(page).line((160, at, 430, at), fill=140, width=1)
    grain = np.random.default_rng(3).normal(0, 4, (page.height, page.width))
    assert names_ana(seen(eyes, Image.fromarray(np.clip(np.asarray(page) + grain, 0, 255).astype(np.uint8))))


def dashed(name: str, shade: int) -> Image.Image:
    """A line to cut along, with a pale name on it or nothing."""
    page = Image.new("L", (700, 300), 255)
    draw = ImageDraw.Draw(page)
    draw.text((150, 182), name, fill=shade, font=ImageFont.load_default(16))
    for left in range(40, 660, 20):
        draw.line((left, 200, left + 12, 200), fill=60, width=2)
    return page


@pytest.mark.parametrize(("name", "shade", "is_bare"), [("", 0, True), ("Rivera, Ana", 225, False), ("Ana", 90, False)])
def test_dashes_are_bare_only_without_a_name_on_them(name: str, shade: int, *, is_bare: bool) -> None:
    page = dashed(name, shade)
    nothing = np.zeros((page.height // FINE, page.width // FINE), dtype=bool)
    assert are_bare(page, nothing) is is_bare


def of_lines(up: int, shade: int, soft: float, size: int) -> Image.Image:
    """A scanned table with a name that touches one of its lines, or stands across it."""
    page = Image.new("L", (1000, 700), 253)
    draw = ImageDraw.Draw(page)
    for row in range(5):
        draw.line((60, 60 + 110 * row, 940, 60 + 110 * row), fill=0, width=2)
    for column in range(6):
        draw.line((60 + 176 * column, 60, 60 + 176 * column, 500), fill=0, width=2)
    for cell in range(20):
        at = 80 + 176 * (cell % 5), 80 + 110 * (cell // 5)
        draw.text(at, ("Math", "Music", "Reading", "Lunch")[cell * 7 % 4], fill=0, font=ImageFont.load_default(22))
    name = Image.new("L", (300, 44), 253)
    ImageDraw.Draw(name).text((8, 10), "Ana Rivera", fill=shade, font=ImageFont.load_default(size))
    at, soft_name = (250, 280 - up), np.asarray(name.filter(ImageFilter.GaussianBlur(soft)))
    beside = np.asarray(page.crop((*at, at[0] + 300, at[1] + 44)))
    page.paste(Image.fromarray(np.minimum(soft_name, beside)), at)
    grain = np.random.default_rng(3).normal(0, 3, (page.height, page.width))
    turned = page.rotate(0.7, Image.Resampling.BICUBIC, fillcolor=253).filter(ImageFilter.GaussianBlur(0.6))
    return Image.fromarray((np.asarray(turned) + grain).clip(0, 255).astype(np.uint8))


@pytest.mark.parametrize(("up", "shade", "soft", "size"), [(20, 190, 2.9, 16), (26, 190, 3.6, 24), (30, 120, 2.9, 16)])
def test_a_pale_name_across_a_line_of_a_table_is_not_painted_over(
    up: int, shade: int, soft: float, size: int, eyes: Eyes
) -> None:
    assert names_ana(seen(eyes, of_lines(up, shade, soft, size)))


BOXES = st.tuples(st.integers(0, 30), st.integers(0, 20), st.integers(1, 20), st.integers(1, 10))


@given(st.lists(BOXES, max_size=4), st.integers(0, 1000))
def test_what_is_writing_stays_as_it_is_and_the_rest_is_even(boxes: list[tuple[int, int, int, int]], seed: int) -> None:
    likely = np.zeros((30, 50), dtype=np.float32)
    for left, top, wide, high in boxes:
        likely[top : top + high, left : left + wide] = 0.95
    pixels = np.random.default_rng(seed).integers(0, 256, (120, 200)).astype(np.uint8)
    alone = np.asarray(Writing([likely, likely]).alone(Image.fromarray(pixels)))
    kept = np.repeat(np.repeat(likely > 0, FINE, axis=0), FINE, axis=1)
    assert np.array_equal(alone[kept], pixels[kept])
    if not boxes:
        assert np.ptp(alone) == 0


@given(BOXES)
def test_a_spot_as_long_as_a_word_has_to_be_read_all_along(box: tuple[int, int, int, int]) -> None:
    left, top, wide, high = box
    likely = np.zeros((30, 50), dtype=np.float32)
    likely[top : top + high, left : left + wide] = 0.95
    tall, long = likely[top : top + high, left : left + wide].shape
    writing = Writing([likely, np.zeros_like(likely)])
    assert bool(writing.unread(np.zeros(likely.shape, dtype=bool))) is (max(tall, long) >= 2 * min(tall, long))
    assert not writing.unread(likely > 0)


@pytest.mark.parametrize("degrees", [0, 30, 45, -60, 90])
def test_a_word_is_one_in_any_direction(degrees: int) -> None:
    shown = Image.new("F", (60, 60), 0)
    shown.paste(0.95, (12, 28, 48, 32))
    likely = np.asarray(shown.rotate(degrees), dtype=np.float32)
    writing = Writing([likely, likely])
    half = (likely > 0) & (np.add.outer(np.arange(60), 2 * np.arange(60)) < 90)
    assert writing.unread(half)
    assert not writing.unread(likely > 0)


def test_a_spot_read_by_half_is_unread() -> None:
    likely = np.zeros((30, 50), dtype=np.float32)
    likely[10:14, 5:35] = 0.95
    read = likely > 0
    read[:, 25:] = False
    assert Writing([likely, likely]).unread(read)


def test_however_long_a_patch_the_net_that_reads_it_takes_so_much_at_once_and_no_more() -> None:
    line = Image.new("L", (6000, 64), 255)
    assert Patch(3000, 32, 6000, 64, 0).cut(line).size == (1600, 48)


def test_letters_of_an_alphabet_that_the_net_does_not_know_are_a_doubt_and_no_drawing() -> None:
    heard = Heard("Νίκος Δήμου", trusted=(0.0,) * 10, letters=(0.8,) * 10, is_whole=True)
    assert heard.may_be
    assert not heard.is_sure
    assert repeated_readings.Testimony((heard.text,)).is_in_doubt


def test_a_row_of_stars_is_no_word_and_a_blank_that_was_left_out_is_put_back() -> None:
    assert not repeated_readings.Testimony(("年年年年",)).is_in_doubt
    assert repeated_readings.Testimony(("ReadingAna Rivera",), is_sure=True).told == [
        "ReadingAna Rivera",
        "Reading Ana Rivera",
    ]
