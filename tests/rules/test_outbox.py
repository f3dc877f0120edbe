"""When a message is tried again, when it is given up, and what each answer of a mail server leads to."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.mail.transport.room import Accepted, Outcome, PermanentFailure, RetryableFailure, Withdrawn
from portal.outbox.rules import (
    AlertStep,
    Done,
    Lease,
    Pointless,
    alert_step,
    came_back,
    ending,
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
    ("outcome", "state", "attempts"),
    [
        (Accepted("250 ok"), "sent", 3),
        (PermanentFailure("550 no"), "refused", 3),
        (RetryableFailure("450 later"), "queued", 3),
        (RetryableFailure("nobody there", room_is_shut=True), "queued", 2),
        (Withdrawn(), "queued", 2),
        (Pointless("Over."), "cancelled", 2),
    ],
)
def test_every_answer_has_its_end(outcome: Outcome | Pointless, state: str, attempts: int) -> None:
    end = ending(Done(LEASE, outcome), now=DUE, jitter=0.5)
    assert (end.lease, end.state, end.attempts) == (LEASE, state, attempts)
    assert (end.not_before is not None) == (outcome == RetryableFailure("450 later"))


def test_an_alert_is_told_once_a_day() -> None:
    for stands, told_hours_ago, bad, step in (
        (False, None, True, AlertStep(begins=True, tells=True)),
        (False, 2, True, AlertStep(begins=True)),
        (False, 25, True, AlertStep(begins=True, tells=True)),
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
