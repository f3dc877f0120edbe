"""Messages that staff hand in are taken apart in a cage: what is attached to them comes from anywhere.

What is small is read in a process that reads many, as a process of its own would cost ten times as much, and what waits
at the same time goes there together; what is larger, and what broke such a process off, has one of its own.
"""

import atexit
import hashlib
import os
import queue
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from itertools import islice
from pathlib import Path
from typing import Final, TypeVar
from weakref import finalize

from pydantic import TypeAdapter

from portal.kernel.cage.calls import checked, in_memory
from portal.kernel.cage.frames import ABOUT, BYTES, END, NAME, CageBroken, Frame, frames_from
from portal.kernel.cage.limits import MIB, Limits
from portal.kernel.cage.streams import Stream
from portal.kernel.cage.warm import Cell, Cells
from portal.mail.arriving.message import MOST_BYTES, Arrived
from portal.mail.arriving.stream_orders import ORDER

_MODULE: Final = "portal.mail.arriving.arriving_cell"
_ALONE: Final = Limits(memory=512 * MIB, cpu_seconds=10, wall_seconds=30.0)
_MANY: Final = Limits(memory=512 * MIB, cpu_seconds=600, wall_seconds=3_600.0)
_SMALL: Final = MIB
_SMALL_SECONDS: Final = 10.0
_MOST_OF_ONE: Final = 1_000
_AT_ONCE: Final = 2
TOGETHER: Final = 16
"""So many share a trip: whoever comes in beside one that breaks it off is read once more."""
_TRIES: Final = 2  # the machine may have been short of something
_ARRIVED: Final = TypeAdapter(Arrived)
_LONGEST: Final = 4 * MIB
T = TypeVar("T")
Take = Callable[[Iterator[Frame]], T]


def read_message(raw: bytes) -> Arrived:
    """Say what a message says. Never raises: what cannot be taken apart is refused as unreadable."""
    return read_messages([raw])[0]


def read_messages(raws: Sequence[bytes]) -> list[Arrived]:
    """Say what each message says, in its order; small ones share the way into the cage. Never raises."""
    small = iter(_in_trips([raw for raw in raws if len(raw) <= _SMALL]))
    return [next(small) if len(raw) <= _SMALL else _large(raw) for raw in raws]


def _in_trips(raws: Sequence[bytes]) -> Iterator[Arrived]:
    waiting = iter(raws)
    while trip := list(islice(waiting, TOGETHER)):
        yield from _small(trip, _arrived, keeps=False)


def _large(raw: bytes) -> Arrived:
    with in_memory(raw[: MOST_BYTES + 1]) as file:
        return read_message_in(file)


def read_message_in(file: int) -> Arrived:
    """Say what the message in an open file says, from its first byte on. Never raises for what stands in it.

    A large one is never whole in this process; the place in the file may be another one afterwards.
    """
    size = os.fstat(file).st_size
    if size <= _SMALL:
        return read_message(os.pread(file, size, 0))
    return _nothing(file) if size > MOST_BYTES else _alone("read", file, _arrived)


def take_files(raw: bytes, into: Path) -> tuple[Arrived, list[Path]]:
    """Write the files of a message below a folder, in the order of its attachments; none where it is refused."""
    take = partial(_received, into)
    if len(raw) <= _SMALL:
        return _small([raw], take, keeps=True)[0]
    with in_memory(raw[: MOST_BYTES + 1]) as file:
        return _alone("files", file, take)


def _small(raws: Sequence[bytes], take: Take[T], *, keeps: bool) -> list[T]:
    """Have small messages read together; where one of them breaks it off, each by itself."""
    orders = [ORDER.pack(keeps, number < len(raws), len(raw)) + raw for number, raw in enumerate(raws, 1)]
    try:
        return _streams().ask(orders, take)
    except CageBroken:
        if len(raws) > 1:
            return [one for raw in raws for one in _small([raw], take, keeps=keeps)]
        with in_memory(raws[0]) as file:
            return [_alone("files" if keeps else "read", file, take)]


def _alone(do: str, file: int, take: Take[T]) -> T:
    def taken(answer: int, until: float) -> T:
        return take(_one(frames_from(answer, until, _LONGEST)))

    for _ in range(_TRIES):
        try:
            return _cells().ask({"do": do}, file, _ALONE, taken)
        except CageBroken:
            continue
    return take(iter([Frame(ABOUT, _ARRIVED.dump_json(_nothing(file))), Frame(END)]))


def _nothing(file: int) -> Arrived:
    whole, at = hashlib.sha256(), 0
    while piece := os.pread(file, MIB, at):
        whole.update(piece)
        at += len(piece)
    return Arrived("", "", "", "", whole.hexdigest(), "unreadable")


def _one(frames: Iterator[Frame]) -> Iterator[Frame]:
    """Give the frames of one answer, with its end; what follows that is another's. Raises `CageBroken`."""
    for frame in frames:
        yield frame
        if frame.kind == END:
            return
    raise CageBroken


def _arrived(frames: Iterator[Frame]) -> Arrived:
    first, *rest = frames
    if first.kind != ABOUT or [frame.kind for frame in rest] != [END]:
        raise CageBroken
    return checked(_ARRIVED, first.body)


def _received(into: Path, frames: Iterator[Frame]) -> tuple[Arrived, list[Path]]:
    """Write each file as it comes. Raises `CageBroken` for another than the message was said to have."""
    first = next(frames)
    if first.kind != ABOUT:
        raise CageBroken
    said = checked(_ARRIVED, first.body)
    paths = [into / f"{place:03d}" for place in range(len(said.attachments))]
    frame = next(frames)
    for path, about in zip(paths, said.attachments, strict=True):
        if frame.kind != NAME:
            raise CageBroken
        whole, size = hashlib.sha256(), 0
        with path.open("wb") as file:
            while (frame := next(frames)).kind == BYTES:
                size += len(frame.body)
                if size > about.size:
                    raise CageBroken
                whole.update(frame.body)
                file.write(frame.body)
        if (size, whole.hexdigest()) != (about.size, about.sha256):
            raise CageBroken
    if frame.kind != END:
        raise CageBroken
    return said, paths


class _Streams:
    """Some processes, each of which reads one small message after the other; who comes when all are at work waits."""

    def __init__(self, number: int) -> None:
        self._free: queue.LifoQueue[Stream | None] = queue.LifoQueue()
        for _ in range(number):
            self._free.put(None)
        finalize(self, _end_all, self._free)

    def ask(self, orders: Sequence[bytes], take: Take[T]) -> list[T]:
        def taken(answer: int, until: float) -> list[T]:
            frames = frames_from(answer, until, _LONGEST)
            return [take(_one(frames)) for _ in orders]

        stream = self._free.get()
        try:
            if stream is not None and not stream.is_fresh():
                stream.end()
                stream = None
            if stream is None:
                stream = Stream(partial(Cell, _MODULE), _MANY, _MOST_OF_ONE)
            return stream.ask(orders, taken, _SMALL_SECONDS)
        except BaseException:  # there may be more of the answer to come
            if stream is not None:
                stream.end()
            stream = None
            raise
        finally:
            self._free.put(stream)


def _end_all(free: "queue.LifoQueue[Stream | None]") -> None:
    while not free.empty():
        if stream := free.get():
            stream.end()


@cache
def _streams() -> _Streams:
    return _Streams(_AT_ONCE)


@cache
def _cells() -> Cells:
    cells = Cells(1, partial(Cell, _MODULE))
    atexit.register(cells.close)
    return cells
