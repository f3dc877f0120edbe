"""A roster becomes the families the portal knows: laid out and compared without a lock, written in one go."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection
from sqlmodel import Session, col

from portal.families.errors import (
    EmptyRoster,
    LargeDrop,
    NoAddresses,
    NumbersChanged,
    RosterHasDefects,
    RosterUnclear,
)
from portal.families.repository import applying, comparing, incoming, naming_changes, staging
from portal.families.rules import ADDRESS_CHANGED, GUARDIANSHIP_ENDED, SHARED_MAILBOX, Changes, NamedChange
from portal.kernel.secrets.keys import KeyRing
from portal.kernel.storage.db import hold_rows, hold_still
from portal.ledger import repository as ledger
from portal.ledger.rules import Act, Fact
from portal.links import repository as links
from portal.links.tables import Link
from portal.mailings import repository as mailings
from portal.outbox import repository as outbox
from portal.overviews.audience import audiences
from portal.overviews.rights import lost_ties
from portal.rosters.fields.scratch import Roster
from portal.rosters.fields.values import Report
from portal.rosters.files.given import Given
from portal.words.sentences import numbered, one_after_another, sentence

_WHY_CANCELLED = sentence("The roster changed before it left: another address, or no longer a guardian of this child.")
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Imported:
    """The version the families are now at, whether this import made it, and what was taken back on the way."""

    roster: int
    is_new: bool
    links: int = 0
    notices_cancelled: int = 0
    sessions_ended: int = 0


def fingerprint(path: Path | Given, *more: Path) -> str:
    """Return the SHA-256 of a roster file, also of one that is open and lies nowhere.

    Of a folder it is that of its file names and contents, in the order of the names.
    With what changed since, it is that of all their fingerprints.
    """
    if more:
        return hashlib.sha256("\n".join(fingerprint(one) for one in (path, *more)).encode()).hexdigest()
    if isinstance(path, Given) or path.is_file():
        return _sha256(path)
    whole = hashlib.sha256()
    for file in sorted(one for one in path.rglob("*") if one.is_file()):
        whole.update(f"{_sha256(file)}  {file.relative_to(path).as_posix()}\n".encode())
    return whole.hexdigest()


def _sha256(file: Path | Given) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as content:
        while block := content.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def compare_roster(
    connection: Connection, keys: KeyRing, roster: Roster, *, now: datetime, tell: Callable[[int], None]
) -> Changes:
    """Lay a roster out on a workbench and say what it would change. `tell` hears how many more rows are done.

    Takes no lock that a writer waits for; memory does not grow with the roster.
    """
    incoming.lay_out(connection)
    erased = staging.stage_children(connection, keys, roster.children(), tell)
    erased += staging.stage_guardians(connection, keys, roster.guardians(), tell)
    staging.stage_guardianships(connection, roster.guardianships(), tell)
    return replace(comparing.compare(connection, now=now), erased=erased)


def name_changes(connection: Connection, *, most: int) -> list[NamedChange]:
    """Return what a compared roster changes by names, at most so many of each kind. Call it while it is laid out."""
    return naming_changes.named(connection, most=most)


def check_roster(
    changes: Changes, report: Report, *, accept_drop: bool, skip_bad_rows: bool, without_addresses: bool = False
) -> None:
    """Refuse what should not be imported; no sentence names anybody on the roster.

    That is what only a person can answer, rows that cannot be right, nobody at all, nobody with an address, numbers
    without their zeros, a tenth of everybody gone. Raises `RosterUnclear`, `RosterHasDefects`, `EmptyRoster`,
    `NoAddresses`, `NumbersChanged`, `LargeDrop`.
    """
    if report.doubts:
        raise RosterUnclear(_doubts_said(report))
    if report.defect_total and not skip_bad_rows:
        raise RosterHasDefects(_defects_said(report))
    children, _, guardianships = changes.named
    if not children and report.ended:
        raise EmptyRoster(_ended_said(report))
    if not children or not guardianships:
        raise EmptyRoster
    if not changes.addressed and not without_addresses:
        raise NoAddresses(_addresses_said())
    if changes.zeros and not accept_drop:
        raise NumbersChanged(_zeros_said(changes))
    if changes.is_large_drop and not accept_drop:
        raise LargeDrop(_drop_said(changes))


def _doubts_said(report: Report) -> str:
    first, more = report.doubts[0], len(report.doubts) - 1
    also = numbered(
        "%(number)s more question is listed with it.", "%(number)s more questions are listed with it.", more
    )
    return one_after_another(first.sentence, first.answer, also if more else "", sentence("Nothing was changed."))


def _defects_said(report: Report) -> str:
    return one_after_another(
        numbered(
            "%(number)s cell of this roster cannot be right, so nothing was changed.",
            "%(number)s cells of this roster cannot be right, so nothing was changed.",
            report.defect_total,
        ),
        sentence("Correct the file, or leave those rows out with --skip-bad-rows."),
    )


def _ended_said(report: Report) -> str:
    return sentence(
        "The time of all %(ended)s children of this roster had ended, the last on %(last_end)s, "
        "so it names no child any more. Nothing was changed; export it with this year's dates.",
        ended=report.ended,
        last_end=report.last_end,
    )


def _addresses_said() -> str:
    return sentence(
        "This roster has no e-mail address at all, so no family could be written to. Nothing was changed. Export "
        "it again with the guardians' e-mail addresses. If the families have none and get their letters on paper, "
        "say --without-addresses."
    )


def _drop_said(changes: Changes) -> str:
    return sentence(
        "%(removed)s of %(active)s guardianships would end with this roster, more than a tenth, "
        "so nothing was changed. If that is right, import it again with --accept-drop.",
        removed=changes.guardianships.removed,
        active=changes.active,
    )


def _zeros_said(changes: Changes) -> str:
    return one_after_another(
        numbered(
            "%(number)s child would end and come back as somebody else: the numbers are those on file "
            "but for their first zeros, which spreadsheets drop (0042 and 42).",
            "%(number)s children would end and come back as somebody else: the numbers are those on file "
            "but for their first zeros, which spreadsheets drop (0042 and 42).",
            changes.zeros,
        ),
        sentence("Nothing was changed. Give the column the format Text and export the roster again."),
        sentence("If the numbers did change, say --accept-drop."),
    )


def import_roster(
    session: Session, keys: KeyRing, changes: Changes, *, format_: str, sha256: str, by: str, now: datetime
) -> Imported:
    """Write a compared roster and take back at once whatever it makes wrong, in one transaction.

    A roster that changes nothing leaves no trace and no new version. Call it on the workbench that compared.
    Raises `FamiliesChanged` when another import came in between.
    """
    if changes.is_nothing:
        return Imported(changes.roster, is_new=False)
    hold_still(session, "roster", shared=False)  # an approval under way finishes first, and is then judged
    number = applying.add_version(session, changes, format_=format_, sha256=sha256, now=now)
    applying.apply(session, changes, now=now)
    _move_audiences(session)
    taken, cancelled, ended = _take_back(session, changes, now)
    about: dict[str, Fact] = {
        "roster": number,
        "format": format_,
        "sha256": sha256,
        "addresses": changes.addresses,
        "links": taken,
        "notices": cancelled,
        "sessions": ended,
    }
    for kind in ("children", "guardians", "guardianships"):
        tally = getattr(changes, kind)
        about |= {f"{kind}_added": tally.added, f"{kind}_changed": tally.changed, f"{kind}_removed": tally.removed}
    ledger.append(session, keys, [Act("roster:import", by, about)], now=now)
    return Imported(number, is_new=True, links=taken, notices_cancelled=cancelled, sessions_ended=ended)


def _move_audiences(session: Session) -> None:
    """Keep whoever acts for some sites from reading on in a letter that now reaches others."""
    for mailing_id in mailings.unapproved(session):
        mailings.set_sites(session, mailing_id, audiences.sites_of(session, mailing_id))


def _take_back(session: Session, changes: Changes, now: datetime) -> tuple[int, int, int]:
    if not changes.roster:
        return 0, 0, 0  # before the first roster nobody has a link
    lost = incoming.lost
    whys = (GUARDIANSHIP_ENDED, ADDRESS_CHANGED, SHARED_MAILBOX)
    hold_rows(session, col(Link.id), lost_ties.links_of(lost, *whys), col(Link.revoked_at).is_(None))
    taken = sum(links.take_back(session, lost_ties.links_of(lost, why), why=why, now=now) for why in whys)
    ended = links.end_openings(session, lost_ties.openings_of(lost), now=now)
    idle = lost_ties.notices_without_live_link(lost)
    return taken, outbox.cancel_unsent(session, idle, why=_WHY_CANCELLED, now=now), ended
