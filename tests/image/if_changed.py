"""What `.ci/run` does about the image: it is built and tried when what it is made of differs from the last release.

`python -m tests.image.if_changed` says in one sentence what was done and why. It fails when the image does, and not
where nothing can be built.
"""

import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from tests.house.tree import HOUSE

MADE_OF: Final = ("Dockerfile", ".dockerignore", "compose.yaml", "requirements", "deploy")
_MOST_SECONDS: Final = 1500
"""So long may all of it take: a machine that is slower says so, and its other tests count."""


def _ends_well(*command: str) -> bool:
    return subprocess.run(command, cwd=HOUSE, stdin=subprocess.DEVNULL, stdout=sys.stderr, check=False).returncode == 0


def _can_fetch() -> bool:
    with tempfile.TemporaryDirectory() as folder:
        asked = ["download", "--quiet", "--no-deps", "--no-cache-dir", f"--dest={folder}", "pluggy"]
        return _ends_well(sys.executable, "-m", "pip", *asked)


def _can_contain() -> bool:
    return _ends_well("unshare", "--net", "sh", "-c", "buildah rm $(buildah from scratch)")


NEEDED: Final[Mapping[str, Callable[[], bool]]] = {
    "packages are missing": lambda: _ends_well("sh", "tests/image/install.sh"),
    "nothing can be fetched": _can_fetch,
    "this machine makes no containers": _can_contain,
}
"""What building takes, each with what is said where it is not to be had; asked in this order."""


def last_release(repository: Path) -> str:
    """Return the tag of the newest release that this tree comes from, or nothing where there is none."""
    asked = ["git", "describe", "--tags", "--abbrev=0", "--match=v[0-9]*"]
    return subprocess.run(asked, cwd=repository, capture_output=True, text=True, check=False).stdout.strip()


def decision(repository: Path, needed: Mapping[str, Callable[[], bool]] = NEEDED) -> tuple[bool, str]:
    """Tell whether the image is to be built, and why, in a sentence."""
    release = last_release(repository)
    if not release:
        return False, "There is no release to compare with, so the image is not built. `make image-test` builds it."
    asked = ["git", "diff", "--name-only", release, "--", *MADE_OF]
    changed = subprocess.run(asked, cwd=repository, capture_output=True, text=True, check=True).stdout.split()
    if not changed:
        return False, f"What the image is made of is as in {release}, so it is not built."
    since = f"{changed[0]}{' and others' if changed[1:] else ''} changed since {release}"
    for lack, there in needed.items():
        if not there():
            return False, f"{since}, but the image is not built: {lack}. `make image-test` builds it elsewhere."
    return True, f"{since}, so the image is built and tried."


def main() -> int:
    """Say what is done, and do it; return the exit code."""
    wanted, sentence = decision(HOUSE)
    print(f"Image: {sentence}", flush=True)
    if not wanted:
        return 0
    try:
        return subprocess.run(["make", "image-test"], cwd=HOUSE, timeout=_MOST_SECONDS, check=False).returncode
    except subprocess.TimeoutExpired:
        print(f"Image: it was not done after {_MOST_SECONDS} seconds, which says nothing of the image.", flush=True)
        return 0


if __name__ == "__main__":
    sys.exit(main())
