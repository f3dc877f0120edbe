"""What somebody who acts for some sites is told of a file that was stopped: of others that they are, not how many."""

from dataclasses import replace

import pytest

from portal.guard.roster.index import Roster
from portal.guard.rules import Blocked, Clear, Finding, Near, judge, judge_file, report
from portal.reading.reader import FILE_NAME, Part, Reading
from tests.rules.guarded import ROSTER, child

ANA, LINDA, PETRA = "Ana Rivera came", "Linda García Márquez came", "Petra Kowalczyk came"
CARMEN = "call 704 555 0134"
CHOOSE = "Choose a file that names nobody else."


def stopped(*pages: str, near: frozenset[str] | None = None) -> Blocked:
    verdict = judge([Part(f"page {at}", text) for at, text in enumerate(pages, 1)], ROSTER, near=near)
    assert isinstance(verdict, Blocked)
    return verdict


def name_on(page: int, count: int = 1) -> Finding:
    return Finding(f"page {page}", "child-name", count)


def others_on(page: int) -> Finding:
    return Finding(f"page {page}", "others", 1)


@pytest.mark.parametrize(
    ("pages", "near", "children", "findings"),
    [
        ([ANA], {"ana"}, 1, [name_on(1)]),
        ([ANA], {"petra"}, 0, [others_on(1)]),
        ([f"{LINDA}. {PETRA}."], {"ana"}, 0, [others_on(1)]),
        ([f"{LINDA}. {PETRA}.", PETRA], {"ana"}, 0, [others_on(1), others_on(2)]),
        ([f"{ANA}. {LINDA}."], {"ana"}, 1, [name_on(1), others_on(1)]),
        ([f"{ANA}. {LINDA}."], {"ana", "linda"}, 2, [name_on(1, 2)]),
        ([f"{ANA}. {LINDA}."], set(), 0, [others_on(1)]),
        ([PETRA, ANA], {"ana"}, 1, [others_on(1), name_on(2)]),
        ([CARMEN], {"ana"}, 1, [Finding("page 1", "phone", 1)]),
        ([CARMEN], {"petra"}, 0, [others_on(1)]),
    ],
)
def test_whoever_is_at_other_sites_is_others_however_many(
    pages: list[str], near: set[str], children: int, findings: list[Finding]
) -> None:
    verdict = stopped(*pages, near=frozenset(near))
    assert verdict.near == Near(children, tuple(findings))
    assert verdict.near.others == any(one.kind == "others" for one in findings)
    assert replace(verdict, near=None) == stopped(*pages), "what is decided is the same for whoever asks"


@pytest.mark.parametrize(
    ("pages", "near", "said"),
    [
        ([ANA], None, "It names one child of other families."),
        ([f"{ANA}. {LINDA}."], None, "It names 2 children of other families."),
        ([ANA], {"ana"}, "It names one child of other families."),
        ([f"{ANA}. {LINDA}."], {"ana", "linda"}, "It names 2 children of other families."),
        ([f"{ANA}. {PETRA}."], {"ana"}, "It names one child of other families and others."),
        ([f"{ANA}. {LINDA}. {PETRA}."], {"ana", "linda"}, "It names 2 children of other families and others."),
        ([f"{ANA}. {PETRA}."], {"nora"}, "It names others."),
    ],
)
def test_the_reason_counts_those_of_the_sites_of_whoever_asks(
    pages: list[str], near: set[str] | None, said: str
) -> None:
    verdict = stopped(*pages, near=None if near is None else frozenset(near))
    assert report(verdict)["reason"] == f"{said} {CHOOSE}"


def test_of_a_file_whose_name_does_not_fit_both_are_told_it_first() -> None:
    reading = Reading("pdf", (Part("page 1", f"{ANA}. {PETRA}."),), misnamed=True)
    wrong = Finding(FILE_NAME, "file-type", 1)
    verdict = judge_file(reading, ROSTER, near=frozenset({"ana"}))
    assert isinstance(verdict, Blocked)
    assert verdict.findings == (wrong, name_on(1, 2))
    assert verdict.near == Near(1, (wrong, name_on(1), others_on(1)))
    whole = judge_file(reading, ROSTER)
    assert isinstance(whole, Blocked)
    assert (whole.near, whole.findings) == (None, verdict.findings)


def test_a_name_that_the_portal_wrote_into_a_file_means_nobody_else() -> None:
    """The given name of one child is the whole name of another; the portal wrote the first one's."""
    first = child("faadumo", "Faadumo Warsame", "Cismaan", "100401")
    roster = Roster.of([first, child("other", "Faadumo Abdi", "Warsame", "100402")])
    reading = Reading("docx", (Part("page 1", "Dear family of Faadumo Warsame,"),))
    assert isinstance(judge_file(reading, roster, frozenset({"faadumo"})), Blocked)
    assert judge_file(reading, roster, frozenset({"faadumo"}), filled="faadumo") == Clear()
