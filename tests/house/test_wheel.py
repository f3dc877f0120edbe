"""The wheel carries what runs: migrations, static files and templates."""

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.house.tree import HOUSE, files


@pytest.fixture(scope="module")
def in_the_wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    built = subprocess.run(command, cwd=HOUSE, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    (wheel,) = folder.glob("*.whl")
    with ZipFile(wheel) as archive:
        return set(archive.namelist())


def shipped(room: str) -> set[str]:
    return {path.relative_to(HOUSE / room).as_posix() for path in files() if path.is_relative_to(HOUSE / room)}


@pytest.mark.parametrize("room", ["alembic", "static"])
def test_what_lies_beside_the_package_lies_inside_it_once_installed(in_the_wheel: set[str], room: str) -> None:
    assert shipped(room)
    assert {f"portal/{room}/{name}" for name in shipped(room)} <= in_the_wheel


def test_every_file_of_the_package_is_in_the_wheel(in_the_wheel: set[str]) -> None:
    assert {f"portal/{name}" for name in shipped("portal")} <= in_the_wheel
    assert any(name.startswith("portal/web/templates/") for name in in_the_wheel)


def test_neither_tests_nor_data_are_in_the_wheel(in_the_wheel: set[str]) -> None:
    tops = {Path(name).parts[0] for name in in_the_wheel}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"portal"}
    assert not [name for name in in_the_wheel if name.endswith((".keys", ".db"))]


def test_the_licence_travels_along(in_the_wheel: set[str]) -> None:
    assert any(name.endswith("licenses/LICENSE") for name in in_the_wheel)
