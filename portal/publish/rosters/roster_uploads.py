"""An admin gives a roster in the browser: sealed at once, looked at by the worker, mapped, compared and imported.

The file is opened in memory alone and parsed in the cage. It is loose from its first byte, so the worker shreds it and
what was found in it after an hour, whatever happens; the row that stays names nobody.
"""

import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from pydantic import TypeAdapter
from sqlmodel import Session

from portal.documents.errors import FileEmpty
from portal.documents.repository import loose
from portal.documents.rules import safe_file_name
from portal.families.errors import FamiliesChanged
from portal.families.repository import uploads
from portal.families.repository.uploads import KEPT, MOST_ATTEMPTS
from portal.families.rules import Changes, NamedChange
from portal.families.tables import RosterUpload
from portal.flows.people.import_roster import Imported
from portal.kernel.cage.calls import in_memory
from portal.kernel.errors import Conflict, NotFound, PortalError, WrongCall
from portal.kernel.ids import new_id
from portal.kernel.log import log
from portal.overviews.operation.given_rosters import GivenRoster
from portal.publish.holding import held
from portal.publish.rosters.importing import Comparison, Wishes, day_of, import_file
from portal.rosters.caged import read_sheet
from portal.rosters.fields.answers import answers
from portal.rosters.fields.values import ColumnsMissing, Report, Sheet
from portal.rosters.files.given import Given
from portal.staff.rules import Acting
from portal.wiring import House
from portal.words.sentences import reason, sentence
from portal.words.several import in_words, to_keep

MOST_ROSTER: Final = 64 * 1024**2
"""Bytes of a roster that are taken in the browser: one of 100,000 children has half of that."""
NAMED: Final = 20_000
"""So many changes of each kind are kept by name, to be looked at; a count of all stands beside them."""
_LEASE: Final = timedelta(seconds=60)
_ENDED_TWICE: Final = sentence(
    "Two processes in a row ended over this roster: the portal may be out of memory, or the file may be damaged. "
    "Nothing was changed. Open it in a spreadsheet, save it anew as CSV (UTF-8), and give it again."
)
_FAILED: Final = sentence(
    "The portal could not work through this roster; its log says why. Nothing was changed. Try again."
)
_MOVED: Final = sentence(
    "The families changed since you looked at this roster. Nothing was imported. Below is what it would change now."
)


class NoSuchUpload(NotFound):
    """There is no such roster here. Give it again."""


class RosterGone(Conflict):
    """A roster waits for one hour, and this one is gone. Nothing was changed. Give it again."""


class _TakenOver(Exception):
    """Another process has taken this roster over, because this one did not say for a minute that it is alive."""


class _Interrupted(Exception):
    """This process is about to end; another begins anew."""


class _Moved(PortalError):
    """What the roster changes is not what the admin looked at."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What was found in a roster. `refusal` is the kind of what keeps it from being imported, `told` in words.

    `sheet` has the columns of a flat one. Without `report` it could not be read yet, because of its columns.
    """

    sheet: Sheet | None
    refusal: str = ""
    told: Mapping[str, Any] = field(default_factory=dict)
    report: Report | None = None
    changes: Changes | None = None
    named: tuple[NamedChange, ...] = ()

    @property
    def sentence(self) -> str:
        """What keeps it from being imported, in words."""
        return in_words(self.told, "sentence")


@dataclass(frozen=True, slots=True)
class Told:
    """What the admin says of a roster: what columns hold, as `--column` takes it, and in which order dates stand."""

    columns: tuple[str, ...] = ()
    dates: str | None = None


@dataclass(frozen=True, slots=True)
class Allowed:
    """What the admin accepted, each named by the number that was shown; 0 for nothing."""

    drop: bool = False
    bad_rows: bool = False
    no_addresses: bool = False


_SEEN: Final = TypeAdapter(Seen)


def give_roster(house: House, name: str, data: bytes, *, by: Acting, now: datetime) -> str:
    """Seal a roster and have it looked at; return its id. Raises `FileEmpty`."""
    if not data:
        raise FileEmpty
    upload_id = new_id()
    _seal(house, upload_id, data, since=now)
    row = {
        "id": upload_id, "by_id": by.id, "by": by.label, "file_name": safe_file_name(name), "size": len(data),
        "said": json.dumps(asdict(Told())), "allowed": json.dumps(asdict(Allowed())), "task": "look",
        "state": "waiting", "step": "", "done": 0, "total": 0, "problem": "", "outcome": "", "attempts": 0,
        "created_at": now,
    }  # fmt: skip
    with house.db.write() as session:
        uploads.put_upload(session, row, now=now)
    return upload_id


