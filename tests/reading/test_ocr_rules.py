"""Thin straight lines are no writing, be they tilted, grainy or joined to a table; what stands on them is read."""

import numpy as np
import pytest
from ocr_pictures import letter, open_eyes
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from portal.reading.ocr.removal.ruling_lines import Ruled, Tangled, find_rules
from portal.reading.seeing import NoText, Read, Sight, Unsure

SIZE = (1000, 900)
LESSONS = ("Math", "Music", "Reading", "Science", "Lunch")


def scanned(page: Image.Image, degrees: float) -> Image.Image:
    """Askew, a little soft and with grain, as it comes from a scanner."""
    turned = page.rotate(degrees, Image.Resampling.BICUBIC, fillcolor=253).filter(ImageFilter.GaussianBlur(0.6))
    grain = np.random.default_rng(3).normal(0, 3, (page.height, page.width))
    return Image.fromarray((np.asarray(turned) + grain).clip(0, 255).astype(np.uint8))


def table(*, is_empty: bool = False, rows: int = 4) -> Image.Image:
    page = Image.new("L", SIZE, 253)
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(22)
    for row in range(rows + 1):
        pen.line((60, 60 + 110 * row, 940, 60 + 110 * row), fill=0, width=2)
    for column in range(6):
        pen.line((60 + 176 * column, 60, 60 + 176 * column, 60 + 110 * rows), fill=0, width=2)
    for cell in range(0 if is_empty else 5 * rows):
        what = LESSONS[cell * 7 % 5]
        pen.text((80 + 176 * (cell % 5), 80 + 110 * (cell // 5)), what, fill=0, font=font)
    return page


def lines_to_write_on() -> Image.Image:
    page = Image.new("L", SIZE, 253)
    for row in range(11):
        ImageDraw.Draw(page).line((60, 90 + 70 * row, 940, 90 + 70 * row), fill=0, width=2)
    return page


def seen(page: Image.Image) -> Sight:
    return open_eyes().look(page.width, page.height, page.tobytes())


def blurred_name() -> Image.Image:
    return letter("Ana Rivera, Grade 3, Room 12", ppi=144).convert("L").filter(ImageFilter.GaussianBlur(3.2))


@pytest.mark.parametrize("degrees", [-1.3, 2.5])
def test_a_table_with_all_its_lines_is_read_when_scanned_askew(degrees: float):
    told = seen(scanned(table(), degrees))
    assert isinstance(told, Read)
    assert all(told.text.count(lesson) >= 4 for lesson in LESSONS)


@pytest.mark.parametrize("degrees", [0, -1.5])
def test_an_empty_form_has_no_text(degrees: float):
    assert seen(scanned(lines_to_write_on(), degrees)) == NoText()
    assert not isinstance(seen(scanned(table(is_empty=True), degrees)), Unsure)


@pytest.mark.parametrize("degrees", [-1.3])
def test_a_name_that_nobody_can_read_in_a_table_leaves_nobody_sure(degrees: float):
    page = table()
    name = blurred_name()
    page.paste(name.crop((0, 0, min(name.width, 170), name.height)), (63, 440))
    page.paste(name, (60, 760))
    assert seen(scanned(page, degrees)) == Unsure()


@pytest.mark.parametrize("shade", [120, 232])
@pytest.mark.parametrize("up", [4, 12])
def test_a_blurred_name_on_a_line_or_struck_through_leaves_nobody_sure(shade: int, up: int):
    page = lines_to_write_on()
    written = Image.new("L", (500, 40), 253)
    ImageDraw.Draw(written).text((10, 6), "Ana Rivera Grade Three", fill=shade, font=ImageFont.load_default(26))
    soft = written.filter(ImageFilter.GaussianBlur(2.8))
    at = (100, 300 - soft.height + up)
    page.paste(Image.fromarray(np.minimum(np.asarray(soft), np.asarray(page.crop((*at, at[0] + 500, at[1] + 40))))), at)
    assert not isinstance(seen(scanned(page, 0.7)), NoText)


def test_a_blurred_name_between_words_that_are_read_leaves_nobody_sure():
    page = Image.new("L", SIZE, 253)
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(26)
    soft = Image.new("L", (220, 40), 253)
    ImageDraw.Draw(soft).text((10, 4), "Ana Rivera", fill=0, font=font)
    for row in range(6):
        pen.text((60, 100 + 90 * row), "Reading", fill=0, font=font)
        pen.text((400, 100 + 90 * row), "Science", fill=0, font=font)
    page.paste(soft.filter(ImageFilter.GaussianBlur(3)), (170, 276))
    assert seen(page) == Unsure()


def dashes(page: Image.Image, row: int, *, at: int = 100, count: int = 9, long: int = 90) -> Image.Image:
    """A word like Arabic with its letters stretched, or a headline with letters hanging on it: long level strokes."""
    pen = ImageDraw.Draw(page)
    for letter_at in range(at, at + count * long, long):
        pen.line((letter_at, row, letter_at + long, row), fill=0, width=3)
        pen.arc((letter_at + 20, row, letter_at + 32, row + 16), 0, 300, fill=0, width=3)
        pen.line((letter_at + 60, row - 14, letter_at + 60, row), fill=0, width=3)
    return page


@pytest.mark.parametrize("up", [0, 35])
def test_strokes_as_long_as_rules_with_letters_on_them_are_not_called_empty(up: int):
    assert not isinstance(seen(scanned(dashes(lines_to_write_on(), 300 - up), 0.7)), NoText)


@pytest.mark.parametrize("degrees", [0, 0.7])
def test_dark_gaps_between_light_letters_are_no_rules(degrees: float):
    page = Image.new("L", (700, 300), 253)
    ImageDraw.Draw(page).rectangle((40, 40, 660, 260), fill=0)
    for row in range(4):
        written = "HELEN RIVERA HILL ELLIE FIELD"
        ImageDraw.Draw(page).text((60, 60 + 46 * row), written, fill=253, font=ImageFont.load_default(40))
    told = seen(page.rotate(degrees, fillcolor=253).filter(ImageFilter.GaussianBlur(2.2)))
    assert isinstance(told, Unsure) or (isinstance(told, Read) and "RIVERA" in told.text)


UNDERLINED, STRUCK, TWICE = (30,), (16,), (14, 19)


@pytest.mark.parametrize(("over", "soft"), [(UNDERLINED, 0), (UNDERLINED, 3), (STRUCK, 3), (TWICE, 0)])
def test_a_name_with_lines_across_it_in_a_table_is_read_or_leaves_nobody_sure(over: tuple[int, ...], soft: float):
    page = table(is_empty=True)
    written = Image.new("L", (170, 34), 253)
    pen = ImageDraw.Draw(written)
    pen.text((8, 2), "Ana Rivera", fill=0, font=ImageFont.load_default(26))
    for row in over:
        pen.line((0, row, 170, row), fill=0, width=2)
    page.paste(written.filter(ImageFilter.GaussianBlur(soft)), (63, 320))
    told = seen(scanned(page, 0.7))
    assert isinstance(told, Unsure) or (isinstance(told, Read) and "Rivera" in told.text)


@pytest.mark.parametrize(("at", "soft"), [(170, 3.5), (600, 5)])
def test_a_much_blurred_name_beside_words_of_a_table_leaves_nobody_sure(at: int, soft: float):
    page = table()
    name = Image.new("L", (170, 34), 253)
    ImageDraw.Draw(name).text((8, 2), "Ana Rivera", fill=0, font=ImageFont.load_default(26))
    page.paste(name.filter(ImageFilter.GaussianBlur(soft)), (at, 240))
    assert seen(scanned(page, 0.7)) == Unsure()


def test_a_rule_no_longer_than_letters_are_high_may_be_a_stem_of_one():
    page = lines_to_write_on()
    ImageDraw.Draw(page).line((300, 836, 394, 836), fill=0, width=2)
    rules = find_rules(page)
    assert isinstance(rules, Ruled)
    nothing = np.zeros((SIZE[1] // 4 + 1, SIZE[0] // 4 + 1), dtype=bool)
    assert rules.is_all_beside(nothing, 20)
    assert not rules.is_all_beside(nothing, 60)


STROKES = {
    "E": ((0, 0, 0, 2), (0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 1, 2)),
    "H": ((0, 0, 0, 2), (1, 0, 1, 2), (0, 1, 1, 1)),
    "I": ((0.5, 0, 0.5, 2),),
    "L": ((0, 0, 0, 2), (0, 2, 1, 2)),
}


def of_strokes(page: Image.Image, word: str, left: int, top: int, size: tuple[int, int]) -> None:
    """Write with thin lines as long as rules."""
    for number, sign in enumerate(word):
        for stroke in STROKES[sign]:
            corner = (left + 1.5 * number * size[0], top)
            ends = [corner[end % 2] + part * size[end % 2] for end, part in enumerate(stroke)]
            ImageDraw.Draw(page).line(ends, fill=0, width=2)


@pytest.mark.parametrize("size", [(90, 90), (140, 170)])
@pytest.mark.parametrize("degrees", [0, 0.7])
def test_a_name_of_thin_lines_is_none_of_rules(size: tuple[int, int], degrees: float):
    page = Image.new("L", SIZE, 253)
    of_strokes(page, "ELI", 60, 60, size)
    of_strokes(page, "HILL", 60, 110 + 2 * size[1], size)
    assert find_rules(scanned(page, degrees)) == Tangled()


TOUCHING = [  # each height in each shade, level and askew in turns
    ((0, 0.7)[(at + number) % 2], up, shade)
    for at, up in enumerate((1, 12, 22))
    for number, shade in enumerate((0, 60, 200))
]


@pytest.mark.parametrize(("degrees", "up", "shade"), TOUCHING)
def test_a_letter_that_touches_a_rule_stays_whole(shade: int, up: int, degrees: float):
    page = lines_to_write_on()
    ImageDraw.Draw(page).text((500, 370 + up), "Helen Till", fill=shade, font=ImageFont.load_default(26), anchor="ls")
    page, name = scanned(page, degrees), (495, 330, 640, 400)
    rules = find_rules(page)
    assert not isinstance(rules, Ruled) or rules.bare.crop(name).tobytes() == page.crop(name).tobytes()


@pytest.mark.parametrize(("shade", "side"), [(253 - 60, 14), (253 - 5, 60)])
def test_what_is_left_beside_rules_must_be_read(shade: int, side: int):
    page = lines_to_write_on()
    ImageDraw.Draw(page).rectangle((500, 400, 500 + side, 400 + min(side, 24)), fill=shade)
    rules = find_rules(page)
    assert isinstance(rules, Ruled)
    read = np.zeros((SIZE[1] // 4 + 1, SIZE[0] // 4 + 1), dtype=bool)
    assert not rules.is_all_beside(read, 20)
    read[95:110, 120:145] = True
    assert rules.is_all_beside(read, 20)


def tick_boxes(page: Image.Image, *, at: int = 60, side: int = 34) -> Image.Image:
    for row in range(5):
        ImageDraw.Draw(page).rectangle((at, 120 + 140 * row, at + side, 120 + 140 * row + side), outline=0, width=2)
    return page


@pytest.mark.parametrize("degrees", [0, 0.7])
def test_a_form_with_tick_boxes_and_short_words_is_read(degrees: float):
    page = tick_boxes(Image.new("L", SIZE, 253))
    for row, words in enumerate(("Fri", "I agree", "Gym", "7", "Reading and lunch")):
        ImageDraw.Draw(page).text((120, 124 + 140 * row), words, fill=0, font=ImageFont.load_default(26))
        ImageDraw.Draw(page).line((400, 154 + 140 * row, 940, 154 + 140 * row), fill=0, width=2)
    told = seen(scanned(page, degrees))
    assert isinstance(told, Read)
    assert "Fri" in told.text
    assert "Reading and lunch" in told.text


def left_of(page: Image.Image, box: tuple[int, int, int, int]) -> bool:
    """Whether a tick box is left as it was when rules and boxes are taken out, if they are."""
    rules = find_rules(page)
    return not isinstance(rules, Ruled) or rules.bare.crop(box).tobytes() == page.crop(box).tobytes()


def test_a_tick_box_in_a_column_is_taken_out():
    assert not left_of(tick_boxes(lines_to_write_on()), (55, 255, 100, 300))


@pytest.mark.parametrize(
    ("sign", "at"),
    [("L", (30, 258)), ("L", (108, 258)), (".", (66, 240))],
    ids=["before it", "right behind it", "on its edge"],
)
def test_a_square_with_a_letter_beside_it_may_be_one(sign: str, at: tuple[int, int]):
    page = tick_boxes(Image.new("L", SIZE, 253), at=70)
    ImageDraw.Draw(page).text(at, sign, fill=0, font=ImageFont.load_default(28))
    assert left_of(page, (65, 255, 110, 300))


def test_a_name_in_two_lines_of_a_cell_stays_together():
    page = table(is_empty=True)
    for row, name in enumerate(("Ana", "Rivera")):
        ImageDraw.Draw(page).text((80, 290 + 50 * row), name, fill=0, font=ImageFont.load_default(26))
    told = seen(scanned(page, 0.7))
    assert isinstance(told, Unsure) or (isinstance(told, Read) and "Ana\nRivera" in told.text)


def test_one_square_alone_may_be_a_letter():
    page = lines_to_write_on()
    ImageDraw.Draw(page).rectangle((60, 260, 94, 294), outline=0, width=2)
    assert left_of(page, (55, 255, 100, 300))


@pytest.mark.parametrize("shade", [236, 242])
def test_a_word_nearly_as_pale_as_the_paper_leaves_nobody_sure(shade: int):
    page = table(is_empty=True)
    ImageDraw.Draw(page).text((80, 320), "Ana Rivera", fill=shade, font=ImageFont.load_default(20))
    assert not isinstance(seen(scanned(page, 0.7)), NoText)
