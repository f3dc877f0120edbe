"""When a message is tried again, when it is given up, and what each answer of a mail server leads to."""

from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.mail.transport.room import Accepted, Outcome, PermanentFailure, RetryableFailure, Withdrawn
from portal.outbox.rules import (
    AlertStep,
    Done,
    Lease,
    PaperMark,
    Pointless,
    alert_step,
    came_back,
    ending,
    mark_of,
    marked,
    next_try,
    reason_in_words,
)

DUE = datetime(2026, 8, 6, 12, 0, tzinfo=UTC)
LEASE = Lease("row", "lease", attempts=2, due_at=DUE)


@given(attempts=st.integers(1, 10_000), late=st.floats(0, 71), jitter=st.floats(0, 1, exclude_max=True))
def test_within_three_days_it_is_always_tried_again_and_never_at_once(
    attempts: int, late: float, jitter: float
) -> None:
    now = DUE + timedelta(hours=late)
    again = next_try(attempts=attempts, now=now, first_due=DUE, jitter=jitter)
    assert again is not None
    assert timedelta(seconds=7) < again - now <= timedelta(minutes=15)


def test_it_waits_longer_each_time() -> None:
    waits = [next_try(attempts=attempts, now=DUE, first_due=DUE, jitter=0) for attempts in range(1, 7)]
    assert waits == sorted(waits, key=lambda wait: wait or DUE)
    assert len(set(waits)) == 6


def test_it_is_given_up_when_it_is_three_days_late_and_was_really_tried() -> None:
    late = DUE + timedelta(days=3, seconds=1)
    assert next_try(attempts=10, now=late, first_due=DUE, jitter=0) is None
    assert next_try(attempts=1, now=late, first_due=DUE, jitter=0) is not None


@pytest.mark.parametrize(
    ("late", "attempts", "is_given_up"),
    [
        (timedelta(days=3), 10, False),
        (timedelta(days=3, microseconds=1), 10, True),
        (timedelta(days=3, microseconds=1), 9, False),
        (timedelta(days=30), 9, False),
        (timedelta(), 10_000, False),
    ],
)
def test_it_is_given_up_after_three_days_and_ten_tries(late: timedelta, attempts: int, *, is_given_up: bool) -> None:
    again = next_try(attempts=attempts, now=DUE + late, first_due=DUE, jitter=0)
    assert (again is None) == is_given_up


@pytest.mark.parametrize(
    ("attempts", "shortest", "longest"),
    [(1, 7.5, 15), (2, 15, 30), (3, 30, 60), (6, 240, 480), (7, 450, 900), (8, 450, 900), (500, 450, 900)],
)
def test_it_waits_twice_as_long_each_time_up_to_a_quarter_of_an_hour(
    attempts: int, shortest: float, longest: float
) -> None:
    def wait(jitter: float) -> timedelta | None:
        again = next_try(attempts=attempts, now=DUE, first_due=DUE, jitter=jitter)
        return again and again - DUE

    assert wait(0) == timedelta(seconds=shortest)
    assert wait(0.5) == timedelta(seconds=(shortest + longest) / 2)
    assert wait(1) == timedelta(seconds=longest)


@pytest.mark.parametrize(
    ("outcome", "state", "reply", "attempts"),
    [
        (Accepted("250 ok"), "sent", "250 ok", 3),
        (PermanentFailure("550 no"), "refused", "550 no", 3),
        (RetryableFailure("450 later"), "queued", "450 later", 3),
        (RetryableFailure("nobody there", room_is_shut=True), "queued", "nobody there", 2),
        (Withdrawn(), "queued", "", 2),
        (Pointless("Over."), "cancelled", "Over.", 2),
    ],
)
def test_every_answer_has_its_end(outcome: Outcome | Pointless, state: str, reply: str, attempts: int) -> None:
    end = ending(Done(LEASE, outcome), now=DUE, jitter=0.5)
    assert (end.lease, end.state, end.reply, end.attempts) == (LEASE, state, reply, attempts)
    assert (end.not_before is not None) == (outcome == RetryableFailure("450 later"))


def test_what_was_put_off_for_days_is_refused_in_the_words_of_the_last_answer() -> None:
    tried = Lease("row", "lease", attempts=9, due_at=DUE)
    end = ending(Done(tried, RetryableFailure("450 later")), now=DUE + timedelta(days=4), jitter=0.5)
    assert (end.state, end.reply, end.attempts, end.not_before) == ("refused", "450 later", 10, None)


def test_how_a_letter_on_paper_is_marked_is_read_from_how_it_stands() -> None:
    marks: tuple[PaperMark, ...] = get_args(PaperMark)
    assert [mark_of(*marked(mark)) for mark in marks] == ["handed-out", "posted", "undeliverable"]
    assert [marked(mark)[0] for mark in marks] == ["sent", "sent", "bounced"]
    for state, reply in (("sent", ""), ("queued", "Posted on paper."), ("bounced", "Posted on paper."), ("", "")):
        assert mark_of(state, reply) is None, "nobody has said what became of it"


def test_an_alert_is_told_once_a_day() -> None:
    for stands, told_hours_ago, bad, step in (
        (False, None, True, AlertStep(begins=True, tells=True)),
        (False, 2, True, AlertStep(begins=True)),
        (False, 25, True, AlertStep(begins=True, tells=True)),
        (True, 24, True, AlertStep(tells=True)),
        (True, 23.9, True, AlertStep()),
        (True, 2, True, AlertStep()),
        (True, 25, True, AlertStep(tells=True)),
        (True, 1, False, AlertStep(ends=True, tells=True)),
        (True, 2, False, AlertStep(ends=True)),  # told of the time before, and of this one nothing
        (False, 2, False, AlertStep()),
        (False, None, False, AlertStep()),
    ):
        told_at = None if told_hours_ago is None else DUE - timedelta(hours=told_hours_ago)
        since = DUE - timedelta(hours=1)
        assert alert_step(stands=stands, since=since, told_at=told_at, bad=bad, now=DUE) == step


def test_why_a_message_did_not_arrive_is_told_of_what_came_back_and_what_was_refused_alone() -> None:
    refused = "550 5.1.1 <marta@families.example>: user unknown"
    told = ("There is no mailbox at this address.", "Ask the family for the right address.")
    assert reason_in_words("refused", refused) == told
    assert reason_in_words("refused", "552 5.2.2 mailbox full")[0] == "The mailbox is full."
    assert reason_in_words("bounced", came_back("no-mailbox")) == told
    assert reason_in_words("bounced", came_back("full"))[0] == "The mailbox is full."
    for state, reply in (
        ("bounced", refused),
        ("bounced", ""),
        *((one, refused) for one in ("sent", "queued", "cancelled")),
    ):
        assert reason_in_words(state, reply) == ("", ""), "the reply says it itself, or nothing is wrong"
    assert reason_in_words("sent", came_back("full")) == ("", "")
