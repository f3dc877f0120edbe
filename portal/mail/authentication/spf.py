"""Whether an address may send for a domain, as receivers work it out (RFC 7208), but for what asks about the sender.

Macros, `exists` and `ptr` need a message to be judged by; where a record comes to one of them, it is not evaluated, and
that is what is said. A record that is broken, or asks for too many look-ups, is broken for every sender.
"""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

Result = Literal["pass", "fail", "softfail", "neutral", "none", "broken", "not-evaluated"]
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_RESULTS: dict[str, Result] = {"+": "pass", "-": "fail", "~": "softfail", "?": "neutral"}
_MOST_LOOKUPS = 10
_NEEDS_A_MESSAGE = ("exists", "ptr")


class Zones(Protocol):
    """Looks up what an SPF record names."""

    def texts(self, name: str) -> list[str]:
        """Return the TXT records of a name. Raises `NoAnswer`."""

    def mail_hosts(self, name: str) -> list[str]:
        """Return the MX hosts of a name. Raises `NoAnswer`."""

    def addresses(self, name: str) -> list[str]:
        """Return the addresses of a name, of both kinds. Raises `NoAnswer`."""


class _Broken(Exception):
    """A permanent error (RFC 7208, 2.6.7)."""


class _NotEvaluated(Exception):
    """It depends on what nobody knows before a message is sent."""


@dataclass(slots=True)
class _Looking:
    zones: Zones
    address: Address
    lookups: int = 0

    def count(self) -> None:
        """Count a term that looks something up (RFC 7208, 4.6.4)."""
        self.lookups += 1
        if self.lookups > _MOST_LOOKUPS:
            raise _Broken


def spf_records(texts: Sequence[str]) -> list[str]:
    """Return the SPF records among the TXT records of a domain."""
    return [text for text in texts if text.lower().split(" ")[0] == "v=spf1"]


def may_send(zones: Zones, address: str, domain: str) -> Result:
    """Return what receivers come to for a message from an address whose envelope names a domain. Raises `NoAnswer`."""
    try:
        return _check(_Looking(zones, ipaddress.ip_address(address)), domain)
    except (_Broken, RecursionError):
        return "broken"
    except _NotEvaluated:
        return "not-evaluated"


def _check(look: _Looking, domain: str) -> Result:
    found = spf_records(look.zones.texts(domain))
    if len(found) != 1:
        if found:
            raise _Broken
        return "none"
    redirect = ""
    for term in found[0].split()[1:]:
        name, sign, value = _apart(term)
        if not name:
            raise _Broken
        if sign == "=":
            redirect = value if name == "redirect" else redirect
            continue
        qualifier, mechanism = (name[0], name[1:]) if name[0] in _RESULTS else ("+", name)
        if _matches(look, domain, mechanism, value):
            return _RESULTS[qualifier]
    if redirect:
        look.count()
        result = _check(look, _plain(redirect))
        if result == "none":
            raise _Broken
        return result
    return "neutral"


def _apart(term: str) -> tuple[str, str, str]:
    """Return a term's name, the sign after it, and its value; a length of a net stays with the value."""
    for index, sign in enumerate(term):
        if sign in ":=":
            return term[:index].lower(), sign, term[index + 1 :]
        if sign == "/":
            return term[:index].lower(), ":", term[index:]
    return term.lower(), "", ""


def _matches(look: _Looking, domain: str, mechanism: str, value: str) -> bool:
    match mechanism:
        case "all":
            return True
        case "ip4" | "ip6":
            return _is_within(look.address, value)
        case "include":
            look.count()
            result = _check(look, _plain(value))
            if result == "none":
                raise _Broken
            return result == "pass"
        case "a" | "mx":
            look.count()
            name, _, lengths = value.partition("/")
            target = _plain(name) if name else domain
            hosts = [target] if mechanism == "a" else look.zones.mail_hosts(target)
            if len(hosts) > _MOST_LOOKUPS:
                raise _Broken
            return any(_is_near(look.address, one, lengths) for host in hosts for one in look.zones.addresses(host))
        case _ if mechanism in _NEEDS_A_MESSAGE:
            raise _NotEvaluated
        case _:
            raise _Broken


def _plain(name: str) -> str:
    if "%" in name:
        raise _NotEvaluated
    if not name:
        raise _Broken
    return name.rstrip(".").lower()


def _is_within(address: Address, net: str) -> bool:
    try:
        return address in ipaddress.ip_network(net, strict=False)
    except ValueError:
        raise _Broken from None


def _is_near(address: Address, other: str, lengths: str) -> bool:
    """Tell whether an address lies in the net of another; `lengths` are as in `a/24//64`, each may be missing."""
    four, _, six = lengths.partition("//") if not lengths.startswith("/") else ("", "", lengths[1:])
    length = four if ":" not in other else six
    return _is_within(address, f"{other}/{length}" if length else other)
