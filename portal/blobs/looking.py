"""Whether the store takes a file, and whether files that have to be there open: a sample, in bounded time."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from portal.blobs import BlobExists, BlobMissing, Blobs, BlobsUnreachable, KeyMissing, SealedDocuments
from portal.kernel.ids import new_id
from portal.kernel.secrets.keys import SealBroken

_TOGETHER: Final = 8
_PROBE: Final = b"probe"


@dataclass(frozen=True, slots=True)
class StoreSeen:
    """What the store did: whether it took a probe, how many of the files wanted were looked at, and which do not open.

    `is_private` is False where others on this machine may enter its folders.
    """

    takes: bool
    wanted: int = 0
    looked_at: int = 0
    broken: tuple[str, ...] = ()
    is_private: bool = True


def takes_files(blobs: Blobs) -> bool:
    """Tell whether a file can be written, read again and deleted."""
    name = new_id()
    try:
        blobs.put(name, [_PROBE])
        try:
            return blobs.get(name, 0, len(_PROBE)) == _PROBE
        finally:
            blobs.delete(name)
    except (BlobsUnreachable, BlobMissing, BlobExists):
        return False


def open_some(documents: SealedDocuments, files: Sequence[tuple[str, int]], *, seconds: float) -> StoreSeen:
    """Open the first chunk of files, given by id and size, for at most so many seconds and one request longer."""
    until = time.monotonic() + seconds

    def opens(file: tuple[str, int]) -> bool | None:
        """Tell whether a file opens; None where there was no time, or no answer."""
        if time.monotonic() > until:
            return None
        try:
            next(documents.open(*file, end=min(1, file[1])), b"")
        except (BlobMissing, KeyMissing, SealBroken):
            return False
        except BlobsUnreachable:
            return None
        return True

    with ThreadPoolExecutor(_TOGETHER) as together:
        found = list(zip(files, together.map(opens, files), strict=True))
    broken = tuple(file[0] for file, opened in found if opened is False)
    looked_at = sum(opened is not None for _, opened in found)
    return StoreSeen(takes=True, wanted=len(files), looked_at=looked_at, broken=broken)
