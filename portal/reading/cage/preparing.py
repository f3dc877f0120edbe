"""In the cage: a file read, stripped and read again in one go, for the batch in which each of thousands has to be."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from portal.kernel.cage.frames import BYTES, PARSED, REMOVED, SAME, Frame, ended
from portal.reading.answers import pack_parsed
from portal.reading.budget import CannotRead
from portal.reading.parsing import DAMAGED, parse
from portal.reading.reader import Origin, Unreadable
from portal.reading.strip.pdf import strip_set_pdf
from portal.reading.strip.strip import strip


def prepare(data: bytes, name: str, origin: Origin = "given") -> Iterator[Frame]:
    """Give what the file says, what was taken out, the file without it, and what that says. Raises `CannotRead`.

    Each is given away before the next is made. When nothing was taken out the original stays as it is, read already,
    although it would be written with other bytes. What was not given, but made here, is read once, stripped.
    """
    if origin != "given":
        yield from _prepare_ours(data, name, origin)
        return
    before = _packed(data, name)
    print_ = hashlib.sha256(before).digest()
    yield Frame(PARSED, before)
    del before
    stripped, removed = strip(data)
    yield Frame(REMOVED, json.dumps(removed).encode())
    if not removed:
        yield Frame(SAME)
        return
    after = _packed(stripped, name)
    yield Frame(BYTES, stripped)
    yield Frame(SAME) if hashlib.sha256(after).digest() == print_ else Frame(PARSED, after)


def _prepare_ours(data: bytes, name: str, origin: Origin) -> Iterator[Frame]:
    """Give what `prepare` gives of a file that was cut, and so is stripped, or of a letter that was set."""
    stripped, removed = (data, ()) if origin == "cut" else strip_set_pdf(data)
    yield Frame(PARSED, _packed(stripped, name))
    yield Frame(REMOVED, json.dumps(removed).encode())
    if removed:
        yield Frame(BYTES, stripped)
    yield Frame(SAME)


def prepare_together(file: BinaryIO, papers: Iterable[tuple[str, int, Origin]]) -> Iterator[Frame]:
    """Give what `prepare` gives of several files, told by name, size and origin; each ends with an end of its own."""
    for name, size, origin in papers:
        yield from ended(prepare(file.read(size), name, origin), DAMAGED)


def _packed(data: bytes, name: str) -> bytes:
    parsed = parse(data, name)
    if isinstance(parsed, Unreadable):
        raise CannotRead(parsed.reason)
    return b"".join(pack_parsed(parsed))
