"""How much of a file is unpacked before it counts as a bomb, and how a format says that it cannot go on."""

from dataclasses import dataclass
from typing import Final

MIB: Final = 1024 * 1024
SAVE_AS_PDF: Final = "Save the letter as PDF and choose it again."

MAX_FILE: Final = 100 * MIB
MAX_NAME: Final = 255
MAX_TEXT: Final = 64 * MIB
MAX_ENTRIES: Final = 2_000
MAX_PAGES: Final = 2_000
MAX_DEPTH: Final = 3
MAX_RATIO: Final = 200
RATIO_FROM: Final = 4 * MIB
PROBE: Final = "?network"  # the order that asks a caged process to try the network instead of reading


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one file may use: bytes of memory, seconds of processor and of the clock."""

    memory: int = 512 * MIB
    cpu_seconds: int = 5
    wall_seconds: float = 15.0


class CannotRead(Exception):
    """Reading stops; the text is the sentence for the person who chose the file."""


@dataclass(slots=True)
class Budget:
    """What is left for one file and everything inside it; asked before and while unpacking.

    In bytes, both for what is unpacked and for text; `depth` counts files inside files. Raises `CannotRead`.
    """

    unpacked: int = 256 * MIB
    text: int = MAX_TEXT
    depth: int = MAX_DEPTH

    def unpack(self, size: int) -> None:
        """Take `size` bytes that come out of a compressed part."""
        self.unpacked -= size
        if self.unpacked < 0:
            raise CannotRead(f"Unpacked, this file is far too large to be a letter. {SAVE_AS_PDF}")

    def say(self, text: str) -> None:
        """Take the memory that `text` needs as UTF-8, roughly."""
        self.text -= len(text)
        if self.text < 0:
            raise CannotRead("This file holds more text than the portal can check. Divide it and choose a part.")

    def check_ratio(self, packed: int, unpacked: int) -> None:
        """Refuse a part that grows more than two hundredfold, unless it stays small all the same."""
        if unpacked > RATIO_FROM and unpacked > MAX_RATIO * max(packed, 1):
            raise CannotRead(f"A part of this file grows far too large when it is unpacked. {SAVE_AS_PDF}")

    def deeper(self) -> None:
        """Go into a file inside the file. `shallower` comes back."""
        self.depth -= 1
        if self.depth < 0:
            raise CannotRead(f"This file holds files within files within files. {SAVE_AS_PDF}")

    def shallower(self) -> None:
        """Come back out of a file inside the file."""
        self.depth += 1
