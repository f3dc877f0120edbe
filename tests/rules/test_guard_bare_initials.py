"""Initials alone are nobody; with a birth date or an ailment beside them they are the child who has both."""

from datetime import date

import pytest

from portal.guard.roster.index import Known, Roster
from tests.rules.guarded import child, each, people_in

PEOPLE = (
    child("ana", "Ana Lucía", "Rivera Soto", "100440", date(2015, 5, 14)),
    child("abe", "Abe", "Ruiz", "100441", date(2014, 2, 3)),
    child("maria", "María", "de la Cruz", "100442", date(2015, 5, 14)),
)
ROSTER = Roster.of(PEOPLE, Known())


@each(
    "A.R. (DOB 05/14/2015) moves to our school.",
    "A. R., DOB 05/14/2015",
    "A.R., born May 14, 2015, needs a seat.",
    "The student A.R. (D.O.B. 5/14/15)",
    "AR (DOB 05/14/2015)",
    "A.L.R.S. (05/14/2015)",
    "A. S., date of birth: 2015-05-14",
    "05/14/2015, A.R.",
    "05/14/2015 (A. R.)",
    "A.R.\t05/14/2015\tbus 4",
    "4\tAR\tbus 4\t05/14/2015",
    "A.R. (nacida el 14/05/2015) viene a nuestra escuela.",
    "A. R., fecha de nacimiento: 14 de mayo de 2015",
)
def test_initials_with_the_birth_date_of_their_child_are_found(text: str):
    assert people_in(text, ROSTER) == {"ana"}


@each(
    "A.R. (DOB 05/15/2015)",
    "B.R. (DOB 05/14/2015)",
    "R.A. (DOB 05/14/2015)",
    "A.R. came. The form is of 05/14/2015.",
    "A.X.R. (DOB 05/14/2015)",
    "Rev. A.R., printed 05/14/2015",
    "05/14/2015 AR",
    "A.R.\t05/15/2015",
    "U.S. law of 05/14/2015",
    "B.R. (nacida el 14/05/2015)",
    "A.R. (nacida el 15/05/2015)",
)
def test_another_day_or_other_initials_are_nobodys(text: str):
    assert people_in(text, ROSTER) == frozenset()


@each(
    "A. R., asthma",
    "A.R.: severe peanut allergy",
    "1. A.R. (diabetes)",
    "Student A. R., asthma, inhaler in office",
    "A. L. R. - epilepsy",
    "Room 4\nA.R.\tasthma",
    "| A.R. | insulin |",
    "X.Y., bus; A.R., eczema",
    "A. R., asma",
    "A.R.: alergia a los cacahuetes",
    "Alumno A. R., penicilina",
)
def test_initials_before_what_ails_a_child_are_found(text: str):
    assert people_in(text, ROSTER) & {"ana", "abe"}


@each(
    "A. R., room 4",
    "B. X., asthma",
    "Smith, A. R. Asthma in Children. 2019.",
    "Smith, A. R., Asthma, 2019",
    "Dr. A. R., asthma",
    "AR, asthma",
    "The A.R. asthma fund",
    "A.R. teaches about asthma.",
    "A. R.",
    "A.R.: Come to our evening about asthma and inhalers in schools.",
    "We thank A. R., asthma or not.",
    "A. R., aula 4",
    "La Dra. A. R., asma",
)
def test_initials_of_others_or_without_a_note_are_nobodys(text: str):
    assert people_in(text, ROSTER) == frozenset()


@pytest.mark.parametrize("text", ["A.R. (DOB 05/14/2015)", "A. R., asthma", "A. R., asma"])
def test_they_are_the_child_of_the_letter(text: str):
    assert people_in(text, ROSTER, frozenset({"ana"})) == frozenset()


def test_a_family_name_counts_without_its_particle():
    assert people_in("M.C. (DOB 05/14/2015)", ROSTER) == {"maria"}
    assert people_in("M. C., alergias", ROSTER) == {"maria"}
