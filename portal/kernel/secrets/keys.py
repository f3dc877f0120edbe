"""The keys at hand and what is derived from them: one key per purpose, oldest to newest.

HKDF-SHA-256 (RFC 5869) with the purpose and a version in the info keeps purposes apart, so a session key can
never sign a link (hostile case LIN-09), and lets one part of the portal turn its keys alone. A ring that was read
from a file reads it again when it is another: a rotation needs no restart.
"""

import hashlib
import hmac
import secrets
import time
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Final, Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from portal.kernel.errors import StartRefused
from portal.kernel.log import log
from portal.kernel.secrets.keyfile import KeyFile, MasterKey, Part, key_file_of, make_key_file, read_key_file

__all__ = ["KeyRing", "MasterKey", "Purpose", "SealBroken", "load_key_file", "make_key_file"]

Purpose = Literal[
    "link-token",
    "sign-in-token",
    "setup-token",
    "handshake",
    "typed-code",
    "code-lookup",
    "next-session",
    "mailed-code",
    "ledger-chain",
    "ledger-head",
    "column",
    "data-key",
    "envelope",
    "form",
    "reason",
    "provider-token",
    "rate-limit",
    "mail-key",
    "arrival",
    "backup",
]
PART_OF: Final[dict[Purpose, Part]] = {
    "link-token": "link",
    "typed-code": "link",
    "code-lookup": "link",
    "next-session": "link",
    "sign-in-token": "sign-in",
    "setup-token": "sign-in",
    "handshake": "sign-in",
    "mailed-code": "code",
    "ledger-chain": "ledger",
    "ledger-head": "ledger",
    "column": "column",
    "data-key": "data-key",
    "envelope": "envelope",
    "form": "form",
    "reason": "ledger",
    "provider-token": "sign-in",
    "rate-limit": "form",
    "mail-key": "sign-in",
    "arrival": "column",
    "backup": "data-key",
}
_LETS_IN: Final[frozenset[Part]] = frozenset({"link", "sign-in", "code", "form", "envelope"})
"""Parts whose dead keys do nothing more. A dead key of the others still reads what was written with it."""

_LOOK_EVERY: Final = 0.2
"""Seconds between two looks at the key file; an append to the ledger looks at once."""
_NONCE: Final = 12


@dataclass(frozen=True)
class _Held:
    """One reading of the key file, and what was derived from it."""

    file: KeyFile

    @cached_property
    def _masters(self) -> dict[str, MasterKey]:
        return {master.id: master for master in self.file.masters}

    @cached_property
    def _derived(self) -> dict[tuple[Purpose, str], bytes]:
        return {}

    def key(self, purpose: Purpose, key_id: str) -> bytes:
        """Return a key by its id. Raises `KeyError` for one that is unknown, or dead and lets somebody in."""
        found = self._derived.get((purpose, key_id))
        if found is None:
            found = self._derived[purpose, key_id] = self._derive(purpose, key_id)
        return found

    def _derive(self, purpose: Purpose, key_id: str) -> bytes:
        part = PART_OF[purpose]
        known = self.file.live(part) if part in _LETS_IN else self.file.lines[part]
        if key_id not in known:
            raise KeyError(key_id)
        master, _, version = key_id.partition(".")
        info = f"portal/{version or 1}/{purpose}".encode()
        return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(self._masters[master].secret)


