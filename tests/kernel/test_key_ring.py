"""A ring takes up what its file says while the portal runs, and a dead key lets nobody in but still reads."""

import json
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import pytest

from portal.kernel.errors import StartRefused
from portal.kernel.log import start_logging
from portal.kernel.secrets import keys as kernel_keys
from portal.kernel.secrets import tokens
from portal.kernel.secrets.keyfile import replace_file, rotate_key_file
from portal.kernel.secrets.keys import PART_OF, KeyRing, Purpose, SealBroken, load_key_file

NOW = datetime(2026, 8, 6, tzinfo=UTC)
LETS_IN = {"link", "sign-in", "code", "form", "envelope"}
ROW = bytes(range(16)).hex()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "portal.keys"
    replace_file(path, f"k001 2026-01-01 {'01234567' * 8}\n")
    return path


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Callable[[], list[dict[str, Any]]]:
    start_logging()

    def read() -> list[dict[str, Any]]:
        lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
        return [{name: line[name] for name in line if name != "timestamp"} for line in lines]

    return read


class Seconds:
    """A clock that counts seconds when it is told to."""

    def __init__(self) -> None:
        self.now = 5000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> Seconds:
    seconds = Seconds()
    monkeypatch.setattr(time, "monotonic", seconds)
    return seconds


@pytest.mark.parametrize("purpose", get_args(Purpose))
def test_a_dead_key_lets_nobody_in_and_reads_what_it_wrote(path: Path, purpose: Purpose) -> None:
    ring = load_key_file(path)
    before = ring.key(purpose, "k001")
    rotate_key_file(path, PART_OF[purpose], compromised=True, now=NOW)
    ring.look_again()
    assert ring.ids(purpose) == ("k001.2",)
    assert ring.order(purpose) == ("k001", "k001.2")
    assert ring.newest(purpose) == "k001.2"
    assert ring.all(purpose) == [ring.key(purpose, "k001.2")] == [ring.key(purpose)]
    if PART_OF[purpose] in LETS_IN:
        with pytest.raises(KeyError, match=r"^'k001'$"):
            ring.key(purpose, "k001")
    else:
        assert ring.key(purpose, "k001") == before
    assert before not in ring.all(purpose)


def test_a_version_makes_another_key_of_the_same_master(path: Path) -> None:
    for _ in range(2):
        rotate_key_file(path, "ledger", compromised=False, now=NOW)
    ring = load_key_file(path)
    assert ring.ids("ledger-chain") == ("k001", "k001.2", "k001.3")
    assert len(set(ring.all("ledger-chain"))) == 3
    assert ring.signer().private_bytes_raw() == ring.key("ledger-head", "k001.3")
    assert ring.ids("link-token") == ("k001",)
    assert repr(ring) == "KeyRing(['k001'])"


def test_what_a_dead_key_signed_is_known_as_once_real(path: Path) -> None:
    ring = load_key_file(path)
    assert ring.given_up("link") is None
    token, sign_in = (tokens.mint_token(ring, use, ROW) for use in ("link-token", "sign-in-token"))
    rotate_key_file(path, "link", compromised=True, now=NOW)
    rotate_key_file(path, "link", compromised=False, now=NOW)
    ring.look_again()
    assert tokens.read_token(ring, "link-token", token) is None
    dead = ring.given_up("link")
    assert dead is not None
    assert dead.ids("link-token") == ("k001",)
    assert tokens.read_token(dead, "link-token", token) == ROW
    assert tokens.read_token(dead, "sign-in-token", sign_in) == ROW  # of the other parts it knows what the ring knows
    assert tokens.read_token(dead, "link-token", tokens.mint_token(ring, "link-token", ROW)) is None
    assert ring.given_up("form") is None


