"""Days and times of the day as people write them, by the habit of where the organisation is.

A small grammar, which refuses what it does not know: the libraries for this (dateutil, dateparser) guess, and a letter
would go out on a guessed day.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS: Final = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_SHORTEST_NAME: Final = 3
_MONTH_FIRST: Final = frozenset({"US", "PR", "GU", "VI", "AS", "MP", "UM"})
_NOWHERE: Final = frozenset({"ZZ", "001", None})

_CLOCK = re.compile(
    r"(?<![\w.:/-])(?:(?P<hour>1[0-2]|0?[1-9])(?:[:.](?P<minute>[0-5]\d)(?::00)?)? ?(?P<half>[ap])m"
    r"|(?P<hour24>[01]?\d|2[0-3]):(?P<minute24>[0-5]\d)(?::00)?|(?P<noon>noon))(?![\w:/-])"
)
_YEAR_FIRST = re.compile(r"(?P<year>\d{4})([-/])(?P<month>\d{1,2})\2(?P<day>\d{1,2})")
_NUMBERS = re.compile(r"(?P<one>\d{1,2})(?P<dash>[-/.])(?P<two>\d{1,2})(?:(?P=dash)(?P<year>\d{4}|\d{2})?)?")
_DAY_MONTH = re.compile(r"(?P<day>\d{1,2})(?:st|nd|rd|th)? (?P<month>[a-z]+)\.?(?: (?P<year>\d{4}))?")
_MONTH_DAY = re.compile(r"(?P<month>[a-z]+)\.? (?P<day>\d{1,2})(?:st|nd|rd|th)?(?: (?P<year>\d{4}))?")
_HALF = re.compile(r"(?<=[\d ])([ap])\.? ?m\.?(?= |$)")
_EITHER_HALF: Final = frozenset("123456")
"""Hours that are of the night as they stand; 7:30 is the morning to whoever writes it."""
_FILLING: Final = frozenset({"at", "on", "the", "of", "@"})


class NoDay(ValueError):
    """These words name no day."""


@dataclass(frozen=True, slots=True)
class Habit:
    """How an organisation writes dates: 12/5 is the fifth of December where the month comes first."""

    month_first: bool

    @classmethod
    def of(cls, zone: ZoneInfo) -> "Habit":
        """Return the habit of a zone's country; of a zone without one, such as UTC, that of the United States."""
        territory = _territory(zone.key)
        return cls(territory in _MONTH_FIRST or territory in _NOWHERE)

    def day(self, day: date) -> str:
        """Return a day in words: “December 5, 2026”, or “5 December 2026”."""
        return f"{day:%B} {day.day}, {day.year}" if self.month_first else f"{day.day} {day:%B} {day.year}"

    def clock(self, at: time) -> str:
        """Return a time of the day: “7:30 AM”, or “07:30”."""
        return f"{at.hour % 12 or 12}:{at:%M} {'AM' if at.hour < 12 else 'PM'}" if self.month_first else f"{at:%H:%M}"


@cache
def _territory(zone: str) -> str | None:
    from babel.core import get_global  # noqa: PLC0415 - thirty milliseconds that few commands need

    territory: str | None = get_global("zone_territories").get(get_global("zone_aliases").get(zone, zone))
    return territory


def plain_words(text: str) -> str:
    """Return what somebody typed in small letters, without commas, fillers and the dots of “a.m.”."""
    said = re.sub(r"(?<=\d)T(?=\d)", " ", text).lower().replace(",", " ")
    said = _HALF.sub(r"\1m", " ".join(said.split()))
    return " ".join(word for word in said.split() if word not in _FILLING)


def take_clock(said: str) -> tuple[time | None, str]:
    """Return the one time of the day in such words, and the words without it; None where there is none, or two."""
    found = list(_CLOCK.finditer(said))
    if len(found) != 1:
        return None, said
    (clock,) = found
    rest = f"{said[: clock.start()]} {said[clock.end() :]}"
    return _time(clock), " ".join(rest.split())


