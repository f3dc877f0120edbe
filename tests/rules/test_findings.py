"""Which findings may be accepted, with what reason, and until when: both sides of every bound."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from portal.findings.errors import NeverAccepted
from portal.findings.rules import (
    ACCEPTABLE,
    NEVER,
    Acceptance,
    check_end,
    check_may_be_accepted,
    checked_reason,
    key_of,
)
from portal.kernel.errors import WrongCall

NOW = datetime(2026, 8, 6, 12, tzinfo=UTC)
TICK = timedelta(microseconds=1)
RELAY = Acceptance("a", "mail-server", "a relay", NOW + TICK, "in our network", "staff:rosa", NOW)


@pytest.mark.parametrize(
    ("finding", "value", "later", "covers"),
    [
        ("mail-server", "a relay", 0 * TICK, True),
        ("mail-server", "a relay", TICK, False),  # its time is over
        ("mail-server", "another", 0 * TICK, False),
        ("address", "a relay", 0 * TICK, False),
        ("last-backup", "a relay", 0 * TICK, False),
    ],
)
def test_an_acceptance_is_of_one_finding_with_its_value_and_ends(
    finding: str, value: str, later: timedelta, *, covers: bool
) -> None:
    assert RELAY.covers(finding, value, now=NOW + later) is covers


def test_what_is_measured_is_accepted_whatever_it_measures() -> None:
    backup = replace(RELAY, finding="last-backup", value="3 days ago")
    assert backup.covers("last-backup", "4 days ago", now=NOW)
    assert not backup.covers("mail-server", "3 days ago", now=NOW)
    assert not backup.covers("last-backup", "4 days ago", now=NOW + TICK)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Mail server", "mail-server"),
        ("Files that could not be read, in the last day", "files-that-could-not-be-read-in-the-last-day"),
        (" (TLS 1.3) ", "tls-1-3"),
        ("X-rays", "x-rays"),
        ("", ""),
    ],
)
def test_a_finding_has_a_key_of_its_words(name: str, key: str) -> None:
    assert key_of(name) == key


def test_what_is_not_on_the_list_is_never_accepted() -> None:
    for finding in ACCEPTABLE:
        check_may_be_accepted(finding)
    for finding in ("virus-scanner", "key-file", "a finding of tomorrow"):
        with pytest.raises(NeverAccepted) as refused:
            check_may_be_accepted(finding)
        passing = "This comes and goes" in refused.value.sentence
        assert passing is (finding in NEVER)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [("  the relay \n is ours ", "the relay is ours"), ("x", "x"), ("x" * 300, "x" * 300)],
)
def test_a_reason_is_kept_with_single_blanks(typed: str, reason: str) -> None:
    assert checked_reason(typed) == reason


@pytest.mark.parametrize("typed", ["", " \n ", "x" * 301, "ours\0"])
def test_no_reason_or_one_that_is_too_long_or_cannot_be_seen_is_refused(typed: str) -> None:
    with pytest.raises(WrongCall) as refused:
        checked_reason(typed)
    assert refused.value.sentence == "Say why, in at most 300 letters."


def test_it_is_accepted_to_the_end_of_a_day_within_180() -> None:
    latest = NOW + timedelta(days=181)
    check_end(NOW + TICK, now=NOW)
    check_end(latest, now=NOW)
    with pytest.raises(WrongCall) as refused:
        check_end(NOW, now=NOW)
    assert refused.value.sentence == "That day is over. Name a later one."
    with pytest.raises(WrongCall) as refused:
        check_end(latest + TICK, now=NOW)
    assert refused.value.sentence == "Name a day within the next 180 days. It can be accepted anew then."
