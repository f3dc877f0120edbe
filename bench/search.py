"""How long staff wait for a search among 100,000 children: `python -m bench.search [CHILDREN]`, milliseconds.

The slowest of five; the baseline is one child read by its key. `BENCH_DATABASE_URL` takes another database than SQLite.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from sqlalchemy import select
from sqlmodel import Session, col

from portal.families.tables import Child
from portal.flows.import_roster import compare_roster, fingerprint, import_roster
from portal.kernel.clock import utc_now
from portal.kernel.db import Database
from portal.kernel.ids import new_id
from portal.kernel.keys import load_key_file, make_key_file
from portal.kernel.migrations import migrate
from portal.overviews import children, finding
from portal.rosters.reader import read_roster
from portal.rosters.synthetic import write_synthetic_roster
from portal.staff.rules import Acting

CHILDREN = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
_EVERYWHERE = Acting(new_id(), "ada@school.test", "Ada", "admin", None)
_ONE_SITE = Acting(new_id(), "ned@school.test", "Ned", "publisher", frozenset({"Fern Hill Elementary"}))


def take_in(database: Database, folder: Path) -> None:
    """Import a made-up roster as the portal imports one."""
    make_key_file(folder / "bench.keys", utc_now())
    keys = load_key_file(folder / "bench.keys")
    path = folder / "roster.csv"
    write_synthetic_roster(path, children=CHILDREN)
    with database.workbench() as bench:
        with read_roster(path, utc_now().date()) as roster, bench.staging() as connection:
            changes = compare_roster(connection, keys, roster, now=utc_now(), tell=lambda _: None)
            form = roster.report.format
        with bench.write() as session:
            import_roster(session, keys, changes, format_=form, sha256=fingerprint(path), by="bench", now=utc_now())


def slowest(database: Database, ask: Callable[[Session], object]) -> float:
    """Return the milliseconds of the slowest of five, each in a session of its own."""
    took = []
    for _ in range(5):
        with database.read() as session:
            began = time.perf_counter()
            ask(session)
            took.append(time.perf_counter() - began)
    return max(took) * 1000


def measure(database: Database) -> None:
    with database.read() as session:
        middle = select(Child).order_by(col(Child.student_number)).offset(CHILDREN // 2).limit(1)
        child = session.execute(middle).scalar_one()
    typed = {
        "nothing typed": "",
        "a number": child.student_number,
        "a full name": f"{child.given_name} {child.family_name}",
        "a common given name": "alice",
        "three letters": "mar",
        "name and host": "alice example",
        "nobody": "zzzzqqq",
        "an address": "example.org",
    }
    base = slowest(database, lambda session: session.get(Child, child.id))
    print(f"one child by key {base:10.1f} ms")
    for what, words in typed.items():
        for where, by in (("all sites", _EVERYWHERE), ("one site", _ONE_SITE)):
            families = slowest(database, partial(children.search, by=by, words=words, after=""))
            box = slowest(database, partial(finding.find, words=words, by=by)) if words else 0.0
            print(f"{what:20} {where:10} {families:8.1f} ms  the admin's box {box:8.1f} ms  {families / base:6.1f} x")


def main() -> None:
    url = os.environ.get("BENCH_DATABASE_URL")
    with tempfile.TemporaryDirectory() as folder:
        database = Database(url or f"sqlite:///{Path(folder) / 'portal.db'}")
        migrate(database)
        take_in(database, Path(folder))
        print(f"{CHILDREN:,} children, {'SQLite' if database.is_sqlite else 'PostgreSQL'}")
        measure(database)
        database.close()


if __name__ == "__main__":
    main()
