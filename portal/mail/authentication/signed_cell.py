"""Inside the cage of DKIM signatures (RFC 6376): which of them may count for a domain, and whether one holds."""

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import compat32
from email.utils import getaddresses, parsedate_to_datetime
from functools import partial
from typing import Any, Final

import dkim
from dkim.util import InvalidTagValueList, parse_tag_value

from portal.kernel.cage.answering import answer_calls

_HEADER: Final = 256 * 1024
_MOST_SIGNATURES: Final = 10
_MOST_ALIGNED: Final = 3
_SIGNED: Final = frozenset({"from", "subject", "date"})
_ONCE: Final = ("from", "subject", "date", "to", "cc")
_ALGORITHMS: Final = {b"rsa-sha256"}
_SHORTEST_KEY: Final = 1024
_SAMPLE: Final = (
    b"DKIM-Signature: v=1; a=rsa-sha256; d=example.test; s=s; h=from; bh=; b=\r\nFrom: a@example.test\r\n\r\nHello\r\n"
)


def _signatures(told: Mapping[str, Any], file: int) -> Iterable[object]:
    """Give place, domain and selector of each signature that would count for a domain."""
    header, end, _ = os.pread(file, _HEADER, 0).partition(b"\r\n\r\n")
    header += b"\r\n\r\n"
    # behind a header that is longer stands what was signed, and before it what somebody put there
    if not end or any(len(_fields(header, name)) > 1 for name in _ONCE) or not _fields(header, "from"):
        yield []
        return
    fields = enumerate(_fields(header, "dkim-signature")[:_MOST_SIGNATURES])
    found = [(place, *named) for place, field in fields if (named := _counts(field, told["domain"]))]
    yield found[:_MOST_ALIGNED]


def _fields(header: bytes, name: str) -> list[bytes]:
    headers, _ = dkim.rfc822_parse(header)
    return [value for field, value in headers if field.strip().lower() == name.encode()]


def _counts(field: bytes, domain: str) -> tuple[str, str] | None:
    try:
        tags = parse_tag_value(field)
    except InvalidTagValueList:
        return None
    if b"l" in tags or tags.get(b"a") not in _ALGORITHMS:  # what stands behind a signed length is anybody's
        return None
    signer, selector = (tags.get(tag, b"").decode("ascii", "replace").lower() for tag in (b"d", b"s"))
    is_aligned = domain == signer or (domain.endswith(f".{signer}") and "." in signer)
    return (signer, selector) if is_aligned and selector and _names(tags.get(b"h", b"")) >= _SIGNED else None


def _names(listed: bytes) -> set[str]:
    return {name.strip().lower() for name in listed.decode("ascii", "replace").split(":")}


def _verified(told: Mapping[str, Any], file: int) -> Iterable[object]:
    """Give nothing where a signature does not hold; else when it was written, and to whom where that is signed."""
    message = os.pread(file, os.fstat(file).st_size, 0)
    record = told["record"].encode()
    signature = dkim.DKIM(message, minkey=_SHORTEST_KEY)
    try:
        holds = signature.verify(told["place"], dnsfunc=partial(_record, record))
    except (dkim.DKIMException, ValueError):
        holds = False
    if not holds:
        yield None
        return
    signed = {name.decode("ascii", "replace") for name in signature.include_headers}
    header = BytesHeaderParser(policy=compat32).parsebytes(message[:_HEADER])
    to = [name for name in ("to", "cc") if name in signed]
    yield {"written": _moment(header), "to": _addresses(header, to) if to else None}


def _record(record: bytes, _name: bytes, **_limits: object) -> bytes:
    """Answer as DNS would: what it said was asked for outside."""
    return record


def _moment(header: Message) -> float:
    with suppress(ValueError, TypeError, OverflowError):
        return parsedate_to_datetime(str(header["date"])).timestamp()
    return 0.0


def _addresses(header: Message, names: list[str]) -> list[str]:
    values = [str(value) for name in names for value in header.get_all(name, [])]
    return [address.lower() for _, address in getaddresses(values) if "@" in address]


def warm_up() -> None:
    """Load what the libraries load late: behind the filter nothing can be opened any more."""
    with suppress(dkim.DKIMException, ValueError):
        dkim.DKIM(_SAMPLE).verify(dnsfunc=partial(_record, b"v=DKIM1; p="))
    header = BytesHeaderParser(policy=compat32).parsebytes(
        b"Date: Thu, 6 Aug 2026 12:00:00 +0000\r\nTo: a@b.test\r\n\r\n"
    )
    _moment(header)
    _addresses(header, ["to"])


def main() -> None:
    """Answer calls until the other end closes."""
    warm_up()
    answer_calls({"signatures": _signatures, "verify": _verified})
