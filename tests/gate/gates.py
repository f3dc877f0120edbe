"""A gate on loopback in a thread of its own, mail programs that say exactly what a test wants, and messages."""

import asyncio
import base64
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Self

from portal.gate.listening import Gate
from portal.gate.spool import END
from portal.kernel.configuration.gate_places import Place
from portal.wiring import House
from tests.cast import NOON
from tests.mail.servers import HOST

PDF = b"%PDF-1.7 a letter that welcomes everybody and names nobody"
PLAIN = Place(HOST, 0, "")
DOMAIN = "letters.riverbend.example.org"
WRITER = "rosa@riverbend.example.org"
FAMILY = "carla.rivera@mail.example.org"


@dataclass
class NoRecords:
    """DNS as a test has it: texts by name."""

    known: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def texts(self, name: str) -> list[str]:
        return list(self.known.get(name, ()))

    def mail_hosts(self, name: str) -> list[str]:
        raise AssertionError(name)

    def addresses(self, name: str) -> list[str]:
        raise AssertionError(name)


class _Standing(threading.Thread):
    def __init__(self, gate: Gate) -> None:
        super().__init__()
        self._gate, self._is_up = gate, threading.Event()
        self.ports: list[int] = []

    def run(self) -> None:
        asyncio.run(self._stand())

    async def _stand(self) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        self.ports = await self._gate.start()
        self._is_up.set()
        await self._over.wait()
        await self._gate.end()

    def wait(self) -> None:
        assert self._is_up.wait(10)

    def end(self) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self.join()


@contextmanager
def standing(house: House, *places: Place, records: NoRecords | None = None) -> Iterator[list[int]]:
    """Keep a gate; give its ports."""
    thread = _Standing(Gate(house, records or NoRecords(), places or (PLAIN,)))
    thread.start()
    thread.wait()
    try:
        yield thread.ports
    finally:
        thread.end()


def _anybody() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


class Client:
    """A mail program that sends bytes and reads replies."""

    def __init__(self, port: int, *, tls: bool = False) -> None:
        self.socket = socket.create_connection((HOST, port), timeout=120)
        if tls:
            self.socket = _anybody().wrap_socket(self.socket)
        self._file = self.socket.makefile("rb")
        try:
            assert self.reply().startswith("220")
        except ConnectionError:
            self.__exit__()
            raise

    def start_tls(self) -> None:
        self.say("EHLO office.test")
        assert self.say("STARTTLS").startswith("220")
        self._file.close()
        self.socket = _anybody().wrap_socket(self.socket)
        self._file = self.socket.makefile("rb")
        self.say("EHLO office.test")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self.socket.close()

    def reply(self) -> str:
        lines = [self._line()]
        while lines[-1][3:4] == b"-":
            lines.append(self._line())
        return b"".join(lines).decode().strip()

    def _line(self) -> bytes:
        line = self._file.readline()
        if not line:
            raise ConnectionResetError
        return line

    def say(self, line: str | bytes) -> str:
        self.socket.sendall((line.encode() if isinstance(line, str) else line) + b"\r\n")
        return self.reply()

    def sign_in(self, key: str, address: str = WRITER) -> str:
        self.say("EHLO office.test")
        return self.say("AUTH PLAIN " + base64.b64encode(f"\0{address}\0{key}".encode()).decode())

    def envelope(self, *to: str) -> list[str]:
        return [self.say(f"MAIL FROM:<{WRITER}>"), *(self.say(f"RCPT TO:<{one}>") for one in to)]

    def text(self, raw: bytes) -> str:
        """Send a text after DATA, and the end behind it; return the reply."""
        assert self.say("DATA").startswith("354")
        self.socket.sendall(dotted(raw) + END[2:])
        return self.reply()

    def hand_in(self, raw: bytes, *to: str) -> str:
        self.envelope(*(to or (FAMILY,)))
        return self.text(raw)


def dotted(raw: bytes) -> bytes:
    """Return a text as it goes over the wire, with a line end."""
    text = raw if raw.endswith(b"\r\n") else raw + b"\r\n"
    return text.replace(b"\r\n.", b"\r\n..") if not text.startswith(b".") else b"." + text.replace(b"\r\n.", b"\r\n..")


def letter(
    subject: str = "Report cards", *, sender: str = WRITER, file: bytes = PDF, to: str = FAMILY, **header: str
) -> bytes:
    """Return a message with one file."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = f"The office <{sender}>", to, subject
    message["Date"] = format_datetime(NOON)
    message["Message-ID"] = f"<{subject.replace(' ', '.')}@office.test>"
    for name, value in header.items():
        message[name.replace("_", "-")] = value
    message.set_content("Please find enclosed.\n")
    if file:
        message.add_attachment(file, maintype="application", subtype="pdf", filename="report card.pdf")
    return message.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
