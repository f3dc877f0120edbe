"""Blobs in a folder: `ab/ab12…`, folders 0700, files 0600, written aside and linked into place."""

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

from portal.blobs import BlobExists, BlobMissing, BlobsUnreachable
from portal.blobs.names import checked
from portal.kernel.ids import is_id


class DiskBlobs:
    """Blobs on a local file system that knows hard links."""

    def __init__(self, folder: Path) -> None:
        """Keep blobs below `folder`, made when missing; what killed processes wrote half is removed."""
        self._folder = folder
        self._aside = folder / "incoming"
        self._aside.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._durable: set[Path] = set()
        self._clear()

    @property
    def is_near(self) -> bool:
        """A folder of this machine is near."""
        return True

    def put(self, name: str, chunks: Iterable[bytes]) -> None:
        """Write aside, sync, then link: a link never replaces what is there. Raises `BlobExists`."""
        path = self._path(name)
        with _sentences(), self._writing(), NamedTemporaryFile(dir=self._aside) as file:
            self._make(path.parent)
            file.writelines(chunks)
            file.flush()
            os.fsync(file.fileno())
            try:
                os.link(file.name, path)
            except FileExistsError:
                raise BlobExists from None
            _sync(path.parent)

    def get(self, name: str, start: int, length: int) -> bytes:
        """Return a part in one read. Raises `BlobMissing`."""
        with _sentences():
            handle = os.open(self._path(name), os.O_RDONLY)
            try:
                return os.pread(handle, length, start)
            finally:
                os.close(handle)

    def delete(self, name: str) -> None:
        """Unlink the file, durably."""
        path = self._path(name)
        with _sentences():
            path.unlink(missing_ok=True)
            if path.parent.is_dir():
                _sync(path.parent)

    def names(self) -> Iterator[str]:
        """Give the names of the files in all folders; what other programs leave in them is none of ours."""
        with _sentences():
            for path in self._folder.glob("[0-9a-f][0-9a-f]/*"):
                if is_id(path.name) and path.name[:2] == path.parent.name:
                    yield path.name

    def answers(self) -> bool:
        """Tell whether the folder is there and can be written to."""
        return os.access(self._aside, os.W_OK | os.X_OK)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Hold a lock that ends with the process, however that ends: by it `_clear` knows what nobody writes."""
        handle = os.open(self._aside, os.O_RDONLY | os.O_DIRECTORY)
        try:
            with suppress(OSError):  # the file system has no such locks, and then none lets `_clear` remove anything
                fcntl.flock(handle, fcntl.LOCK_SH)
            yield
        finally:
            os.close(handle)

    def _clear(self) -> None:
        """Remove half-written files, unless somebody writes one now: then the next start does."""
        with suppress(OSError):  # somebody writes, or the file system has no such locks
            handle = os.open(self._aside, os.O_RDONLY | os.O_DIRECTORY)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                for left in list(self._aside.iterdir()):
                    left.unlink(missing_ok=True)
            finally:
                os.close(handle)

    def _make(self, folder: Path) -> None:
        """Make a folder durably; once a process, as another one may have made it but not synced it yet."""
        if folder not in self._durable:
            folder.mkdir(exist_ok=True, mode=0o700)
            _sync(self._folder)
            self._durable.add(folder)

    def _path(self, name: str) -> Path:
        return self._folder / checked(name)[:2] / name


@contextmanager
def _sentences() -> Iterator[None]:
    """Turn what the operating system raises into what the portal says."""
    try:
        yield
    except FileNotFoundError:
        raise BlobMissing from None
    except OSError as error:
        raise BlobsUnreachable from error


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
