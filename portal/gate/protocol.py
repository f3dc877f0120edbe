"""One connection to the gate: SMTP by aiosmtpd, but for what it says, what it keeps in memory and whom it lets sign in.

Only what is true of the connection and of the envelope is decided here; the message itself is looked at by the doors.
"""

import asyncio
import re
import time
from typing import TYPE_CHECKING, Final

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from portal.gate import replies
from portal.gate.doors import Connected
from portal.gate.spool import END, Spool
from portal.gate.taking import Key
from portal.kernel.configuration.gate_places import Place
from portal.kernel.errors import PortalError
from portal.kernel.log import log
from portal.kernel.text.addresses import NotOneAddress, OneAddress
from portal.mail.arriving.message import MOST_BYTES
from portal.rate_limits.rules import asking_network

if TYPE_CHECKING:
    import ssl

    from portal.gate.desk import Desk

MOST_RECIPIENTS: Final = 500
_PIECE: Final = 64 * 1024
_IDLE_SECONDS: Final = 300.0
_LONGEST_DATA_SECONDS: Final = 1_200.0
_COMMANDS: Final = {"MAIL": 5_000, "DATA": 5_000, "RSET": 5_000, "RCPT": 100_000, "AUTH": 5, "*": 100}
"""How often each may come on one connection: a merge hands in thousands of messages."""
_PATH: Final = re.compile(r"<([^<>\s]*)>(?:\s+(.*))?|([^<>\s]+)(?:\s+(.*))?")
_SIZE: Final = re.compile(r"(?i)\bSIZE=(\d+)")
_FAULTS: Final = {
    "bare": replies.BARE,
    "long-line": replies.LONG_LINE,
    "large": replies.TOO_LARGE,
    "early": replies.TOO_EARLY,
    "no-room": replies.NO_ROOM,
}


class _Hooks:
    """What aiosmtpd asks of an envelope."""

    def __init__(self, desk: "Desk") -> None:
        self._desk = desk

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, server: "GateConnection", _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if (reply := server.may_begin()) or (reply := self._desk.has_no_room()):
            return reply
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return replies.GREETED

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: "GateConnection", _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        try:
            one = OneAddress.parse(address)
        except NotOneAddress:
            return replies.NO_ADDRESS
        if not server.may_name(one.text):
            return replies.NO_AUTH
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return replies.TOO_MANY
        envelope.rcpt_tos.append(one.text)
        return replies.NOTED

    async def handle_exception(self, error: Exception) -> str:
        log("gate").error("broke off", error=type(error).__name__)
        return replies.LATER


