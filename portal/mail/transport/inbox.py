"""The demo's own mail server: it takes everything, keeps it in memory, and sends nothing on.

What it keeps opens letters, so it listens on this machine alone.
"""

import asyncio
import socket
import threading
from collections.abc import Awaitable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from typing import Any

from aiosmtpd.controller import Controller

_LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class KeptMessage:
    """One message as it came in; `number` counts from 1."""

    number: int
    to: str
    envelope_from: str
    raw: bytes = field(repr=False)

    @property
    def subject(self) -> str:
        """The subject line, decoded."""
        head, _, _ = self.raw.partition(b"\r\n\r\n")
        return str(message_from_bytes(head, policy=policy.default)["Subject"] or "")

    @property
    def plain_text(self) -> str:
        """The text for people, decoded."""
        body = message_from_bytes(self.raw, policy=policy.default).get_body(("plain",))
        return body.get_content() if body else ""


class Inbox:
    """All messages of the demo, readable from any thread."""

    def __init__(self) -> None:
        """Start empty."""
        self._kept: list[KeptMessage] = []
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def keep(self, to: str, envelope_from: str, raw: bytes) -> int:
        """Add a message and return its number."""
        with self._lock:
            number = len(self._kept) + 1
            self._kept.append(KeptMessage(number, to, envelope_from, raw))
        return number

    def newest(self, *, to: str = "", skip: int = 0, limit: int = 50) -> list[KeptMessage]:
        """Return messages whose address contains `to`, newest first."""
        wanted = to.casefold()
        found = [kept for kept in reversed(self._kept) if wanted in kept.to.casefold()]
        return found[skip : skip + limit]

    def get(self, number: int) -> KeptMessage | None:
        """Return one message by its number."""
        return self._kept[number - 1] if 1 <= number <= len(self._kept) else None


class InboxServer:
    """Fills an `Inbox` over SMTP, in a thread of its own. Port 0 takes any free port."""

    def __init__(self, inbox: Inbox, port: int = 0) -> None:
        """Take the port at once, so that a taken one is known before anything starts. Raises `OSError`."""
        self._controller = _LoopbackController(_Keeper(inbox), port)

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self._controller.taken_port

    @property
    def url(self) -> str:
        """The address for `PORTAL_SMTP_URL`."""
        return f"smtp://{_LOOPBACK}:{self.port}"

    def start(self) -> None:
        """Begin to take messages; returns when it does."""
        self._controller.start()

    def stop(self) -> None:
        """Close the port and end the thread."""
        self._controller.stop()


class _Keeper:
    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: ANN401, N802 - aiosmtpd names and types it so
        number = 0
        for address in envelope.rcpt_tos:
            number = self._inbox.keep(address, envelope.mail_from, envelope.content)
        return f"250 2.0.0 Kept as {number}"


class _LoopbackController(Controller):
    def __init__(self, handler: _Keeper, port: int) -> None:
        self._socket = socket.create_server((_LOOPBACK, port))
        self.taken_port: int = self._socket.getsockname()[1]
        super().__init__(handler, hostname=_LOOPBACK, port=self.taken_port, server_hostname="inbox.test")

    def _create_server(self) -> Awaitable[asyncio.AbstractServer]:
        # The socket is already ours: between asking for a free port and taking it, nobody can come in.
        server: Awaitable[asyncio.AbstractServer] = self.loop.create_server(self._factory_invoker, sock=self._socket)
        return server
