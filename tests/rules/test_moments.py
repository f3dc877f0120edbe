"""When somebody means, by the organisation's own clock; and the hours in which nothing is sent."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.kernel.moments import NoMoment, QuietHours, parse_moment
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
        ("Friday 11:00", "2026-03-13T11:00-04:00"),
        ("Friday 13:00", "2026-03-06T13:00-05:00"),
        ("today 17:00", "2026-03-06T17:00-05:00"),
        ("tomorrow 7:30", "2026-03-07T07:30-05:00"),
        ("2026-11-30 07:30", "2026-11-30T07:30-05:00"),
        ("2026-11-30T07:30", "2026-11-30T07:30-05:00"),
    ],
)
def test_a_day_and_a_time_are_of_the_organisations_zone(text: str, meant: str) -> None:
    assert said(text) == meant


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("2026-03-08 02:30", "There is no 02:30 on 8 March 2026"),
        ("2026-11-01 01:30", "01:30 comes twice on 1 November 2026"),
        ("today 11:00", "is over"),
        ("2025-01-01 10:00", "is over"),
        ("2028-01-01 10:00", "more than a year away"),
        ("soon", "not a moment"),
        ("07:30", "not a moment"),
        ("Monday", "not a moment"),
        ("Monday 25:00", "not a moment"),
        ("2026-02-30 10:00", "not a moment"),
    ],
)
def test_what_is_no_moment_is_told_in_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(NoMoment, match=sentence):
        said(text)


def test_quiet_hours_over_midnight_end_by_the_clock_on_the_wall() -> None:
    quiet = QuietHours.parse("21:00-07:00")
    saturday_night = datetime(2026, 3, 8, 3, 0, tzinfo=UTC)  # 22:00; the night of the change is nine hours long
    assert quiet.over_at(saturday_night, NEW_YORK) == datetime(2026, 3, 8, 11, 0, tzinfo=UTC)
    assert quiet.over_at(FRIDAY, NEW_YORK) is None
    assert quiet.over_at(datetime(2026, 3, 8, 11, 0, tzinfo=UTC), NEW_YORK) is None


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
