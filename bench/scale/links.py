"""Portals with three thousand links up to three million, side by side, asked the same."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import text

from bench.scale.answering import QUESTIONS, Answered, Portal, ask_all
from bench.scale.filling import Size, fill
from bench.scale.plans import Work, work_of
from portal.flows.opening.disclose_document import disclose
from portal.kernel.secrets.keys import KeyRing
from portal.kernel.storage.db import Database
from portal.kernel.storage.groups import GroupCommit
from portal.kernel.storage.migrations import migrate
from portal.kernel.storage.narrow import NarrowDatabase

_ENTRIES = 10 / 3
"""Of the ledger, for each link."""


@dataclass(frozen=True, slots=True)
class Grown:
    """What was found: sizes, and for each question what it took and what it read at each of them."""

    on: str
    sizes: tuple[Size, ...]
    answered: dict[str, list[Answered]]
    work: dict[str, list[Work]]
    link_bytes: float
    entry_bytes: float
    disclosures: float
    """A second, through the one head of the ledger, at the largest size."""

    def ratio(self, name: str) -> float:
        """Return the largest median of a question as a multiple of the smallest size's."""
        medians = [one.p50 for one in self.answered[name]]
        return max(medians) / medians[0]

    @property
    def scans(self) -> Iterator[tuple[str, str, str]]:
        """Yield questions that read through a large table, the table and the statement."""
        for name, works in self.work.items():
            for table, statement in works[-1].scans.items():
                yield name, table, statement


def sizes(most: int) -> tuple[Size, ...]:
    """Return sizes in steps of ten up to so many links."""
    steps = [most]
    while steps[0] >= 30_000:
        steps.insert(0, steps[0] // 10)
    return tuple(Size(links, int(links * _ENTRIES)) for links in steps)


def grow(
    new_database: Callable[[int], str],
    keys: KeyRing,
    steps: Sequence[Size],
    *,
    rounds: int,
    tell: Callable[[str], None],
) -> Grown:
    """Fill a database of each size, ask each the same in turn, and look at how they mean to answer."""
    portals = []
    for size in steps:
        database = Database(new_database(size.links))
        migrate(database)
        fill(database, keys, size)
        portals.append(Portal(database, keys, size))
        tell(f"{size.links:,} links and {size.entries:,} entries are there")
    answered = ask_all(portals, rounds=rounds)
    work = {name: [work_of(one.database, partial(ask, one)) for one in portals] for name, ask in QUESTIONS.items()}
    largest, on = portals[-1], "SQLite" if portals[0].database.is_sqlite else "PostgreSQL"
    grown = Grown(on, tuple(steps), answered, work, *_bytes(largest), _through_the_head(largest, 10 * rounds))
    for one in portals:
        one.database.close()
    return grown


_OF_A_LINK = ("copy", "link", "notice", "notice_link", "family_session", "opening", "disclosure")
_WORDS = 7
"""That an entry stands under in a portal; here it is one."""


def _bytes(portal: Portal) -> tuple[float, float]:
    """Return what a link and an entry of the ledger take on PostgreSQL, indexes and all; 0 on SQLite."""
    if portal.database.is_sqlite:
        return 0.0, 0.0
    with portal.database.read() as session:

        def size(name: str) -> int:
            asked = text("SELECT pg_total_relation_size(CAST(:name AS regclass))")
            return int(session.execute(asked, {"name": name}).scalar_one())

        link = sum(map(size, _OF_A_LINK)) / portal.size.links
        return link, (size("ledger_entry") + _WORDS * size("ledger_word")) / portal.size.entries


def _through_the_head(portal: Portal, many: int) -> float:
    """Return how many disclosures a second are durable where all come at once."""
    for _ in range(many):
        portal.open()
    grouped = GroupCommit(NarrowDatabase(portal.database), partial(disclose, keys=portal.keys), "bench")
    began = time.perf_counter()
    waiting = [grouped.submit(wish) for wish in portal.wishes()[-many:]]
    for one in waiting:
        one.result()
    took = time.perf_counter() - began
    grouped.close()
    return many / took


def table(grown: Grown) -> Iterator[str]:
    """Yield the lines of what was found."""
    heads = " | ".join(f"{size.links:,}" for size in grown.sizes)
    yield f"| {grown.on}, milliseconds p50 / p99 | {heads} | ratio | pages |"
    yield "| -- |" + " --: |" * (len(grown.sizes) + 2)
    for name, answers in grown.answered.items():
        cells = " | ".join(f"{one.p50:.2f} / {one.p99:.2f}" for one in answers)
        pages = " → ".join(f"{one.pages:,}" for one in grown.work[name]) if grown.on == "PostgreSQL" else "–"
        yield f"| {name} | {cells} | {grown.ratio(name):.2f} | {pages} |"
