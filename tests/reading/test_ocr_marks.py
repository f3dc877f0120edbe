"""An attack with names whose marks none of our models knows: sharp and plain, each letter read as its like."""

import itertools

import pytest
from ocr_pictures import seen, typeset

from portal.guard.roster.index import Person, Roster
from portal.guard.rules import Clear, judge
from portal.reading.ocr.picture_reader import Eyes
from portal.reading.reader import Part
from portal.reading.seeing import Read

NAMES = [
    ("Þórður", "Sigurðsson"),
    ("Şeyma", "Yıldız"),
    ("Ștefan", "Țurcanu"),
    ("Jiří", "Dvořák"),
    ("Łukasz", "Żółkiewski"),
    ("Gergő", "Szűcs"),
    ("Dženana", "Šabanović"),
    ("Åse", "Ørsted"),
    ("Māris", "Bērziņš"),
    ("Gülşen", "Çağlar"),
]
LETTERS = ["Welcome to our school!\n\n{0} {1} has won the prize.", "{0} {1}", "Name: {1}, {0}\n\nRoom 12"]
ROSTER = Roster.of(
    [Person("child", number, frozenset({number}), *name) for number, name in zip("0123456789", NAMES, strict=True)]
)
FACES = ["Libertinus Serif", "DejaVu Sans Mono"]


CASES = [
    (name, letter, FACES[(number + place) % 2])  # each name in one of the letters, in turns
    for (number, name), (place, letter) in itertools.product(enumerate(NAMES), enumerate(LETTERS))
    if number % 3 == place
]


@pytest.mark.parametrize(("name", "letter", "font"), CASES)
def test_a_name_with_marks_that_no_model_knows_is_found_or_unread(
    name: tuple[str, str], letter: str, font: str, eyes: Eyes
) -> None:
    body = f'#set text(font: "{font}", size: 15pt)\n{letter.format(*name)}'
    said = seen(eyes, typeset(body, size="width: 130mm, height: 60mm"))
    if isinstance(said, Read):
        assert judge([Part("picture 1", said.text, by_ocr=True)], ROSTER) != Clear()
