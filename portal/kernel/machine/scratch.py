"""Folders for a moment: what is unsealed in them is gone with the work, and after a crash with the next start.

Each is held by a lock on a file in it (flock(2)), which ends with its process however that ends. So whoever may take
the lock knows that nobody works there any more, whatever machine, container or process it was.
"""

import fcntl
import os
import re
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_PREFIX: Final = "portal-"
_NAME: Final = re.compile(rf"{_PREFIX}\w{{8}}")
"""What tempfile makes of the prefix; other parts of the portal keep empty folders with longer names, for good."""
_HELD: Final = ".held"
_SETTLING_SECONDS: Final = 60.0
"""A folder younger than this may be one that is about to be locked."""
_DAY_SECONDS: Final = 86_400.0
"""What nobody ever locked (a posted file, a folder whose process died at once) is left behind for sure by then."""


@contextmanager
def scratch() -> Iterator[Path]:
    """Give an empty folder that only this process's user may enter, and remove it with all it holds."""
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    lock = os.open(folder / _HELD, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def clear_scratch() -> int:
    """Remove what processes that were killed have left in the temporary folder; return how many things."""
    here = Path(tempfile.gettempdir()).glob(f"{_PREFIX}*")
    return sum(_is_left(one) and _removed(one) for one in here if _NAME.fullmatch(one.name))


def _is_left(one: Path) -> bool:
    try:
        about = one.lstat()
        has_lock = (one / _HELD).exists()
    except OSError:
        return False
    if about.st_uid != os.getuid() or stat.S_ISLNK(about.st_mode):
        return False
    age = time.time() - about.st_mtime  # by the file system's time, not the portal's
    return _is_let_go(one) if has_lock and age > _SETTLING_SECONDS else not has_lock and age > _DAY_SECONDS


def _is_let_go(folder: Path) -> bool:
    """Whether a folder has a lock that nobody holds."""
    try:
        lock = os.open(folder / _HELD, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(lock)
    return True


def _removed(one: Path) -> bool:
    if one.is_dir():
        shutil.rmtree(one, ignore_errors=True)
    else:
        one.unlink(missing_ok=True)
    return not one.exists()
