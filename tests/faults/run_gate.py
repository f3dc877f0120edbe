"""Gates in processes of their own, each killed at one point between a message's last line and the reply."""

import asyncio
import os
import signal
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from portal.blobs.disk import DiskBlobs
from portal.blobs.keystore import SqlDataKeys
from portal.blobs.sealed import SealedStore
from portal.documents.repository import loose
from portal.gate import taking
from portal.gate.doors import Doors
from portal.gate.listening import keep_gate
from portal.gate.protocol import GateConnection
from portal.gate.spool import Spool
from portal.gate.taking import Taking
from portal.kernel.configuration.gate_places import Place
from portal.kernel.configuration.settings import load_settings
from portal.kernel.storage.groups import Grouped
from portal.wiring import build_house
from tests.gate.gates import NoRecords
from tests.mail.servers import HOST

STEPS: Final = (
    (GateConnection, "_received"),
    (Spool, "field"),
    (Doors, "claim"),
    (Taking, "submit"),
    (loose, "note"),
    (Taking, "_admit"),
    (SealedStore, "seal_all"),
    (DiskBlobs, "put"),
    (SqlDataKeys, "put_all"),
    (Taking, "_in_rows"),
    (taking, "take_in_messages"),
    (Grouped, "_answer"),
)
POINTS: Final = [(place, name, is_after) for place, name in STEPS for is_after in (False, True)][:-1]
"""Before and after each step, in the order they come; after the last one the reply is on its way."""


def run_gates(port: int, now: datetime) -> None:
    """Keep a gate at a port that is killed as it comes to a point, then one for the next point, at last one to stay."""
    for place, name, is_after in POINTS:
        child = os.fork()
        if child == 0:
            setattr(place, name, _killed(getattr(place, name), is_after=is_after))
            _run_gate(port, now)
        _, status = os.waitpid(child, 0)
        assert os.WTERMSIG(status) == signal.SIGKILL
    _run_gate(port, now)


def _run_gate(port: int, now: datetime) -> None:
    house = build_house(load_settings(), clock=lambda: now)
    asyncio.run(keep_gate(house, NoRecords(), [Place(HOST, port, "")], asyncio.Event()))


def _killed(step: Callable[..., Any], *, is_after: bool) -> Callable[..., Any]:
    def killed(*given: object, **named: object) -> object:
        answer = step(*given, **named) if is_after else None
        os.kill(os.getpid(), signal.SIGKILL)
        return answer

    async def killed_later(*given: object, **named: object) -> object:
        answer = await step(*given, **named) if is_after else None
        os.kill(os.getpid(), signal.SIGKILL)
        return answer

    return killed_later if asyncio.iscoroutinefunction(step) else killed
