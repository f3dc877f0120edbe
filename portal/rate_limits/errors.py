"""What a rate limit refuses."""

from portal.kernel.errors import PortalError


class TooManyTries(PortalError):
    """Too many tries from this network. Wait a minute and try again."""
