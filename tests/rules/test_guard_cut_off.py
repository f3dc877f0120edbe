"""Names whose end a picture hides: under clip art, at its edge, behind a wave."""

from functools import partial

import pytest

from portal.guard.roster.index import Known, Roster
from portal.guard.rules import Blocked, Clear, judge
from portal.reading.reader import Part
from tests.rules import guarded
from tests.rules.guarded import child, each

CHILDREN = (
    child("anouk", "Anouk", "Quimbly", "1"),
    child("anouk marie", "Anouk Marie", "Castellane", "2"),
    child("maria", "María José", "de la Cruz", "3"),
    child("linda", "Linda", "García Márquez", "4"),
    child("kate", "Kate", "St. John", "5"),
    child("emily", "Emily", "Johnson", "6"),
    child("grace", "Grace", "Hill", "7"),
    child("may", "May", "Meadows", "8"),
    child("lily", "Lily", "Padilla", "9"),
    child("owen", "Owen", "Marlowe", "10"),
    child("petra", "Petra", "Kowalczyk", "11"),
    child("petrus", "Petra", "Kowalska", "12"),
    child("petronella", "Petra", "Kowarik", "13"),
    child("robin", "Robin", "Carver", "14"),
)
ROSTER = Roster.of(CHILDREN, Known(phrases=("Petra Quintero Reading Hour",)))


names_in = partial(guarded.people_in, roster=ROSTER, by_ocr=True)


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("ANOUK QUI", "anouk"),
        ("Star of the week\nANOUK QUIM\nis in grade 3", "anouk"),
        ("Welcome Anouk Qui ~\nsee you", "anouk"),
        ("ANOUK QUI (\nGRADE 3", "anouk"),
        ("ANOUK QUI 3 |\n", "anouk"),
        ("Anouk Qui   Grade 3", "anouk"),
        ("Well done, Anouk Qui\n\nRoom 12", "anouk"),
        ("ANOUK MARIE CASTEL", "anouk marie"),
        ("ANOUK CAS", "anouk marie"),
        ("Linda Gar", "linda"),
        ("Linda García Már", "linda"),
        ("LINDA MAR", "linda"),
        ("EMILY JOHNS", "emily"),
        ("Lily Padil", "lily"),
        ("QUIMBLY, ANO", "anouk"),
        ("JOHNSON, EMI\nQ", "emily"),
        ("García Márquez, Lind", "linda"),
        ("Anouk Quimblyrary", "anouk"),
        ("Welcome Emily Johnsonis\nthe library", "emily"),
    ],
)
def test_a_name_whose_end_is_hidden_in_a_picture_is_found(text: str, who: str):
    assert names_in(text) == {who}


@each(
    "Anouk qui",
    "Anouk Quimper",
    "ANOUK QU",
    "QUI ANOUK",
    "MBLY ANOUK",
    "Anouk Qui sings",
    "Anouk, Qui",
    "Marie Cas",
    "Anouk\nQui",
    "Grace Hil",
    "Grace Mea",
    "May Mead",
    "LILY PAD",
    "Kate Joh",
    "PETRA QUIN",
    "Qui Anouk",
    "Robin Car",
    "Owen Lil",
    "Anouk Page",
    "Anouk The",
    "EMILY JOHN",
    "Petra Lily",
    "LINDA GARDEN",
    "HILL, GRA",
    "Anouk Qui Lam",
    "Quimbly Ano",
    "Anouk Quin-\nlan",
    "JOHNSON, EMI IS HERE",
    "Anouk Quimblerary",
    "Petra Johnsonville",
    "Anouk Quimblyrary sings",
)
def test_words_that_stand_for_themselves_are_no_cut_off_names(text: str):
    assert names_in(text) == frozenset()


@each("ANOUK QUI", "Linda Gar", "JOHNSON, EMI")
def test_where_letters_are_sure_nothing_is_cut_off(text: str):
    assert names_in(text, by_ocr=False) == frozenset()


def test_a_beginning_that_several_names_share_is_one_child_of_theirs_and_may_be_the_one_it_is_for():
    verdict = judge([Part("picture 1", "PETRA KOWA", by_ocr=True)], ROSTER)
    assert isinstance(verdict, Blocked)
    assert not verdict.roster_shaped
    assert verdict.children == 1
    assert verdict.people == {"petra", "petrus", "petronella"}
    assert [(found.kind, found.count) for found in verdict.findings] == [("child-name", 1)]
    assert judge([Part("picture 1", "PETRA KOWA", by_ocr=True)], ROSTER, frozenset({"petrus"})) == Clear()
    assert names_in("PETRA KOWA", allowed=frozenset({"anouk"})) == verdict.people


def test_three_cut_off_names_of_three_families_are_a_list():
    verdict = judge([Part("picture 1", "ANOUK QUI\nLINDA GAR\nEMILY JOHNS", by_ocr=True)], ROSTER)
    assert isinstance(verdict, Blocked)
    assert verdict.roster_shaped
