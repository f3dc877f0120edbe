"""What can be wrong with the ledger."""

from portal.kernel.errors import PortalError


class LedgerBroken(PortalError):
    """The ledger does not verify."""


class LedgerUnavailable(PortalError):
    """The record cannot be written just now, so nothing is shown. Try again in a moment."""