def clock_in(text: str) -> time | None:
    """Return the time of the day that is all a text says: `07:30`, `7:30 am`, `9 pm`, `noon`; None for others."""
    at, rest = take_clock(plain_words(text))
    return at if not rest else None


def _time(clock: re.Match[str]) -> time:
    if clock["noon"]:
        return time(12)
    if clock["half"]:
        return time(int(clock["hour"]) % 12 + 12 * (clock["half"] == "p"), int(clock["minute"] or 0))
    return time(int(clock["hour24"]), int(clock["minute24"]))


def reads_two_ways(text: str) -> bool:
    """Tell whether people could read a moment in two ways: 12/5, or 3:30 without saying which half of the day."""
    said = plain_words(text)
    clock = _CLOCK.search(said)
    if clock is not None and clock["hour24"] in _EITHER_HALF:
        return True
    numbers = [found for word in take_clock(said)[1].split() if (found := _NUMBERS.fullmatch(word))]
    return any(
        one["dash"] != "." and one["one"] != one["two"] and max(int(one["one"]), int(one["two"])) <= 12
        for one in numbers
    )


def days_meant(said: str, *, habit: Habit, today: date) -> Iterator[date]:
    """Give the day that plain words mean; of one without a year or of a weekday every one to come, the nearest first.

    Raises `NoDay`, with a sentence where more can be said than that it is none.
    """
    first, _, rest = said.partition(" ")
    named = _weekday(first)
    if named is not None and rest:
        yield from _of_weekday(days_meant(rest, habit=habit, today=today), named, habit)
        return
    if named is not None:
        yield from (today + timedelta(days=(named - today.weekday()) % 7 + 7 * week) for week in range(2))
    elif said in {"today", "tomorrow"}:
        yield today + timedelta(days=said == "tomorrow")
    elif first == "next":
        raise NoDay("“next” can mean two days. Write the day alone, such as Friday, or its date.")
    else:
        yield from _of_numbers(said, habit, today)


def _weekday(word: str) -> int | None:
    name = word.rstrip(".")
    if len(name) < _SHORTEST_NAME:
        return None
    return next((number for number, whole in enumerate(_WEEKDAYS) if whole.startswith(name)), None)


def _of_weekday(days: Iterator[date], weekday: int, habit: Habit) -> Iterator[date]:
    """Give those days that are of a weekday: what somebody wrote twice has to agree. Raises `NoDay`."""
    given = list(days)
    agreeing = [day for day in given if day.weekday() == weekday]
    if not agreeing:
        raise NoDay(f"{habit.day(given[0])} is a {given[0]:%A}, not a {_WEEKDAYS[weekday].capitalize()}.")
    yield from agreeing


def _of_numbers(said: str, habit: Habit, today: date) -> Iterator[date]:
    for pattern in (_YEAR_FIRST, _NUMBERS, _DAY_MONTH, _MONTH_DAY):
        found = pattern.fullmatch(said)
        if found is None:
            continue
        month, day = _month_and_day(found, habit)
        given = found["year"]
        years = [int(given) + 2000 * (len(given) == 2)] if given else [today.year, today.year + 1]
        days = [one for year in years if (one := _date(year, month, day))]
        if not days:
            raise NoDay(f"There is no such day as {said}.")
        yield from (day for day in days if given or day >= today)
        return
    raise NoDay


def _month_and_day(found: re.Match[str], habit: Habit) -> tuple[int, int]:
    groups = found.groupdict()
    if "one" in groups:  # dots are written where the day comes first
        one, two = int(found["one"]), int(found["two"])
        month_first = habit.month_first and found["dash"] != "."
        month, day = (one, two) if month_first else (two, one)
        return (day, month) if month > 12 >= day else (month, day)
    if found["month"].isdigit():
        return int(found["month"]), int(found["day"])
    name = found["month"]
    number = next((n for n, whole in enumerate(_MONTHS, 1) if whole.startswith(name)), 0)
    if len(name) < _SHORTEST_NAME or not number:
        raise NoDay
    return number, int(found["day"])


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
