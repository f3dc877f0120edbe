"""The line in which slow acts wait: few at once, few of one person, and nobody behind all that another has brought."""

import asyncio
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Final

from portal.kernel.errors import PortalError
from portal.kernel.machine.host import free_bytes

AT_ONCE: Final = 3
EACH_AT_ONCE: Final = 2
MOST: Final = 300
MOST_EACH: Final = 100


class LineFull(PortalError):
    """The portal is reading as many files as it can hold, so it did not take this one. Try again in some minutes."""


class TooManyInLine(LineFull):
    """So many of your files wait to be read that this one was not taken. Wait until some are done, then try again."""


def _free() -> int | None:
    return free_bytes(Path(tempfile.gettempdir()))


class Turn:
    """One act's turn: it is waited for, taken, and given back by `leave`."""

    def __init__(self, line: "Line", person: str, size: int) -> None:
        self.person, self.size = person, size
        self.has_begun = asyncio.Event()
        self._line = line

    @property
    def place(self) -> int:
        """How many begin before this one does, and itself; none once it has begun."""
        return self._line.place_of(self)

    async def wait(self, seconds: float) -> bool:
        """Wait so long at most; tell whether the turn has come."""
        self._line.queue(self)
        if self.has_begun.is_set():
            return True
        try:
            await asyncio.wait_for(self.has_begun.wait(), seconds)
        except TimeoutError:
            return False
        return True

    def leave(self) -> None:
        """Let others go on, whether this one was done or given up. Twice is the same as once."""
        self._line.leave(self)


class Line:
    """The acts of one process that take long. Used in the event loop alone.

    Whoever has the fewest acts begun or waiting ahead goes first: one who brings fifty files waits behind one who
    brings their first. What lies on disk meanwhile is at most half of what is free there, of one person a quarter.
    """

    def __init__(self, free: Callable[[], int | None] = _free) -> None:
        """Nobody waits. `free` tells how many bytes may still be written where posted files lie."""
        self._free = free
        self._entered: dict[Turn, None] = {}
        self._waiting: dict[Turn, None] = {}
        self._places: dict[Turn, int] = {}
        self._begun: Counter[str] = Counter()

    def enter(self, person: str, size: int) -> Turn:
        """Take an act in, before its body of at most `size` bytes is read. Raises `LineFull`, `TooManyInLine`."""
        if sum(turn.person == person for turn in self._entered) >= MOST_EACH:
            raise TooManyInLine
        if len(self._entered) >= MOST or not self._has_room(person, size):
            raise LineFull
        turn = Turn(self, person, size)
        self._entered[turn] = None
        return turn

    def _has_room(self, person: str, size: int) -> bool:
        """Tell whether another body may lie on disk. Of those before it, nothing may have come yet."""
        free = self._free()
        held = sum(turn.size for turn in self._entered)
        own = sum(turn.size for turn in self._entered if turn.person == person)
        if free is None or (not held and size < free):
            return True
        room = free // 2
        return held + size <= room and (not own or own + size <= room // 2)

    def queue(self, turn: Turn) -> None:
        """Have a turn wait, once its body is there: who is still sending keeps nobody waiting."""
        if turn in self._entered and turn not in self._waiting and not turn.has_begun.is_set():
            self._waiting[turn] = None
            self._go_on()

    def leave(self, turn: Turn) -> None:
        """Take a turn out."""
        if turn not in self._entered:
            return
        del self._entered[turn]
        self._waiting.pop(turn, None)
        if turn.has_begun.is_set():
            self._begun[turn.person] -= 1
        self._go_on()

    def place_of(self, turn: Turn) -> int:
        """Return a turn's place among those that wait, from 1; 0 for one that does not wait."""
        return self._places.get(turn, 0)

    def _order(self) -> list[Turn]:
        ahead = Counter(self._begun)
        ranked = []
        for turn in self._waiting:  # in the order of their coming
            ranked.append((ahead[turn.person], turn))
            ahead[turn.person] += 1
        return [turn for _, turn in sorted(ranked, key=lambda one: one[0])]

    def _go_on(self) -> None:
        for turn in self._order():
            if sum(self._begun.values()) < AT_ONCE and self._begun[turn.person] < EACH_AT_ONCE:
                del self._waiting[turn]
                self._begun[turn.person] += 1
                turn.has_begun.set()
        self._places = {turn: place for place, turn in enumerate(self._order(), 1)}
