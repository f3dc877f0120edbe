"""The mail room over SMTP: a small pool of connections, each with one message in flight (RFC 5321).

Measured: past five connections nothing is gained, and with few in flight a Stop is quick.
"""

import asyncio
import ipaddress
import ssl
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, Self
from urllib.parse import unquote, urlsplit

from aiosmtplib import SMTP, SMTPException, SMTPResponseException

from portal.kernel.errors import StartRefused
from portal.kernel.text.addresses import OneAddress
from portal.mail.letters.wire import on_the_wire
from portal.mail.transport.room import (
    Accepted,
    Outcome,
    PermanentFailure,
    RetryableFailure,
    StillWanted,
    Withdrawn,
    failure,
    server_words,
)

_Security = Literal["plain", "starttls", "tls"]
_SCHEMES: dict[str, tuple[_Security, int]] = {
    "smtp": ("plain", 25),
    "smtp+starttls": ("starttls", 587),
    "smtps": ("tls", 465),
}
_MOST_CONNECTIONS = 5
_SERVICE_ENDS = 421
_TEXT_MAY_COME = 354


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where mail is handed over, and how the way there is protected."""

    security: _Security
    host: str
    port: int
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    @classmethod
    def parse(cls, url: str) -> Self:
        """Read `smtp://`, `smtp+starttls://` or `smtps://` with `user:password@host:port`. Raises `StartRefused`."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise StartRefused("PORTAL_SMTP_URL is not an address: its host or port cannot be read.") from None
        if parts.scheme not in _SCHEMES:
            raise StartRefused("PORTAL_SMTP_URL must begin with smtp://, smtp+starttls:// or smtps://.")
        if not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
            raise StartRefused("PORTAL_SMTP_URL must be a host and a port, such as smtps://mail.example.org:465.")
        security, usual_port = _SCHEMES[parts.scheme]
        if parts.username and security == "plain" and not _is_loopback(parts.hostname):
            raise StartRefused("PORTAL_SMTP_URL would send its password unprotected. Use smtp+starttls:// or smtps://.")
        user = unquote(parts.username) if parts.username else None
        password = unquote(parts.password) if parts.password else None
        return cls(security, parts.hostname, port or usual_port, user, password)


class SmtpRoom:
    """Delivers over SMTP with at most five connections, kept open from one message to the next.

    TLS, where the address asks for it, checks the certificate against the system's trust store
    (`SSL_CERT_FILE` replaces it) and never falls back to plain text. A command waits at most `timeout`
    seconds, the last reply four times as long: giving up there would mail twice (RFC 5321, 4.5.3.2.6).
    """

    def __init__(
        self, server: SmtpServer, *, own_name: str, connections: int = _MOST_CONNECTIONS, timeout: float = 30.0
    ) -> None:
        """Take the server and the host name to greet it with. Connects when the first message comes."""
        self._server = server
        self._own_name = f"[{own_name}]" if own_name.replace(".", "").isdigit() else own_name  # RFC 5321, 4.1.3
        self._timeout = timeout
        self._slots = asyncio.Semaphore(max(1, min(connections, _MOST_CONNECTIONS)))
        self._idle: list[SMTP] = []

    async def deliver(
        self, message: bytes, *, envelope_from: OneAddress, to: OneAddress, still_wanted: StillWanted
    ) -> Outcome:
        """Offer one message for one address; see `MailRoom.deliver`."""
        async with self._slots:
            while True:
                reused = self._take_idle()
                try:
                    client = reused or await self._connect()
                except (SMTPException, OSError) as error:
                    return _shut(error)
                try:
                    return await self._offer(client, message, envelope_from, to, still_wanted)
                except _ConnectionEndedError as ended:
                    if reused is None:  # an old connection may have been closed while it was idle, a new one not
                        return ended.outcome

    async def close(self) -> None:
        """Say QUIT on every open connection."""
        while self._idle:
            client = self._idle.pop()
            try:
                await client.quit(timeout=2)
            except (SMTPException, OSError):
                client.close()  # it is gone either way

    async def _offer(
        self, client: SMTP, message: bytes, envelope_from: OneAddress, to: OneAddress, still_wanted: StillWanted
    ) -> Outcome:
        """Send one message on this connection. Raises `_ConnectionEndedError` when it ended at the first word."""
        healthy = False
        try:
            options = _options(client, message, envelope_from, to)
            if isinstance(options, PermanentFailure):
                healthy = True
                return options
            try:
                code, words = await client.execute_command(b"MAIL", _path(b"FROM", envelope_from), *options)
            except (SMTPException, OSError) as error:
                raise _ConnectionEndedError(_broken(error)) from None
            if code == _SERVICE_ENDS:  # such as "enough messages on this connection"
                raise _ConnectionEndedError(failure(code, words))
            outcome = _no_sender(code, words) if code != 250 else await self._text(client, message, to, still_wanted)
            healthy = isinstance(outcome, Accepted) or await _is_reset(client)
        except (SMTPException, OSError) as error:
            return _broken(error)
        else:
            return outcome
        finally:
            if healthy and client.is_connected:
                self._idle.append(client)
            else:
                client.close()

    async def _text(self, client: SMTP, message: bytes, to: OneAddress, still_wanted: StillWanted) -> Outcome:
        code, words = await client.execute_command(b"RCPT", _path(b"TO", to))
        if code not in {250, 251}:
            return failure(code, words)
        if not await still_wanted():
            return Withdrawn()
        code, words = await client.execute_command(b"DATA", timeout=4 * self._timeout)
        if code != _TEXT_MAY_COME or client.protocol is None:
            return failure(code, words)
        client.protocol.write(on_the_wire(message))
        code, words = await client.protocol.read_response(timeout=4 * self._timeout)
        return Accepted(server_words(code, words)) if code == 250 else failure(code, words)

    def _take_idle(self) -> SMTP | None:
        while self._idle:
            client = self._idle.pop()
            if client.is_connected:
                return client
        return None

    async def _connect(self) -> SMTP:
        client = SMTP(
            hostname=self._server.host,
            port=self._server.port,
            username=self._server.user,
            password=self._server.password,
            local_hostname=self._own_name,
            timeout=self._timeout,
            use_tls=self._server.security == "tls",
            start_tls=self._server.security == "starttls",  # False never upgrades, True never goes on without
            tls_context=None if self._server.security == "plain" else self._trust,
        )
        await client.connect()
        try:
            if client.is_ehlo_or_helo_needed:
                await client.ehlo()
        except (SMTPException, OSError):
            client.close()
            raise
        return client

    @cached_property
    def _trust(self) -> ssl.SSLContext:
        return ssl.create_default_context()


