"""How fast a roster is imported, how long another writer waits meanwhile, and how much memory that takes.

`python bench/roster.py [--large] [--postgresql URL]`: 2,900 children, with --large 100,000 too; three imports of
each: the first, the same again, and one in which a fiftieth of the addresses changed and a fiftieth of the rows is
gone. The baseline reads the same CSV with `csv.reader` and does nothing, in the same run.
"""

import argparse
import csv
import json
import resource
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.figures import tell
from portal.flows.people.import_roster import compare_roster, fingerprint, import_roster
from portal.kernel.clock import utc_now
from portal.kernel.secrets.keys import KeyRing, load_key_file, make_key_file
from portal.kernel.storage.db import Database
from portal.kernel.storage.migrations import migrate
from portal.ledger import repository as ledger
from portal.ledger.rules import Act
from portal.rosters.caged import read_roster
from portal.rosters.synthetic import write_synthetic_roster


class OtherWriter:
    """Somebody else who writes a ledger entry every 20 ms, and notes how long each took."""

    def __init__(self, db: Database, keys: KeyRing) -> None:
        self._db, self._keys = db, keys
        self._stop = threading.Event()
        self.longest = 0.0

    def _run(self) -> None:
        while not self._stop.wait(0.02):
            begun = time.perf_counter()
            with self._db.write() as session:
                ledger.append(session, self._keys, [Act("bench:write", "bench")], now=utc_now())
            self.longest = max(self.longest, time.perf_counter() - begun)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        thread = threading.Thread(target=self._run)
        thread.start()
        try:
            yield
        finally:
            self._stop.set()
            thread.join()


def peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def baseline(path: Path) -> float:
    begun = time.perf_counter()
    with path.open(newline="", encoding="utf-8") as file:
        for _ in csv.reader(file):
            pass
    return time.perf_counter() - begun


def take_in(db: Database, keys: KeyRing, path: Path, *, beside_a_writer: bool) -> dict[str, object]:
    other = OtherWriter(db, keys)
    memory, cpu, begun = peak_megabytes(), time.process_time(), time.perf_counter()
    with other.at_work() if beside_a_writer else _alone(), db.workbench() as bench:
        with read_roster(path, utc_now().date()) as roster:
            read = time.perf_counter()
            with bench.staging() as connection:
                changes = compare_roster(connection, keys, roster, now=utc_now(), tell=lambda _: None)
            compared = time.perf_counter()
            form = roster.report.format
        sha256 = fingerprint(path)
        locked = time.perf_counter()
        with bench.write() as session:
            import_roster(session, keys, changes, format_=form, sha256=sha256, by="bench", now=utc_now())
        done = time.perf_counter()
    seconds = done - begun
    return {
        "rows_changed": changes.children.total + changes.guardians.total + changes.guardianships.total,
        "seconds": round(seconds, 2),
        "cpu_seconds": round(time.process_time() - cpu, 2),
        "read": round(read - begun, 2),
        "compared": round(compared - read, 2),
        "written_under_lock": round(done - locked, 3),
        "another_writer_waited": round(other.longest, 3) if beside_a_writer else None,
        "megabytes_grown": round(peak_megabytes() - memory, 1),
    }


@contextmanager
def _alone() -> Iterator[None]:
    yield


def change_a_fiftieth(path: Path) -> None:
    """Move every 50th row's address to another host, and drop the row after it."""
    changed = path.with_suffix(".new")
    with path.open(encoding="utf-8") as old, changed.open("w", encoding="utf-8") as new:
        for number, line in enumerate(old):
            if number % 50 != 2:
                new.write(line.replace("@example.org", "@example.net") if number and number % 50 == 1 else line)
    changed.replace(path)


def measure(children: int, folder: Path, url: str | None, *, beside_a_writer: bool) -> None:
    make_key_file(folder / "bench.keys", utc_now())
    keys = load_key_file(folder / "bench.keys")
    db = Database(url or f"sqlite:///{folder / 'bench.db'}")
    migrate(db)
    path = folder / "roster.csv"
    write_synthetic_roster(path, children=children)
    with path.open("rb") as file:
        rows = sum(1 for _ in file) - 1
    plain = baseline(path)
    for turn in ("first", "again", "changed"):
        if turn == "changed":
            change_a_fiftieth(path)
        found = take_in(db, keys, path, beside_a_writer=beside_a_writer)
        seconds = float(str(found["seconds"]))
        about = {
            "database": "sqlite" if db.is_sqlite else "postgresql",
            "children": children,
            "rows": rows,
            "import": turn,
            "rows_per_second": round(rows / seconds),
            "times_csv_reader": round(seconds / plain, 1),
        }
        print(json.dumps(about | found), flush=True)
        what = f"import of {children:,} children, {turn}"
        tell(what, seconds, "s", times=seconds / plain, baseline="csv.reader")
        if beside_a_writer:
            tell(f"{what}: another writer waits", float(str(found["another_writer_waited"])), "s", "at most 1")
    db.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--children", type=int, default=2_900, help="how many instead of 2,900")
    parser.add_argument("--large", action="store_true", help="100,000 children too; takes some minutes")
    parser.add_argument("--alone", action="store_true", help="without the other writer")
    parser.add_argument("--postgresql", metavar="URL", help="an empty database to use instead of SQLite")
    asked = parser.parse_args()
    sizes = [asked.children, 100_000][
        asked.postgresql is not None and asked.large : 1 + asked.large
    ]  # a database serves one
    for children in sizes:
        with tempfile.TemporaryDirectory() as folder:
            measure(children, Path(folder), asked.postgresql, beside_a_writer=not asked.alone)


if __name__ == "__main__":
    main()
