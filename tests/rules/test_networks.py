"""What counts as one asker where too many tries are held back, and when a count begins anew."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.rate_limits.rules import RateLimit, asking_network


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2001:db8:1:2:a:b:c:d", "2001:db8:1:2::7"),
        ("2001:db8::a:b:c:d", "2001:db8:0:0:1:2:3:4"),  # the same 64 bits, written in short
        ("2001:db8::1", "2001:db8::2"),
        ("fe80::1%eth0", "fe80::2%eth1"),
        ("fe80::1%eth0", "fe80::2%eth1%2"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("testclient", "testclient"),
    ],
)
def test_one_customer_is_one_asker(one: str, other: str) -> None:
    assert asking_network(one) == asking_network(other)


@pytest.mark.parametrize(
    ("one", "other"), [("203.0.113.9", "203.0.113.10"), ("2001:db8:1:2::1", "2001:db8:1:3::1"), ("::1", "testclient")]
)
def test_another_customer_is_another_asker(one: str, other: str) -> None:
    assert asking_network(one) != asking_network(other)


@pytest.mark.parametrize(
    ("host", "network"),
    [
        ("203.0.113.9", "203.0.113.9/32"),
        ("::ffff:203.0.113.9", "203.0.113.9/32"),
        ("2001:db8:1:2:a:b:c:d", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:7fff::", "2001:db8:1:2::/64"),
        ("testclient", "testclient"),
    ],
)
def test_an_asker_is_an_address_or_the_64_bits_of_a_customer(host: str, network: str) -> None:
    assert asking_network(host) == network


MINUTES, HOURS = RateLimit("kind", 30, timedelta(minutes=1)), RateLimit("kind", 3, timedelta(hours=1))


@pytest.mark.parametrize(
    ("limit", "at", "began"),
    [
        (MINUTES, "2026-08-06T12:00:00+00:00", "2026-08-06T12:00:00+00:00"),
        (MINUTES, "2026-08-06T12:00:59.999999+00:00", "2026-08-06T12:00:00+00:00"),
        (MINUTES, "2026-08-06T12:01:00+00:00", "2026-08-06T12:01:00+00:00"),
        (HOURS, "2026-08-06T12:59:59+00:00", "2026-08-06T12:00:00+00:00"),
        (HOURS, "2026-08-06T08:30:00-04:30", "2026-08-06T13:00:00+00:00"),
    ],
)
def test_a_count_begins_anew_with_each_window(limit: RateLimit, at: str, began: str) -> None:
    window = limit.window(datetime.fromisoformat(at))
    assert window.isoformat() == began


@given(st.integers(0, 4_000_000_000_000_000), st.sampled_from([MINUTES, HOURS]))
def test_a_window_is_the_same_for_all_who_count_in_it(microseconds: int, limit: RateLimit) -> None:
    now = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
    window = limit.window(now)
    assert window <= now < window + limit.within
    assert limit.window(now.astimezone(timezone(timedelta(hours=9)))) == limit.window(window) == window
