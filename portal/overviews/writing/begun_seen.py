"""Letters that somebody has begun, as their pages show them; only to whoever began them."""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import Session

from portal.documents.errors import NothingBegun
from portal.documents.repository import begun
from portal.documents.repository.begun import Fields
from portal.documents.tables import BegunLetter
from portal.kernel.secrets.keys import KeyRing, SealBroken
from portal.staff.rules import Acting
from portal.words.several import in_words

_MOST = 20
_SENTENCES = ("read", "heading", "found", "advice")


@dataclass(frozen=True, slots=True)
class BegunFile:
    """The file that a letter was begun with; `id` is empty once it is not kept any more."""

    id: str
    size: int
    name: str


@dataclass(frozen=True, slots=True)
class Begun:
    """A letter that somebody has begun: `fields` as they were posted last, `other` as another tab had them.

    `report` is what the guard said of the file, empty while it is being read (`is_reading`) or was not.
    """

    id: str
    way: str
    mailing_id: str | None
    version: int
    saved_at: datetime
    fields: Fields
    other: Fields = field(default_factory=dict)
    other_at: datetime | None = None
    file: BegunFile | None = None
    is_reading: bool = False
    report: Mapping[str, Any] = field(default_factory=dict)
    done_at: datetime | None = None

    @property
    def title(self) -> str:
        """The title so far, or nothing."""
        return " ".join(self.fields.get("title", [""])[0].split())


def begun_seen(session: Session, keys: KeyRing, begun_id: str, by: Acting) -> Begun:
    """Return a letter that this person has begun. Raises `NothingBegun`."""
    there = begun.find(session, begun_id, author_id=by.id)
    if there is None:
        raise NothingBegun
    return _seen(keys, there)


def begun_by(session: Session, keys: KeyRing, by: Acting) -> Sequence[Begun]:
    """Return the letters that somebody has begun and not finished, the newest first.

    One whose seal no key opens any more is passed over: it shuts nobody out of Home, and its time runs out.
    """
    found = []
    for one in begun.open_of(session, by.id, limit=_MOST):
        with suppress(SealBroken):
            found.append(_seen(keys, one))
    return found


def begun_change(session: Session, mailing_id: str, by: Acting, *, way: str) -> str | None:
    """Return the id of the change of a mailing that somebody has begun and not finished."""
    return begun.open_for(session, mailing_id, by.id, way=way)


def _seen(keys: KeyRing, there: BegunLetter) -> Begun:
    name = begun.name_of(keys, there)
    return Begun(
        there.id, there.way, there.mailing_id, there.version, there.saved_at, begun.typed_of(keys, there),
        begun.other_of(keys, there), there.other_at,
        BegunFile(there.file_id or "", there.file_size or 0, name) if name else None,
        there.reading in {"waiting", "running"}, _report(there.report), there.done_at,
    )  # fmt: skip


def _report(stored: str) -> dict[str, Any]:
    """Return what the guard said of the file, with sentences that know their languages."""
    told: dict[str, Any] = json.loads(stored or "{}")
    if "places" in told:
        told["places"] = [{name: in_words(one, name) for name in ("where", "what")} for one in told["places"]]
    return told | {name: in_words(told, name) for name in _SENTENCES if name in told}
