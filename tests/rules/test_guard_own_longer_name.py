"""A shorter name within that of the person a letter is for: Zakariya Dirie Haji, who is no Zakariya Omar Dirie."""

import pytest

from portal.guard.roster.index import Known, Roster
from tests.rules.guarded import child, people_in

ROSTER = Roster.of(
    [
        child("haji", "Zakariya Dirie", "Haji", "100410"),
        child("dirie", "Zakariya Omar", "Dirie", "100411"),
        child("long", "Hoàng Long", "Nguyễn", "100412"),
        child("hoang", "Long Vũ", "Hoàng", "100413"),
        child("tran", "Hoàng Minh", "Trần", "100414"),
    ],
    Known(),
)


@pytest.mark.parametrize(
    ("text", "whose"),
    [
        ("For Zakariya Dirie Haji. Zakariya Dirie reads well.", "haji"),
        ("Dear Zakariya Dirie Haji,\nZakariya Dirie was away.", "haji"),
        ("Học sinh: Nguyễn Hoàng Long. Hoàng Long học tốt.", "long"),
        ("Dear Hoàng Long Nguyễn,\nHoàng Long was away.", "long"),
    ],
)
def test_a_part_of_their_own_name_is_theirs(text: str, whose: str):
    assert people_in(text, ROSTER, frozenset({whose})) == frozenset()
    assert people_in(text, ROSTER) >= {whose}


@pytest.mark.parametrize(
    ("text", "whose", "found"),
    [
        ("For Zakariya Dirie Haji. Zakariya Omar Dirie reads well.", "haji", "dirie"),
        ("Zakariya Dirie reads well.", "haji", "dirie"),
        ("Zakariya Dirie reads well.", "long", "dirie"),
        ("Nguyễn Hoàng Long, Hoàng Vũ Long", "long", "hoang"),
        ("Nguyễn Hoàng Long, Trần Hoàng Minh", "long", "tran"),
        ("Hoàng Long học tốt.", "haji", "hoang"),
    ],
)
def test_who_has_another_word_or_stands_without_them_is_somebody_else(text: str, whose: str, found: str):
    assert found in people_in(text, ROSTER, frozenset({whose}))