def test_a_file_is_looked_at_again_after_a_moment_and_not_before(path: Path, seconds: Seconds) -> None:
    ring = load_key_file(path)
    rotate_key_file(path, "link", compromised=False, now=NOW)
    for _ in range(3):
        assert ring.newest("link-token") == "k001"
    seconds.now += 0.125  # less than a fifth of a second
    assert ring.newest("link-token") == "k001"
    seconds.now += 0.125
    assert ring.newest("link-token") == "k001.2"
    rotate_key_file(path, "link", compromised=False, now=NOW)
    seconds.now += 0.125
    assert ring.newest("link-token") == "k001.2"  # it counts from the last look
    seconds.now += 0.125
    assert ring.newest("link-token") == "k001.3"


def test_an_unchanged_file_is_not_read_again(path: Path, told: Callable[[], list[Any]]) -> None:
    ring = load_key_file(path)
    path.chmod(0o644)  # which would stop a reading
    ring.look_again()
    assert told() == []


def test_a_new_file_is_told_by_its_keys_ids(path: Path, told: Callable[[], list[Any]]) -> None:
    ring = load_key_file(path)
    rotate_key_file(path, "link", compromised=False, now=NOW)
    ring.look_again()
    ring.look_again()
    read_again = {"room": "keys", "keys": "KeyRing(['k001'])", "event": "key file read again", "level": "info"}
    assert told() == [read_again]


def test_a_broken_or_missing_file_changes_nothing_and_is_told_once(
    path: Path, told: Callable[[], list[Any]], seconds: Seconds
) -> None:
    ring = load_key_file(path)
    key = ring.key("link-token")
    not_read = {"room": "keys", "error": "StartRefused", "event": "key file not read again", "level": "error"}
    replace_file(path, "nonsense\n")
    for _ in range(3):
        seconds.now += 1
        assert ring.key("link-token") == key
    assert told() == [not_read]
    path.unlink()
    for _ in range(3):
        seconds.now += 1
        assert ring.key("link-token") == key
    assert told() == [not_read]


@pytest.mark.parametrize("changed", ["inode", "time", "size"])
def test_a_file_is_another_by_its_place_its_time_or_its_size(path: Path, changed: str) -> None:
    ring = load_key_file(path)
    was, text = path.stat(), path.read_text()
    path.chmod(0o600)
    other = text.replace("k001", "k002") + ("# longer\n" if changed == "size" else "")
    if changed == "inode":
        path.rename(path.with_name("before"))
    path.write_text(other)
    path.chmod(0o400)
    moved = was.st_mtime_ns + (1 if changed == "time" else 0)
    os.utime(path, ns=(was.st_atime_ns, moved))
    ring.look_again()
    assert ring.newest("link-token") == "k002"


def test_a_ring_of_nothing_starts_nothing() -> None:
    with pytest.raises(StartRefused) as refused:
        KeyRing(())
    assert refused.value.sentence == "The key file holds no key. Run `portal init`."


def test_a_key_is_derived_once(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ring = load_key_file(path)
    key = ring.key("column")
    monkeypatch.setattr(kernel_keys, "HKDF", None)
    assert ring.key("column") == ring.key("column", "k001") == key


def test_a_value_that_a_dead_key_sealed_still_opens_where_it_is_kept(path: Path) -> None:
    ring = load_key_file(path)
    column, envelope = (ring.seal(purpose, b"a name", b"here") for purpose in ("column", "envelope"))
    rotate_key_file(path, None, compromised=True, now=NOW)
    ring.look_again()
    assert ring.unseal("column", column, b"here") == b"a name"
    with pytest.raises(SealBroken):
        ring.unseal("envelope", envelope, b"here")


def test_a_value_is_sealed_with_the_key_it_names_though_the_file_is_turned_meanwhile(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring = load_key_file(path)
    real = KeyRing.newest

    def turned_behind_it(held: KeyRing, purpose: Purpose) -> str:
        newest = real(held, purpose)
        rotate_key_file(path, "column", compromised=False, now=NOW)
        held.look_again()
        return newest

    monkeypatch.setattr(KeyRing, "newest", turned_behind_it)
    sealed = ring.seal("column", b"a name", b"here")
    assert sealed.startswith(b"\x04k001")
    assert ring.unseal("column", sealed, b"here") == b"a name"
    assert ring.ids("column") == ("k001", "k001.2")
