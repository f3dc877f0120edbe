"""Temporary files of the tests in memory: thousands of databases and folders are made, used once and taken away."""

import os
import shutil
import tempfile
from pathlib import Path

_MEMORY = Path("/dev/shm")
_ROOM = 4 << 30
"""Bytes that have to be free: a run takes a fraction of that, as what a passed test leaves is removed at once."""


def keep_files_in_memory() -> None:
    """Have `tempfile`, and every process that is started, keep files in memory, if there is room and nobody said where.

    On a disk that tells its maker of each freed block, a deleted file costs some 2 ms: minutes of a run.
    """
    if "TMPDIR" in os.environ or not os.access(_MEMORY, os.W_OK | os.X_OK):
        return
    if shutil.disk_usage(_MEMORY).free >= _ROOM:
        os.environ["TMPDIR"] = tempfile.tempdir = str(_MEMORY)
