"""Everything of a mailing that families could read is judged: the file, its name, the title and the message."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlmodel import Session

from portal.guard.roster import Roster
from portal.guard.rules import Blocked, Clear, Verdict, judge, judge_file, report
from portal.kernel.keys import KeyRing
from portal.ledger import repository as ledger
from portal.ledger.rules import Act, Fact
from portal.reading.reader import Part, Reader, Reading, Unreadable
from portal.staff.rules import Acting


@dataclass(frozen=True, slots=True)
class GuardReport:
    """What the guard read, what it found and where. Never the text found."""

    verdict: str
    children: int
    roster_shaped: bool
    findings: tuple[tuple[str, str, int], ...]
    reason: str
    kind: str = ""
    media_type: str = ""
    parts_read: int = 0
    pages: int = 0

    @property
    def is_clear(self) -> bool:
        """Whether this may be published."""
        return self.verdict == "clear"


def check_file(reader: Reader, roster: Roster, *, path: Path, name: str) -> GuardReport:
    """Read a file to its last part, in the cage, and judge it together with its name."""
    reading = reader.read(path, name)
    named = judge((Part("file name", name),), roster)
    if isinstance(named, Blocked):
        return _report(named, reading)
    return _report(judge_file(reading, roster), reading)


def check_texts(roster: Roster, texts: Mapping[str, str]) -> GuardReport:
    """Judge what staff wrote, by the name of its place: title, message, sender."""
    return _report(judge((Part(place, text) for place, text in texts.items()), roster), None)


def _report(verdict: Verdict | Clear, reading: Reading | Unreadable | None) -> GuardReport:
    plain = report(verdict)
    findings = tuple((row["where"], row["kind"], row["count"]) for row in plain["findings"])
    read = reading if isinstance(reading, Reading) else None
    return GuardReport(
        plain["verdict"],
        plain["children"],
        plain["roster_shaped"],
        findings,
        plain["reason"],
        kind=read.kind if read else "",
        media_type=read.media_type if read else "",
        parts_read=len(read.parts) if read else 0,
        pages=read.pages if read else 0,
    )


def sha256_of(path: Path) -> str:
    """Return a file's SHA-256 as 64 hexadecimal digits, a mebibyte in memory at a time."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def note_stop(
    session: Session, keys: KeyRing, found: GuardReport, *, what: str, sha256: str, by: Acting, now: datetime
) -> None:
    """Note in the ledger what was stopped, by hash, and who tried; the file itself is not kept."""
    about: dict[str, Fact] = {
        "what": what,
        "sha256": sha256,
        "verdict": found.verdict,
        "children": found.children,
        "roster_shaped": found.roster_shaped,
        "findings": [f"{kind}: {count}" for _, kind, count in found.findings],
    }
    ledger.append(session, keys, [Act("document:stop", by.label, about)], now=now)
