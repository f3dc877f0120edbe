"""How much of a file is unpacked before it counts as a bomb, and how a format says that it cannot go on."""

from dataclasses import dataclass
from typing import Final

from portal.kernel.cage.limits import MIB as MIB  # noqa: PLC0414 - given on: a word of every parser here
from portal.kernel.cage.limits import CannotRead as CannotRead  # noqa: PLC0414 - given on: a word of every parser here
from portal.kernel.cage.limits import Limits as Limits  # noqa: PLC0414 - given on: a word of every parser here

SAVE_AS_PDF: Final = "Save the letter as PDF and choose it again."

MAX_FILE: Final = 100 * MIB
MAX_NAME: Final = 255
MAX_TEXT: Final = 64 * MIB
MAX_ENTRIES: Final = 2_000
MAX_PAGES: Final = 2_000
MAX_DEPTH: Final = 3
MAX_PIXELS: Final = 240_000_000
MAX_PICTURE: Final = 60_000_000
MAX_GREY: Final = 128 * MIB
MAX_RATIO: Final = 200
RATIO_FROM: Final = 4 * MIB
MAX_UNPACKED: Final = 2048 * MIB
MAX_FILES: Final = 20_000
MAX_NAME_BYTES: Final = 4096


LOOKING: Final = Limits(memory=640 * MIB, cpu_seconds=25, wall_seconds=40.0)
"""What looking at one picture may use. Of memory it touches less than 512 MiB: its libraries map more."""
BUNDLES: Final = Limits(memory=1024 * MIB, cpu_seconds=120, wall_seconds=300.0)
"""What opening a zip or a PDF of many letters may use. Of memory it touches far less, see `bench.batch`."""


TOO_LARGE: Final = "A picture in this file is larger than any letter needs. Make it smaller and try again."
_TOO_MUCH_TO_SEE: Final = (
    "This file holds more pictures than the portal can check at once. Divide it, or save it with smaller pictures."
)


@dataclass(slots=True)
class Budget:
    """What is left for one file and everything inside it; asked before and while unpacking.

    In bytes, both for what is unpacked and for text; `pixels` are decoded ones, `grey` bytes of packed pictures;
    `depth` counts files inside files. Raises `CannotRead`.
    """

    unpacked: int = 256 * MIB
    text: int = MAX_TEXT
    pixels: int = MAX_PIXELS
    grey: int = MAX_GREY
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

    def show(self, width: int, height: int) -> None:
        """Take the pixels of a picture, before it is decoded."""
        if width * height > MAX_PICTURE:
            raise CannotRead(TOO_LARGE)
        self.pixels -= width * height
        if self.pixels < 0:
            raise CannotRead(_TOO_MUCH_TO_SEE)

    def keep(self, packed: int) -> None:
        """Take the bytes of a picture that somebody has yet to look at."""
        self.grey -= packed
        if self.grey < 0:
            raise CannotRead(_TOO_MUCH_TO_SEE)

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
