"""What can be wrong with the ledger."""

from portal.kernel.errors import NotFound, PortalError


class LedgerBroken(PortalError):
    """The ledger does not verify."""


class NoSuchDisclosure(NotFound):
    """There is no such view or download."""


class LedgerUnavailable(PortalError):
    """The record cannot be written just now, so nothing is shown. Try again in a moment."""
