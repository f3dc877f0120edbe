"""docs/performance.md, written from what a run of every bench told, with the figures of earlier versions beside it."""

import json
import os
import platform
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

from bench.figures import Figure

DOCS: Final = Path(__file__).parent.parent / "docs"
PAGE: Final = DOCS / "performance.md"
HISTORY: Final = DOCS / "performance"
_HEAD: Final = """# Performance

`make bench` writes this page: it runs every bench of the folder `bench`, one after the other, and stands each figure
beside a baseline of the same run. Seconds change with the machine by half and more, so a figure says little alone: look
at *times*, which is what the work takes in baselines. `make bench-compare` holds two versions against each other.

"""


@dataclass(frozen=True, slots=True)
class Ran:
    """One bench that ran: exit code, seconds, CPU seconds with its children, the largest process in MiB, figures."""

    name: str
    code: int
    seconds: int
    cpu: int
    memory: int
    figures: list[Figure]


def write(ran: Sequence[Ran]) -> Path:
    """Keep the figures under this version, and write the page of all versions; return it."""
    HISTORY.mkdir(exist_ok=True)
    kept = [asdict(figure) for one in ran for figure in one.figures]
    (HISTORY / f"{version('portal')}.json").write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", "utf-8")
    PAGE.write_text(_HEAD + "\n".join(_page(ran)) + "\n", "utf-8")
    return PAGE


def _page(ran: Sequence[Ran]) -> Iterator[str]:
    day, cores = datetime.now(UTC).date(), os.cpu_count()
    total = sum(one.seconds for one in ran)
    yield f"Last run: {day}, version {version('portal')}, Python {platform.python_version()}, {cores} processors,"
    yield f"{total // 60} min {total % 60} s in all.\n"
    yield from _table("## Figures\n", ("bench", "figure", "measured", "times", "baseline", "to reach"), _rows(ran))
    took = [(one.name, f"{one.seconds} s", f"{one.cpu} s", f"{one.memory} MiB") for one in ran]
    yield from _table("\n## What each bench takes\n", ("bench", "seconds", "CPU", "largest process"), took)
    yield from _history()


def _rows(ran: Sequence[Ran]) -> Iterator[tuple[str, ...]]:
    for one in ran:
        for figure in one.figures:
            told = (said(figure), _or_nothing(figure.times), figure.baseline, figure.aim)
            yield one.name, figure.what.strip(), *told


def _or_nothing(times: float | None) -> str:
    return f"{times:,.3g}" if times else ""


def _history() -> Iterator[str]:
    """Give a table of the figures that have a baseline, a column for each version."""
    kept = {path.stem: json.loads(path.read_text("utf-8")) for path in HISTORY.glob("*.json")}
    versions = sorted(kept, key=lambda name: [int(part) for part in name.split(".")])
    times = {name: {(one["bench"], one["what"]): one["times"] for one in kept[name]} for name in versions}
    keys = dict.fromkeys(key for name in versions for key, value in times[name].items() if value)
    rows = [(key[0], key[1].strip(), *(_or_nothing(times[name].get(key)) for name in versions)) for key in keys]
    yield from _table("\n## Times the baseline, by version\n", ("bench", "figure", *versions), rows)


def said(figure: Figure) -> str:
    """Return a figure in words, with three digits that say something."""
    digits = 0 if figure.measured >= 100 else 1 if figure.measured >= 10 else 2
    return f"{figure.measured:,.{digits}f} {figure.unit}"


def _table(
    title: str, heads: Sequence[str], rows: "Iterator[tuple[str, ...]] | list[tuple[str, ...]]"
) -> Iterator[str]:
    yield title
    yield f"| {' | '.join(heads)} |"
    yield f"|{' -- |' * len(heads)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
