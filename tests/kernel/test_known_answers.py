"""What old letters, old codes and old entries rest on: known keys give known answers, in this release as in the last.

A test that only reads back what it made does not notice when both sides change, and every link that lies in a mailbox
is dead that day.
"""

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.kernel.secrets import tokens
from portal.kernel.secrets.keys import KeyRing, MasterKey, Purpose, SealBroken

OLD, NEW = MasterKey("old1", "2026-01-01", bytes(range(32))), MasterKey("new1", "2026-02-01", bytes(range(1, 33)))
RING = KeyRing((OLD, NEW))
ROW = bytes(range(16)).hex()
MAIL_KEY = "0123-4567-89AB-CDEF-GHJK-MNPQ"


@pytest.mark.parametrize(
    ("key_id", "token", "code", "digits"),
    [
        ("old1", "AAECAwQFBgcICQoLDA0ODw.FvyXS1dRB3-ZA9P86HeWSdSwB_SOtdRKWycwAAO2AWE", "BZFT-KM5Q-26HC", "614687"),
        ("new1", "AAECAwQFBgcICQoLDA0ODw.ets31rDrL_Y0bWuUgbcqrEqc41ZJsMsVkdXn-GM1Q-k", "VJAF-5BVC-DNZS", "970157"),
    ],
)
def test_a_row_has_the_token_the_code_and_the_digits_it_always_had(
    key_id: str, token: str, code: str, digits: str
) -> None:
    assert tokens.mint_token(RING, "link-token", ROW, key_id) == token
    assert tokens.read_token(RING, "link-token", token) == ROW
    assert tokens.mint_code(RING, ROW, key_id) == code
    assert tokens.mint_digits(RING, ROW, key_id) == digits
    assert tokens.canonical_digits(digits) == digits


@pytest.mark.parametrize(("key_id", "master"), [("old1", OLD), ("new1", NEW)])
@pytest.mark.parametrize("purpose", ["column", "ledger-chain", "ledger-head", "mail-key"])
def test_a_key_is_hkdf_of_its_master(purpose: Purpose, key_id: str, master: MasterKey) -> None:
    drawn_out = hmac.digest(bytes(32), master.secret, hashlib.sha256)  # RFC 5869: no salt is a salt of zeros
    info = f"portal/1/{purpose}".encode()
    assert RING.key(purpose, key_id) == hmac.digest(drawn_out, info + b"\1", hashlib.sha256)
    assert RING.key(purpose) == RING.key(purpose, "new1")
    assert RING.all(purpose) == [RING.key(purpose, "old1"), RING.key(purpose, "new1")]
    signer = RING.signer(key_id).private_bytes_raw()
    assert signer == RING.key("ledger-head", key_id)


@given(st.lists(st.binary(max_size=300), max_size=4), st.sampled_from(["old1", "new1"]))
def test_a_mac_is_over_its_parts_and_their_lengths(parts: list[bytes], key_id: str) -> None:
    told = b"".join(len(part).to_bytes(8, "big") + part for part in parts)
    assert RING.mac("form", *parts, key_id=key_id) == hmac.digest(RING.key("form", key_id), told, hashlib.sha256)


def test_a_key_that_nobody_has_is_named() -> None:
    with pytest.raises(KeyError, match="old2"):
        RING.key("form", "old2")
    with pytest.raises(KeyError, match="old1\\.2"):
        tokens.mint_token(RING, "link-token", ROW, "old1.2")


def test_a_sealed_value_names_its_key_and_needs_that_one() -> None:
    by_old = KeyRing((OLD,)).seal("column", b"a name", b"here")
    assert by_old[:5] == b"\x04old1"
    assert len(by_old) == 5 + 12 + len(b"a name") + 16
    assert RING.unseal("column", by_old, b"here") == b"a name"
    assert RING.seal("column", b"a name", b"here")[:5] == b"\x04new1"
    assert RING.seal("column", b"a name", b"here") != RING.seal("column", b"a name", b"here")
    for broken in (b"\x04old2" + by_old[5:], b"\x04\xff\xff\xff\xff" + by_old[5:]):
        with pytest.raises(SealBroken):
            RING.unseal("column", broken, b"here")


