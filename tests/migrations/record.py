"""Record what a released version keeps and asks of its database: `python -m tests.migrations.record 0.3.0 v0.3.0`.

Takes the version's code from the history of the repository and has it tell `story.py` with the packages installed
here. The recording (`released/VERSION/`) is committed once and never made anew: no later test needs the history.
"""

import argparse
import gzip
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

_HERE = Path(__file__).parent
_HOUSE = _HERE.parent.parent


def record(version: str, commit: str) -> None:
    """Write a released version's recording. Raises `CalledProcessError` when its code cannot tell the story."""
    with tempfile.TemporaryDirectory() as folder:
        tree, said = Path(folder, "tree"), Path(folder, "said")
        tree.mkdir()
        said.mkdir()
        archive = subprocess.run(["git", "archive", commit], cwd=_HOUSE, check=True, capture_output=True).stdout
        subprocess.run(["tar", "-x", "-C", tree], input=archive, check=True)
        story = tree / "tests/migrations/test_story.py"
        shutil.copy(_HERE / "story.py", story)
        subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-W", "default", "-p", "no:xdist", story],
            cwd=tree, check=True, env={**os.environ, "PORTAL_STORY": str(said), "PYTHONPATH": str(tree)},
        )  # fmt: skip
        kept = _HERE / "released" / version
        kept.mkdir(parents=True, exist_ok=True)
        for path in said.glob("*.json"):
            (kept / f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes(), mtime=0))
            sys.stdout.write(f"{kept / path.name}.gz\n")


if __name__ == "__main__":
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("version")
    given.add_argument("commit", help="the commit or tag of that version")
    asked = given.parse_args()
    record(asked.version, asked.commit)
