"""One version in all places, a change log that can be read, and a release that is made whole or not at all."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.house.tree import HOUSE

HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
LOCKED = re.compile(r"^([a-z0-9-]+)(?:\[[a-z,]+\])?==(\S+)", re.MULTILINE)
VERSION: str = tomllib.loads((HOUSE / "pyproject.toml").read_text())["project"]["version"]
CHANGES = (HOUSE / "CHANGELOG.md").read_text()
PARTS = ["Added", "Changed", "Fixed", "Security", "Upgrade"]
MOST_LINES = 60


def sections() -> dict[str, str]:
    _, *pieces = HEADING.split(CHANGES)
    return dict(zip(pieces[::2], pieces[1::2], strict=True))


def test_the_version_is_one() -> None:
    released = [head for head in sections() if head != "Unreleased"]
    assert version("portal") == VERSION
    assert released[0].split(" (")[0] == VERSION


@pytest.mark.parametrize("head", sections())
def test_a_version_has_at_most_sixty_lines_under_five_headings_in_order(head: str) -> None:
    lines = [line for line in sections()[head].splitlines() if line.strip()]
    parts = [line.removeprefix("### ") for line in lines if line.startswith("### ")]
    assert parts == [one for one in PARTS if one in parts]
    assert len(lines) <= MOST_LINES
    assert [line for line in lines if not line.startswith(("- ", "### "))] == []


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Return a repository of its own with all that is released, at version 9.9.9."""
    place = tmp_path / "portal"
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=HOUSE, capture_output=True, text=True, check=True).stdout
    tops = ("portal", "alembic", "static", "requirements", "deploy")
    for name in tracked.split("\0"):
        if name and ("/" not in name or name.startswith(tops)) and (HOUSE / name).exists():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(HOUSE / name, place / name)
    project = place / "pyproject.toml"
    project.write_text(project.read_text().replace(f'version = "{VERSION}"', 'version = "9.9.9"'))
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "all"]):
        git(place, *command)
    return place


def git(place: Path, *command: str) -> str:
    me = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    done = subprocess.run(["git", *me, *command], cwd=place, capture_output=True, text=True, check=True)
    return done.stdout


def release(place: Path, **more: str) -> tuple[int, str]:
    who = {f"GIT_COMMITTER_{key}": value for key, value in (("NAME", "A"), ("EMAIL", "a@example.org"))}
    env = {**os.environ, "PYTHON": sys.executable, "IMAGE": "no", "AUDIT": "no", **who, **more}
    done = subprocess.run(["sh", "deploy/release.sh"], cwd=place, env=env, capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


def test_a_release_is_whole_or_there_is_none(clone: Path) -> None:
    code, said = release(clone)
    assert code == 1
    assert "It has to begin with “## 9.9.9 (YYYY-MM-DD)”" in said
    changes = clone / "CHANGELOG.md"
    changes.write_text(CHANGES.replace("\n## ", "\n## 9.9.9 (2026-12-24)\n\n### Fixed\n\n- All.\n\n## ", 1))
    assert "not committed" in release(clone)[1]
    git(clone, "commit", "-q", "-a", "-m", "release")
    assert "IMAGE=no" in release(clone, IMAGE="yes", PATH=without_builders(clone))[1]
    unnamed = release(clone, IMAGE="yes", PATH=with_builder(clone))[1]
    assert ("named by digest alone" in unnamed) == ("@sha256:" not in (HOUSE / "Dockerfile").read_text())
    unheard = release(clone, AUDIT="yes", https_proxy="http://127.0.0.1:9", no_proxy="")[1]
    assert "NOT audited" in unheard
    assert "AUDIT=no" in unheard
    assert git(clone, "tag") == ""
    assert not (clone / "dist").exists()

    code, said = release(clone)
    assert code == 0, said
    assert git(clone, "tag").split() == ["v9.9.9"]
    dist = clone / "dist"
    sums = dict(line.split()[::-1] for line in (dist / "SHA256SUMS").read_text().splitlines())
    made = ("-py3-none-any.whl", "-requirements.txt", "-deploy.tar.gz", ".cdx.json")
    assert set(sums) == {f"portal-9.9.9{end}" for end in made}
    assert all(hashlib.sha256((dist / name).read_bytes()).hexdigest() == found for name, found in sums.items())
    with tarfile.open(dist / "portal-9.9.9-deploy.tar.gz") as files:
        assert "portal-9.9.9/deploy/nginx.conf" in files.getnames()
    listed = json.loads((dist / "portal-9.9.9.cdx.json").read_text())
    assert listed["metadata"]["component"]["version"] == "9.9.9"
    locked = re.findall(
        r"^([a-z0-9-]+)(?:\[[a-z,]+\])?==(\S+)", (HOUSE / "requirements/run.txt").read_text(), re.MULTILINE
    )
    assert {(one["name"], one["version"]) for one in listed["components"]} == set(locked)
    assert "there already" in release(clone)[1]


def with_builder(place: Path) -> str:
    """Return a PATH with a docker that makes nothing."""
    folder = place.parent / "builder"
    folder.mkdir()
    (folder / "docker").symlink_to(shutil.which("false") or "false")
    return f"{folder}:{os.environ['PATH']}"


def without_builders(place: Path) -> str:
    """Return a PATH with all that the script needs, and nothing that builds images."""
    folder = place.parent / "bin"
    folder.mkdir()
    for name in ("sh", "git", "sed", "head", "dirname"):
        (folder / name).symlink_to(shutil.which(name) or name)
    return str(folder)
