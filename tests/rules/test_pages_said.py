"""What is wrong with the pages of one big PDF is told with the pages, the children they may be about, and a way out."""

from collections.abc import Sequence

import pytest

from portal.documents.rules.pages import (
    EveryPage,
    FirstPageMark,
    Page,
    PageProblem,
    PagesEach,
    Shape,
    pages_said,
    pages_within,
    split,
    wording_of,
)
from portal.words.languages import staff_languages
from portal.words.sentences import said

MARK = FirstPageMark("Report card")
WHOSE = "Say whose page it is, or pass it over if it is nobody's, such as a cover page."
ALONE = "A page must name one child alone. Mend the file where it was made and choose it again."
ORDER = "Look whether a page is out of its order, or stands there twice. Mend the file and choose it again."
LOOK = "Say whose page it is after a look at it, or make the file anew with text instead of pictures."
OTHER = "Look whether a page is missing before it, or the number of pages or the mark is wrong."


def page(number: int, *children: str, name_of: Sequence[str] = (), unread: bool = False, mark: bool = False) -> Page:
    """A page with these children's numbers, and the one name that `name_of` all bear."""
    names = frozenset({frozenset(name_of)} if name_of else ())
    return Page(number, frozenset(children), names, has_mark=mark, is_unread=unread)


SILENT = [page(1), page(2, "ana"), page(3, "ben")]
TOLD: dict[str, tuple[list[Page], Shape, PageProblem]] = {
    "a cover page": (
        SILENT,
        EveryPage(),
        PageProblem("names-nobody", (1,), (), "Page 1 names nobody.", WHOSE),
    ),
    "a document that begins with nobody's page": (
        [page(1), page(2, "ana")],
        PagesEach(2),
        PageProblem("names-nobody", (1, 2), ("ana",), "Page 1 names nobody, though a document begins there.", WHOSE),
    ),
    "two children on one page": (
        [page(1, "ben", "ana"), page(2, "cam")],
        EveryPage(),
        PageProblem("names-several", (1,), ("ana", "ben"), "Page 1 names more than one child.", ALONE),
    ),
    "two such pages in one document": (
        [page(1, "ana"), page(2, "ana", "ben"), page(3), page(4, "ana", "cam")],
        PagesEach(4),
        PageProblem(
            "names-several", (1, 2, 3, 4), ("ana", "ben", "cam"), "Pages 2 and 4 names more than one child.", ALONE
        ),
    ),
    "another child's page inside": (
        [page(1, "ben"), page(2, "ana"), page(3)],
        PagesEach(3),
        PageProblem("other-child-inside", (1, 2, 3), ("ana", "ben"), "Pages 1–3: not all name the same child.", OTHER),
    ),
    "a picture in a document": (
        [page(1, "ana"), page(2, unread=True)],
        PagesEach(2),
        PageProblem(
            "unread",
            (1, 2),
            ("ana",),
            "Page 2: names nobody in letters, and holds a picture that could not be read.",
            LOOK,
        ),
    ),
    "a name that two bear": (
        [page(1, name_of=("ana", "eva"))],
        EveryPage(),
        PageProblem(
            "same-name",
            (1,),
            ("ana", "eva"),
            "Page 1: several children bear the name on it.",
            "Say whose page it is; in the file, the student number would tell them apart.",
        ),
    ),
    "two documents of one child": (
        [page(1, "ana"), page(2, "ana"), page(3, "ben"), page(4, "ana")],
        EveryPage(),
        PageProblem("two-groups", (1, 2, 4), ("ana",), "One child has 2 documents: pages 1–2, page 4.", ORDER),
    ),
    "pages that are left over": (
        [page(1, "ana"), page(2), page(3), page(4, "ben"), page(5)],
        PagesEach(3),
        PageProblem(
            "remainder",
            (4, 5),
            (),
            "Pages 4–5: too few pages for a document of 3.",
            "Look whether a page is missing, or pass over the pages that are nobody's, such as a cover page.",
        ),
    ),
    "pages before the mark": (
        [page(1), page(2), page(3, "ana", mark=True)],
        MARK,
        PageProblem(
            "before-first-mark",
            (1, 2),
            (),
            "Pages 1–2: before the first page with the mark.",
            "Pass them over if they are nobody's, such as a cover page, or choose other words.",
        ),
    ),
    "backs of each": (
        [page(1, "ana"), page(2), page(3), page(4, "ben"), page(5), page(6)],
        EveryPage(),
        PageProblem(
            "no-name-after",
            (2, 3, 5, 6),
            (),
            "4 pages name nobody, 2 after each that does: a document may have 3 pages.",
            "Say how many pages each document has; or pass these over if they are blank.",
        ),
    ),
    "documents of no page": (
        [page(1, "ana"), page(2, "ben")],
        PagesEach(0),
        PageProblem(
            "no-pages-each",
            (1, 2),
            (),
            "A document cannot have no pages.",
            "Say how many pages each document has: 1 or more.",
        ),
    ),
}


@pytest.mark.parametrize(("pages", "shape", "problem"), TOLD.values(), ids=TOLD)
def test_pages_that_are_nobodys_are_told_with_what_to_do(pages: list[Page], shape: Shape, problem: PageProblem) -> None:
    assert split(pages, shape).problems == (problem,)
    (found,) = split(pages, shape).problems
    for language in staff_languages()[1:]:
        assert said(found.sentence, language) != found.sentence, language.tag
        assert said(found.fix, language) != found.fix, language.tag


