"""What can keep the guard from answering."""

from portal.kernel.errors import Refused


class GuardNotReady(Refused):
    """The guard is still learning the newest roster. Wait a minute and try again; until then nothing is published."""
