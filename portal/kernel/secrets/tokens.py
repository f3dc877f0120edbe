"""Tokens and typed codes: made from a row's id and a key, never stored.

A token is an itsdangerous `Signer` value over a 128-bit row id and nothing else; the row is the truth
for scope, expiry and taking back. A stolen database mints nothing, and the key alone knows no ids.
Each use has a key and a salt of its own, so no other signed value passes for a link (LIN-09).
"""

import base64
import hashlib
import hmac
import re
import unicodedata
from functools import lru_cache
from typing import Literal

from itsdangerous import Signer

from portal.kernel.ids import new_key
from portal.kernel.secrets.keys import KeyRing
from portal.kernel.text.pasted import codes_in, tokens_in

TokenUse = Literal["link-token", "sign-in-token", "setup-token"]
_SHAPE = re.compile(r"[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}")
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE_LENGTH = 12
_CODE_BITS = 5 * _CODE_LENGTH
_MAIL_KEY_LENGTH = 24
_DIGITS = 6
_APART = re.compile(r"[\s\-–—‐‑.\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_LOOKS_LIKE = str.maketrans({"O": "0", "I": "1", "L": "1"})


@lru_cache(maxsize=64)
def _signer(use: TokenUse, key: bytes) -> Signer:
    return Signer(key, salt=b"portal." + use.encode(), sep=".", key_derivation="hmac", digest_method=hashlib.sha256)


def mint_token(keys: KeyRing, use: TokenUse, row_id: str, key_id: str | None = None) -> str:
    """Return the token for a row, by the newest or the named key: 66 characters that are safe in a URL fragment.

    A link's token and its code are of one key, so that whoever holds that key is shut out of both at once. Raises
    `KeyError` when the key is gone or dead.
    """
    subject = base64.urlsafe_b64encode(bytes.fromhex(row_id)).rstrip(b"=")
    return _signer(use, keys.key(use, key_id)).sign(subject).decode()


def read_token(keys: KeyRing, use: TokenUse, token: str) -> str | None:
    """Return the row id a token is signed for, or None.

    Only the one canonical spelling passes: base64 and itsdangerous accept several spellings of a token.
    Every key in the file that is not dead is tried (a rotation keeps old links alive). No database is asked.
    """
    if not _SHAPE.fullmatch(token):
        return None
    subject, _, _ = token.partition(".")
    row_id = base64.urlsafe_b64decode(subject + "==").hex()
    canonical = base64.urlsafe_b64encode(bytes.fromhex(row_id)).rstrip(b"=")
    genuine = False
    for key in keys.all(use):
        genuine |= hmac.compare_digest(_signer(use, key).sign(canonical), token.encode())
    return row_id if genuine else None


def mint_code(keys: KeyRing, link_id: str, key_id: str) -> str:
    """Return a link's typed code: 60 bits in Crockford base32 as XXXX-XXXX-XXXX. Raises `KeyError`."""
    digest = keys.mac("typed-code", bytes.fromhex(link_id), key_id=key_id)
    number = int.from_bytes(digest[:8], "big") >> (64 - _CODE_BITS)
    return _in_groups(number, _CODE_LENGTH)


def canonical_code(typed: str) -> str | None:
    """Return what a person meant by a typed code, or None: case, blanks, dashes, O/0 and I/L/1 forgiven.

    So are the unseen marks around a code that is copied out of a text read from right to left.
    """
    return _canonical(typed, _CODE_LENGTH)


def new_mail_key() -> str:
    """Return a fresh mail key: 120 random bits in Crockford base32, as six groups of four. Nothing derives it."""
    return _in_groups(int.from_bytes(new_key()[: _MAIL_KEY_LENGTH * 5 // 8], "big"), _MAIL_KEY_LENGTH)


def mail_key_macs(keys: KeyRing, typed: str) -> dict[str, bytes]:
    """Return the keyed hashes that a mail key may be kept as, by key id, oldest first; none where it cannot be one."""
    mail_key = _canonical(typed, _MAIL_KEY_LENGTH)
    if mail_key is None:
        return {}
    return {key_id: keys.mac("mail-key", mail_key.encode(), key_id=key_id) for key_id in keys.ids("mail-key")}


def _in_groups(number: int, length: int) -> str:
    letters = "".join(_CROCKFORD[number >> shift & 31] for shift in range(5 * (length - 1), -1, -5))
    return "-".join(letters[at : at + 4] for at in range(0, length, 4))


def _canonical(typed: str, length: int) -> str | None:
    letters = _APART.sub("", typed).upper().translate(_LOOKS_LIKE)
    if len(letters) != length or any(letter not in _CROCKFORD for letter in letters):
        return None
    return "-".join(letters[at : at + 4] for at in range(0, length, 4))


def next_secret(keys: KeyRing, secret: str, link_id: str) -> str:
    """Return the secret of the session that follows a browser's when it opens a link: 256 bits, text for a cookie.

    The same for a link pressed twice, so that a browser which hears either answer is left with one that opens.
    """
    return base64.urlsafe_b64encode(keys.mac("next-session", secret.encode(), bytes.fromhex(link_id))).decode()[:-1]


def mint_digits(keys: KeyRing, challenge_id: str, key_id: str) -> str:
    """Return the 6 digits of a challenge. Raises `KeyError`.

    Neither the digits nor a hash of them is stored: a million hashes are tried in a second. They follow from the
    challenge's id, 128 random bits, and the key, so the site and the worker agree on them, and whoever has the
    database alone learns nothing (ASVS V6.5.2).
    """
    digest = keys.mac("mailed-code", bytes.fromhex(challenge_id), key_id=key_id)
    return f"{int.from_bytes(digest, 'big') % 10**_DIGITS:0{_DIGITS}}"


def canonical_digits(typed: str) -> str | None:
    """Return the 6 digits a person meant, or None: blanks, dashes and the digits of other scripts are forgiven."""
    digits = [unicodedata.decimal(digit, None) for digit in _APART.sub("", typed)]
    if len(digits) != _DIGITS or None in digits:
        return None
    return "".join(str(digit) for digit in digits)


def code_lookup(keys: KeyRing, code: str, key_id: str) -> str:
    """Return the keyed hash by which a canonical code is found, as 64 hexadecimal digits."""
    return keys.mac("code-lookup", code.encode(), key_id=key_id).hex()


def row_in(keys: KeyRing, use: TokenUse, text: str) -> str | None:
    """Return the row id of the first genuine token in a pasted text, or None. No database is asked."""
    return next((row for token in tokens_in(text) if (row := read_token(keys, use, token))), None)


def code_lookups_in(keys: KeyRing, text: str) -> tuple[str, ...]:
    """Return the keyed hashes of a typed code, or of the codes in a pasted message, with every key there is."""
    whole = canonical_code(text)
    codes = [whole] if whole else [code for one in codes_in(text) if (code := canonical_code(one))]
    return tuple(code_lookup(keys, code, key_id) for code in codes for key_id in keys.ids("code-lookup"))
