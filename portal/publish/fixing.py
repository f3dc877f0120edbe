"""One doubt of a mailing with one letter for each child is put right; then it is asked again whether all adds up."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from sqlmodel import Session

from portal.documents.errors import FileEmpty, FileTooLarge, NothingGiven
from portal.documents.repository import intakes
from portal.documents.rules import MOST_BYTES, safe_file_name
from portal.documents.tables import GivenFile
from portal.flows import reconcile_mailing, sort_files
from portal.flows.check_file import sha256_of
from portal.flows.sort_files import Sorted
from portal.kernel.scratch import scratch
from portal.mailings.errors import ChangedMeanwhile
from portal.mailings.tables import Mailing
from portal.overviews import reconciling
from portal.publish.batch import Candidate, judge_many, seal_all
from portal.publish.judging import Upload
from portal.publish.settling import settle
from portal.publish.sorting import measures_of, sorted_of
from portal.staff.rules import Acting
from portal.wiring import House

Change = Callable[[Session, Mailing], Sequence[str] | None]


def assign(house: House, mailing_id: str, given_id: str, *, number: str, by: Acting, now: datetime) -> bool:
    """Say whose a kept file is: it is judged as that child's letter. Tell whether all adds up now.

    Raises `NothingGiven` when its bytes were not kept, `DraftFaults` for a number nobody has, `NotNow`.
    """
    with house.db.read() as session:
        mailing = reconcile_mailing.seen(session, mailing_id, by=by)
        given = intakes.given_file(session, mailing.id, given_id)
        child = reconcile_mailing.child_called(session, number, by=by)
    if given is None or not given.is_kept:
        raise NothingGiven
    name = given.file_name
    if given.problem == "wrong-child":  # its name says whose it was thought to be, and would name that child
        name = safe_file_name(f"{number.strip()}{Path(name).suffix}")
    return _put(house, mailing_id, {given_id: (given, child, name)}, by=by, now=now)


def swap(house: House, mailing_id: str, given_id: str, other_id: str, *, by: Acting, now: datetime) -> bool:
    """Let two files change places, each of which names the other's child: names stay, contents go to the other's.

    Both are judged anew. Tell whether all adds up now. Raises `NothingGiven` for files that aren't so, `NotNow`.
    """
    with house.db.read() as session:
        mailing = reconcile_mailing.seen(session, mailing_id, by=by)
        one = intakes.given_file(session, mailing.id, given_id)
        other = intakes.given_file(session, mailing.id, other_id)
    if one is None or other is None or not (_is_of(one, other) and _is_of(other, one)):
        raise NothingGiven
    places = {
        one.id: (other, one.child_id or "", one.file_name),
        other.id: (one, other.child_id or "", other.file_name),
    }
    return _put(house, mailing_id, places, by=by, now=now)


def _is_of(one: GivenFile, other: GivenFile) -> bool:
    """Whether one file is beyond doubt the letter of the child whom the other was given for."""
    is_misplaced = one.is_kept and one.problem == "wrong-child"
    return is_misplaced and one.suggested_id is not None and one.suggested_id == other.child_id


def _put(
    house: House, mailing_id: str, places: Mapping[str, tuple[GivenFile, str, str]], *, by: Acting, now: datetime
) -> bool:
    """Put kept files in place of given ones, by their ids: which file, as whose letter, under which name."""
    with scratch() as folder:
        candidates = [_unsealed(house, given, child, folder, called) for given, child, called in places.values()]
        done = dict(zip(places, _judged(house, mailing_id, candidates, folder, now=now), strict=True))

    def act(session: Session, mailing: Mailing) -> list[str]:
        if any(intakes.given_file(session, mailing.id, given_id) is None for given_id in places):
            raise ChangedMeanwhile
        return sort_files.put_sorted(session, house.keys, mailing, done, by=by.label, now=now)

    return _change(house, mailing_id, by=by, now=now, act=act)


def give_one(house: House, mailing_id: str, *, number: str, upload: Upload, by: Acting, now: datetime) -> bool:
    """Take one file for one child, in place of all others that are its. Tell whether all adds up now.

    Raises `FileEmpty`, `FileTooLarge`, `DraftFaults`, `NotNow`.
    """
    size = upload.path.stat().st_size
    if size == 0:
        raise FileEmpty
    if size > MOST_BYTES:
        raise FileTooLarge
    with house.db.read() as session:
        reconcile_mailing.seen(session, mailing_id, by=by)
        child = reconcile_mailing.child_called(session, number, by=by)
    candidate = Candidate(0, safe_file_name(upload.name), upload.path, size, sha256_of(upload.path), child)
    with scratch() as folder:
        (done,) = _judged(house, mailing_id, [candidate], folder, now=now)
    return _change(
        house, mailing_id, by=by, now=now,
        act=lambda session, mailing: sort_files.add_sorted(session, house.keys, mailing, done, by=by.label, now=now),
    )  # fmt: skip


def drop(house: House, mailing_id: str, given_id: str, *, by: Acting, now: datetime) -> bool:
    """Take a file out: it is not sent. Tell whether all adds up now. Raises `NothingGiven`, `NotNow`."""
    return _change(
        house, mailing_id, by=by, now=now,
        act=lambda session, mailing: reconcile_mailing.drop_files(
            session, house.keys, mailing, [given_id], by=by, now=now
        ),
    )  # fmt: skip


def use(house: House, mailing_id: str, given_id: str, *, by: Acting, now: datetime) -> bool:
    """Use one of a child's several files and take the others out. Tell whether all adds up now.

    Raises `NothingGiven` when it is not one of several, `NotNow`.
    """

    def act(session: Session, mailing: Mailing) -> list[str]:
        given = intakes.given_file(session, mailing.id, given_id)
        theirs = intakes.given_files(session, mailing.id) if given and given.child_id else []
        others = [one.id for one in theirs if given and one.child_id == given.child_id and one.id != given_id]
        if not others:
            raise NothingGiven
        return reconcile_mailing.drop_files(session, house.keys, mailing, others, by=by, now=now)

    return _change(house, mailing_id, by=by, now=now, act=act)


def leave_out(house: House, mailing_id: str, reasons: Mapping[str, str], *, by: Acting, now: datetime) -> bool:
    """Leave children out, by student number, each for its reason. Tell whether all adds up now.

    Raises `DraftFaults` for a number nobody has and for a reason that says nothing, `NotNow`.
    """

    def act(session: Session, mailing: Mailing) -> None:
        said = {reconcile_mailing.child_called(session, number, by=by): reason for number, reason in reasons.items()}
        reconcile_mailing.leave_out(session, house.keys, mailing, said, by=by, now=now)

    return _change(house, mailing_id, by=by, now=now, act=act)


def take_in(house: House, mailing_id: str, number: str, *, by: Acting, now: datetime) -> bool:
    """Leave a child out no longer. Tell whether all adds up now. Raises `DraftFaults`, `NotNow`."""

    def act(session: Session, mailing: Mailing) -> None:
        child = reconcile_mailing.child_called(session, number, by=by)
        reconcile_mailing.take_in(session, house.keys, mailing, child, by=by, now=now)

    return _change(house, mailing_id, by=by, now=now, act=act)


def _change(house: House, mailing_id: str, *, act: Change, by: Acting, now: datetime) -> bool:
    _write(house, mailing_id, act=act, by=by)
    judge_kept(house, mailing_id, by=by, now=now)
    return settle(house, mailing_id, now=now)


def _write(house: House, mailing_id: str, *, act: Change, by: Acting) -> None:
    with house.db.write() as session:
        mailing = reconcile_mailing.open_for_change(session, mailing_id, by=by)
        gone = act(session, mailing) or []
    house.documents.shred(*gone)


def judge_kept(house: House, mailing_id: str, *, by: Acting, now: datetime) -> None:
    """Judge the kept files of which nothing is in doubt any more, now that others are gone."""
    with house.db.read() as session:
        table = reconciling.table_of(session, mailing_id, now=now)
    sure = [
        table.files[problem.place]
        for problem in table.found.problems
        if problem.kind == "not-judged" and problem.place is not None and _is_sure(table.files[problem.place])
    ]
    if not sure:
        return
    with scratch() as folder:
        candidates = [_unsealed(house, one, one.child_id or "", folder, one.file_name) for one in sure]
        done = dict(zip((one.id for one in sure), _judged(house, mailing_id, candidates, folder, now=now), strict=True))
    _write(
        house, mailing_id, by=by,
        act=lambda session, mailing: sort_files.put_sorted(session, house.keys, mailing, done, by=by.label, now=now),
    )  # fmt: skip


def _is_sure(given: GivenFile) -> bool:
    return given.is_kept and given.child_id is not None


def _judged(
    house: House, mailing_id: str, candidates: Sequence[Candidate], folder: Path, *, now: datetime
) -> list[Sorted]:
    measures = measures_of(house, mailing_id, [one.child_id for one in candidates], now=now)
    judged = list(judge_many(house, candidates, measures, folder))
    return [sorted_of(one) for one in seal_all(house, judged)]


def _unsealed(house: House, given: GivenFile, child_id: str, folder: Path, name: str) -> Candidate:
    path = folder / given.id
    with path.open("wb") as out:
        out.writelines(house.documents.open(given.id, given.size))
    return Candidate(given.place, name, path, given.size, given.sha256, child_id)
