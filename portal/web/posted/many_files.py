"""Forms with files: many lie on disk each from its first byte, and none of them stays open; one may not lie there.

Starlette keeps small uploads in memory and large ones as open files. Thousands at once would take a gigabyte of the
one, or more of the other than a process may have.
"""

import os
import sys
import tempfile
from contextlib import aclosing
from pathlib import Path

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from portal.kernel.errors import WrongCall


class TooManyFiles(WrongCall):
    """These are too many files at once. Put them into a zip file and choose that."""


class OnDisk:
    """A posted file at `path`, opened for each write alone; closing it deletes it."""

    def __init__(self) -> None:
        """Make an empty file that nobody else may read."""
        handle, name = tempfile.mkstemp(prefix="portal-")
        os.close(handle)
        self.path = Path(name)

    def write(self, piece: bytes) -> int:
        """Put a piece at its end."""
        with self.path.open("ab") as file:
            return file.write(piece)

    def seek(self, offset: int) -> int:
        """Do nothing: the parser rewinds what it has written, and this is read by its path."""
        return offset

    def close(self) -> None:
        """Delete it, unless that was done."""
        self.path.unlink(missing_ok=True)


class _OntoDisk(MultiPartParser):
    def on_headers_finished(self) -> None:
        super().on_headers_finished()
        begun = self._current_part.file
        if begun is not None:
            here = OnDisk()
            self._files_to_close_on_error.pop().close()
            self._files_to_close_on_error.append(here)  # type: ignore[arg-type]  # it is asked to close, no more
            begun.file = here  # type: ignore[assignment]  # the parser writes, rewinds and closes


async def read_onto_disk(request: Request, *, most_files: int, most_fields: int, part_bytes: int) -> FormData:
    """Read a multipart form whose files are `OnDisk`; whoever asked closes it. Raises `TooManyFiles`."""
    try:
        async with aclosing(request.stream()) as stream:
            parser = _OntoDisk(
                request.headers, stream, max_files=most_files, max_fields=most_fields, max_part_size=part_bytes
            )
            return await parser.parse()
    except MultiPartException as error:
        if error.message.startswith("Too many files"):
            raise TooManyFiles from error
        raise HTTPException(400) from error


class _IntoMemory(MultiPartParser):
    spool_max_size = sys.maxsize  # a route's own limit holds


async def read_into_memory(request: Request, *, most_fields: int, part_bytes: int) -> FormData:
    """Read a multipart form whose one file never lies on a disk; whoever asked closes it."""
    try:
        async with aclosing(request.stream()) as stream:
            parser = _IntoMemory(request.headers, stream, max_files=1, max_fields=most_fields, max_part_size=part_bytes)
            return await parser.parse()
    except MultiPartException as error:
        raise HTTPException(400) from error
