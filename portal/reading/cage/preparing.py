"""In the cage: a file read, stripped and read again in one go, for the batch in which each of thousands has to be."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import BinaryIO, Final

from portal.kernel.cage.frames import BYTES, PARSED, REMOVED, SAME, Frame, ended
from portal.reading.answers import pack_parsed
from portal.reading.budget import CannotRead
from portal.reading.gathering import PagesRead
from portal.reading.parsing import DAMAGED, parse
from portal.reading.reader import Origin, Unreadable
from portal.reading.seeing import Parsed
from portal.reading.strip.pdf import BESIDE_PAGES, UNUSED, strip_set_pdf
from portal.reading.strip.strip import strip

_SMALL: Final = 1 << 20
"""Bytes of a file of which two readings may be held at once."""
_DRAWN_ALIKE: Final = BESIDE_PAGES | {UNUSED}
"""What is taken out of a PDF without a change of anything that a page is drawn with."""


def prepare(data: bytes, name: str, origin: Origin = "given") -> Iterator[Frame]:
    """Give what the file says, what was taken out, the file without it, and what that says. Raises `CannotRead`.

    When nothing was taken out the original stays as it is, read already, although it would be written with other bytes.
    What was not given, but made here, is read once, stripped. Where only details were taken out, pages are read in the
    stripped file and count for the original too, of which all else is read.
    """
    if origin != "given":
        yield from _prepare_ours(data, name, origin)
        return
    if len(data) > _SMALL:
        yield from _prepare_in_turn(data, name)
        return
    try:
        stripped, removed = strip(data, is_read_next=True)
    except Exception:  # why it cannot be read comes first
        _packed(data, name)
        raise
    if not _DRAWN_ALIKE.issuperset(removed):
        yield from _prepare_in_turn(data, name, (stripped, removed))
        return
    known = PagesRead() if removed else None
    after = parse(stripped, name, pages_read=known) if removed else None
    before = _packed(data, name, known)
    yield Frame(PARSED, before)
    yield Frame(REMOVED, json.dumps(removed).encode())
    if after is None:
        yield Frame(SAME)
        return
    packed = _pack(after)
    yield Frame(BYTES, stripped)
    yield _told_again(packed, hashlib.sha256(before).digest())


def _prepare_in_turn(data: bytes, name: str, done: tuple[bytes, tuple[str, ...]] | None = None) -> Iterator[Frame]:
    """Give what `prepare` gives, each away before the next is made, so that no two readings are held at once."""
    before = _packed(data, name)
    print_ = hashlib.sha256(before).digest()
    yield Frame(PARSED, before)
    del before
    stripped, removed = done or strip(data)
    yield Frame(REMOVED, json.dumps(removed).encode())
    if not removed:
        yield Frame(SAME)
        return
    after = _packed(stripped, name)
    yield Frame(BYTES, stripped)
    yield _told_again(after, print_)


def _told_again(after: bytes, print_: bytes) -> Frame:
    return Frame(SAME) if hashlib.sha256(after).digest() == print_ else Frame(PARSED, after)


def _prepare_ours(data: bytes, name: str, origin: Origin) -> Iterator[Frame]:
    """Give what `prepare` gives of a file that was cut, and so is stripped, or of a letter that was set.

    The press sets letters in the portal's own fonts, which draw what they say. The fonts of what was cut are anybody's.
    """
    stripped, removed = (data, ()) if origin == "cut" else strip_set_pdf(data)
    yield Frame(PARSED, _pack(parse(stripped, name, trusts_fonts=origin == "set")))
    yield Frame(REMOVED, json.dumps(removed).encode())
    if removed:
        yield Frame(BYTES, stripped)
    yield Frame(SAME)


def prepare_together(file: BinaryIO, papers: Iterable[tuple[str, int, Origin]]) -> Iterator[Frame]:
    """Give what `prepare` gives of several files, told by name, size and origin; each ends with an end of its own."""
    for name, size, origin in papers:
        yield from ended(prepare(file.read(size), name, origin), DAMAGED)


def _packed(data: bytes, name: str, known: PagesRead | None = None) -> bytes:
    return _pack(parse(data, name, pages_read=known))


def _pack(parsed: Parsed | Unreadable) -> bytes:
    if isinstance(parsed, Unreadable):
        raise CannotRead(parsed.reason)
    return b"".join(pack_parsed(parsed))
