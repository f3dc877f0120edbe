"""Names as they stand in a sentence of languages that decline them."""

from functools import partial

import pytest

from portal.guard.roster.index import Known, Roster
from tests.rules import guarded
from tests.rules.guarded import child, each

ROSTER = Roster.of(
    (
        child("wojciech", "Wojciech", "Szczepański", "1"),
        child("hanna", "Hanna", "Brzęczyszczykiewicz", "2"),
        child("eleni", "Ελένη", "Παπαδόπουλος", "3"),
        child("dimitris", "Δημήτρης", "Καραγιαννίδης", "4"),
        child("maximilian", "Maximilian", "Großmann", "5"),
        child("andrei", "Андрей", "Кузнецов", "6"),
        child("svetlana", "Светлана", "Лысенко", "7"),
        child("mykhailo", "Mykhailo", "Petrenko", "8"),
    ),
    Known(staff=("Jan Szczepański",)),
)


people_in = partial(guarded.people_in, roster=ROSTER)


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("Dziękujemy Wojciechowi Szczepańskiemu za ciasto", "wojciech"),
        ("Urodziny Szczepańskiego Wojciecha", "wojciech"),
        ("z Wojciechem Szczepańskim", "wojciech"),
        ("list do Hanny Brzęczyszczykiewicz", "hanna"),
        ("η μητέρα της Ελένης Παπαδοπούλου", "eleni"),
        ("Ευχαριστούμε τον Δημήτρη Καραγιαννίδη", "dimitris"),
        ("Maximilians Großmanns Heft", "maximilian"),
        ("Maximilian Großmanns Heft", "maximilian"),
        ("письмо Андрею Кузнецову", "andrei"),
        ("Кузнецова Андрея нет", "andrei"),
        ("Нет Светланы Лысенко", "svetlana"),
        ("Лысенко Светлану", "svetlana"),
        ("Шановні батьки Михайла Петренка", "mykhailo"),
        ("з Михайлом Петренком", "mykhailo"),
    ],
)
def test_a_name_is_found_in_every_case(text: str, who: str):
    assert people_in(f"{text}.") == {who}


@each(
    "Jana Szczepańskiego", "Szczepańskiego ulica", "Marii Szczepańskiej", "wojciecha Szczepańskiego dom", "Ελένης",
    "Maximilians Grossman", "Szczepański. Wojciecha", "Hannah Szczepańska", "Андрея Лысенко", "Großmanns Haus",
)  # fmt: skip
def test_other_words_in_such_cases_are_nobody(text: str):
    assert people_in(f"{text}.") == frozenset()
