"""Dates in a text in any usual notation, with the places they stand at."""

import re
from collections.abc import Iterator
from datetime import date
from functools import cache, lru_cache
from typing import Final

from portal.guard.lexicon import by_language
from portal.guard.text.vocabulary import listed

MONTH_OF: Final = {
    name: month
    for months in by_language("months").values()
    for month, names in enumerate(months, 1)
    for name in names.split()
}
"""The number of a month by any of its names."""
MONTHS: Final = frozenset(MONTH_OF) | listed("month-word")

_NUMERIC: Final = re.compile(r"(?<![0-9./-])([0-9]{1,4})\s?([-/.])\s?([0-9]{1,2})\s?\2\s?([0-9]{2,4})(?![0-9])")
_COMPACT_YEAR_LAST: Final = re.compile(r"(?<![0-9])([0-3][0-9])([0-3][0-9])((?:19|20)[0-9]{2})(?![0-9])")
_COMPACT: Final = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})(0[1-9]|1[0-2])([0-3][0-9])(?![0-9])")
_EIGHT_DIGITS: Final = re.compile("[0-9]{8}")
"""No compact date without it; it is found faster than two of them are."""
_EAST_ASIAN: Final = re.compile(r"([0-9]{4})\s?[年년]\s?([0-9]{1,2})\s?[月월]\s?([0-9]{1,2})\s?[日일]")
_VIETNAMESE: Final = re.compile(r"([0-9]{1,2}) thang ([0-9]{1,2}),? nam ([0-9]{4})")


@cache
def _worded() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    name = "|".join(sorted(MONTH_OF, key=len, reverse=True))
    parted = r"[\s.,/-]{1,3}"
    return (
        re.compile(rf"(?<![0-9])([0-9]{{1,2}})(?:st|nd|rd|th|er|o|º|\.)?{parted}(?:del? |of )?({name})\b(?:{parted})?"
                   rf"(?:del? )?'?([0-9]{{4}}|[0-9]{{2}})(?![0-9])"),
        re.compile(rf"\b({name}){parted}(?:the )?([0-9]{{1,2}})(?:st|nd|rd|th)?{parted}"
                   rf"'?([0-9]{{4}}|[0-9]{{2}})(?![0-9])"),
        re.compile(rf"(?<![0-9])([0-9]{{4}}){parted}({name}){parted}([0-9]{{1,2}})(?![0-9])"),
    )  # fmt: skip


def numeric_dates_in(folded: str) -> Iterator[tuple[date, int, int]]:
    """Yield every date that figures may mean, and where it begins and ends. 3/4/2014 is two dates, 2014-03-04 one."""
    for found in _NUMERIC.finditer(folded):
        for day in _readings(found[1], found[3], found[4]):
            yield day, found.start(), found.end()
    if not _EIGHT_DIGITS.search(folded):
        return
    yield from _found(_COMPACT, folded, (1, 2, 3))
    for found in _COMPACT_YEAR_LAST.finditer(folded):
        for day in _readings(found[1], found[2], found[3]):
            yield day, found.start(), found.end()


@lru_cache(maxsize=1 << 14)
def days_meant(figures: str) -> tuple[date, ...]:
    """Return the days that figures mean if they are a date and nothing else, as `numeric_dates_in` tells them."""
    return tuple([day for day, start, end in numeric_dates_in(figures) if end - start == len(figures)])


@lru_cache(maxsize=1 << 14)
def _readings(first: str, middle: str, last: str) -> tuple[date, ...]:
    """Return the days that three figures may mean: the year stands first or last."""
    one, two, three = int(first), int(middle), int(last)
    if len(first) == 4:
        return _days((one, two, three), (one, three, two))[:1]
    return _days((three, two, one), (three, one, two), (one, two, three)) if len(first) < 3 else ()


def worded_dates_in(folded: str) -> Iterator[tuple[date, int, int]]:
    """Yield every date with the month as a word, and where it begins and ends."""
    day_first, month_first, year_first = _worded()
    yield from _found(day_first, folded, (3, 2, 1))
    yield from _found(month_first, folded, (3, 1, 2))
    yield from _found(year_first, folded, (1, 2, 3))
    yield from _found(_VIETNAMESE, folded, (3, 2, 1))


def east_asian_dates_in(folded: str) -> Iterator[tuple[date, int, int]]:
    """Yield every date like 2014年8月25日, and where it begins and ends."""
    yield from _found(_EAST_ASIAN, folded, (1, 2, 3))


def _found(pattern: re.Pattern[str], folded: str, groups: tuple[int, int, int]) -> Iterator[tuple[date, int, int]]:
    year, month, day = groups
    for found in pattern.finditer(folded):
        for one in _days((int(found[year]), _month(found[month]), int(found[day]))):
            yield one, found.start(), found.end()


def _month(written: str) -> int:
    return int(written) if written.isdigit() else MONTH_OF[written]


def _days(*readings: tuple[int, int, int]) -> tuple[date, ...]:
    """Return the days of a calendar among some readings as year, month and day, each once."""
    days: list[date] = []
    for year, month, day in dict.fromkeys(readings):
        full = year if year >= 100 else 2000 + year if year < 50 else 1900 + year
        if 1900 <= full <= 2100 and 1 <= month <= 12:
            try:
                days.append(date(full, month, day))
            except ValueError:
                continue
    return tuple(days)
