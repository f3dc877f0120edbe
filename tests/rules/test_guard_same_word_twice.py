"""Names that have one word twice: Santa Santa, and a family name such as Nur Nur."""

import pytest

from portal.guard.roster.index import Known, Roster
from tests.rules.guarded import child, people_in

SANTA = Roster.of([child("santa", "Santa", "Santa", "100401")], Known())
NUR = Roster.of(
    [
        child("ilhaan", "Ilhaan", "Nur Nur", "100402"),
        child("nur", "Nur", "Ahmed", "100403"),
    ],
    Known(),
)


@pytest.mark.parametrize(
    "text",
    [
        "Santa Santa",
        "Dear Santa Santa!",
        "Santa, Santa",
        "Santa\tSanta\t3",
        "SANTA SANTA",
        "Santa-Santa",
        "1. Santa Santa",
    ],
)
def test_a_child_whose_names_are_one_word_that_is_a_place_as_well_is_found(text: str):
    assert people_in(text, SANTA) == {"santa"}


@pytest.mark.parametrize("text", ["Dear Santa, we begin on Monday.", "Santa comes. Santa Claus came.", "in Santa Fe"])
def test_one_such_word_alone_names_nobody(text: str):
    assert people_in(text, SANTA) == frozenset()


def test_ordinary_words_twice_stay_ordinary():
    roster = Roster.of([child("long", "Long", "Long", "100404")], Known())
    assert people_in("It is a long long way to the bus.", roster) == frozenset()


@pytest.mark.parametrize(
    "text", ["Nur Nur, Ilhaan", "Nur Nur\tIlhaan\t3", "Ilhaan Nur Nur", "Absent: Nur Nur, Ilhaan (grade 3)"]
)
def test_a_family_name_of_one_word_twice_is_no_given_name_before_it(text: str):
    assert people_in(text, NUR) == {"ilhaan"}


def test_a_given_name_before_such_a_family_name_stays_somebody_elses():
    roster = Roster.of([child("ilhaan", "Ilhaan", "Nur", "100402"), child("nur", "Nur", "Ahmed", "100403")], Known())
    assert people_in("Nur Nur, Ilhaan", roster) == frozenset()
