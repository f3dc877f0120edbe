"""What stands in a file speaks for a child: its number, its name, its school, its grade; and how far that decides."""

import pytest

from portal.documents.rules.inside import Deciding, Ground, Inside, Open, Perhaps, Sure, as_read
from portal.documents.rules.pairing import (
    Ambiguous,
    Doubled,
    GivenFile,
    ListFault,
    NotInAudience,
    Outcome,
    Paired,
    Pairing,
    SameAsOther,
    Suggested,
    Unmatched,
)
from portal.documents.rules.tokens import Pupil

NOBODY = frozenset[str]()
FILE = GivenFile(0, "x.pdf", 9, "hash")


def text(*texts: str) -> Inside:
    return Inside(NOBODY, frozenset(), texts)


def names(*bearers: str, numbers: str = "", texts: str = "") -> Inside:
    """What names children: the bearers of each name and those with their number, parted by blanks."""
    return Inside(frozenset(numbers.split()), frozenset(frozenset(one.split()) for one in bearers), (texts,))


@pytest.mark.parametrize(
    ("inside", "able", "said"),
    [
        (names(), "", ""),
        (names("ana"), "ana", "ana"),
        (names("ana ana2"), "ana ana2", "ana ana2"),
        (names("ana ana2", numbers="ana"), "ana", "ana ana2"),
        (names("ana ana2", "ana ben"), "ana", "ana ana2 ben"),
        (names("ana", "ben"), "", "ana ben"),
        (names("ana", numbers="ben"), "", "ana ben"),
        (names(numbers="ana ben"), "", "ana ben"),
    ],
)
def test_a_file_may_be_a_childs_who_bears_every_number_and_name_in_it(inside: Inside, able: str, said: str) -> None:
    assert (inside.able, inside.said) == (frozenset(able.split()), frozenset(said.split()))


@pytest.mark.parametrize(
    ("sites", "written", "stands"),
    [
        (("Oak Ridge",), "Oak Ridge", True),
        (("Oak Ridge",), "Report\nOAK-RIDGE School", True),
        (("Colegio Peñón",), "colegio penon", True),
        (("Elm Grove", "Oak Ridge"), "at Oak Ridge", True),
        (("Oak Ridge",), "Oak Ridgewood", False),
        (("Oak Ridge",), "Soak Ridge", False),
        (("Oak Ridge",), "Ridge Oak", False),
        (("Oak Ridge",), "Oak", False),
        ((), "Oak Ridge", False),
        (("",), "Oak Ridge", False),
        (("–",), "", False),
    ],
)
def test_a_site_stands_in_a_file_as_whole_words(*, sites: tuple[str, ...], written: str, stands: bool) -> None:
    assert text(written).has_site_of(Pupil("ana", "1", "Ana", "López", sites)) is stands


def test_two_parts_of_a_file_are_two_runs_of_words() -> None:
    pupil = Pupil("ana", "1", "Ana", "López", ("Oak Ridge",), "2")
    assert not text("Soak", "Ridge").has_site_of(pupil)
    assert not text("in grade", "xx", "2").has_grade_of(pupil)
    assert text("Report", "Oak Ridge, grade 2").has_site_of(pupil)
    assert text("Report", "Oak Ridge, grade 2").has_grade_of(pupil)
    assert not text("gra", "de 2").has_grade_of(pupil)


@pytest.mark.parametrize(
    ("grade", "written", "stands"),
    [
        ("2", "grade 2", True),
        ("2", "Grade: 02", True),
        ("02", "in the 2nd grade", True),
        ("2", "2 grade", True),
        ("3", "3rd grade", True),
        ("4", "4th grade", True),
        ("1", "1st grade", True),
        ("2", "Gr 2", True),
        ("2", "2o grado", True),
        ("2", "2º año", True),
        ("2", "Klasse 2", True),
        ("2", "2e classe", True),
        ("2", "year 2", True),
        ("2", "class 2", True),
        ("2", "Stufe 2", True),
        ("2nd", "grade 2", True),
        ("2 nd", "grade 2", True),
        ("12", "grade 12", True),
        ("2", "grade 12", False),
        ("12", "grade 2", False),
        ("2", "grade 3", False),
        ("2", "2", False),
        ("2", "room 2", False),
        ("2", "grade of 2", False),
        ("2", "2 in grade", False),
        ("2", "grade", False),
        ("122", "grade 122", True),
        ("2x", "grade 2", False),
        ("", "grade 2", False),
        ("", "grade", False),
        ("K", "grade K", True),
        ("K", "K grade", True),
        ("K", "Kindergarten", True),
        ("Kindergarten", "our kg", True),
        ("KG", "grade K", True),
        ("K", "Ana K", False),
        ("K", "grade 2", False),
        ("Pre-K", "grade 4", False),
    ],
)
def test_a_grade_stands_beside_its_word_in_any_spelling(*, grade: str, written: str, stands: bool) -> None:
    assert text(written).has_grade_of(Pupil("ana", "1", "Ana", "López", (), grade)) is stands


