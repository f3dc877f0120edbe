"""Rosters of a thousand children up to some hundred thousand: imported, known to the guard, planned for, published.

Beside each step another writer puts a row every 100 ms, and the longest wait of its own is told.
"""

import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.crowd import plan, seat_staff, submit, write
from bench.scale.servers import megabytes, peak_megabytes, server_seconds
from portal.kernel.clock import utc_now
from portal.kernel.configuration.settings import Settings
from portal.kernel.secrets.keys import make_key_file
from portal.kernel.storage.migrations import migrate
from portal.ledger import repository as ledger
from portal.ledger.rules import Act
from portal.publish.rosters.importing import import_file
from portal.rosters.synthetic import write_synthetic_roster
from portal.wiring import House, build_house

_BEAT_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Step:
    """Seconds, seconds of processors (ours and the database's), the longest that another writer waited, MB grown."""

    name: str
    seconds: float
    processor: float
    waited: float
    grown: float


@dataclass(frozen=True, slots=True)
class Roster:
    """What a roster of so many children took, step by step; `megabytes` is the most that the process ever held."""

    on: str
    children: int
    steps: tuple[Step, ...]
    megabytes: float


def house_at(folder: Path, database_url: str | None, port: int = 1) -> House:
    """Build a house for measuring; mail would go to a local port."""
    if not (folder / "portal.keys").exists():
        make_key_file(folder / "portal.keys", utc_now())
    settings = Settings.model_validate(
        {"data_dir": folder / "data", "key_file": folder / "portal.keys", "hold_seconds": 0,
         "database_url": database_url, "smtp_url": f"smtp://127.0.0.1:{port}",
         "base_url": "https://letters.riverbend.example", "mail_from": "letters@riverbend.example"}
    )  # fmt: skip
    house = build_house(settings)
    migrate(house.db)
    return house


class OtherWriter:
    """Somebody else who writes an entry of the ledger ten times a second."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._longest = 0.0
        self._waits_since: float | None = None

    def _run(self) -> None:
        while not self._stop.wait(_BEAT_SECONDS):
            self._waits_since = began = time.perf_counter()
            with self._house.db.write() as session:
                ledger.append(session, self._house.keys, [Act("bench:write", "bench")], now=self._house.clock())
            self._waits_since = None
            self._longest = max(self._longest, time.perf_counter() - began)

    def longest(self) -> float:
        """Return the longest wait since this was asked before, with one that has not ended."""
        longest, since, self._longest = self._longest, self._waits_since, 0.0
        return max(longest, time.perf_counter() - since) if since else longest

    @contextmanager
    def at_work(self) -> Iterator[None]:
        self._thread.start()
        try:
            yield
        finally:
            self._stop.set()
            self._thread.join()


def take_in(children: int, database_url: str | None) -> Roster:
    """Take a made-up roster through everything up to letters that are ready to leave."""
    with tempfile.TemporaryDirectory() as folder:
        house = house_at(Path(folder), database_url)
        path = Path(folder) / "roster.csv"
        write_synthetic_roster(path, children=children)
        seat_staff(house, house.clock())
        other, steps = OtherWriter(house), []

        def timed(name: str, act: Callable[[], object]) -> None:
            other.longest()
            held, began = megabytes(), time.perf_counter()
            spent = time.process_time() + server_seconds(house.db)
            act()
            processor = time.process_time() + server_seconds(house.db) - spent
            seconds = time.perf_counter() - began
            steps.append(Step(name, seconds, processor, other.longest(), megabytes() - held))

        with other.at_work():
            timed("import", lambda: import_file(house, path, by="bench"))
            timed("import again", lambda: import_file(house, path, by="bench"))
            timed("index", lambda: house.people.known(now=house.clock(), wait=None))
            prepared, submitted = [], []
            timed("submit", lambda: submitted.append(submit(house, now=house.clock())))
            mailing_id = submitted[0]
            timed("plan", lambda: prepared.append(plan(house, mailing_id, now=house.clock())))
            timed("publish", lambda: write(house, prepared[0], now=house.clock()))
        on = "SQLite" if house.db.is_sqlite else "PostgreSQL"
        house.close()
    return Roster(on, children, tuple(steps), peak_megabytes())


def table(rosters: Sequence[Roster]) -> Iterator[str]:
    """Yield the lines of what was found: for each step seconds, of processors too, and the longest wait beside it."""
    names = [step.name for step in rosters[0].steps]
    yield "| s / s of processors for 1,000 children / s another waited | " + " | ".join(names) + " | MB at most |"
    yield "| -- |" + " --: |" * (len(names) + 1)
    for one in rosters:
        thousands = one.children / 1_000
        cells = " | ".join(
            f"{step.seconds:.1f} / {step.processor / thousands:.2f} / {step.waited:.2f}" for step in one.steps
        )
        yield f"| {one.on}, {one.children:,} children | {cells} | {one.megabytes:,.0f} |"
