"""What was read of a picture, and whether that is all that is in a place."""

from dataclasses import replace

import pytest
from ocr_pictures import lines
from PIL import Image, ImageDraw

from portal.reading.ocr.components.line_finding import Line, find_lines, scales_of
from portal.reading.ocr.layout.coverage import Chart

TWO = "Welcome to our school", "and to the open house"


def two_lines() -> tuple[Image.Image, Chart, Line]:
    """Two lines that were read, and the one mark that they are from afar."""
    page = lines(36, *TWO).convert("L")
    found = [line for line in find_lines(scales_of(page)) if line.is_clear and abs(line.angle) < 1]
    upper, lower = (min(found, key=lambda line: abs(line.y - y)) for y in (100, 230))
    both = replace(upper, y=(upper.y + lower.y) / 2, height=lower.y - upper.y + upper.height, angle=0.0)
    return page, Chart(page.size, [upper, lower]), both


def test_two_lines_that_were_read_are_all_of_the_mark_that_they_are_from_afar() -> None:
    page, chart, both = two_lines()
    assert chart.has_ink_of(both, page)


@pytest.mark.parametrize("ink", [0, 120, 200])
def test_what_stands_between_them_was_not_read(ink: int) -> None:
    page, chart, both = two_lines()
    ImageDraw.Draw(page).text((both.x - 60, both.y - 14), "王小明", fill=ink, font_size=24)
    ImageDraw.Draw(page).line((both.x - 60, both.y, both.x + 60, both.y + 8), fill=ink, width=3)
    assert not chart.has_ink_of(both, page)


def test_a_place_without_ink_or_aslant_has_none_of_it_read() -> None:
    page, chart, both = two_lines()
    assert not chart.has_ink_of(both, Image.new("L", page.size, 255))
    assert not chart.has_ink_of(replace(both, angle=30.0), page)
