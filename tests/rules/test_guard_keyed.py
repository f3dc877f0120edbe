"""Names behind keys: in the addresses of forms that are filled in beforehand, and in settings with long keys."""

from portal.guard.roster.index import Roster
from portal.guard.rules import Blocked, judge
from portal.reading.reader import Part
from tests.rules.guarded import child, each, named

LINES = "x = 1\n" * 200


@each(
    "https://forms.test/f?usp=pp_url&entry.101=Oliver&entry.102=3&entry.103=Whitcombe",
    "?first=Oliver&grade=3&last=Whitcombe",
    "See <https://x.test/f?Last=Whitcombe&Grade=3&First=Oliver&amp;ok=1>, please.",
    "https%3A%2F%2Fx.test%2Ff%3Ffirst%3DOliver%26grade%3D3%26last%3DWhitcombe",
    "first=Oliver&grade=3&last=Whitcombe is the form of your child",
    "StudentFirstName=Oliver\nGrade=3\nStudentLastName=Whitcombe",
    '{"studentLastName": "Whitcombe",\n "seat": [1, 2], "studentFirstName": "Oliver"}',
    "studentfirstname1 = Oliver\nstudentgrade1 = 3\nstudentlastname1 = Whitcombe",
)
def test_a_name_is_found_whose_halves_stand_behind_keys(text: str):
    assert named(text) == {"oliver"}


@each("?first=Mar%C3%ADa+Jos%C3%A9&grade=3&last=de+la+Cruz", 'f?l=de%20la%20Cruz&g=3&f=Mar%C3%ADa%20Jos%C3%A9"')
def test_a_name_of_several_words_is_found_in_a_link(text: str):
    assert named(text) == {"maria"}


@each(
    "?first=Oliver&grade=3&last=Harper",
    "?first=Oliver&grade=3",
    "?q=Oliver+Twist&next=Whitcombe+Park",
    "a=1&b=Oliver&more=yes\nhttps://other.test/?day=2&d=Whitcombe",
    "StudentFirstName=Oliver\nStudentLastName=Harper\nTeacherLastName=Whitcombe",
    "fileName: Oliver\nclassName: Whitcombe",
)
def test_values_behind_other_keys_and_of_other_links_name_nobody(text: str):
    assert named(text) == set()


def test_fields_of_two_forms_far_apart_name_nobody():
    assert named(f"StudentFirstName=Oliver\n{LINES}StudentLastName=Whitcombe") == set()


@each(
    "https://forms.test/f?first=Grace&grade=3&last=Park",
    "?studentLastName=Park&studentFirstName=Grace",
    "?student[first_name]=Grace&student[last_name]=Park&ok=1",
)
def test_a_name_of_ordinary_words_is_found_behind_the_keys_of_names(text: str):
    assert named(text) == {"grace park"}
    assert named(text.replace("irst", "og").replace("ast", "at")) == set()


@each(
    "Oliver,3,Oak,Whitcombe",
    "Dear all,\n\nWhitcombe,3,Oak,Oliver\n\nRegards",
    'and this is the row:\nOliver,,"Oak",Whitcombe\nThanks',
)
def test_a_row_with_commas_is_found_between_the_lines_of_a_letter(text: str):
    assert named(text) == {"oliver"}


@each("Oliver, 3, Oak, Whitcombe is a firm", "Oliver,3,Oak\nWhitcombe,4,Elm", "Oliver Twist,1,234,Oak Whitcombe Road")
def test_commas_of_prose_and_other_rows_name_nobody(text: str):
    assert named(text) == set()


@each(
    "First name ........ Oliver\nDate of visit ..... Monday 3 May\nLast name ......... Whitcombe",
    "Last name ____ Whitcombe\nGrade ____ 3\nFirst name ____ Oliver",
    "First name . . . . . Oliver\nGrade . . . . 3\nLast name . . . . Whitcombe",
    "First name \u2026\u2026\u2026 Oliver\nGrade \u2026\u2026\u2026 3\nLast name \u2026\u2026\u2026 Whitcombe",
)
def test_dots_and_lines_lead_from_a_label_to_what_was_filled_in(text: str):
    assert named(text) == {"oliver"}
    assert named(text.replace("Oliver", "Mia")) == set()


@each("Tobias%Fenwick", "Tobias%20Fenwick", "Tobias%Ca%20Fenwick", "?n=Tobias%20Fenwick%20", "Tobias%Fenwick has 30%")
def test_a_percent_before_a_name_is_no_escape_of_a_link(text: str):
    roster = Roster.of((child("tobias", "Tobias", "Fenwick", "204908"),))
    assert isinstance(judge([Part("text", text)], roster), Blocked)
