"""Which messages belong together, and for how long more of them are waited for."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, Literal

Door = Literal["drop", "key", "rule"]
"""How a message came in: to a drop address, by a mail key (submission), or by the rule of a smart host in front."""

State = Literal["open", "closed", "drafted", "ended"]
"""More is waited for; its letters are being made; they are a mailing; nothing more comes of it."""

QUIET: Final = timedelta(minutes=10)
"""After so long without another message a gathering closes."""
QUIET_AT_DROP: Final = timedelta(seconds=5)
"""A message to a drop address is whole: only what the same hand sends at the same moment is waited for."""
LONGEST: Final = timedelta(hours=12)
"""A gathering closes so long after its first message, whatever still comes."""
KEPT: Final = timedelta(hours=72)
"""For so long the messages of a gathering are kept at most."""

_NUMBER: Final = re.compile(r"\d+")
_REPLY: Final = re.compile(r"(?i)^(?:(?:re|fw|fwd|aw|wg|rv|tr)\s*:\s*)+")


def masked(subject: str, names: Sequence[str] = ()) -> str:
    """Return a subject without what differs from family to family: numbers, and the words of `names`.

    `names` are the words of the names of those whom the message is for, as a mail program wrote them into To.
    """
    words = without_reply(unicodedata.normalize("NFKC", subject)).casefold().split()
    own = {word for name in names for word in re.findall(r"\w+", unicodedata.normalize("NFKC", name).casefold())}
    kept = ["#" if _NUMBER.search(word) else word for word in words if not own & set(re.findall(r"\w+", word))]
    return " ".join(kept)


def without_reply(subject: str) -> str:
    """Return a subject without what mail programs put before it when somebody answers or passes on."""
    return _REPLY.sub("", subject.strip())


def closes_at(first_at: datetime, last_at: datetime, door: str = "key") -> datetime:
    """Return when a gathering closes if nothing more comes."""
    return min(last_at + (QUIET_AT_DROP if door == "drop" else QUIET), first_at + LONGEST)
