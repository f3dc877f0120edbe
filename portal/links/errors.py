"""Why a link does not open. A family sees one calm page whatever the reason; the ledger sees the truth."""

from portal.kernel.errors import Refused


class LinkUnknown(Refused):
    """This link or code does not open anything."""


class LinkDead(Refused):
    """This link was real and no longer opens the letter."""

    def __init__(self, why: str, link_id: str) -> None:
        super().__init__()
        self.why = why
        self.link_id = link_id


class LetterReplaced(LinkDead):
    """There is a corrected version of this letter, and the same link opens that one."""


class NotOpened(Refused):
    """Nothing is open in this browser. Use the link or the code from your message."""