class KeyRing:
    """All keys the portal holds. Never printed, never logged."""

    def __init__(self, masters: tuple[MasterKey, ...], *, path: Path | None = None) -> None:
        """Take at least one master key, oldest first; or the file to read them from, now and whenever it changes.

        Raises `StartRefused`.
        """
        if not masters and path is None:
            raise StartRefused("The key file holds no key. Run `portal init`.")
        self._path = path
        self._stamp = _stamp(path) if path else None
        self._held = _Held(read_key_file(path) if path else key_file_of(masters))
        self._looked_at = time.monotonic()

    def __repr__(self) -> str:
        """Name the keys, not the secrets."""
        return f"KeyRing({[master.id for master in self._held.file.masters]})"

    def look_again(self) -> None:
        """Read the key file again if it is another now; one that cannot be read changes nothing and is told."""
        self._looked_at = time.monotonic()
        if self._path is None or (stamp := _stamp(self._path)) == self._stamp:
            return
        try:
            self._held = _Held(read_key_file(self._path))
        except StartRefused as error:
            log("keys").error("key file not read again", error=type(error).__name__)
        else:
            log("keys").info("key file read again", keys=repr(self))
        self._stamp = stamp

    def _at_hand(self) -> _Held:
        if self._path is not None and time.monotonic() - self._looked_at > _LOOK_EVERY:
            self.look_again()
        return self._held

    def newest(self, purpose: Purpose) -> str:
        """Return the id of the key that new things of a purpose are made with."""
        return self._at_hand().file.live(PART_OF[purpose])[-1]

    def ids(self, purpose: Purpose) -> tuple[str, ...]:
        """Return the ids of a purpose's keys that are not dead, oldest first."""
        return self._at_hand().file.live(PART_OF[purpose])

    def order(self, purpose: Purpose) -> tuple[str, ...]:
        """Return the ids of all keys that a purpose ever had, dead ones too, oldest first."""
        return self._at_hand().file.lines[PART_OF[purpose]]

    def given_up(self, part: Part) -> "KeyRing | None":
        """Return a ring of one part's dead keys alone, or None: what it knows was once real, and lets nobody in."""
        file = self._at_hand().file
        dead = tuple(key_id for key_id in file.lines[part] if (key_id, part) in file.dead)
        if not dead:
            return None
        ring = KeyRing(file.masters)
        ring._held = _Held(replace(file, lines={**file.lines, part: dead}, dead=frozenset()))
        return ring

    def key(self, purpose: Purpose, key_id: str | None = None) -> bytes:
        """Return the 32-byte key for `purpose`, the newest or the named one. Raises `KeyError`."""
        held = self._at_hand()
        return held.key(purpose, key_id or held.file.live(PART_OF[purpose])[-1])

    def all(self, purpose: Purpose) -> list[bytes]:
        """Return the keys for `purpose` that are not dead, oldest to newest."""
        held = self._at_hand()
        return [held.key(purpose, key_id) for key_id in held.file.live(PART_OF[purpose])]

    def mac(self, purpose: Purpose, *parts: bytes, key_id: str | None = None) -> bytes:
        """Return HMAC-SHA-256 over length-prefixed `parts`, so no two lists of parts look alike."""
        message = b"".join([len(part).to_bytes(8, "big") + part for part in parts])
        return hmac.digest(self.key(purpose, key_id), message, hashlib.sha256)

    def signer(self, key_id: str | None = None) -> Ed25519PrivateKey:
        """Return the key that signs ledger heads (RFC 8032)."""
        return Ed25519PrivateKey.from_private_bytes(self.key("ledger-head", key_id))

    def seal(self, purpose: Purpose, plain: bytes, bound_to: bytes) -> bytes:
        """Encrypt a short value with AES-256-GCM, bound to where it is kept; at most 64 KiB."""
        nonce = secrets.token_bytes(_NONCE)
        newest = self.newest(purpose)
        key_id = newest.encode()
        sealed = _cipher(self.key(purpose, newest)).encrypt(nonce, plain, key_id + b"\0" + bound_to)
        return bytes([len(key_id)]) + key_id + nonce + sealed

    def unseal(self, purpose: Purpose, sealed: bytes, bound_to: bytes) -> bytes:
        """Decrypt what `seal` made. Raises `SealBroken` when a byte, the key or the place is another."""
        length = sealed[0]
        key_id, rest = sealed[1 : 1 + length], sealed[1 + length :]
        try:
            key = self.key(purpose, key_id.decode())
            return _cipher(key).decrypt(rest[:_NONCE], rest[_NONCE:], key_id + b"\0" + bound_to)
        except (InvalidTag, KeyError, UnicodeDecodeError):
            raise SealBroken from None


class SealBroken(StartRefused):
    """A sealed value does not open with the keys at hand. Nothing was shown."""


@cache
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def load_key_file(path: Path) -> KeyRing:
    """Read the key file. Raises `StartRefused` when it is missing, open to others, short or a default."""
    return KeyRing((), path=path)
