"""The messages of a gathering are unsealed and taken apart: what each says, its files, for whom it was handed over."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from portal.arrivals import repository as arrivals
from portal.documents.errors import FileTooLarge
from portal.kernel.errors import Refused
from portal.mail.arriving.message import Arrived, Attachment
from portal.mail.arriving.reading import take_files
from portal.publish.per_child.giving import MOST_GIVEN
from portal.wiring import House

MOST_TOGETHER: Final = 3 * MOST_GIVEN // 2
"""Of all messages of a gathering: their files as they are encoded on the way, with room for what stands around them."""


class NotReadable(Refused):
    """A message could be read when it came, and cannot be read any more. Send it again."""


@dataclass(frozen=True, slots=True)
class Brought:
    """A file of a message, and where it lies for the moment."""

    about: Attachment
    path: Path


@dataclass(frozen=True, slots=True)
class Opened:
    """A message taken apart, with the addresses that it was handed over for."""

    said: Arrived
    files: tuple[Brought, ...]
    addresses: tuple[str, ...]


def open_messages(house: House, gathering_id: str, folder: Path) -> list[Opened]:
    """Take the messages of a gathering apart below a folder, in the order they came.

    Raises `NotReadable`, and `FileTooLarge` where all of them together are more than is unpacked at a time.
    """
    with house.db.read() as session:
        rows = [
            (one.id, one.blob_id, one.size or 0) for one in arrivals.arrivals_of(session, gathering_id) if one.blob_id
        ]
        addresses = arrivals.recipients_of(session, house.keys, [row[0] for row in rows])
    if sum(size for _, _, size in rows) > MOST_TOGETHER:
        raise FileTooLarge
    into = folder / "opened"
    into.mkdir()
    found = []
    for place, (arrival_id, blob_id, size) in enumerate(rows):
        said, paths = take_files(b"".join(house.documents.open(blob_id, size)), into)
        if said.refusal not in {"", "no-file"} or len(paths) != len(said.attachments):
            raise NotReadable
        # moved out, since a folder for each message is dear to make and remove
        moved = [path.rename(folder / f"{place}-{number}") for number, path in enumerate(paths)]
        files = tuple(map(Brought, said.attachments, moved))
        found.append(Opened(said, files, tuple(addresses[arrival_id])))
    return found
