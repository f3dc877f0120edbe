"""The key file and what is derived from it: one key per purpose, oldest to newest.

A line is `id created secret`; the newest is last. HKDF-SHA-256 (RFC 5869) with the purpose and a version
in the info keeps purposes apart, so a session key can never sign a link (hostile case LIN-09).
"""

import hashlib
import hmac
import os
import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from portal.kernel.errors import StartRefused

Purpose = Literal[
    "link-token",
    "sign-in-token",
    "handshake",
    "typed-code",
    "code-lookup",
    "mailed-code",
    "ledger-chain",
    "ledger-head",
    "column",
    "data-key",
    "envelope",
    "form",
]
_VERSION = 1
_LINE = re.compile(r"(?P<id>[a-z0-9-]{4,40}) (?P<created>\d{4}-\d\d-\d\d) (?P<secret>[0-9a-f]{64,})")
_NONCE = 12


@dataclass(frozen=True, slots=True)
class MasterKey:
    """One line of the key file; at least 256 bits of secret."""

    id: str
    created: str
    secret: bytes = field(repr=False)


class KeyRing:
    """All keys the portal holds. Never printed, never logged."""

    def __init__(self, masters: tuple[MasterKey, ...]) -> None:
        """Take at least one master key, oldest first. Raises `StartRefused`."""
        if not masters:
            raise StartRefused("The key file holds no key. Run `portal init`.")
        self._masters = {master.id: master for master in masters}
        self._derived = cache(self._derive)

    def __repr__(self) -> str:
        """Name the keys, not the secrets."""
        return f"KeyRing({list(self._masters)})"

    @property
    def newest_id(self) -> str:
        """The id of the key that new things are made with."""
        return next(reversed(self._masters))

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of all keys, oldest first."""
        return tuple(self._masters)

    def key(self, purpose: Purpose, key_id: str | None = None) -> bytes:
        """Return the 32-byte key for `purpose` of the newest, or the named, master key. Raises `KeyError`."""
        return self._derived(purpose, key_id or self.newest_id)

    def all(self, purpose: Purpose) -> list[bytes]:
        """Return the keys for `purpose`, oldest to newest, as itsdangerous wants them."""
        return [self._derived(purpose, key_id) for key_id in self._masters]

    def mac(self, purpose: Purpose, *parts: bytes, key_id: str | None = None) -> bytes:
        """Return HMAC-SHA-256 over length-prefixed `parts`, so no two lists of parts look alike."""
        message = b"".join(len(part).to_bytes(8, "big") + part for part in parts)
        return hmac.new(self.key(purpose, key_id), message, hashlib.sha256).digest()

    def signer(self, key_id: str | None = None) -> Ed25519PrivateKey:
        """Return the key that signs ledger heads (RFC 8032)."""
        return Ed25519PrivateKey.from_private_bytes(self.key("ledger-head", key_id))

    def seal(self, purpose: Purpose, plain: bytes, bound_to: bytes) -> bytes:
        """Encrypt a short value with AES-256-GCM, bound to where it is kept; at most 64 KiB."""
        nonce = secrets.token_bytes(_NONCE)
        key_id = self.newest_id.encode()
        sealed = _cipher(self.key(purpose)).encrypt(nonce, plain, key_id + b"\0" + bound_to)
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

    def _derive(self, purpose: Purpose, key_id: str) -> bytes:
        secret = self._masters[key_id].secret
        info = f"portal/{_VERSION}/{purpose}".encode()
        return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(secret)


class SealBroken(StartRefused):
    """A sealed value does not open with the keys at hand. Nothing was shown."""


@cache
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)


def make_key_file(path: Path, now: datetime) -> None:
    """Write a new key file with one key, mode 0400. An existing file is never touched."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    created = f"{now:%Y-%m-%d}"
    line = f"k{secrets.token_hex(4)} {created} {secrets.token_hex(32)}\n"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    with os.fdopen(handle, "w") as file:
        file.write(line)
        file.flush()
        os.fsync(file.fileno())


def load_key_file(path: Path) -> KeyRing:
    """Read the key file. Raises `StartRefused` when it is missing, open to others, short or a default."""
    try:
        if path.stat().st_mode & 0o077:
            raise StartRefused(f"Others on this machine may read the key file {path}. Run `chmod 0400 {path}`.")
        lines = path.read_text(encoding="ascii").splitlines()
    except FileNotFoundError:
        raise StartRefused(f"There is no key file at {path}. Run `portal init`, or set PORTAL_KEY_FILE.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise StartRefused(f"The key file {path} cannot be read: {error}.") from None
    masters = []
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        found = _LINE.fullmatch(line.strip())
        if found is None or len(set(found["secret"])) < 8:
            raise StartRefused(
                f"Line {number} of the key file {path} is not a key: it needs an id, a date and 64 or more "
                "random hexadecimal digits."
            )
        masters.append(MasterKey(found["id"], found["created"], bytes.fromhex(found["secret"])))
    if len({master.id for master in masters}) < len(masters):
        raise StartRefused(f"Two keys in {path} have one id.")
    return KeyRing(tuple(masters))
