"""What a bench has measured: a line for people, and one for `python -m bench`, which writes docs/performance.md of all.

A bench that is started by hand tells people alone.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

INTO: Final = "BENCH_FIGURES"
"""The variable that names the file into which figures are told besides."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: what was measured, how much, in which unit, and how it stands to its baseline of the same run.

    `times` is the figure in baselines, 0 where there is none; `baseline` says what that is, `aim` what is to be
    reached. `bench` is filled in by `python -m bench`.
    """

    what: str
    measured: float
    unit: str
    times: float = 0.0
    baseline: str = ""
    aim: str = ""
    bench: str = ""


def tell(what: str, measured: float, unit: str, aim: str = "", *, times: float = 0.0, baseline: str = "") -> None:
    """Tell one figure. `times` is what was taken in baselines, the more the worse; `baseline` says what that is."""
    figure = Figure(what, round(measured, 4), unit, round(times, 3), baseline, aim)
    ratio = f"  {figure.times:,g} x {baseline}" if times else ""
    print(f"{what}: {figure.measured:,g} {unit}{ratio}{f'  (to reach: {aim})' if aim else ''}", flush=True)
    if place := os.environ.get(INTO):
        with Path(place).open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(figure)) + "\n")


def told_in(path: Path, bench: str) -> Iterator[Figure]:
    """Give what a bench has told into a file."""
    if path.exists():
        for line in path.read_text("utf-8").splitlines():
            yield Figure(**(json.loads(line) | {"bench": bench}))
