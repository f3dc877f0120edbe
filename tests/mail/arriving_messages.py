"""Messages as mail programs write them, for the tests of what is handed in."""

import base64
from collections.abc import Sequence

PDF = b"%PDF-1.7 a letter"
HEAD = (
    b"Received: from a.test by b.test; Tue, 1 Dec 2026 08:00:00 +0000\r\n"
    b"From: Marta Lopez <office@birchwood.test>\r\nTo: Rosa Rivera <rosa@families.test>\r\nSubject: Report card\r\n"
    b"Date: Tue, 1 Dec 2026 08:00:00 +0000\r\nMessage-ID: <1@birchwood.test>\r\nMIME-Version: 1.0\r\n"
)


def part(kind: str, body: bytes, *fields: str, encoding: str = "base64") -> bytes:
    """Return a part; `kind` with its parameters."""
    coded = base64.encodebytes(body).replace(b"\n", b"\r\n") if encoding == "base64" else body
    lines = [f"Content-Type: {kind}", *fields, f"Content-Transfer-Encoding: {encoding}"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + coded


def several(kind: str, parts: Sequence[bytes], boundary: str = "=_b") -> bytes:
    """Return a multipart; `kind` with its parameters."""
    begin = f"--{boundary}\r\n".encode()
    inner = b"".join(begin + one + b"\r\n" for one in parts)
    return (
        f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'.encode() + inner + f"--{boundary}--".encode()
    )


def text(said: str, kind: str = "text/plain; charset=utf-8") -> bytes:
    """Return a part of text."""
    return part(kind, said.encode())


def html(said: str) -> bytes:
    """Return a part of HTML."""
    return text(said, "text/html; charset=utf-8")


def attached(name: str = "report card.pdf", kind: str = "application/pdf", data: bytes = PDF) -> bytes:
    """Return a file."""
    return part(kind, data, f'Content-Disposition: attachment; filename="{name}"')


def mixed(*parts: bytes, head: bytes = HEAD) -> bytes:
    """Return a message of these parts."""
    return head + several("mixed", parts)


def png(width: int, height: int, more: bytes = b"") -> bytes:
    """Return the beginning of a picture of this size."""
    return b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + width.to_bytes(4, "big") + height.to_bytes(4, "big") + more
