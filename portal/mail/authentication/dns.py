"""Records of a domain from DNS (RFC 1035), by the machine's own resolver or one that is named."""

from typing import Any

import dns.exception
import dns.resolver
from dns.rdatatype import RdataType

from portal.kernel.errors import WrongCall
from portal.mail.authentication.alignment import NoAnswer

_SECONDS = 5.0


class DnsRecords:
    """Asks a resolver; each question waits at most five seconds."""

    def __init__(self, server: str = "") -> None:
        """Take `ADDRESS` or `ADDRESS:PORT` of a resolver, else the machine's own. Raises `WrongCall`, `NoAnswer`."""
        try:
            self._resolver = dns.resolver.Resolver(configure=not server)
        except dns.resolver.NoResolverConfiguration:
            raise NoAnswer from None
        self._resolver.lifetime = _SECONDS
        if server:
            address, _, port = server.rpartition(":") if server.count(":") == 1 else (server, "", "53")
            try:
                self._resolver.nameservers, self._resolver.port = [address], int(port)
            except ValueError:
                raise WrongCall("A name server is an address, such as 192.0.2.1 or 192.0.2.1:5353.") from None

    def texts(self, name: str) -> list[str]:
        """Return the TXT records of a name. Raises `NoAnswer`."""
        return [b"".join(record.strings).decode(errors="replace") for record in self._ask(name, RdataType.TXT)]

    def mail_hosts(self, name: str) -> list[str]:
        """Return where mail to a domain goes. A null MX (RFC 7505) is nowhere. Raises `NoAnswer`."""
        records = self._ask(name, RdataType.MX)
        if records:
            hosts = [
                record.exchange.to_text().rstrip(".") for record in sorted(records, key=lambda one: one.preference)
            ]
            return [host for host in hosts if host]
        return [name] if self._ask(name, RdataType.A) or self._ask(name, RdataType.AAAA) else []

    def addresses(self, name: str) -> list[str]:
        """Return the addresses of a name, of both kinds. Raises `NoAnswer`."""
        kinds = (RdataType.A, RdataType.AAAA)
        return [record.address for kind in kinds for record in self._ask(name, kind)]

    def _ask(self, name: str, kind: RdataType) -> list[Any]:
        try:
            return list(self._resolver.resolve(name, kind, search=False))
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except dns.exception.DNSException:
            raise NoAnswer from None
