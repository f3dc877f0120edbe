"""Whose a file is by what stands in it, as a split decides over pages; where that is not sure, whose it may be and why.

A file is given to a child without a question when its text names that child and can mean nobody else. Its name, and a
school or a grade in its text, only ever suggest.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

from portal.documents.rules.pairing import (
    Ambiguous,
    Doubled,
    Outcome,
    Paired,
    Pairing,
    SameAsOther,
    Suggested,
    Unmatched,
)
from portal.documents.rules.tokens import KnownNames, Pupil, Words, letters_of

Ground = Literal["number", "text", "file-name", "file-number", "site", "grade", "namesake"]
WhyOpen = Literal[
    "nothing-inside", "unread", "not-named-inside", "names-others", "not-here", "same-name", "names-several",
    "name-and-text-differ", "addressed",
]  # fmt: skip
SEVERAL: Final = frozenset({"same-name", "names-several", "name-and-text-differ", "addressed"})
_BY_TEXT_ALONE: Final = frozenset({"no-number", "may-be-no-number"})
"""Doubts about a file's name that its text may end. Where a name or a list says something else, a person has to."""
_GRADE: Final = frozenset(("grade", "gr", "grado", "año", "ano", "classe", "class", "klasse", "year", "stufe"))
_ORDINAL: Final = re.compile(r"0*(\d{1,2})(?:st|nd|rd|th|o|a|er|e)?")
_KINDERGARTEN: Final = frozenset(("k", "kg", "kindergarten"))


@dataclass(frozen=True)
class Inside:
    """What stands in a file, its name aside: children by number, and for each child's name all who bear it."""

    numbers: frozenset[str]
    names: frozenset[frozenset[str]]
    texts: tuple[str, ...] = ()

    @cached_property
    def able(self) -> frozenset[str]:
        """The ids of all who may be the one child it names: they bear every number and every name in it."""
        signs = [*(frozenset({child}) for child in self.numbers), *self.names]
        return frozenset.intersection(*signs) if signs else frozenset()

    @cached_property
    def said(self) -> frozenset[str]:
        """The ids of all whom it names, and of their namesakes."""
        return self.numbers.union(*self.names)

    @cached_property
    def _words(self) -> Words:
        return letters_of("\n".join(self.texts))

    @cached_property
    def _line(self) -> str:
        return f" {' '.join(self._words)} "

    @cached_property
    def _grades(self) -> frozenset[str]:
        words = self._words
        near = [at for at, word in enumerate(words) if word in _GRADE]
        found = [words[at + step] for at in near for step in (-1, 1) if 0 <= at + step < len(words)]
        return frozenset(_grade_of(word) for word in (*found, *(_KINDERGARTEN - {"k"}).intersection(words)))

    def has_site_of(self, pupil: Pupil) -> bool:
        """Whether the name of one of a child's sites stands in it."""
        return any((site := letters_of(name)) and f" {' '.join(site)} " in self._line for name in pupil.sites)

    def has_grade_of(self, pupil: Pupil) -> bool:
        """Whether a child's grade stands in it."""
        return bool(pupil.grade) and _grade_of("".join(letters_of(pupil.grade))) in self._grades


@dataclass(frozen=True, slots=True)
class Sure:
    """It names this child, and can mean nobody else."""

    child_id: str


@dataclass(frozen=True, slots=True)
class Perhaps:
    """It may be this child's, for these reasons. A person has to say so."""

    child_id: str
    why: tuple[Ground, ...]


@dataclass(frozen=True, slots=True)
class Open:
    """Nobody can tell from it whose it is; it may be one of these children's."""

    why: WhyOpen
    children: tuple[str, ...] = ()


