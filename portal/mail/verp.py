"""Envelope senders that say which notice bounced, and that nobody else can make up (VERP, signed).

A local part is at most 64 octets (RFC 5321, 4.5.3.1.1) and comes back in any case: hexadecimal and base32
survive both.
"""

import base64
import hmac
import re

from portal.kernel.addresses import OneAddress
from portal.kernel.keys import KeyRing

_SHAPE = re.compile(r"bounce\+([0-9a-f]{32})\.([a-z2-7]{16})@[^@]+", re.ASCII)


def bounce_address(keys: KeyRing, notice_id: str, domain: str) -> OneAddress:
    """Return the envelope sender of one notice: 56 octets before the `@`. Raises `NotOneAddress`."""
    return OneAddress.parse(f"bounce+{notice_id}.{_mark(keys, notice_id, keys.newest_id)}@{domain}")


def read_bounce_address(keys: KeyRing, address: str) -> str | None:
    """Return the notice id an envelope sender was made for, or None when we did not make it.

    Every key still in the file is tried, so a bounce may come back after a rotation.
    """
    found = _SHAPE.fullmatch(address.strip().lower())
    if found is None:
        return None
    notice_id, mark = found.groups()
    genuine = False
    for key_id in keys.ids:
        genuine |= hmac.compare_digest(_mark(keys, notice_id, key_id), mark)
    return notice_id if genuine else None


def _mark(keys: KeyRing, notice_id: str, key_id: str) -> str:
    digest = keys.mac("envelope", bytes.fromhex(notice_id), key_id=key_id)
    return base64.b32encode(digest[:10]).decode().lower()
