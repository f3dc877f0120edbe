"""Inside the cage of messages that staff hand in."""

import codecs
import email
import encodings
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from importlib import import_module
from pkgutil import iter_modules
from socket import socket
from sys import argv
from typing import Any, Final

from pydantic import TypeAdapter

from portal.kernel.cage.frames import ABOUT, BYTES, END, NAME, Frame, packed
from portal.kernel.cage.limits import MIB
from portal.kernel.cage.serving import Tell, serve
from portal.kernel.machine.host import tidy_less_often
from portal.kernel.text.addresses import load_checker
from portal.mail.arriving.message import Arrived
from portal.mail.arriving.stream_orders import ORDER
from portal.mail.arriving.taking_apart import nothing_said, take_apart

_ARRIVED: Final = TypeAdapter(Arrived)
_SAMPLE: Final = b"""From: =?utf-8?q?M=C3=A4iler?= <a@example.org>\r
To: "B" <b@example.org>, =?iso-2022-jp?b?GyRCRXkbKEI=?= <c@example.org>\r
Subject: =?iso-2022-jp?b?GyRCRXkbKEI=?=\r
Content-Type: multipart/mixed; boundary="b"\r
\r
--b\r
Content-Type: text/plain; charset=utf-8; format=flowed\r
\r
Hello \r
you\r
--b\r
Content-Type: text/html; charset=windows-1252\r
Content-Transfer-Encoding: quoted-printable\r
\r
<p style=3D"margin:0">Hello <a href=3D"https://example.org/?a=3Db">you</a> &amp; all<img src=3D"cid:1"><br>=20
--b\r
Content-Type: image/png; name*=utf-8''a.png\r
Content-ID: <1>\r
Content-Transfer-Encoding: base64\r
\r
iVBORw0KGgo=\r
--b--\r
"""


def main() -> None:
    """Answer orders until the other end closes."""
    tidy_less_often()
    warm_up()
    with socket(fileno=int(argv[1])) as control:
        serve(control, _answer)


def warm_up() -> None:
    """Load what parsers load late: behind the filter nothing can be opened any more."""
    for encoding in iter_modules(encodings.__path__):  # a stranger chooses the character set
        with suppress(LookupError, ImportError, AttributeError):
            codecs.lookup(encoding.name)
    for module in iter_modules(email.__path__, "email."):
        import_module(module.name)
    load_checker()
    for _ in _frames(_SAMPLE, keeps=True):
        pass


def _answer(order: Mapping[str, Any], file: int, _tell: Tell) -> Iterator[bytes]:
    """Read one message that is a file, or one after the other as they come through a pipe."""
    if order["do"] == "stream":
        yield from _streamed(file)
        return
    os.lseek(file, 0, os.SEEK_SET)
    with os.fdopen(file, "rb", closefd=False) as given:
        raw = given.read()
    yield from map(packed, _frames(raw, keeps=order["do"] == "files"))


def _frames(raw: bytes, *, keeps: bool) -> Iterable[Frame]:
    """Give what a message says and the bytes of its files: whatever a library trips over, there is an answer."""
    try:
        arrived, files = take_apart(raw, keeps=keeps)
    except Exception:  # noqa: BLE001 - promise 10: no message stops the next
        arrived, files = nothing_said(raw), []
    yield Frame(ABOUT, _ARRIVED.dump_json(arrived))
    for data in files if keeps else []:
        yield Frame(NAME)
        for at in range(0, len(data), MIB):
            yield Frame(BYTES, data[at : at + MIB])
    yield Frame(END)


def _streamed(file: int) -> Iterator[bytes]:
    """Answer messages that come together once all are here: who sends them reads nothing before."""
    with os.fdopen(file, "rb", closefd=False) as orders:
        answers: list[bytes] = []
        while head := orders.read(ORDER.size):
            keeps, has_next, size = ORDER.unpack(head)
            answers += map(packed, _frames(orders.read(size), keeps=keeps))
            if not has_next:
                yield b"".join(answers)
                answers.clear()
