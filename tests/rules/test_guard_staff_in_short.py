"""Staff who share a given name and one of two family names with a family: no alarm where their post is told."""

import pytest

from portal.guard.roster.index import Known, Person, Roster
from tests.rules.guarded import child, each, people_in

PEOPLE = (
    child("ana", "Ana Lucía", "Rivera Soto", "100430"),
    child("luis", "Luis", "Gómez Prado", "100431"),
    Person("guardian", "carmen", frozenset({"ana"}), "Carmen", "Soto Vega"),
)
NOBODY, MENDOZA = Known(), Known(staff=("Ana Rivera Mendoza", "Dr. Luis Alberto Gómez Cruz", "Bo"))

POSTS = (
    "Ana Rivera, principal",
    "Ana Rivera, Principal\n704 555 0100",
    "Principal: Ana Rivera",
    "Our Principal Ana Rivera",
    "Ana Rivera (math teacher)",
    "Dr. Ana Rivera, Principal.\nWelcome to our school!",
    "Luis Gómez, director",
    "Directora: Ana Rivera",
    "Ana Rivera\tPrincipal",
    "Ana Rivera, maestra",
    "Ana Rivera\tDirectora",
    "Carmen Soto, enfermera",
)


@pytest.mark.parametrize("known", [NOBODY, MENDOZA])
@each(*POSTS)
def test_one_of_two_family_names_beside_a_post_is_a_colleagues(text: str, known: Known):
    assert people_in(text, Roster.of(PEOPLE, known)) == frozenset()


@each(
    "Ana Rivera, principal, opens the doors at 8 and waves.",
    "See Ana Rivera, principal, in room 3.",
    "La maestra Ana Rivera abre la puerta a las 8.",
    "Ana Rivera, maestra de arte",
)
def test_of_a_colleague_whom_the_portal_knows_more_may_be_said(text: str):
    assert people_in(text, Roster.of(PEOPLE, MENDOZA)) == frozenset()
    assert people_in(text, Roster.of(PEOPLE, NOBODY)) == {"ana"}


@pytest.mark.parametrize("known", [NOBODY, MENDOZA])
@each(
    "Ana Rivera was late.",
    "Ana Rivera",
    "Ana Lucía Rivera Soto, principal",
    "Ana Rivera Soto, principal",
    "Ana Rivera's teacher called.",
    "Ana Rivera, teacher: Mrs. Lee",
    "Student: Ana Rivera, teacher",
    "Ana Rivera (grade 3), teacher",
    "Maestra: Sra. Lee. Ana Rivera llegó tarde.",
    "Ana Rivera (3.er grado), maestra",
    "Ana Rivera, principal\n\nAna Lucía was late. Call 100430",
)
def test_a_child_of_that_name_is_found(text: str, known: Known):
    assert people_in(text, Roster.of(PEOPLE, known)) >= {"ana"}


@each("Ana Rivera, nurse, 10:15", "Ana Rivera\tnurse\t10:15", "Ana Rivera, enfermera, 10:15")
def test_a_visit_is_no_post(text: str):
    assert people_in(text, Roster.of(PEOPLE, NOBODY)) == {"ana"}