ROSTER = (
    Pupil("ana", "510001", "Ana", "Rivera", ("Amber Creek",), "2"),
    Pupil("ana2", "510002", "Ana", "Rivera", ("Birch Hill",), "5"),
    Pupil("luis", "510004", "Luis Miguel", "Rivera Soto", ("Amber Creek",), "4"),
    Pupil("sam", "510006", "Sam", "Okafor", ("Birch Hill",), "3"),
)
ANAS = "ana ana2"


def doubt(name: str = "x.pdf", suggested: str | None = None) -> Unmatched:
    return Unmatched(GivenFile(0, name, 9, "hash"), "no-number", suggested)


def asked(why: str, *children: str, name: str = "x.pdf") -> Ambiguous:
    return Ambiguous(GivenFile(0, name, 9, "hash"), why, children)  # type: ignore[arg-type] - a table holds plain words


DECIDED: dict[str, tuple[Unmatched | Ambiguous, Inside, Sure | Perhaps | Open]] = {
    "its name alone": (doubt(), names("sam"), Sure("sam")),
    "its number alone": (doubt(), names(numbers="sam"), Sure("sam")),
    "its number tells it from a namesake": (doubt(), names(ANAS, numbers="ana2"), Sure("ana2")),
    "a number in the file's name may be none": (asked("may-be-no-number", "luis"), names("sam"), Sure("sam")),
    "the file's name names it as well": (doubt("Sam Okafor.pdf"), names("sam"), Sure("sam")),
    "the file's name names its namesake too": (doubt("Ana Rivera.pdf"), names(numbers="ana2"), Sure("ana2")),
    "the file's name means it, written short": (doubt("Luis Rivera.pdf"), names("luis"), Sure("luis")),
    "the file's name names another, and means it, written short": (
        doubt("Sam Okafor, Luis Rivera.pdf"), names("luis"), Perhaps("luis", ("text",))
    ),
    "the file's name names another": (
        doubt("Sam Okafor.pdf"), names("luis"), Open("name-and-text-differ", ("luis", "sam"))
    ),
    "the file's name names another as well": (
        doubt("Sam Okafor and Luis Rivera Soto.pdf"), names("sam"), Perhaps("sam", ("text", "file-name"))
    ),
    "a number in the file's name is another's": (
        asked("several-numbers", "ana", "luis"), names("sam"), Open("name-and-text-differ", ("ana", "luis", "sam"))
    ),
    "one of the numbers in the file's name is its own": (
        asked("several-numbers", "luis", "sam"), names("sam"), Perhaps("sam", ("text", "file-number"))
    ),
    "one who bears the names in it": (
        asked("several-numbers", "sam", "luis"), names(numbers="sam"), Perhaps("sam", ("number", "file-number"))
    ),
    "nothing": (doubt(), names(), Open("nothing-inside")),
    "a suggestion of its name alone": (doubt(suggested="sam"), names(), Perhaps("sam", ("file-number",))),
    "whoever may not be known": (doubt(suggested="stranger"), names("stranger"), Open("nothing-inside")),
    "one who may be known beside one who may not": (doubt(), names("sam", "stranger"), Perhaps("sam", ("text",))),
    "two namesakes": (doubt(), names(ANAS), Open("same-name", ("ana", "ana2"))),
    "two children": (doubt(), names("sam", "luis"), Open("names-several", ("luis", "sam"))),
    "two children, and the number of one": (doubt(), names("luis", numbers="sam"), Perhaps("sam", ("number",))),
    "two children, and the file's name": (
        doubt("Sam Okafor.pdf"), names("sam", "luis"), Perhaps("sam", ("text", "file-name"))
    ),
    "a namesake by its site": (
        doubt(), names(ANAS, texts="Birch Hill"), Perhaps("ana2", ("text", "site", "namesake"))
    ),
    "a namesake by its grade": (doubt(), names(ANAS, texts="grade 2"), Perhaps("ana", ("text", "grade", "namesake"))),
    "a site stands before a grade": (
        doubt(), names(ANAS, texts="Birch Hill, grade 2"), Perhaps("ana2", ("text", "site", "namesake"))
    ),
    "a site of neither": (
        doubt(), names(ANAS, texts="Oak Ridge"), Open("same-name", ("ana", "ana2"))
    ),
    "mailed about two, and it names one": (asked("addressed", "ana", "sam"), names("sam", "luis"), Sure("sam")),
    "mailed about two namesakes, and a number tells": (
        asked("addressed", "ana", "ana2"), names(ANAS, numbers="ana"), Sure("ana")
    ),
    "mailed about two, and it names both": (
        asked("addressed", "ana", "sam"), names("sam", "ana"), Open("names-several", ("ana", "sam"))
    ),
    "mailed about two, and it names neither": (
        asked("addressed", "sam", "ana"), names("luis"), Open("addressed", ("sam", "ana"))
    ),
}  # fmt: skip


