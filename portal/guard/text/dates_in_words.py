"""Dates told in words, as letters to parents do: "the twelfth of December, 2012", "dos de mayo de dos mil doce"."""

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Final

from portal.guard.text.dates import MONTH_OF
from portal.guard.text.vocabulary import listed, numbered

_BEFORE: Final = 40
_AFTER: Final = 60
"""Characters beside a month that its day and year have room in."""


_DAY_OF: Final = numbered("days-in-words")
_YEAR_OF: Final = numbered("years-in-words")
SPOKEN: Final = frozenset(word for day in _DAY_OF for word in day.split()) | listed("words-of-years-in-words")
"""Words of which one is in every day or year that is told in words."""


def _any_of(words: dict[str, int]) -> str:
    return "|".join(sorted((word.replace(" ", r"[\s-]") for word in words), key=len, reverse=True))


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    months = "|".join(sorted(MONTH_OF, key=len, reverse=True))
    day = rf"(?P<day>[0-9]{{1,2}}(?=st|nd|rd|th|[\s,])|{_any_of(_DAY_OF)})(?:st|nd|rd|th)?"
    year = rf"(?P<year>[0-9]{{4}}|{_any_of(_YEAR_OF)})(?![^\W_])"
    parted = r"[\s,]{1,3}"
    return (
        re.compile(rf"\b{day}{parted}(?:of |del? )?(?P<month>{months}){parted}(?:of |del? )?{year}"),
        re.compile(rf"\b(?P<month>{months}){parted}(?:the )?{day}{parted}(?:in )?{year}"),
    )


@cache
def _goes_on() -> re.Pattern[str]:
    """Return what finds the beginning of a day or year behind its month: most of "may" is no month."""
    begins = "|".join(sorted({told.split()[0] for told in (*_DAY_OF, *_YEAR_OF)}))
    return re.compile(rf"[\s,]{{1,3}}(?:of |del? |the )?(?:[0-9]|{begins})")


def spoken_dates_in(folded: str, start: int, end: int) -> Iterator[tuple[date, int, int]]:
    """Yield the dates around a month at this place of which day or year is told in words, and where they stand.

    None if neither follows this month: those of another month near it are found there.
    """
    if not _goes_on().match(folded, end):
        return
    low = max(start - _BEFORE, 0)
    near = folded[low : end + _AFTER]
    for pattern in _patterns():
        for found in pattern.finditer(near):
            if (day := _day(found)) is not None:
                yield day, low + found.start(), low + found.end()


def _day(found: re.Match[str]) -> date | None:
    day, month, year = (re.sub(r"[\s-]+", " ", found[part]) for part in ("day", "month", "year"))
    number = int(day) if day.isdigit() else _DAY_OF[day]
    full = int(year) if year.isdigit() else _YEAR_OF[year]
    try:
        return date(full, MONTH_OF[month], number)
    except ValueError:
        return None
