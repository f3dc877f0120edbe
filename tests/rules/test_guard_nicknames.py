"""Well-known short names in the languages of families."""

import pytest

from portal.guard.roster.index import Roster
from portal.guard.rules import Blocked, Clear, judge
from portal.reading.reader import Part
from tests.rules.guarded import child, each, named


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


@each(
    "Bob Pemberlane", "Pemberlane, Rob", "Robbie J. Pemberlane", "Pemberlane\t3\tBob", "Guadalupe Zaragaña",
    "Thaddeus Q. (grade 3)", "Thaddeus Q. owes the fee", "Student: Thaddeus Q.", "Robt. Pemberlane",
)  # fmt: skip
def test_a_rare_name_is_found_by_nickname_and_by_initial(text: str):
    assert len(named(text)) == 1


@each("Billy Green", "Bob and Pemberlane", "Thaddeus Q. Brown (grade 3)", "Oliver W. (grade 3)", "Thaddeus Q., author")
def test_a_nickname_or_an_initial_alone_is_nobody_with_a_common_name(text: str):
    assert named(text) == set()


BEN_BUTLER = Roster.of([child("ben", "Benjamin", "Butler", "100399")])


@each(
    "Pitcher of the year: Ben Butler, grade 4", "Student: Ben Butler", "Ben Butler (grade K)", "Ben Butler's mother",
    "Dear Benny Butler,", "Butler, Ben (grade 3)",
)  # fmt: skip
def test_a_common_name_is_found_by_nickname_where_a_pupil_is_spoken_of(text: str):
    assert judge([Part("page 1", text)], BEN_BUTLER) != Clear()


@each("Ben Butler", "Ben Butler wrote four books", "Ben Butler\nTom Brown", "Sing with Ben, Butler and grade 4")
def test_a_nickname_before_a_common_name_is_nobody_elsewhere(text: str):
    assert judge([Part("page 1", text)], BEN_BUTLER) == Clear()


def test_what_a_pupil_is_called_in_vietnamese_is_no_short_name():
    roster = Roster.of([child("huy", "Huy", "Nguyễn", "100399"), child("emma", "Emma", "Nguyễn", "100400")])
    verdict = judge([Part("page 1", "Em Nguyen Huy lop 9 da de quen ao khoac.")], roster)
    assert isinstance(verdict, Blocked)
    assert verdict.people == {"huy"}
