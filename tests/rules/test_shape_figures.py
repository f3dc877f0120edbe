"""Which figures in a row are somebody's phone, and which words beside them nobody's name."""

import pytest

from portal.guard.shape import personal_rows
from portal.reading.reader import Part
from tests.rules.papers import PEOPLE


def test_a_year_between_small_numbers_is_no_phone():
    players = [f"{name} {number + 7} {1985 + number} {number * 3}" for number, name in enumerate(PEOPLE)]
    assert personal_rows([Part("page 1", "Player No Born Goals\n" + "\n".join(players))]) == ()
    with_phones = "\n".join(f"{name} {number + 1} 980 343 01{number:02}" for number, name in enumerate(PEOPLE))
    assert personal_rows([Part("page 1", with_phones)])


CARS = """
Mazda Familia 21.0 6 160.0 110 3.90 2.620 16.46 0 1 4 4
Datsun Cedric 22.8 4 108.0 93 3.85 2.320 18.61 1 1 4 1
Hornet Drive 21.4 6 258.0 110 3.08 3.215 19.44 1 0 3 1
Merc Estate 18.7 8 360.0 175 3.15 3.440 17.02 0 0 3 2
Duster Valiant 14.3 8 360.0 245 3.21 3.570 15.84 0 0 3 4
Toyota Corona 21.5 4 120.1 97 3.70 2.465 20.01 1 0 3 1
Cadillac Fleetwood 10.4 8 472.0 205 2.93 5.250 17.98 0 0 3 4
Lincoln Continental 10.4 8 460.0 215 3.00 5.424 17.82 0 0 3 4
"""


def test_figures_with_points_are_no_phones():
    assert personal_rows([Part("page 1", CARS)]) == ()
    costs = [f"{name} {number + 1} {number + 3}00000.00 {number}" for number, name in enumerate(PEOPLE)]
    assert personal_rows([Part("page 1", "\n".join(costs))]) == ()


@pytest.mark.parametrize(
    "phone",
    ["(980) 343-01{}", "980.343.01{}", "1 980 343 01{}", "+1.980.343.01{}", "01 23 45 67 {}", "06.12.34.56.{}",
     "+49 (0) 30 / 1234-5{}", "8 (912) 345-67-{}", "98034301{}", "343.01{}"],
)  # fmt: skip
def test_phones_in_any_notation_make_a_list(phone: str):
    rows = [f"{name} {number % 5 + 1} {phone.format(number + 10)} {number % 3}" for number, name in enumerate(PEOPLE)]
    assert personal_rows([Part("page 1", "\n".join(rows))])


def test_codes_and_phrases_are_no_names():
    codes = [
        f"{word}\t{word}\t{number}7\t98034301{number}"
        for number, word in enumerate(("Ed", "A", "Ada", "Eb", "Bad", "Fed", "Bee", "C"))
    ]
    assert personal_rows([Part("rows", "\n".join(codes))]) == ()
    tools = [
        f"Gtk デジタル写真オーガナイザー{mark}\t{number}7\t98034301{number}"
        for number, mark in enumerate("アイウエオカキク")
    ]
    assert personal_rows([Part("rows", "\n".join(tools))]) == ()


TOWNS = [
    "San Diego",
    "Los Angeles",
    "Santa Clara",
    "New Haven",
    "Baton Rouge",
    "Fort Worth",
    "Cape Town",
    "Saudi Arabia",
    "Costa Rica",
]


@pytest.mark.parametrize(
    "figures",
    ["{0}386932", "1{0}386932", "CA\t{0}386932\t31.2{0}222\t121.4{0}806", "CA\t{0}386932", "3\t52.37{0}056"],
)  # fmt: skip
def test_how_many_live_in_a_place_and_where_it_lies_is_no_phone(figures: str):
    rows = [f"{town}\t{figures.format(number + 1)}" for number, town in enumerate(TOWNS)]
    assert personal_rows([Part("rows", "\n".join(["City\tCountry\tPopulation", *rows]))]) == ()


def test_the_number_of_a_book_is_no_phone_and_other_ten_figures_are():
    books = ("0306406152", "0140449132", "0062315005", "0199535566", "0452284236", "0141439513", "0486280616")
    rows = [f"{title}\t3\t{number}" for title, number in zip(PEOPLE, books, strict=False)]
    assert personal_rows([Part("rows", "\n".join(rows))]) == ()
    dialled = [
        f"{title}\t3\t{number[:-1]}{(int(number[-1]) + 1) % 10}" for title, number in zip(PEOPLE, books, strict=False)
    ]
    assert personal_rows([Part("rows", "\n".join(dialled))])
