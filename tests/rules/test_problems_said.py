"""What stops a mailing is told to the office: what reading told, swaps, pages, leave-outs, lists; and what to do."""

import pytest

from portal.documents.rules.pages import PageProblem
from portal.documents.rules.pairing import ListFault
from portal.documents.rules.problems import NOTHING, Judged, Pair, Problem, of_list
from tests.rules.said_to_the_office import STRANGER, in_every_language, say

ANAS = Pair(7, "x.pdf", 9, "ana")
BENS = Pair(8, "y.pdf", 9, "ben")


def judged(verdict: str, *named: str, **more: str) -> Judged:
    return Judged(verdict, frozenset(named), **more)  # type: ignore[arg-type] - because a table holds plain words


VERDICTS: dict[str, tuple[Judged | None, bool, str, str, str]] = {
    "nobody has read it": (
        None, False, "not-judged",
        "“x.pdf” for Ana López (101) has not been read yet.",
        "Wait until it has been read.",
    ),
    "a list": (
        judged("is-list", reason="It names 40 children."), False, "is-list",
        "“x.pdf” was stopped. It names 40 children. Nobody has received it, and the portal has kept no copy.",
        "Nobody can send a list like this. Take it away, and choose the letters you meant.",
    ),
    "unreadable": (
        judged("unreadable", reason="It has a password."), False, "unreadable",
        "“x.pdf” for Ana López (101) could not be read in full. It has a password.",
        "Make it anew and choose it again, or leave the child out.",
    ),
    "a namesake": (
        judged("same-name", "ben"), False, "same-name",
        "“x.pdf” for Ana López (101) bears a name that another child has, too.",
        "Put the student number or the birth date into the letter and choose it again.",
    ),
    "others as well": (
        judged("names-others", "eva", "ben"), False, "names-others",
        "“x.pdf” for Ana López (101) also names Ben Kim (102) and Eva Stone (105).",
        "Choose a file that names nobody else.",
    ),
    "people the office may not know": (
        judged("names-others", STRANGER), False, "names-others",
        "“x.pdf” for Ana López (101) also names a child this mailing is not for.",
        "Choose a file that names nobody else.",
    ),
    "nobody": (
        judged("wrong-child"), False, "wrong-child",
        "“x.pdf” is matched with Ana López (101), who is not named in it.",
        "Take it away and choose the right file for this child.",
    ),
    "another child": (
        judged("wrong-child", "ben", rightful="cam"), False, "wrong-child",
        "“x.pdf” is matched with Ana López (101), who is not named in it. It names Ben Kim (102) and Cam Ray (103).",
        "Take it away and choose the right file for this child.",
    ),
    "a child whose file names this one": (
        judged("wrong-child", "ben"), True, "wrong-child",
        (
            "“x.pdf” is matched with Ana López (101), who is not named in it. It names Ben Kim (102). "
            "The file of that child names this one: the two seem to be swapped."
        ),
        "Take it away and choose the right file for this child.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("verdict", "is_swapped", "kind", "sentence", "fix"), VERDICTS.values(), ids=VERDICTS)
def test_what_reading_a_file_told_is_said_of_the_child_it_was_for(
    *, verdict: Judged | None, is_swapped: bool, kind: str, sentence: str, fix: str
) -> None:
    problem = say().of_verdict(ANAS, verdict, is_swapped=is_swapped)
    assert (problem.kind, problem.sentence, problem.fix) == (kind, sentence, fix)
    assert (problem.place, problem.name, problem.child_id) == (7, "x.pdf", "ana")
    assert problem.suggested == (verdict.rightful if verdict else None)
    in_every_language(problem)


def test_a_list_of_children_is_told_whosever_letter_it_was_given_as() -> None:
    problem = say().of_list_given(3, "d.pdf", None, judged("is-list", reason="It names 40 children."))
    assert (problem.kind, problem.place, problem.name, problem.child_id) == ("is-list", 3, "d.pdf", None)
    assert problem.sentence.startswith("“d.pdf” was stopped. It names 40 children.")


def test_two_swapped_files_are_told_with_both_children_and_both_files() -> None:
    assert say().of_swap(ANAS, BENS) == Problem(
        "swapped",
        "Two files are swapped: “x.pdf”, matched with Ana López (101), is the letter of Ben Kim (102), "
        "and “y.pdf” is the other one's.",
        "Swap the two files, or put their names right and choose them again.",
        7, "x.pdf", "ana", suggested="ben", partner=8,
    )  # fmt: skip
    in_every_language(say().of_swap(ANAS, BENS))


@pytest.mark.parametrize(
    ("pages", "children", "sentence", "place", "child"),
    [
        ((3, 4), ("ana",), "They differ. About Ana López (101).", 3, "ana"),
        ((3,), ("ana", "ben"), "They differ. About Ana López (101) and Ben Kim (102).", 3, None),
        ((), (), "They differ.", None, None),
    ],
)
def test_pages_that_are_nobodys_are_told_with_the_children_they_may_be_about(
    pages: tuple[int, ...], children: tuple[str, ...], sentence: str, place: int | None, child: str | None
) -> None:
    problem = say().of_pages(PageProblem("two-groups", pages, children, "They differ.", "Look at them."))
    assert problem == Problem("page", sentence, "Look at them.", place, "", child, child)


def test_a_leave_out_needs_a_child_of_the_mailing_and_a_reason() -> None:
    unknown, bare = say().of_bad_leave_out(STRANGER), say().of_bad_leave_out("ana")
    assert unknown == Problem(
        "leave-out", "A leave-out is for a child this mailing is not for.", "Take the leave-out away.",
        child_id=STRANGER,
    )  # fmt: skip
    assert bare == Problem(
        "leave-out", "Ana López (101) is to be left out without a reason.", "Say why, in three letters or more.",
        child_id="ana",
    )  # fmt: skip
    in_every_language(unknown)
    in_every_language(bare)


def test_a_child_without_a_file_and_a_mailing_without_any_are_told() -> None:
    assert say().of_missing("ana") == Problem(
        "missing", "There is no file for Ana López (101).", "Add the file, or leave the child out and say why.",
        child_id="ana",
    )  # fmt: skip
    in_every_language(say().of_missing("ana"))
    in_every_language(NOTHING)


def test_rows_of_a_list_that_lead_nowhere_are_told_with_what_they_say() -> None:
    no_file, no_number = (
        of_list(ListFault("x.pdf", "9", "no-such-file")),
        of_list(ListFault("x.pdf", "9", "no-such-number")),
    )
    assert no_file == Problem(
        "list", "The list names “x.pdf”, but there is no such file.", "Add the file, or correct the list.", name="x.pdf"
    )
    assert no_number == Problem(
        "list", "The list gives “x.pdf” the student number “9”, which nobody at your sites has.",
        "Correct the number in the list.", name="x.pdf",
    )  # fmt: skip
    in_every_language(no_file)
    in_every_language(no_number)
