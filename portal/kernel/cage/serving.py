"""How a warm process of the cage does its orders: one short-lived child for each, so that none changes the next."""

import json
import os
import signal
import socket
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, Final

from portal.kernel.cage.forks import forked, settle
from portal.kernel.cage.limits import Limits
from portal.kernel.cage.lockdown import calls_to_answer, give_up, keep_to_forking
from portal.kernel.cage.seccomp import filter_of

_MAX_ORDER: Final = 65_536
_END_OF_CHILD: Final = (signal.SIGCHLD,)
Tell = Callable[[bytes], None]
"""Lets a piece go ahead of the answer."""
Answering = Callable[[Mapping[str, Any], int, Tell], Iterable[bytes]]
"""Takes an order and the open file it is about; what it gives is the answer, piece by piece."""


def serve(control: socket.socket, answering: Answering) -> None:
    """Do one order after the other until the other end closes."""
    signal.pthread_sigmask(signal.SIG_BLOCK, _END_OF_CHILD)
    settle()
    keep_to_forking()
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
    filter_of(calls_to_answer, file, answer)  # made here, so that no child makes its own
    signal.sigtimedwait(_END_OF_CHILD, 0)  # one that had to be ended may have left its signal
    child = forked()
    if child == 0:
        try:
            confine(limits, file, answer)
            for piece in answering(order, file, partial(_write, answer)):
                _write(answer, piece)
        finally:
            os._exit(0)
    for descriptor in (file, answer):
        os.close(descriptor)
    signal.sigtimedwait(_END_OF_CHILD, limits.wall_seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def confine(limits: Limits, reads: int = 0, writes: int = 1) -> None:
    """Give up memory, time, processes and all but two descriptors for good, then every system call not needed."""
    give_up(memory=limits.memory, cpu_seconds=limits.cpu_seconds, reads=reads, writes=writes)


def _write(answer: int, piece: bytes) -> None:
    view = memoryview(piece)
    while view:
        view = view[os.write(answer, view) :]
