"""Shapes beside the words of a flyer are no writing, and what is written with their help stays."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from ocr_pictures import seen, squares
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from test_ocr_flyers import packed

from portal.reading.ocr.picture_reader import Eyes
from portal.reading.ocr.removal.dashed_lines import without_dashes
from portal.reading.ocr.removal.line_drawings import without_drawn
from portal.reading.seeing import Read, Unsure

Way = Callable[[Image.Image], Image.Image]
STEPS = ("Register online by April 24", "Bring a friend", "Games for all", "Doors open at 5 PM", "Free for all")


def discs(
    signs: str, *, step: tuple[int, int] = (0, 64), side: int = 44, ink: int = 255, fill: int = 90, size: int = 22
) -> Image.Image:
    """Discs with one sign each, on a page with a title."""
    page = Image.new("L", (820, 820), 250)
    draw = ImageDraw.Draw(page)
    draw.text((60, 60), "Summer Reading", fill=20, font=ImageFont.load_default(56))
    for number, sign in enumerate(signs):
        x, y = 60 + step[0] * number, 180 + step[1] * number
        disc = Image.new("L", (4 * side, 4 * side))
        ImageDraw.Draw(disc).ellipse((0, 0, 4 * side - 1, 4 * side - 1), fill=255)
        page.paste(fill, (x, y), disc.resize((side, side), Image.Resampling.LANCZOS))
        _put(page, sign, (x + side / 2, y + side / 2), size, ink)
    return page


def _put(page: Image.Image, sign: str, middle: tuple[float, float], size: int, ink: int) -> None:
    if sign.isascii():
        ImageDraw.Draw(page).text(middle, sign, fill=ink, font=ImageFont.load_default(size), anchor="mm")
    else:
        letter = squares(sign, size)
        at = round(middle[0] - letter.width / 2), round(middle[1] - letter.height / 2)
        page.paste(ink, at, letter.point(lambda grey: 255 - grey))


def with_steps(page: Image.Image, count: int, size: int = 26) -> Image.Image:
    for number, step in enumerate(STEPS[:count]):
        at = (130, 202 + 64 * number)
        ImageDraw.Draw(page).text(at, step, fill=20, font=ImageFont.load_default(size), anchor="lm")
    return page


@pytest.mark.parametrize("way", [lambda page: page, packed], ids=["png", "jpeg"])
@pytest.mark.parametrize(("count", "ink", "fill"), [(3, 255, 90), (5, 0, 190)])
def test_discs_that_count_steps_are_no_line(count: int, ink: int, fill: int, way: Way, eyes: Eyes) -> None:
    page = way(with_steps(discs("12345"[:count], ink=ink, fill=fill), count))
    sight = seen(eyes, page)
    assert isinstance(sight, Read)
    assert "Bring a friend" in sight.text


LETTERS = ("ANA", "RIVERA", "LISBO", "12EA5", "하윤박", "12田")


def name_of(signs: str) -> str:
    return "".join(sign for sign in signs if not sign.isdigit())


STEPS_APART = [(0, 64), (64, 0), (54, 54), (0, 52)]  # down, along, aslant, and close
ONE_A_DISC = [(signs, STEPS_APART[number % 4]) for number, signs in enumerate(LETTERS)]  # in turns


@pytest.mark.parametrize(("signs", "step"), ONE_A_DISC)
def test_letters_one_a_disc_are_read_or_nobody_knows(signs: str, step: tuple[int, int], eyes: Eyes) -> None:
    sight = seen(eyes, discs(signs, step=step))
    assert sight == Unsure() or (isinstance(sight, Read) and name_of(signs) in sight.text.replace(" ", ""))


def test_letters_one_a_disc_are_told_though_a_longer_word_has_them(eyes: Eyes) -> None:
    page = discs("ANA")
    ImageDraw.Draw(page).text((60, 500), "Bananas for Rivera", fill=20, font=ImageFont.load_default(30))
    sight = seen(eyes, page)
    assert sight == Unsure() or (isinstance(sight, Read) and "ANA" in sight.text.split())


@pytest.mark.parametrize(("name", "size"), [("Ana Rivera", 10), ("Li", 14), ("하윤", 10)])
def test_a_pale_name_below_the_number_of_a_step_is_not_passed_over(name: str, size: int, eyes: Eyes) -> None:
    page = discs("12345", side=72, step=(0, 84), size=30)
    _put(page, name, (96, 322), size, 160)
    assert seen(eyes, page) == Unsure()


FRAMES = ((60, 240, 400, 390), (420, 240, 760, 390), (60, 410, 400, 560), (420, 410, 760, 560))


def framed(inks: tuple[int, ...] = (90, 120, 150, 110)) -> Image.Image:
    """Words in cells with a frame of dashes each, on paper whose shade changes."""
    page = Image.linear_gradient("L").rotate(40, expand=True).crop((100, 100, 240, 240)).resize((820, 820))
    page = page.point(lambda grey: 205 + grey // 6)
    draw = ImageDraw.Draw(page)
    draw.text((60, 60), "Summer Reading", fill=20, font=ImageFont.load_default(56))
    for (left, top, right, bottom), ink, words in zip(FRAMES, inks, STEPS, strict=False):
        for at in range(left, right, 12):
            for y in (top, bottom):
                draw.rectangle((at, y, at + 6, y + 1), fill=ink)
        for at in range(top, bottom, 12):
            for x in (left, right):
                draw.rectangle((x, at, x + 1, at + 6), fill=ink)
        at = ((left + right) / 2, (top + bottom) / 2)
        draw.text(at, words, fill=20, font=ImageFont.load_default(24), anchor="mm")
    return page


def test_frames_of_dashes_are_no_writing(eyes: Eyes) -> None:
    sight = seen(eyes, framed())
    assert isinstance(sight, Read)
    assert "Bring a friend" in sight.text


AT_A_FRAME = [
    (where, (0, 90)[at % 2], *print_)  # each print in another place, and either way
    for at, print_ in enumerate([(0, 0.0, 18), (40, 3.0, 28), (170, 2.0, 24)])
    for place, where in enumerate(["on the frame", "between two", "along it"])
    if (at + place) % 3 == 1
]


@pytest.mark.parametrize(("where", "turned", "ink", "blur", "size"), AT_A_FRAME)
def test_a_name_at_a_frame_of_dashes_is_not_passed_over(
    where: str, turned: int, ink: int, blur: float, size: int, eyes: Eyes
) -> None:
    page, off = framed(), {"on the frame": 0, "between two": 10, "along it": size * 0.6}[where]
    middle = (230 + turned, 390 + off) if not turned else (400 + off, 330)
    letters = Image.new("L", page.size)
    ImageDraw.Draw(letters).text(middle, "Ana Rivera", fill=255, font=ImageFont.load_default(size), anchor="mm")
    letters = letters.rotate(turned, center=middle).filter(ImageFilter.GaussianBlur(blur))
    page.paste(ink, (0, 0), letters)
    sight = seen(eyes, page)
    assert sight == Unsure() or (isinstance(sight, Read) and "Rivera" in sight.text)


def test_frames_of_dashes_that_packing_frayed_are_no_writing(eyes: Eyes) -> None:
    sight = seen(eyes, packed(framed((70, 70, 70, 70))))
    assert isinstance(sight, Read)
    assert "Bring a friend" in sight.text


@pytest.mark.parametrize(("middle", "size", "ink", "blur"), [((80, 254), 22, 140, 0), ((404, 256), 28, 180, 0.8)])
def test_half_of_a_name_that_crosses_a_frame_of_dashes_is_not_enough(
    middle: tuple[int, int], size: int, ink: int, blur: float, eyes: Eyes
) -> None:
    page = framed((150, 150, 150, 150))
    letters = Image.new("L", page.size)
    ImageDraw.Draw(letters).text(middle, "Ana Rivera", fill=255, font=ImageFont.load_default(size), anchor="mm")
    page.paste(ink, (0, 0), letters.filter(ImageFilter.GaussianBlur(blur)))
    sight = seen(eyes, page)
    assert sight == Unsure() or (isinstance(sight, Read) and "Ana" in sight.text and "Rivera" in sight.text)


@pytest.mark.parametrize("lost", [0, 3])
def test_a_row_of_dashes_is_found_once_with_those_that_packing_frayed(lost: int) -> None:
    page = Image.new("L", (400, 200), 250)
    draw = ImageDraw.Draw(page)
    for number, x in enumerate(range(60, 340, 10)):
        frayed = number in range(5, 5 + lost)
        draw.rectangle((x, 100 - frayed, x + 6, 101 + 2 * frayed), fill=90)
    assert np.asarray(without_dashes(page, np.zeros((51, 101), dtype=bool))).min() >= 240


def test_a_row_of_dashes_stays_where_letters_were_read_on_it() -> None:
    page, read = Image.new("L", (400, 200), 250), np.zeros((51, 101), dtype=bool)
    for x in range(60, 340, 10):
        ImageDraw.Draw(page).rectangle((x, 100, x + 6, 101), fill=90)
    assert np.asarray(without_dashes(page, read)).min() >= 240
    read[24:27, 40:50] = True
    assert without_dashes(page, read) == page


def bunting(signs: str = "", *, ink: int = 255, size: int = 20) -> Image.Image:
    """A string with flags above a title, with one sign a flag."""
    page = Image.new("L", (820, 820), 250)
    draw = ImageDraw.Draw(page)
    draw.text((60, 140), "Summer Reading", fill=20, font=ImageFont.load_default(56))
    rise = [round(20 * math.sin(math.pi * x / 820)) for x in range(820)]
    draw.line([(x, 8 + y) for x, y in enumerate(rise)], fill=70, width=2)
    letters = Image.new("L", page.size)
    for number, x in enumerate(range(20, 760, 70)):
        y = 17 + rise[x + 20]
        draw.polygon([(x, y), (x + 40, y), (x + 20, y + 38)], fill=100 + 9 * (number % 8))
        if number < len(signs):
            _put(letters, signs[number], (x + 20, y + 12), size, 255)
    page.paste(ink, (0, 0), letters)
    return page


def test_flags_on_a_string_are_no_writing(eyes: Eyes) -> None:
    assert isinstance(seen(eyes, bunting()), Read)


@pytest.mark.parametrize(("signs", "ink", "size"), [("ANA", 255, 20), ("RIVERA", 0, 16), ("ANA", 200, 20)])
def test_letters_one_a_flag_are_read_or_nobody_knows(signs: str, ink: int, size: int, eyes: Eyes) -> None:
    sight = seen(eyes, bunting(signs, ink=ink, size=size))
    assert sight == Unsure() or (isinstance(sight, Read) and signs in sight.text.replace(" ", ""))


@pytest.mark.parametrize(
    ("y", "ink", "size", "blur"),
    [
        (24, 60, 24, 2.0),
        (40, 140, 24, 1.6),
        (24, 140, 24, 1.6),
        (56, 190, 30, 2.5),
        (40, 0, 34, 3.5),
    ],
)
def test_a_blurred_name_at_flags_is_not_passed_over(y: int, ink: int, size: int, blur: float, eyes: Eyes) -> None:
    page = bunting()
    letters = Image.new("L", page.size)
    ImageDraw.Draw(letters).text((410, y), "Ana Rivera", fill=255, font=ImageFont.load_default(size), anchor="mm")
    page.paste(ink, (0, 0), letters.filter(ImageFilter.GaussianBlur(blur)))
    sight = seen(eyes, page)
    assert sight == Unsure() or (isinstance(sight, Read) and "Rivera" in sight.text)


@pytest.mark.parametrize("step", [14])
def test_a_name_of_dots_is_not_taken_for_shapes(step: int, eyes: Eyes) -> None:
    page, name = discs(""), Image.new("1", (50, 12))
    ImageDraw.Draw(name).text((0, 0), "Ana Li", fill=1, font=ImageFont.load_default_imagefont())
    for x, y in zip(*reversed(np.nonzero(np.asarray(name))), strict=True):
        at = (30 + step * int(x), 300 + step * int(y))
        ImageDraw.Draw(page).ellipse((*at, at[0] + 11, at[1] + 11), fill=40)
    bare = without_drawn(page, np.zeros((206, 206), dtype=bool))
    assert bare is None or np.asarray(bare)[300:].min() < 60
    assert seen(eyes, page) == seen(eyes, page.filter(ImageFilter.GaussianBlur(0.1)))


ASLANT, DOWN, ALONG = (54, 54), (0, 70), (120, 0)


@pytest.mark.parametrize(
    ("signs", "step"),
    [
        ("ANA", ASLANT),
        ("IZE", DOWN),
        ("田昌田", ALONG),
    ],
)
def test_letters_one_a_disc_are_looked_for_after_a_second_look_too(
    signs: str, step: tuple[int, int], eyes: Eyes
) -> None:
    page = discs(signs, step=step)  # the tick boxes below are read at the second look
    for number, words in enumerate(("Yes, we will come", "No, we cannot", "I can volunteer", "Bus")):
        y = 560 + 60 * number
        ImageDraw.Draw(page).rectangle((60, y, 84, y + 24), outline=0, width=2)
        ImageDraw.Draw(page).text((96, y - 4), words, fill=20, font=ImageFont.load_default(26))
    sight = seen(eyes, page)
    assert sight == Unsure() or (isinstance(sight, Read) and signs in sight.text.replace(" ", ""))
