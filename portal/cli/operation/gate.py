"""`portal gate`, and the gate beside the site: where mail programs hand messages in."""

import asyncio
import contextlib
import threading
from dataclasses import replace
from typing import Annotated

import typer

from portal.cli.opening import bring_up_to_date, people
from portal.cli.operation.gate_rule import rule
from portal.gate.listening import keep_gate
from portal.kernel.configuration.gate_places import Place
from portal.kernel.configuration.networks import is_loopback
from portal.kernel.configuration.settings import load_settings
from portal.kernel.errors import PortalError, StartRefused, WrongCall
from portal.kernel.log import log, start_logging
from portal.kernel.machine.signals import told_to_end
from portal.wiring import House, build_house, domain_records

_HERE = Place("127.0.0.1", 2525, "")

app = typer.Typer(invoke_without_command=True)


@app.callback()
def gate(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="Address to listen on, in place of the first in PORTAL_GATE_URL.")] = "",
    port: Annotated[int, typer.Option(help="Port to listen on there.", min=0, max=65535)] = 0,
) -> None:
    """Let mail programs hand messages in, until a signal: where PORTAL_GATE_URL says."""
    if context.invoked_subcommand:
        return
    start_logging()
    settings = load_settings()
    places = _places(settings.gate, host, port)
    house = build_house(settings)
    try:
        bring_up_to_date(house.db)
        people.print("The gate listens on " + ", ".join(f"{place.host}:{place.port}" for place in places) + ".")
        asyncio.run(_until_signal(house, places))
    finally:
        house.close()


def _places(named: tuple[Place, ...], host: str, port: int) -> tuple[Place, ...]:
    if not (host or port):
        if not named:
            raise StartRefused("Nobody said where the gate listens. Set PORTAL_GATE_URL, or give --host and --port.")
        return named
    first = named[0] if named else _HERE
    place = replace(first, host=host or first.host, port=port or first.port)
    if not place.security and not is_loopback(place.host):
        raise WrongCall(
            "Without TLS the gate listens on this machine alone. Set PORTAL_GATE_URL to smtps:// or STARTTLS."
        )
    return (place,)


async def _until_signal(house: House, places: tuple[Place, ...]) -> None:
    await keep_gate(house, domain_records(), places, told_to_end())


app.command()(rule)


class GateBeside:
    """A gate beside the site, in a thread and an event loop of its own: neither waits for the other's work."""

    def __init__(self, house: House) -> None:
        """Start nothing yet."""
        self._house = house
        self._is_up = threading.Event()
        self._refused: PortalError | None = None
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), name="gate-door")

    def start(self) -> None:
        """Return once it listens. Raises `StartRefused`."""
        self._thread.start()
        self._is_up.wait()
        if self._refused:
            raise self._refused

    def end(self) -> None:
        """Answer for what was handed in whole, then end."""
        with contextlib.suppress(RuntimeError):  # it has ended by itself
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    async def _run(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        try:
            await keep_gate(
                self._house, domain_records(), self._house.settings.gate, self._stop, when_up=self._is_up.set
            )
        except PortalError as refused:
            self._refused = refused
            log("gate").error("ended", error=type(refused).__name__)
        finally:
            self._is_up.set()
