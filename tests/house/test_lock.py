"""`make check-lock` fails when a lock would be written otherwise, and for nothing else that stands beside it."""

import shutil
import subprocess
from pathlib import Path

import pytest

HOME = Path(__file__).parents[2]


@pytest.mark.parametrize(("writes", "ends"), [("true", 0), ("echo 'new==1' >> requirements/run.txt", 1)])
def test_only_a_changed_lock_is_out_of_step(tmp_path: Path, writes: str, ends: int) -> None:
    """The tree as it stands passes with a resolver that changes nothing; one line more and it fails."""
    shutil.copytree(HOME / "requirements", tmp_path / "requirements")
    shutil.copy(HOME / "pyproject.toml", tmp_path)
    resolver = tmp_path / ".venv/bin/uv"
    resolver.parent.mkdir(parents=True)
    resolver.write_text(f"#!/bin/sh\n{writes}\n")
    resolver.chmod(0o700)

    ended = subprocess.run(
        ["sh", str(tmp_path / "requirements/lock.sh"), "--check"], capture_output=True, text=True, check=False
    )

    assert ended.returncode == ends, ended.stderr
    assert ("Run: make lock" in ended.stderr) is (ends == 1)
