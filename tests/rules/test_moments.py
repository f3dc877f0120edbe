"""When somebody means, by the organisation's own clock; and the hours in which nothing is sent."""

import re
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.kernel.text.moments import NoDate, NoMoment, QuietHours, moment_in_words, parse_day, parse_moment
from portal.kernel.text.written_days import reads_two_ways
from portal.mailings.errors import NotNow
from portal.mailings.rules import check_reminder_is_due, held_until

NEW_YORK = ZoneInfo("America/New_York")
FRIDAY = datetime(2026, 3, 6, 17, 0, tzinfo=UTC)  # noon in New York; on Sunday the clock is put forward


def said(text: str, now: datetime = FRIDAY) -> str:
    return parse_moment(text, zone=NEW_YORK, now=now).astimezone(NEW_YORK).isoformat(timespec="minutes")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Monday 07:30", "2026-03-09T07:30-04:00"),
        ("monday, 7:30", "2026-03-09T07:30-04:00"),
        ("Mon. at 7:30 a.m.", "2026-03-09T07:30-04:00"),
        ("7:30am on Monday", "2026-03-09T07:30-04:00"),
        ("Friday 11:00", "2026-03-13T11:00-04:00"),
        ("Friday 13:00", "2026-03-06T13:00-05:00"),
        ("Friday 7:30 am", "2026-03-13T07:30-04:00"),
        ("today 5 PM", "2026-03-06T17:00-05:00"),
        ("today 17:00", "2026-03-06T17:00-05:00"),
        ("tomorrow 7:30", "2026-03-07T07:30-05:00"),
        ("tomorrow 8am", "2026-03-07T08:00-05:00"),
        ("tomorrow at noon", "2026-03-07T12:00-05:00"),
        ("tomorrow 12:15 am", "2026-03-07T00:15-05:00"),
        ("2026-11-30 07:30", "2026-11-30T07:30-05:00"),
        ("2026-11-30T07:30", "2026-11-30T07:30-05:00"),
        ("12/5/2026 7:30 AM", "2026-12-05T07:30-05:00"),
        ("12/5 7:30 AM", "2026-12-05T07:30-05:00"),
        ("12/5/26, 7.30 pm", "2026-12-05T19:30-05:00"),
        ("25/12/2026 16:00", "2026-12-25T16:00-05:00"),
        ("5.12.2026 16:00", "2026-12-05T16:00-05:00"),
        ("5 Dec 2026 16:00", "2026-12-05T16:00-05:00"),
        ("Dec 5th, 2026 at 4 p.m.", "2026-12-05T16:00-05:00"),
        ("the 5th of December 16:00", "2026-12-05T16:00-05:00"),
        ("1 March 7:30", "2027-03-01T07:30-05:00"),
        ("March 6 11:00", "2027-03-06T11:00-05:00"),
        ("Sat 12/5/2026 7:30 AM", "2026-12-05T07:30-05:00"),
        ("Saturday, December 5, 2026 at 7:30 AM, New York time", "2026-12-05T07:30-05:00"),
    ],
)
def test_a_day_and_a_time_are_of_the_organisations_zone(text: str, meant: str) -> None:
    assert said(text) == meant


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("2026-03-08 02:30", "There is no 2:30 AM on March 8, 2026: the clock is put forward past it."),
        ("Sunday 2:30 am", "There is no 2:30 AM on March 8, 2026: the clock is put forward past it."),
        ("2026-11-01 01:30", "1:30 AM on November 1, 2026 comes twice: the clock is put back."),
        ("today 11:00", "Friday, March 6, 2026 at 11:00 AM, New York time is over."),
        ("2025-01-01 10:00", "is over"),
        ("12/5/2025 7:30 AM", "is over"),
        ("2028-01-01 10:00", "more than a year away"),
        ("2026-02-30 10:00", "There is no such day as 2026-02-30."),
        ("13/13/2026 10:00", "There is no such day as 13/13/2026."),
        ("31 April 10:00", "There is no such day as 31 april."),
        ("Monday 12/5/2026 7:30 AM", "December 5, 2026 is a Saturday, not a Monday."),
        ("next Friday 7:30 am", "“next” can mean two days."),
        ("07:30", "Say the day as well"),
        ("Monday", "Say the time as well, such as Monday 7:30 am."),
        ("12/5/2026", "Say the time as well, such as 12/5/2026 7:30 am."),
        *((text, "such as Friday 7:30 am") for text in (
            "soon", "", "Monday 25:00", "Monday 13:30 pm", "Monday 7:30 8:30", "Foo 5 7:30", "5 Ma 7:30",
            "in 2 days 8am", "12/5/126 7:30", "7:30 am 5", "2026-12-05 07:30 Berlin time", "Fri 7", "midnight",
        )),
    ],
)  # fmt: skip
def test_what_is_no_moment_is_told_in_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(NoMoment, match=re.escape(sentence)):
        said(text)


