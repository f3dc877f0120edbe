"""Where the gate listens for mail programs, and what its settings may be."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit

from portal.kernel.configuration.networks import is_loopback

Security = Literal["", "starttls", "tls"]
_SCHEMES: Final[dict[str, Security]] = {"smtp": "", "smtp+starttls": "starttls", "smtps": "tls"}
_PORTS: Final[dict[Security, int]] = {"": 2525, "starttls": 587, "tls": 465}
_DOMAIN: Final = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
_SHORTEST_SECRET: Final = 20


@dataclass(frozen=True, slots=True)
class Place:
    """A host and port to listen on; `security` is what a connection is kept private by: nothing for this machine."""

    host: str
    port: int
    security: Security


def gate_places(text: str) -> tuple[Place, ...]:
    """Return the places that `PORTAL_GATE_URL` names, by comma. Raises `ValueError`."""
    return tuple(_place(one.strip()) for one in text.split(",") if one.strip())


def _place(url: str) -> Place:
    parts = urlsplit(url)
    security = _SCHEMES.get(parts.scheme)
    if security is None or not parts.hostname or parts.path.strip("/") or parts.query or parts.username:
        message = "must be like smtp+starttls://0.0.0.0:587 or smtps://0.0.0.0:465, several by comma"
        raise ValueError(message)
    if not security and not is_loopback(parts.hostname):
        message = "must be smtp+starttls:// or smtps:// for anything but this machine itself"
        raise ValueError(message)
    return Place(parts.hostname, parts.port or _PORTS[security], security)


def gate_domain(text: str) -> str:
    """Return the domain of drop addresses in small letters, or nothing. Raises `ValueError`."""
    domain = text.strip().lower()
    if domain and not (len(domain) <= 253 and _DOMAIN.fullmatch(domain)):
        message = "must be a domain such as letters.example.org"
        raise ValueError(message)
    return domain


def long_secret(text: str) -> str:
    """Return a secret that a mail system in front, or monitoring, shows.

    Raises `ValueError` for one that could be guessed.
    """
    if len(text) < _SHORTEST_SECRET or not re.fullmatch(r"[!-~]+", text):
        message = f"must have at least {_SHORTEST_SECRET} plain characters without blanks; make it with a generator"
        raise ValueError(message)
    return text


def check_certificate(places: tuple[Place, ...], cert: Path | None, key: Path | None) -> None:
    """Refuse a gate that has no certificate where it needs one, or half of one. Raises `ValueError`."""
    if any(place.security for place in places) and not (cert and key):
        message = "PORTAL_GATE_URL needs PORTAL_GATE_CERT_FILE and PORTAL_GATE_KEY_FILE for anything but smtp://"
        raise ValueError(message)
    if bool(cert) != bool(key):
        message = "PORTAL_GATE_CERT_FILE and PORTAL_GATE_KEY_FILE go together"
        raise ValueError(message)
