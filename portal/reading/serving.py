"""How a warm process of the cage does its orders: one short-lived child for each, so that none changes the next."""

import json
import os
import select
import signal
import socket
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, Final

from portal.kernel.cage import forged_door, give_up
from portal.kernel.forks import forked, settle
from portal.reading.budget import Limits

_MAX_ORDER: Final = 65_536
Tell = Callable[[bytes], None]
"""Lets a piece go ahead of the answer."""
Answering = Callable[[Mapping[str, Any], int, Tell], Iterable[bytes]]
"""Takes an order and the open file it is about; what it gives is the answer, piece by piece."""


def serve(control: socket.socket, answering: Answering) -> None:
    """Do one order after the other until the other end closes."""
    forged_door()
    settle()
    control.sendall(b"+")
    while True:
        line, descriptors, _, _ = socket.recv_fds(control, _MAX_ORDER, 2)
        if len(descriptors) != 2:
            return
        while not line.endswith(b"\n"):
            more = control.recv(_MAX_ORDER)
            if not more:
                return
            line += more
        file, answer = descriptors
        order = json.loads(line)
        _do_apart(order, file, answer, Limits(*order["limits"]), answering)
        control.sendall(b".")


def _do_apart(order: dict[str, Any], file: int, answer: int, limits: Limits, answering: Answering) -> None:
    alive, held = os.pipe()  # the child holds one end: its closing is the child's death
    child = forked()
    if child == 0:
        os.close(alive)
        try:
            confine(limits)
            for piece in answering(order, file, partial(_write, answer)):
                _write(answer, piece)
        finally:
            os._exit(0)
    for descriptor in (file, answer, held):
        os.close(descriptor)
    select.select([alive], [], [], limits.wall_seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(alive)


def confine(limits: Limits) -> None:
    """Give up memory, time, files and processes for good, then every system call not needed to think."""
    give_up(memory=limits.memory, cpu_seconds=limits.cpu_seconds)


def _write(answer: int, piece: bytes) -> None:
    view = memoryview(piece)
    while view:
        view = view[os.write(answer, view) :]
