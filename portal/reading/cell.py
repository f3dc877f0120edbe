"""Inside the cage: a warm process that never sees a file, and one short-lived child for each order.

The warm process has all parsers and models loaded and forks; the child gives up everything but memory and two
open descriptors, reads what it was given, answers and is gone. So no file can change how the next one is read.
"""

import codecs
import contextlib
import gc
import json
import os
import resource
import select
import signal
import socket
import sys
import zlib
from pathlib import Path
from typing import Any, Final

from PIL import Image

from portal.reading.answers import pack_parsed, pack_sight, pack_stripped
from portal.reading.budget import MAX_FILE, CannotRead, Limits
from portal.reading.ocr import Eyes
from portal.reading.plain import PlainReader
from portal.reading.reader import Unreadable
from portal.reading.samples import sample_files
from portal.reading.seccomp import close_the_door
from portal.reading.strip.strip import strip
from portal.reading.texts.encodings import ENCODINGS

_MAX_ORDER: Final = 8192
_DAMAGED: Final = "The portal cannot take out what is hidden in this file. Save it as PDF and choose it again."


def serve(control: socket.socket, eyes: Eyes) -> None:
    """Do one order after the other until the other end closes."""
    control.sendall(b"+")
    while True:
        line, descriptors, _, _ = socket.recv_fds(control, _MAX_ORDER, 2)
        if len(descriptors) != 2:
            return
        file, answer = descriptors
        order = json.loads(line)
        _do_apart(order, file, answer, Limits(*order["limits"]), eyes)
        control.sendall(b".")


def warm_up(eyes: Eyes) -> None:
    """Load what parsers load late: behind the filter nothing can be opened any more."""
    for name, data in sample_files().items():
        PlainReader().parse(data, name)
        with contextlib.suppress(CannotRead):
            strip(data)
    Image.init()
    for encoding in ENCODINGS:
        codecs.lookup(encoding)
    eyes.warm_up()
    gc.collect()
    gc.freeze()


def _do_apart(order: dict[str, Any], file: int, answer: int, limits: Limits, eyes: Eyes) -> None:
    alive, held = os.pipe()  # the child holds one end: its closing is the child's death
    child = os.fork()
    if child == 0:
        os.close(alive)
        try:
            confine(limits)
            for piece in _answer(order, file, eyes):
                _write(answer, piece)
        finally:
            os._exit(0)
    for descriptor in (file, answer, held):
        os.close(descriptor)
    select.select([alive], [], [], limits.wall_seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(alive)


def _answer(order: dict[str, Any], file: int, eyes: Eyes) -> list[bytes]:
    if order["do"] == "probe":
        return [_try_the_network()]
    with os.fdopen(file, "rb") as opened:
        data = opened.read(MAX_FILE + 1)
    match order["do"]:
        case "read":
            return pack_parsed(PlainReader().parse(data, order["name"]))
        case "strip":
            return _strip(data)
        case "look":
            return pack_sight(eyes.look(order["width"], order["height"], _grey(order, data)))
    return []


def _strip(data: bytes) -> list[bytes]:
    try:
        return pack_stripped(*strip(data))
    except CannotRead as sentence:
        return pack_parsed(Unreadable(str(sentence)))
    except Exception:  # noqa: BLE001 - whatever a library trips over, the answer is no (promise 10)
        return pack_parsed(Unreadable(_DAMAGED))


def _grey(order: dict[str, Any], packed: bytes) -> bytes:
    return zlib.decompressobj().decompress(packed, order["width"] * order["height"])


def _write(answer: int, piece: bytes) -> None:
    view = memoryview(piece)
    while view:
        view = view[os.write(answer, view) :]


def confine(limits: Limits) -> None:
    """Give up memory, time, files and processes for good, then every system call not needed to think."""
    for what, limit in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_AS, limits.memory),
    ):
        resource.setrlimit(what, (limit, limit))
    close_the_door()


def _try_the_network() -> bytes:
    reached = []
    for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX):
        try:
            socket.socket(family, socket.SOCK_STREAM).close()
        except PermissionError:
            continue
        except OSError:  # too many files, no such family: nothing the filter did
            pass
        reached.append(family)
    return b"open" if reached else b"shut"


def main() -> None:
    """Start from the command line the cage writes: a descriptor and the folder of further models, or nothing."""
    descriptor, models = sys.argv[1:]
    eyes = Eyes(Path(models) if models else None)
    warm_up(eyes)
    with socket.socket(fileno=int(descriptor)) as control:
        serve(control, eyes)
