"""Site, worker, gate and the writer of disclosures, killed at random steps of a mailing: nothing is lost or doubled."""

from pathlib import Path

import pytest

from portal.wiring import House
from tests.conftest import Watch
from tests.faults.under_fire import UnderFire, drawn_points, losses
from tests.parts.commands import run_portal

pytestmark = pytest.mark.anyio


async def test_a_mailing_is_whole_whatever_was_killed_meanwhile(house: House, clock: Watch, tmp_path: Path) -> None:
    """Worker and writer of disclosures on SQLite, site and gate on PostgreSQL; `make faults` kills all on both."""
    fire, drawn = UnderFire(house, clock, tmp_path, families=24), drawn_points(4, 24, seed=1)
    points = drawn[:2] if house.db.is_sqlite else drawn[2:]
    seen = await fire.run(points)
    assert len(seen.killed) == len(points)
    assert list(losses(fire, clock)) == []
    done = run_portal(["ledger", "verify"], fire.environ(1), tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
