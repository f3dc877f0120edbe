"""Once a file names a crowd it is a list, and the rest of it is only counted: that makes no verdict laxer."""

from functools import partialmethod
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.guard.mentions.signs import Crowd
from portal.guard.roster.index import Known, Roster
from portal.guard.rules import Blocked, judge, judge_file
from portal.guard.verdict.part_cache import PartCache
from portal.reading.reader import Part, Reading, Unreadable
from tests.rules.guarded import child

_GIVEN = ["Anouk", "Berta", "Carla", "Dorothea", "Emmet", "Florian", "Greta", "Hanna", "Ingmar", "Jolanda"]
_FAMILY = ["Quimby", "Rosgrove", "Silvermark", "Thistleby", "Uxfield", "Vandermeer", "Wexcombe", "Yarrowby"]
_ALL = Roster.of(
    child(f"{first}-{last}", first, last, f"48{number:04}")
    for number, (first, last) in enumerate(product(_GIVEN, _FAMILY))
)
"""Every child is a family of its own."""
_HIDDEN = "Class list\n\nG r e t a   W e x c o m b e\n"
"""A name that the whole search finds, and counting does not."""


def _list(children: int) -> list[Part]:
    lines = [f"{person.given_name}\t{person.family_name}\t{person.numbers[0]}" for person in _ALL.people[:children]]
    return [Part(f"sheet 1, rows {at}", "\n\n".join(lines[at : at + 10])) for at in range(0, children, 10)]


def _met(enough: int) -> PartCache:
    return PartCache(crowd=Crowd(enough))


def test_all_on_a_long_list_are_counted():
    counted = judge(_list(80), _ALL, cache=_met(15))
    whole = judge(_list(80), _ALL)
    assert isinstance(counted, Blocked)
    assert counted == whole
    assert (counted.children, counted.roster_shaped) == (80, True)


def test_the_rest_of_a_list_is_not_searched_as_thoroughly():
    counted = judge([*_list(20), Part("notes", _HIDDEN)], _ALL, cache=_met(15))
    assert isinstance(counted, Blocked)
    assert "notes" not in {finding.where for finding in counted.findings}, "else these tests show nothing"


def test_what_was_only_counted_in_a_list_is_searched_in_the_next_file():
    cache, notes = _met(15), Part("notes", _HIDDEN)
    judge([*_list(20), notes], _ALL, cache=cache)
    assert judge([notes], _ALL, cache=cache) == judge([notes], _ALL)
    assert isinstance(judge([notes], _ALL, cache=cache), Blocked)


def test_a_list_that_could_not_be_read_to_its_end_hides_nobody_in_the_next_file():
    cache, notes = _met(15), Part("notes", _HIDDEN)
    for part in _list(20):
        cache.look_ahead(part, _ALL)
    cache.look_ahead(notes, _ALL)  # counted, and nothing is ever decided about that list
    verdict = judge([notes], _ALL, cache=cache)
    assert isinstance(verdict, Blocked)
    assert verdict == judge([notes], _ALL)


def test_a_crowd_known_at_school_hides_nobody():
    staff = tuple(f"{person.given_name} {person.family_name}" for person in _ALL.people[:20])
    roster = Roster.of(_ALL.people, Known(staff=staff))
    names = [Part(f"page {at}", f"Teacher: {name}") for at, name in enumerate(staff)]
    verdict = judge([*names, Part("notes", _HIDDEN)], roster, cache=_met(3))
    assert isinstance(verdict, Blocked)
    assert verdict == judge([*names, Part("notes", _HIDDEN)], roster)


def test_a_crowd_of_those_who_may_be_named_hides_nobody():
    allowed = frozenset(person.id for person in _ALL.people[:20])
    parts = [*_list(20), Part("notes", _HIDDEN)]
    verdict = judge(parts, _ALL, allowed, cache=_met(15))
    assert verdict == judge(parts, _ALL, allowed)
    assert isinstance(verdict, Blocked)
    assert "notes" in {finding.where for finding in verdict.findings}


@pytest.mark.parametrize("ahead", [True, False])
def test_a_file_of_which_too_few_are_surely_named_is_searched_to_its_end(*, ahead: bool):
    first, notes = Part("text", "Anouk Quimby and Berta Rosgrove, " * 100), Part("notes", _HIDDEN)
    cache = _met(2)
    for part in (first, notes) if ahead else ():
        cache.look_ahead(part, _ALL)
    verdict = judge([first, notes], _ALL, cache=cache)
    assert isinstance(verdict, Blocked)
    assert (verdict.children, verdict.roster_shaped) == (3, True)
    assert verdict == judge([first, notes], _ALL)


def _in_no_time(enough: int) -> PartCache:
    return PartCache(crowd=Crowd(enough, patience=0.0))


@pytest.mark.parametrize("ahead", [True, False])
def test_a_file_that_takes_too_long_is_unreadable(*, ahead: bool):
    cache = _in_no_time(15)
    parts = (Part("text", "Welcome. " * 20_000), Part("notes", "Welcome"))
    for part in parts if ahead else ():
        cache.look_ahead(part, _ALL)
    verdict = judge_file(Reading("txt", parts), _ALL, cache=cache)
    assert isinstance(verdict, Unreadable)
    assert "too long" in verdict.reason


def test_a_list_that_takes_too_long_is_a_list_all_the_same():
    verdict = judge_file(Reading("txt", tuple(_list(80))), _ALL, cache=_in_no_time(2))
    assert isinstance(verdict, Blocked)
    assert verdict.roster_shaped


def test_a_list_of_those_who_may_be_named_that_takes_too_long_is_unreadable(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Crowd, "__init__", partialmethod(Crowd.__init__, patience=0.0))  # of the second search, too
    allowed = frozenset(person.id for person in _ALL.people)
    parts = (*_list(80), Part("notes", _HIDDEN))
    assert isinstance(judge_file(Reading("txt", parts), _ALL, allowed, cache=PartCache(crowd=Crowd(2))), Unreadable)


def test_each_file_has_its_own_time():
    crowd = Crowd(patience=2.0)
    assert crowd.may_go_on(1.5)
    crowd.clear()
    assert crowd.may_go_on(1.5)


_written = st.sampled_from([" ", ", ", "\t", "\n", "  ", " and ", ". ", " reads well. "])
_word = st.sampled_from([*_GIVEN, *_FAMILY, "G r e t a", "480012", "480031", "Grade 3", "welcome", "Quim-\nby"])
_text = st.lists(st.tuples(_word, _written), max_size=12).map(lambda some: "".join(map("".join, some)))


@given(
    files=st.lists(st.lists(_text, min_size=1, max_size=4), min_size=1, max_size=4),
    enough=st.integers(0, 6),
    allowed=st.frozensets(st.sampled_from([person.id for person in _ALL.people[:12]]), max_size=6),
)
def test_counting_makes_no_verdict_laxer(files: list[list[str]], enough: int, allowed: frozenset[str]):
    cache = _met(enough)
    for texts in files:
        parts = [Part(f"page {number}", text) for number, text in enumerate(texts, 1)]
        counted, whole = judge(parts, _ALL, allowed, cache=cache), judge(parts, _ALL, allowed)
        assert type(counted) is type(whole)
        if isinstance(counted, Blocked) and isinstance(whole, Blocked):
            assert counted.roster_shaped == whole.roster_shaped
            assert counted == whole or counted.roster_shaped
