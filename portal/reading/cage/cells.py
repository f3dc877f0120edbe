"""The warm processes that read and look, and the answers of theirs that come in frames."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from portal.kernel.cage.frames import Frame, frames_from
from portal.kernel.cage.limits import MIB, CannotRead, Limits
from portal.kernel.cage.warm import Cell, Take, started, take_whole
from portal.reading.answers import MAX_ANSWER
from portal.reading.reader import CountRows, Unreadable

READS: Final = "portal.reading.cage.cell"
LOOKS: Final = "portal.reading.cage.eyes"
SHOWS: Final = "portal.reading.showing.viewer_cell"
T = TypeVar("T")


class CellWithEyes(Cell):
    """One that reads, and beside it, from the first picture on, one that looks: fork(2) copies what a process holds."""

    def __init__(self, models: Path | None = None, count_rows: CountRows | str = "") -> None:
        """Start the one that reads, and counts rows; `models` are for the other."""
        self._models = str(models.absolute()) if models else ""
        self._eyes: Cell | None = None
        counts = count_rows if isinstance(count_rows, str) else f"{count_rows.__module__}:{count_rows.__qualname__}"
        super().__init__(READS, counts)

    def is_alive(self) -> bool:
        """Whether neither process has ended."""
        return super().is_alive() and (self._eyes is None or self._eyes.is_alive())

    def ask(self, order: Mapping[str, object], file: int, limits: Limits, take: Take[T]) -> T:
        """Have an order done by the process it is for. Raises `CageBroken`."""
        if order["do"] != "look":
            return super().ask(order, file, limits, take)
        if self._eyes is None:
            self._eyes = started(partial(Cell, LOOKS, self._models))
        return self._eyes.ask(order, file, limits, take)

    def end(self) -> None:
        """End both processes, whatever they are at."""
        super().end()
        if self._eyes is not None:
            self._eyes.end()


def take_answer(answer: int, until: float) -> bytes:
    """Read an answer to its end. Raises `CageBroken` for more than any has."""
    return take_whole(answer, until, MAX_ANSWER)


def framed(receive: Callable[[Iterator[Frame]], T], longest: int = 2 * MIB) -> Take[T | Unreadable]:
    """Return what takes an answer of frames; a reason is an answer too."""

    def take(answer: int, until: float) -> T | Unreadable:
        try:
            return receive(frames_from(answer, until, longest))
        except CannotRead as sentence:
            return Unreadable(str(sentence))

    return take