class Deciding:
    """Decides whose a file is, once it is read; knows the children whom whoever writes may know."""

    def __init__(self, pupils: Iterable[Pupil]) -> None:
        """Take them all, in the audience or not."""
        self._pupils = {pupil.child_id: pupil for pupil in pupils}
        self._names = KnownNames(self._pupils.values())

    def whose(self, doubt: Unmatched | Ambiguous, inside: Inside) -> Sure | Perhaps | Open:
        """Decide over one file in whose name no number settles it; of one that was mailed, among those it was for."""
        if isinstance(doubt, Ambiguous) and doubt.why == "addressed":
            return _among(doubt.children, inside)
        named = self._names.named_in(doubt.file.name)
        able = self._known(inside.able) or self._known(inside.said)
        meant = named or (_children(doubt) if doubt.why not in _BY_TEXT_ALONE else frozenset())
        if able and meant and not any(self._may_be(child, doubt.file.name, meant) for child in able):
            return Open("name-and-text-differ", tuple(sorted({*able, *meant})))
        if len(inside.able) == 1 and inside.able <= self._pupils.keys() and doubt.why in _BY_TEXT_ALONE:
            child = min(inside.able)
            if {self._called(other) for other in named} <= {self._called(child)}:
                return Sure(child)
        return self._perhaps(doubt, inside, able, named)

    def _may_be(self, child: str, name: str, meant: frozenset[str]) -> bool:
        """Whether the name of a file may mean this child, among those whom it surely means."""
        return child in meant or self._names.may_mean(name, child)

    def _perhaps(
        self, doubt: Unmatched | Ambiguous, inside: Inside, able: frozenset[str], named: frozenset[str]
    ) -> Perhaps | Open:
        hinted = _children(doubt) - named
        left = able or named or self._known(hinted)
        if not left:
            return Open("nothing-inside")
        steps: list[tuple[Ground, frozenset[str]]] = [("number", inside.numbers), ("file-name", named)]
        steps += [("file-number", hinted), ("site", self._where(left, inside.has_site_of))]
        steps += [("grade", self._where(left, inside.has_grade_of))]
        for _, these in steps:
            left = left & these or left
        if len(left) > 1:
            are_namesakes = len({self._called(child) for child in left}) == 1
            return Open("same-name" if are_namesakes else "names-several", tuple(sorted(left)))
        (child,) = left
        grounds: list[Ground] = ["text"] if child in inside.said - inside.numbers else []
        grounds += [ground for ground, these in steps if child in these]
        bearers = sum(self._called(child) == self._called(other) for other in self._pupils)
        return Perhaps(child, (*grounds, "namesake") if bearers > 1 else tuple(grounds))

    def _known(self, children: frozenset[str]) -> frozenset[str]:
        return children & self._pupils.keys()

    def _where(self, children: frozenset[str], has: Callable[[Pupil], bool]) -> frozenset[str]:
        return frozenset(child for child in children if has(self._pupils[child]))

    def _called(self, child: str) -> tuple[Words, Words]:
        pupil = self._pupils[child]
        return letters_of(pupil.given_name), letters_of(pupil.family_name)


def _among(children: tuple[str, ...], inside: Inside) -> Sure | Open:
    """Say which of the children of those it was mailed to a file names; with none or two of them a person has to."""
    able, said = inside.able.intersection(children), inside.said.intersection(children)
    named = able if len(able) == 1 else said
    if len(named) == 1:
        return Sure(min(named))
    return Open("names-several", tuple(sorted(said))) if said else Open("addressed", children)


def as_read(found: Pairing, told: Mapping[int, Perhaps | Open], here: Collection[str]) -> Pairing:
    """Lay what reading the files told beside what their names say. `here` are the children of the audience.

    What is suggested for a child that has another file, or may have, is a question of its own.
    """
    theirs = Counter(one.child_id for one in found.outcomes if isinstance(one, Paired | Doubled | SameAsOther))
    for one in found.outcomes:
        if isinstance(one, Unmatched | Ambiguous) and isinstance(said := told.get(one.file.place), Perhaps):
            theirs[said.child_id] += 1
    return Pairing(
        tuple(_as_read(one, told.get(one.file.place), here, theirs) for one in found.outcomes), found.list_faults
    )


def _as_read(
    outcome: Outcome, said: Perhaps | Open | None, here: Collection[str], theirs: Mapping[str, int]
) -> Outcome:
    if said is None or not isinstance(outcome, Unmatched | Ambiguous):
        return outcome
    file = outcome.file
    match said:
        case Perhaps(child_id=child) if child not in here:
            return Unmatched(file, "not-here")
        case Perhaps(child_id=child) if theirs[child] > 1:
            return Unmatched(file, "has-another", child)
        case Perhaps(child_id=child, why=why):
            return Suggested(file, child, why)
        case Open(why="same-name" | "names-several" | "name-and-text-differ" | "addressed" as why, children=children):
            return Ambiguous(file, why, children)
        case Open(
            why="nothing-inside" | "unread" | "not-named-inside" | "names-others" | "not-here" as why, children=children
        ):
            return Unmatched(file, why, next((child for child in children if child in here), None))
        case _:
            raise AssertionError(said)


def _children(doubt: Unmatched | Ambiguous) -> frozenset[str]:
    if isinstance(doubt, Ambiguous):
        return frozenset(doubt.children)
    return frozenset({doubt.suggested} if doubt.suggested else ())


def _grade_of(word: str) -> str:
    """Return a grade in one spelling: “2”, “02” and “2nd” are the same, and so are “K” and “Kindergarten”."""
    if word in _KINDERGARTEN:
        return "k"
    found = _ORDINAL.fullmatch(word)
    return found[1] if found else word
