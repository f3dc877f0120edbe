"""Names of which letters were lost on their way: a mark stands where a program had no letter."""

from functools import partial

import pytest

from portal.guard.roster.index import Person, Roster
from tests.rules import guarded
from tests.rules.guarded import child, each

MARKED = (
    child("linda", "Linda", "García Márquez", "1"),
    child("jurgen", "Jürgen", "Müller", "2"),
    child("jorgen", "Jørgen", "Møller", "3"),
    child("nguyen", "Ngọc Ánh", "Nguyễn", "4"),
    child("jose", "José", "Ibarra", "5"),
    child("angel", "Ángel", "Zúñiga", "6"),
    child("nora", "Nora", "O'Neill", "7"),
    child("zoe", "Zoë", "Groß", "8"),
)


names_in = partial(guarded.people_in, roster=Roster.of(MARKED))


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "cp437"])
@pytest.mark.parametrize("person", MARKED[3:], ids=lambda person: person.id)
def test_a_name_is_found_whatever_letters_an_export_could_not_write(person: Person, encoding: str):
    name = f"{person.given_name} {person.family_name}".replace("'", "\u2019")
    written = name.encode(encoding, "replace").decode(encoding)
    assert names_in(f"The letter of {written}, grade 3.") == {person.id}
    assert names_in(f"{person.family_name}\t{person.given_name}\n".encode("ascii", "replace").decode()) == {person.id}


@each(
    "Linda Garc?a M?rquez", "linda_m_rquez.pdf", "M#rquez, Linda", "LINDA GARC?A", "Linda Garc??a", "Linda Garci?a",
    "Linda Garc\u25a1a", "Linda Garc\u00bfa's bag", "Garc_a_Linda", "Linda\t3\tGarc*a",
)  # fmt: skip
def test_a_name_is_found_by_whatever_mark_stands_for_a_letter(text: str):
    assert names_in(text) == {"linda"}


@each("J?rgen M?ller", "J_rgen_M_ller.docx")
def test_a_mark_may_stand_for_the_letter_of_either_of_two_names(text: str):
    assert names_in(text) == {"jurgen", "jorgen"}


@each(
    "Really?Yes, Linda said.", "http://school.test/page?id=3&linda=3&garza=4", "Who?What?Linda?", "Linda? Is it Garc?",
    "Have you seen Jose? Ibarra came.", "Is that Zoe? Gross!", "Linda asks: M?", "Nora? O Neil?", "Jos? said so.",
    "Garc?a", "M?ller and Zu?iga", "Linda has J?rgen's book", "[?] Linda [_] Garza", "a*b?c_d#e Linda",
)  # fmt: skip
def test_questions_links_and_halves_of_names_name_nobody(text: str):
    assert names_in(text) == frozenset()


@pytest.mark.parametrize("text", ["Linda Garca Mrquez", "Mrquez, Linda", "Jrgen Mller", "Ziga, ngel"])
def test_a_letter_that_a_program_dropped_hides_nobody(text: str):
    assert names_in(text) != frozenset()


@pytest.mark.parametrize("text", ["Linda Garza", "Zo Gro", "Mller Strasse"])
def test_what_is_left_of_other_words_names_nobody(text: str):
    assert names_in(text) == frozenset()
