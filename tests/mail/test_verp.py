"""Envelope senders come back as bounces; only our own are believed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.kernel.keys import KeyRing, MasterKey
from portal.mail.verp import bounce_address, read_bounce_address

OLD = MasterKey("k-old", "2025-01-01", b"o" * 32)
NEW = MasterKey("k-new", "2025-06-01", b"n" * 32)
KEYS = KeyRing((OLD,))
NOTICE = "0123456789abcdef" * 2


@given(st.binary(min_size=16, max_size=16).map(bytes.hex))
def test_every_notice_is_found_again(notice_id: str) -> None:
    address = bounce_address(KEYS, notice_id, "birchwood.test")
    assert read_bounce_address(KEYS, address.text) == notice_id
    assert len(address.text.partition("@")[0]) <= 64


def test_a_bounce_in_capitals_is_the_same() -> None:
    assert read_bounce_address(KEYS, bounce_address(KEYS, NOTICE, "birchwood.test").text.upper()) == NOTICE


def test_a_bounce_comes_back_after_a_rotation_and_not_after_the_key_is_gone() -> None:
    address = bounce_address(KEYS, NOTICE, "birchwood.test").text
    assert read_bounce_address(KeyRing((OLD, NEW)), address) == NOTICE
    assert read_bounce_address(KeyRing((NEW,)), address) is None


@pytest.mark.parametrize(
    "address",
    [
        "",
        "bounce@birchwood.test",
        f"bounce+{NOTICE}@birchwood.test",
        f"bounce+{NOTICE}.{'a' * 16}@birchwood.test",
        f"bounce+{NOTICE}.{'a' * 15}ı@birchwood.test",
        f"bounce+{NOTICE}.{'a' * 16}@one@birchwood.test",
    ],
)
def test_an_address_we_did_not_make_is_nobodys(address: str) -> None:
    assert read_bounce_address(KEYS, address) is None


def test_a_mark_belongs_to_one_notice() -> None:
    mark = bounce_address(KEYS, NOTICE, "birchwood.test").text.partition(".")[2]
    assert read_bounce_address(KEYS, f"bounce+{NOTICE[::-1]}.{mark}") is None
