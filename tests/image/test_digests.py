"""Images by digest: `make digests`, asking what the test puts in the place of skopeo and docker."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.house.tree import HOUSE
from tests.image.image_builds import by_tag

FIRST, SECOND = "a" * 64, "b" * 64
ASKED = {"python:3.11-slim-bookworm", "postgres:18-bookworm", "caddy:2"}


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return a folder with what the script reads, as it stands here but for digests."""
    (tmp_path / "deploy").mkdir()
    (tmp_path / "bin").mkdir()
    shutil.copy(HOUSE / "deploy/digests.sh", tmp_path / "deploy")
    for name in ("Dockerfile", "compose.yaml"):
        (tmp_path / name).write_text(by_tag((HOUSE / name).read_text()))
    for tool in ("sh", "sed", "sort", "grep", "dirname", "mktemp", "rm", "cmp", "cat"):
        (tmp_path / "bin" / tool).symlink_to(shutil.which(tool) or tool)
    return tmp_path


def tells(place: Path, tool: str, digest: str, *, fails_for: str = "nobody") -> None:
    """Put a tool there that tells a digest of each image, and notes what it was asked."""
    script = place / "bin" / tool
    script.write_text(
        f'#!/bin/sh\nfor last; do :; done\necho "$last" >> asked\n'
        f'case $last in *{fails_for}*) exit 1 ;; esac\necho "{digest}"\n'
    )
    script.chmod(0o755)


def run(place: Path, *words: str) -> tuple[int, str]:
    done = subprocess.run(
        ["sh", "deploy/digests.sh", *words],
        cwd=place,
        env={**os.environ, "PATH": str(place / "bin")},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr


def written(place: Path) -> str:
    return (place / "Dockerfile").read_text() + (place / "compose.yaml").read_text()


@pytest.mark.parametrize(("tool", "before"), [("skopeo", "docker://"), ("docker", "")])
def test_each_image_gets_the_digest_of_its_registry_and_later_the_newer_one(
    place: Path, tool: str, before: str
) -> None:
    code, said = run(place, "--check")
    assert code == 1
    assert all(name in said for name in ASKED)
    plain = written(place)
    for digest in (FIRST, SECOND):
        tells(place, tool, f"sha256:{digest}")
        assert run(place)[0] == 0
        assert run(place, "--check") == (0, "")
        assert written(place).replace(f"@sha256:{digest}", "") == plain
        assert written(place).count(f"@sha256:{digest}") == 4  # Python's stands twice
    assert set((place / "asked").read_text().split()) == {before + name for name in ASKED}
    assert "image: portal\n" in written(place)


def test_all_are_written_or_none(place: Path) -> None:
    plain = written(place)
    assert "Neither skopeo nor docker" in run(place)[1]
    tells(place, "skopeo", f"sha256:{FIRST}", fails_for="python")
    assert "No registry told the digest of python" in run(place)[1]
    tells(place, "skopeo", "sha256:none")
    assert "is no digest" in run(place)[1]
    assert written(place) == plain
