"""What staff are told of a draft that cannot go out, word by word, at each side of every bound."""

import pytest

from portal.mailings.errors import DraftFaults
from portal.mailings.rules import Draft, Term, audience_sentence, check_draft, language_called, parse_term
from portal.words.languages import SHIPPED, with_tag

OURS = frozenset({"riverbend.example"})


def checked(
    title: str = "Welcome", message: str = "Hello.", terms: tuple[Term, ...] = (Term("everyone"),), days: int = 30
) -> Draft:
    return check_draft(title=title, message=message, terms=terms, link_days=days, link_hosts=OURS)


def faults(**wrong: object) -> dict[str, str]:
    with pytest.raises(DraftFaults) as caught:
        checked(**wrong)  # type: ignore[arg-type] # because each is a field of `checked`, wrong on purpose
    return caught.value.faults


@pytest.mark.parametrize("days", [1, 2, 365])
def test_links_stay_open_for_a_day_to_a_year(days: int) -> None:
    assert checked(days=days).link_days == days


@pytest.mark.parametrize("days", [-1, 0, 366])
def test_links_stay_open_for_no_less_and_no_longer(days: int) -> None:
    assert faults(days=days) == {"expires": "Links can stay open for 1 to 365 days."}


def test_a_letter_is_confidential_or_to_be_acknowledged_where_staff_say_so_alone() -> None:
    plain = checked()
    assert (plain.confidential, plain.acknowledge) == (False, False)
    for confidential, acknowledge in ((True, False), (False, True)):
        draft = check_draft(
            title="Welcome", message="", terms=[Term("everyone")], link_days=7, link_hosts=OURS,
            confidential=confidential, acknowledge=acknowledge,
        )  # fmt: skip
        assert (draft.confidential, draft.acknowledge) == (confidential, acknowledge)


def test_lines_end_alike_and_keep_what_they_are_indented_by() -> None:
    written = "\n One:\r  two  \r\n\tthree\t\n\n"
    assert checked(message=written).message == "One:\n  two\n\tthree"


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("", "Give the letter a title."),
        ("x" * 121, "The title is 121 letters long; 120 is the most."),
        ("a\x00b", "The title holds a hidden control character. Type it again by hand."),
        (
            "see evil.com and bad.org",
            (
                "The title links to bad.org, evil.com, which families are not sent to from here. "
                "Take the address out, or ask an administrator to allow it."
            ),
        ),
    ],
)
def test_what_is_wrong_with_a_title_is_told(title: str, told: str) -> None:
    assert faults(title=title) == {"title": told}
    assert checked(title="x" * 120).title == "x" * 120


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("x" * 1_501, "The message is 1,501 letters long; 1,500 is the most."),
        ("a\x00b", "The message holds a hidden control character. Type it again by hand."),
        (
            "see evil.com and https://riverbend.example/list",
            (
                "The message links to evil.com, which families are not sent to from here. "
                "Take the address out, or ask an administrator to allow it."
            ),
        ),
    ],
)
def test_what_is_wrong_with_a_message_is_told(message: str, told: str) -> None:
    assert faults(message=message) == {"message": told}


EVERYONE, FILES, OAK = Term("everyone"), Term("files"), Term("site", "Oak")
GRADE, PROGRAM, ANA, BEN = Term("grade", "3"), Term("program", "Choir"), Term("child", "1"), Term("child", "2")
NOBODY = "Choose whom the letter is for."
NOT_EVERYONE = "Choose either everyone or a part of the families, not both."
NOT_FILES = "Choose either the children these files are for or other families, not both."
NOT_CHILDREN = "Named children stand alone: take the other choices away."


@pytest.mark.parametrize(
    ("terms", "told"),
    [
        ((), NOBODY),
        ((EVERYONE, OAK), NOT_EVERYONE),
        ((EVERYONE, OAK, GRADE), NOT_EVERYONE),
        ((FILES, OAK), NOT_FILES),
        ((FILES, ANA), NOT_FILES),
        ((FILES, OAK, GRADE), NOT_FILES),
        ((ANA, GRADE), NOT_CHILDREN),
        ((ANA, GRADE, OAK), NOT_CHILDREN),
    ],
)
def test_what_is_wrong_with_an_audience_is_told(terms: tuple[Term, ...], told: str) -> None:
    assert faults(terms=terms) == {"audience": told}


@pytest.mark.parametrize("terms", [(EVERYONE,), (FILES,), (ANA, BEN), (OAK,), (GRADE, PROGRAM, OAK)])
def test_what_belongs_together_is_an_audience(terms: tuple[Term, ...]) -> None:
    assert checked(terms=(*terms, *terms)).terms == terms, "and nothing of it is kept twice"


def test_an_audience_that_nobody_can_read_is_told_with_the_ways_to_write_one() -> None:
    with pytest.raises(DraftFaults) as caught:
        parse_term("parent:3")
    assert caught.value.faults == {
        "audience": "“parent:3” is not an audience: use everyone, program:NAME, site:NAME, grade:G or child:NUMBER."
    }


def test_the_children_of_the_files_and_named_children_are_said_as_such() -> None:
    assert audience_sentence([FILES], "Riverbend") == "the children its files are for"
    assert audience_sentence([], "Riverbend") == "everyone at Riverbend"
    spanish = with_tag("es")
    assert spanish is not None
    assert audience_sentence([ANA, BEN], "Riverbend").said_in(spanish).startswith("2 ")
    assert "children" not in audience_sentence([ANA, BEN], "Riverbend").said_in(spanish)


def test_a_language_that_nobody_reads_here_is_told_with_those_that_are_read() -> None:
    assert language_called("es").name == "Español"
    with pytest.raises(DraftFaults) as caught:
        language_called("x" * 41)
    known = ", ".join(one.tag for one in SHIPPED[1:])
    assert caught.value.faults == {"": f"“{'x' * 40}” is not another language that families read here: {known}."}
