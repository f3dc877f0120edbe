"""Files that are nobody's yet: what is kept of them until a person says whose they are, and that lists are not."""

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path

from sqlmodel import Session

from portal.documents.repository import loose
from portal.documents.rules.inside import SEVERAL, Open, Perhaps, Sure
from portal.flows.writing.sort_files import Sorted
from portal.kernel.ids import new_id
from portal.mailings import repository as mailings
from portal.overviews.per_child import reconciling
from portal.publish.checking.check_file import Yardstick, check_file
from portal.publish.checking.judging import yardstick
from portal.publish.per_child import ways
from portal.publish.per_child.batch import Candidate, Ended, findings_of, judge_many
from portal.wiring import House

_NOBODYS = frozenset({"doubled", "same-as-other"})
"""Doubts in which a whole file waits for somebody to say whose it is; it may be the enrolment list."""


def sites_of(session: Session, mailing_id: str) -> frozenset[str] | None:
    """Return the sites of whoever wrote a mailing."""
    mailing = mailings.find_any(session, mailing_id)
    assert mailing is not None
    return reconciling.sites_of_writer(session, mailing)


def nobodys_measure(house: House, mailing_id: str, *, now: datetime) -> Yardstick:
    """Return what a file is judged by that is no child's yet. Raises `Refused`, `GuardNotReady`."""
    with house.db.read() as session:
        sites = sites_of(session, mailing_id)
    return yardstick(house, (), now=now, sites=sites)


def unsure(row: Sorted, judged: Ended) -> Sorted:
    """Return what became of a file that is nobody's yet: suggested, in doubt, or a list of children."""
    match judged.said:
        case Sure(child_id=child):
            return replace(row, child_id=child, problem="not-in-audience")
        case Perhaps(child_id=child, why=why):
            assert judged.cleared is not None
            report = {"why": why, "cleared": asdict(judged.cleared)}
            row = replace(row, problem="suggested", suggested_id=child, report=json.dumps(report))
        case Open(why=why, children=children):
            problem = "ambiguous" if why in SEVERAL else "unmatched"
            suggested = children[0] if len(children) == 1 else None
            report = {"open": why, "children": children}
            row = replace(row, problem=problem, suggested_id=suggested, report=json.dumps(report))
        case None:
            return replace(row, problem="is-list", report=findings_of(judged.report))
    return replace(row, id=judged.kept_id, is_kept=True)


def without_lists(
    house: House, mailing_id: str, doubtful: Sequence[ways.Doubtful], folder: Path, *, now: datetime
) -> list[ways.Doubtful]:
    """Return files that are nobody's yet, those that are lists of children without their bytes: they are not kept.

    Whose letter the others are is asked, and they are judged as that child's then. Raises as `measures_of`.
    """
    of_sha = {one.row.sha256: one for one in doubtful if one.path is not None and one.row.problem in _NOBODYS}
    nobodys = [
        Candidate(place, one.row.file_name, one.path, one.row.size, sha256, "")
        for place, (sha256, one) in enumerate(of_sha.items())
        if one.path is not None
    ]
    lists = _lists_of(house, mailing_id, nobodys, folder, now=now) if nobodys else {}
    return [
        ways.Doubtful(replace(one.row, problem="is-list", report=lists[one.row.sha256], is_kept=False), None)
        if one.row.problem in _NOBODYS and one.row.sha256 in lists
        else one
        for one in doubtful
    ]


def _lists_of(
    house: House, mailing_id: str, nobodys: Sequence[Candidate], folder: Path, *, now: datetime
) -> dict[str, str]:
    """Return what was found in those files that are lists, by hash. What no family could open is read in full, too."""
    by = nobodys_measure(house, mailing_id, now=now)
    found = {}
    for one in judge_many(house, nobodys, {"": by}, folder):
        report, given = one.report, one.candidate
        if not report.parts_read:  # it was judged by its name alone
            report = check_file(house.reader, by, path=given.path, name=given.name)
        if report.roster_shaped:
            found[given.sha256] = findings_of(report)
    return found


def kept(house: House, one: ways.Doubtful) -> Sorted:
    """Seal a file that somebody has to say more about, and return its row."""
    if one.path is None:
        return one.row
    kept_id = new_id()
    with house.db.write() as session:
        loose.note(session, [kept_id], now=house.clock())
    with one.path.open("rb") as file:
        house.documents.seal(kept_id, file)
    return replace(one.row, id=kept_id)
