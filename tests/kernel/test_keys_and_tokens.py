"""Keys start nothing when they are missing, short or a default; tokens have one spelling and one use."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.kernel.errors import StartRefused
from portal.kernel.secrets import tokens
from portal.kernel.secrets.keyfile import replace_file
from portal.kernel.secrets.keys import PART_OF, KeyRing, MasterKey, Purpose, SealBroken, load_key_file, make_key_file

OLD = MasterKey("old1", "2026-01-01", bytes(range(32)))
RING = KeyRing((OLD, MasterKey("new1", "2026-02-01", bytes(range(1, 33)))))
OTHER = KeyRing((MasterKey("old1", "2026-01-01", bytes(range(2, 34))),))
ids = st.binary(min_size=16, max_size=16).map(bytes.hex)
NOW = datetime(2026, 8, 6, tzinfo=UTC)


def test_a_key_file_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "portal.keys"
    make_key_file(path, NOW)
    assert path.stat().st_mode & 0o777 == 0o400
    assert len(load_key_file(path).ids("link-token")) == 1
    with pytest.raises(FileExistsError):
        make_key_file(path, NOW)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "# nothing\n",
        "k1 2026-01-01 \n",
        "k1 2026-01-01 abcd\n",
        f"k1 2026-01-01 {'0' * 64}\n",
        f"k1 2026-01-01 {'changeme' * 8}\n",
        f"k001 2026-01-01 {'0123456789abcdef' * 4}\nk001 2026-01-02 {'123456789abcdef0' * 4}\n",
    ],
)
def test_a_missing_short_default_or_doubled_key_stops_the_start(tmp_path: Path, content: str) -> None:
    path = tmp_path / "portal.keys"
    with pytest.raises(StartRefused):
        load_key_file(path)
    path.write_text(content)
    path.chmod(0o400)
    with pytest.raises(StartRefused):
        load_key_file(path)


def test_a_key_file_that_others_may_read_stops_the_start(tmp_path: Path) -> None:
    path = tmp_path / "portal.keys"
    make_key_file(path, NOW)
    path.chmod(0o444)
    with pytest.raises(StartRefused, match="chmod 0400"):
        load_key_file(path)


def test_a_file_of_secrets_that_cannot_be_put_in_place_leaves_nothing_behind(tmp_path: Path) -> None:
    place = tmp_path / "portal.keys.head"
    place.mkdir()  # which no file replaces
    for _ in range(3):
        with pytest.raises(StartRefused):
            replace_file(place, "a secret")
    assert list(tmp_path.iterdir()) == [place]


def test_keys_never_show_themselves() -> None:
    assert OLD.secret.hex() not in repr(RING) + repr(OLD)


def test_each_purpose_has_a_key_of_its_own() -> None:
    purposes = (
        "link-token",
        "sign-in-token",
        "setup-token",
        "typed-code",
        "code-lookup",
        "ledger-chain",
        "column",
        "data-key",
        "envelope",
        "form",
    )
    assert len({RING.key(purpose) for purpose in purposes}) == len(purposes)


@given(ids)
def test_a_token_reads_back_and_old_keys_still_open(row_id: str) -> None:
    old = KeyRing((OLD,))
    assert tokens.read_token(RING, "link-token", tokens.mint_token(RING, "link-token", row_id)) == row_id
    assert tokens.read_token(RING, "link-token", tokens.mint_token(old, "link-token", row_id)) == row_id
    assert tokens.read_token(OTHER, "link-token", tokens.mint_token(RING, "link-token", row_id)) is None
    assert tokens.read_token(RING, "sign-in-token", tokens.mint_token(RING, "link-token", row_id)) is None
    assert len(tokens.mint_token(RING, "link-token", row_id)) == 66


@given(st.text(max_size=200))
def test_no_text_is_a_token_and_none_raises(text: str) -> None:
    assert tokens.read_token(RING, "link-token", text) is None
    assert tokens.row_in(RING, "link-token", text) is None
    tokens.canonical_code(text)


@pytest.mark.parametrize("text", ["a" * 100_000, "\0", "💌" * 30, "%00", "a\r\nb", ".eJwrSS0uAQAEXQHB", "=" * 66])
def test_hostile_texts_are_no_token(text: str) -> None:
    assert tokens.read_token(RING, "link-token", text) is None


@given(ids)
def test_another_spelling_of_the_same_bits_is_refused(row_id: str) -> None:
    token = tokens.mint_token(RING, "link-token", row_id)
    subject, _, signature = token.partition(".")
    for last in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_":
        for changed in (f"{subject[:-1]}{last}.{signature}", f"{subject}.{signature[:-1]}{last}"):
            assert (tokens.read_token(RING, "link-token", changed) == row_id) is (changed == token)
    assert tokens.read_token(RING, "link-token", f"{subject}==.{signature}") is None


@given(ids, st.sampled_from(["old1", "new1"]))
def test_a_code_reads_back_however_it_is_typed(row_id: str, key_id: str) -> None:
    code = tokens.mint_code(RING, row_id, key_id)
    assert tokens.canonical_code(code) == code
    for typed in (
        code.lower(),
        code.replace("-", " "),
        code.replace("-", ""),
        code.replace("0", "O").replace("1", "l"),
    ):
        assert tokens.canonical_code(typed) == code
    assert code not in tokens.code_lookup(RING, code, key_id)


@given(st.binary(max_size=200))
def test_a_sealed_value_opens_in_its_place_alone(plain: bytes) -> None:
    sealed = RING.seal("column", plain, b"here")
    assert RING.unseal("column", sealed, b"here") == plain
    for wrong in (
        lambda: RING.unseal("column", sealed, b"there"),
        lambda: RING.unseal("data-key", sealed, b"here"),
        lambda: OTHER.unseal("column", sealed, b"here"),
        lambda: RING.unseal("column", sealed[:-1] + bytes([sealed[-1] ^ 1]), b"here"),
    ):
        with pytest.raises(SealBroken):
            wrong()


def test_randomness_is_the_systems() -> None:
    from portal.kernel.ids import new_id, new_secret

    assert len({new_id() for _ in range(1000)}) == 1000
    assert len(new_secret()) == 43
    assert os.urandom


def test_every_purpose_belongs_to_a_part_that_can_be_rotated() -> None:
    assert set(PART_OF) == set(get_args(Purpose))