@pytest.mark.parametrize(
    ("zone", "month_first"),
    [
        ("America/Chicago", True),
        ("US/Central", True),
        ("America/Puerto_Rico", True),
        ("UTC", True),
        ("Europe/Berlin", False),
        ("America/Toronto", False),
        ("America/Mexico_City", False),
    ],
)
def test_a_date_that_can_be_read_two_ways_is_read_by_the_habit_of_the_zone(zone: str, *, month_first: bool) -> None:
    place = ZoneInfo(zone)
    found = parse_moment("5/12/2026 16:00", zone=place, now=FRIDAY)
    assert (found.month, found.day) == ((5, 12) if month_first else (12, 5))
    words = moment_in_words(found, place)
    assert (", May 12, 2026 at 4:00 PM, " if month_first else ", 5 December 2026 at 16:00, ") in words


WRITTEN = (
    "{0:%Y-%m-%d %H:%M}", "{0:%Y-%m-%dT%H:%M}", "{0:%Y/%m/%d %I:%M %p}", "{0.month}/{0.day}/{0.year} {0:%I:%M %p}",
    "{0.month}/{0.day}/{0:%y} {0:%H:%M}", "{0.day}.{0.month}.{0.year} {0:%H:%M}", "{0.day} {0:%b} {0.year} {0:%H:%M}",
    "{0:%B} {0.day}, {0.year} at {0:%I:%M%p}", "{0:%A}, {0:%B} {0.day} {0:%H:%M}",
    "{0:%H:%M} on {0:%a} {0.month}/{0.day}",
)  # fmt: skip


@given(st.integers(min_value=1, max_value=360 * 24 * 60), st.sampled_from(WRITTEN))
def test_however_a_moment_is_written_it_is_the_same(minutes: int, written: str) -> None:
    moment = FRIDAY + timedelta(minutes=minutes)
    local = moment.astimezone(NEW_YORK)
    if local.date().isoformat() == "2026-11-01" and local.hour == 1:
        return  # that hour comes twice
    for text in (written.format(local), moment_in_words(moment, NEW_YORK)):
        assert parse_moment(text, zone=NEW_YORK, now=FRIDAY) == moment
        assert parse_moment(text.upper(), zone=NEW_YORK, now=FRIDAY) == moment


@given(st.text(alphabet="0123456789 :/.-apmTfridecnx,", max_size=24))
def test_whatever_is_typed_is_a_moment_to_come_or_told_in_a_sentence(text: str) -> None:
    try:
        found = parse_moment(text, zone=NEW_YORK, now=FRIDAY)
    except NoMoment:
        pass
    else:
        assert FRIDAY < found <= FRIDAY + timedelta(days=366)


