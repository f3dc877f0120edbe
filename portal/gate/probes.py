"""Addresses of probes: the gate knows by a MAC that this portal made one, so nothing has to be kept until it comes."""

import base64
import binascii
import hmac
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from portal.kernel.ids import new_id
from portal.kernel.secrets.keys import KeyRing
from portal.kernel.text.addresses import OneAddress

LASTS: Final = timedelta(hours=1)
"""For so long a probe is known: a mail system that is asked to try again may take its time."""

_PREFIX: Final = "probe-"
_ID: Final = 6
_TIME: Final = 4
_MAC: Final = 10


def probe_address(keys: KeyRing, domain: str, *, now: datetime) -> tuple[str, OneAddress]:
    """Return the id of a new probe and the address it is sent to: 32 letters and digits behind `probe-`."""
    said = bytes.fromhex(new_id())[:_ID] + int(now.timestamp()).to_bytes(_TIME, "big")
    name = base64.b32encode(said + _mac(keys, said, keys.newest("arrival"))).decode().lower()
    return said[:_ID].hex(), OneAddress.parse(f"{_PREFIX}{name}@{domain}")


def probe_in(keys: KeyRing, recipients: Iterable[str], domain: str, *, now: datetime) -> str | None:
    """Return the id of the probe that one of these addresses stands for, or None. No database is asked."""
    for address in recipients:
        name, _, host = address.lower().rpartition("@")
        if host == domain.lower() and name.startswith(_PREFIX):
            found = _read(keys, name.removeprefix(_PREFIX), now=now)
            if found:
                return found
    return None


def _read(keys: KeyRing, name: str, *, now: datetime) -> str | None:
    try:
        whole = base64.b32decode(name.upper())
    except (binascii.Error, ValueError):
        return None
    said, mac = whole[: _ID + _TIME], whole[_ID + _TIME :]
    is_ours = False
    for key_id in keys.ids("arrival"):
        is_ours |= hmac.compare_digest(_mac(keys, said, key_id), mac)
    age = now.timestamp() - int.from_bytes(said[_ID:], "big")
    return said[:_ID].hex() if is_ours and -1 <= age <= LASTS.total_seconds() else None


def _mac(keys: KeyRing, said: bytes, key_id: str) -> bytes:
    return keys.mac("arrival", b"probe", said, key_id=key_id)[:_MAC]
