"""Which answers are sent compressed: our own files, and the pages of families.

What a secret weighs beside text of an attacker's choice, compressed together, tells the secret bit by bit (BREACH,
CVE-2013-3587). So a page is compressed only where nothing in it is chosen by whoever asks. A family's page repeats
nothing of a request: `tests/hostile/test_compressed.py` asks for each with a mark in every part of it. Staff pages
repeat what is searched for beside the names that were found, and are sent as they are.
"""

import gzip
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import Response

GZIP: Final = {"Content-Encoding": "gzip"}
BY_ENCODING: Final = {"Vary": "Accept-Encoding"}
_LEVEL: Final = 9
_REFUSED: Final = {"q=0", "q=0.0", "q=0.00", "q=0.000"}


def compressed(body: bytes) -> bytes:
    """Return a body in gzip: the same bytes in every process, with no name or time in them."""
    return gzip.compress(body, _LEVEL, mtime=0)


def takes_gzip(headers: Headers) -> bool:
    """Tell whether a browser reads gzip (RFC 9110, 12.5.3)."""
    for one in headers.get("accept-encoding", "").lower().split(","):
        coding, _, weight = one.partition(";")
        if coding.strip() == "gzip":
            return weight.replace(" ", "") not in _REFUSED
    return False


def compress(response: Response, asked: Headers) -> Response:
    """Return a page in gzip for a browser that reads it; the page repeats nothing of the request."""
    response.headers.update(BY_ENCODING)
    if takes_gzip(asked):
        response.body = compressed(bytes(response.body))
        response.headers.update(GZIP | {"Content-Length": str(len(response.body))})
    return response
