"""Greek and Russian names in pictures: a model that knows Latin letters reads them as they look, and is sure of it."""

import pytest

from portal.guard.roster.index import Known, Roster
from portal.guard.rules import Clear, judge
from portal.reading.reader import Part
from tests.rules.guarded import child, each, is_found

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
    assert is_found(name, read)
    assert not is_found(name, read, by_ocr=False)


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("Vũ Bùi", "Bui vii"),
        ("Lina Kim", "Lina kirn"),
        ("Anna Dahl", "Anna dahi"),
        ("Jiří Kos", "Kos jifi"),
        ("Елена Лис", "Elena Lls"),
        ("Сергей Иванов", "Setgci Ivanov"),
        ("Άννα Βάρη", "Anna vati"),
        ("Марко Јовић", "Matk0 jovic"),
    ],
)
def test_what_letters_look_like_excuses_no_slip_that_was_found_without_it(name: str, read: str):
    assert is_found(name, read)


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
