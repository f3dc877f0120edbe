"""Envelope senders come back as bounces; only our own are believed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.kernel.secrets.keys import KeyRing, MasterKey
from portal.kernel.text.addresses import OneAddress
from portal.mail.returned.verp import bounce_address, read_marks

OLD = MasterKey("k-old", "2025-01-01", b"o" * 32)
NEW = MasterKey("k-new", "2025-06-01", b"n" * 32)
KEYS = KeyRing((OLD,))
NOTICE = "0123456789abcdef" * 2
BASE = OneAddress.parse("bounce@birchwood.test")


@given(st.binary(min_size=16, max_size=16).map(bytes.hex))
def test_every_notice_is_found_again(notice_id: str) -> None:
    address = bounce_address(KEYS, notice_id, BASE)
    assert read_marks(KEYS, address.text) == (notice_id, True)
    assert len(address.text.partition("@")[0]) <= 64


def test_a_bounce_in_capitals_is_the_same() -> None:
    assert read_marks(KEYS, bounce_address(KEYS, NOTICE, BASE).text.upper()) == (NOTICE, True)


def test_a_bounce_comes_back_after_a_rotation_and_not_after_the_key_is_gone() -> None:
    address = bounce_address(KEYS, NOTICE, BASE).text
    assert read_marks(KeyRing((OLD, NEW)), address) == (NOTICE, True)
    assert read_marks(KeyRing((NEW,)), address) == (None, True)


@pytest.mark.parametrize(
    ("address", "is_like_a_mark"),
    [
        ("", False),
        ("bounce@birchwood.test", False),
        (f"bounce+{NOTICE}@birchwood.test", False),
        (f"bounce+{NOTICE}.{'a' * 16}@birchwood.test", True),
        (f"bounce+{NOTICE}.{'a' * 15}ı@birchwood.test", False),
        (f"bounce+{NOTICE}.{'a' * 17}@birchwood.test", False),
    ],
)
def test_an_address_we_did_not_make_is_nobodys(address: str, is_like_a_mark: bool) -> None:  # noqa: FBT001 - pytest hands it over
    assert read_marks(KEYS, address) == (None, is_like_a_mark)


def test_a_mark_belongs_to_one_notice() -> None:
    mark = bounce_address(KEYS, NOTICE, BASE).text.partition(".")[2]
    assert read_marks(KEYS, f"bounce+{NOTICE[::-1]}.{mark}") == (None, True)


def test_a_forwarder_may_write_our_address_into_its_own() -> None:
    name = bounce_address(KEYS, NOTICE, BASE).text.partition("@")[0]
    for rewritten in (f"SRS0=HHH=TT=birchwood.test={name}@forward.test", f"prvs=1234567890={name}@birchwood.test"):
        assert read_marks(KEYS, rewritten) == (NOTICE, True)


def test_a_thousand_invented_marks_before_a_real_one_cost_little_and_hide_it() -> None:
    real = bounce_address(KEYS, NOTICE, BASE).text
    invented = " ".join(f"{number:032x}.{'a' * 16}" for number in range(1000))
    assert read_marks(KEYS, f"{invented} {real}") == (None, True)
