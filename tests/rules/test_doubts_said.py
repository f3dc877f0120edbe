"""A file that is nobody's for sure is told to the office: what is unclear, with which file, and what to do."""

import pytest

from portal.documents.rules.pairing import (
    Ambiguous,
    Doubled,
    Doubtful,
    Empty,
    GivenFile,
    NotInAudience,
    SameAsOther,
    Unmatched,
)
from portal.documents.rules.problems import Problem
from tests.rules.said_to_the_office import STRANGER, in_every_language, say

FILE = GivenFile(7, "x.pdf", 9, "hash")
CHOOSE = "Choose the child, put the student number into the file's name, or take the file away."
ONE_OF_THEM = "Choose the child, or take the file away."
OUTCOMES: dict[str, tuple[Doubtful, str, str]] = {
    "no number": (
        Unmatched(FILE, "no-number"),
        "“x.pdf” belongs to nobody yet. No child's student number stands in its name.",
        CHOOSE,
    ),
    "no number, but a name": (
        Unmatched(FILE, "no-number", "ana"),
        "“x.pdf” belongs to nobody yet. No child's student number stands in its name. It may be for Ana López (101).",
        CHOOSE,
    ),
    "a name in it that nobody can know": (
        Unmatched(FILE, "no-number", STRANGER),
        (
            "“x.pdf” belongs to nobody yet. No child's student number stands in its name. "
            "It may be for a child this mailing is not for."
        ),
        CHOOSE,
    ),
    "a number of the list that nobody has": (
        Unmatched(FILE, "number-of-list-unknown"),
        "“x.pdf” belongs to nobody yet. The list gives it a student number that nobody at your sites has.",
        CHOOSE,
    ),
    "nothing inside": (
        Unmatched(FILE, "nothing-inside"),
        "“x.pdf” belongs to nobody yet. Neither its name nor what stands in it says whose it is.",
        CHOOSE,
    ),
    "unread": (
        Unmatched(FILE, "unread"),
        "“x.pdf” belongs to nobody yet. It could not be read in full.",
        "Make it anew and choose it again, or take the file away.",
    ),
    "not named inside": (
        Unmatched(FILE, "not-named-inside"),
        "“x.pdf” belongs to nobody yet. Nothing in it names a child surely.",
        "Have the child's name or student number printed in it and choose it again, or take it away.",
    ),
    "names others": (
        Unmatched(FILE, "names-others"),
        "“x.pdf” belongs to nobody yet. It names people of other families.",
        "Choose a file that names nobody else, or take it away.",
    ),
    "for a child elsewhere": (
        Unmatched(FILE, "not-here"),
        "“x.pdf” belongs to nobody yet. It seems to be for a child this mailing is not for.",
        "Take the file away, or widen whom the mailing is for.",
    ),
    "its child has another": (
        Unmatched(FILE, "has-another", "ana"),
        (
            "“x.pdf” belongs to nobody yet. The child it may be for has another file as well. "
            "It may be for Ana López (101)."
        ),
        "Look at both, choose the child of each, or take one of them away.",
    ),
    "several numbers": (
        Ambiguous(FILE, "several-numbers", ("ana", "ben")),
        "“x.pdf” is unclear. The numbers of several children stand in its name: Ana López (101) or Ben Kim (102).",
        ONE_OF_THEM,
    ),
    "perhaps no number": (
        Ambiguous(FILE, "may-be-no-number", ("ana",), "ana"),
        (
            "“x.pdf” is unclear. The number in its name may be a date, a page or a counter, "
            "or the number of Ana López (101)."
        ),
        ONE_OF_THEM,
    ),
    "number and name differ": (
        Ambiguous(FILE, "number-and-name-differ", ("ana", "ben")),
        (
            "“x.pdf” is unclear. The number and the name in its name are different children's: "
            "Ana López (101) or Ben Kim (102)."
        ),
        ONE_OF_THEM,
    ),
    "a list of two minds": (
        Ambiguous(FILE, "listed-differently", ("ana", "ben", "cam")),
        (
            "“x.pdf” is unclear. The list says several things about it. "
            "It may be for Ana López (101), Ben Kim (102) or Cam Ray (103)."
        ),
        ONE_OF_THEM,
    ),
    "the same name": (
        Ambiguous(FILE, "same-name", ("ana", "ben")),
        (
            "“x.pdf” is unclear. Several children bear the name in it, and nothing else in it tells them apart: "
            "Ana López (101) or Ben Kim (102)."
        ),
        ONE_OF_THEM,
    ),
    "several names": (
        Ambiguous(FILE, "names-several", ("ana", "ben")),
        "“x.pdf” is unclear. It names several children: Ana López (101) or Ben Kim (102).",
        ONE_OF_THEM,
    ),
    "name and text differ": (
        Ambiguous(FILE, "name-and-text-differ", ("ana", "ben")),
        (
            "“x.pdf” is unclear. Its name and what stands in it are different children's: "
            "Ana López (101) or Ben Kim (102)."
        ),
        ONE_OF_THEM,
    ),
    "mailed about several": (
        Ambiguous(FILE, "addressed", ("ana", "ben")),
        (
            "“x.pdf” is unclear. It was mailed to guardians of several children and surely names none of them: "
            "Ana López (101) or Ben Kim (102)."
        ),
        ONE_OF_THEM,
    ),
    "not for this mailing": (
        NotInAudience(FILE, STRANGER),
        "“x.pdf” is for a child this mailing is not for.",
        "Take the file away, or widen whom the mailing is for.",
    ),
    "two that differ": (
        Doubled(FILE, "ana", (1,), are_same=False),
        "Ana López (101) has 2 files: “x.pdf”, “b.pdf”. They differ.",
        "Look at them, and use the right one.",
    ),
    "four that are the same": (
        Doubled(FILE, "ana", (0, 1, 2), are_same=True),
        "Ana López (101) has 4 files: “x.pdf”, “a.pdf”, “b.pdf”, “c.pdf”. They are the same, letter for letter.",
        "Use one of them.",
    ),
    "more than can be named": (
        Doubled(FILE, "ana", (0, 1, 2, 3, 4), are_same=True),
        (
            "Ana López (101) has 6 files: “x.pdf”, “a.pdf”, “b.pdf”, “c.pdf” and 2 more. "
            "They are the same, letter for letter."
        ),
        "Use one of them.",
    ),
    "the same as another child's": (
        SameAsOther(FILE, "ana", (2, 9)),
        "“x.pdf” for Ana López (101) is the same, letter for letter, as “c.pdf”, “”.",
        "One of them was copied under a wrong name. Look at them and replace the wrong one.",
    ),
    "empty": (
        Empty(FILE, "ana"),
        "“x.pdf”, the file for Ana López (101), is empty.",
        "Make it anew and choose it again, or take it away.",
    ),
    "empty and nobody's": (
        Empty(FILE, None),
        "“x.pdf” is empty.",
        "Make it anew and choose it again, or take it away.",
    ),
}
KINDS = {
    Unmatched: "unmatched", Ambiguous: "ambiguous", NotInAudience: "not-in-audience", Doubled: "doubled",
    SameAsOther: "same-as-other", Empty: "empty",
}  # fmt: skip


@pytest.mark.parametrize(("outcome", "sentence", "fix"), OUTCOMES.values(), ids=OUTCOMES)
def test_a_file_that_is_nobodys_for_sure_is_told_with_its_name(outcome: Doubtful, sentence: str, fix: str) -> None:
    problem = say().of_outcome(outcome)
    assert (problem.sentence, problem.fix) == (sentence, fix)
    in_every_language(problem)


@pytest.mark.parametrize("outcome", [outcome for outcome, *_ in OUTCOMES.values()], ids=OUTCOMES)
def test_such_a_problem_leads_to_its_file_and_to_whom_it_concerns(outcome: Doubtful) -> None:
    assert say().of_outcome(outcome) == Problem(
        KINDS[type(outcome)], say().of_outcome(outcome).sentence, say().of_outcome(outcome).fix, 7, "x.pdf",
        child_id=getattr(outcome, "child_id", None),
        suggested=getattr(outcome, "suggested", None),
        others=outcome.others if isinstance(outcome, Doubled) else (),
        may_be=outcome.children if isinstance(outcome, Ambiguous) else (),
    )  # fmt: skip
