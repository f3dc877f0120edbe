"""What can be wrong with a document."""

from datetime import datetime

from portal.kernel.errors import Conflict, NotFound, Refused, WrongCall
from portal.words.sentences import sentence


class NoSuchDocument(NotFound):
    """There is no such document."""


class FileTooLarge(Refused):
    """This file is larger than the portal takes."""


class FileEmpty(Refused):
    """This file is empty. Choose the letter again."""


class NothingHeld(NotFound):
    """No stopped file is here: it was replaced, or its three days are over. Its writer can choose the file again."""


class ReasonTooShort(WrongCall):
    """Say in a sentence of at least 20 letters why families may get this file all the same."""


class NothingGiven(NotFound):
    """There is no such file in this mailing any more. Load the page again."""


class DocumentReplaced(Conflict):
    """This file was replaced or taken back meanwhile. Load the page again."""


class FileTakenBack(Refused):
    """A file here was taken back or shredded. Bring another in its place, or take it out, before this is sent."""


class NothingToReplace(NotFound):
    """There is no corrected version here that waits to be approved. Load the page again."""


class UnderHold(Refused):
    """This mailing is under legal hold, so nothing of it is shredded."""

    def __init__(self, since: datetime) -> None:
        """Say since when."""
        super().__init__(
            sentence(
                "This mailing is under legal hold since %(day)s, so nothing of it is shredded. Lift the hold first.",
                day=f"{since:%Y-%m-%d}",
            )
        )


class NothingBegun(NotFound):
    """This letter is not kept any more: it was finished, discarded, or not changed for thirty days."""
