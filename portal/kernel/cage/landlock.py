"""Which files a process may still reach: the kernel refuses it every other path for good (Landlock, Linux 5.13).

For programs that are not ours and open files as they go, so that no filter of system calls can tell which.
"""

import ctypes
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from portal.kernel.cage.seccomp import system

_CREATE, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on every machine
_VERSION: Final = 1  # LANDLOCK_CREATE_RULESET_VERSION
_BENEATH: Final = 1  # LANDLOCK_RULE_PATH_BENEATH
_RUN, _WRITE, _READ, _LIST = 1, 2, 4, 8
_REMOVE: Final = 16 | 32  # folders, files
_MAKE: Final = 128 | 256 | 512  # folders, files, sockets
_REFER, _CUT = 8192, 16384  # since versions 2 and 3
_OF_VERSION: Final = ((1, 0x1FFF), (2, _REFER), (3, _CUT), (5, 32768))
_OF_FILES: Final = _RUN | _WRITE | _READ | _CUT
_NETWORK: Final = 1 | 2  # bind and connect by TCP, since version 4
_SCOPES: Final = 1 | 2  # sockets without a path, and signals, stay within: since version 6


class _Rule(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


def version() -> int:
    """Return which Landlock the kernel has; 0 where there is none."""
    if sys.platform != "linux":
        return 0
    return max(0, int(system().syscall(_CREATE, 0, 0, _VERSION)))


def keep_to_paths(*, runs: Iterable[str], reads: Iterable[str], writes: Iterable[str]) -> bool:
    """Keep what may be run, read and written, each a file or all below a folder. False where that is not to be had.

    What is not there is passed over. To be called once `PR_SET_NO_NEW_PRIVS` is set.
    """
    known = version()
    handled = sum(rights for since, rights in _OF_VERSION if since <= known)
    wanted = (handled, _NETWORK if known >= 4 else 0, _SCOPES if known >= 6 else 0)
    size = 8 if known < 4 else 16 if known < 6 else 24
    rules = (ctypes.c_uint64 * 3)(*wanted)
    ruleset = system().syscall(_CREATE, ctypes.addressof(rules), size, 0) if known else -1
    if ruleset < 0:
        return False
    try:
        every = (
            (runs, _RUN | _READ | _LIST),
            (reads, _READ | _LIST),
            (writes, _READ | _LIST | _WRITE | _REMOVE | _MAKE | _REFER | _CUT),
        )
        is_kept = all(_add(ruleset, path, rights & handled) for paths, rights in every for path in paths)
        return is_kept and system().syscall(_RESTRICT_SELF, ruleset, 0, 0) == 0
    finally:
        os.close(ruleset)


def _add(ruleset: int, path: str, rights: int) -> bool:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return True
    try:
        allowed = rights if Path(path).is_dir() else rights & _OF_FILES
        rule = _Rule(allowed, place)
        return bool(system().syscall(_ADD_RULE, ruleset, _BENEATH, ctypes.addressof(rule), 0) == 0)
    finally:
        os.close(place)
