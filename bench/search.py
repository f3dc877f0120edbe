"""How long staff wait for a search among 100,000 children: `python -m bench.search [CHILDREN]`, milliseconds.

The slowest of five; the baseline is one child read by its key. `BENCH_DATABASE_URL` takes another database than SQLite.
All student numbers begin with 202, those of one site with 303, and all addresses with "parent.": words that everybody
bears, or everybody but one site. Beside each first page stands the page after the child in the middle of the names.
"""

import csv
import os
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from sqlalchemy import func, select
from sqlmodel import Session, col

from bench.figures import tell
from portal.families import repository as families
from portal.families.tables import Child
from portal.flows.people.import_roster import compare_roster, fingerprint, import_roster
from portal.kernel.clock import utc_now
from portal.kernel.ids import new_id
from portal.kernel.secrets.keys import load_key_file, make_key_file
from portal.kernel.storage.db import Database
from portal.kernel.storage.migrations import migrate
from portal.overviews.links import finding
from portal.overviews.people import children
from portal.rosters.caged import read_roster
from portal.rosters.fields.values import COLUMNS
from portal.rosters.synthetic import synthetic_rows
from portal.staff.rules import Acting

CHILDREN = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
_EVERYWHERE = Acting(new_id(), "ada@school.test", "Ada", "admin", None)
_APART = "Gullwing Middle"
_ONE_SITE = Acting(new_id(), "ned@school.test", "Ned", "publisher", frozenset({"Fern Hill Elementary"}))
_HALF = frozenset({_APART, "Fern Hill Elementary", "Harbor Lane School", "Eastbrook Academy"})
_SOME_SITES = Acting(new_id(), "ned@school.test", "Ned", "publisher", _HALF)
_OTHER_SITE = Acting(new_id(), "ned@school.test", "Ned", "publisher", frozenset({_APART}))

_TYPED = {
    "a common given name": "alice",
    "three letters": "mar",
    "name and host": "alice example",
    "nobody": "zzzzqqq",
    "an address": "example.org",
    "all numbers": "202",
    "one site's numbers": "303",
    "all guardians": "parent",
    "two that all bear": "202 parent",
    "all bear, few bear": "202 alice",
    "the other way round": "parent 202",
    "both, nobody": "202 303",
    "three, nobody": "parent 202 303",
    "three that many bear": "202 mar parent",
    "all guardians, few": "parent alice",
    "all bear, many bear": "parent mar",
    "many bear, many bear": "mar 303",
    "turned round": "303 mar",
    "all bear, nobody": "202 zzzzqqq",
    "all, all, nobody": "parent 202 zzzzqqq",
    "part of an address": "parent.family1 202",
    "one letter": "w parent 202",
}


def write_roster(path: Path) -> None:
    """Write a made-up roster in which there are words that everybody bears."""
    number, site, address = (COLUMNS.index(name) for name in ("child_id", "site", "guardian_email"))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for row in synthetic_rows(CHILDREN, 20_210_806):
            cells = list(row)
            cells[number] = f"{'303' if cells[site] == _APART else '202'}{cells[number]}"
            cells[address] = cells[address] and f"parent.{cells[address]}"
            writer.writerow(cells)


def take_in(database: Database, folder: Path) -> None:
    """Import a made-up roster as the portal imports one."""
    make_key_file(folder / "bench.keys", utc_now())
    keys = load_key_file(folder / "bench.keys")
    path = folder / "roster.csv"
    write_roster(path)
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


def middle_of(database: Database, by: Acting) -> Child:
    """Return the child in the middle of the names at somebody's sites."""
    query = select(Child).where(families.in_scope(by.sites)).order_by(col(Child.family_name), col(Child.given_name))
    count = select(func.count()).select_from(query.subquery())
    with database.read() as session:
        return session.execute(query.offset(session.execute(count).scalar_one() // 2).limit(1)).scalar_one()


def measure(database: Database) -> None:
    child = middle_of(database, _EVERYWHERE)
    typed = {
        "nothing typed": "",
        "a number": child.student_number,
        "a full name": f"{child.given_name} {child.family_name}",
        **_TYPED,
    }
    base = slowest(database, lambda session: session.get(Child, child.id))
    most = 0.0
    places = {"all sites": _EVERYWHERE, "one site": _ONE_SITE, "the other": _OTHER_SITE, "four sites": _SOME_SITES}
    middle = {where: middle_of(database, by).student_number for where, by in places.items()}
    for what, words in typed.items():
        for where, by in places.items():
            page = partial(children.search, by=by, words=words)
            families = slowest(database, partial(page, after=""))
            later = slowest(database, partial(page, after=middle[where]))
            box = slowest(database, partial(finding.find, words=words, by=by)) if words else 0.0
            print(
                f"{what:20} {where:10} {families:7.1f} ms  a later page {later:7.1f} ms  the admin's box {box:7.1f} ms"
                f"  {families / base:6.1f} x"
            )
            most = max(most, families, later, box)
    what = f"slowest search among {CHILDREN:,} children"
    tell(what, most, "ms", times=most / base, baseline="one child by its key")


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
