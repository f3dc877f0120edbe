"""Tables of trees, shops and streets have columns like a list of children; what stands in them tells them apart."""

import random

import pytest

from portal.guard.lists.list_shape import personal_rows
from portal.reading.reader import Part
from portal.rosters.synthetic import synthetic_rows
from tests.rules.papers import PEOPLE

_FIRST = "Red Golden Little Old New Blue Green Happy Lucky Grand Northern American Silver Sugar River Norway Scarlet"
_LAST = "Maple Dragon Palace Elm Spruce Heron Warbler Bakery Tavern Station Creek Falls Ridge Meadow Willow Sparrow Oak"
_TOWN = "Springfield Riverton Ashby Kelso Tilbury Wexford Salem Clinton Franklin Bristol Madison Dover Hudson Milton"
_STREET = "Main Elm Oak Cedar Washington Lake Walnut Church Willow Jackson Highland Forest Jefferson Chestnut"


class _Table:
    """Rows of one kind, drawn."""

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)

    def one_of(self, words: str) -> str:
        return self._dice.choice(words.split())

    def thing(self) -> str:
        return f"{self.one_of(_FIRST)} {self.one_of(_LAST)}"

    def number(self, low: int, high: int) -> str:
        return str(self._dice.randrange(low, high))

    def day(self) -> str:
        return f"{self.number(1, 13)}/{self.number(1, 29)}/{self.number(2008, 2019)}"

    def phone(self) -> str:
        return f"({self.number(201, 989)}) {self.number(201, 989)}-{self.number(1000, 9999)}"

    def row(self, kind: str) -> list[str]:
        match kind:
            case "trees":
                return [self.number(1, 999), self.thing(), self.day(), self.number(1, 13)]
            case "shops":
                return [self.day(), self.thing(), self.phone(), self.one_of("A B C"), self.number(60, 100)]
            case "orders":
                return [self.day(), self.thing(), self.one_of("Paper Oak Pens"), self.number(1, 9)]
            case "weather":
                return [self.day(), f"{self.one_of(_TOWN)} {self.one_of(_LAST)}", self.number(1, 40), self.number(1, 9)]
            case _:
                crossing = [f"{self.one_of(_STREET)} {self.one_of('St Ave Rd Ln Ct')}" for _ in range(2)]
                return [self.number(10**6, 10**7), self.day(), *crossing, self.number(0, 4)]


_HEADS = {
    "trees": "Tree\tCommon name\tPlanted\tDiameter",
    "shops": "Inspected\tBusiness\tPhone\tGrade\tScore",
    "orders": "Order date\tProduct\tCategory\tQuantity",
    "weather": "Date\tStation\tHigh\tRain",
    "accidents": "Case\tDate\tStreet\tCross street\tInjured",
}


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("count", [40, 300])
@pytest.mark.parametrize("has_head", [True, False], ids=["head", "no head"])
@pytest.mark.parametrize("kind", _HEADS)
def test_a_table_of_things_is_no_list_of_families(kind: str, *, has_head: bool, count: int, seed: int):
    table = _Table(seed)
    rows = ["\t".join(table.row(kind)) for _ in range(count)]
    assert personal_rows((Part("rows", "\n".join([_HEADS[kind]] * has_head + rows)),)) == ()


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("count", [8, 30])
@pytest.mark.parametrize("head", ["", "Name\tBorn\tPhone\tGrade", "Camper\tDOB\tPhone\tGrade"])
def test_children_of_many_languages_are_a_list_with_any_head_or_none(head: str, count: int, seed: int):
    table = _Table(seed)
    known = list({row[0]: f"{row[1]} {row[2]}" for row in synthetic_rows(400, seed)}.values())
    names = random.Random(seed).sample(known, count)
    rows = ["\t".join((name, table.day(), table.phone(), table.number(1, 9))) for name in names]
    assert personal_rows((Part("rows", "\n".join(filter(None, (head, *rows)))),))


@pytest.mark.parametrize("seed", range(4))
def test_children_behind_or_within_a_long_table_of_things_are_a_list(seed: int):
    table = _Table(seed)
    rows = ["\t".join(table.row("trees")) for _ in range(300)]
    names = ["Ana Rivera", "Jamal Johnson", "Emily Nguyen", "Oliver Schmidt", "Fatima Hassan", "Liam Miller"]
    children = ["\t".join((table.number(1, 999), name, table.day(), table.number(1, 9))) for name in names]
    assert personal_rows((Part("rows", "\n".join(rows + children)),))
    assert personal_rows((Part("rows", "\n".join(rows[:90] + children + rows[90:])),))


def test_a_head_that_says_students_is_believed_whatever_they_are_called():
    names = ["Grace Park", "Summer Rain", "Rose Hill", "Daisy Field", "Holly Wood", "Dawn Meadow", "Amber Stone"]
    rows = [f"{name}\t{at % 5 + 1}\tPeanuts" for at, name in enumerate([*names, "Ana Rivera", "Li Wei", "Noor Aziz"])]
    assert not personal_rows((Part("rows", "\n".join(["Dish\tPage\tContains", *rows[:-3]])),))
    assert personal_rows((Part("rows", "\n".join(["Student\tGrade\tAllergies", *rows])),))


