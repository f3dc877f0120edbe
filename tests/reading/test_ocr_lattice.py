"""Lines of tables and forms are told from the strokes of large letters by where they end."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.reading.ocr.components.background_levels import all_levelled, levelled, row_sums
from portal.reading.ocr.components.ruling_grid import Rule, are_no_letters, mended

PAGE = (1000, 900)


def across(at: float, start: float, end: float) -> Rule:
    return Rule(at, start, end, is_down=False)


def down(at: float, start: float, end: float) -> Rule:
    return Rule(at, start, end, is_down=True)


TABLE = [*(across(row, 100, 400) for row in (100, 150, 200)), *(down(column, 100, 200) for column in (100, 250, 400))]
L_OUTLINED = [
    down(100, 100, 400), across(100, 100, 180), down(180, 100, 320), across(320, 180, 300), down(300, 320, 400),
    across(400, 100, 300),
]  # fmt: skip


@pytest.mark.parametrize(
    "rules",
    [
        [across(row, 100, 300) for row in range(100, 900, 60)],
        TABLE,
        [*TABLE, *(across(row, 100, 300) for row in (300, 400))],
        [*TABLE, across(102, 98, 270)],
        [*(across(row, 50, 950) for row in range(100, 900, 40)), down(150, 20, 880)],
        [across(100, 100, 240), across(101, 246, 400), *TABLE[1:]],
    ],
    ids=["lines to write on", "table", "both", "found twice", "margin", "broken"],
)
def test_lines_of_forms_and_tables_are_no_letters(rules: list[Rule]):
    assert are_no_letters(list(mended(rules, PAGE)), PAGE)


@pytest.mark.parametrize(
    "rules",
    [
        [down(100, 100, 300)],
        [down(100, 100, 300), across(300, 100, 200)],
        [down(100, 100, 300), down(200, 100, 300), across(200, 100, 200)],
        [down(100, 100, 300), *(across(row, 100, 200) for row in (100, 200, 300))],
        [across(100, 100, 300), down(200, 100, 300)],
        L_OUTLINED,
        [*TABLE, down(600, 100, 300), across(300, 600, 700)],
        [*TABLE, across(175, 250, 330)],
    ],
    ids=["I", "L", "H", "E", "T", "an outlined L", "L beside a table", "a stroke in a table"],
)
def test_strokes_that_end_in_the_open_may_be_letters(rules: list[Rule]):
    assert not are_no_letters(list(mended(rules, PAGE)), PAGE)


@given(st.integers(1, 30), st.integers(1, 50), st.floats(-1, 1), st.integers(0, 2**32 - 1))
def test_all_of_a_picture_is_laid_level_as_its_parts_are(height: int, width: int, slope: float, seed: int):
    grid = np.random.default_rng(seed).integers(0, 256, (height, width), dtype=np.uint8)
    assert np.array_equal(all_levelled(grid, slope), levelled(grid, slope))


@given(st.integers(1, 30), st.integers(1, 50), st.floats(-1, 1), st.integers(0, 2**32 - 1))
def test_rows_are_summed_as_if_laid_level_on_a_sheet_without_end(height: int, width: int, slope: float, seed: int):
    grid = np.random.default_rng(seed).integers(0, 256, (height, width), dtype=np.uint8)
    margin = width + 1
    padded = np.pad(grid, ((margin, margin), (0, 0)))
    assert np.array_equal(row_sums(grid, slope), levelled(padded, slope).sum(axis=1)[margin:-margin])
