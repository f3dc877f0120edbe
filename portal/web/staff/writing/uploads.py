"""A posted file gets a place of its own on disk while it is judged and sealed, and no longer."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from starlette.datastructures import UploadFile

from portal.kernel.machine.scratch import scratch
from portal.publish import Upload
from portal.web.guards import StaffRequest
from portal.web.posted.many_files import OnDisk


@contextmanager
def posted_file(ask: StaffRequest) -> Iterator[Upload | None]:
    """Give the file of a form as an upload; None where none was chosen."""
    posted = ask.form.file
    if posted is None or not posted.filename:
        yield None
        return
    with scratch() as folder:
        path = folder / "letter"
        with path.open("wb") as file:
            shutil.copyfileobj(posted.file, file, 1 << 20)
        yield Upload(path, posted.filename)


def chosen_files(ask: StaffRequest, field: str) -> list[Upload]:
    """Return the files that were chosen in one field of a form that may bring many; they last as long as the request.

    A browser posts a nameless empty file for a field in which nothing was chosen.
    """
    return [_on_disk(posted) for posted in ask.form.files.get(field, []) if posted.filename]


def _on_disk(posted: UploadFile) -> Upload:
    assert isinstance(posted.file, OnDisk)
    return Upload(posted.file.path, posted.filename or "")