_CHILDREN = [
    "Ana Rivera",
    "Jamal Johnson",
    "Emily Nguyen",
    "Oliver Schmidt",
    "Fatima Hassan",
    "Liam Miller",
    "Noah Kim",
]


@pytest.mark.parametrize("head", ["", "Site\tName\tDOB\tPhone", "Bus stop\tRider\tBorn\tCall"])
def test_a_site_before_the_child_does_not_hide_that_it_is_a_list(head: str):
    table = _Table(2)
    rows = [f"{table.thing()}\t{name}\t{table.day()}\t{table.phone()}" for name in _CHILDREN]
    assert personal_rows((Part("rows", "\n".join(filter(None, (head, *rows)))),))


def test_what_ails_children_is_a_list_without_any_head():
    rows = [
        f"{name}\t{at % 5 + 1}\t{('peanut allergy', 'asthma', 'none')[at % 3]}" for at, name in enumerate(_CHILDREN)
    ]
    assert personal_rows((Part("rows", "\n".join(rows)),))
    dishes = [f"Red Dragon {word}\t{at % 5 + 1}\tpeanuts" for at, word in enumerate(_LAST.split())]
    assert not personal_rows((Part("rows", "\n".join(dishes)),))


_HIDDEN = {
    "every second row a thing": lambda table, name: [(name,), (table.thing(),)],
    "two things behind each child": lambda table, name: [(name,), (table.thing(),), (table.thing(),)],
    "a thing behind": lambda table, name: [(name, table.thing())],
    "a thing before and behind": lambda table, name: [(table.thing(), name, table.thing())],
    "last, first": lambda _, name: [(", ".join(reversed(name.split())),)],
    "a thing before two cells": lambda table, name: [(table.thing(), *reversed(name.split()))],
    "a thing and a colon before": lambda table, name: [(f"{table.thing()}: {name}",)],
    "capitals": lambda _, name: [(name.upper(),)],
    "small letters": lambda _, name: [(name.lower(),)],
}
"""How somebody may lay out children so that they look like things, as the first cells of rows."""


@pytest.mark.parametrize("how", _HIDDEN)
def test_children_laid_out_like_things_are_a_list(how: str):
    table = _Table(7)
    firsts = [cells for name in _CHILDREN for cells in _HIDDEN[how](table, name)]
    rows = ["\t".join((*cells, table.day(), table.phone(), table.number(1, 9))) for cells in firsts]
    assert personal_rows((Part("rows", "\n".join(rows)),))


_WORDS = [
    "Grace Park",
    "Rose Hill",
    "Holly Wood",
    "Amber Stone",
    "Ruby Rivers",
    "Iris Banks",
    "Ivy Church",
    "Dawn Meadow",
]


@pytest.mark.parametrize("head", ["Student", "Child's name", "Alumno"])
def test_children_of_ordinary_names_are_a_list_under_a_head_that_says_so(head: str):
    table = _Table(7)
    rows = [f"{name}\t{table.day()}\t{table.phone()}" for name in _WORDS]
    assert personal_rows((Part("rows", "\n".join([f"{head}\tDOB\tPhone", *rows])),))
    assert not personal_rows((Part("rows", "\n".join(["Site\tOpened\tPhone", *rows])),))


SOLVED = [str(number) for number in (3, 1, 7, 2, 11, 5, 4, 8, 9, 12, 6, 10)]
HEROES = "Garrett Morgan|Marie Curie|Rosa Parks|Amelia Earhart|Neil Armstrong|Sally Ride|Jackie Robinson|Helen Keller"


@pytest.mark.parametrize("head", ["Medals", "Wins", "Table", "Terms", "G"])
def test_figures_under_a_head_that_says_what_they_are_are_no_grades(head: str):
    rows = [f"{name}\t{number}" for name, number in zip(PEOPLE, SOLVED, strict=True)]
    assert not personal_rows((Part("rows", "\n".join([f"Name\t{head}", *rows])),))


@pytest.mark.parametrize(
    ("head", "cells"),
    [
        ("Invention\tYear", ["Traffic signal\t1923", "Radium\t1898"]), ("Born in", ["Ohio", "Paris"]),
        ("Work\tYear\tBirthplace", ["Signal\t1923\tOhio"]),
        ("Born", ["7/24/1897", "1/15/1929", "5/26/1951", "2/4/1913"]),
    ],
)  # fmt: skip
def test_people_of_the_past_are_no_list_of_families(head: str, cells: list[str]):
    rows = [f"{name}\t{cells[at % len(cells)]}" for at, name in enumerate(HEROES.split("|"))]
    assert not personal_rows((Part("rows", "\n".join([f"Name\t{head}", *rows])),))
