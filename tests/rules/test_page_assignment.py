"""Which page is whose in one big PDF: surely one child's, or a problem; never glued to the neighbour's document."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from portal.documents.rules.pages import (
    EveryPage,
    FirstPageMark,
    Page,
    PagesEach,
    Shape,
    Split,
    pages_said,
    split,
    wording_of,
)

MARK = FirstPageMark("Report card")


def page(number: int, *children: str, names: tuple[str, ...] = (), mark: bool = False, unread: bool = False) -> Page:
    """A page with these children's numbers; each of `names` is the bearers of one name, parted by blanks."""
    bearers = frozenset(frozenset(name.split()) for name in names)
    return Page(number, frozenset(children), bearers, has_mark=mark, is_unread=unread)


def groups(found: Split) -> list[tuple[str, tuple[int, ...]]]:
    return [(group.child_id, group.pages) for group in found.groups]


def problems(found: Split) -> list[tuple[str, tuple[int, ...]]]:
    return [(problem.kind, problem.pages) for problem in found.problems]


def test_a_page_for_each_child_that_names_it_is_theirs():
    found = split([page(1, "ana"), page(2, names=("ben",)), page(3, "chloe", names=("chloe",))], EveryPage())
    assert groups(found) == [("ana", (1,)), ("ben", (2,)), ("chloe", (3,))]
    assert found.is_complete


def test_pages_that_name_one_child_one_after_another_are_one_document():
    found = split([page(1, "ana"), page(2, "ana"), page(3, "ben")], EveryPage())
    assert groups(found) == [("ana", (1, 2)), ("ben", (3,))]


def test_a_page_that_names_nobody_is_not_given_to_the_child_before():
    found = split([page(1, "ana"), page(2), page(3, "ben")], EveryPage())
    assert groups(found) == [("ana", (1,)), ("ben", (3,))]
    assert problems(found) == [("names-nobody", (2,))]
    assert not found.is_complete
    assert "Page 2" in found.problems[0].sentence
    assert "pass it over" in found.problems[0].fix


def test_backs_and_second_pages_that_name_nobody_are_told_once_with_how_many_pages_each_may_have():
    pages = [page(1), page(2, "ana"), page(3, unread=True), page(4, "ben"), page(5), page(6, "chloe"), page(7)]
    found = split(pages, EveryPage())
    assert problems(found) == [("names-nobody", (1,)), ("no-name-after", (3, 5, 7))]
    assert found.problems[1].sentence == "3 pages name nobody, 1 after each that does: a document may have 2 pages."
    assert problems(split(pages[:-1], EveryPage())) == [
        ("names-nobody", (1,)),
        ("unread", (3,)),
        ("names-nobody", (5,)),
    ]
    assert split(pages, PagesEach(2), passed_over=frozenset({1})).is_complete is False, "one of them may be a picture"


def test_a_cover_page_is_passed_over_only_when_staff_say_so():
    pages = [page(1), page(2, "ana"), page(3, "ben")]
    assert problems(split(pages, EveryPage())) == [("names-nobody", (1,))]
    found = split(pages, EveryPage(), passed_over=frozenset({1}))
    assert found.is_complete
    assert found.passed_over == (1,)


def test_a_page_passed_over_inside_a_document_does_not_part_it():
    found = split([page(1, "ana"), page(2), page(3, "ana"), page(4, "ben")], EveryPage(), frozenset({2}))
    assert groups(found) == [("ana", (1, 3)), ("ben", (4,))]


def test_a_page_whose_number_is_a_picture_stops_the_mailing():
    for shape in (EveryPage(), PagesEach(1), PagesEach(3), MARK):
        found = split([page(1, "ana", mark=True), page(2, unread=True), page(3, "ana")], shape)
        assert not found.is_complete
        assert ("unread", (1, 2, 3)) in problems(found) or ("unread", (2,)) in problems(found)


def test_a_person_may_say_whose_a_silent_page_is_and_not_against_the_page():
    pages = [page(1, "ana"), page(2, unread=True), page(3, "ben")]
    assert groups(split(pages, EveryPage(), chosen={2: "chloe"})) == [("ana", (1,)), ("chloe", (2,)), ("ben", (3,))]
    found = split(pages, EveryPage(), chosen={1: "chloe", 2: "chloe"})
    assert problems(found) == [("names-several", (1,))]


def test_a_page_that_names_two_children_is_neithers():
    for both in (page(1, "ana", "ben"), page(1, "ana", names=("ben",)), page(1, names=("ana", "ben"))):
        found = split([both, page(2, "chloe")], EveryPage())
        assert problems(found) == [("names-several", (1,))]
        assert found.problems[0].children == ("ana", "ben")


