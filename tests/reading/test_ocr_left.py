"""Nothing as large as a word stays unread because a thin line is beside it, around it or through it."""

import numpy as np
import pytest
from ocr_pictures import typeset
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from test_ocr_rules import scanned, seen

from portal.reading.ocr.removal.leftovers import leaves_word
from portal.reading.ocr.removal.straight_lines import without_straight
from portal.reading.seeing import Read, Sight, Unsure

FEES = (("Registration fee", "45.00"), ("Technology", "12.50"), ("Field trips", "30.00"), ("Yearbook", "18.75"))
SIZE = (1200, 700)


def fees() -> Image.Image:
    """A table that a scanner took straight."""
    page = Image.new("L", SIZE, 244)
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(24)
    for row in range(8):
        pen.line((60, 80 + 70 * row, 1140, 80 + 70 * row), fill=60, width=2)
        for column, word in enumerate(FEES[row % 4] if row < 7 else ()):
            pen.text((90 + 540 * column, 100 + 70 * row), word, fill=20, font=font)
    for column in (60, 600, 1140):
        pen.line((column, 80, column, 570), fill=60, width=2)
    return page


def laid_over(page: Image.Image, what: Image.Image, at: tuple[int, int]) -> Image.Image:
    box = (*at, at[0] + what.width, at[1] + what.height)
    page.paste(Image.fromarray(np.minimum(np.asarray(page.crop(box)), np.asarray(what))), at)
    return page


def name(points: int, soft: float, shade: int, *, wide: float = 1) -> Image.Image:
    made = Image.new("L", (640, 2 * points + 8), 244)
    written = "Ana  Rivera,  Grade  3,  704 555 0147"
    ImageDraw.Draw(made).text((4, 4), written, fill=shade, font=ImageFont.load_default(points))
    return made.resize((round(made.width * wide), made.height)).filter(ImageFilter.GaussianBlur(soft))


def is_stopped(told: Sight) -> bool:
    return isinstance(told, Unsure) or (isinstance(told, Read) and "Rivera" in told.text)


@pytest.mark.parametrize(("points", "soft", "shade", "up"), [(20, 3, 20, 2), (20, 3, 20, 26), (16, 2.4, 60, 26)])
def test_a_blurred_name_beside_a_rule_of_a_table_scanned_straight_leaves_nobody_sure(
    points: int, soft: float, shade: int, up: int
):
    assert is_stopped(seen(scanned(laid_over(fees(), name(points, soft, shade), (330, 430 - up)), 0)))


@pytest.mark.parametrize(("soft", "shade", "wide"), [(2.4, 150, 1), (3, 20, 1.5), (1.6, 190, 1)])
def test_a_pale_or_stretched_name_beside_a_rule_leaves_nobody_sure(soft: float, shade: int, wide: float):
    assert is_stopped(seen(scanned(laid_over(fees(), name(16, soft, shade, wide=wide), (130, 404)), 0)))


def short(written: str = "Ana Rivera", *, soft: float = 0, gap: int | None = None, line: int = 60) -> Image.Image:
    """A name with a frame so many pixels around it, or a line below and above it."""
    made = Image.new("L", (220, 60), 244)
    pen, font = ImageDraw.Draw(made), ImageFont.load_default(16)
    left, top, right, bottom = (round(edge) for edge in pen.textbbox((30, 20), written, font=font))
    pen.text((30, 20), written, fill=20, font=font)
    made = made.filter(ImageFilter.GaussianBlur(soft))
    pen = ImageDraw.Draw(made)
    if gap is None:
        for row in (top - 3, bottom + 3):
            pen.line((left - 20, row, right + 20, row), fill=line, width=2)
    else:
        pen.rectangle((left - gap, top - gap, right + gap, bottom + gap), outline=line, width=2)
    return made


@pytest.mark.parametrize(("gap", "soft"), [(0, 0), (0, 1.9), (1, 1.9), (3, 0)])
def test_a_name_in_a_tight_frame_in_a_cell_is_read_or_leaves_nobody_sure(gap: int, soft: float):
    assert is_stopped(seen(scanned(laid_over(fees(), short(soft=soft, gap=gap), (760, 375)), 0)))


@pytest.mark.parametrize("soft", [0, 1.9])
def test_a_name_between_two_lines_is_read_or_leaves_nobody_sure(soft: float):
    assert is_stopped(seen(scanned(laid_over(fees(), short(soft=soft), (760, 375)), 0)))


def test_a_table_scanned_straight_is_read_with_its_short_words():
    page = fees()
    ImageDraw.Draw(page).text((940, 310), "Fri", fill=20, font=ImageFont.load_default(24))
    told = seen(scanned(page, 0))
    assert isinstance(told, Read)
    assert all(word in told.text for row in FEES for word in row)


