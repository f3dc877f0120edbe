"""What counts as one asker where too many tries are held back."""

import pytest

from portal.rate_limits.rules import asking_network


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2001:db8:1:2:a:b:c:d", "2001:db8:1:2::7"),
        ("2001:db8::a:b:c:d", "2001:db8:0:0:1:2:3:4"),  # the same 64 bits, written in short
        ("2001:db8::1", "2001:db8::2"),
        ("fe80::1%eth0", "fe80::2%eth1"),
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
