"""What one order in a cage may use, and how whoever does it says that it cannot go on."""

from dataclasses import dataclass
from typing import Final

MIB: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What one order may use: bytes of memory, seconds of processor and of the clock."""

    memory: int = 512 * MIB
    cpu_seconds: int = 5
    wall_seconds: float = 15.0

    def times(self, orders: int) -> "Limits":
        """Return the limits for several orders in one: more time, no more memory."""
        return Limits(self.memory, self.cpu_seconds * orders, self.wall_seconds * orders)


class CannotRead(Exception):
    """Reading stops; the text is the sentence for the person who chose the file."""
