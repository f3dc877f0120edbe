"""What can be wrong with an incident."""

from portal.kernel.errors import Conflict, NotFound, Refused


class NoSuchIncident(NotFound):
    """There is no incident by that name."""


class NothingToFreeze(NotFound):
    """Nothing was sent by this person in that time, so nothing was frozen. Look at the times again."""


class NothingToUndo(Conflict):
    """This freeze was undone before, or the letter was taken back by another act. Nothing was sent."""


class NoSuchReading(NotFound):
    """Nobody has asked to read this, or the asking is over. Ask anew."""


class OwnAsking(Refused):
    """Nobody grants what they asked for themselves. Another administrator has to grant it."""


class TooNew(Refused):
    """Who became an administrator after the freeze reads nothing of it for a day."""


class NotGranted(Refused):
    """A frozen letter is read by two administrators together. The other one has not granted it, or the time is over."""
