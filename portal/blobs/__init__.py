"""Sealed files: where bytes lie, who holds their keys, and the store that never lets a forged byte out.

The ports are here; which adapter stands behind one is decided upstairs. Blobs see ciphertext alone.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from portal.kernel.errors import Conflict, NotFound, PortalError


class BlobMissing(NotFound):
    """The file is not where it was put. Nothing was shown."""


class BlobExists(Conflict):
    """A file by this name is already there, and what was put once is never overwritten."""


class BlobsUnreachable(PortalError):
    """The place where files are kept does not answer. Try again in a moment."""


class KeyMissing(NotFound):
    """The key of this document was destroyed, or never existed. Nobody can read it."""


class Blobs(Protocol):
    """Opaque bytes by name. A name is an id: 32 lower-case hexadecimal digits, never a path."""

    @property
    def is_near(self) -> bool:
        """Whether reading a little takes microseconds, so that it need not be handed to a thread."""

    def put(self, name: str, chunks: Iterable[bytes]) -> None:
        """Keep `chunks` under `name`, whole and durable on return, or not at all. Raises `BlobExists`."""

    def get(self, name: str, start: int, length: int) -> bytes:
        """Return `length` bytes (1 or more) from `start`; fewer where the blob ends. Raises `BlobMissing`."""

    def delete(self, name: str) -> None:
        """Make sure nothing is kept under `name`; asking again changes nothing."""

    def names(self) -> Iterator[str]:
        """Give the names of all that is kept, in no order."""

    def answers(self) -> bool:
        """Tell whether the place can be reached."""


class DataKeys(Protocol):
    """One secret per document, kept apart from the documents so that it can be destroyed alone."""

    @property
    def is_near(self) -> bool:
        """Whether reading a little takes microseconds, so that it need not be handed to a thread."""

    def put(self, document_id: str, key: bytes) -> None:
        """Keep the 32-byte key of a document, durable on return. Raises `BlobExists` when there is one."""

    def put_all(self, keys: Mapping[str, bytes]) -> None:
        """Keep the keys of many documents, all or none. Raises `BlobExists`."""

    def get(self, document_id: str) -> bytes:
        """Return the key of a document. Raises `KeyMissing`, or `SealBroken` when its wrapping is not ours."""

    def destroy(self, document_ids: Collection[str]) -> None:
        """Destroy the keys for good; asking again changes nothing."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """What was sealed: plain bytes and their SHA-256 as 64 hexadecimal digits."""

    size: int
    sha256: str


class SealedDocuments(Protocol):
    """Documents at rest. The stories know this port and nothing below it."""

    @property
    def is_near(self) -> bool:
        """Whether reading a little takes microseconds, so that it need not be handed to a thread."""

    def seal(self, document_id: str, source: BinaryIO) -> Sealed:
        """Read `source` to its end and keep it sealed. Raises `BlobExists` when the id is taken."""

    def seal_all(self, sources: Mapping[str, BinaryIO]) -> dict[str, Sealed]:
        """Seal many small files at once, by document id: waiting for the disk is shared. Raises `BlobExists`.

        What a failure leaves behind nobody can read.
        """

    def open(self, document_id: str, size: int, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Give the plain bytes from `start` up to `end` (exclusive), each chunk authenticated first.

        Raises `BlobMissing`, `KeyMissing` or `SealBroken` before the first doubtful byte.
        """

    def shred(self, *document_ids: str) -> None:
        """Destroy the documents' keys, then their bytes; asking again changes nothing."""
