"""Blobs and data keys in memory, for tests and for trying things out: the same contract, no disk."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from threading import Lock

from portal.blobs import BlobExists, BlobMissing, KeyMissing
from portal.blobs.names import checked


class MemoryBlobs:
    """Blobs that are gone when the process is."""

    def __init__(self) -> None:
        """Start empty."""
        self.kept: dict[str, bytes] = {}
        self._lock = Lock()

    @property
    def is_near(self) -> bool:
        """Nothing is nearer."""
        return True

    def put(self, name: str, chunks: Iterable[bytes]) -> None:
        """Keep the chunks. Raises `BlobExists`."""
        content = b"".join(chunks)
        with self._lock:
            if checked(name) in self.kept:
                raise BlobExists
            self.kept[name] = content

    def get(self, name: str, start: int, length: int) -> bytes:
        """Return a part. Raises `BlobMissing`."""
        try:
            return self.kept[checked(name)][start : start + length]
        except KeyError:
            raise BlobMissing from None

    def delete(self, name: str) -> None:
        """Forget the blob."""
        self.kept.pop(checked(name), None)

    def names(self) -> Iterator[str]:
        """Give the names."""
        yield from list(self.kept)

    def answers(self) -> bool:
        """Say yes: memory is always there."""
        return True


class MemoryDataKeys:
    """Data keys that are gone when the process is."""

    def __init__(self) -> None:
        """Start empty."""
        self._keys: dict[str, bytes] = {}

    @property
    def is_near(self) -> bool:
        """Nothing is nearer."""
        return True

    def put(self, document_id: str, key: bytes) -> None:
        """Keep a key. Raises `BlobExists`."""
        if self._keys.setdefault(checked(document_id), key) is not key:
            raise BlobExists

    def put_all(self, keys: Mapping[str, bytes]) -> None:
        """Keep many keys, all or none. Raises `BlobExists`."""
        if self._keys.keys() & keys.keys():
            raise BlobExists
        for document_id, key in keys.items():
            self.put(document_id, key)

    def get(self, document_id: str) -> bytes:
        """Return a key. Raises `KeyMissing`."""
        try:
            return self._keys[checked(document_id)]
        except KeyError:
            raise KeyMissing from None

    def destroy(self, document_ids: Collection[str]) -> None:
        """Forget the keys."""
        for document_id in document_ids:
            self._keys.pop(checked(document_id), None)
