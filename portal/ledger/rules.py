"""The chain: what an entry's bytes are and how each entry vouches for all before it.

A plain hash chain beside the data proves nothing against somebody who can write to the database; this one
is keyed (HMAC-SHA-256), and its head is signed and taken outside, since a cut tail leaves a good chain.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from portal.kernel.secrets.keys import KeyRing
from portal.ledger.errors import HeadNotOurs

Fact = str | int | bool | None | list[str]
GENESIS = b""
OLDER = "The database is older than a head that was kept outside"
EVERYDAY = frozenset(
    {
        *("copy:view", "copy:download", "copy:acknowledge", "link:open", "link:refuse", "link:renew"),
        *("renewal:answer", "renewal:refuse", "notice:came-back"),
        *("staff:sign-in-refused", "staff:sign-in-link-held-back", "mail-key:refuse", "gate:probe", "arrival:take"),
    }
)
"""Acts that take nothing from anybody, and that families or strangers do at any rate."""


@dataclass(frozen=True, slots=True)
class Act:
    """Something that happened: a name as `subject:action`, who did it, and ids, hashes and counts about it.

    Never a name, an address, a text or a secret: entries outlive an erasure.
    """

    name: str
    by: str
    about: Mapping[str, Fact] = field(default_factory=dict)


def takes_back(name: str) -> bool:
    """Tell whether an older database may undo an act to somebody's harm: every act that is not known to be harmless."""
    return name not in EVERYDAY


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


class Chain:
    """Works out the MACs of entries, each over its number, its bytes and the MAC before it.

    The message is that of `KeyRing.mac`, written out: whoever walks a ledger of millions waits for this.
    """

    def __init__(self, keys: KeyRing) -> None:
        """Take the keys; each is looked up once."""
        self._keys = keys
        self._known: dict[str, bytes] = {}
        self._acts: dict[str, bytes] = {}

    def mac(self, *, seq: int, previous: bytes, act: str, body: bytes, key_id: str) -> bytes:
        """Return the MAC of an entry. Raises `KeyError` for a key that is not there."""
        key = self._known.get(key_id)
        if key is None:
            key = self._known[key_id] = self._keys.key("ledger-chain", key_id)
        told = self._acts.get(act)
        if told is None:
            told = self._acts[act] = _part(act.encode())
        message = b"".join(
            (_EIGHT, seq.to_bytes(8, "big"), len(previous).to_bytes(8, "big"), previous, told,
             len(body).to_bytes(8, "big"), body)
        )  # fmt: skip
        return hmac.digest(key, message, "sha256")


_EIGHT = (8).to_bytes(8, "big")


def _part(part: bytes) -> bytes:
    return len(part).to_bytes(8, "big") + part


def chain(keys: KeyRing, *, seq: int, previous: bytes, act: str, body: bytes, key_id: str) -> bytes:
    """Return the MAC of one entry. Raises `KeyError`."""
    return Chain(keys).mac(seq=seq, previous=previous, act=act, body=body, key_id=key_id)


def link_up(keys: KeyRing, *, seq: int, previous: bytes, acts: list[Act], now: datetime) -> list[Entry]:
    """Return the entries that follow entry `seq`, in order."""
    entries, key_id, macs = [], keys.newest("ledger-chain"), Chain(keys)
    for act in acts:
        seq += 1
        body = canonical(act, now)
        previous = macs.mac(seq=seq, previous=previous, act=act.name, body=body, key_id=key_id)
        entries.append(Entry(seq, act.name, body, key_id, previous))
    return entries


def head_statement(*, organisation: str, seq: int, mac: bytes, at: datetime) -> bytes:
    """Return the bytes that are signed when the head of the chain is taken outside."""
    statement = {"at": at.isoformat(), "mac": mac.hex(), "organisation": organisation, "seq": seq}
    return json.dumps(statement, sort_keys=True, separators=(",", ":")).encode()


@dataclass(frozen=True, slots=True)
class Head:
    """Where the chain ended when its head was taken outside."""

    seq: int
    mac: bytes
    at: datetime


def signed_head(keys: KeyRing, *, organisation: str, seq: int, mac: bytes, at: datetime) -> dict[str, str]:
    """Return a head as a signed statement (Ed25519, RFC 8032). `statement` is signed exactly as it stands.

    `public_key` lets others check it; `read_head` trusts only our own.
    """
    statement = head_statement(organisation=organisation, seq=seq, mac=mac, at=at)
    key_id = keys.newest("ledger-head")
    signer = keys.signer(key_id)
    return {
        "statement": statement.decode(),
        "signature": signer.sign(statement).hex(),
        "key_id": key_id,
        "public_key": signer.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex(),
    }


def read_head(keys: KeyRing, text: str) -> Head:
    """Return what a signed head says, once its signature is ours. Raises `HeadNotOurs`."""
    try:
        exported: Mapping[str, Any] = json.loads(text)
        statement = exported["statement"].encode()
        signer = keys.signer(exported["key_id"])
        signer.public_key().verify(bytes.fromhex(exported["signature"]), statement)
        told = json.loads(statement)
        return Head(told["seq"], bytes.fromhex(told["mac"]), datetime.fromisoformat(told["at"]))
    except (InvalidSignature, KeyError, ValueError, TypeError, AttributeError):
        raise HeadNotOurs from None


_ABOUT = ("child", "copy", "device", "document", "guardian", "link", "mailing", "picture", "staff")
"""What an entry can be looked for by; the rest of its facts are read, not searched."""


def _word(text: str) -> int:
    """Return 63 bits of a text's SHA-256: small enough to keep seven for each entry."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1


def _actors(by: str) -> list[str]:
    """Return the labels that somebody is looked for by: the whole one, and the person behind a shell."""
    shell, slash, person = by.rpartition("/")
    return [by, shell, person] if slash else [by]


def words_of(entry: Entry) -> set[int]:
    """Return the words that an entry stands under: who, who with the act, and each subject."""
    body = json.loads(entry.body)
    actors = _actors(str(body.get("by", "")))
    subjects = [value for name in _ABOUT if isinstance(value := body.get(name), str)]
    texts = [*(f"by:{one}" for one in actors), *(f"by:{one}|{entry.act}" for one in actors)]
    return {_word(text) for text in [*texts, *(f"about:{one}" for one in subjects)]}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for: entries of an act, by somebody, about one of some ids, from a number and before another.

    Nothing given is everything.
    """

    act: str = ""
    by: str = ""
    about: str = ""
    first: int = 0
    before: int | None = None

    @property
    def words(self) -> list[int]:
        """The words that all have to stand under an entry, the rarest first as a rule."""
        by = [f"by:{self.by}|{self.act}" if self.act else f"by:{self.by}"] if self.by else []
        return [_word(text) for text in ([f"about:{self.about}"] if self.about else []) + by]

    def fits(self, entry: Entry) -> bool:
        """Tell whether an entry is one of them, whatever its words say."""
        if (self.act and entry.act != self.act) or not (self.by or self.about):
            return not self.act or entry.act == self.act
        body = json.loads(entry.body)
        is_by = not self.by or self.by in _actors(str(body.get("by", "")))
        return is_by and (not self.about or self.about in [body.get(name) for name in _ABOUT])


def time_of(body: bytes) -> datetime:
    """Return when an entry was written."""
    return datetime.fromisoformat(json.loads(body)["at"])
