"""Well-known short names in the languages of families."""

import pytest

from portal.guard.roster import Roster
from portal.guard.rules import Blocked, Clear, judge
from portal.reading.reader import Part
from tests.rules.guarded import child


@pytest.mark.parametrize(
    ("given", "called"),
    [
        ("Rosalind", "Roz"), ("Harriet", "Hattie"), ("Bartosz", "Bartek"), ("Guadalupe", "Lupita"),
        ("Percival", "Percy"),
        ("Charlotte", "Lottie"), ("Ximena", "Xime"), ("Santiago", "Chago"), ("Zofia", "Zosia"), ("Olesya", "Lesya"),
        ("Svetlana", "Sveta"), ("Ярослав", "Слава"), ("Pavel", "Pasha"), ("Konstantinos", "Kostas"),
        ("Johannes", "Hannes"),
        ("Elżbieta", "Ela"), ("Graciela", "Chela"), ("Gwendolyn", "Wendy"), ("Małgorzata", "Gosia"),
        ("Salvador", "Chava"),
    ],
)  # fmt: skip
def test_a_short_name_beside_a_rare_family_name_names_a_child(given: str, called: str):
    verdict = judge(
        [Part("page 1", f"Thank you, {called} Featherstonhaugh.")],
        Roster.of([child("one", given, "Featherstonhaugh", "1")]),
    )
    assert isinstance(verdict, Blocked)


@pytest.mark.parametrize(
    "text", ["Roz Johnson", "Sol Featherstonhaugh", "Wendy Featherstonhaugh", "Roz and Featherstone"]
)
def test_another_short_name_is_nobody(text: str):
    roster = Roster.of([child("one", "Rosalind", "Featherstonhaugh", "1"), child("two", "Rosalind", "Johnson", "2")])
    assert judge([Part("page 1", f"Thank you, {text}.")], roster) == Clear()


def test_a_short_name_and_a_family_name_in_a_row_of_schools_are_nobody():
    roster = Roster.of([child("one", "Rosalind", "Featherstonhaugh", "1")])
    assert judge([Part("page 1", "Roz, Featherstonhaugh and Jackson close early on Friday.")], roster) == Clear()
