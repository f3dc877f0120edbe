"""A picture as it leaves the cage that decoded it: grey pixels for whoever looks at them."""

import hashlib
import zlib
from dataclasses import dataclass
from typing import Final

WHOLE_FILE: Final = "picture"
"""The place of a file that is a picture itself."""
MAX_SHOWN: Final = 12_000_000
"""Grey pixels handed on for one picture; a larger one is made smaller."""
MAX_SIDE: Final = 65_500


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture nobody has looked at yet: `width` times `height` grey bytes, black is 0, and its colours, packed.

    The grey views of it stand one below the other (see `without_colour`). `sha256` is that of its size and colours.
    """

    place: str
    sha256: str
    width: int
    height: int
    packed: bytes

    @property
    def grey(self) -> bytes:
        """The grey pixels, row by row."""
        return self.unpacked[: self.width * self.height]

    @property
    def unpacked(self) -> bytes:
        """The grey pixels, and what `colours` keeps behind them."""
        return zlib.decompress(self.packed)

    @property
    def pixels(self) -> str:
        """The hash of what is looked at, whatever `sha256` claims."""
        return hashlib.sha256(b"%d %d " % (self.width, self.height) + self.packed).hexdigest()
