"""Clean tables, forms and signs: what is no letter beside words leaves nobody unsure, and hides no name."""

from itertools import pairwise

import numpy as np
import pytest
from ocr_pictures import lines, seen, squares, typeset
from PIL import Image, ImageDraw, ImageFilter, ImageFont, ImageOps

from portal.reading.ocr.components.connected_components import FINE
from portal.reading.ocr.components.line_finding import find_lines, line_at, scales_of
from portal.reading.ocr.layout.dash_gaps import hyphens_beside
from portal.reading.ocr.net_reader import most_of
from portal.reading.ocr.nets.pale_text import crossed_in, pale_of, pale_words
from portal.reading.ocr.picture_reader import Eyes
from portal.reading.ocr.recognition.cross_check import Witness
from portal.reading.ocr.recognition.line_reader import LineReader
from portal.reading.ocr.recognition.line_readings import Strip, Word
from portal.reading.ocr.recognition.tesseract import Place, Readers
from portal.reading.ocr.removal.dashed_lines import are_bare
from portal.reading.seeing import Read, Unsure

ROWS = [
    ("Date", "Event"), ("Sept 1", "Labor Day — no school"), ("Sept 8", "First day, kindergarten"),
    ("Oct 13", "Book fair — bring a friend"), ("Nov 11", "Veterans Day observance"),
    ("Nov 27–28", "Thanksgiving recess"), ("Jan 19", "Winter concert — 6:30 p.m."),
    ("Feb 17", "Lunar New Year — no school"), ("Mar 20", "Spring break"),
]  # fmt: skip
WORD = ImageFont.load_default(26)


def table(rows: list[tuple[str, str]] = ROWS, *, head: str = "School year — calendar", ppi: float = 110) -> Image.Image:
    cells = ", ".join(f"[{cell}]" for row in rows for cell in row)
    body = f"#set text(size: 11pt)\n= {head}\n#table(columns: 2, stroke: 0.7pt + gray, {cells})\nAdopted in March."
    return typeset(body, ppi=ppi).convert("L")


@pytest.mark.parametrize("ppi", [96, 110, 200])
def test_a_table_with_dashes_between_its_words_is_read(ppi: float, eyes: Eyes):
    said = seen(eyes, table(ppi=ppi))
    assert isinstance(said, Read)
    assert {"kindergarten", "observance", "Adopted", "calendar"} <= set(said.text.replace(",", "").split())


