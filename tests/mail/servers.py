"""Mail servers on loopback: a real one that keeps what it gets, and one that says exactly what a test wants."""

import asyncio
import ssl
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, cast

from aiosmtpd.smtp import SMTP

from portal.kernel.text.addresses import OneAddress
from portal.mail.transport.recording import Delivered

HOST = "127.0.0.1"


class Sink:
    """aiosmtpd's server, scripted with the same words as the portal's own recording room."""

    def __init__(self) -> None:
        self.delivered: list[Delivered] = []
        self.rcpt_tos: list[list[str]] = []
        self.signed_in_as: list[bytes] = []
        self.connections = 0
        self.port = 0
        self._at_address: defaultdict[str, deque[str]] = defaultdict(deque)
        self._at_text: defaultdict[str, deque[str | None]] = defaultdict(deque)

    def will_refuse(self, to: OneAddress, reply: str) -> None:
        self._at_address[to.key].append(reply)

    def will_refuse_text(self, to: OneAddress, reply: str) -> None:
        self._at_text[to.key].append(reply)

    def will_break(self, to: OneAddress) -> None:
        self._at_text[to.key].append(None)

    async def handle_RCPT(self, _server: SMTP, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: ANN401, N802 - aiosmtpd's own names
        if replies := self._at_address[address.casefold()]:
            return replies.popleft()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Any, envelope: Any) -> str:  # noqa: ANN401, N802 - aiosmtpd's own names
        if replies := self._at_text[envelope.rcpt_tos[0].casefold()]:
            reply = replies.popleft()
            if reply is None:
                _cut(server)
            return reply or "451 never read"
        self.rcpt_tos.append(envelope.rcpt_tos)
        self.delivered.append(Delivered(envelope.content, envelope.mail_from, envelope.rcpt_tos[0]))
        return "250 2.0.0 Taken"

    def authenticate(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> Any:  # noqa: ANN401 - aiosmtpd's own names
        from aiosmtpd.smtp import AuthResult

        self.signed_in_as.append(data.login)
        return AuthResult(success=data.password == b"pa:ss/word", handled=False)


def _cut(server: SMTP) -> None:
    if server.transport is not None:
        cast("asyncio.WriteTransport", server.transport).abort()


@asynccontextmanager
async def sink(
    *, tls: ssl.SSLContext | None = None, at_once: bool = False, sign_in: bool = False
) -> AsyncIterator[Sink]:
    """A real server: plain, with STARTTLS, or (`at_once`) with TLS from the first octet."""
    keeper = Sink()
    loop = asyncio.get_running_loop()
    protocols: list[SMTP] = []

    def protocol() -> SMTP:
        keeper.connections += 1
        protocols.append(
            SMTP(
                keeper,
                loop=loop,
                hostname="post.test",
                enable_SMTPUTF8=True,
                tls_context=None if at_once else tls,
                auth_require_tls=not at_once,
                authenticator=keeper.authenticate if sign_in else None,
            )
        )
        return protocols[-1]

    server = await loop.create_server(protocol, HOST, 0, ssl=tls if at_once else None)
    keeper.port = server.sockets[0].getsockname()[1]
    try:
        yield keeper
    finally:
        server.close()
        for used in protocols:
            _cut(used)
        await server.wait_closed()
        await asyncio.sleep(0)


class ScriptedServer:
    """Answers each verb with the next of its `answers` (None cuts the connection), then as a good server would."""

    def __init__(self, answers: Mapping[str, Sequence[str | None]], extensions: Sequence[str] = ()) -> None:
        self._answers = {verb: list(replies) for verb, replies in answers.items()}
        self._extensions = extensions
        self.commands: list[str] = []
        self.messages: list[bytes] = []
        self.connections = 0
        self.port = 0
        self._writers: list[asyncio.StreamWriter] = []

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._writers.append(writer)
        with suppress(ConnectionError):  # the portal may have left first
            await self._talk(reader, writer)
        writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._answer("HELLO", "220 post.test", writer)
        while line := await reader.readline():
            self.commands.append(line.decode("latin-1").strip())
            verb = line[:4].decode("latin-1").upper()
            usual = {
                "EHLO": "\r\n".join([*(f"250-{word}" for word in ["post.test", *self._extensions]), "250 HELP"]),
                "DATA": "354 go on",
                "QUIT": "221 bye",
            }
            reply = await self._answer(verb, usual.get(verb, "250 OK"), writer)
            if verb == "DATA" and reply == usual["DATA"]:
                self.messages.append(await reader.readuntil(b"\r\n.\r\n"))
                reply = await self._answer("TEXT", "250 taken", writer)
            if reply is None or verb == "QUIT":
                break

    async def _answer(self, verb: str, usual: str, writer: asyncio.StreamWriter) -> str | None:
        reply = self._answers[verb].pop(0) if self._answers.get(verb) else usual
        if reply:  # an empty answer is silence
            writer.write(f"{reply}\r\n".encode())
            await writer.drain()
        return reply

    def hang_up(self) -> None:
        for writer in self._writers:
            writer.close()


@asynccontextmanager
async def scripted(
    answers: Mapping[str, Sequence[str | None]] | None = None, extensions: Sequence[str] = ()
) -> AsyncIterator[ScriptedServer]:
    script = ScriptedServer(answers or {}, extensions)
    server = await asyncio.start_server(script._serve, HOST, 0)
    script.port = server.sockets[0].getsockname()[1]
    try:
        yield script
    finally:
        server.close()
        script.hang_up()
        await server.wait_closed()
        await asyncio.sleep(0.01)
