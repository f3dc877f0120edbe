"""Envelope senders that say which notice bounced, and that nobody else can make up (VERP, signed).

A local part is at most 64 octets (RFC 5321, 4.5.3.1.1) and comes back in any case: hexadecimal and base32
survive both.
"""

import base64
import hmac
import re

from portal.kernel.secrets.keys import KeyRing
from portal.kernel.text.addresses import OneAddress

_MARK = re.compile(r"(?<![0-9a-f])([0-9a-f]{32})\.([a-z2-7]{16})(?![a-z0-9])", re.ASCII)
_MOST_MARKS = 50


def bounce_address(keys: KeyRing, notice_id: str, base: OneAddress) -> OneAddress:
    """Return the envelope sender of one notice: the base address with the notice and its mark in it.

    Raises `NotOneAddress` when the base's own name is longer than 14 octets.
    """
    name, _, domain = base.text.rpartition("@")
    return OneAddress.parse(f"{name}+{notice_id}.{_mark(keys, notice_id, keys.newest('envelope'))}@{domain}")


def read_marks(keys: KeyRing, text: str) -> tuple[str | None, bool]:
    """Return the notice that a mark of ours in a text names, and whether there was anything like a mark at all.

    Forwarders write our address into theirs, so what stands around a mark does not count. Every key still in the
    file is tried, so a bounce may come back after a rotation.
    """
    found = [one.groups() for one, _ in zip(_MARK.finditer(text.lower()), range(_MOST_MARKS), strict=False)]
    for notice_id, mark in found:
        genuine = False
        for key_id in keys.ids("envelope"):
            genuine |= hmac.compare_digest(_mark(keys, notice_id, key_id), mark)
        if genuine:
            return notice_id, True
    return None, bool(found)


def _mark(keys: KeyRing, notice_id: str, key_id: str) -> str:
    digest = keys.mac("envelope", bytes.fromhex(notice_id), key_id=key_id)
    return base64.b32encode(digest[:10]).decode().lower()
