"""What a stranger meets at the portal's own address: its proxy's certificate, and whether the portal is behind it."""

import ssl
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Final
from urllib.parse import urlsplit

_SECONDS: Final = 5
_MOST_READ: Final = 65_536
_FINE: Final = 200
_OURS: Final = "/.well-known/security.txt"


@dataclass(frozen=True, slots=True)
class FrontSeen:
    """What came back, once each; `problem` is why nothing did, and then the rest is nothing.

    `certificate_ends` is None without TLS. `is_ours`: the answer names the address that was asked, so Host came
    through. `keeps_hsts`: browsers are told to use TLS alone. `shows_figures`: anybody gets what is for monitoring.
    """

    problem: str = ""
    certificate_ends: datetime | None = None
    status: int = 0
    is_ours: bool = False
    keeps_hsts: bool = False
    shows_figures: bool = False


def look_from_outside(base_url: str) -> FrontSeen:
    """Ask the portal's own address two questions, 5 s each; follows no redirect and sends no secret."""
    try:
        answer, body, ends = _ask(base_url, _OURS)
        figures, _, _ = _ask(base_url, "/metrics")
    except ssl.SSLCertVerificationError as error:
        return FrontSeen(f"its certificate does not hold ({error.verify_message})")
    except (OSError, HTTPException) as error:
        return FrontSeen(f"nobody answers ({getattr(error, 'strerror', None) or type(error).__name__})")
    return FrontSeen(
        certificate_ends=ends,
        status=answer.status,
        is_ours=answer.status == _FINE and f"{base_url}{_OURS}".encode() in body,
        keeps_hsts=answer.getheader("Strict-Transport-Security") is not None,
        shows_figures=figures.status == _FINE,
    )


def _ask(base_url: str, path: str) -> tuple[HTTPResponse, bytes, datetime | None]:
    """Return an answer, its first 64 KiB, and when the certificate ends."""
    parts = urlsplit(base_url)
    host, ends = parts.hostname or "", None
    connection: HTTPConnection = (
        HTTPSConnection(host, parts.port, timeout=_SECONDS, context=ssl.create_default_context())
        if parts.scheme == "https"
        else HTTPConnection(host, parts.port, timeout=_SECONDS)
    )
    with closing(connection):
        connection.connect()
        if isinstance(connection.sock, ssl.SSLSocket) and (shown := connection.sock.getpeercert()):
            ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(shown["notAfter"])), UTC)
        connection.request("GET", path, headers={"Connection": "close"})
        answer = connection.getresponse()
        return answer, answer.read(_MOST_READ), ends
