"""What may still be done with a mailing in each state, and what whoever asks too late or too soon is told."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

import pytest

from portal.mailings.errors import NotNow
from portal.mailings.rules import (
    CALLED_AGAIN_AFTER,
    OPENED_AGAIN_WITHIN,
    State,
    check_links_open,
    check_may_correct,
    check_may_pause_links,
    check_may_print,
    check_may_schedule,
    check_reminder_is_due,
    may_open_again,
    move,
    reminder_of_approval_due,
    state_words,
)

NOON, NEW_YORK = datetime(2026, 8, 6, 12, tzinfo=UTC), ZoneInfo("America/New_York")
STATES: tuple[State, ...] = get_args(State)


def refusal(of: Callable[[], object]) -> str:
    """Return what whoever asks is told, empty where nothing is in the way."""
    try:
        of()
    except NotNow as no:
        return str(no)
    return ""


@pytest.mark.parametrize("state", STATES)
def test_a_first_sending_is_scheduled_until_it_begins(state: State) -> None:
    told = refusal(lambda: check_may_schedule(state, round_number=0))
    if state in {"draft", "checked", "waiting", "returned", "held"}:
        assert told == ""
    else:
        assert told == f"This mailing is {state_words(state)}, so it can't be scheduled any more."


@pytest.mark.parametrize("number", [1, 2])
def test_what_is_sent_again_is_not_scheduled(number: int) -> None:
    assert refusal(lambda: check_may_schedule("held", round_number=number)) == (
        "Only the first sending of a mailing is scheduled; what is sent again leaves after its hold."
    )


@pytest.mark.parametrize("state", STATES)
def test_links_are_paused_where_families_have_any(state: State) -> None:
    told = refusal(lambda: check_may_pause_links(state))
    if state in {"held", "sending", "paused", "sent", "stopped"}:
        assert told == ""
    elif state == "revoked":
        assert told == "This letter is taken back already: no link of it opens."
    else:
        assert told == f"This letter is {state_words(state)}, so no family has a link to it."


@pytest.mark.parametrize("state", STATES)
def test_a_file_is_replaced_where_families_may_have_it_and_else_the_letter_is_changed(state: State) -> None:
    told = refusal(lambda: check_may_correct(state))
    if state in {"held", "sending", "paused", "sent", "stopped"}:
        assert told == ""
    else:
        advice = " Change the letter itself." if state != "revoked" else ""
        assert told == f"This mailing is {state_words(state)}, so no file of it is replaced.{advice}"


def test_nothing_more_leaves_while_links_are_paused() -> None:
    assert refusal(lambda: check_links_open(None)) == ""
    assert refusal(lambda: check_links_open(NOON)) == (
        "Its links are paused, so families could not open it. Let them open it again first."
    )


def test_a_move_that_is_not_open_says_where_the_mailing_stands() -> None:
    assert refusal(lambda: move("sent", "edit")) == "This mailing is sent, so this can't be done now."
    assert refusal(lambda: move("held", "submit")) == (
        "This mailing is approved and held before sending, so this can't be done now."
    )


def test_printing_says_where_the_mailing_stands() -> None:
    told = refusal(lambda: check_may_print("draft", hold_over=None, now=NOON, zone=NEW_YORK))
    assert told == "This mailing is still a draft, so nothing of it is printed."


def test_late_in_the_evening_a_hold_that_ends_today_is_told_by_the_time_alone() -> None:
    """It is ten in the evening at the school, and the next day already by the clock of the machine."""
    late = datetime(2026, 8, 7, 2, tzinfo=UTC)
    told = refusal(lambda: check_may_print("held", hold_over=late + timedelta(minutes=5), now=late, zone=NEW_YORK))
    assert told == "The pages can be printed when the hold is over, at 22:05."


@pytest.mark.parametrize(
    ("after", "is_admin", "is_theirs", "may"),
    [
        (timedelta(minutes=10) - timedelta(microseconds=1), False, True, True),
        (timedelta(minutes=10), False, True, False),
        (timedelta(), False, False, False),
        (timedelta(days=9), True, False, True),
    ],
)
def test_whoever_paused_opens_again_for_less_than_ten_minutes(
    after: timedelta, *, is_admin: bool, is_theirs: bool, may: bool
) -> None:
    assert may_open_again(is_admin=is_admin, is_theirs=is_theirs, paused_at=NOON, now=NOON + after) == may
    assert (timedelta(minutes=10), timedelta(hours=1)) == (OPENED_AGAIN_WITHIN, CALLED_AGAIN_AFTER)


@pytest.mark.parametrize(
    ("last", "hours", "due"),
    [
        ("2026-08-05 09:30", 4, "2026-08-06 09:30"),
        ("2026-08-05 09:30", 24, "2026-08-06 09:30"),
        ("2026-08-05 09:30", 25, "2026-08-06 10:30"),
        ("2026-08-07 09:30", 4, "2026-08-10 09:30"),  # a Friday
    ],
)
def test_approvers_are_told_again_after_their_hours_and_at_most_once_a_day(last: str, hours: int, due: str) -> None:
    told, again = (datetime.fromisoformat(one).replace(tzinfo=NEW_YORK) for one in (last, due))
    asked = told - timedelta(days=1)
    assert reminder_of_approval_due(asked=asked, told=told, hours=hours, zone=NEW_YORK) == again


@pytest.mark.parametrize(
    ("asked", "hours", "due"),
    [
        ("2026-08-07 16:00:00", 8, "2026-08-08 00:00"),  # the last of Friday is not yet the weekend
        ("2026-08-08 11:00:30", 24, "2026-08-11 00:00"),  # nothing of a Saturday counts, not its seconds either
        ("2026-08-08 11:00:00.5", 24, "2026-08-11 00:00"),
    ],
)
def test_a_weekend_counts_from_midnight_to_midnight(asked: str, hours: int, due: str) -> None:
    at, until = (datetime.fromisoformat(one).replace(tzinfo=NEW_YORK) for one in (asked, due))
    assert reminder_of_approval_due(asked=at, told=None, hours=hours, zone=NEW_YORK) == until


@pytest.mark.parametrize(
    ("days", "told"),
    [
        (
            1,
            (
                "Families were reminded on 7 August, and are reminded at most once a day. "
                "They may be reminded again on Saturday, 8 August, from 22:00."
            ),
        ),
        (
            3,
            (
                "Families were reminded on 7 August, and are reminded at most once every 3 days. "
                "They may be reminded again on Monday, 10 August, from 22:00."
            ),
        ),
    ],
)
def test_a_reminder_too_soon_says_since_when_and_until_when_by_the_schools_clock(days: int, told: str) -> None:
    """It was ten in the evening at the school, and the next day already by the clock of the machine."""
    latest = datetime(2026, 8, 8, 2, tzinfo=UTC)

    def ask(now: datetime) -> str:
        return refusal(lambda: check_reminder_is_due(latest=latest, days=days, now=now, zone=NEW_YORK))

    due = latest + timedelta(days=days)
    assert ask(due - timedelta(microseconds=1)) == told
    assert ask(due) == ""