def test_a_code_is_looked_up_by_every_key_and_by_its_own_words_alone() -> None:
    lookups = tuple(RING.mac("code-lookup", b"BZFT-KM5Q-26HC", key_id=key_id).hex() for key_id in ("old1", "new1"))
    assert tokens.code_lookups_in(RING, "bzft km5q 26hc") == lookups
    assert tokens.code_lookups_in(RING, "bzftkm5q26hc") == lookups
    assert tokens.code_lookups_in(RING, "Type this code: BZFT-KM5Q-26HC. Thank you.") == lookups
    assert tokens.code_lookup(RING, "BZFT-KM5Q-26HC", "old1") == lookups[0]
    both = tokens.code_lookups_in(RING, "BZFT-KM5Q-26HC or VJAF-5BVC-DNZS")
    assert (both[:2], len(set(both))) == (lookups, 4)
    assert tokens.code_lookups_in(RING, "neither of them") == ()


@pytest.mark.parametrize("typed", ["BZFT-KM5Q-26H", "BZFT-KM5Q-26HCC", "BZFT-KM5Q-26HU", ""])
def test_a_code_of_another_length_or_letter_is_none(typed: str) -> None:
    assert tokens.canonical_code(typed) is None


def test_a_pasted_message_opens_by_its_first_genuine_token() -> None:
    token = tokens.mint_token(RING, "link-token", ROW)
    forged = token[:-4] + "AAAA"
    assert tokens.row_in(RING, "link-token", f"https://letters.test/o#{forged} https://letters.test/o#{token}") == ROW
    assert tokens.row_in(RING, "link-token", f"https://letters.test/o#{forged}") is None


def test_a_mail_key_is_kept_as_its_mac_with_each_key() -> None:
    kept = {key_id: RING.mac("mail-key", MAIL_KEY.encode(), key_id=key_id) for key_id in ("old1", "new1")}
    assert tokens.mail_key_macs(RING, MAIL_KEY) == kept
    assert tokens.mail_key_macs(RING, MAIL_KEY.lower().replace("-", " ").replace("0", "o")) == kept
    assert list(tokens.mail_key_macs(RING, MAIL_KEY)) == ["old1", "new1"]
    assert tokens.mail_key_macs(RING, MAIL_KEY[:-1]) == {}


def test_a_new_mail_key_is_120_bits_in_six_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    made = {tokens.new_mail_key() for _ in range(200)}
    assert len(made) == 200
    assert all(tokens.mail_key_macs(RING, one) for one in made)
    assert {len(group) for one in made for group in one.split("-")} == {4}
    assert len({letter for one in made for letter in one}) == 33  # the 32 of the alphabet, each somewhere, and the dash
    assert len({one[0] for one in made}) > 20
    monkeypatch.setattr(tokens, "new_key", lambda: bytes(range(1, 33)))
    number = int.from_bytes(bytes(range(1, 16)), "big")
    letters = [tokens._CROCKFORD[number >> 5 * place & 31] for place in reversed(range(24))]
    assert tokens.new_mail_key().replace("-", "") == "".join(letters)


def test_the_next_session_follows_from_the_browsers_secret_and_the_link() -> None:
    after = tokens.next_secret(RING, "s" * 43, ROW)
    assert after == "Inv0nsu-Dfjn1O2BnDFQaWUeRFD017-Qfl8Gxe_30m4"
    assert len({after, tokens.next_secret(RING, "t" * 43, ROW), tokens.next_secret(RING, "s" * 43, ROW[::-1])}) == 3


@given(st.binary(min_size=16, max_size=16).map(bytes.hex))
def test_digits_are_six(row_id: str) -> None:
    assert tokens.canonical_digits(tokens.mint_digits(RING, row_id, "new1")) == tokens.mint_digits(RING, row_id, "new1")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("12 34-56", "123456"),
        ("٠١٢٣٤٥", "012345"),
        ("12345", None),
        ("1234567", None),
        ("12345x", None),
        ("½23456", None),
    ],
)
def test_digits_are_taken_in_any_script_and_no_other_sign_is(typed: str, meant: str | None) -> None:
    assert tokens.canonical_digits(typed) == meant
