"""How fast the ledger is verified and searched: `python -m bench.ledger [ENTRIES]`; processor time, and peak memory.

The baseline is the bare HMAC of the same bytes.
"""

import hashlib
import hmac
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert, update

from bench.figures import tell
from portal.flows.keeping.verify_ledger import Verified, verify_ledger
from portal.kernel.ids import new_id
from portal.kernel.secrets.keys import KeyRing, MasterKey
from portal.kernel.storage.db import Database
from portal.kernel.storage.migrations import migrate
from portal.ledger import repository as ledger
from portal.ledger.rules import Act, Wanted, link_up
from portal.ledger.tables import LedgerEntry, LedgerHead

ENTRIES = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
_PART = 20_000
_BEGAN = datetime(2026, 8, 6, tzinfo=UTC)
_KEYS = KeyRing((MasterKey("bench", "2026-08-06", os.urandom(32)),))
_STAFF = [f"staff:{new_id()}" for _ in range(40)]
_MAILINGS = [new_id() for _ in range(200)]


def processor_seconds(act: Callable[[], object]) -> float:
    began = time.process_time()
    act()
    return time.process_time() - began


def acts(start: int) -> list[Act]:
    """Return made-up acts as the portal writes them: openings, refusals, and what staff do."""
    return [
        Act("link:open", f"family:{new_id()}",
            {"link": new_id(), "mailing": _MAILINGS[number % 200], "child": new_id(), "opening": new_id()})
        if number % 3
        else Act("mailing:edit", _STAFF[number // 3 % 40], {"mailing": _MAILINGS[number % 200], "version": number})
        for number in range(start, start + _PART)
    ]  # fmt: skip


def fill(database: Database) -> int:
    """Write a ledger of so many entries past the usual way, and its index; return its bytes."""
    seq, mac, size = 0, b"", 0
    while seq < ENTRIES:
        now = _BEGAN + timedelta(seconds=seq)
        with database.write() as session:
            entries = link_up(_KEYS, seq=seq, previous=mac, acts=acts(seq), now=now)
            rows = [{"seq": one.seq, "act": one.act, "body": one.body, "key_id": one.key_id, "mac": one.mac}
                    for one in entries]  # fmt: skip
            session.connection().execute(insert(LedgerEntry), rows)
            seq, mac = entries[-1].seq, entries[-1].mac
            size += sum(len(one.body) for one in entries)
            session.execute(update(LedgerHead).values(seq=seq, mac=mac))
    return size


def bare_hmac(database: Database) -> float:
    """Return the processor seconds of one HMAC for each body, and nothing else."""
    key = os.urandom(32)
    with database.read() as session:
        bodies = [one.body for chunk in ledger.chunks(session, after=0, size=_PART) for one in chunk]
    return processor_seconds(lambda: [hmac.digest(key, body, hashlib.sha256) for body in bodies])


def verify(database: Database) -> None:
    with database.read() as session:
        found = verify_ledger(session, _KEYS)
    assert isinstance(found, Verified), found


def index(database: Database) -> None:
    done = 1
    while done:
        with database.write() as session:
            done = ledger.index_words(session)


def search(database: Database, wanted: Wanted) -> float:
    """Return the milliseconds of the slowest of five first pages."""
    took = []
    for _ in range(5):
        began = time.perf_counter()
        with database.read() as session:
            ledger.search(session, wanted, limit=101)
        took.append(time.perf_counter() - began)
    return max(took) * 1000


def measure(database: Database) -> None:
    size = fill(database)
    print(f"{ENTRIES:,} entries, {size / 1e6:.0f} MB of bodies")
    took = processor_seconds(lambda: verify(database))
    bare = bare_hmac(database) if ENTRIES <= 500_000 else 0.0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    times = took / bare if bare else 0.0
    tell("ledger verified", ENTRIES / took, "entries/CPU s", times=times, baseline="the bare HMAC")
    took = processor_seconds(lambda: index(database))
    tell("ledger indexed", ENTRIES / took, "entries/CPU s")
    middle = _BEGAN + timedelta(seconds=ENTRIES // 2)
    with database.read() as session:
        first = ledger.first_since(session, middle)
    for name, wanted in (
        ("newest", Wanted()),
        ("what", Wanted(act="mailing:edit")),
        ("who", Wanted(by=_STAFF[3])),
        ("who and what", Wanted(by=_STAFF[3], act="mailing:edit", before=first)),
        ("about", Wanted(about=_MAILINGS[7], before=first)),
        ("about and who", Wanted(about=_MAILINGS[7], by=_STAFF[9])),
        ("nothing by it", Wanted(about=new_id(), act="mailing:edit")),
    ):
        tell(f"ledger searched, {name}", search(database, wanted), "ms")
    tell("memory at its highest before the search", peak, "MiB")


def main() -> None:
    url = os.environ.get("BENCH_DATABASE_URL")
    with tempfile.TemporaryDirectory() as folder:
        database = Database(url or f"sqlite:///{Path(folder) / 'portal.db'}")
        migrate(database)
        measure(database)
        database.close()


if __name__ == "__main__":
    main()
