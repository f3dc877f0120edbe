"""The office that imports rosters, for tests of the import."""

from pathlib import Path

import pytest

from portal.wiring import House
from tests.flows.district import Office


@pytest.fixture
def office(house: House, tmp_path: Path) -> Office:
    return Office(house, tmp_path / "roster.csv")
