"""The order in which lines of a picture are told."""

import numpy as np

from portal.reading.ocr.components.line_features import Signs
from portal.reading.ocr.components.line_finding import Line
from portal.reading.ocr.layout.reading_order import in_order

_LETTER = 16


def _line(text: str, x: float, y: float, length: float) -> tuple[Line, str]:
    nowhere, signs = np.empty(0), Signs(4, _LETTER, 4, 8, *[0] * 10)
    return Line(x, y, 0, length, _LETTER, _LETTER, is_light=False, signs=signs, xs=nowhere, ys=nowhere), text


def test_a_name_in_the_boxes_of_a_seating_plan_stands_together():
    told = in_order(
        [
            *(_line("Max", 156, 85, 54), _line("Emma", 447, 85, 79)),
            *(_line("Stone", 156, 137, 74), _line("Thompson", 446, 137, 136)),
            *(_line("Zorn", 156, 265, 57), _line("Yates", 446, 265, 67)),
        ]
    )

    assert {"Max\nStone", "Emma\nThompson"} <= {*told.split("\n\n")}
    assert not any("Stone" in block and "Zorn" in block for block in told.split("\n\n"))


def test_paragraphs_with_a_blank_line_between_stay_apart():
    told = in_order([_line("Dear Rivera,", 200, 100, 300), _line("Ana is absent.", 210, 180, 320)])

    assert told == "Dear Rivera,\n\nAna is absent."


def test_what_follows_a_line_that_was_read_twice_follows_both():
    told = in_order([_line("Min-jun", 739, 351, 106), _line("Mim-jun", 739, 351, 106), _line("Yoon", 739, 392, 66)])

    assert {"Min-jun\nYoon", "Mim-jun\nYoon"} <= {*told.split("\n\n")}


def test_a_line_follows_the_nearest_of_two_above_it():
    lines = ("Grade 4", 35, 0, 70), ("Award", 110, 24, 60), ("Emma", 40, 40, 40), ("Quigley", 62, 80, 64)

    assert "Emma\nQuigley" in in_order([_line(*line) for line in lines])
