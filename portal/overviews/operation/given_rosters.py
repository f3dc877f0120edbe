"""Rosters that admins gave in the browser, and the one that holds: read-only, for their pages. Nobody is named."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from portal.families import repository as families
from portal.families.repository import uploads
from portal.families.repository.uploads import KEPT
from portal.families.tables import RosterUpload, RosterVersion
from portal.overviews.records.record import names_of_staff
from portal.words.several import kept

_MOST = 5


@dataclass(frozen=True, slots=True)
class GivenRoster:
    """A roster that was given: how far it is, what was said of it, and what became of it, in numbers.

    `is_gone`: its hour is over, and nobody imported it.
    """

    id: str
    file_name: str
    by: str
    task: str
    state: str
    step: str
    done: int
    total: int
    problem: str
    outcome: dict[str, Any]
    columns: tuple[str, ...]
    dates: str | None
    seen_id: str | None
    seen_size: int | None
    created_at: datetime
    ended_at: datetime | None
    is_gone: bool

    @property
    def is_working(self) -> bool:
        """Whether a worker has it, or will soon."""
        return self.state in {"waiting", "running"}

    @property
    def expires_at(self) -> datetime:
        """Until when it waits."""
        return self.created_at + KEPT


@dataclass(frozen=True, slots=True)
class Standing:
    """The roster that holds, if there is one, and what was given last."""

    number: int
    imported_at: datetime | None
    children: int
    guardians: int
    given: tuple[GivenRoster, ...]


def has_roster(session: Session) -> bool:
    """Tell whether a roster was ever imported."""
    return families.newest_roster(session) > 0


def standing(session: Session, *, now: datetime) -> Standing:
    """Return which roster holds, who is on it, and what was given last."""
    query = select(RosterVersion).order_by(col(RosterVersion.number).desc()).limit(1)
    newest = session.exec(query).first()
    given = tuple(_given(session, one, now) for one in uploads.newest_uploads(session, most=_MOST))
    if newest is None:
        return Standing(0, None, 0, 0, given)
    children, guardians = families.counts_on_roster(session)
    return Standing(newest.number, newest.imported_at, children, guardians, given)


def given_roster(session: Session, upload_id: str, *, now: datetime) -> GivenRoster | None:
    """Return one that was given."""
    found = uploads.upload_of(session, upload_id)
    return _given(session, found, now) if found else None


def _given(session: Session, one: RosterUpload, now: datetime) -> GivenRoster:
    said = json.loads(one.said)
    is_gone = one.state == "looked" and one.created_at + KEPT <= now
    by = names_of_staff(session, [one.by]).get(one.by, one.by)
    return GivenRoster(
        one.id, one.file_name, by, one.task, one.state, one.step,
        one.done, one.total, kept(one.problem), json.loads(one.outcome or "{}"), tuple(said["columns"]), said["dates"],
        one.seen_id, one.seen_size, one.created_at, one.ended_at, is_gone,
    )  # fmt: skip
