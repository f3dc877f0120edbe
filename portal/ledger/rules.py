"""The chain: what an entry's bytes are and how each entry vouches for all before it.

A plain hash chain beside the data proves nothing against somebody who can write to the database; this one
is keyed (HMAC-SHA-256), and its head is signed and taken outside, since a cut tail leaves a good chain.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from portal.kernel.keys import KeyRing

Fact = str | int | bool | None | list[str]
GENESIS = b""


@dataclass(frozen=True, slots=True)
class Act:
    """Something that happened: a name as `subject:action`, who did it, and ids, hashes and counts about it.

    Never a name, an address, a text or a secret: entries outlive an erasure.
    """

    name: str
    by: str
    about: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as it is stored."""

    seq: int
    act: str
    body: bytes
    key_id: str
    mac: bytes


def canonical(act: Act, now: datetime) -> bytes:
    """Return the bytes of an entry: JSON with sorted keys, no blanks, ASCII only."""
    body = {"act": act.name, "at": now.isoformat(timespec="microseconds"), "by": act.by, **act.about}
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def chain(keys: KeyRing, *, seq: int, previous: bytes, act: str, body: bytes, key_id: str) -> bytes:
    """Return the MAC of an entry over its number, its bytes and the MAC before it. Raises `KeyError`."""
    return keys.mac("ledger-chain", seq.to_bytes(8, "big"), previous, act.encode(), body, key_id=key_id)


def link_up(keys: KeyRing, *, seq: int, previous: bytes, acts: list[Act], now: datetime) -> list[Entry]:
    """Return the entries that follow entry `seq`, in order."""
    entries, key_id = [], keys.newest("ledger-chain")
    for act in acts:
        seq += 1
        body = canonical(act, now)
        previous = chain(keys, seq=seq, previous=previous, act=act.name, body=body, key_id=key_id)
        entries.append(Entry(seq, act.name, body, key_id, previous))
    return entries


def head_statement(*, organisation: str, seq: int, mac: bytes, at: datetime) -> bytes:
    """Return the bytes that are signed when the head of the chain is taken outside."""
    statement = {"at": at.isoformat(), "mac": mac.hex(), "organisation": organisation, "seq": seq}
    return json.dumps(statement, sort_keys=True, separators=(",", ":")).encode()
