"""What so many families cost, and what breaks first, by the measured units: a year's days run minute by minute.

A family has a child, gets forty letters a year and opens three in five. A letter leaves at eight in the morning within
two hours; who opens it does so after a delay with a median of half an hour, some after a day. The whole of a country's
letters on one day, at one hour, is the day that is paid for.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

_LETTERS_A_YEAR = 40
_OPENED = 0.6
_SEND_MINUTES = 120
_MEDIAN_MINUTES, _SPREAD = 30.0, 1.5
_DAY = 24 * 60
_BUSY = 0.6
"""So much of a processor is planned for: what is left over is for what nobody foresaw."""
_CORES, _MEMORY, _DISK = 64, 256_000, 8e12
"""Of the largest machine that is counted as one: processors, megabytes, bytes."""
_MOST_ENTRIES = 2**31 - 1
"""The column `ledger_entry.seq` is an INTEGER."""
_YEARS = 7
"""So long a portal is to run before anybody has to think of it again."""
_INDEX_SECONDS = 600.0
_IMPORT_SECONDS = 8 * 3600.0


@dataclass(frozen=True, slots=True)
class Units:
    """What was measured; milliseconds are of processors."""

    site: float
    """Milliseconds of a site for an opening and its letter."""
    database: float
    """Milliseconds of PostgreSQL for the same."""
    disclosures: float
    """A second, through the one head of the ledger."""
    worker: float
    """Milliseconds of a worker for a notice."""
    worker_database: float
    """Milliseconds of PostgreSQL for the same."""
    link_bytes: float
    """In the database, for each link with its copy, notice, opening and disclosure."""
    entry_bytes: float
    """In the database, for each entry of the ledger with its words."""
    index_megabytes: float
    """Of each process that reads files, for a thousand children."""
    index_seconds: float
    """Of a processor, for a thousand children."""
    import_seconds: float
    """For a thousand children."""
    plan_megabytes: float
    """Of the process in which an approver presses, for a thousand guardians."""


@dataclass(frozen=True, slots=True)
class Busiest:
    """The busiest minute of a day: notices and openings a second."""

    notices: float
    openings: float


def busiest(families: float) -> Busiest:
    """Run the day on which everybody gets a letter, minute by minute."""
    sent = families / _SEND_MINUTES
    share = [_opened_by(minute + 1) - _opened_by(minute) for minute in range(_DAY)]
    most = max(sum(share[max(0, now - _SEND_MINUTES) : now]) for now in range(1, _DAY))
    return Busiest(sent / 60, sent * _OPENED * most / 60)


def _opened_by(minutes: float) -> float:
    """Return the share of those who open a letter at all that have done so after so many minutes (lognormal)."""
    if minutes <= 0:
        return 0.0
    return 0.5 * (1 + math.erf(math.log(minutes / _MEDIAN_MINUTES) / (_SPREAD * math.sqrt(2))))


@dataclass(frozen=True, slots=True)
class Bill:
    """What so many families need on their busiest day, and what a year adds."""

    families: float
    at_most: Busiest
    site_cores: float
    worker_cores: float
    database_cores: float
    bytes_a_year: float
    mails_a_year: float
    entries_a_year: float


def bill(families: float, units: Units) -> Bill:
    """Work out what so many families cost."""
    at_most = busiest(families)
    links = families * _LETTERS_A_YEAR
    entries = links * _OPENED * 2  # it was opened, and it was shown
    return Bill(
        families,
        at_most,
        at_most.openings * units.site / 1_000 / _BUSY,
        at_most.notices * units.worker / 1_000 / _BUSY,
        (at_most.openings * units.database + at_most.notices * units.worker_database) / 1_000 / _BUSY,
        links * units.link_bytes + entries * units.entry_bytes,
        links,
        entries,
    )


@dataclass(frozen=True, slots=True)
class Limit:
    """What stops growing at so many families, and what takes over from there."""

    what: str
    families: float
    then: str


def limits(units: Units) -> list[Limit]:
    """Return what breaks, the first first: each from one measured unit and the bound of one machine."""
    one = bill(1.0, units)
    return sorted(
        [
            Limit("the guard's index in each process that reads files", _MEMORY / 4 / units.index_megabytes * 1_000,
                  "a portal for each district, so that an index holds one district"),
            Limit("building that index within ten minutes of a roster", _INDEX_SECONDS / units.index_seconds * 1_000,
                  "a portal for each district"),
            Limit("one roster imported in a night", _IMPORT_SECONDS / units.import_seconds * 1_000,
                  "a roster for each district: imports then run side by side"),
            Limit("one letter to everybody, planned in one process", _MEMORY / units.plan_megabytes * 1_000,
                  "a letter for each district"),
            Limit("the one head of the ledger, at the busiest minute", units.disclosures / one.at_most.openings,
                  "a ledger for each district; on one database its head would have to be split (Citus, by district)"),
            Limit("processors of one PostgreSQL", _CORES / one.database_cores,
                  "read replicas for staff pages, then Citus by district"),
            Limit("the disk of one PostgreSQL, after seven years", _DISK / one.bytes_a_year / _YEARS,
                  "ledger and disclosures by month on cheaper disks, then Citus by district"),
            Limit("numbers of ledger entries, after seven years", _MOST_ENTRIES / one.entries_a_year / _YEARS,
                  "`seq` as BIGINT, by a migration with a quiet hour"),
        ],
        key=lambda limit: limit.families,
    )  # fmt: skip


def told(units: Units) -> Iterator[str]:
    """Yield the tables of `docs/scale.md`: the bill for a million families and beyond, and what breaks when."""
    heads = ("families", "notices / s", "openings / s", "site cores", "worker cores", "PostgreSQL cores",
             "mails a year", "GB a year")  # fmt: skip
    yield f"| {' | '.join(heads)} |"
    yield "|" + " --: |" * len(heads)
    for families in (10_000, 100_000, 1_000_000, 10_000_000, 100_000_000):
        one = bill(families, units)
        yield (
            f"| {families:,} | {one.at_most.notices:,.0f} | {one.at_most.openings:,.0f} | {one.site_cores:,.1f} |"
            f" {one.worker_cores:,.1f} | {one.database_cores:,.1f} | {one.mails_a_year:,.0f} |"
            f" {one.bytes_a_year / 1e9:,.0f} |"
        )
    yield ""
    yield "| what gives way, on one portal | at so many families | what takes over |"
    yield "| -- | --: | -- |"
    for limit in limits(units):
        yield f"| {limit.what} | {_rounded(limit.families):,} | {limit.then} |"


def _rounded(number: float) -> int:
    """Return a number with two figures that count."""
    digits = 10 ** max(0, math.floor(math.log10(number)) - 1)
    return int(number // digits * digits)