def left_on(page: Image.Image, read: tuple[int, int, int, int] = (0, 0, 0, 0)) -> bool:
    bare = without_straight(page)
    assert bare is not None
    squares = np.zeros((page.height // 4 + 1, page.width // 4 + 1), dtype=bool)
    squares[read[1] // 4 : read[3] // 4, read[0] // 4 : read[2] // 4] = True
    return leaves_word(page, bare, squares)


def on_a_line(shade: int = 244) -> Image.Image:
    page = Image.new("L", (900, 400), shade)
    ImageDraw.Draw(page).line((60, 200, 840, 200), fill=60, width=2)
    return page


def test_a_word_on_a_line_is_left_until_it_is_read():
    page = laid_over(on_a_line(), name(20, 3, 60).crop((0, 0, 100, 40)), (300, 172))
    assert left_on(page)
    assert not left_on(page, (280, 160, 420, 220))
    assert left_on(page, (280, 160, 330, 220)), "half of it"


def test_a_bar_a_tick_and_a_line_alone_are_no_words():
    page = on_a_line()
    assert not left_on(page)
    pen = ImageDraw.Draw(page)
    pen.rectangle((100, 160, 260, 190), fill=90)
    pen.text((400, 170), "x", fill=20, font=ImageFont.load_default(24))
    pen.ellipse((500, 170, 514, 184), fill=20)
    assert not left_on(page)


def headed(shade: int) -> Image.Image:
    """A table whose head is shaded: made small, that row is one dark spot, most of which is not read."""
    return typeset(
        f"""#set text(font: "Libertinus Serif", size: 11pt)
= Bus times
#table(columns: (1fr,) * 4, fill: (_, y) => if y == 0 {{ rgb({shade}, {shade}, {shade}) }}, inset: 7pt,
stroke: 0.6pt + rgb("#888888"), [*Stop*], [*Morning*], [*Afternoon*], [*Bus*], [Library], [7:15 am], [3:20 pm],
[Blue line], [Main Street], [7:25 am], [3:30 pm], [Green line], [Market], [7:40 am], [3:45 pm], [Red line])
Buses leave from the main entrance.""",
        size="width: 160mm, height: 90mm",
        ppi=144,
    ).convert("L")


@pytest.mark.parametrize("shade", [180, 229])
def test_a_table_with_a_shaded_head_is_read(shade: int):
    told = seen(headed(shade))
    assert isinstance(told, Read)
    assert "Main Street\t7:25 am\t3:30 pm\tGreen line\n\nMarket" in told.text


@pytest.mark.parametrize(
    ("shade", "ink", "points", "soft", "at"),
    [
        (215, 60, 16, 0.8, (585, 104)),  # across the line between two cells
        (180, 150, 13, 0.8, (140, 98)),  # hardly darker
        (229, 255, 16, 1.5, (600, 122)),  # and across the line below
        (229, 120, 13, 0.8, (56, 92)),  # darker, over a word
    ],
)
def test_a_name_on_the_shaded_head_of_a_table_is_read_or_leaves_nobody_sure(
    shade: int, ink: int, points: int, soft: float, at: tuple[int, int]
):
    page = headed(shade)
    written = Image.new("L", page.size, 0)
    ImageDraw.Draw(written).text(at, "Ana Rivera", fill=255, font=ImageFont.load_default(points))
    page.paste(ink, (0, 0), written.filter(ImageFilter.GaussianBlur(soft)))
    assert is_stopped(seen(page))


def spelled(written: str, points: int, *, apart: tuple[int, int]) -> Image.Image:
    """A page with a table, and something one letter at a time, so many pixels apart along and down."""
    page = headed(215)
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(points)
    start = (60, 225 if apart[1] else 420)
    for place, letter in enumerate(written):
        pen.text((start[0] + place * apart[0], start[1] + place * apart[1]), letter, fill=20, font=font, anchor="mm")
    return page


@pytest.mark.parametrize(
    ("written", "points", "apart"),
    [
        ("ANARIVERA", 16, (0, 30)),
        ("AnaRivera", 22, (60, 0)),
    ],
)
def test_letters_one_by_one_beside_a_table_leave_nobody_sure(written: str, points: int, apart: tuple[int, int]):
    assert is_stopped(seen(spelled(written, points, apart=apart)))


@pytest.mark.parametrize("points", [22, 30])
def test_a_few_letters_on_their_heads_beside_a_table_leave_nobody_sure_as_hebrew_is_read_so(points: int):
    page = headed(215)
    card = Image.new("L", (300, 60), 255)
    ImageDraw.Draw(card).text((20, 10), "Lil cul", fill=20, font=ImageFont.load_default(points))
    page.paste(card.transpose(Image.Transpose.ROTATE_180), (400, 380))
    assert isinstance(seen(page), Unsure)


@pytest.mark.parametrize("written", ["XXXXXX", "123456"])
def test_a_row_of_crosses_or_figures_beside_a_table_is_no_name(written: str):
    assert isinstance(seen(spelled(written, 22, apart=(60, 0))), Read)
