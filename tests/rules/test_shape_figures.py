"""Which figures in a row are somebody's phone, and which words beside them nobody's name."""

import pytest

from portal.guard.lists.list_shape import personal_rows
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
    shares = [f"{name}\t{75119 + number}\t{number + 690}.799987792969" for number, name in enumerate(PEOPLE)]
    assert personal_rows([Part("page 1", "\n".join(shares))]) == ()
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


LAST_FIGURES = ["0417731", "8160924", "3392057", "6725513", "1048862", "9931740", "4508296", "7273385", "2816409"]
IN_ONE = {
    "Denmark": "2{}",
    "Norway": "9{}",
    "Singapore": "6{}",
    "a town in the States": "555{:.4}",
    "a state": "3{:.6}",
    "Poland": "50{}",
    "Belgium, without its zero": "47{}",
    "Malaysia, without its zero": "12{}",
    "France": "061{}",
    "the States, with a point": "704.{}",
}


def rows_with(phone: str, row: str, apart: str) -> str:
    told = (row.format(name, phone.format(last)) for name, last in zip(PEOPLE, LAST_FIGURES, strict=False))
    return "\n".join(told).replace("\t", apart)


@pytest.mark.parametrize("where", IN_ONE)
@pytest.mark.parametrize("apart", ["\t", ", ", "   "])
def test_phones_in_one_make_a_list_of_a_class(where: str, apart: str):
    text = rows_with(IN_ONE[where], "{}\t4B\t{}", apart)
    assert personal_rows([Part("page 1", text)]) == (("page 1", 9),)
    assert personal_rows([Part("page 1", f"Elev\tKlasse\tTlf.\n{text}")]) == (("page 1", 9),)
    lines = text.split("\n")
    cut = [Part("page 1", "\n".join(lines[:4])), Part("page 2", "\n".join(lines[4:8]))]
    assert personal_rows(cut) == (("page 1", 4), ("page 2", 4))


@pytest.mark.parametrize("where", [where for where, phone in IN_ONE.items() if len(phone.format(*LAST_FIGURES)) < 10])
def test_phones_in_one_make_a_list_though_nothing_else_is_told(where: str):
    for row in ("{}\t{}", "{}\t3\t{}", "{}\t100312\t{}"):
        text = rows_with(IN_ONE[where], row, "\t")
        assert personal_rows([Part("page 1", text)]) == (("page 1", 9),)


def test_phones_of_several_lengths_are_a_list_of_a_class_or_with_a_mail_address():
    for row in ("{}\t4B\t{}", "{}\t{}\tfamily@gmail.com"):
        lines = rows_with("41{}", row, "\t").split("\n")
        told = [line.replace("\t41", "\t", number % 2) for number, line in enumerate(lines)]
        assert personal_rows([Part("page 1", "\n".join(told))]) == (("page 1", 9),)


def test_phones_of_two_lengths_that_begin_alike_are_a_list_as_in_estonia():
    phones = [f"5{last[number % 2 :]}" for number, last in enumerate(LAST_FIGURES)]
    rows = [f"{name}\t{phone}" for name, phone in zip(PEOPLE[:5], phones, strict=False)]
    assert personal_rows([Part("page 1", "\n".join(rows))]) == (("page 1", 5),)


def test_cards_with_phones_in_one_are_a_list():
    cards = [f"{name}\nKlasse 4B\n2{last}\n" for name, last in zip(PEOPLE, LAST_FIGURES, strict=False)]
    assert personal_rows([Part("page 1", "\n".join(cards))]) == (("page 1", 9),)
    books = [f"{name}\nGrade 3\n{figures}\n" for name, figures in zip(PEOPLE, BOOKS, strict=False)]
    assert personal_rows([Part("page 1", "\n".join(books))]) == ()


BOOKS = ["0306406152", "0140449132", "0062315005", "0199535566", "0452284236", "0141439513", "0486280616"]
COUNTS = {
    "cities by how many live there": """
Shanghai Pudong\t24874500
Ciudad de México\t12294193
Rio de Janeiro\t6747815
Addis Ababa\t3860000
Buenos Aires\t3120612
Santo Domingo\t2201941
Abu Dhabi\t1807000""",
    "cities in no order": """
Belo Horizonte\tBR\t2721564
Nizhny Novgorod\tRU\t1259013
Quezon Bonifacio\tPH\t2761720
Rostov Na Donu\tRU\t1130305
Porto Alegre\tBR\t1372741""",
    "films by what they made": """
Wakanda Forever\tDisney\t453829060
Barbie Dreamhouse\tWarner\t63623881
Fallen Kingdom\tUniversal\t417719760
Moana Tefiti\tDisney\t24870748
Joker Folie\tWarner\t58300287""",
    "players by what they earn": """
Jacek Wilczek\t37166666
Corbin Szabo\t9500000
Anders Lindqvist\t21000000
Mikael Thorup\t5500000
Benoit Carrel\t13200000""",
    "votes": """
Benoit Carrel\tD\t8147231
Anders Lindqvist\tR\t15216840
Jacek Wilczek\tI\t2882955
Mikael Thorup\tD\t1405284
Corbin Szabo\tR\t6198823""",
    "what was counted of each, roughly": """
Jacek Wilczek\t3\t4500000
Corbin Szabo\t4\t2300000
Anders Lindqvist\t3\t8800000
Mikael Thorup\t2\t5100000
Benoit Carrel\t1\t7600000""",
}


@pytest.mark.parametrize("what", COUNTS)
@pytest.mark.parametrize("apart", ["\t", ", ", "   "])
def test_numbers_of_anything_are_no_phones(what: str, apart: str):
    assert personal_rows([Part("page 1", COUNTS[what].replace("\t", apart))]) == ()
