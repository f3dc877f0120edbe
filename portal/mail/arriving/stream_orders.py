"""What stands before each message of a stream, on its way into the cage."""

import struct
from typing import Final

ORDER: Final = struct.Struct("<??I")
"""Whether its files are wanted, whether another comes before answers are waited for, and how long it is."""
