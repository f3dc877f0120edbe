"""Student numbers and pupils' names as whole words of a file's name.

A number is a whole run of letters and digits, never a part of one: `12345` does not stand in `912345` or
`S12345`. A short number, a year, a date or a scanner's counter may be something else; such a sign is weak.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

SHORTEST: Final = 4
"""A number shorter than this may as well be a page, a grade or a copy: `report (2).pdf`."""

_WORD: Final = re.compile(r"[^\W_]+")
_DIGITS: Final = re.compile(r"\d+")
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_COUNTED: Final = frozenset(
    ("page", "pages", "scan", "img", "image", "dsc", "copy", "version", "ver", "part", "grade", "class", "room")
)
Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pupil:
    """A child as staff know it. `sites` and `grade` are there where it may have to be told from a namesake."""

    child_id: str
    student_number: str
    given_name: str
    family_name: str
    sites: tuple[str, ...] = ()
    grade: str = ""


@dataclass(frozen=True, slots=True)
class Signs:
    """The ids of the children whose number stands in a name: surely, perhaps, or glued to other letters."""

    strong: frozenset[str]
    weak: frozenset[str]
    glued: frozenset[str]


class KnownNumbers:
    """Every student number that is known, to be looked for in names. Leading zeros may be missing or too many."""

    def __init__(self, pupils: Iterable[Pupil]) -> None:
        """Take all children of the roster, in the audience or not: another child's number must be known as theirs."""
        self._exact: dict[Words, set[str]] = defaultdict(set)
        self._bare: dict[Words, set[str]] = defaultdict(set)
        self._digits: dict[str, set[str]] = defaultdict(set)
        self._is_short: dict[str, bool] = {}
        for pupil in pupils:
            if not (words := words_of(pupil.student_number)):
                continue
            self._exact[words].add(pupil.child_id)
            self._bare[_without_zeros(words)].add(pupil.child_id)
            self._is_short[pupil.child_id] = len("".join(words)) < SHORTEST
            if len(run := "".join(_DIGITS.findall(pupil.student_number))) >= SHORTEST:
                self._digits[run.lstrip("0")].add(pupil.child_id)
        self._widths = sorted({len(words) for words in self._exact}, reverse=True)

    def bearers(self, number: str) -> frozenset[str]:
        """Return the ids of the children with this number; several when only leading zeros tell them apart."""
        return self._of(words_of(number))

    def signs_in(self, name: str) -> Signs:
        """Look for every number in one part of a path. The longest run of words that is a number is taken."""
        words = words_of(name)
        strong: set[str] = set()
        weak: set[str] = set()
        taken: set[int] = set()
        for width in self._widths:
            for start in range(len(words) - width + 1):
                span = range(start, start + width)
                found = self._of(words[start : start + width])
                if not found or not taken.isdisjoint(span):
                    continue
                taken.update(span)
                is_weak = _may_be_something_else(words, start, width) or any(self._is_short[one] for one in found)
                (weak if is_weak else strong).update(found)
        return Signs(frozenset(strong), frozenset(weak - strong), self._glued(words))

    def _of(self, words: Words) -> frozenset[str]:
        return frozenset(self._exact.get(words) or self._bare.get(_without_zeros(words)) or ())

    def _glued(self, words: Words) -> frozenset[str]:
        runs = (run for word in words for run in _DIGITS.findall(word) if len(run) >= SHORTEST)
        return frozenset(child for run in runs for child in self._digits.get(run.lstrip("0"), ()))


class KnownNames:
    """Every pupil's name, to be looked for in names. Good for a suggestion, never for a pair."""

    def __init__(self, pupils: Iterable[Pupil]) -> None:
        """Take all children of the roster; one without both names is not known here."""
        self._of: dict[str, list[tuple[str, str, Words]]] = defaultdict(list)
        self._by_child: dict[str, tuple[str, Words]] = {}
        for pupil in pupils:
            given, family = letters_of(pupil.given_name), letters_of(pupil.family_name)
            if given and family:
                self._of[family[0]].append((pupil.child_id, given[0], family))
                self._by_child[pupil.child_id] = (given[0], family)

    def named_in(self, name: str) -> frozenset[str]:
        """Return the ids of the children of whom the first given name and the whole family name stand here."""
        words = set(letters_of(name))
        known = (entry for word in words for entry in self._of.get(word, ()))
        return frozenset(child for child, given, family in known if given in words and words.issuperset(family))

    def may_mean(self, name: str, child: str) -> bool:
        """Whether a name could be this child's written short: the given name and one of the family names."""
        given, family = self._by_child.get(child, ("", ()))
        words = set(letters_of(name))
        return given in words and not words.isdisjoint(family)


def words_of(name: str) -> Words:
    """Return the runs of letters and digits of a name, in small letters and with ASCII digits."""
    shown = (letter for letter in unicodedata.normalize("NFC", name) if unicodedata.category(letter) != "Cf")
    plain = "".join(str(unicodedata.decimal(letter)) if letter.isdecimal() else letter for letter in shown)
    return tuple(_WORD.findall(plain.casefold()))


def letters_of(name: str) -> Words:
    """Return the same without accents."""
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", name) if not unicodedata.combining(letter))
    return words_of(bare)


def _without_zeros(words: Words) -> Words:
    return ((words[0].lstrip("0") or "0"), *words[1:]) if words and words[0].isdecimal() else words


def _may_be_something_else(words: Words, start: int, width: int) -> bool:
    found = words[start : start + width]
    text = "".join(found)
    if len(text) < SHORTEST or all(len(word) < 3 or _YEAR.fullmatch(word) for word in found):
        return True
    is_counted = start > 0 and words[start - 1] in _COUNTED and len(text) == SHORTEST
    return is_counted or (width == 1 and len(text) == 8 and _is_date(text))


def _is_date(text: str) -> bool:
    """Whether eight digits are a day as 20261124, 11242026 or 24112026."""
    if not text.isdecimal():
        return False
    orders = ((text[:4], text[4:6], text[6:]), (text[4:], text[:2], text[2:4]), (text[4:], text[2:4], text[:2]))
    return any(_YEAR.fullmatch(year) and _is_day(int(year), int(month), int(day)) for year, month, day in orders)


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
