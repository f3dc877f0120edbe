"""A child is found by what its name is cut short to, where the rest tells who it is."""

from portal.guard.roster import Roster
from portal.guard.rules import Clear, judge
from portal.reading.reader import Part
from tests.rules.guarded import child, each, named


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
