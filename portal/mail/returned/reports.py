"""What a message that came back says, once it was read."""

from dataclasses import dataclass
from typing import Literal

from portal.mail.returned.bounce_reasons import Why

MOST_BYTES = 256 * 1024
"""How much of a message is read. A report comes before the message it is about."""

Kind = Literal["hard", "soft", "delayed", "arrived", "automatic", "challenge", "receipt", "other"]


@dataclass(frozen=True, slots=True)
class Report:
    """What came back. Only `hard` and `soft` say that a message did not arrive."""

    kind: Kind
    why: Why = "unclear"
    code: str = ""

    @property
    def is_failure(self) -> bool:
        """Whether the message did not reach its guardian, for good."""
        return self.kind in {"hard", "soft"}
