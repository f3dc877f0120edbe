"""Moments as people say them in the organisation's own time zone, and the hours in which nothing is sent."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from portal.kernel.errors import WrongCall
from portal.kernel.text.written_days import Habit, NoDay, clock_in, days_meant, plain_words, take_clock

_FARTHEST = timedelta(days=366)


class NoMoment(WrongCall):
    """That is not a moment. Write a day and a time, such as Friday 7:30 am, 2026-12-05 07:30 or 5 Dec 2026 16:00."""


class NoDate(WrongCall):
    """That is not a day. Write the day like 2027-06-30, June 30, 2027 or 30 Jun 2027."""


def parse_moment(text: str, *, zone: ZoneInfo, now: datetime) -> datetime:
    """Return the moment that somebody means by `Friday 7:30 am`, `12/5/2026 7:30 AM`, `tomorrow 8am` or `5 Dec 16:00`.

    12/5 is read by the habit of where the zone is. A weekday, or a date without its year, is the next one that is still
    to come. Raises `NoMoment`: for other texts, for what is over or more than a year away, and for times that the
    change of the clock skips or repeats.
    """
    habit, today = Habit.of(zone), now.astimezone(zone).date()
    at, words = take_clock(plain_words(text).removesuffix(f" {zone_in_words(zone).lower()}"))
    try:
        days = list(days_meant(words, habit=habit, today=today)) if words else []
    except NoDay as error:
        raise NoMoment(str(error) or None) from None
    if at is None and days:
        raise NoMoment(f"Say the time as well, such as {text.strip()} 7:30 am.")
    if at is None or not days:
        raise NoMoment("Say the day as well, such as today or tomorrow." if at else None)
    moment = next((one for day in days[:-1] if (one := _in_zone(day, at, zone)) > now), None)
    moment = moment or _in_zone(days[-1], at, zone)
    if moment <= now:
        raise NoMoment(f"{moment_in_words(moment, zone)} is over. Choose a time that is still to come.")
    if moment > now + _FARTHEST:
        raise NoMoment(f"{moment_in_words(moment, zone)} is more than a year away. Choose a nearer day.")
    return moment


def parse_day(text: str, *, zone: ZoneInfo, now: datetime) -> date:
    """Return the day that somebody means by `2027-06-30`, `6/30/2027`, `June 30` or `Friday`. Raises `NoDate`."""
    today = now.astimezone(zone).date()
    try:
        return next(days_meant(plain_words(text), habit=Habit.of(zone), today=today))
    except NoDay as error:
        raise NoDate(str(error) or None) from None


def day_begins(text: str, *, zone: ZoneInfo, now: datetime, later: int = 0) -> datetime:
    """Return when a day begins in a zone, or the one so many days later. Raises `NoDate`."""
    try:
        day = parse_day(text, zone=zone, now=now) + timedelta(days=later)
        return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)
    except OverflowError:
        raise NoDate from None


def _in_zone(day: date, at: time, zone: ZoneInfo) -> datetime:
    local, habit = datetime.combine(day, at, zone), Habit.of(zone)
    first, second = (local.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    said = f"{habit.clock(at)} on {habit.day(day)}"
    if first.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise NoMoment(f"There is no {said}: the clock is put forward past it. Choose an hour later.")
    if first != second:
        raise NoMoment(f"{said} comes twice: the clock is put back. Choose an hour later.")
    return first


def zone_in_words(zone: ZoneInfo) -> str:
    """Return whose clock a zone is: “Chicago time”; “UTC” where it is of no place."""
    place = zone.key.rpartition("/")[2].replace("_", " ")
    return f"{place} time" if "/" in zone.key and not zone.key.startswith("Etc/") else place


def moment_in_words(moment: datetime, zone: ZoneInfo) -> str:
    """Return a moment as people say it there: “Saturday, December 5, 2026 at 7:30 AM, Chicago time”."""
    local, habit = moment.astimezone(zone), Habit.of(zone)
    return f"{local:%A}, {habit.day(local.date())} at {habit.clock(local.time())}, {zone_in_words(zone)}"


@dataclass(frozen=True, slots=True)
class QuietHours:
    """The hours of each day, by the clock on the wall, in which no message to a family leaves."""

    begins: time
    ends: time

    @classmethod
    def parse(cls, text: str) -> "QuietHours":
        """Read `21:00-07:00` or `9 pm to 7 am`. Raises `ValueError` with a sentence."""
        clocks = [clock_in(part) for part in text.replace("–", "-").replace(" to ", "-").split("-")]
        if len(clocks) == 2 and clocks[0] is not None and clocks[1] is not None and clocks[0] != clocks[1]:
            return cls(clocks[0], clocks[1])
        message = "must be two different times of the day such as 21:00-07:00 or 9 pm to 7 am"
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
