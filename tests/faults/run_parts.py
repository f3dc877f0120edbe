"""A site, a worker, a gate, each in a process of its own that kills itself at its n-th step, wherever that is.

A step is a statement or a commit, before and after it, or a file that is opened, linked, renamed or removed. Those of
the thread that writes disclosures are counted apart from the site's others, and a worker's from its first claim.
"""

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Callable
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from portal.app import build_app
from portal.cli.operation.serve import run_deliveries, serve_together, site_config
from portal.gate.listening import keep_gate
from portal.kernel.configuration.gate_places import Place
from portal.kernel.configuration.settings import load_settings
from portal.kernel.machine.signals import told_to_end
from portal.wiring import House, build_house, mail_room
from portal.worker import Worker
from tests.gate.gates import NoRecords
from tests.mail.servers import HOST

_FILES = {"open", "os.link", "os.rename", "os.remove"}
_WRITER, _CLAIM = "disclosures", "UPDATE notice SET state="


def run_part(part: str, port: int, step: int, told: Path, clock: Path) -> None:
    """Run a part until it is told to end, or be killed at a step, if one is given; `told` says at which."""
    settings = load_settings()
    house = build_house(settings, clock=lambda: datetime.fromisoformat(clock.read_text()))
    if step:
        _be_killed(part, step, told, settings.data_dir)
    {"worker": _work, "gate": _keep, "site": _serve, _WRITER: _serve}[part](house, port)


def _serve(house: House, port: int) -> None:
    config = site_config(house.settings, build_app(house.settings, house), host=HOST, port=port)
    asyncio.run(serve_together(house, config, with_worker=False, with_gate=False))


def _work(house: House, _: int) -> None:
    async def work() -> None:
        await Worker(house, mail_room(house.settings)).run(told_to_end())

    run_deliveries(work())


def _keep(house: House, port: int) -> None:
    async def keep() -> None:
        await keep_gate(house, NoRecords(), [Place(HOST, port, "")], told_to_end())

    asyncio.run(keep())


def _be_killed(part: str, step: int, told: Path, folder: Path) -> None:
    """Count steps from now on, and die at this one."""
    steps, inside, begun = count(1), os.fsencode(folder), threading.Event()
    if part != "worker":
        begun.set()

    def passed(what: str) -> None:
        is_ours = (threading.current_thread().name == _WRITER) == (part == _WRITER)
        if is_ours and begun.is_set() and next(steps) == step:
            told.write_text(what)
            os.kill(os.getpid(), signal.SIGKILL)

    def said(when: str) -> Callable[..., None]:
        def seen(_connection: object, _cursor: object, statement: str, *_: object) -> None:
            if statement.startswith(_CLAIM):
                begun.set()
            passed(f"{when} {' '.join(statement.split()[:4])}")

        return seen

    def seen(name: str, given: tuple[Any, ...]) -> None:
        if (
            name in _FILES
            and isinstance(given[0], str | bytes | os.PathLike)
            and os.fsencode(given[0]).startswith(inside)
        ):
            passed(f"before {name}")

    event.listen(Engine, "before_cursor_execute", said("before"))
    event.listen(Engine, "after_cursor_execute", said("after"))
    event.listen(Engine, "commit", lambda _: passed("before a commit"))
    event.listen(Session, "after_commit", lambda _: passed("after a commit"))
    sys.addaudithook(seen)
