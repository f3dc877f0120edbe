"""Inside the cage: a process that serves one template, with its fonts loaded and everything else given up.

It says `s` once it is shut in. Then it reads frames (four bytes of length, then so many bytes) from standard input: the
template, then a row at a time as JSON; each row's answer is a frame, `+` and a PDF or `-` and a sentence.
"""

import json
import os
import sys
from typing import Final

from portal.kernel.cage.lockdown import give_up
from portal.press import NotTypeset
from portal.press.typesetting.engine import Engine
from portal.press.typesetting.framing import LENGTH, REFUSED, SET, SHUT

_BROKEN: Final = "This letter cannot be set."


def serve(engine: Engine) -> None:
    """Set one row after the other until the other end closes."""
    template = _read_frame().decode()
    while row := _read_frame():
        try:
            answer = SET + engine.set(template, json.loads(row))
        except NotTypeset as sentence:
            answer = REFUSED + str(sentence).encode("utf-8", "replace")
        except Exception:  # noqa: BLE001 - whatever the library trips over, the answer is no (promise 10)
            answer = REFUSED + _BROKEN.encode()
        _write(LENGTH.pack(len(answer)) + answer)


def _read_frame() -> bytes:
    return _read(LENGTH.unpack(head)[0]) if len(head := _read(LENGTH.size)) == LENGTH.size else b""


def _read(size: int) -> bytes:
    pieces = []
    while size:
        piece = os.read(0, min(size, 1 << 20))
        if not piece:
            return b""
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)


def _write(answer: bytes) -> None:
    view = memoryview(answer)
    while view:
        view = view[os.write(1, view) :]


def main() -> None:
    """Start from the command line the cage writes: an empty folder, bytes of memory, seconds of processor in all."""
    root, memory, cpu_seconds = sys.argv[1:]
    engine = Engine(root)
    engine.warm_up()
    if give_up(memory=int(memory), cpu_seconds=int(cpu_seconds)):
        _write(SHUT)
        serve(engine)
