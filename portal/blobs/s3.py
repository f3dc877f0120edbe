"""Blobs in an S3 bucket, named by `s3://bucket/prefix?endpoint=…&region=…`; keys from the AWS variables."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError, GenericError, PreconditionError

from portal.blobs import BlobExists, BlobMissing, BlobsUnreachable
from portal.blobs.buckets import bucket_of, host_of_bucket
from portal.blobs.names import checked
from portal.kernel.ids import is_id
from portal.kernel.outage import Outage

_PART = 5 * 1024 * 1024  # the smallest part S3 takes


class S3Blobs:
    """Blobs below one prefix of one bucket."""

    def __init__(self, url: str, *, at_a_glance: bool = False) -> None:
        """Take `s3://bucket/prefix`, with `endpoint` and `region` if needed. Raises `StartRefused`.

        `at_a_glance`: wait for no answer longer than 5 s.
        """
        self._store = bucket_of(url, at_a_glance=at_a_glance)
        self._outage = Outage("bucket", host_of_bucket(url))

    @property
    def is_near(self) -> bool:
        """Another machine is far."""
        return False

    def put(self, name: str, chunks: Iterable[bytes]) -> None:
        """Put up to 5 MiB in one conditional request, more in parts. Raises `BlobExists`.

        S3 has no condition on a first part, so for large files the name is looked up before: names are
        fresh random ids, and two writers of one name do not happen.
        """
        path, rest = _path(name), iter(chunks)
        head = bytearray()
        for chunk in rest:
            head += chunk
            if len(head) > _PART:
                break
        with self._sentences():
            if len(head) <= _PART:
                obstore.put(self._store, path, bytes(head), mode="create")
            elif self._size(path) is not None:
                raise BlobExists
            else:
                parts = chain((bytes(head),), rest)
                obstore.put(self._store, path, parts, use_multipart=True, chunk_size=_PART, max_concurrency=2)

    def get(self, name: str, start: int, length: int) -> bytes:
        """Return a part in one request. Raises `BlobMissing`."""
        path = _path(name)
        with self._sentences():
            try:
                return bytes(obstore.get_range(self._store, path, start=start, length=length))
            except GenericError:
                size = self._size(path)
                if size is not None and start >= size:  # S3 answers 416 where a file would be read as empty
                    return b""
                raise

    def delete(self, name: str) -> None:
        """Delete the object."""
        with self._sentences():
            obstore.delete(self._store, _path(name))

    def names(self) -> Iterator[str]:
        """Give the last parts of all paths that are names of blobs, a thousand in each request."""
        with self._sentences():
            for some in obstore.list(self._store):
                found = (one["path"].rpartition("/")[2] for one in some)
                yield from filter(is_id, found)

    def answers(self) -> bool:
        """Tell whether the bucket lets us look up a name that is never used."""
        try:
            with self._sentences():
                self._size("answers")
        except BlobsUnreachable:
            return False
        return True

    def _size(self, path: str) -> int | None:
        try:
            return obstore.head(self._store, path)["size"]
        except FileNotFoundError:
            return None

    @contextmanager
    def _sentences(self) -> Iterator[None]:
        """Turn what the library raises into what the portal says, and note whether the bucket is there."""
        try:
            yield
        except FileNotFoundError:
            raise BlobMissing from None
        except (AlreadyExistsError, PreconditionError):
            raise BlobExists from None
        except BaseError as error:
            self._outage.began(error)
            raise BlobsUnreachable from error
        self._outage.over()


def _path(name: str) -> str:
    return f"{checked(name)[:2]}/{name}"
