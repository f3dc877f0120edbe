"""What a stranger is told whose Python is not enough: by `make`, before anything is made or installed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import HOUSE

_HERE = f"python{sys.version_info.major}.{sys.version_info.minor}"


@pytest.mark.parametrize(
    ("lacking", "told"),
    [
        (("ensurepip.py", "raise ImportError"), f"apt-get install {_HERE}-venv"),  # as Debian and Ubuntu bring it
        (("sitecustomize.py", "import sys; sys.version_info = (3, 10, 13)"), "needs Python 3.11 or newer"),
    ],
)
def test_a_python_that_is_not_enough_is_told_in_one_line(lacking: tuple[str, str], told: str, tmp_path: Path):
    (tmp_path / lacking[0]).write_text(lacking[1])
    shutil.copy(HOUSE / "Makefile", tmp_path)
    environ = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": str(tmp_path)}
    words = ["make", "--silent", f"PYTHON={sys._base_executable}", ".venv/bin/python"]
    done = subprocess.run(words, cwd=tmp_path, env=environ, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode != 0
    assert not (tmp_path / ".venv").exists()
    assert len(done.stdout.splitlines()) == 1
    assert told in done.stdout
