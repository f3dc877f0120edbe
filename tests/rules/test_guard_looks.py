"""Greek and Russian names in pictures: a model that knows Latin letters reads them as they look, and is sure of it."""

import pytest

from portal.guard.roster import Known, Roster
from portal.guard.rules import Blocked, Clear, judge
from portal.reading.reader import Part
from tests.rules.guarded import child, each

NAMES = ("Марк Топор", "Сергей Иванов", "Анна Петрова", "Анна Ган", "Ким Гай", "Вова Май", "Άννα Βάρη", "Νίκος Βλάχος")


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("Марк Топор", "Mapk Tonop"),
        ("Сергей Иванов", "Cepreu UBaHOB"),
        ("Анна Петрова", "AHHa NeTpoBa"),
        ("Иван Козлов", "MBaH Ko3noB"),
        ("Денис Бах", "Aeuuc Bax"),
        ("Юра Титов", "IOpa TuToB"),
        ("Άννα Βάρη", "Avva Bápn"),
        ("Νίκος Βλάχος", "Nikoc BAáxoc"),
    ],
)
def test_a_greek_or_russian_name_that_is_read_as_it_looks_in_latin_letters_does_not_hide_a_child(name: str, read: str):
    roster = Roster.of([child("one", *name.split(), "100400")], Known())
    assert isinstance(judge([Part("page 1", f"{read} is in grade 3.", by_ocr=True)], roster), Blocked)
    assert isinstance(judge([Part("page 1", f"{read} is in grade 3.")], roster), Clear)


@each(
    "Mark Tanner",
    "Anna Peters",
    "Nick Black, Anna Baker",
    "Mapk of the top",
    "Anna ran home.",
    "Kim ran home.",
    "man Vova is here.",
    "One and all of you at one v one",
)
def test_what_greek_and_russian_letters_look_like_makes_no_other_word_a_name(text: str):
    children = [child(f"c{at}", *name.split(), f"10040{at}") for at, name in enumerate(NAMES)]
    assert isinstance(judge([Part("page 1", text, by_ocr=True)], Roster.of(children, Known())), Clear)
