"""Ending a process that this one has started."""

import subprocess
from typing import Final

_PATIENCE: Final = 5.0


def end(process: subprocess.Popen[bytes]) -> None:
    """Ask a process to end, and kill it if it does not.

    A process of the cage may be one that waits for another (`cage.go_apart`): asked, it ends that one first, and what
    both have used is known.
    """
    process.terminate()
    try:
        process.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