class _ConnectionEndedError(Exception):
    """The connection ended before anything was offered on it, so another one may be tried."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__()
        self.outcome = outcome


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _path(word: bytes, address: OneAddress) -> bytes:
    return word + b":<" + address.text.encode() + b">"


def _no_sender(code: int, words: str) -> Outcome:
    """Judge a no to our own sender: it is about us, so the next of 2,900 messages would fare no better."""
    outcome = failure(code, words)
    return RetryableFailure(outcome.reply, room_is_shut=True) if isinstance(outcome, PermanentFailure) else outcome


def _options(client: SMTP, message: bytes, *addresses: OneAddress) -> list[bytes] | PermanentFailure:
    """Return what MAIL FROM must say about the message: RFC 3461, 6152, 6531."""
    options = [b"RET=HDRS"] if client.supports_extension("dsn") else []  # a bounce needs no text, and no link
    head = message.partition(b"\r\n\r\n")[0]
    if not message.isascii():
        if not client.supports_extension("8bitmime"):
            return PermanentFailure("The mail server takes only plain ASCII mail, and this message is not.")
        options.append(b"BODY=8BITMIME")
    if not (head.isascii() and all(address.text.isascii() for address in addresses)):
        if not client.supports_extension("smtputf8"):
            return PermanentFailure("The mail server cannot mail to an address with letters beyond ASCII.")
        options.append(b"SMTPUTF8")
    return options


async def _is_reset(client: SMTP) -> bool:
    """Tell whether the connection can carry another message after one that was not sent."""
    try:
        return (await client.execute_command(b"RSET")).code == 250
    except (SMTPException, OSError):
        return False


def _broken(error: Exception) -> RetryableFailure:
    if isinstance(error, TimeoutError):
        return RetryableFailure("The mail server did not answer in time.")
    return RetryableFailure("The connection to the mail server broke.")


def _shut(error: Exception) -> RetryableFailure:
    cause = error if isinstance(error, ssl.SSLError) else error.__cause__
    if isinstance(cause, ssl.SSLError):
        reason = getattr(cause, "verify_message", "") or cause.reason or "no secure connection"
        sentence = f"The mail server's certificate or encryption was not accepted ({reason}). Nothing was sent."
    elif isinstance(error, SMTPResponseException):
        sentence = f"The mail server did not let us in: {server_words(error.code, error.message)}"
    elif "STARTTLS" in str(error):
        sentence = "The mail server does not offer STARTTLS, so the way to it is not safe. Nothing was sent."
    elif "AUTH" in str(error) or "authentication" in str(error):
        sentence = "The mail server offers no way to sign in that is safe to use. Nothing was sent."
    elif isinstance(error, TimeoutError):
        sentence = "The mail server did not answer in time. Nothing was sent."
    else:
        sentence = "The mail server cannot be reached. Nothing was sent."
    return RetryableFailure(sentence, room_is_shut=True)