def test_a_name_two_children_bear_is_told_apart_by_the_number_alone():
    both = ("ana ana2",)
    assert groups(split([page(1, "ana", names=both), page(2, "ana2", names=both)], EveryPage())) == [
        ("ana", (1,)), ("ana2", (2,)),
    ]  # fmt: skip
    assert problems(split([page(1, "ana"), page(2, names=both)], EveryPage())) == [("same-name", (2,))]
    assert problems(split([page(1, names=both), page(2, "ana")], PagesEach(2))) == [("same-name", (1, 2))]
    assert groups(split([page(1, "ana"), page(2, names=both)], PagesEach(2))) == [("ana", (1, 2))]


def test_a_child_with_two_documents_gets_neither():
    found = split([page(1, "ana"), page(2, "ben"), page(3, "ana")], EveryPage())
    assert groups(found) == [("ben", (2,))]
    assert problems(found) == [("two-groups", (1, 3))]
    assert found.problems[0].sentence == "One child has 2 documents: page 1, page 3."


def test_pages_are_counted_off_as_staff_say():
    found = split([page(1, "ana"), page(2), page(3, "ben"), page(4, names=("ben",))], PagesEach(2))
    assert groups(found) == [("ana", (1, 2)), ("ben", (3, 4))]


def test_pages_left_after_counting_off_are_a_problem():
    found = split([page(1, "ana"), page(2), page(3, "ben")], PagesEach(2))
    assert problems(found) == [("remainder", (3,))]
    assert found.problems[0].sentence == "Page 3: too few pages for a document of 2."


def test_counting_off_from_a_cover_page_gives_nobody_a_neighbours_page():
    pages = [page(1), page(2, "ana"), page(3), page(4, "ben"), page(5), page(6)]
    found = split(pages, PagesEach(2))
    assert found.groups == ()
    assert problems(found) == [("names-nobody", (1, 2)), ("names-nobody", (3, 4)), ("names-nobody", (5, 6))]
    assert groups(split(pages, PagesEach(2), frozenset({1, 6}))) == [("ana", (2, 3)), ("ben", (4, 5))]


def test_a_later_page_that_names_another_child_spoils_the_whole_document():
    found = split([page(1, "ana"), page(2, "ben"), page(3, "chloe"), page(4)], PagesEach(2))
    assert problems(found) == [("other-child-inside", (1, 2))]
    assert groups(found) == [("chloe", (3, 4))]


@pytest.mark.parametrize("count", [0, -1])
def test_a_document_without_pages_is_a_problem(count: int):
    assert problems(split([page(1, "ana")], PagesEach(count))) == [("no-pages-each", (1,))]


def test_a_mark_begins_a_document():
    pages = [page(1), page(2, "ana", mark=True), page(3), page(4), page(5, "ben", mark=True)]
    found = split(pages, MARK)
    assert groups(found) == [("ana", (2, 3, 4)), ("ben", (5,))]
    assert problems(found) == [("before-first-mark", (1,))]
    assert split(pages, MARK, frozenset({1})).is_complete


def test_a_marked_page_that_names_nobody_does_not_get_the_next_childs_name():
    found = split([page(1, "ana", mark=True), page(2, mark=True), page(3, "ben")], MARK)
    assert problems(found) == [("names-nobody", (2, 3))]


def test_a_mark_that_stands_nowhere_gives_nobody_anything():
    assert problems(split([page(1, "ana"), page(2, "ben")], MARK)) == [("before-first-mark", (1, 2))]


def test_a_mark_is_found_whatever_its_case_and_line_ends():
    assert MARK.is_on("Oak School\nREPORT\n  card 2026")
    assert not MARK.is_on("Report of a card")
    assert not FirstPageMark(" ").is_on("anything")


def test_a_page_to_pass_over_that_is_not_there_is_a_problem():
    assert problems(split([page(1, "ana")], EveryPage(), frozenset({9}))) == [("no-such-page", (9,))]


def test_no_pages_are_no_split():
    for shape in (EveryPage(), PagesEach(2), MARK):
        assert not split([], shape).is_complete


def test_pages_are_said_as_people_do():
    assert [pages_said(one) for one in ((3,), (3, 4, 5), (3, 7, 9))] == ["Page 3", "Pages 3–5", "Pages 3, 7 and 9"]


