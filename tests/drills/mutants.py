"""`make mutants`: small changes to the rules that promises are made of, and which of them no test notices.

`python -m tests.drills.mutants [--count N] [--seed N] [PATTERN …]`. A pattern is a mutant's name as mutmut writes it,
such as `portal.links.*`. A draw of so many is tried, 0 being all of them, each with the tests of `[tool.mutmut]` that
run through what it changes. What survives is printed, and how many of each module were noticed; it is no failure by
itself, for some changes mean the same as before. `docs/mutants.md` tells what was seen.
"""

import argparse
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from fnmatch import fnmatch
from pathlib import Path

HOUSE = Path(__file__).parents[2]
TAKEN = ("portal", "tests", "alembic", "static", "docs", "pyproject.toml", "README.md")
NOTICED = frozenset({"killed", "timeout"})
"""What became of a mutant that a test noticed: it failed, or went on for ever."""


def mutmut(folder: Path, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "mutmut", *words],
        cwd=folder,
        check=False,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    return done.stdout


def results(folder: Path) -> dict[str, str]:
    """Return every mutant that was made, with what became of it in mutmut's word."""
    lines = mutmut(folder, "results", "--all", "true").splitlines()
    return dict(line.strip().split(": ", 1) for line in lines if ": " in line)


def main() -> int:
    asked = argparse.ArgumentParser(prog="make mutants", description="Which changes to the rules does no test notice?")
    asked.add_argument("--count", type=int, default=50)
    asked.add_argument("--seed", type=int, default=random.randrange(10_000))
    asked.add_argument("patterns", nargs="*", default=["*"], metavar="PATTERN")
    told = asked.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for one in TAKEN:
            copy = shutil.copytree if (HOUSE / one).is_dir() else shutil.copy
            copy(HOUSE / one, folder / one)
        print("Making the mutants, and seeing which tests run through what …", flush=True)
        said = mutmut(folder, "run", "none")  # there is no way to make them all and try none yet
        mutants = [one for one in results(folder) if any(fnmatch(one, pattern) for pattern in told.patterns)]
        if not mutants:
            print(said[-3000:] or "There are none of that name.")
            return 1
        drawn = random.Random(told.seed).sample(mutants, min(told.count or len(mutants), len(mutants)))
        print(f"Trying {len(drawn)} of {len(mutants):,} (--seed {told.seed} draws the same again) …", flush=True)
        said = mutmut(folder, "run", *drawn)
        became = results(folder)
        ends = {one: became[one] for one in sorted(drawn)}
        if "not checked" in ends.values():
            print(said[-3000:])
            return 1
        _tell(folder, ends)
    return 0


def _tell(folder: Path, ends: dict[str, str]) -> None:
    for one in (one for one, end in ends.items() if end == "survived"):
        print(mutmut(folder, "show", one))
    by_module: dict[str, Counter[str]] = {}
    for one, end in ends.items():
        by_module.setdefault(re.split(r"\.x[_ǁ]", one)[0], Counter())[end] += 1
    for module, counts in [*by_module.items(), ("all", Counter(ends.values()))]:
        noticed, every = sum(counts[end] for end in NOTICED), counts.total()
        rest = ", ".join(f"{count} {end}" for end, count in counts.most_common() if end not in NOTICED)
        print(f"{noticed:5} of {every:5}  {noticed / every:4.0%}  {module}  {rest}".rstrip())


if __name__ == "__main__":
    sys.exit(main())