@pytest.mark.parametrize("shade", [0, 60])
def test_a_name_of_squares_behind_a_dash_of_a_table_leaves_nobody_sure(shade: int, eyes: Eyes):
    page = table(head="School year —", ppi=110)
    name = squares("박윤하", 30).convert("L").point(lambda value: shade + value * (255 - shade) // 255)
    page.paste(name.crop((0, 0, name.width, min(name.height, 60))), (230, 30))
    assert isinstance(seen(eyes, page), Unsure)


def test_a_dash_is_one_only_beside_a_line_and_with_nothing_above_or_below():
    sheet = Image.new("L", (400, 200), 255)
    draw = ImageDraw.Draw(sheet)
    line = line_at((100, 100), (120, 30), 0, is_light=False)
    draw.rectangle((180, 99, 205, 101), fill=0)
    assert {(round(dash.x), round(dash.y)) for dash in hyphens_beside([line], sheet)} == {(193, 100)}
    draw.rectangle((180, 88, 205, 90), fill=0)
    assert not [*hyphens_beside([line], sheet)], "a sign of two strokes"
    far = line_at((100, 40), (120, 30), 0, is_light=False)
    assert not [*hyphens_beside([far], sheet)]


def certificate(name: str = "", ink: int = 0, soft: float = 0) -> Image.Image:
    body = (
        "#set text(size: 12pt)\n= Certificate of Achievement\nThis certificate is presented for outstanding effort.\n\n"
        "#let blank(width) = box(width: width, stroke: (bottom: 0.6pt))\n"
        "Given this #blank(22mm) day of #blank(34mm), 2026\n\n"
        "The Office of the School"
    )
    page = typeset(body, ppi=150).convert("L")
    if name:
        written = Image.new("L", page.size)
        ImageDraw.Draw(written).text((250, 172), name, fill=255, font=WORD)
        page.paste(ink, (0, 0), written.filter(ImageFilter.GaussianBlur(soft)))
    return page


def test_the_lines_to_write_on_within_a_line_of_words_leave_nobody_unsure(eyes: Eyes):
    said = seen(eyes, certificate())
    assert isinstance(said, Read)
    assert "day of" in said.text


@pytest.mark.parametrize(("ink", "soft"), [(0, 0.0), (130, 0.0), (190, 0.8), (120, 2.6)])
def test_a_name_on_such_a_line_is_read_or_leaves_nobody_sure(ink: int, soft: float, eyes: Eyes):
    said = seen(eyes, certificate("Ana Rivera", ink, soft))
    assert isinstance(said, Unsure) or "Rivera" in said.text


def joined(name: str, long: int) -> Image.Image:
    """A cut of a line with letters of another alphabet in it, behind each a stroke so long, as Arabic ones may have."""
    cut = Image.new("L", (1400, 48), 255)
    draw, font, x = ImageDraw.Draw(cut), ImageFont.load_default(34), 250
    draw.text((5, 2), "The winner is", fill=0, font=font)
    for letter in name:
        sign = squares(letter, 28).convert("L")
        sign = sign.crop(ImageOps.invert(sign).getbbox())
        cut.paste(sign, (x, 24 - sign.height // 2))
        draw.rectangle((x + sign.width, 23, x + sign.width + long, 25), fill=0)
        x += sign.width + long
    draw.text((x + 20, 2), "of grade 3", fill=0, font=font)
    return cut.crop((0, 0, x + 240, 48))


@pytest.mark.parametrize("long", [50, 90])
def test_a_stroke_that_joins_letters_is_no_line_to_write_on(long: int):
    witness = Witness()
    blank = joined("", 0).resize((800, 48))
    ImageDraw.Draw(blank).rectangle((blank.width - 120, 40, blank.width - 1, 42), fill=0)
    assert witness.hear(blank).is_whole
    assert not witness.hear(joined("박윤하", long)).is_whole


def test_a_model_is_not_confirmed_about_a_word_of_which_the_other_reader_says_something_else():
    line = find_lines(scales_of(lines(30, "The winner of the reading prize is Sara of grade 3").convert("L")))[0]

    def strip(name: str, sure: float) -> Strip:
        texts = ("The", "winner", "of", "the", "reading", "prize", "is", name, "of", "grade", "3")
        ends = pairwise((0, 0.08, 0.22, 0.26, 0.33, 0.48, 0.58, 0.61, 0.75, 0.8, 0.95, 1))
        words = (Word(text, sure if text == name else 95, *places) for text, places in zip(texts, ends, strict=True))
        return Strip(line, is_turned=False, words=tuple(words))

    assert strip("Sira", 30).is_confirmed_by(strip("Sira", 95))
    assert not strip("Sira", 30).is_confirmed_by(strip("Gino", 95))
    assert not strip("6jLw", 30).is_confirmed_by(strip("6jLw", 95)), "no word has a figure within"


class Blind(Readers):
    """Models that make nothing of a line, as tesseract makes nothing of some hands."""

    def read(self, number: int, cut: Image.Image) -> tuple[Place, ...]:
        del number, cut
        return ()


@pytest.fixture(scope="module")
def alone() -> LineReader:
    return LineReader(Blind(), Witness())


def read_alone(alone: LineReader, page: Image.Image) -> list[str]:
    levels = list(scales_of(page.convert("L")))
    clear = [line for line in find_lines(levels) if line.is_clear]
    assert clear
    read = (alone.read_line(line, levels) for line in clear)
    return [strip.text for strip, is_sure in read if is_sure]


def test_what_the_second_reader_alone_says_of_each_cut_is_believed(alone: LineReader):
    assert "Rough Riders" in read_alone(alone, lines(60, "Rough Riders"))


@pytest.mark.parametrize("word", ["Anna", "Kimm"])
def test_a_brief_word_that_it_alone_says_is_not(word: str, alone: LineReader):
    assert not read_alone(alone, lines(60, word))


@pytest.mark.parametrize("name", ["박윤하남궁", "하남궁박윤하"])
def test_nor_is_what_it_says_of_an_alphabet_it_does_not_know(name: str, alone: LineReader):
    assert not read_alone(alone, squares(name, 60))


def test_what_most_views_show_or_fewer_where_letters_are_small():
    read = np.zeros((4, 4), dtype=bool)
    read[:2] = True
    blind, shown = np.zeros((4, 4), np.float32), read.astype(np.float32)
    for seen_in in (5, 4, 3):
        assert most_of([shown] * seen_in + [blind] * (9 - seen_in), read) is not None
    assert most_of([shown] * 2 + [blind] * 7, read) is None
    assert most_of([shown] * 9, np.zeros((4, 4), dtype=bool)) is None, "nothing was read"


def test_what_is_left_of_a_rule_whose_ink_varies_is_no_pale_word():
    page = Image.new("L", (640, 400), 253)
    for left in range(40, 600, 40):
        ImageDraw.Draw(page).line((left, 200, left + 39, 200), fill=110 + left % 80, width=2)
        ImageDraw.Draw(page).line((320, left // 2 + 20, 320, left // 2 + 59), fill=120 + left % 80, width=2)
    shape = 400 // FINE, 640 // FINE
    assert not [*pale_words(pale_of(page), np.ones(shape, np.float32), crossed_in(page, shape))]


def test_a_column_of_figures_that_were_read_is_no_row_of_dashes():
    page = Image.new("L", (400, 500), 255)
    for row in range(12):
        ImageDraw.Draw(page).rectangle((100, 40 + 30 * row, 101, 50 + 30 * row), fill=0)
        ImageDraw.Draw(page).text(
            (104, 38 + 30 * row), f"{row} May"[row % 4 :], fill=0, font=ImageFont.load_default(13)
        )
    nothing = np.zeros((500 // FINE, 400 // FINE), dtype=bool)
    assert not are_bare(page, nothing)
    assert are_bare(page, ~nothing)
    half = nothing.copy()
    half[: 250 // FINE] = True
    assert not are_bare(page, half), "a name may be over the rest"
