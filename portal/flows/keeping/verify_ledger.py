"""The whole chain is walked: what was changed, removed, reordered or cut is found, and where.

Somebody who can write to the database can cut its tail and leave a good chain. That is seen only against a
head that was signed and taken outside before; so take one often, and keep it where that somebody cannot write.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import NoResultFound, OperationalError
from sqlmodel import Session

from portal.kernel.errors import WrongCall
from portal.kernel.secrets.keys import KeyRing
from portal.kernel.storage.db import one_state
from portal.ledger import repository as ledger
from portal.ledger.rules import GENESIS, Chain, Entry, Head, signed_head
from portal.overviews.records import record

_CHUNK = 1_000
_BEFORE_ALL = -(2**31)  # a row put in under a number that no entry has is found too
_DISCLOSES = frozenset({"copy:view", "copy:download"})
_MARKS, _DECIDES = "disclosure:erroneous", "incident:decide"
_ERASES = {"child:erase": "child", "guardian:erase": "guardian"}
_TELLS_OF = {
    "copy:view": "disclosures",
    "copy:download": "disclosures",
    _MARKS: "marks of disclosures",
    _DECIDES: "decisions in incidents",
    "incident:undo": "decisions in incidents",  # which is one of them
}
"""Of which rows an act tells, one of each."""
_TOGETHER = timedelta(minutes=1)
"""Browsers that are answered together share one time in the ledger, and each has its own in its row."""


class TooLongToWalk(WrongCall):
    """The ledger is too long to be verified in a browser. Run `portal ledger verify` on the server."""


@dataclass(frozen=True, slots=True)
class Verified:
    """Every entry is as it was written: how many, how many disclosures of them, and the newest MAC."""

    entries: int
    disclosures: int
    mac: bytes


@dataclass(frozen=True, slots=True)
class Broken:
    """The first number at which the ledger is not as it was written, and what is wrong there."""

    seq: int
    reason: str


def export_head(session: Session, keys: KeyRing, *, organisation: str, now: datetime) -> dict[str, str]:
    """Return the head of the chain as a signed statement to be kept elsewhere."""
    seq, mac = ledger.head(session)
    return signed_head(keys, organisation=organisation, seq=seq, mac=mac, at=now)


def verify_ledger(
    session: Session, keys: KeyRing, *, outside: Head | None = None, most: int | None = None
) -> Verified | Broken:
    """Walk every entry, and compare what they tell of, the head and a head from outside with them.

    Wants a session that has asked nothing yet, so that it sees one state while others go on writing. Raises
    `TooLongToWalk` for more than `most` entries.
    """
    one_state(session)
    if most is not None and ledger.head(session)[0] > most:
        raise TooLongToWalk
    last, mac, told, macs, marks = 0, GENESIS, Counter[str](), _InOrder(keys), _Marks(session, keys)
    for chunk in _chunks(session):
        if not chunk:
            return Broken(last + 1, f"Entry {last + 1:,} was changed: it holds bytes that are no text.")
        for entry in chunk:
            reason = macs.fault(entry, after=last, previous=mac) or _differs(outside, entry.seq, entry.mac)
            if reason:
                return Broken(min(last + 1, entry.seq), reason)
            last, mac = entry.seq, entry.mac
        wrong = _wrong_disclosure(session, chunk) or marks.wrong(chunk) or _wrong_decision(session, chunk)
        if wrong is not None:
            return wrong
        told.update(_TELLS_OF[entry.act] for entry in chunk if entry.act in _TELLS_OF)
    if outside is not None and outside.seq > last:
        gone = f"The ledger was cut: on {outside.at:%Y-%m-%d %H:%M} UTC it went on to entry {outside.seq:,}."
        return Broken(last + 1, gone)
    wrong = _wrong_end(session, last, mac) or marks.wrong_at_last() or _uncounted(session, last, told)
    return wrong or Verified(last, told["disclosures"], mac)


def _chunks(session: Session) -> Iterator[list[Entry]]:
    """Give the entries in order, many at a time; nothing, at the end, in place of one that cannot be read at all.

    SQLite lets anybody put bytes into a column of text, and gives none of the rows it was asked for then.
    """
    after = _BEFORE_ALL
    for size in (_CHUNK, 1):
        try:
            for chunk in ledger.chunks(session, after=after, size=size):
                yield chunk
                after = chunk[-1].seq
        except OperationalError as error:
            if "decode" not in str(error.orig).casefold():
                raise
        else:
            return
    yield []


class _InOrder:
    """Looks at one entry after the other; the key of none may be older than that of the one before.

    Else whoever got hold of a key that was replaced could write the end of the ledger anew with it.
    """

    def __init__(self, keys: KeyRing) -> None:
        self._chain = Chain(keys)
        self._place = {key_id: place for place, key_id in enumerate(keys.order("ledger-chain"))}
        self._at = -1

    def fault(self, entry: Entry, *, after: int, previous: bytes) -> str:
        """Return what is wrong with an entry, or nothing."""
        if entry.seq < 1:
            return f"Entry {entry.seq:,} was put in: the first one is number 1."
        if entry.seq != after + 1:
            return f"Entry {after + 1:,} is missing."
        place = self._place.get(entry.key_id)
        if place is None:
            return f"Entry {entry.seq:,} names a key that is not in the key file."
        if place < self._at:
            return f"Entry {entry.seq:,} was written with a key that had been replaced before it."
        self._at = place
        try:
            mac = self._chain.mac(seq=entry.seq, previous=previous, act=entry.act, body=entry.body, key_id=entry.key_id)
        except (AttributeError, TypeError):  # SQLite holds anything in any column: text where there were bytes
            mac = b""
        return "" if mac == entry.mac else f"Entry {entry.seq:,} was changed, or another put in its place."


def _differs(outside: Head | None, seq: int, mac: bytes) -> str:
    if outside is None or outside.seq != seq or outside.mac == mac:
        return ""
    return (
        f"Entry {seq:,} is not the one that was there on {outside.at:%Y-%m-%d %H:%M} UTC: the ledger was written anew."
    )


def _wrong_disclosure(session: Session, chunk: list[Entry]) -> Broken | None:
    lines = [record.line_of(entry) for entry in chunk if entry.act in _DISCLOSES]
    found = record.disclosures(session, [record.shown_by(line)[0] for line in lines]) if lines else {}
    seq = next((line.seq for line in lines if not _is_told(line, found.get(record.shown_by(line)))), None)
    return None if seq is None else Broken(seq, f"The disclosure that entry {seq:,} tells of was changed or removed.")


def _is_told(line: record.Line, row: tuple[datetime, str] | None) -> bool:
    if row is None:
        return False
    at, opening_id = row
    told = line.about.get("opening", opening_id)  # the entries of the first versions do not name it
    return abs(at - line.at) <= _TOGETHER and told == opening_id


class _Marks:
    """Marks of disclosures beside their entries. A reason may be gone, if somebody whom it is about was erased."""

    def __init__(self, session: Session, keys: KeyRing) -> None:
        self._session, self._keys = session, keys
        self._emptied: dict[int, frozenset[str]] = {}
        self._erased: set[str] = set()

    def wrong(self, chunk: list[Entry]) -> Broken | None:
        self._erased.update(
            record.line_of(entry).about[kind] for entry in chunk if (kind := _ERASES.get(entry.act)) is not None
        )
        lines = [record.line_of(entry) for entry in chunk if entry.act == _MARKS]
        found = record.marks(self._session, [line.about["disclosure"] for line in lines]) if lines else {}
        for line in lines:
            mark = found.get(record.marked_by(line))
            if mark is not None and not mark.reason_sealed:
                self._emptied[line.seq] = mark.people
            elif mark is None or not record.is_its_reason(self._keys, line, mark.reason_sealed):
                return _wrong_mark(line.seq)
        return None

    def wrong_at_last(self) -> Broken | None:
        """Tell of a reason that is gone although nobody was erased, once all entries are walked."""
        seq = next((seq for seq, people in self._emptied.items() if self._erased.isdisjoint(people)), None)
        return None if seq is None else _wrong_mark(seq)


def _wrong_mark(seq: int) -> Broken:
    return Broken(seq, f"The mark of a disclosure that entry {seq:,} tells of was changed or removed.")


def _wrong_decision(session: Session, chunk: list[Entry]) -> Broken | None:
    lines = [record.line_of(entry) for entry in chunk if entry.act == _DECIDES]
    found = record.decisions(session, [line.about["decision"] for line in lines]) if lines else set()
    seq = next((line.seq for line in lines if record.decided_by(line) not in found), None)
    return None if seq is None else Broken(seq, f"The decision that entry {seq:,} tells of was changed or removed.")


def _wrong_end(session: Session, last: int, mac: bytes) -> Broken | None:
    try:
        head_seq, head_mac = ledger.head(session)
        is_cut = head_seq > last
    except (NoResultFound, TypeError):
        return Broken(last + 1, "The row that names the ledger's head is gone, or holds no number.")
    if is_cut:
        return Broken(last + 1, f"The ledger was cut: its head names entry {head_seq:,}, and it ends at {last:,}.")
    if (head_seq, head_mac) != (last, mac):
        return Broken(head_seq + 1, f"The head of the ledger was changed: it names entry {head_seq:,}.")
    return None


def _uncounted(session: Session, last: int, told: Counter[str]) -> Broken | None:
    rows = {
        "disclosures": record.count_disclosures(session),
        "marks of disclosures": record.count_marks(session),
        "decisions in incidents": record.count_decisions(session),
    }
    for what, count in rows.items():
        if count != told[what]:
            return Broken(last, f"There are {count:,} {what}, and the ledger tells of {told[what]:,}.")
    return None
