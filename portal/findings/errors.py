"""What can be wrong with accepting a finding."""

from portal.kernel.errors import Conflict, NotFound, Refused


class NoSuchFinding(NotFound):
    """Nothing of this name is unsafe now, so there is nothing to accept."""


class NeverAccepted(Refused):
    """What families were promised hangs on this, so nobody accepts it. Put it right."""


class FindingChanged(Conflict):
    """This finding is not any more what you saw, so nothing was accepted. Look at it again."""


class NotAccepted(NotFound):
    """There is no such acceptance, or it has ended."""
