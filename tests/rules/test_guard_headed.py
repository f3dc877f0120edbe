"""Given names below a head of their family's name, and stacked names: one way for all that carries them."""

import pytest

from portal.guard.rules import Blocked, judge
from portal.reading.reader import Part
from tests.rules.guarded import ROSTER, each, named


def named_in(*parts: tuple[str, str]) -> frozenset[str]:
    verdict = judge([Part(place, text) for place, text in parts], ROSTER)
    return verdict.people if isinstance(verdict, Blocked) else frozenset()


@each(
    "### Whitcombe\n\n- Oliver, swimming\n- Mia, drive",
    "Whitcombe\n\nOliver, Mia",
    "Whitcombe\n\nMia, Oliver",
    "Whitcombe\n\nOliver (3B)",
    "Whitcombe\n\nOliver - swimming",
    "Whitcombe\n3B\nOliver",
    "Whitcombe\n\nReader\tOliver",
)
def test_a_given_name_is_found_that_an_item_below_its_family_begins_with(text: str):
    assert named(text) == {"oliver"}


@each(
    "Day\tDish\tWhitcombe\n\nMon\tSoup\tOliver\n\nTue\tRice\t",
    "Lunch\n\nDay\tDish\tWhitcombe\n\nMon\tSoup\t\n\nTue\tRice\tOliver",
    "Bus\tStop\tWho\n\n1\tElm\tWhitcombe\n\n\t\tOliver",
    "Lunch\n\nDay\tDish\n\n\t\tOliver\n\n\t\tWhitcombe",
)
def test_a_name_is_found_whose_halves_stand_below_each_other_in_a_column(text: str):
    assert named(text) == {"oliver"}


@each("Oliver\n3B\nWhitcombe", "Dear all,\n\nOliver\ngrade 3\nWhitcombe\n\nKind regards", "Oliver\n\n12\n\nWhitcombe")
def test_a_class_may_stand_between_two_lines_of_a_name(text: str):
    assert named(text) == {"oliver"}


@each("Pupil\n\nOliver\n\nWhitcombe", "Who\tRoom\n\nName\t\n\nWhitcombe\t\n\nOliver\t")
def test_a_label_above_two_lines_makes_no_list_of_them(text: str):
    assert named(text) == {"oliver"}


@each(
    "Day\tDish\tRivera\n\nMon\tSoup\tOliver",
    "1\tElm\tWhitcombe\n\n2\tOak\tOliver",  # each row is somebody else
    "Day\tDish\tWhitcombe Hall\n\nMon\tSoup\tOliver",
    "Day\tDish\tWhitcombe\n\nMon\tOliver\tSoup",
    "Day\tDish\tWhitcombe\n\nMon\tSoup\tMenu\n\nTue\tRice\tOliver",
    "1\tOliver\n\n2\tWhitcombe",
    "Whitcombe\n\nBus\tStop\tOliver",
    "Whitcombe\n\nMenu, drinks\nOliver, swimming",
    "Oliver\nMenu\nWhitcombe Hall",
    "Pupil\n\nOliver\n\nWhitcombe\n\nMia",  # a list
    "Hunter\n\nOwen, Oliver",
)
def test_other_columns_and_lines_name_nobody(text: str):
    assert named(text) == set()


@pytest.mark.parametrize(
    ("header", "body"),
    [
        (("headers", "Report: Whitcombe\n\nHeader"), ("text", "Oliver reads well and is kind.\nMore of it.")),
        (("headers", "Whitcombe"), ("text", "Oliver\nGrade 3")),
        (("headers, footers and styles", "Standard\n\nWhitcombe"), ("text", "Oliver reads well.")),
        (
            ("sheet 1, headers, notes and rules", "Whitcombe"),
            ("sheet 1, rows 1-3", "Lunch\n\nDay\tDish\n\nOliver\tSoup"),
        ),
    ],
)
def test_a_name_is_found_of_which_a_header_holds_one_half(header: tuple[str, str], body: tuple[str, str]):
    assert named_in(header, body) == {"oliver"}
    assert named_in((header[0], header[1].replace("Whitcombe", "Rivera")), body) == set()


@pytest.mark.parametrize(
    ("header", "body"),
    [
        (("headers", "Whitcombe Library, your place to read"), ("text", "Dear all,\nOliver won.")),
        (("headers", "Whitcombe"), ("text", "Dear families,\nthe play is Oliver Twist.")),
        (("sheet 1, headers, notes and rules", "Whitcombe"), ("sheet 2, rows 1-3", "Oliver\tSoup")),
        (("footers and notes", "Whitcombe"), ("text", "Oliver reads well.")),
    ],
)
def test_headers_of_something_else_name_nobody(header: tuple[str, str], body: tuple[str, str]):
    assert named_in(header, body) == set()
