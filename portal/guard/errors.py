"""What can keep the guard from answering."""

from portal.kernel.errors import Conflict, NotFound, Refused


class GuardNotReady(Refused):
    """The guard is still learning the newest roster. Wait a minute and try again; until then nothing is published."""


class TooLong(Refused):
    """This file takes too long to be searched for names. Publish it in several parts."""


class NotWaiting(Conflict):
    """This picture does not wait any more: somebody has decided about it, or its three days are over."""


class NoSuchPicture(NotFound):
    """No such picture waits for an administrator."""
