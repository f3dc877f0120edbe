"""How the taking outside of the ledger's head goes: for the page, and for whoever looks after the portal."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from portal.kernel.secrets.headfile import HeadFile
from portal.ledger import repository as ledger
from portal.words.several import kept

_LATE = timedelta(days=2)
_FILE_LATE = timedelta(minutes=5)
"""A commit that takes something back writes the head file at once, and a worker each minute."""


@dataclass(frozen=True, slots=True)
class LastHead:
    """The last head taken outside, None for never; and when it failed since."""

    at: datetime | None
    seq: int
    failed_at: datetime | None
    problem: str
    is_late: bool
    is_older: bool


def last_head(session: Session, *, now: datetime) -> LastHead:
    """Return how the last taking outside went; it is late when entries have stood uncovered for two days."""
    watch, (seq, _) = ledger.watch_of(session), ledger.head(session)
    behind = seq - watch.exported_seq
    is_late = behind > 0 and (watch.exported_at is None or now - watch.exported_at > _LATE)
    is_older = watch.later_head_at is not None
    return LastHead(watch.exported_at, watch.exported_seq, watch.failed_at, kept(watch.problem), is_late, is_older)


def file_is_behind(session: Session, file: HeadFile, *, now: datetime) -> bool:
    """Tell whether something was taken back minutes ago of which the head file knows nothing, or cannot be read."""
    filed = filed_seq(file)
    if filed is None:
        return True
    first = ledger.first_taking_back(session, after=filed)
    return first is not None and now - first > _FILE_LATE


def filed_seq(file: HeadFile) -> int | None:
    """Return up to which entry the head file knows the ledger; None where it cannot be read."""
    try:
        text = file.read()
        return int(json.loads(json.loads(text)["statement"])["seq"]) if text else 0
    except (OSError, ValueError, KeyError, TypeError):
        return None
