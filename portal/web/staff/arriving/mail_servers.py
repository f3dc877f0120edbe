"""Where mail programs hand messages in, as their settings ask for it."""

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from portal.kernel.configuration.settings import Settings

_PORTS = {"smtps": 465, "smtp+starttls": 587, "smtp": 25}
_SECURITY = {"smtps": "SSL/TLS", "smtp+starttls": "STARTTLS", "smtp": ""}
_BEST_FIRST = ("smtp+starttls", "smtps", "smtp")


@dataclass(frozen=True, slots=True)
class MailServer:
    """One way in: host, port, and how the line is encrypted, in the words of mail programs; nothing where it is not."""

    host: str
    port: int
    security: str


def mail_servers(settings: Settings) -> list[MailServer]:
    """Return the ways in for mail programs, the one that most of them know first; none where no mail is taken.

    One that is not encrypted is named only where there is no other.
    A gate that listens on an address and not on a name is known by the name of the site.
    """
    ways = [urlsplit(one.strip()) for one in settings.gate_url.split(",") if one.strip()]
    known = [one for one in ways if one.scheme in _PORTS and _SECURITY[one.scheme]] or ways
    site = urlsplit(settings.base_url).hostname or ""
    return [
        MailServer(_named(one.hostname or "", site), one.port or _PORTS[one.scheme], _SECURITY[one.scheme])
        for one in sorted(known, key=lambda one: _BEST_FIRST.index(one.scheme))
    ]


def _named(host: str, site: str) -> str:
    try:
        ip_address(host)
    except ValueError:
        return host or site
    return site
