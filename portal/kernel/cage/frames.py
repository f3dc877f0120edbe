"""Answers of the cage that come piece by piece: what is large or many is never whole in memory, on either side.

A frame is a letter that says what it is, the length of its body, the body. The last is always `END` or `REASON`, so
an answer that breaks off is never taken for a shorter one.
"""

import io
import os
import struct
from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

from portal.kernel.cage.limits import MIB, CannotRead
from portal.kernel.machine.pipes import is_ready

HEAD: Final = struct.Struct("<cI")
NAME: Final = b"n"
"""A file begins, with the name it has where it comes from."""
BYTES: Final = b"b"
"""More of the file that began last."""
PASSED: Final = b"p"
"""The name of a file that nobody meant to send."""
COUNT: Final = b"c"
"""How many there will be, as decimal digits."""
TEXT: Final = b"t"
"""The text of the next page, in UTF-8."""
UNSEEN: Final = b"u"
"""The next page says no text that can be trusted."""
PARSED: Final = b"r"
"""A parsed file, as `answers` packs it."""
REMOVED: Final = b"s"
"""What was taken out, as a list in JSON."""
ABOUT: Final = b"a"
"""What a file says of itself, as an object in JSON."""
VALUE: Final = b"v"
"""One value that a function gives, as JSON."""
SAME: Final = b"="
"""Nothing has changed."""
END: Final = b"."
REASON: Final = b"!"
"""Why there is no more: a sentence."""
_LONGEST_REASON: Final = 500
PIPE: Final = 64 * 1024  # bytes a pipe holds (pipe(7))


class Frame(NamedTuple):
    """One piece of an answer."""

    kind: bytes
    body: bytes = b""


class CageBroken(Exception):
    """The warm process is gone, does not answer, or answers what makes no sense."""


def packed(frame: Frame) -> bytes:
    """Return a frame as bytes."""
    return HEAD.pack(frame.kind, len(frame.body)) + frame.body


def ended(frames: Iterable[Frame], otherwise: str) -> Iterator[Frame]:
    """Give the frames and an end. Whatever a library trips over, the end is a reason: `otherwise` (promise 10)."""
    try:
        yield from frames
        yield Frame(END)
    except CannotRead as sentence:
        yield Frame(REASON, str(sentence).encode())
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException:  # noqa: BLE001 - a panic in Rust is none of `Exception`
        yield Frame(REASON, otherwise.encode())


def until_the_end(frames: Iterable[Frame]) -> Iterator[Frame]:
    """Give the frames before the end. Raises `CannotRead` with a reason, `CageBroken` when there is no end."""
    for frame in frames:
        if frame.kind == END:
            return
        if frame.kind == REASON:
            raise CannotRead(frame.body.decode("utf-8", "replace")[:_LONGEST_REASON])
        yield frame
    raise CageBroken


def frames_from(answer: int, until: float, longest: int = 2 * MIB) -> Iterator[Frame]:
    """Read frames off a pipe; bodies of at most `longest` bytes, until `until` (monotonic). Raises `CageBroken`."""
    held = bytearray()
    while piece := read_piece(answer, until):
        held += piece
        at = 0
        while len(held) - at >= HEAD.size:
            kind, length = HEAD.unpack_from(held, at)
            if length > longest:
                raise CageBroken
            end = at + HEAD.size + length
            if len(held) < end:
                break
            yield Frame(kind, bytes(memoryview(held)[at + HEAD.size : end]))
            at = end
        del held[:at]
    if held:
        raise CageBroken


def read_piece(answer: int, until: float) -> bytes:
    """Return what a pipe holds, nothing at its end. Raises `CageBroken` when nothing comes until `until`."""
    wait_for(answer, until)
    try:
        return os.read(answer, PIPE)
    except OSError:
        raise CageBroken from None


def wait_for(answer: int, until: float) -> None:
    """Wait until a pipe holds something or ends. Raises `CageBroken` when it does not until `until`."""
    try:
        if is_ready(answer, until):
            return
    except (OSError, ValueError):
        pass
    raise CageBroken


class Answer(io.RawIOBase):
    """What a pipe holds, as a file that ends when the pipe does. Reading raises `CageBroken` when nothing comes."""

    def __init__(self, answer: int, until: float) -> None:
        """Read until a time (monotonic); the pipe stays open."""
        self._answer = answer
        self._until = until

    def readable(self) -> bool:
        """It is only read."""
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - whatever has room for bytes
        """Read as much as there is, or wait for more."""
        wait_for(self._answer, self._until)
        return os.readv(self._answer, [buffer])
