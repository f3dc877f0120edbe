"""A large district has many namesakes, and many born on every day: whom a list names is told for all at once."""

from datetime import date
from itertools import product

import pytest

from portal.guard.mentions.identifiers import birth_dates
from portal.guard.mentions.signs import signs_of
from portal.guard.roster.index import Person, Roster
from portal.guard.views import token_windows
from portal.guard.views.passages import Passage
from tests.rules.guarded import child

_GIVEN = ["Ana", "Berta", "Carla", "Dora", "Emma", "Flora", "Greta", "Hanna"]
_FAMILY = ["Quimby", "Rosgrove", "Silvermark", "Thistleby", "Uxfield", "Vandermeer", "Wexcombe", "Yarrowby"]
_BORN = date(2014, 8, 25)


def _kid(given_name: str, family_name: str, born: date | None = None) -> Person:
    name = f"{given_name} {family_name}"
    return child(name, given_name, family_name, "", born)


_ALL = Roster.of(_kid(given, family, _BORN) for given, family in product(_GIVEN, _FAMILY))


def _told(text: str, index: Roster, kind: str) -> list[list[str]]:
    """Return who each sign of a kind belongs to, by their ids."""
    signs = signs_of(Passage(text), index, thorough=True)
    return [[index.people[at].id for at in sign.bearers] for sign in signs if sign.kind == kind]


def test_of_all_who_are_born_on_a_day_those_named_beside_it_are_told():
    text = "Berta\tUxfield\t2014-08-25\n\nHanna\tSmith\t08/25/2014\n\nNora\tSmith\t2014-08-25"
    hannas = [f"Hanna {family}" for family in _FAMILY]
    whose = sorted(_told(text, _ALL, "birth-date"), key=len)
    assert whose[0] == hannas
    berta = [person.id for person in _ALL.people if "Berta" in person.id or "Uxfield" in person.id]
    assert whose[1] == berta


@pytest.mark.parametrize("many", [0, 1_000])
@pytest.mark.parametrize(
    ("row", "named"),
    [
        ("Ana Quimby\t{}\tcall Uxfields", ["Ana Quimby", "Ivo Uxfield"]),
        ("Ana Quimby\t{}\tUx-Field", ["Ana Quimby", "Ivo Uxfield"]),
        ("Ana Quimby\t{}\tthuxfieldby", ["Ana Quimby"]),
        ("Ivo\tUxfield\t{}", ["Ivo Uxfield"]),
        ("Marketing\t{}", []),
        ("we met Ana and Ivo on {} in the park", ["Ana Quimby", "Ivo Uxfield"]),
    ],
)
def test_who_was_born_on_a_day_is_told_alike_where_few_were_and_where_many(
    row: str, named: list[str], many: int, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(birth_dates, "_FEW", many)
    index = Roster.of([_kid("Ana", "Quimby", _BORN), _kid("Ivo", "Uxfield", _BORN), _kid("Ark", "Wexcombe", _BORN)])
    assert _told(row.format("2014-08-25"), index, "birth-date") == [named] * bool(named)


@pytest.mark.parametrize(
    "row",
    [
        "7\tBer ta Rosgrove\tyes",
        "7\tyes\tRosgr ove Berta",
        "B\te\tr\tt\ta\tR\to\ts\tg\tr\to\tv\te",
        "B e r t a\tRosgrove",
    ],
)
def test_a_name_in_pieces_is_found_in_a_row_of_cells(row: str):
    named = _told(f"grade\tname\n{row}\n8\tno", _ALL, "child-name")
    assert named == ([] if row.endswith("\tRosgrove") else [["Berta Rosgrove"]])


@pytest.mark.parametrize(("entries", "found"), [(296, "some"), (304, "none")])
def test_lists_pulled_apart_are_searched_up_to_so_many_entries_of_whatever_shape(entries: int, found: str):
    theirs = list(product(_GIVEN, _FAMILY))
    pairs = [theirs[at % len(theirs)] for at in range(entries // 2)]
    given = [given if at % 7 else f"{given} Marie" for at, (given, _) in enumerate(pairs)]
    family = [family if at % 50 else f"and {family}" for at, (_, family) in enumerate(pairs)]
    index = Roster.of([_kid(given, family) for given, family in theirs] + [_kid("Marie", "Zubrin")])
    hits = _told("\n\n".join(given) + "\n\n" * 30 + "\n\n".join(family), index, "child-name")
    assert bool(hits) is (found == "some")


def test_a_double_family_name_names_whoever_bears_it_in_full_first():
    longer = [_kid(f"Billy {given}", "Ashby-Crane") for given in _GIVEN]
    index = Roster.of([*longer[:4], _kid("Billy", "Ashby-Crane"), *longer[4:]])
    assert _told("Billy Ashby-Crane", index, "child-name") == [["Billy Ashby-Crane", *(person.id for person in longer)]]
    assert _told("Billy Dora Ashby-Crane", index, "child-name")[0][0] == "Billy Dora Ashby-Crane"


def test_no_more_is_kept_of_names_met_than_a_list_of_some_thousand_needs(monkeypatch: pytest.MonkeyPatch):
    people = [_kid(f"{given} {other}", family) for given, other, family in product(_GIVEN, _GIVEN, _FAMILY[:2])]
    text = "\n\n".join(f"{given}\t{family}" for given, family in product(_GIVEN, _FAMILY[:2]))
    named = _told(text, Roster.of(people), "child-name")
    monkeypatch.setattr("portal.guard.roster.index._REMEMBERED", 5)
    index = Roster.of(people)
    assert len(named) == 2 * len(_GIVEN)
    assert _told(text, index, "child-name") == named
    assert 0 < len(vars(index)["_alike"]) <= 5
    assert 0 < len(vars(index)["_bearers"]) <= 5


def test_a_mark_that_stands_alone_parts_words_as_it_does_elsewhere():
    for mark, gap in token_windows._ONE_CHARACTER.items():
        assert {gap} == {token_windows._short_gap(mark, may_end) for may_end in (False, True)}