def test_pages_to_pass_over_that_are_not_there_are_told_in_their_order() -> None:
    found = split([page(1), page(2, "ana")], EveryPage(), frozenset({9, 1, 7}))
    assert found.problems == (
        PageProblem(
            "no-such-page", (7, 9), (), "The file has no pages 7 and 9.", "Correct the pages to pass over."
        ),
    )  # fmt: skip
    assert found.passed_over == (1,)
    assert not found.is_complete


def test_problems_are_told_in_the_order_of_the_pages() -> None:
    pages = [page(1, "ana"), page(2, "ben", "cam"), page(3, "ana"), page(4)]
    assert [one.pages for one in split(pages, EveryPage(), frozenset({9})).problems] == [(1, 3), (2,), (4,), (9,)]


BACKS: dict[str, tuple[list[Page], list[str]]] = {
    "one after each": ([page(1, "ana"), page(2), page(3, "ben"), page(4)], ["no-name-after"]),
    "not as many after each": (
        [page(1, "ana"), page(2), page(3, "ben"), page(4), page(5)],
        ["names-nobody"] * 3,
    ),
    "none after the last": ([page(1, "ana"), page(2), page(3, "ben")], ["names-nobody"]),
    "of one child alone": ([page(1, "ana"), page(2)], ["names-nobody"]),
    "none": ([page(1, "ana"), page(2, "ben")], []),
    "one before the first": ([page(1), page(2, "ana"), page(3, "ben")], ["names-nobody"]),
    "another problem stays": (
        [page(1, "ana"), page(2), page(3, "ben", "cam"), page(4)],
        ["no-name-after", "names-several"],
    ),
}


@pytest.mark.parametrize(("pages", "kinds"), BACKS.values(), ids=BACKS)
def test_backs_are_told_at_once_where_there_are_as_many_after_every_page_with_a_name(
    pages: list[Page], kinds: list[str]
) -> None:
    assert [one.kind for one in split(pages, EveryPage()).problems] == kinds


@pytest.mark.parametrize(
    ("numbers", "is_crowded"), [((), False), (("a", "b", "c"), False), (("a", "b", "c", "d"), True)]
)
def test_a_page_that_names_more_than_brothers_and_sisters_is_a_lists(
    *, numbers: tuple[str, ...], is_crowded: bool
) -> None:
    by_name = Page(1, names=frozenset(frozenset({one}) for one in numbers))
    for one in (Page(1, frozenset(numbers)), by_name, Page(1, frozenset("x"), by_name.names)):
        assert one.is_crowded == is_crowded


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Our rules", "Our rules page 2"),
        ("Our rules\nPage 2 of 60", "OUR  rules page 13 of 60"),
        ("- 2 - Our rules", "– 31 – our rules"),
        ("Our rules, page 12345", "Our rules, page 7"),
        ("ＯＵＲ rules", "our rules"),
    ],
)
def test_pages_that_differ_in_their_number_alone_say_the_same(one: str, other: str) -> None:
    assert wording_of(one) == wording_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Reading: 97", "Reading: 64"),
        ("page 123456", "page 123457"),
        ("homepage 2", "homepage 3"),
        ("our rules page 2", "ourrules page 2"),
    ],
)
def test_pages_that_differ_in_anything_else_do_not(one: str, other: str) -> None:
    assert wording_of(one) != wording_of(other)


def test_only_the_backs_that_stand_at_the_same_place_are_compared() -> None:
    backs = [("Rules", "Reading: 1"), ("Rules", "Reading: 2")]
    pages = [
        one
        for at, (second, third) in enumerate(backs)
        for one in (
            page(3 * at + 1, f"c{at}"),
            Page(3 * at + 2, wording=second),
            Page(3 * at + 3, wording=third),
        )
    ]
    assert [group.unnamed for group in split(pages, PagesEach(3)).groups] == [(3,), (6,)]


def test_a_page_that_names_its_child_is_not_among_those_that_name_nobody() -> None:
    pages = [page(1, "a"), Page(2, frozenset("a"), wording="x"), page(3, "b"), Page(4, wording="y")]
    pages += [page(5, "c"), Page(6, wording="z")]
    assert [group.unnamed for group in split(pages, PagesEach(2)).groups] == [(), (4,), (6,)]


@pytest.mark.parametrize(
    ("numbers", "alone", "within"),
    [
        ((3,), "Page 3", "page 3"),
        ((3, 4), "Pages 3–4", "pages 3–4"),
        ((3, 4, 5), "Pages 3–5", "pages 3–5"),
        ((3, 5), "Pages 3 and 5", "pages 3 and 5"),
        ((3, 7, 9), "Pages 3, 7 and 9", "pages 3, 7 and 9"),
    ],
)
def test_pages_are_said_alone_and_within_a_sentence(numbers: tuple[int, ...], alone: str, within: str) -> None:
    assert (pages_said(numbers), pages_within(numbers)) == (alone, within)
    for language in staff_languages()[1:]:
        if len(numbers) > 1:
            assert str(numbers[-1]) in said(pages_within(numbers), language)
