"""The office that imports rosters, and the command line at work on the house of a test."""

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from portal.cli import app
from portal.kernel.configuration.settings import Settings
from portal.wiring import House
from tests.flows.district import Office


@pytest.fixture
def office(house: House, tmp_path: Path) -> Office:
    return Office(house, tmp_path / "roster.csv")


@pytest.fixture
def portal(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Callable[..., Result]:
    """Run a command on this test's house; what is no exit of its own is raised."""
    for name in ("database_url", "data_dir", "key_file", "base_url"):
        value = settings.database if name == "database_url" else getattr(settings, name)
        monkeypatch.setenv(f"PORTAL_{name.upper()}", str(value))

    def run(*words: str) -> Result:
        result = CliRunner().invoke(app, list(words))
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run
