"""Everyone the guard knows, laid out so that a text of any length is asked once."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal, Self

from portal.guard.words import fold, is_unspaced, words

STRONG_DIGITS: Final = 5
"""From this many digits on, a student number counts alone. Shorter ones are ages, rooms and prices too."""
PHONE_DIGITS: Final = 7

_ONE_DIGIT_CODES: Final = ("1", "7")
_TWO_DIGIT_CODES: Final = re.compile(r"2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]")
"""ITU-T E.164 country codes of two digits; all but those and 1 and 7 have three."""
_ADDRESS_LOCAL: Final = re.compile(r"[\w.+%'-]{1,64}$")
_ADDRESS_DOMAIN: Final = re.compile(r"(?:[\w-]{1,63}\.)+[\w-]{2,63}")


@dataclass(frozen=True, slots=True)
class Person:
    """A child or guardian as the guard knows them.

    `family` holds the ids of the children this person's family has: for a guardian those they are guardian
    of, for a child itself and its siblings (see `families_of`). `numbers` are student numbers.
    """

    kind: Literal["child", "guardian"]
    id: str
    family: frozenset[str]
    given_name: str
    family_name: str
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Name:
    """A full name as words, and who bears it (positions in `Roster.people`)."""

    given: str
    family: str
    bearers: tuple[int, ...]

    @property
    def patterns(self) -> tuple[str, str]:
        """Both orders, blanks around them."""
        return f" {self.given} {self.family} ", f" {self.family} {self.given} "


@dataclass(frozen=True, slots=True)
class Roster:
    """The index: names by a word of the family name; addresses, phones and numbers by their one spelling."""

    people: tuple[Person, ...]
    names: Mapping[str, tuple[Name, ...]]
    unspaced: Mapping[str, Name]
    emails: Mapping[str, tuple[int, ...]]
    phones: Mapping[str, tuple[int, ...]]
    numbers: Mapping[str, tuple[int, ...]]
    numbers_of_words: tuple[str, ...]
    weak_numbers: Mapping[str, tuple[int, ...]]

    @classmethod
    def of(cls, people: Iterable[Person]) -> Self:
        """Build the index. A person without both names is known by address, phone and number alone."""
        everyone = tuple(people)
        names = _names_of(everyone)
        by_word: dict[str, list[Name]] = defaultdict(list)
        for name in names:
            by_word[name.family.rpartition(" ")[2]].append(name)
        numbers = _keyed(everyone, lambda person: _spellings(person.numbers, strong=True))
        return cls(
            people=everyone,
            names={word: tuple(of_word) for word, of_word in by_word.items()},
            unspaced={
                (name.family + name.given).replace(" ", ""): name
                for name in names
                if is_unspaced(name.family + name.given)
            },
            emails=_keyed(everyone, lambda person: addresses_in(fold(" ".join(person.emails)))),
            phones=_keyed(everyone, lambda person: filter(None, (phone_core(fold(phone)) for phone in person.phones))),
            numbers=numbers,
            numbers_of_words=tuple(number for number in numbers if " " in number),
            weak_numbers=_keyed(everyone, lambda person: _spellings(person.numbers, strong=False)),
        )


def _names_of(people: tuple[Person, ...]) -> list[Name]:
    bearers: dict[tuple[str, str], list[int]] = defaultdict(list)
    for position, person in enumerate(people):
        given, family = words(fold(person.given_name)).strip(), words(fold(person.family_name)).strip()
        if given and family:
            bearers[given, family].append(position)
    return [Name(given, family, tuple(positions)) for (given, family), positions in bearers.items()]


def _keyed(people: tuple[Person, ...], keys: Callable[[Person], Iterable[str]]) -> dict[str, tuple[int, ...]]:
    held: dict[str, list[int]] = defaultdict(list)
    for position, person in enumerate(people):
        for key in set(keys(person)):
            held[key].append(position)
    return {key: tuple(positions) for key, positions in held.items()}


def families_of(guardianships: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    """Return for each guardian and child id the children of their family, from (guardian id, child id) pairs."""
    children: dict[str, set[str]] = defaultdict(set)
    guardians: dict[str, set[str]] = defaultdict(set)
    for guardian, child in guardianships:
        children[guardian].add(child)
        guardians[child].add(guardian)
    families = {guardian: frozenset(theirs) for guardian, theirs in children.items()}
    for child, theirs in guardians.items():
        families[child] = frozenset({child}.union(*(children[guardian] for guardian in theirs)))
    return families


def _spellings(numbers: Iterable[str], *, strong: bool) -> Iterator[str]:
    """Yield how student numbers may stand in a text: those that count alone, or those that do not."""
    for number in numbers:
        spelled = words(fold(number)).strip()
        for spelling in (spelled, spelled.replace(" ", ""), spelled.lstrip("0")):  # a workbook drops zeros in front
            length = len(spelling.replace(" ", "").lstrip("0"))
            if any(letter.isdigit() for letter in spelling) and (length >= STRONG_DIGITS) is strong:
                yield spelling


def addresses_in(folded: str) -> set[str]:
    """Return the mail addresses in folded text, without signs that may as well be quotes or stops around them."""
    found = set()
    at = folded.find("@")
    while at >= 0:
        local = _ADDRESS_LOCAL.search(folded[max(at - 64, 0) : at])
        domain = _ADDRESS_DOMAIN.match(folded, at + 1, at + 255)
        if local and domain:
            found.add(f"{local[0].lstrip(chr(39) + '.-+%')}@{domain[0]}")
        at = folded.find("@", at + 1)
    return found


def phone_core(folded: str) -> str | None:
    """Return the national digits of one phone number without trunk zeros; None for fewer than seven."""
    digits = "".join(re.findall(r"\d", folded))
    is_international = folded.lstrip(" (").startswith(("+", "00"))
    digits = digits.lstrip("0") if is_international else digits
    if is_international:
        length = 1 if digits.startswith(_ONE_DIGIT_CODES) else 2 if _TWO_DIGIT_CODES.match(digits) else 3
        digits = digits[length:]
    elif len(digits) == 11 and digits.startswith("1"):
        digits = digits[1:]
    core = digits.lstrip("0")
    return core if len(core) >= PHONE_DIGITS else None