def _seal(house: House, blob_id: str, data: bytes, *, since: datetime) -> None:
    with house.db.write() as session:
        loose.note(session, [blob_id], now=since)
    house.documents.seal(blob_id, io.BytesIO(data))


def told_of(upload: RosterUpload) -> Told:
    """Return what was said of a roster so far."""
    said = json.loads(upload.said)
    return Told(tuple(said["columns"]), said["dates"])


def seen_in(house: House, upload: RosterUpload | GivenRoster, *, now: datetime) -> Seen:
    """Return what was found in a roster. Raises `RosterGone` after its hour."""
    if upload.seen_id is None or upload.seen_size is None or upload.created_at + KEPT <= now:
        raise RosterGone
    return _SEEN.validate_json(b"".join(house.documents.open(upload.seen_id, upload.seen_size)))


def look_again(house: House, upload_id: str, told: Told, *, now: datetime) -> None:
    """Have a roster looked at anew, as its columns are said to be now. Raises `RosterGone`, `WrongCall`."""
    answers(told.columns, told.dates)
    _ask(house, upload_id, "look", now=now, said=json.dumps(asdict(told)))


def import_it(
    house: House, upload_id: str, allowed: Allowed, *, shown: str | None = None, by: Acting, now: datetime
) -> None:
    """Have a roster imported that was looked at; a second press is the same import. Raises `RosterGone`.

    `shown` names what was found in it when somebody looked: where that is not the newest, nothing is asked for.
    """
    _ask(
        house,
        upload_id,
        "import",
        now=now,
        seen_id=shown,
        allowed=json.dumps(asdict(allowed)),
        by_id=by.id,
        by=by.label,
    )


def _ask(house: House, upload_id: str, task: str, *, now: datetime, seen_id: str | None = None, **values: str) -> None:
    with house.db.write() as session:
        upload = uploads.upload_of(session, upload_id)
        if upload is None:
            raise NoSuchUpload
        if upload.state == "looked" and upload.created_at + KEPT <= now:
            raise RosterGone
        uploads.ask_for(session, upload_id, task, seen_id=seen_id, **values)


def forget_roster(house: House, upload_id: str, *, now: datetime) -> None:
    """Throw a roster away before it is imported; what is done already stays."""
    with house.db.write() as session:
        upload = uploads.upload_of(session, upload_id)
        if upload is None or not uploads.ask_for(session, upload_id, "look", state="failed", ended_at=now):
            return
        loose.let_loose(session, _blobs(upload))
    _shred(house, _blobs(upload))


def _blobs(upload: RosterUpload) -> list[str]:
    return [one for one in (upload.id, upload.seen_id) if one]


def _shred(house: House, blobs: Sequence[str]) -> None:
    house.documents.shred(*blobs)
    with house.db.write() as session:
        loose.placed(session, blobs)


def waiting_rosters(house: House) -> list[str]:
    """Return the rosters that wait for a worker."""
    with house.db.read() as session:
        return uploads.waiting_uploads(session, now=house.clock())


def work_on_roster(house: House, upload_id: str, *, is_over: Callable[[], bool] = lambda: False) -> bool:
    """Look at a roster, or import it; False when there is nothing to do, or somebody else does it.

    When `is_over` turns true it is put down for another process. After two that ended without an answer it has failed.
    """
    lease_id, now = new_id(), house.clock()
    with house.db.write() as session:
        if not uploads.claim_upload(session, upload_id, lease_id=lease_id, until=now + _LEASE, now=now):
            return False
        upload = uploads.upload_of(session, upload_id)
    assert upload is not None
    work = _Work(house, upload, lease_id, is_over)
    if upload.attempts > MOST_ATTEMPTS:
        return work.fail(_ENDED_TWICE)
    try:
        with held(work.hold):
            return work.do()
    except _TakenOver:
        return False
    except _Interrupted:
        return work.end(state="waiting")
    except Exception as error:  # noqa: BLE001 - one roster that fails must not stop the worker
        log("rosters").warning("roster not worked through", upload=upload_id, error=type(error).__name__)
        return work.fail(_FAILED)


