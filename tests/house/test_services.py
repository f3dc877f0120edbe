"""The units of systemd in `deploy/` keep what they run as closed as they say, and run what is there."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.house.test_manual import strange
from tests.house.tree import HOUSE

UNITS = sorted((HOUSE / "deploy").glob("*.service"))
MOST_EXPOSED = 2.0


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_is_hardened_and_its_command_is_there(path: Path) -> None:
    asked = ["systemd-analyze", "security", "--offline=true", "--no-pager", str(path)]
    said = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    exposed = re.search(r"Overall exposure level for \S+: ([0-9.]+)", said)
    assert exposed
    assert float(exposed[1]) <= MOST_EXPOSED
    (command,) = re.findall(r"^ExecStart=(.*)$", path.read_text(), re.MULTILINE)
    assert list(strange(command)) == []


def test_all_units_let_the_same_calls_through() -> None:
    filters = {tuple(re.findall(r"^SystemCallFilter=(.*)$", path.read_text(), re.MULTILINE)) for path in UNITS}
    (allowed,) = filters
    assert "capset" in allowed[-1], "the cage gives its rights away by it"


def test_every_timer_catches_up_and_has_its_service() -> None:
    timers = sorted((HOUSE / "deploy").glob("*.timer"))
    assert {timer.stem for timer in timers} == {"portal-backup", "portal-doctor"}
    for timer in timers:
        text = timer.read_text()
        assert "Persistent=true" in text
        assert "RandomizedDelaySec=" in text
        assert timer.with_suffix(".service") in UNITS
