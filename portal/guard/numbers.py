"""Student numbers in a text: whole numbers that are no price, postal code, account or part of a longer one.

A number of fewer than five digits counts only beside "student number" (or the like), or with three digits and
more on a line with a name of that child: short numbers are ages, rooms and prices as well.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Self

from portal.guard.passages import Passage
from portal.guard.words import apart, fold

STRONG_DIGITS: Final = 5
"""From this many digits on, a student number counts alone. Shorter ones are ages, rooms and prices too."""

_RUNS: Final = re.compile(r"[^\W\d_]+|[0-9]+")
_LABELS: Final = frozenset(("number", "no", "id", "nr", "num", "code", "numero", "nummer", "matricula"))
_LABELLED: Final = frozenset(("student", "pupil", "child", "alumno", "eleve", "schuler"))
_STATE: Final = (
    r"(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ALN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|P[AR]|RI|S[CD]|T[NX]|UT|V[AT]"
    r"|W[AIVY])"
)
_POSTAL_BEFORE: Final = re.compile(rf"(?:\b{_STATE}[.,]?|\b(?:CH|[DABFNI])-)\s*\Z")
_POSTAL_AFTER: Final = re.compile(r"-[0-9]{4}\b")
_OTHER_LABEL: Final = re.compile(
    r"\b(?:p\.?\s?o\.? ?box|box|isbn|issn|account|acct|konto|cuenta|compte|iban|invoice|order|zip|zip code|postal code|"
    r"plz|routing|ein|tax|license|licence|permit|serial|model|item|sku|upc|population|room|suite|phone|tel|fax)"
    r"\W{0,3}(?:(?:number|no|nr|code|id)\b)?\W{0,3}\Z"
)
_MONEY_BEFORE: Final = re.compile(r"(?:[$€£¥]|\b(?:usd|eur|gbp|chf))\s?\Z")
_MONEY_AFTER: Final = re.compile(r"\s?(?:[$€£¥%]|(?:usd|eur|euro|euros|dollars|gbp|chf)\b)")
_JOINED_BEFORE: Final = re.compile(r"([0-9]+)([.-])\Z")
_JOINED_AFTER: Final = re.compile(r"([.-])([0-9]+)")
_TOWN_AFTER: Final = re.compile(r" ([A-Z][^\W\d_]+)(?=[^\n]{0,30}(?:\n|$))")
_HOUSE_BEFORE: Final = re.compile(r"(?:[0-9][A-Za-z]?,[ ]?\n?|\n[^\S\n]*|^[^\S\n]*)\Z")


def spellings(numbers: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Yield how student numbers may stand in a text, as runs of letters or digits."""
    for number in numbers:
        runs = tuple(_RUNS.findall(fold(number)))
        if any(run.isdigit() for run in runs):
            yield runs
            joined = "".join(runs)
            bare = joined.lstrip("0")  # a workbook drops zeros in front
            if bare and bare != joined and bare.isdigit():
                yield (bare,)


def is_strong(number: str) -> bool:
    """Whether a number, its runs joined, is long enough to count alone."""
    return len(number.lstrip("0")) >= STRONG_DIGITS


@dataclass(frozen=True, slots=True)
class NumberIndex:
    """Student numbers by their one spelling (runs joined); `tails` leads from a last run to those of several."""

    strong: Mapping[str, tuple[int, ...]]
    weak: Mapping[str, tuple[int, ...]]
    tails: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, numbers: Iterable[tuple[int, tuple[str, ...]]]) -> Self:
        """Build the index from positions of persons and their student numbers."""
        strong: dict[str, tuple[int, ...]] = {}
        weak: dict[str, tuple[int, ...]] = {}
        tails: dict[str, tuple[str, ...]] = {}
        for position, theirs in numbers:
            for runs in dict.fromkeys(spellings(theirs)):
                joined = "".join(runs)
                kept = strong if is_strong(joined) else weak
                kept[joined] = (*kept.get(joined, ()), position)
                if len(runs) > 1 and kept is strong:
                    tails[runs[-1]] = tuple(dict.fromkeys((*tails.get(runs[-1], ()), joined)))
        return cls(strong, weak, tails)

    def found_in(self, passage: Passage, is_named: Callable[[str, int], bool]) -> Iterator[tuple[str, tuple[int, ...]]]:
        """Yield the numbers in a passage with whose they are. `is_named` tells if a folded line names that person."""
        for token in passage.present & self.strong.keys():
            if any(stands_alone(passage.cased, *place) for place in passage.places(token)):
                yield token, self.strong[token]
        for token in passage.present & self.tails.keys():
            for start, end in passage.places(token):
                before = apart(passage.folded[max(start - 30, 0) : start])
                for number in self.tails[token]:
                    if _ends_in(f"{before}{token}", number) and stands_alone(passage.cased, start, end):
                        yield number, self.strong[number]
        for token in passage.present & self.weak.keys():
            for start, end in passage.places(token):
                yield from self._weak(token, passage, start, end, is_named)

    def _weak(
        self, token: str, passage: Passage, start: int, end: int, is_named: Callable[[str, int], bool]
    ) -> Iterator[tuple[str, tuple[int, ...]]]:
        before = apart(passage.folded[max(start - 40, 0) : start]).split()[-2:]
        if len(before) == 2 and before[0] in _LABELLED and before[1] in _LABELS:
            yield token, self.weak[token]
        elif len(token) >= 3 and stands_alone(passage.cased, start, end):
            line = passage.line_at(start, end)
            named = tuple(position for position in self.weak[token] if is_named(line, position))
            if named:
                yield token, named


def _ends_in(spaced: str, number: str) -> bool:
    """Whether the last words of a text, joined, are this number."""
    joined = ""
    for word in reversed(spaced.split()):
        joined = word + joined
        if len(joined) >= len(number):
            break
    return joined == number


def stands_alone(cased: str, start: int, end: int) -> bool:
    """Whether the number at this place is a number of its own: no price, postal code, account, date or ISBN."""
    before, after = cased[max(start - 40, 0) : start], cased[end : end + 40]
    digits = end - start
    if _MONEY_BEFORE.search(before.lower()) or _MONEY_AFTER.match(after.lower()):
        return False
    ahead, behind = _JOINED_AFTER.match(after), _JOINED_BEFORE.search(before)
    if ahead and not (ahead[1] == "." and not ahead[2].strip("0")) and (ahead[1] == "." or len(ahead[2]) != digits):
        return False
    if behind and (behind[2] == "." or len(behind[1]) != digits):
        return False
    if _OTHER_LABEL.search(before.lower()):
        return False
    return digits != 5 or not _is_postal(before, after)


def _is_postal(before: str, after: str) -> bool:
    if _POSTAL_BEFORE.search(before) or _POSTAL_AFTER.match(after):
        return True
    return bool(_TOWN_AFTER.match(after) and _HOUSE_BEFORE.search(before))
