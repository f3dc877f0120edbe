"""The messages of a gathering are unsealed and taken apart: what each says, its files, for whom it was handed over."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from portal.arrivals import repository as arrivals
from portal.kernel.errors import Refused
from portal.mail.arriving.message import Arrived, Attachment
from portal.mail.arriving.reading import take_files
from portal.wiring import House
from portal.words.sentences import sentence

_AT_ONCE = 2


class NotReadable(Refused):
    """A message could be read when it came and can’t be read any more. Send it again."""


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
    """Take the messages of a gathering apart below a folder, in the order they came. Raises `NotReadable`."""
    with house.db.read() as session:
        rows = [
            (one.id, one.blob_id, one.size or 0) for one in arrivals.arrivals_of(session, gathering_id) if one.blob_id
        ]
        addresses = arrivals.recipients_of(session, house.keys, [row[0] for row in rows])
    work = [
        partial(_open, house, blob_id, size, folder / f"message-{place}", tuple(addresses[arrival_id]))
        for place, (arrival_id, blob_id, size) in enumerate(rows)
    ]
    with ThreadPoolExecutor(_AT_ONCE, "arrivals") as together:
        return list(together.map(lambda one: one(), work))


def _open(house: House, blob_id: str, size: int, into: Path, addresses: tuple[str, ...]) -> Opened:
    into.mkdir()
    said, paths = take_files(b"".join(house.documents.open(blob_id, size)), into)
    if said.refusal not in {"", "no-file"} or len(paths) != len(said.attachments):
        raise NotReadable(sentence("A message could be read when it came and can’t be read any more. Send it again."))
    return Opened(said, tuple(_brought(said, paths)), addresses)


def _brought(said: Arrived, paths: list[Path]) -> Iterator[Brought]:
    for about, path in zip(said.attachments, paths, strict=True):
        yield Brought(about, path)