@pytest.mark.parametrize(("question", "inside", "answer"), DECIDED.values(), ids=DECIDED)
def test_what_stands_in_a_file_decides_suggests_or_leaves_it_open(
    question: Unmatched | Ambiguous, inside: Inside, answer: Sure | Perhaps | Open
) -> None:
    assert Deciding(ROSTER).whose(question, inside) == answer


def test_the_one_child_that_is_known_gets_its_file_too() -> None:
    assert Deciding(ROSTER[3:]).whose(doubt(), names("sam")) == Sure("sam")
    assert Deciding(ROSTER[3:]).whose(doubt(), names("ana")) == Open("nothing-inside")


HERE = ("ana", "sam")
LAID: dict[str, tuple[Perhaps | Open, Outcome]] = {
    "for a child": (Perhaps("ana", ("text", "site")), Suggested(FILE, "ana", ("text", "site"))),
    "for a child elsewhere": (Perhaps("luis", ("text",)), Unmatched(FILE, "not-here")),
    "for one of several": (Open("same-name", ("ana", "luis")), Ambiguous(FILE, "same-name", ("ana", "luis"))),
    "naming several": (Open("names-several", ("ana",)), Ambiguous(FILE, "names-several", ("ana",))),
    "of two minds": (Open("name-and-text-differ", ("ana",)), Ambiguous(FILE, "name-and-text-differ", ("ana",))),
    "mailed about several": (Open("addressed", ("ana", "sam")), Ambiguous(FILE, "addressed", ("ana", "sam"))),
    "empty of names": (Open("nothing-inside"), Unmatched(FILE, "nothing-inside")),
    "unread": (Open("unread", ("luis", "sam", "ana")), Unmatched(FILE, "unread", "sam")),
    "without its child's name": (Open("not-named-inside", ("luis",)), Unmatched(FILE, "not-named-inside")),
    "naming others": (Open("names-others", ("ana",)), Unmatched(FILE, "names-others", "ana")),
    "not for anybody here": (Open("not-here"), Unmatched(FILE, "not-here")),
}


@pytest.mark.parametrize(("told", "outcome"), LAID.values(), ids=LAID)
def test_what_a_file_told_is_laid_beside_its_name(told: Perhaps | Open, outcome: Outcome) -> None:
    for one in (Unmatched(FILE, "no-number"), Ambiguous(FILE, "several-numbers", ("ana", "sam"))):
        assert as_read(Pairing((one,)), {0: told}, HERE).outcomes == (outcome,)
        assert as_read(Pairing((one,)), {1: told}, HERE).outcomes == (one,), "another file told it"


def test_what_its_name_settled_is_not_asked_again() -> None:
    settled = (Paired(FILE, "ana", "number"), NotInAudience(FILE, "luis"))
    faults = (ListFault("y.pdf", "9", "no-such-file"),)
    assert as_read(Pairing(settled, faults), {0: Open("unread")}, HERE) == Pairing(settled, faults)


@pytest.mark.parametrize(
    "other",
    [
        Paired(FILE, "sam", "number"),
        Doubled(FILE, "sam", (5,), are_same=False),
        SameAsOther(FILE, "sam", (5,)),
    ],
)
def test_a_child_that_has_a_file_is_asked_about_before_it_gets_another(other: Outcome) -> None:
    second = GivenFile(1, "y.pdf", 9, "other")
    found = Pairing((other, Unmatched(second, "no-number")))
    laid = as_read(found, {1: Perhaps("sam", ("text",))}, HERE)
    assert laid.outcomes == (other, Unmatched(second, "has-another", "sam"))


def test_two_files_that_may_be_one_childs_are_both_asked_about() -> None:
    first, second = GivenFile(0, "x.pdf", 9, "one"), GivenFile(1, "y.pdf", 9, "other")
    found = Pairing((Unmatched(first, "no-number"), Ambiguous(second, "may-be-no-number", ("ana",))))
    why: tuple[Ground, ...] = ("text",)
    both = as_read(found, {0: Perhaps("sam", why), 1: Perhaps("sam", why)}, HERE)
    assert both.outcomes == (Unmatched(first, "has-another", "sam"), Unmatched(second, "has-another", "sam"))
    one = as_read(found, {0: Perhaps("sam", why), 1: Perhaps("ana", why)}, HERE)
    assert one.outcomes == (Suggested(first, "sam", why), Suggested(second, "ana", why))
