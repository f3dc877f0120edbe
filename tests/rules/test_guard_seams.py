"""Names that end on another page than they begin on."""

import pytest

from portal.guard.rules import Blocked, Clear, judge
from portal.reading.reader import Part
from tests.rules.guarded import ROSTER


def on_two_pages(end: str, beginning: str) -> list[Part]:
    return [Part("page 1", f"We congratulate {end}"), Part("page 2", f"{beginning} on the prize.\nThank you all.")]


@pytest.mark.parametrize("foot", ["", "\r\n1", "\r\n\r\nOak School, page 1 of 2\r\n", "\nOak School | 1", "\n- 1 -"])
@pytest.mark.parametrize("head", ["", "Oak School Newsletter\r\n", "The Year in Grade 3\n\n"])
def test_what_is_at_the_foot_and_the_head_of_pages_parts_no_name(foot: str, head: str):
    verdict = judge(on_two_pages(f"Petra{foot}", f"{head}Kowalczyk"), ROSTER)
    assert isinstance(verdict, Blocked)
    assert verdict.people == {"petra"}


@pytest.mark.parametrize(
    ("end", "beginning"),
    [("Petra Kowal-\n1", "czyk"), ("Petra Kowal\u00ad", "Oak School News\nczyk"), ("Pe-", "tra Kowalczyk")],
)
def test_a_name_that_the_end_of_a_page_breaks_is_found(end: str, beginning: str):
    assert isinstance(judge(on_two_pages(end, beginning), ROSTER), Blocked)


@pytest.mark.parametrize(
    ("foot", "head"),
    [("\nfor her book.", ""), ("", "Who reads best?\n"), ("", "We thank all readers\n"), ("\nOak", "")],
)
def test_lines_of_the_text_part_two_names(foot: str, head: str):
    assert judge(on_two_pages(f"Petra{foot}", f"{head}Kowalczyk"), ROSTER) == Clear()


def test_a_word_that_a_blank_line_breaks_is_one():
    assert isinstance(judge([Part("text", "Petra Kowal-\n\nczyk came.")], ROSTER), Blocked)
    assert judge([Part("text", "Petra Kowal-\n\n\nczyk came.")], ROSTER) == Clear()


@pytest.mark.parametrize(
    ("end", "beginning"),
    [
        ("the winners:\nPetra – 3", "Kowalczyk"), ("Name | Grade\nKowalczyk | 3", "Petra"),
        ("our readers\nPetra · 3", "Kowalczyk"), ("Petra-", "Kowalczyk"), ("Kowalczyk-", "Petra"),
    ],
)  # fmt: skip
def test_the_last_row_of_a_page_may_be_a_name_and_no_foot_of_it(end: str, beginning: str):
    assert isinstance(judge(on_two_pages(end, beginning), ROSTER), Blocked)
