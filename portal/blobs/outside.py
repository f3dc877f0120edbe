"""Small files that are kept outside for good, each under a name of its own: a folder or a bucket, never overwritten."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError, PreconditionError
from obstore.store import LocalStore

from portal.blobs import BlobsUnreachable
from portal.blobs.buckets import bucket_of


class Outside:
    """A folder `file:///…` or a bucket `s3://…`."""

    def __init__(self, url: str) -> None:
        """Take the place's URL; a folder is made when missing. Raises `StartRefused`, `BlobsUnreachable`."""
        parts = urlsplit(url)
        try:
            self._store = (
                LocalStore(Path(unquote(parts.path)), mkdir=True) if parts.scheme == "file" else bucket_of(url)
            )
        except BaseError as error:
            raise BlobsUnreachable from error

    def names(self) -> list[str]:
        """Return the names of all files here. Raises `BlobsUnreachable`."""
        try:
            return [one["path"] for some in obstore.list(self._store) for one in some]
        except (BaseError, OSError) as error:
            raise BlobsUnreachable from error

    def read(self, name: str) -> bytes:
        """Return what a file holds. Raises `BlobsUnreachable`."""
        try:
            return bytes(obstore.get(self._store, name).bytes())
        except (BaseError, OSError) as error:
            raise BlobsUnreachable from error

    def keep(self, name: str, content: bytes) -> None:
        """Keep a file under a name; what is there already stays as it is. Raises `BlobsUnreachable`."""
        try:
            obstore.put(self._store, name, content, mode="create")
        except (AlreadyExistsError, PreconditionError):
            return
        except (BaseError, OSError) as error:
            raise BlobsUnreachable from error
