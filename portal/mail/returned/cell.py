"""Inside the cage of messages that come back."""

import codecs
import email
import encodings
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import partial
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Final

from portal.kernel.cage.answering import answer_calls, framed_values
from portal.kernel.cage.calls import in_memory
from portal.mail.returned.bounces import header_of, read_report

_SAMPLE: Final = b"""From: =?utf-8?q?M=C3=A4iler?= <mailer-daemon@example.test>
Subject: =?iso-2022-jp?b?GyRCRXkbKEI=?=
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

No mailbox here=2E
--b
Content-Type: text/html; charset=windows-1252
Content-Transfer-Encoding: base64

PGI+Tm88L2I+
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; example.test

Final-Recipient: rfc822; a@example.test
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 unknown user
--b
Content-Type: message/rfc822

Subject: A letter

Hello
--b--
"""


def _report(_told: Mapping[str, Any], file: int) -> Iterable[object]:
    return [read_report(_read(file))]


def _header(_told: Mapping[str, Any], file: int) -> Iterable[object]:
    return [header_of(_read(file))]


def _read(file: int) -> bytes:
    with os.fdopen(file, "rb", closefd=False) as given:
        return given.read()


_READ: Final = {"report": _report, "header": _header}


def warm_up() -> None:
    """Load what parsers load late: behind the filter nothing can be opened any more."""
    for encoding in iter_modules(encodings.__path__):  # a stranger chooses the character set
        with suppress(LookupError, ImportError, AttributeError):
            codecs.lookup(encoding.name)
    for module in iter_modules(email.__path__, "email."):
        import_module(module.name)
    for read in _READ.values():
        with in_memory(_SAMPLE) as file:
            for _ in framed_values(partial(read, {}, file)):
                pass


def main() -> None:
    """Answer calls until the other end closes."""
    warm_up()
    answer_calls(_READ)
