"""`portal serve` and `portal worker`: the site and the deliveries."""

import asyncio
import contextlib
import gc
import signal
import socket
import subprocess
import sys
import threading
import traceback
from collections.abc import Coroutine
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer
import uvicorn
from starlette.applications import Starlette
from uvicorn.loops.auto import auto_loop_factory
from uvicorn.supervisors import Multiprocess

from portal.app import build_app
from portal.cli.opening import bring_up_to_date, people
from portal.kernel.configuration.settings import Settings, load_settings
from portal.kernel.errors import PortalError, StartRefused
from portal.kernel.later import Later
from portal.kernel.log import log, start_logging
from portal.kernel.machine.host import keep_freed_memory, tidy_less_often
from portal.kernel.machine.signals import told_to_end
from portal.web.server.config import BoundedConfig
from portal.web.server.patient import PatientServer
from portal.wiring import House, build_house, mail_room, school_mark
from portal.worker import Worker

if TYPE_CHECKING:
    from portal.cli.operation import gate
else:  # where no gate is set, no mail comes in
    gate = Later("portal.cli.operation.gate")

_AGAIN_AFTER_SECONDS = 5.0


def site_from_environment() -> Starlette:
    """Return the site for the environment's settings: what each of several processes runs."""
    start_logging()
    tidy_less_often()
    keep_freed_memory()
    return build_app(load_settings())


def site_config(settings: Settings, app: Starlette | str, *, host: str, port: int, processes: int = 1) -> BoundedConfig:
    """Return how the site is served: an app, or for several processes the name of what makes one.

    Only proxies named in the settings are believed about who is asking. No other protocol is spoken than HTTP/1.1.
    """
    return BoundedConfig(
        app,
        host=host,
        port=port,
        workers=processes,
        factory=isinstance(app, str),
        access_log=False,
        log_level="warning",
        server_header=False,
        ws="none",
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies or "",
        timeout_keep_alive=15,
        timeout_graceful_shutdown=20,
    )


def check_is_free(host: str, port: int) -> None:
    """Find out before anything is done whether we can listen there. Raises `PortalError`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        raise PortalError(f"We cannot listen on {host}:{port} ({error.strerror}). Choose another --port.") from None


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)] = 8000,
    processes: Annotated[int, typer.Option(help="Site processes (PostgreSQL only).", min=1, max=64)] = 1,
    no_worker: Annotated[bool, typer.Option("--no-worker", help="Serve pages only; deliveries run elsewhere.")] = False,
    no_gate: Annotated[bool, typer.Option("--no-gate", help="Start no gate; it runs elsewhere.")] = False,
) -> None:
    """Serve the site, with one delivery worker inside, and the gate where PORTAL_GATE_URL says."""
    start_logging()
    settings = load_settings()
    check_is_free(host, port)
    with_gate = bool(settings.gate) and not no_gate
    house = build_house(settings)
    try:
        if settings.mark:
            school_mark(settings.mark)  # refused here, before several processes are
        bring_up_to_date(house.db)
        if processes > 1 and house.db.is_sqlite:
            raise StartRefused("SQLite serves one process. Use PostgreSQL for more: set PORTAL_DATABASE_URL.")
        people.print(f"The portal is at {settings.base_url} (listening on {host}:{port}).")
        if processes == 1:
            config = site_config(settings, build_app(settings, house), host=host, port=port)
            with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
                runner.run(serve_together(house, config, with_worker=not no_worker, with_gate=with_gate))
            return
    finally:
        house.close()
    beside = [name for name, is_wanted in (("worker", not no_worker), ("gate", with_gate)) if is_wanted]
    _serve_processes(settings, beside, host=host, port=port, processes=processes)


def _serve_processes(settings: Settings, names: list[str], *, host: str, port: int, processes: int) -> None:
    beside = [_started(name) for name in names]
    try:
        config = site_config(
            settings, "portal.cli.operation.serve:site_from_environment", host=host, port=port, processes=processes
        )
        Multiprocess(config, sockets=[config.bind_socket()]).run()
    finally:
        for process in beside:
            process.terminate()
        for process in beside:
            process.wait(timeout=60)


def _started(name: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "portal", name])  # noqa: S603 - our own command, no input


async def serve_together(house: House, config: uvicorn.Config, *, with_worker: bool, with_gate: bool) -> None:
    """Run site, worker and gate in one process until a signal; all end cleanly.

    Uvicorn raises a signal again once it has ended, to whom it came before: nobody, or we would die of it at once, with
    mail still on its way.
    """
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, _note_nothing)
    server = PatientServer(config)
    beside: list[_Delivering | gate.GateBeside] = [_Delivering(house)] if with_worker else []
    if with_gate:
        beside.append(gate.GateBeside(house))
    running: list[_Delivering | gate.GateBeside] = []
    try:
        for one in beside:
            running.append(one)
            one.start()
        await server.serve()
    finally:
        for one in running:
            await asyncio.to_thread(one.end)


def _note_nothing(_number: int, _frame: FrameType | None) -> None:
    """Take a signal that uvicorn has heard already."""


class _Delivering:
    """A worker beside the site: a thread and an event loop of its own, since it asks the database in its loop."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._is_ready = threading.Event()
        self._thread = threading.Thread(target=lambda: run_deliveries(self._run()), name="worker")

    def start(self) -> None:
        self._thread.start()
        self._is_ready.wait()

    def end(self) -> None:
        """Let what is on its way arrive, then end."""
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    async def _run(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        self._is_ready.set()
        await _deliver(self._house, self._stop)


async def _deliver(house: House, stop: asyncio.Event) -> None:
    """Deliver until `stop` is set. What nobody foresaw ends one run alone: the site beside it would go on unaware."""
    while not stop.is_set():
        room = mail_room(house.settings)
        try:
            await Worker(house, room).run(stop)
        except Exception as error:  # noqa: BLE001 - a mistake of ours may not end every mail until a restart
            log("worker").error("begins again", errors=_kinds(error))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), _AGAIN_AFTER_SECONDS)
        finally:
            await room.close()


def _kinds(error: Exception) -> list[str]:
    """Return of which kind errors are, and where they arose; what they say may quote a row."""
    if isinstance(error, ExceptionGroup):
        return [kind for one in error.exceptions for kind in _kinds(one)]
    frames = traceback.extract_tb(error.__traceback__)
    return [f"{type(error).__name__} in {frames[-1].name}" if frames else type(error).__name__]


def worker(
    drain: Annotated[bool, typer.Option("--drain", help="End when nothing is due.")] = False,
) -> None:
    """Deliver what is due, until a signal; with --drain until nothing is due."""
    start_logging()
    settings = load_settings()
    house = build_house(settings)
    try:
        bring_up_to_date(house.db)
        run_deliveries(drain_outbox(house) if drain else _deliver_until_signal(house))
    finally:
        house.close()


def run_deliveries(work: Coroutine[object, object, None]) -> None:
    """Run a worker in the event loop that the site has too: it costs a tenth less a message than Python's own."""
    gc.freeze()  # what has been imported stays; looking through it again held all mail up for a tenth of a second
    with asyncio.Runner(loop_factory=auto_loop_factory()) as runner:
        runner.run(work)


async def drain_outbox(house: House) -> None:
    """Deliver until nothing is due."""
    room = mail_room(house.settings)
    try:
        await Worker(house, room).drain()
    finally:
        await room.close()


async def _deliver_until_signal(house: House) -> None:
    await _deliver(house, told_to_end())
