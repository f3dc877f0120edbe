"""Children and files are named to the office so that it finds them, and nobody it may not know is named."""

from collections.abc import Sequence

import pytest

from portal.documents.rules.problems import Problem, Wording, grounds_said, quoted
from portal.documents.rules.tokens import Pupil
from portal.words.languages import staff_languages
from portal.words.sentences import Sentence, said
from tests.rules.said_to_the_office import STRANGER, say


@pytest.mark.parametrize(
    ("children", "english"),
    [
        ([], "other people"),
        (["ana"], "Ana López (101)"),
        (["ana", "ben", "cam"], "Ana López (101), Ben Kim (102) and Cam Ray (103)"),
        (["ana", "ben", "cam", "dev"], "Ana López (101), Ben Kim (102), Cam Ray (103) and 1 more"),
        (["ana", "ben", "cam", "dev", STRANGER], "Ana López (101), Ben Kim (102), Cam Ray (103) and 2 more"),
        (
            ["ana", "ben", "cam", STRANGER],
            "Ana López (101), Ben Kim (102), Cam Ray (103) and 1 whom this mailing is not for",
        ),
        (["ana", STRANGER], "Ana López (101) and 1 whom this mailing is not for"),
        ([STRANGER], "a child this mailing is not for"),
        ([STRANGER, "other"], "2 whom this mailing is not for"),
    ],
)
def test_up_to_three_children_are_named_and_the_others_counted(children: Sequence[str], english: str) -> None:
    named = say().names_of(children)
    assert named == english
    if set(children) & {STRANGER, "dev"} or not children:
        assert all(said(named, language) != english for language in staff_languages()[1:])


@pytest.mark.parametrize(
    ("bearers", "english"),
    [
        (1, "Ana Rivera (200)"),
        (2, "Ana Rivera (200 or 201)"),
        (3, "Ana Rivera (200 or 201 or 202)"),
        (4, "Ana Rivera (200 or 201 or 202 or 1 more)"),
        (5, "Ana Rivera (200 or 201 or 202 or 2 more)"),
    ],
)
def test_namesakes_are_one_name_with_up_to_three_numbers(bearers: int, english: str) -> None:
    namesakes = [Pupil(str(at), str(200 + at), "Ana", "Rivera") for at in range(bearers)]
    assert Wording(namesakes, {}).names_of([one.child_id for one in namesakes]) == english


def test_a_child_is_named_with_its_number_and_one_elsewhere_is_not_named() -> None:
    assert say().one("ana") == "Ana López (101)"
    assert say().one(STRANGER) == "a child this mailing is not for"


GROUNDS = {
    "number": "the student number stands in it",
    "text": "the name stands in it",
    "file-name": "the name stands in the file’s name",
    "file-number": "the number stands in the file’s name",
    "site": "it says Oak Ridge or Elm Grove",
    "grade": "it says grade 2",
    "namesake": "another child has the same name",
}


def grounds(*why: str) -> Sentence:
    return grounds_said(why, Pupil("ana", "101", "Ana", "López", ("Oak Ridge", "Elm Grove"), "2"))


def test_why_a_file_may_be_a_childs_is_said_in_the_order_of_the_reasons() -> None:
    assert {why: str(grounds(why)) for why in GROUNDS} == GROUNDS
    assert grounds("text", "unheard of", "grade") == "the name stands in it, it says grade 2"
    assert all(said(grounds(why), language) != GROUNDS[why] for why in GROUNDS for language in staff_languages()[1:])


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a.pdf", "“a.pdf”"),
        ("XX.pdf", "“XX.pdf”"),
        ("a\u202efdp.\r\n.pdf", "“afdp..pdf”"),
        ("n" * 120, f"“{'n' * 120}”"),
        ("abc" + "n" * 118, f"“…{'c' + 'n' * 118}”"),
    ],
    ids=["plain", "letters", "turned", "as long as is shown", "longer"],
)
def test_a_name_is_quoted_in_one_line_and_a_long_one_by_its_end(name: str, shown: str) -> None:
    assert quoted(name) == shown


def test_the_gravest_problem_is_told_first_then_in_the_order_of_the_files() -> None:
    told = [
        Problem("missing", "", ""),
        Problem("wrong-child", "", "", 2),
        Problem("wrong-child", "", "", 1),
        Problem("wrong-child", "", "", 0),
        Problem("list", "", "", name="b.pdf"),
        Problem("list", "", "", name="a.pdf"),
        Problem("page", "", "", 0),
        Problem("page", "", "", None),
        Problem("shifted", "", "", 3),
        Problem("is-list", "", "", 4),
    ]
    assert [(one.kind, one.place, one.name) for one in sorted(told, key=lambda problem: problem.rank)] == [
        ("is-list", 4, ""), ("shifted", 3, ""), ("wrong-child", 0, ""), ("wrong-child", 1, ""), ("wrong-child", 2, ""),
        ("page", None, ""), ("page", 0, ""), ("list", None, "a.pdf"), ("list", None, "b.pdf"), ("missing", None, ""),
    ]  # fmt: skip
