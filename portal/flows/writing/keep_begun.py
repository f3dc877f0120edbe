"""What a writer types is kept while they type, for them alone, until it is checked, discarded or thirty days old.

Two tabs may write the same letter: the newer text is kept, and the other tab's beside it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlmodel import Session

from portal.documents.errors import NothingBegun
from portal.documents.repository import begun, loose
from portal.documents.repository.begun import Fields
from portal.documents.tables import BegunLetter
from portal.kernel.ids import new_id
from portal.kernel.secrets.keys import KeyRing
from portal.mailings import repository as mailings
from portal.staff.rules import Acting

Way = Literal["shared", "each"]
KEPT: timedelta = timedelta(days=30)
FILE_KEPT: timedelta = timedelta(days=3)
DONE_KEPT: timedelta = timedelta(days=1)
"""How long it is known that a letter was finished, so that a second press is told of the first."""


@dataclass(frozen=True, slots=True)
class Brought:
    """The file that a letter begins with: under which id it is sealed, how large it is, and what it is called."""

    id: str
    size: int
    name: str


@dataclass(frozen=True, slots=True)
class Kept:
    """What was kept: its version, since when, and what the form is tied to.

    `other_at` is when the text of another tab was kept that this one went over. `done_at`: the letter was finished
    then, so nothing was kept; `is_same` tells whether it was finished with these very words.
    """

    version: int
    at: datetime
    mailing_id: str | None
    other_at: datetime | None = None
    done_at: datetime | None = None
    is_same: bool = False


def begin_with_file(
    session: Session, keys: KeyRing, begun_id: str, brought: Brought, title: str, *, way: Way, by: Acting, now: datetime
) -> None:
    """Begin a letter with a file: its title is known, and the guard is to read a letter for everybody."""
    row = _row(keys, begun_id, {"title": [title]}, way=way, tab="", mailing_id=None, by=by, now=now)
    name = begun.sealed_name(keys, begun_id, brought.name)
    file = {"name_sealed": name, "file_id": brought.id, "file_size": brought.size, "file_until": now + FILE_KEPT}
    begun.add(session, row | file | {"version": 0, "reading": "waiting" if way == "shared" else ""})


def keep_typed(
    session: Session,
    keys: KeyRing,
    begun_id: str,
    fields: Fields,
    *,
    way: Way,
    tab: str,
    known: int,
    mailing_id: str | None = None,
    by: Acting,
    now: datetime,
) -> Kept:
    """Keep what stands in a form. `known` is the version that its tab knows of, `mailing_id` what is being changed.

    Raises `NothingBegun` for what is another person's, `NoSuchMailing`.
    """
    begun.hold(session, begun_id)
    there = begun.find_any(session, begun_id)
    if there is None:
        if mailing_id:
            mailings.find(session, mailing_id, staff_id=by.id, sites=by.sites)
        begun.add(session, _row(keys, begun_id, fields, way=way, tab=tab, mailing_id=mailing_id, by=by, now=now))
        return Kept(1, now, mailing_id)
    if there.author_id != by.id:
        raise NothingBegun
    is_same = begun.typed_of(keys, there) == fields and there.version > 0
    if there.done_at is not None:
        return Kept(there.version, there.saved_at, there.mailing_id, done_at=there.done_at, is_same=is_same)
    if is_same:
        return Kept(there.version, there.saved_at, there.mailing_id)
    values = {"typed_sealed": begun.sealed(keys, begun_id, "typed", fields), "version": there.version + 1, "tab": tab}
    is_over_another = there.version not in {0, known} and there.tab != tab
    if is_over_another:
        other = begun.typed_of(keys, there)
        values |= {"other_sealed": begun.sealed(keys, begun_id, "other", other), "other_at": there.saved_at}
    times = {"saved_at": now, "expires_at": now + KEPT, "way": way}
    times |= {"file_until": now + FILE_KEPT} if there.file_id else {}
    begun.set_values(session, begun_id, **values, **times)
    return Kept(there.version + 1, now, there.mailing_id, there.saved_at if is_over_another else None)


def finish(session: Session, keys: KeyRing, begun_id: str, mailing_id: str, *, by: Acting, now: datetime) -> list[str]:
    """Note that a begun letter became a mailing, or a change of one; return the ids whose blobs may go.

    What another tab had written besides is kept as a letter of its own.
    """
    there = begun.find(session, begun_id, author_id=by.id)
    if there is None or there.done_at is not None:
        return []
    if there.other_sealed is not None:
        apart, other = new_id(), begun.other_of(keys, there)
        row = _row(keys, apart, other, way=_way(there), tab="", mailing_id=None, by=by, now=now)
        begun.add(session, row)
    gone = begun.let_file_go(session, begun_id)
    done = {"done_at": now, "mailing_id": mailing_id, "expires_at": now + DONE_KEPT}
    begun.set_values(session, begun_id, other_sealed=None, other_at=None, reading="", report="", **done)
    return gone


def tie(session: Session, begun_id: str, mailing_id: str, *, by: Acting) -> None:
    """Note that what is being typed goes on as a change of a mailing that was written with it."""
    if begun.find(session, begun_id, author_id=by.id) is not None:
        begun.set_values(session, begun_id, mailing_id=mailing_id)


def discard(session: Session, begun_id: str, *, by: Acting) -> list[str]:
    """Forget what was typed, and the file; return the ids whose blobs may go. A second time is the same as once."""
    return begun.forget(session, begun_id) if begun.find(session, begun_id, author_id=by.id) else []


def forget_old(session: Session, *, now: datetime) -> list[str]:
    """Forget what nobody has gone on with for thirty days, and files for three; return the ids whose blobs may go."""
    over, files = begun.expired(session, now=now)
    gone = [blob for one in over for blob in begun.forget(session, one)]
    return gone + [blob for one in files for blob in begun.let_file_go(session, one)]


def note_reading(session: Session, begun_id: str, report: str, *, keeps_file: bool) -> list[str]:
    """Note what the guard says of the file; without `keeps_file` it goes: return the ids whose blobs may go."""
    begun.set_values(session, begun_id, reading="done", lease_until=None, report=report)
    return [] if keeps_file else begun.let_file_go(session, begun_id)


def note_sealed(session: Session, file_id: str, *, now: datetime) -> None:
    """Note a blob that is about to be sealed: a crash before its row leaves nothing that nobody knows of."""
    loose.note(session, [file_id], now=now)


def _row(
    keys: KeyRing,
    begun_id: str,
    fields: Fields,
    *,
    way: Way,
    tab: str,
    mailing_id: str | None,
    by: Acting,
    now: datetime,
) -> dict[str, object]:
    return {
        "id": begun_id, "author_id": by.id, "way": way, "mailing_id": mailing_id, "version": 1, "tab": tab,
        "typed_sealed": begun.sealed(keys, begun_id, "typed", fields), "saved_at": now, "expires_at": now + KEPT,
        "reading": "", "attempts": 0, "report": "",
    }  # fmt: skip


def _way(there: BegunLetter) -> Way:
    return "each" if there.way == "each" else "shared"
