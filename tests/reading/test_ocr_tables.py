"""Clean tables, forms and signs: what is no letter beside words leaves nobody unsure, and hides no name."""

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from portal.reading.ocr.dashes import are_bare
from portal.reading.ocr.looker import most_of
from portal.reading.ocr.marks import FINE
from portal.reading.ocr.pale import crossed_in, pale_of, pale_words


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