children = st.sampled_from("abcd")
bearers = st.frozensets(children, min_size=1, max_size=2)
pages = st.lists(
    st.builds(
        Page,
        st.just(0),
        st.frozensets(children, max_size=1) | st.frozensets(children, max_size=2),
        st.frozensets(bearers, max_size=1) | st.frozensets(bearers, max_size=2),
        st.booleans(),
        st.booleans(),
    ),
    max_size=12,
).map(lambda found: [Page(at, one.numbers, one.names, one.has_mark, one.is_unread) for at, one in enumerate(found, 1)])
shapes: st.SearchStrategy[Shape] = st.sampled_from([EveryPage(), PagesEach(1), PagesEach(2), PagesEach(3), MARK])
overs = st.frozensets(st.integers(1, 12), max_size=3)
choices = st.dictionaries(st.integers(1, 12), children, max_size=2)


@given(pages, shapes, overs, choices)
@example([page(1, "a"), page(2), page(3, "b")], PagesEach(2), frozenset(), {})
def test_no_page_that_names_a_child_is_in_anothers_document(
    given_pages: list[Page], shape: Shape, passed_over: frozenset[int], chosen: dict[int, str]
):
    by_number = {one.number: one for one in given_pages}
    for group in split(given_pages, shape, passed_over, chosen).groups:
        for number in group.pages:
            assert by_number[number].numbers <= {group.child_id}
            assert all(group.child_id in name for name in by_number[number].names)


@given(pages, shapes, overs, choices)
def test_every_page_is_in_one_group_or_passed_over_or_in_a_problem(
    given_pages: list[Page], shape: Shape, passed_over: frozenset[int], chosen: dict[int, str]
):
    found = split(given_pages, shape, passed_over, chosen)
    there = {one.number for one in given_pages}
    told = [number for group in found.groups for number in group.pages] + list(found.passed_over)
    told += [number for problem in found.problems for number in problem.pages if problem.kind != "no-such-page"]
    assert sorted(told) == sorted(there)
    assert len({group.child_id for group in found.groups}) == len(found.groups)


@given(pages, shapes, overs, choices)
def test_a_document_begins_with_a_page_that_names_its_child_and_a_silent_page_is_never_first(
    given_pages: list[Page], shape: Shape, passed_over: frozenset[int], chosen: dict[int, str]
):
    by_number = {one.number: one for one in given_pages}
    for group in split(given_pages, shape, passed_over, chosen).groups:
        first = by_number[group.pages[0]]
        assert not first.is_silent or chosen.get(first.number) == group.child_id


@given(pages, overs)
def test_without_a_word_of_staff_no_silent_page_is_anybodys(given_pages: list[Page], passed_over: frozenset[int]):
    by_number = {one.number: one for one in given_pages}
    found = split(given_pages, EveryPage(), passed_over)
    assert not any(by_number[number].is_silent for group in found.groups for number in group.pages)


@given(pages, shapes, overs)
def test_a_group_is_contiguous_but_for_pages_passed_over(
    given_pages: list[Page], shape: Shape, passed_over: frozenset[int]
):
    for group in split(given_pages, shape, passed_over).groups:
        between = set(range(group.pages[0], group.pages[-1] + 1)) - set(group.pages)
        assert between <= passed_over


TWO_EACH = PagesEach(2)


def back(number: int, text: str) -> Page:
    return Page(number, wording=wording_of(text))


def unnamed(*backs: str, shape: Shape = TWO_EACH) -> list[tuple[int, ...]]:
    """The pages that only their place gives to a child, where each document is a page with its name and a back."""
    pages = [
        one for n, text in enumerate(backs) for one in (page(2 * n + 1, f"c{n}", mark=True), back(2 * n + 2, text))
    ]
    found = split(pages, shape)
    assert found.is_complete
    return [group.unnamed for group in found.groups]


@pytest.mark.parametrize("shape", [PagesEach(2), MARK])
def test_backs_that_name_nobody_and_differ_from_child_to_child_are_marked(shape: Shape):
    assert unnamed("Reading: 97", "Reading: 64", "Reading: 97", shape=shape) == [(2,), (4,), (6,)]


@pytest.mark.parametrize(
    "backs",
    [("How grades are given.",) * 3, ("",) * 3, ("HOW grades\nare given.", "How grades are given."),
     ("Our rules. Page 2 of 60", "Our rules. Page 4 of 60")],
)  # fmt: skip
def test_backs_that_say_the_same_to_every_child_are_not_marked(backs: tuple[str, ...]):
    assert unnamed(*backs) == [()] * len(backs)


def test_one_back_that_differs_is_enough_and_an_empty_one_is_nothing_to_look_at():
    assert unnamed("Our rules.", "", "Our rules. Ask about his inhaler.") == [(2,), (), (6,)]
