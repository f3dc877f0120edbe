"""The gate as it stands: sockets, certificates, and a loop that ends when it is told to."""

import asyncio
import logging
import ssl
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from portal.gate.desk import Desk
from portal.gate.protocol import GateConnection
from portal.kernel.configuration.gate_places import Place
from portal.kernel.errors import StartRefused
from portal.kernel.log import log
from portal.mail.authentication.alignment import Records
from portal.publish.upkeep.figures import figures_kept
from portal.wiring import House

_BACKLOG: Final = 100
_HANDSHAKE_SECONDS: Final = 10.0
"""A connection that is not through with it is not counted yet."""
_LIBRARY: Final = "mail.log"
"""Where aiosmtpd logs who writes to whom, and each line of a message."""


def silence_library() -> None:
    """Have aiosmtpd log nothing at all, whatever level anybody sets."""
    library = logging.getLogger(_LIBRARY)
    library.disabled, library.propagate = True, False
    library.handlers = [logging.NullHandler()]
    library.setLevel(logging.CRITICAL + 1)


class Certificate:
    """The certificate that the gate shows, read again when its file is another: it is renewed without a restart."""

    def __init__(self, cert: Path, key: Path) -> None:
        """Read both files. Raises `StartRefused`."""
        self._cert, self._key = cert, key
        self._stamp = self._stamped()
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.minimum_version = ssl.TLSVersion.TLSv1_2
        try:
            self.context.load_cert_chain(cert, key)
        except (OSError, ssl.SSLError):
            raise StartRefused(
                "The certificate of the gate cannot be read. See what PORTAL_GATE_CERT_FILE and PORTAL_GATE_KEY_FILE "
                "name, and that the portal's user may read it."
            ) from None

    def look_again(self) -> None:
        """Take a renewed certificate into use; one that cannot be read changes nothing and is told."""
        if (stamp := self._stamped()) == self._stamp:
            return
        self._stamp = stamp
        try:
            self.context.load_cert_chain(self._cert, self._key)
        except (OSError, ssl.SSLError) as error:
            log("gate").error("certificate not read again", error=type(error).__name__)

    def _stamped(self) -> tuple[int, ...]:
        try:
            return tuple(path.stat().st_mtime_ns for path in (self._cert, self._key))
        except OSError:
            return ()


class Gate:
    """Listens at some places for whoever hands messages in."""

    def __init__(self, house: House, records: Records, places: Sequence[Place]) -> None:
        """Take the house, what looks up keys of domains, and where to listen. Raises `StartRefused`."""
        silence_library()
        self._house, self._places = house, places
        cert, key = house.settings.gate_cert_file, house.settings.gate_key_file
        self._certificate = Certificate(cert, key) if cert and key else None
        self._desk = Desk(house, records)
        self._servers: list[asyncio.Server] = []

    async def start(self) -> list[int]:
        """Begin to listen; return the ports. Raises `StartRefused` where that is not possible."""
        loop = asyncio.get_running_loop()
        for place in self._places:
            tls = self._certificate.context if self._certificate and place.security == "tls" else None
            try:
                connection = partial(self._connection, place, loop)
                server = await loop.create_server(
                    connection,
                    place.host,
                    place.port,
                    ssl=tls,
                    backlog=_BACKLOG,
                    ssl_handshake_timeout=_HANDSHAKE_SECONDS if tls else None,
                )
            except OSError as error:
                await self.end()
                raise StartRefused(
                    f"The gate cannot listen on {place.host}:{place.port} ({error.strerror}). Change PORTAL_GATE_URL."
                ) from None
            self._servers.append(server)
        return [server.sockets[0].getsockname()[1] for server in self._servers]

    def _connection(self, place: Place, loop: asyncio.AbstractEventLoop) -> GateConnection:
        if self._certificate:
            self._certificate.look_again()
        return GateConnection(self._desk, place, self._certificate.context if self._certificate else None, loop)

    async def end(self) -> None:
        """Listen no longer; what was handed in whole is answered for, as it is durable or not."""
        for server in self._servers:
            server.close()
        await asyncio.to_thread(self._desk.close)


async def keep_gate(
    house: House,
    records: Records,
    places: Sequence[Place],
    stop: asyncio.Event,
    when_up: Callable[[], None] = lambda: None,
) -> None:
    """Let messages in until `stop` is set; `when_up` is called once it listens. Raises `StartRefused`."""
    gate = Gate(house, records, places)
    await gate.start()
    when_up()
    log("gate").info("listening", places=len(places))
    with figures_kept(house.db):
        try:
            await stop.wait()
        finally:
            await gate.end()
