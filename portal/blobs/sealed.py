"""Documents sealed with AES-256-GCM in 1 MiB chunks, in the STREAM construction.

(Hoang, Reyhanitabar, Rogaway, Vizár: Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance, 2015.)
A blob is `version (1) · nonce prefix (7)` and the chunks, each with its 16-byte tag. A chunk's nonce is the
prefix, its number and a flag on the last one; the document's id, the version and the number are
authenticated with it. So a chunk that was cut, moved or taken from another document does not open.
"""

import hashlib
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from portal.blobs import Blobs, DataKeys, Sealed
from portal.kernel.errors import WrongCall
from portal.kernel.ids import new_id, new_key
from portal.kernel.secrets.keys import SealBroken

CHUNK = 1024 * 1024
_TAG = 16
_TOGETHER = 8
_VERSION = 1
_PREFIX = 7
_HEADER = 1 + _PREFIX


class NotInDocument(WrongCall):
    """This part of the document does not exist."""


class SealedStore:
    """The only way from a document's id to its bytes, and back."""

    def __init__(self, blobs: Blobs, data_keys: DataKeys) -> None:
        """Take where the sealed bytes lie and, apart from it, where their keys lie."""
        self._blobs = blobs
        self._data_keys = data_keys
        self._together = ThreadPoolExecutor(_TOGETHER, "blobs")  # starts no thread before it is needed

    @property
    def is_near(self) -> bool:
        """As near as the farther of the two."""
        return self._blobs.is_near and self._data_keys.is_near

    def seal(self, document_id: str, source: BinaryIO) -> Sealed:
        """Seal `source` to its end, holding two chunks at a time. Raises `BlobExists`.

        The key is kept last: whatever a crash leaves before that cannot be read by anyone.
        """
        sealing = _Sealing(document_id, new_key(), source)
        self._blobs.put(document_id, sealing.sealed_chunks())
        self._data_keys.put(document_id, sealing.key)
        return Sealed(sealing.size, sealing.digest.hexdigest())

    def seal_all(self, sources: Mapping[str, BinaryIO]) -> dict[str, Sealed]:
        """Seal small files side by side, so that they wait for the disk together; their keys are kept last, at once.

        Raises `BlobExists`.
        """
        sealings = {document_id: _Sealing(document_id, new_key(), source) for document_id, source in sources.items()}

        def put(document_id: str) -> None:
            self._blobs.put(document_id, sealings[document_id].sealed_chunks())

        list(self._together.map(put, sealings))
        if sealings:
            self._data_keys.put_all({document_id: one.key for document_id, one in sealings.items()})
        return {document_id: Sealed(one.size, one.digest.hexdigest()) for document_id, one in sealings.items()}

    def open(self, document_id: str, size: int, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Give the plain bytes from `start` up to `end`, chunk by chunk; `size` is the whole document's.

        The first chunk is opened before this returns, so a missing or broken document is known before an
        answer begins. Raises `BlobMissing`, `KeyMissing`, `SealBroken`, `NotInDocument`.
        """
        end = size if end is None else end
        if not 0 <= start <= end <= size:
            raise NotInDocument
        opening = _Opening(self._blobs, document_id, size, self._data_keys.get(document_id))
        number, last = (max(min(at, size - 1), 0) // CHUNK for at in (start, end - 1))  # an empty part has a chunk too
        chunks = chain((opening.first(number),), map(opening.chunk, range(number + 1, last + 1)))
        return _cut(chunks, start - number * CHUNK, end - start)

    def shred(self, *document_ids: str) -> None:
        """Destroy the keys first: from then on the bytes are noise, even if deleting them fails."""
        if document_ids:
            self._data_keys.destroy(document_ids)
            list(self._together.map(self._blobs.delete, document_ids))


class _Sealing:
    """One pass over a source, counting and hashing what goes by."""

    def __init__(self, document_id: str, key: bytes, source: BinaryIO) -> None:
        self.key = key
        self.size = 0
        self.digest = hashlib.sha256()
        self._document_id = document_id
        self._cipher = AESGCM(key)
        self._source = source

    def sealed_chunks(self) -> Iterator[bytes]:
        header = bytes([_VERSION]) + bytes.fromhex(new_id())[:_PREFIX]
        yield header
        number, chunk = 0, self._next()
        while True:
            following = self._next()
            nonce = _nonce(header, number, is_last=not following)
            yield self._cipher.encrypt(nonce, chunk, _bound_to(self._document_id, number))
            if not following:
                return
            number, chunk = number + 1, following

    def _next(self) -> bytes:
        piece = self._source.read(CHUNK)
        while len(piece) < CHUNK and (more := self._source.read(CHUNK - len(piece))):
            piece += more
        self.size += len(piece)
        self.digest.update(piece)
        return piece


class _Opening:
    """One way through a sealed document."""

    def __init__(self, blobs: Blobs, document_id: str, size: int, key: bytes) -> None:
        self._blobs = blobs
        self._document_id = document_id
        self._size = size
        self._cipher = AESGCM(key)
        self._header = b""

    def first(self, number: int) -> bytes:
        """Read the header and a chunk; where the chunk is the very first, in one read."""
        offset, length = self._place(number)
        start = 0 if number == 0 else offset
        both = self._blobs.get(self._document_id, start, offset + length - start)
        self._header = both[:_HEADER] if number == 0 else self._blobs.get(self._document_id, 0, _HEADER)
        if len(self._header) != _HEADER or self._header[0] != _VERSION:
            raise SealBroken
        return self._opened(number, both[offset - start :])

    def chunk(self, number: int) -> bytes:
        """Read a later chunk."""
        return self._opened(number, self._blobs.get(self._document_id, *self._place(number)))

    def _place(self, number: int) -> tuple[int, int]:
        """Return where a chunk lies in its blob and how long it is there."""
        return _HEADER + number * (CHUNK + _TAG), min(CHUNK, self._size - number * CHUNK) + _TAG

    def _opened(self, number: int, body: bytes) -> bytes:
        nonce = _nonce(self._header, number, is_last=(number + 1) * CHUNK >= self._size)
        try:
            return self._cipher.decrypt(nonce, body, _bound_to(self._document_id, number))
        except InvalidTag:
            raise SealBroken from None


def _nonce(header: bytes, number: int, *, is_last: bool) -> bytes:
    return header[1:] + number.to_bytes(4, "big") + bytes([is_last])


def _bound_to(document_id: str, number: int) -> bytes:
    return bytes([_VERSION]) + bytes.fromhex(document_id) + number.to_bytes(4, "big")


def _cut(chunks: Iterator[bytes], skip: int, length: int) -> Iterator[bytes]:
    """Yield `length` bytes after the first `skip`; whole chunks pass without being copied."""
    for chunk in chunks:
        part = chunk if skip == 0 and len(chunk) <= length else chunk[skip : skip + length]
        skip, length = 0, length - len(part)
        if part:
            yield part