class GateConnection(SMTP):
    """A mail program, or a mail system in front, at the gate."""

    line_length_limit = _PIECE  # of what is read at once, before it waits for the sender
    AuthLoginUsernameChallenge = "Username:"  # as mail programs know them
    AuthLoginPasswordChallenge = "Password:"

    def __init__(
        self, desk: "Desk", place: Place, tls: "ssl.SSLContext | None", loop: asyncio.AbstractEventLoop
    ) -> None:
        """Take the desk behind it, and where it came in."""
        super().__init__(
            _Hooks(desk),
            hostname=desk.name,
            ident="ESMTP",
            data_size_limit=MOST_BYTES,
            tls_context=tls if place.security == "starttls" else None,
            require_starttls=place.security == "starttls",
            auth_require_tls=place.security == "starttls",
            authenticator=_as_typed,
            command_call_limit=dict(_COMMANDS),
            timeout=_IDLE_SECONDS,
            loop=loop,
        )
        self._desk, self._place = desk, place
        self.network, self.heard_at = "", time.monotonic()
        self._key: Key | None = None
        self._is_counted = self._is_turned_away = self._is_answered = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Count the connection, once; one too many is told so and closed."""
        if not self._is_counted:
            self.network = asking_network(str((transport.get_extra_info("peername") or ("",))[0]))
            self._is_counted = self._desk.counts.come(self)
            if not self._is_counted:
                self._is_turned_away = True
                if isinstance(transport, asyncio.WriteTransport):
                    transport.write(f"{replies.NOT_NOW}\r\n".encode())
                transport.close()
                return
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """Count it no longer."""
        if self._is_turned_away:
            return
        if self._is_counted:
            self._is_counted = False
            self._desk.counts.go(self)
        super().connection_lost(error)

    def data_received(self, data: bytes) -> None:
        """Read on, unless it was turned away."""
        self.heard_at = time.monotonic()
        if not self._is_turned_away:
            super().data_received(data)

    def eof_received(self) -> bool | None:
        """End with the other end."""
        return None if self._is_turned_away else super().eof_received()

    @property
    def may_go(self) -> bool:
        """Whether it may be ended for another one: nobody has signed in, and no message of it is being taken."""
        return self._key is None and not self._is_answered

    def hang_up(self) -> None:
        """End it now, whatever is on its way."""
        if isinstance(self.transport, asyncio.WriteTransport):
            self.transport.abort()

    @property
    def _connected(self) -> Connected:
        is_private = self._place.security == "tls" or self._tls_protocol is not None or not self._place.security
        return Connected(is_private, self._key)

    @property
    def _recipients(self) -> list[str]:
        return self.envelope.rcpt_tos if self.envelope else []

    def _hang_up(self) -> None:
        if self.transport:
            self.transport.close()

    def may_begin(self) -> str:
        """Return why this connection may hand in nothing at all, or nothing."""
        doors = self._desk.doors
        return replies.NO_AUTH if not (self._key or doors.has_rule or doors.has_drops) else ""

    def may_name(self, address: str) -> bool:
        """Tell whether a message may be for an address, whoever it is: without a key or a rule for drop addresses."""
        doors = self._desk.doors
        return self._key is not None or doors.has_rule or doors.is_drop(address)

    async def smtp_MAIL(self, arg: str | None) -> None:  # noqa: N802 - aiosmtpd's name
        """Refuse what is nobody's, and what is too large to begin with, in words that are understood."""
        typed = (arg or "").upper().replace(" ", "")
        size = _SIZE.search(arg or "")
        if typed.startswith("FROM:<>"):
            await self.push(replies.NULL_SENDER)
        elif size and int(size[1][:12]) > MOST_BYTES:
            await self.push(replies.TOO_LARGE)
        else:
            await super().smtp_MAIL(arg)

    async def smtp_VRFY(self, _arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        """Say of every address the same."""
        await self.push("252 2.1.5 Nobody is looked up here.")

    async def smtp_AUTH(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        """Take the name of a mechanism in any case (RFC 4954, 4)."""
        mechanism, blank, rest = (arg or "").partition(" ")
        await super().smtp_AUTH(mechanism.upper() + blank + rest)

    async def auth_PLAIN(self, server: object, args: list[str]) -> AuthResult:  # noqa: N802 - aiosmtpd's name
        """Sign in by RFC 4616."""
        return await self._checked(await super().auth_PLAIN(server, args))

    async def auth_LOGIN(self, server: object, args: list[str]) -> AuthResult:  # noqa: N802 - aiosmtpd's name
        """Sign in as older mail programs do."""
        return await self._checked(await super().auth_LOGIN(server, args))

    async def _checked(self, result: AuthResult) -> AuthResult:
        typed = result.auth_data
        if not isinstance(typed, LoginPassword):
            return result
        answer = await self._desk.signed_in(typed.login, typed.password, self.network)
        if isinstance(answer, Key):
            self._key = answer
            return AuthResult(success=True, auth_data=answer, message=replies.SIGNED_IN)
        await self.push(answer)
        if answer.startswith("421"):
            self._hang_up()
        return AuthResult(success=False, handled=True)

    async def smtp_DATA(self, arg: str | None) -> None:  # noqa: N802 - aiosmtpd's name
        """Take a message piece by piece; it is answered for once it is durable."""
        if await self.check_helo_needed():
            return
        if arg or not self._recipients:
            await self.push("501 Syntax: DATA" if arg else "503 5.5.1 Say first for whom it is (RCPT).")
            return
        if reply := self._desk.has_no_room():
            await self.push(reply)
            return
        spool = Spool(self._desk.folder)
        try:
            reply = await self._message(spool)
        finally:
            spool.close()
            self.envelope = Envelope()
        await self.push(reply)
        if reply.startswith("421"):
            self._hang_up()

    async def _message(self, spool: Spool) -> str:
        self._reader.feed_data(b"\r\n")  # so that a message of no lines ends like any other
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        if not await self._received(spool):
            return replies.TOO_SLOW
        if spool.fault:
            return _FAULTS[spool.fault]
        self._is_answered = True
        try:
            return await self._desk.handed_in(spool, self._recipients, self._connected)
        except PortalError as error:
            log("gate").error("not taken", error=type(error).__name__)
            return replies.LATER
        finally:
            self._is_answered = False

    async def _received(self, spool: Spool) -> bool:
        until = time.monotonic() + _LONGEST_DATA_SECONDS
        while time.monotonic() < until:
            try:
                piece = await self._reader.readuntil(END)
                is_last = True
            except asyncio.LimitOverrunError as more:
                piece = await self._reader.read(more.consumed)
                is_last = False
            self._reset_timeout()
            if spool.is_in_memory:
                spool.take(piece)
            else:
                await asyncio.to_thread(spool.take, piece)
                if self._desk.has_no_room():  # many large ones at once leave less than each of them was promised
                    spool.give_up()
            if is_last:
                return True
        return False

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        """Return an address and what follows it; no address where it is none."""
        found = _PATH.fullmatch(arg.strip())
        if found is None:
            return None, None
        return (found[1] or found[3] or ""), (found[2] or found[4] or "")


def _as_typed(
    _server: object, _session: Session, _envelope: Envelope, _mechanism: str, typed: LoginPassword
) -> AuthResult:
    """Hand on what somebody typed: it is looked up beside the loop."""
    return AuthResult(success=False, handled=False, auth_data=typed)
