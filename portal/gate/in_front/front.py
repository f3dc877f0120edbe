"""What every rule of a mail system in front says, whichever system it is."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Self

from portal.kernel.errors import StartRefused

HEADER: Final = "X-Portal-Gate"
"""The header field that a rule writes the secret into; the gate never keeps or logs it."""
NAME: Final = "Portal gate"
"""What a rule and its connector are called in the mail system's own lists."""
FILES: Final = (
    "pdf", "doc", "docx", "odt", "rtf", "xls", "xlsx", "xlsm", "ods", "csv", "ppt", "pptx", "odp", "txt", "html",
    "zip", "tif", "tiff", "heic",
)  # fmt: skip
"""Names of files that a rule goes by, where it cannot tell a file from a picture in a signature (jpg, png, gif)."""

_SECRET: Final = re.compile(r"[A-Za-z0-9_~.+/=-]{20,200}")
_HOST: Final = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")
_PORTS: Final = 65_535


@dataclass(frozen=True, slots=True)
class Front:
    """Where the gate is for a mail system in front, the secret it has to show, and the domains staff write from."""

    host: str
    port: int
    domains: tuple[str, ...]
    secret: str = field(repr=False)

    @classmethod
    def of(cls, *, host: str, port: int, domains: Sequence[str], secret: str) -> Self:
        """Return it checked: all of it is pasted into a mail system as it stands. Raises `StartRefused`."""
        if not _SECRET.fullmatch(secret):
            raise StartRefused(
                "PORTAL_GATE_SECRET must be 20 to 200 letters and digits, as `openssl rand -hex 32` makes them: a rule "
                "holds it as it stands."
            )
        named = tuple(dict.fromkeys(one.strip().lower() for one in domains))
        for name in (host.lower(), *named):
            if not _HOST.fullmatch(name):
                raise StartRefused(f"{name!r} is no name of a host or domain, such as letters.example.org.")
        if not named:
            raise StartRefused("Nobody is on the staff yet, so nobody's mail can be told. Name their --domain.")
        if not 0 < port <= _PORTS:
            raise StartRefused(f"{port} is no port.")
        return cls(host.lower(), port, named, secret)
