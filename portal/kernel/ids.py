"""The only place that makes randomness."""

import secrets


def new_id() -> str:
    """Return a fresh identifier: 128 random bits as 32 lower-case hexadecimal digits.

    Every id may leave the server, so none of them tells an order or a time (ASVS V6.4, V9).
    """
    return secrets.token_hex(16)


def new_secret() -> str:
    """Return 256 random bits as text that is safe in a cookie or a fragment."""
    return secrets.token_urlsafe(32)


def new_key() -> bytes:
    """Return 256 random bits for a cipher."""
    return secrets.token_bytes(32)


def is_id(text: str) -> bool:
    """Tell whether `text` has the shape of an id, before a database is asked about it."""
    return len(text) == 32 and all(letter in "0123456789abcdef" for letter in text)


def jitter() -> float:
    """Return a random number in [0, 1) that spreads what would else happen all at once; not a secret."""
    return secrets.randbelow(1 << 32) / (1 << 32)
