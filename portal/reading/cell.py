"""Inside the cage: a warm process that never sees a file, and one short-lived child for each file.

The warm process has all parsers loaded and forks; the child gives up everything but memory and two open
descriptors, reads its one file, answers and is gone. So no file can change how the next one is read.
"""

import codecs
import gc
import json
import os
import resource
import select
import signal
import socket
import sys
from typing import Final

from portal.reading.budget import MAX_FILE, PROBE, Limits
from portal.reading.plain import PlainReader
from portal.reading.reader import Reading, Unreadable
from portal.reading.seccomp import close_the_door
from portal.reading.text import ENCODINGS

_MAX_ORDER: Final = 4096


def serve(control: socket.socket, limits: Limits) -> None:
    """Read one file for each order until the other end closes."""
    _warm_up()
    gc.collect()
    gc.freeze()
    control.sendall(b"+")
    while True:
        order, descriptors, _, _ = socket.recv_fds(control, _MAX_ORDER, 2)
        if len(descriptors) != 2:
            return
        file, answer = descriptors
        _serve_one(order.decode(), file, answer, limits)
        control.sendall(b".")


def _warm_up() -> None:
    """Load what parsers load late: behind the filter nothing can be opened any more."""
    reader = PlainReader()
    for data, name in (
        (b"a,b\n1,2", "a.csv"),
        (b"<p title=a>&eacute;</p>", "a.html"),
        (b"\xff\xfea\0", "a.txt"),
        (b"caf\xe9", "a.txt"),
        (b"%PDF-1.4\n%%EOF", "a.pdf"),
        (b"PK\x03\x04", "a.docx"),
    ):
        reader.read_bytes(data, name)
    for encoding in ENCODINGS:
        codecs.lookup(encoding)


def _serve_one(name: str, file: int, answer: int, limits: Limits) -> None:
    alive, held = os.pipe()  # the child holds one end: its closing is the child's death
    child = os.fork()
    if child == 0:
        os.close(alive)
        try:
            _read_and_answer(name, file, answer, limits)
        finally:
            os._exit(0)
    for descriptor in (file, answer, held):
        os.close(descriptor)
    select.select([alive], [], [], limits.wall_seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(alive)


def _read_and_answer(name: str, file: int, answer: int, limits: Limits) -> None:
    confine(limits)
    if name == PROBE:
        message = _try_the_network()
    else:
        with os.fdopen(file, "rb") as opened:
            data = opened.read(MAX_FILE + 1)
        message = pack(PlainReader().read_bytes(data, name))
    view = memoryview(message)
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


def pack(result: Reading | Unreadable) -> bytes:
    """Return the answer as one line of JSON and then the texts, so no text is escaped."""
    if isinstance(result, Unreadable):
        return json.dumps({"reason": result.reason}).encode() + b"\n"
    texts = [part.text.encode("utf-8", "replace") for part in result.parts]
    head = {
        "kind": result.kind,
        "pages": result.pages,
        "pictures": result.pictures,
        "parts": [[part.place, len(text)] for part, text in zip(result.parts, texts, strict=True)],
    }
    return b"".join([json.dumps(head).encode(), b"\n", *texts])


def main() -> None:
    """Start from the command line the cage writes: descriptor, memory, processor and clock seconds."""
    descriptor, memory, cpu_seconds, wall_seconds = sys.argv[1:]
    limits = Limits(int(memory), int(cpu_seconds), float(wall_seconds))
    with socket.socket(fileno=int(descriptor)) as control:
        serve(control, limits)
