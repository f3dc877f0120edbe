"""Inside the cage of the reader: the warm process that looks at pictures, beside the one that parses (`cell`).

By itself, because fork(2) copies what a process holds: a letter without pictures paid for models that it never needed.
"""

import os
import socket
import sys
import zlib
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from portal.kernel.cage.serving import Tell, serve
from portal.kernel.machine.host import tidy_less_often
from portal.reading.answers import pack_sight
from portal.reading.budget import MAX_FILE
from portal.reading.images.colours import most_of
from portal.reading.ocr.picture_reader import Eyes


def _answer(order: Mapping[str, Any], file: int, _tell: Tell, eyes: Eyes) -> Iterable[bytes]:
    """Look at one picture."""
    data = os.fdopen(file, "rb").read(MAX_FILE + 1)  # closed by the end of this process
    width, height = order["width"], order["height"]
    return pack_sight(eyes.look(width, height, zlib.decompressobj().decompress(data, most_of(width, height))))


def main() -> None:
    """Start from the command line the cage writes: a descriptor and the folder of further models, or nothing."""
    descriptor, models = sys.argv[1:]
    tidy_less_often()
    eyes = Eyes(Path(models) if models else None)
    eyes.warm_up()
    with socket.socket(fileno=int(descriptor)) as control:
        serve(control, partial(_answer, eyes=eyes))
