"""What a case of the corpus is, and the list of all: one small function a case, named like a sentence.

`@leak`, `@refused` and `@innocent` put a function on the list. A function is handed a `Scene` (who is told on, dice
of its own) and returns the bytes of a file; the same at every run, and nothing is made before it is asked for.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final, Literal

from portal.guard.roster.index import Person
from tests.guard_corpus.roster import BORN, FAMILIES, Family

Sort = Literal["leak", "refused", "innocent"]
Readers = Literal["everyone", "family"]
Make = Callable[["Scene"], bytes]
NOTICE: Final = (
    "Welcome to the After School Enrichment Program.",
    "We begin on Monday, August 24, at half past two. Please bring a water bottle and a snack.",
    "If you have a question, write to office@riverbend.example or call 704 555 0100.",
)


@dataclass(frozen=True, slots=True)
class Case:
    """A file, and what must become of it.

    A leak is blocked for one of the `signs`; `or_unreadable` where issue 3 lets the guard say so as well. What is
    refused is unreadable. An innocent file is clear. `name` may hold fields of the scene: `{given}`.
    """

    sort: Sort
    carrier: str
    title: str
    name: str
    make: Make
    signs: frozenset[str] = frozenset()
    or_unreadable: bool = False
    who: str = "latin"
    readers: Readers = "everyone"

    @property
    def id(self) -> str:
        """Its name in reports."""
        return f"{self.carrier}: {self.title}"

    @property
    def scene(self) -> "Scene":
        """The same people at every call."""
        return Scene(self.id, self.who)


class Scene:
    """Who is told on in one file. Attributes are plain texts, made once."""

    def __init__(self, seed: str, who: str) -> None:
        self.dice = random.Random(seed)
        self._fits = WHO[who]

    @cached_property
    def family(self) -> Family:
        return self.dice.choice([family for family in FAMILIES if self._fits(family)])

    @cached_property
    def child(self) -> Person:
        return self.dice.choice(self.family.children)

    @cached_property
    def guardian(self) -> Person:
        return self.family.guardians[0]

    @property
    def given(self) -> str:
        return self.child.given_name

    @property
    def last(self) -> str:
        return self.child.family_name

    @property
    def name(self) -> str:
        return f"{self.given} {self.last}"

    @property
    def number(self) -> str:
        return self.child.numbers[0]

    @property
    def born(self) -> date:
        return BORN[self.child.id]

    @property
    def phone(self) -> str:
        """In E.164, as the roster has it: `+1 704 555 0134`."""
        return self.guardian.phones[0]

    @property
    def email(self) -> str:
        return self.guardian.emails[0]

    def others(self, count: int, who: str = "latin") -> list[tuple[Person, Person]]:
        """Give children of as many other families, each with one guardian."""
        families = [family for family in FAMILIES if WHO[who](family) and family is not self.family]
        return [(family.children[0], family.guardians[0]) for family in self.dice.sample(families, count)]


def _is_latin(family: Family) -> bool:
    try:
        for person in (*family.children, *family.guardians):
            f"{person.given_name} {person.family_name}".encode("cp1252")
    except UnicodeEncodeError:
        return False
    return family.tongue != "ordinary words"


def _is_ascii(family: Family) -> bool:
    people = (*family.children, *family.guardians)
    return family.tongue != "ordinary words" and all(
        f"{person.given_name}{person.family_name}".isascii() for person in people
    )


def _has_accents(family: Family) -> bool:
    return _is_latin(family) and not _is_ascii(family)


def _has_two_surnames(family: Family) -> bool:
    last = family.children[0].family_name
    return family.tongue == "spanish" and len(last.replace("-", " ").split()) == 2 and not last.startswith("de")


def _of(*tongues: str) -> Callable[[Family], bool]:
    return lambda family: family.tongue in tongues


def _is_plain(family: Family) -> bool:
    """Names of one word each, in plain letters: what pictures and bare font programs can show."""
    people = (*family.children, *family.guardians)
    return _is_ascii(family) and all(
        f"{person.given_name}{person.family_name}".isalpha() and len(person.family_name) > 4 for person in people
    )


WHO: Final[dict[str, Callable[[Family], bool]]] = {
    "anyone": lambda family: family.tongue != "ordinary words",
    "latin": _is_latin,
    "ascii": _is_ascii,
    "plain": _is_plain,
    "accented": _has_accents,
    "two surnames": _has_two_surnames,
    "chinese": _of("chinese"),
    "korean": _of("korean"),
    "arabic": _of("arabic"),
    "russian": _of("russian"),
    "vietnamese": _of("vietnamese"),
    "german": _of("german"),
    "ordinary words": _of("ordinary words"),
}
CASES: Final[dict[str, Case]] = {}


def listed(text: str) -> list[str]:
    """Return the words of a text."""
    return text.split()


def leak(
    carrier: str,
    name: str,
    *signs: str,
    or_unreadable: bool = False,
    who: str = "latin",
    readers: Readers = "everyone",
) -> Callable[[Make], Make]:
    """Put a file on the list that names somebody; `signs` are the kinds of sign of which one must be found."""
    return _listed(carrier, name, "leak", who, frozenset(signs or ("child-name",)), or_unreadable, readers)


def refused(carrier: str, name: str, who: str = "latin") -> Callable[[Make], Make]:
    """Put a file on the list that nobody can vouch for."""
    return _listed(carrier, name, "refused", who)


def innocent(carrier: str, name: str, *, who: str = "latin", readers: Readers = "everyone") -> Callable[[Make], Make]:
    """Put a file on the list that every family may get."""
    return _listed(carrier, name, "innocent", who, readers=readers)


def _listed(
    carrier: str,
    name: str,
    sort: Sort,
    who: str,
    signs: frozenset[str] = frozenset(),
    or_unreadable: bool = False,  # noqa: FBT001, FBT002 - handed on by name from above
    readers: Readers = "everyone",
) -> Callable[[Make], Make]:
    def put(make: Make) -> Make:
        add(
            Case(sort, carrier, make.__name__.replace("_", " ").strip(), name, make, signs, or_unreadable, who, readers)
        )
        return make

    return put


def add(case: Case) -> None:
    """Put a case on the list. Two of one name would hide each other."""
    assert case.id not in CASES, case.id
    CASES[case.id] = case
