"""A process that is forked for every order: how its children get by with few pages of their own.

After fork(2) both share every page until one of them writes to it, and each first write costs a page fault and a copy.
Python writes to whatever it looks at (it counts who does), and takes new memory wherever a hole is left.
"""

import ctypes
import gc
import sys
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any, Final

_SMALL: Final = range(16, 513, 16)
"""Bytes of what Python keeps in pools, a size a pool (Objects/obmalloc.c)."""
_BYTES_EMPTY: Final = sys.getsizeof(b"")
_RUN: Final = 15_000  # of the 16 KiB of a pool
_MOST_OF_A_SIZE: Final = 512 * 1024
_LARGE: Final = 120_000  # less than what malloc(3) gives a mapping of its own
_LEAST: Final = 24
_MOST_HELD: Final = 256 << 20
_HUGE: Final = 2 << 20
_COLLAPSE: Final = 25  # MADV_COLLAPSE, since Linux 6.1
_held: list[object] = []
"""What fills the holes, for as long as the process lives."""


def settle() -> None:
    """Make ready to be forked often, once all is loaded: some 20 ms, and up to a few MiB that nobody uses again.

    What is there is left alone by the collector of cycles; what a child takes lies together behind it; and it lies in
    large pages where the kernel has them, so that fork(2) copies fewer entries. Each is no more than a matter of speed.
    """
    gc.collect()
    _fill_pools()
    if sys.platform == "linux":
        library = ctypes.CDLL(None)
        _fill_heap(library)
        _enlarge_pages(library)
    gc.freeze()


def forked() -> int:
    """Fork a process of one thread; 0 in the child, its number in the parent. Raises `OSError`.

    Not by `os.fork`: what libraries have registered for after a fork mends locks of threads that are not there, and
    writes to a hundred pages to do so, in a child that is to live for some milliseconds.
    """
    child = int(_library().fork())
    if child < 0:
        raise OSError(ctypes.get_errno(), "fork")
    return child


@cache
def _library() -> Any:  # noqa: ANN401 - whatever the system's library holds
    return ctypes.PyDLL(None, use_errno=True)  # it keeps the lock of the interpreter, for the child too


def _fill_pools() -> None:
    """Fill the holes in Python's pools: until blocks of a size follow each other through a whole pool, a new one."""
    for size in _SMALL:
        before = run = taken = 0
        while run < _RUN and taken < _MOST_OF_A_SIZE:
            block = _block(size)
            _held.append(block)
            run = run + size if id(block) == before + size else 0
            before = id(block)
            taken += size


def _block(size: int) -> object:
    """Return an object that takes a block of `size` bytes."""
    if size == 16:
        return object()
    return float(size) if size == 32 else bytes(size - _BYTES_EMPTY)


def _fill_heap(library: ctypes.CDLL) -> None:
    """Fill the holes in the heap of malloc(3), large ones first: until what it gives lies at the end."""
    library.malloc.restype = library.sbrk.restype = ctypes.c_void_p
    library.malloc.argtypes, library.free.argtypes = [ctypes.c_size_t], [ctypes.c_void_p]
    library.sbrk.argtypes = [ctypes.c_long]
    if hasattr(library, "malloc_trim"):
        library.malloc_trim(0)
    end = library.sbrk(0)
    left = _MOST_HELD
    for size in chain(_halved(_LARGE, 2_048), range(2_048, _LEAST - 1, -16)):
        while left > 0 and (place := library.malloc(size)):
            left -= size
            if place >= end:
                library.free(place)
                break


def _halved(size: int, least: int) -> list[int]:
    sizes = []
    while size > least:
        sizes.append(size)
        size //= 2
    return sizes


def _enlarge_pages(library: ctypes.CDLL) -> None:
    library.madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    for line in Path("/proc/self/maps").read_text().splitlines():
        places, rights, *_, name = [*line.split(maxsplit=5), ""][:6]
        if rights == "rw-p" and name.strip() in {"", "[heap]"}:
            first, end = (int(place, 16) for place in places.split("-"))
            if end - first >= _HUGE:
                library.madvise(first, end - first, _COLLAPSE)
