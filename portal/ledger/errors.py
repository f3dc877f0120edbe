"""What can be wrong with the ledger."""

from portal.kernel.errors import Conflict, NotFound, PortalError


class LedgerBroken(PortalError):
    """The ledger does not verify."""


class NoSuchDisclosure(NotFound):
    """There is no such view or download."""


class HeadNotOurs(PortalError):
    """This head was not signed with a key of this portal, so nothing can be verified against it."""


class DatabaseOlder(PortalError):
    """The database is an older one: links taken back since may live in it. See “After a restore” in the manual."""


class NothingOlder(Conflict):
    """No later head of the ledger was seen outside, so there is nothing to accept."""


class LedgerUnavailable(PortalError):
    """The record cannot be written just now, so nothing is shown. Try again in a moment."""