@pytest.mark.parametrize(
    ("text", "day"),
    [("2027-06-30", "2027-06-30"), ("6/30/2027", "2027-06-30"), ("June 30", "2026-06-30"), ("friday", "2026-03-06")],
)
def test_a_day_alone_is_read_alike(text: str, day: str) -> None:
    assert parse_day(text, zone=NEW_YORK, now=FRIDAY).isoformat() == day
    for wrong in ("soon", "", "next Friday", "2027-06-31"):
        with pytest.raises(NoDate):
            parse_day(wrong, zone=NEW_YORK, now=FRIDAY)


@pytest.mark.parametrize("text", ["12/5 7:30 am", "12/5/2026 19:30", "5-12-2026 07:30", "Friday 3:30", "today 6:00"])
def test_what_people_could_read_in_two_ways_is_known(text: str) -> None:
    assert reads_two_ways(text)


@pytest.mark.parametrize(
    "text",
    [
        "2026-12-05 07:30",
        "12/25 7:30",
        "5.12.2026 07:30",
        "12/12 7:30",
        "Friday 3:30 pm",
        "Friday 03:30",
        "5 Dec 16:00",
    ],
)
def test_what_people_read_in_one_way_needs_no_second_look(text: str) -> None:
    assert not reads_two_ways(text)


def test_quiet_hours_over_midnight_end_by_the_clock_on_the_wall() -> None:
    quiet = QuietHours.parse("21:00-07:00")
    saturday_night = datetime(2026, 3, 8, 3, 0, tzinfo=UTC)  # 22:00; the night of the change is nine hours long
    assert quiet.over_at(saturday_night, NEW_YORK) == datetime(2026, 3, 8, 11, 0, tzinfo=UTC)
    assert quiet.over_at(FRIDAY, NEW_YORK) is None
    assert quiet.over_at(datetime(2026, 3, 8, 11, 0, tzinfo=UTC), NEW_YORK) is None


def test_quiet_hours_are_read_as_people_write_times() -> None:
    for text in ("21:00–07:00", "9 pm - 7 am", "9pm to 7am", "9:00 p.m. to 7:00 a.m."):
        assert QuietHours.parse(text) == QuietHours(time(21), time(7))


@pytest.mark.parametrize("text", ["21:00", "21-7", "07:00-07:00", "25:00-07:00", "21:00-07:00-08:00"])
def test_hours_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="two different times"):
        QuietHours.parse(text)


@given(
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2026, 12, 31)),  # noqa: DTZ001 - made aware below
)
def test_quiet_hours_are_over_within_a_day_and_then_it_is_not_quiet(begins: time, ends: time, at: datetime) -> None:
    if begins == ends:
        return
    moment, quiet = at.replace(tzinfo=UTC), QuietHours(begins, ends)
    over = quiet.over_at(moment, NEW_YORK)
    if over is not None:
        assert moment < over <= moment + timedelta(hours=26)


def test_a_hold_is_never_shorter_for_being_scheduled() -> None:
    hold = timedelta(minutes=5)
    assert held_until(held_from=FRIDAY, hold=hold, send_at=None) == FRIDAY + hold
    assert held_until(held_from=FRIDAY, hold=hold, send_at=FRIDAY + timedelta(minutes=1)) == FRIDAY + hold
    assert held_until(held_from=FRIDAY, hold=hold, send_at=FRIDAY + timedelta(days=3)) == FRIDAY + timedelta(days=3)


def test_a_reminder_waits_its_days_and_says_until_when() -> None:
    def check(now: datetime, days: int = 3) -> None:
        check_reminder_is_due(latest=FRIDAY, days=days, now=now, zone=NEW_YORK)

    with pytest.raises(NotNow, match=r"on 6 March, .*once every 3 days.*again on Monday, 9 March, from 12:00"):
        check(FRIDAY + timedelta(days=2))
    with pytest.raises(NotNow, match="once a day"):
        check(FRIDAY, days=1)
    check(datetime(2026, 3, 9, 16, 0, tzinfo=UTC))  # three days by the clock on the wall are an hour less
    check(FRIDAY + timedelta(minutes=1), days=0)
    check_reminder_is_due(latest=None, days=3, now=FRIDAY, zone=NEW_YORK)
