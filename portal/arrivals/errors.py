"""What the room of arrivals refuses."""

from portal.kernel.errors import Conflict, NotFound


class NoSuchGathering(NotFound):
    """There is nothing like this among what you sent in from your mail program."""


class NotOpenAnyMore(Conflict):
    """What you sent in has become a letter already, or its time is over. Look at it under “Gathered”."""
