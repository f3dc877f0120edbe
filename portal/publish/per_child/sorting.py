"""What was given is sorted, judged and sealed, piece by piece, so that a crash costs the last piece alone."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path

from portal.documents.repository import intakes
from portal.documents.rules.tokens import Pupil
from portal.documents.tables import Intake
from portal.families import repository as families
from portal.flows.writing import sort_files
from portal.flows.writing.draft_mailing import pairs_of
from portal.flows.writing.sort_files import LEASE, Sorted
from portal.guard import repository as pictures
from portal.kernel.errors import PortalError, Refused
from portal.kernel.ids import new_id
from portal.kernel.log import log
from portal.kernel.machine.scratch import scratch
from portal.mailings import repository as mailings
from portal.mailings.errors import ChangedMeanwhile
from portal.mailings.tables import Mailing
from portal.overviews.operation.judged_by import version_of
from portal.overviews.people import known_people
from portal.overviews.per_child import reconciling
from portal.publish.checking.check_file import GuardReport, Yardstick
from portal.publish.checking.judging import Upload
from portal.publish.checking.offering import offer_pictures
from portal.publish.holding import held
from portal.publish.per_child import ways
from portal.publish.per_child.batch import Candidate, Ended, Judged, findings_of, judge_many, problem_of, seal_all
from portal.publish.per_child.doubtful import kept, nobodys_measure, sites_of, unsure, without_lists
from portal.publish.per_child.merging import merge_letters
from portal.publish.per_child.rechecking import judge_each
from portal.publish.per_child.settling import Ripe, ripe_of, take_to_checked
from portal.publish.per_child.ways import NotSorted, Pile, Sorting, Trouble
from portal.staff import repository as staff
from portal.wiring import House
from portal.words.sentences import reason, sentence
from portal.words.several import to_keep

_PIECE = 50
"""Letters written in one transaction: some 5 ms under the lock."""

_FILES = ("files", "")
_BROKEN = Trouble(
    sentence("The portal could not work through these files; its log says why."), sentence("Choose them again.")
)

_WAYS: Mapping[str, Callable[[Pile], Sorting]] = {
    "files": ways.sort_files,
    "split": ways.split_pdf,
    "merge": merge_letters,
}


class TakenOver(Exception):
    """Another process has taken this work over, because this one did not say for a minute that it is alive."""


class Interrupted(Exception):
    """This process is about to end; the work goes on in another, behind the last piece."""


def sort_given(
    house: House, mailing_id: str, tell: ways.Tell | None = None, *, is_over: Callable[[], bool] = lambda: False
) -> bool:
    """Work through what was given for a mailing; False when there is nothing to do, or somebody else does it.

    What stops all of it is kept with the intake, for staff to read. Whatever one file holds stops that file alone.
    When `is_over` turns true, the work is put down for another process. After two that ended without an answer it is
    set aside (`flows.writing.sort_files.set_aside`).
    """
    lease_id, now = new_id(), house.clock()
    with house.db.write() as session:
        mailings.hold(session, [mailing_id])  # here as below before its files, like whoever throws it away
        is_aside = sort_files.set_aside(session, house.keys, mailing_id, now=now)
        if is_aside or not intakes.claim_intake(session, mailing_id, lease_id=lease_id, until=now + LEASE, now=now):
            return False
    work = _Work(house, mailing_id, lease_id, tell, is_over)
    try:
        problem = work.run()
    except TakenOver:
        return False
    except Interrupted:
        with house.db.write() as session:
            intakes.put_down_intake(session, mailing_id, lease_id=lease_id)
        return False
    return _end(work, problem)


def _end(work: "_Work", problem: str) -> bool:
    """End the work and, where the letters add up, take the mailing to checked in one: no page shows the one alone.

    Raises `WordsStopped`, `GuardNotReady` when the work is ended: the mailing stays a draft.
    """
    house, mailing_id, now = work.house, work.mailing_id, work.house.clock()
    ripe: Ripe | None = None
    kept_back: PortalError | None = None
    try:
        ripe = None if problem else _ripe(house, mailing_id, now)
    except PortalError as error:
        kept_back = error
    is_failed = bool(problem) and not work.is_again
    with house.db.write() as session:
        mailings.hold(session, [mailing_id])
        ended = intakes.end_intake(session, mailing_id, lease_id=work.lease_id, problem=problem, is_failed=is_failed)
        gone = intakes.forget_intake_files(session, mailing_id) if ended and (not problem or work.list_sha256) else []
        if ended and work.list_sha256:
            sort_files.note_list(session, house.keys, mailing_id, work.list_sha256, by=work.by, now=now)
        if ended and ripe:
            take_to_checked(session, house, ripe, now=now)
    house.documents.shred(*gone)
    if ended and kept_back:
        raise kept_back
    return ended


def _ripe(house: House, mailing_id: str, now: datetime) -> Ripe | None:
    with house.db.read() as session:
        table = reconciling.table_of(session, mailing_id, now=now)
    return ripe_of(house, table, now=now)


@dataclass(slots=True)
class _Work:
    """One way through one intake."""

    house: House
    mailing_id: str
    lease_id: str
    tell: ways.Tell | None
    is_over: Callable[[], bool]
    is_again: bool = False
    by: str = ""
    list_sha256: str = ""

    def run(self) -> str:
        """Sort, judge and write it all; return what stopped all of it as JSON, or nothing."""
        try:
            with scratch() as folder:
                self._sort(folder)
        except NotSorted as error:
            self.list_sha256 = error.list_sha256
            return _as_json(error.troubles)
        except PortalError as error:
            if self.is_again and isinstance(error, ChangedMeanwhile):
                return ""  # whoever changed it asks for approval anew
            return _as_json([Trouble(reason(error), sentence("Try again; nothing was published."))])
        except (TakenOver, Interrupted):
            raise
        except Exception as error:  # noqa: BLE001 - one mailing that fails must not stop the worker
            log("sorting").warning("files not sorted", mailing=self.mailing_id, error=type(error).__name__)
            return _as_json([_BROKEN])
        return ""

    def _sort(self, folder: Path) -> None:
        now = self.house.clock()
        with self.house.db.read() as session:
            intake = intakes.intake_of(session, self.mailing_id)
            mailing = mailings.find_any(session, self.mailing_id)
            assert intake is not None
            assert mailing is not None
            done = {one.place for one in intakes.given_files(session, self.mailing_id)}
            self.by = by = f"staff:{intake.by_id}"
        if json.loads(intake.ask).get("again"):
            self.is_again = True
            judge_each(self.house, self.mailing_id, lambda ids: self._measures(ids, now), partial(self._step, "judge"))
            return
        pile = self._pile(mailing, intake, folder)
        with held(self._hold):
            sorting = _WAYS[intake.way](pile)
        measures = self._measures([pupil.child_id for pupil in pile.pupils], now)
        if sorting.deciding is not None:
            measures[""] = nobodys_measure(self.house, self.mailing_id, now=now)
        doubtful = [one for one in sorting.doubtful if one.row.place not in done]
        doubtful = without_lists(self.house, self.mailing_id, doubtful, folder, now=now)
        self._keep([self._kept(one) for one in doubtful], by, len(done), sorting.total)
        letters = (one for one in sorting.letters if one.place not in done)
        judged = judge_many(self.house, letters, measures, folder, sorting.deciding)
        self._judge(judged, by, len(done), sorting.total)

    def _hold(self) -> None:
        with self.house.db.write() as session:
            intakes.hold_intake(session, self.mailing_id, lease_id=self.lease_id, until=self.house.clock() + LEASE)

    def _judge(self, judged: Iterator[Judged], by: str, done: int, total: int) -> None:
        while piece := list(islice(judged, _PIECE)):
            done = self._keep([sorted_of(one) for one in seal_all(self.house, piece)], by, done, total)
            self._offer([one.report for one in piece if one.report.previews])

    def _offer(self, reports: Sequence[GuardReport]) -> None:
        """Offer the pictures that could not be read to admins."""
        if not reports:
            return
        with self.house.db.read() as session:
            intake = intakes.intake_of(session, self.mailing_id)
            by = intake and staff.by_id(session, intake.by_id)
        if by:
            offer_pictures(self.house, reports, by=by, now=self.house.clock())

    def _keep(self, piece: Sequence[Sorted], by: str, done: int, total: int) -> int:
        """Write a piece, and say how far it is; one transaction. Raises `TakenOver`."""
        done += len(piece)
        now = self.house.clock()
        with self.house.db.write() as session:
            mailings.hold(session, [self.mailing_id])
            self._still_ours(intakes.note_progress(
                session, self.mailing_id, lease_id=self.lease_id, until=now + LEASE, step="judge",
                done=done, total=total,
            ))  # fmt: skip
            sort_files.keep_sorted(session, self.house.keys, self.mailing_id, piece, by=by, now=now)
            if piece:
                intakes.note_answer(session, self.mailing_id, lease_id=self.lease_id)
        self._tell("judge", done, total)
        return done

    def _step(self, step: str, done: int, total: int) -> None:
        """Say how far a step is that writes nothing; not more often than every fifty pages."""
        if done % _PIECE == 0 or done == total:
            with self.house.db.write() as session:
                self._still_ours(intakes.note_progress(
                    session, self.mailing_id, lease_id=self.lease_id, until=self.house.clock() + LEASE, step=step,
                    done=done, total=total,
                ))  # fmt: skip
            self._tell(step, done, total)

    def _tell(self, step: str, done: int, total: int) -> None:
        if self.is_over():
            raise Interrupted
        if self.tell:
            self.tell(step, done, total)

    def _still_ours(self, is_ours: bool) -> None:  # noqa: FBT001 - one private check
        if not is_ours:
            raise TakenOver

    def _kept(self, one: ways.Doubtful) -> Sorted:
        return kept(self.house, one)

    def _pile(self, mailing: Mailing, intake: Intake, folder: Path) -> Pile:
        with self.house.db.read() as session:
            given = intakes.intake_files(session, mailing.id)
            terms = pairs_of(mailings.terms_of(session, mailing.id))
            everyone = _pupils(families.pupils_of(session, None, scope=reconciling.sites_of_writer(session, mailing)))
            # the children the files are for are known when they are sorted: until then it is any of them
            audience = everyone if _FILES in terms else _pupils(families.pupils_of(session, terms))
            left_out = frozenset(mailings.leave_outs(session, mailing.id))
        here = {pupil.child_id for pupil in audience}
        files: dict[str, Upload] = {}
        for role, file in given.items():
            path = folder / f"{role}{Path(file.file_name).suffix}"  # tables are told apart by the end of their name
            with path.open("wb") as out:
                out.writelines(self.house.documents.open(file.id, file.size))
            files[role] = Upload(path, file.file_name)
        unpacked = folder / "unpacked"
        unpacked.mkdir()
        roster, _ = self.house.people.known(now=self.house.clock())
        elsewhere = tuple(pupil for pupil in everyone if pupil.child_id not in here)
        return Pile(
            self.house,
            mailing,
            files,
            json.loads(intake.ask),
            audience,
            elsewhere,
            left_out,
            roster,
            unpacked,
            self._step,
        )

    def _measures(self, child_ids: Sequence[str], now: datetime) -> dict[str, Yardstick]:
        return measures_of(self.house, self.mailing_id, child_ids, now=now)


def measures_of(house: House, mailing_id: str, child_ids: Sequence[str], *, now: datetime) -> dict[str, Yardstick]:
    """Return what each of these children's letters is judged by today: it has to name its child, and may its family.

    What is found is told as the mailing's writer may know it.

    Raises `Refused` while there is no roster, `GuardNotReady`.
    """
    roster, version = house.people.known(now=now)
    if not roster.people:
        raise Refused(
            sentence("There is no roster yet, so nobody can tell whom a letter names. Import the roster first.")
        )
    with house.db.read() as session:
        allowed = known_people.allowed_for_each(session, child_ids, now=now)
        known, near = pictures.known_hashes(session), known_people.children_near(session, sites_of(session, mailing_id))
        judged_by = version_of(version, house.guard_terms, known)
    return {
        child: Yardstick(roster, version.roster, may_be_named, child, known, near=near, version=judged_by)
        for child, may_be_named in allowed.items()
    }


def sorted_of(judged: Ended) -> Sorted:
    """Return what became of a judged letter, as it is kept."""
    one, found = judged.candidate, judged.report
    row = Sorted(
        one.place, one.label or one.name, one.size, one.sha256, one.child_id or None,
        judged_by=judged.report.judged_by, is_chosen=one.is_chosen,
    )  # fmt: skip
    if one.doubt is not None:
        return unsure(row, judged)
    if judged.cleared:
        return replace(row, cleared=judged.cleared, page=judged.page, is_filled=one.is_filled, report=_unnamed(one))
    row = replace(row, problem=problem_of(found), report=findings_of(found))
    if not judged.kept_id:
        return row
    return replace(row, id=judged.kept_id, is_kept=True, suggested_id=judged.rightful)


def _unnamed(one: Candidate) -> str:
    """Return, as it is kept, which pages of a clear letter only their place gives to its child."""
    return json.dumps({"unnamed": one.unnamed}) if one.unnamed else ""


def _pupils(rows: Iterable[tuple[str, str, str, str]]) -> tuple[Pupil, ...]:
    return tuple(Pupil(child_id, number, given, family) for child_id, number, given, family in rows)


def _as_json(troubles: Sequence[Trouble]) -> str:
    return json.dumps([asdict(one) | to_keep(sentence=one.sentence, fix=one.fix) for one in troubles])


def forget_expired(house: House, *, now: datetime) -> None:
    """Forget what was kept of intakes whose three days are over, and shred it."""
    with house.db.read() as session:
        expired = intakes.expired_intakes(session, now=now)
    for mailing_id in expired:
        with house.db.write() as session:
            mailings.hold(session, [mailing_id])
            gone = intakes.forget_kept(session, mailing_id, now=now)
        house.documents.shred(*gone)
