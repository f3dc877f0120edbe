"""Which hosts are this machine itself, and what names some networks."""

import ipaddress


def is_some_network(text: str) -> bool:
    """Tell whether this is an address or a network, and not the whole world."""
    try:
        return ipaddress.ip_network(text).prefixlen > 0
    except ValueError:
        return False


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine itself."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