@dataclass(slots=True)
class _Work:
    """One task with one roster."""

    house: House
    upload: RosterUpload
    lease_id: str
    is_over: Callable[[], bool]

    def do(self) -> bool:
        """Do the task; return whether its end was written."""
        if self.upload.created_at + KEPT <= self.house.clock():
            return self.fail(str(RosterGone()))
        try:
            with self._opened() as file:
                return self._import(file) if self.upload.task == "import" else self._look(file)
        except PortalError as error:
            return self.fail(str(error))

    @contextmanager
    def _opened(self) -> Iterator[Given]:
        """Give the file as it was given, in memory alone."""
        data = b"".join(self.house.documents.open(self.upload.id, self.upload.size))
        with in_memory(data) as file:
            yield Given(self.upload.file_name, file, 0, len(data))

    @property
    def _wishes(self) -> Wishes:
        told, allowed = told_of(self.upload), Allowed(**json.loads(self.upload.allowed))
        return Wishes(
            accept_drop=allowed.drop,
            skip_bad_rows=allowed.bad_rows,
            without_addresses=allowed.no_addresses,
            said=answers(told.columns, told.dates),
            names=NAMED,
        )

    def _look(self, file: Given) -> bool:
        said = self._wishes.said
        self.tell("read", 0, 0)
        sheet = read_sheet(file, day_of(self.house), said)
        found: list[Comparison] = []
        wishes = replace(self._wishes, dry_run=True)
        try:
            import_file(self.house, file, by=self.upload.by, wishes=wishes, show=found.append, tell=self.tell)
        except (ColumnsMissing, WrongCall) as error:
            if sheet is None:
                raise
            return self._keep(Seen(sheet, type(error).__name__, to_keep(sentence=reason(error))))
        except PortalError:
            if not found:  # it could not be read at all
                raise
        return self._keep(_seen(sheet, found[0]))

    def _import(self, file: Given) -> bool:
        before = seen_in(self.house, self.upload, now=self.house.clock())
        found: list[Comparison] = []

        def check(compared: Comparison) -> None:
            found.append(compared)
            if compared.changes != before.changes and not compared.changes.is_nothing:
                raise _Moved

        def beside(session: Session, imported: Imported) -> None:
            if not self._end(session, state="imported", outcome=_outcome(found[0], imported)):
                raise _TakenOver
            loose.let_loose(session, _blobs(self.upload))

        wishes, by = self._wishes, self.upload.by
        try:
            import_file(self.house, file, by=by, wishes=wishes, show=check, tell=self.tell, beside=beside)
        except (_Moved, FamiliesChanged):
            return self._keep(_seen(before.sheet, found[0]), problem=_MOVED)
        except PortalError as error:  # what has to be accepted is not, or the database was busy: he may press again
            return self._keep(_seen(before.sheet, found[0]), problem=str(error)) if found else self.fail(str(error))
        _shred(self.house, _blobs(self.upload))
        return True

    def tell(self, step: str, done: int, total: int) -> None:
        """Say how far it is. Raises `_TakenOver`, `_Interrupted`."""
        if self.is_over():
            raise _Interrupted
        until = self.house.clock() + _LEASE
        with self.house.db.write() as session:
            if not uploads.note_step(
                session, self.upload.id, lease_id=self.lease_id, until=until, step=step, done=done, total=total
            ):
                raise _TakenOver

    def hold(self) -> None:
        """Hold the lease for longer."""
        with self.house.db.write() as session:
            uploads.hold_upload(session, self.upload.id, lease_id=self.lease_id, until=self.house.clock() + _LEASE)

    def _keep(self, seen: Seen, *, problem: str = "") -> bool:
        """Seal what was found in place of what was found before, for the same hour as the file."""
        data, seen_id = _SEEN.dump_json(seen), new_id()
        _seal(self.house, seen_id, data, since=self.upload.created_at)
        before = [self.upload.seen_id] if self.upload.seen_id else []
        is_kept = self.end(state="looked", seen_id=seen_id, seen_size=len(data), problem=str(problem))
        _shred(self.house, before if is_kept else [seen_id])
        return is_kept

    def fail(self, told: str) -> bool:
        """End it for good, with a sentence; the file is shredded."""
        is_ended = self.end(state="failed", problem=str(told), ended_at=self.house.clock())
        if is_ended:
            _shred(self.house, _blobs(self.upload))
        return is_ended

    def end(self, **values: object) -> bool:
        """Write how the task ended; False when another process has taken it over."""
        with self.house.db.write() as session:
            return self._end(session, **values)

    def _end(self, session: Session, **values: object) -> bool:
        ends = {"ended_at": self.house.clock()} if values.get("state") == "imported" else {}
        return uploads.end_task(session, self.upload.id, lease_id=self.lease_id, **values | ends)


def _seen(sheet: Sheet | None, compared: Comparison) -> Seen:
    refusal = compared.refusal
    return Seen(
        sheet,
        type(refusal).__name__ if refusal else "",
        to_keep(sentence=reason(refusal)) if refusal else {},
        compared.report,
        compared.changes,
        compared.named,
    )


def _outcome(compared: Comparison, imported: Imported) -> str:
    changes = compared.changes
    tallies = {kind: asdict(getattr(changes, kind)) for kind in ("children", "guardians", "guardianships")}
    facts = {"format": compared.report.format, "addresses": changes.addresses, "named": changes.named}
    return json.dumps(asdict(imported) | tallies | facts)
