"""Rows whose cells are parted by wide blanks: a line is a row."""

from portal.guard.roster.index import Roster
from tests.rules.guarded import child, each, names_anybody

ROSTER = Roster.of([child("hodan", "Hodan", "Cali", "100801"), child("ana", "Ana", "Rivera", "100802")])


@each(
    "First name:      Ana\nLast name:       Rivera", "Name        Grade\nAna         3\nRivera      4",
    "Given     Family     Bus\nAna       Rivera     3", "Ana      Rivera      3      Oak",
    "Rivera   3   Oak   Ana", "Student      Ana\nRivera       grade 3",
    "Rivera      Grade 3     Room 9     Bus 4   \nAna         late        yes        no",
    "Ana         Grade 3     Room 9     Bus 4\nRivera      late        yes        no",
    "Bus 4     Room 9    Grade 3    Rivera\nlate      yes       no         Ana",
    "First: Ana     Grade 3     Room 9     Bus 4   \nLast: Rivera     late     yes",
    "Last name       Rivera     Grade   4   \nFirst name (as on birth certificate)    Ana   ",
    "Surname    Rivera     Grade    3\nFirst name of the pupil     Ana",
    "Family name   Rivera    Grade    4    Room   12\nDate of birth   25 Aug 2014    First name   Ana",
    "Apellido    Rivera     Grado    3   Bus   4\nFecha   25 de agosto de 2014    Nombre de pila   Ana",
)  # fmt: skip
def test_names_in_one_row_and_right_below_each_other_are_found(text: str):
    assert names_anybody(text, ROSTER)
