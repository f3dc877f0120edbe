"""CI builds the image when what it is made of changed since the last release and it can, and says which it was."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.house.tree import HOUSE
from tests.image.if_changed import decision

ALL = {"packages are missing": lambda: True}


def git(place: Path, *command: str) -> None:
    me = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "tag.gpgsign=false"]
    subprocess.run(["git", *me, *command], cwd=place, capture_output=True, check=True)


def change(place: Path, name: str) -> None:
    (place / name).parent.mkdir(exist_ok=True)
    (place / name).write_text(name)
    git(place, "add", "-A")
    git(place, "commit", "-q", "-m", name)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q")
    change(tmp_path, "Dockerfile")
    return tmp_path


def test_without_a_release_there_is_nothing_to_compare_with(repository: Path) -> None:
    wanted, why = decision(repository, ALL)
    assert not wanted
    assert "no release" in why


def test_it_is_built_when_what_it_is_made_of_changed_since_the_release(repository: Path) -> None:
    git(repository, "tag", "-a", "v1.0.0", "-m", "1")
    change(repository, "portal.py")
    assert decision(repository, ALL) == (False, "What the image is made of is as in v1.0.0, so it is not built.")
    change(repository, "deploy/database.sql")
    assert decision(repository, ALL) == (
        True,
        "deploy/database.sql changed since v1.0.0, so the image is built and tried.",
    )
    git(repository, "tag", "-a", "v1.0.1", "-m", "2")
    assert not decision(repository, ALL)[0]


def test_what_is_missing_is_said_and_nothing_after_it_is_asked(repository: Path) -> None:
    git(repository, "tag", "-a", "v1.0.0", "-m", "1")
    change(repository, "compose.yaml")
    asked: list[str] = []
    needed = {
        "packages are missing": lambda: True,
        "the line is cut": lambda: False,
        "more": lambda: asked.append("more"),
    }
    wanted, why = decision(repository, needed)
    assert not wanted
    assert "the line is cut" in why
    assert asked == []


def test_without_buildah_and_apt_it_says_which_packages_are_missing(tmp_path: Path) -> None:
    (tmp_path / "id").symlink_to(shutil.which("id") or "id")
    script = (HOUSE / "tests/image/install.sh").read_text("utf-8").replace(":/usr/sbin:/sbin", "")
    done = subprocess.run(
        [shutil.which("sh") or "sh", "-c", script],
        env={**os.environ, "PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "buildah" in done.stderr
    assert "debootstrap" in done.stderr
