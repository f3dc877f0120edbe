"""What can be wrong with a mailing."""

from collections.abc import Mapping

from portal.kernel.errors import Conflict, NotFound, Refused, WrongCall
from portal.words.sentences import one_after_another


class NoSuchMailing(NotFound):
    """There is no such mailing."""


class DraftFaults(WrongCall):
    """Something on this page needs another look."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        """Take a sentence for each field that is wrong."""
        super().__init__(one_after_another(*faults.values()))
        self.faults = dict(faults)


class NotNow(Refused):
    """The mailing is not in a state that allows this."""


class ChangedMeanwhile(Conflict):
    """This mailing was changed after you looked at it. Look at it again first."""


class AlreadyApproved(Conflict):
    """This letter is approved already, so nothing was changed. Its page says by whom."""


class OwnMailing(Refused):
    """Nobody approves what they wrote or changed themselves. Ask a second person."""


class RosterChanged(Conflict):
    """The roster changed after this was checked, so it is checked again first."""


class NobodyReached(Refused):
    """No guardian of this audience can be reached by mail, so there is nothing to send."""


class NobodyLeft(Refused):
    """There is nobody left to whom this would be sent, so nothing was sent."""


class FilesWanted(Refused):
    """Each child of this mailing has a letter of its own. Write a new mailing and add their files to it."""


class NotReconciled(Refused):
    """Some letters and children do not add up, so this can't go out. Look at what is listed first on its page."""


class SampleNotSeen(Refused):
    """Look at the sample of letters first; then you can approve them."""


class BeingCheckedAgain(Refused):
    """The roster has changed since these letters were checked. They are checked again now; approve them then."""


class NotAsked(Conflict):
    """Nobody asks whether this letter was read, or it was not shown yet. Open the letter again."""
