"""`make faults`: a mailing to 500 families, read meanwhile, with a kill at each of twenty points, on both databases.

`python -m tests.drills.faults [--seed N] [--points N] [--families N] [--only sqlite|postgresql]`. A point is a step of
the site, the worker, the gate or the writer of disclosures (`tests/faults/run_parts.py`), drawn from a seed that is
printed. Prints where each was killed and what was sent, read and kept; then whatever was lost, doubled or left behind,
and what `portal ledger verify` says. It fails where that is anything at all, and where a point was never come to.
"""

import argparse
import asyncio
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from portal.kernel.configuration.settings import load_settings
from portal.kernel.secrets.keys import make_key_file
from portal.kernel.storage.migrations import migrate
from portal.wiring import House, build_house
from tests.cast import NOON
from tests.conftest import Watch
from tests.faults.under_fire import UnderFire, drawn_points, losses
from tests.parts.commands import run_portal
from tests.parts.postgresql import postgresql_server


@contextmanager
def _house(on: str, folder: Path, clock: Watch) -> Iterator[House]:
    """Give an empty house on one of the databases."""
    if on == "postgresql":
        with postgresql_server() as server:
            yield from _built(server.new_database(), folder, clock)
    else:
        yield from _built(f"sqlite:///{folder / 'data' / 'portal.db'}", folder, clock)


def _built(url: str, folder: Path, clock: Watch) -> Iterator[House]:
    make_key_file(folder / "portal.keys", NOON)
    os.environ |= {
        "PORTAL_DATA_DIR": str(folder / "data"),
        "PORTAL_DATABASE_URL": url,
        "PORTAL_KEY_FILE": str(folder / "portal.keys"),
        "PORTAL_BASE_URL": "http://127.0.0.1:8000",
    }
    house = build_house(load_settings(), clock=clock)
    migrate(house.db)
    try:
        yield house
    finally:
        house.close()


def drill(on: str, *, seed: int, number: int, families: int) -> int:
    """Run one mailing under fire; print what was seen, and return how many faults there were."""
    clock, began = Watch(), time.monotonic()
    with tempfile.TemporaryDirectory() as name, _house(on, Path(name), clock) as house:
        fire = UnderFire(house, clock, Path(name), families)
        points = drawn_points(number, families, seed)
        seen = asyncio.run(fire.run(points))
        print(*(f"  killed: {one}" for one in seen.killed), sep="\n")
        found = list(losses(fire, clock))
        if len(seen.killed) < len(points):
            found.append(f"{len(points) - len(seen.killed)} points were never come to")
        done = run_portal(["ledger", "verify"], fire.environ(1), Path(name))
        found += [] if done.returncode == 0 else [f"portal ledger verify: {done.stdout}{done.stderr}"]
    again = sum(len(ids) - 1 for ids in seen.mails.values())
    print(
        f"{on}: {len(seen.killed)} kills in {time.monotonic() - began:.0f} s; {len(seen.mails)} addresses mailed, "
        f"{again} messages came again; {len(seen.letters)} letters read; {len(seen.taken)} messages taken.",
        done.stdout.strip(),
    )
    print(*(f"  FAULT  {one}" for one in found), sep="\n")
    return len(found)


def main() -> int:
    asked = argparse.ArgumentParser(prog="make faults", description="Kill parts of the portal while a letter is sent.")
    asked.add_argument("--seed", type=int, default=random.randrange(10_000))
    asked.add_argument("--points", type=int, default=20)
    asked.add_argument("--families", type=int, default=500)
    asked.add_argument("--only", choices=["sqlite", "postgresql"])
    told = asked.parse_args()
    print(f"SEED={told.seed}")
    engines = [told.only] if told.only else ["sqlite", "postgresql"]
    return min(1, sum(drill(one, seed=told.seed, number=told.points, families=told.families) for one in engines))


if __name__ == "__main__":
    sys.exit(main())
