"""Moments as people say them in the organisation's own time zone, and the hours in which nothing is sent."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from portal.kernel.errors import WrongCall

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CLOCK = re.compile(r"(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?::00)?")
_JOINS = re.compile(r",|(?<=\d)T(?=\d)")
_FARTHEST = timedelta(days=366)


class NoMoment(WrongCall):
    """That is not a moment. Write a day and a time, such as 2026-11-30 07:30 or Monday 07:30."""


def parse_moment(text: str, *, zone: ZoneInfo, now: datetime) -> datetime:
    """Return the moment that somebody means by `2026-11-30 07:30`, `Monday 07:30`, `today 17:00` or `tomorrow 7:30`.

    A weekday is the next one whose time is still to come. Raises `NoMoment`: for other texts, for what is over or
    more than a year away, and for times that the change of the clock skips or repeats.
    """
    said = " ".join(_JOINS.sub(" ", text).split())
    word, _, clock_text = said.lower().rpartition(" ")
    clock = _CLOCK.fullmatch(clock_text)
    if not clock or not word:
        raise NoMoment
    at = time(int(clock["hour"]), int(clock["minute"]))
    today = now.astimezone(zone).date()
    if word in _WEEKDAYS:
        return _next_weekday(_WEEKDAYS.index(word), at, today, zone, now)
    moment = _in_zone(_day(word, today), at, zone)
    if moment <= now:
        raise NoMoment(f"{moment_in_words(moment, zone)} is over. Choose a time that is still to come.")
    if moment > now + _FARTHEST:
        raise NoMoment(f"{moment_in_words(moment, zone)} is more than a year away. Choose a nearer day.")
    return moment


def _next_weekday(weekday: int, at: time, today: date, zone: ZoneInfo, now: datetime) -> datetime:
    ahead = (weekday - today.weekday()) % 7
    moment = _in_zone(today + timedelta(days=ahead), at, zone)
    return moment if moment > now else _in_zone(today + timedelta(days=ahead + 7), at, zone)


def _day(word: str, today: date) -> date:
    if word in {"today", "tomorrow"}:
        return today + timedelta(days=word == "tomorrow")
    try:
        return date.fromisoformat(word)
    except ValueError:
        raise NoMoment from None


def _in_zone(day: date, at: time, zone: ZoneInfo) -> datetime:
    local = datetime.combine(day, at, zone)
    first, second = (local.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    said = f"{local.day} {local:%B} {local.year}"
    if first.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise NoMoment(f"There is no {at:%H:%M} on {said}: the clock is put forward past it. Choose an hour later.")
    if first != second:
        raise NoMoment(f"{at:%H:%M} comes twice on {said}: the clock is put back. Choose an hour later.")
    return first


def moment_in_words(moment: datetime, zone: ZoneInfo) -> str:
    """Return a moment as people say it: “Monday, 30 November 2026, 07:30”."""
    local = moment.astimezone(zone)
    return f"{local:%A}, {local.day} {local:%B} {local.year}, {local:%H:%M}"


@dataclass(frozen=True, slots=True)
class QuietHours:
    """The hours of each day, by the clock on the wall, in which no message to a family leaves."""

    begins: time
    ends: time

    @classmethod
    def parse(cls, text: str) -> "QuietHours":
        """Read `21:00-07:00`. Raises `ValueError` with a sentence."""
        clocks = [_CLOCK.fullmatch(part.strip()) for part in text.replace("–", "-").split("-")]
        if len(clocks) == 2 and clocks[0] and clocks[1]:
            begins, ends = (time(int(clock["hour"]), int(clock["minute"])) for clock in clocks if clock)
            if begins != ends:
                return cls(begins, ends)
        message = "must be two different times of the day such as 21:00-07:00"
        raise ValueError(message)

    def over_at(self, moment: datetime, zone: ZoneInfo) -> datetime | None:
        """Return when the quiet hours that `moment` lies in are over, or None if it lies in none."""
        local = moment.astimezone(zone)
        clock, night = local.time(), self.begins > self.ends
        is_quiet = (clock >= self.begins or clock < self.ends) if night else self.begins <= clock < self.ends
        if not is_quiet:
            return None
        day = local.date() + timedelta(days=night and clock >= self.begins)
        ends = datetime.combine(day, self.ends, zone)
        first, second = (ends.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
        return first if first > moment else second  # that hour comes twice when the clock is put back
