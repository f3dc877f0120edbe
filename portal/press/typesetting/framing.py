"""How a press in the cage and whoever asks it tell each other what is what."""

import struct
from typing import Final

SHUT, SET, REFUSED = b"s", b"+", b"-"
LENGTH: Final = struct.Struct(">I")
