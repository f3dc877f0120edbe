"""One doubt of a mailing with one letter for each child is put right; then it is asked again whether all adds up."""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sqlmodel import Session

from portal.documents.errors import FileEmpty, FileTooLarge, NothingGiven
from portal.documents.repository import intakes
from portal.documents.rules import MOST_BYTES, safe_file_name
from portal.documents.rules.cleared import ClearedFile
from portal.documents.tables import GivenFile
from portal.flows.writing import draft_mailing, reconcile_mailing, sort_files
from portal.flows.writing.sort_files import Sorted
from portal.kernel.machine.scratch import scratch
from portal.mailings.errors import ChangedMeanwhile
from portal.mailings.tables import Mailing
from portal.overviews.audience.children_meant import number_of
from portal.overviews.per_child import reconciling
from portal.overviews.per_child.narrower import narrower
from portal.publish.checking.check_file import sha256_of
from portal.publish.checking.converting import name_of_kept
from portal.publish.checking.judging import Upload
from portal.publish.per_child.batch import Candidate, judge_many, seal_all
from portal.publish.per_child.settling import settle
from portal.publish.per_child.sorting import measures_of, sorted_of
from portal.staff.rules import Acting
from portal.wiring import House

Change = Callable[[Session, Mailing], Sequence[str] | None]


def assign(house: House, mailing_id: str, given_id: str, *, number: str, by: Acting, now: datetime) -> bool:
    """Say whose a kept file is: it is judged as that child's letter. Tell whether all adds up now.

    Raises `NothingGiven` when its bytes were not kept, `DraftFaults` for what is no child's name or number,
    or several children's name, `NotNow`.
    """
    with house.db.read() as session:
        mailing = reconcile_mailing.seen(session, mailing_id, by=by)
        given = intakes.given_file(session, mailing.id, given_id)
        number = number_of(session, by, number)
        child = reconcile_mailing.child_called(session, number, by=by)
    if given is None or not given.is_kept:
        raise NothingGiven
    name = given.file_name
    if given.problem == "wrong-child" or _is_misnamed(given):  # its name says whose it was thought to be
        name = safe_file_name(f"{number}{Path(name).suffix}")
    return _put(house, mailing_id, {given_id: (given, child, name)}, by=by, now=now, is_chosen=True)


def _is_misnamed(given: GivenFile) -> bool:
    """Whether its name means other children than what stands in it."""
    return given.problem == "ambiguous" and json.loads(given.report or "{}").get("open") == "name-and-text-differ"


def confirm(house: House, mailing_id: str, given_ids: Collection[str], *, by: Acting, now: datetime) -> bool:
    """Say of suggested files that each is the child's it was suggested for. Tell whether all adds up now.

    They were read as those children's letters, so nothing is read again. A second press is the same as one.
    Raises `ChangedMeanwhile` for what is not suggested any more, `NotNow`.
    """
    with house.db.read() as session:
        reconcile_mailing.seen(session, mailing_id, by=by)
        table = reconciling.table_of(session, mailing_id, now=now)
    confirmed = {one.id for one in table.files.values() if one.is_chosen and one.document_id}
    if set(given_ids) <= confirmed:
        return table.is_complete

    def act(session: Session, mailing: Mailing) -> list[str]:
        rows = reconciling.table_of(session, mailing.id, now=now)
        suggested = {rows.files[one.place].id: rows.files[one.place] for one in rows.found.suggestions}
        if not set(given_ids) - confirmed <= suggested.keys():
            raise ChangedMeanwhile
        done = {one: _as_confirmed(suggested[one]) for one in given_ids if one in suggested}
        gone = sort_files.put_sorted(session, house.keys, mailing, done, by=by.label, now=now)
        return [one for one in gone if one not in done]  # its bytes are what was read, and stay

    return _change(house, mailing_id, by=by, now=now, act=act)


def narrow(house: House, mailing_id: str, *, is_by_place: bool, version: int | None, by: Acting, now: datetime) -> bool:
    """Make those whom the files are for the audience: in few words, or each child. Tell whether all adds up now.

    Raises `ChangedMeanwhile` when it is not what somebody looked at any more, `NotNow`.
    """
    with house.db.read() as session:
        reconcile_mailing.seen(session, mailing_id, by=by)
        table = reconciling.table_of(session, mailing_id, now=now)
        found = narrower(session, table)
        terms = (found.terms if is_by_place else found.by_number) if found else ()
        if table.version != version or not terms:
            raise ChangedMeanwhile
        draft_mailing.check_audience(session, terms, by=by)
    return _change(
        house, mailing_id, by=by, now=now,
        act=lambda session, mailing: reconcile_mailing.narrow(session, house.keys, mailing, terms, by=by, now=now),
    )  # fmt: skip


def _as_confirmed(given: GivenFile) -> Sorted:
    """Return a suggested file as its child's letter: the bytes that are kept are what was judged."""
    told = json.loads(given.report)["cleared"]
    cleared = ClearedFile(**told | {"document_id": given.id, "removed": tuple(told["removed"])})
    return Sorted(
        given.place, given.file_name, given.size, given.sha256, given.suggested_id, cleared=cleared,
        judged_by=given.judged_by or "", is_chosen=True, id=given.id,
    )  # fmt: skip


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
    house: House,
    mailing_id: str,
    places: Mapping[str, tuple[GivenFile, str, str]],
    *,
    by: Acting,
    now: datetime,
    is_chosen: bool = False,
) -> bool:
    """Put kept files in place of given ones, by their ids: which file, as whose letter, under which name."""
    with scratch() as folder:
        candidates = [
            replace(_unsealed(house, given, child, folder, called), is_chosen=is_chosen)
            for given, child, called in places.values()
        ]
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
        out.writelines(house.documents.open(given.id, intakes.kept_size(given)))
    return Candidate(given.place, name_of_kept(path, name), path, given.size, given.sha256, child_id)
