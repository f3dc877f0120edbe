"""The pictures that are known, with who registered them, and those that wait for an admin."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlmodel import Session

from portal.guard import repository as guard
from portal.guard.errors import NoSuchPicture
from portal.overviews.people.staff_mail import name_of
from portal.staff.rules import Acting


@dataclass(frozen=True, slots=True)
class Known:
    """One picture, by the hash of its pixels."""

    sha256: str
    label: str
    by: str
    at: datetime


def known_pictures(session: Session) -> list[Known]:
    """Return all known pictures, newest first."""
    return [
        Known(one.sha256, one.label, name_of(session, one.by_id), one.registered_at)
        for one in guard.known_pictures(session)
    ]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A picture that waits for an admin: whose letter it was met in first, when, and in how many checks."""

    sha256: str
    blob_id: str
    size: int
    width: int
    height: int
    by: str
    at: datetime
    seen: int


def waiting_pictures(session: Session, by: Acting, *, now: datetime) -> list[Waiting]:
    """Return the pictures that an admin of every site may decide about, longest waiting first."""
    if not _may_decide(by):
        return []
    return [
        Waiting(
            one.sha256,
            one.blob_id or "",
            one.size,
            one.width,
            one.height,
            name_of(session, one.by_id),
            one.first_seen_at,
            one.seen,
        )
        for one in guard.waiting_pictures(session, now=now)
    ]


def waiting_picture(session: Session, by: Acting, sha256: str, *, now: datetime) -> Waiting:
    """Return one of them. Raises `NoSuchPicture`."""
    found = [one for one in waiting_pictures(session, by, now=now) if one.sha256 == sha256]
    if not found:
        raise NoSuchPicture
    return found[0]


def count_waiting(session: Session, by: Acting, *, now: datetime) -> int:
    """Return how many pictures wait for somebody."""
    return guard.count_waiting(session, now=now) if _may_decide(by) else 0


def _may_decide(by: Acting) -> bool:
    return by.is_admin and by.sites is None


Asked = Literal["", "unasked", "waiting", "declined"]
"""Whether admins were asked about the pictures of a file; nothing where there are none."""


def asked_about(session: Session, hashes: Collection[str], *, now: datetime) -> Asked:
    """Say whether admins were shown all pictures that keep a file from being read, or have said no to one."""
    if not hashes:
        return ""
    there = guard.offered(session, hashes)
    if any(one.blob_id is None for one in there):
        return "declined"
    waiting = {one.sha256 for one in there if one.expires_at and one.expires_at > now}
    return "waiting" if waiting.issuperset(hashes) else "unasked"
