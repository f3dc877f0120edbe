"""What can be wrong with the outbox."""

from portal.kernel.errors import Conflict


class LeaseLost(Conflict):
    """Another worker took this over; what this one knows of it no longer counts."""
