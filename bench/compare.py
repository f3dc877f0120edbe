"""`make bench-compare`: this tree against an earlier version, bench by bench in turns: processor time, never seconds.

`python -m bench.compare [BASE [NAME …]]`: BASE is a commit or a tag, by default the newest version's tag. Its tree is
laid out beside this one and runs with the same installed packages, so that the machine and its libraries are no part of
the difference. Each bench runs three times in both, in turns; the least counts. It fails where one takes more than a
tenth more here. Statements, bytes and imports are counted by `tests/bench/test_counts.py`.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).parent.parent
TURNS = 3
AT_MOST = 1.10
COMPARED = {
    "disclosure": ("4",),
    "notices": ("400",),
    "roster": (),
    "batch": ("200",),
    "press": (),
    "ledger": ("50000",),
    "search": ("5000",),
}
"""The benches whose work hangs on no clock, and how much of it they do."""


@contextmanager
def laid_out(base: str) -> Iterator[Path]:
    """Give the tree of a version in a folder of its own. Raises `CalledProcessError` for one that is not there."""
    with tempfile.TemporaryDirectory(prefix="portal-base-") as folder:
        tree = Path(folder) / "tree"
        subprocess.run(["git", "worktree", "add", "--quiet", "--detach", tree, base], cwd=HERE, check=True)
        try:
            yield tree
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", tree], cwd=HERE, check=True)


def processor_seconds(tree: Path, name: str) -> float | None:
    """Return what a bench of a tree takes of the processor, with all it starts; None where it fails."""
    command = [sys.executable, "-m", f"bench.{name}", *COMPARED[name]]
    process = subprocess.Popen(command, cwd=tree, env=os.environ | {"PYTHONPATH": str(tree)}, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return None if process.returncode else used.ru_utime + used.ru_stime


def compared(tree: Path, name: str) -> bool:
    """Print how a bench stands here to there; tell whether it takes no more than a tenth more."""
    if not (tree / "bench" / f"{name}.py").exists():
        print(f"{name}: the base has no such bench")
        return True
    there, here = list[float](), list[float]()
    for _ in range(TURNS):
        for place, taken in ((tree, there), (HERE, here)):
            seconds = processor_seconds(place, name)
            if seconds is None:
                print(f"{name}: failed in {'this tree' if place == HERE else 'the base'}")
                return place != HERE
            taken.append(seconds)
    ratio = min(here) / min(there)
    print(f"{name}: {min(here):.2f} s of the processor, {ratio:.2f} times the base ({min(there):.2f} s)", flush=True)
    return ratio <= AT_MOST


def main() -> int:
    """Compare; return 1 where something takes more."""
    newest = ["git", "describe", "--tags", "--abbrev=0", "--match", "v*"]
    base = sys.argv[1] if sys.argv[1:] else ""
    if not base:
        found = subprocess.run(newest, cwd=HERE, capture_output=True, text=True, check=False)
        base = found.stdout.strip()
    if not base:
        print("No version is tagged here. Name the base: make bench-compare BASE=COMMIT")
        return 2
    with laid_out(base) as tree:
        worse = [name for name in sys.argv[2:] or COMPARED if not compared(tree, name)]
    if worse:
        print(f"More than a tenth worse than {base}: {', '.join(worse)}.")
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())
