"""What became of a gathering is told: a letter that adds up is put up for approval, and its sender gets one answer."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from portal.arrivals import repository as arrivals
from portal.arrivals.rules.reports import Report, as_json, report_of
from portal.arrivals.tables import Gathering
from portal.flows.arriving import close_gathering, end_gathering, note_made
from portal.kernel.configuration.shared_mailboxes import owners_of
from portal.kernel.errors import PortalError
from portal.kernel.log import log
from portal.mailings import repository as mailings
from portal.mailings.errors import BeingCheckedAgain, ChangedMeanwhile
from portal.mailings.tables import Mailing
from portal.overviews.arriving.gathering_work import Task, gatherings_to_do
from portal.overviews.arriving.whose import key_of
from portal.overviews.audience import audiences
from portal.overviews.per_child import reconciling
from portal.publish.gathered.making import make_letters
from portal.publish.rounds.approvals import submit
from portal.staff import repository as staff
from portal.staff.rules import Acting
from portal.wiring import House

_OPEN = frozenset({"draft", "checked", "returned"})


def waiting_gatherings(house: House) -> list[Task]:
    """Return what is next with each gathering that does not wait for somebody else."""
    with house.db.read() as session:
        return gatherings_to_do(session, now=house.clock())


def work_on_gathering(house: House, task: Task, *, is_over: Callable[[], bool] = lambda: False) -> bool:
    """Do what is next with a gathering until it waits for something; False when there is nothing to do.

    Raises what the database raises, and what stands in the way for a moment.
    """
    is_done, following = False, [task]
    while following and not is_over():
        if not _do(house, following[0]):
            break
        is_done = True
        following = [one for one in waiting_gatherings(house) if one.gathering_id == task.gathering_id]
    return is_done


def _do(house: House, task: Task) -> bool:
    match task.step:
        case "close":
            with house.db.write() as session:
                return close_gathering.close_if_due(session, house.keys, task.gathering_id, now=house.clock())
        case "make":
            return make_letters(house, task.gathering_id)
        case "answer":
            with suppress(ChangedMeanwhile):  # somebody else was quicker, or it is looked at again
                return _answer(house, task.gathering_id)
            return False
        case "end":
            return _end(house, task.gathering_id)


@dataclass(frozen=True, slots=True)
class _Made:
    """A gathering and the mailing that it has become, with what is known of it."""

    row: Gathering
    mailing: Mailing
    by: Acting | None
    report: Report


def _answer(house: House, gathering_id: str) -> bool:
    """Put up for approval what adds up, and tell its sender; once for each version of the gathering."""
    made = _made(house, gathering_id)
    if made is None:
        return False
    report: Report | None = made.report
    is_whole = not (made.report.need or made.report.needs_look)
    if is_whole and made.by is not None and made.mailing.state == "checked":
        report = _asked(house, made, made.by)
    elif made.mailing.state not in _OPEN:
        report = replace(made.report, is_asked=True)
    if report is None:
        return False
    with house.db.write() as session:
        mailing = mailings.find_any(session, made.mailing.id)
        left_at = mailing.version if mailing else 0
        told = as_json(replace(report, need=report.need + report.lost, is_answered=True, left_at=left_at))
        return note_made.note_answered(session, gathering_id, told, version=made.row.version, now=house.clock())


def _made(house: House, gathering_id: str) -> _Made | None:
    now = house.clock()
    with house.db.read() as session:
        row = arrivals.find(session, gathering_id)
        mailing = mailings.find_any(session, row.mailing_id) if row and row.mailing_id else None
        if row is None or mailing is None or row.state != "drafted":
            return None
        by, report = staff.by_id(session, row.staff_id), report_of(row.report)
        if row.door == "key" and staff.has_ended_mail_key(session, row.staff_id, since=row.first_at):
            report = replace(report, told=(*report.told, "key-ended"))
        if mailing.way == "shared":
            reached = audiences.reach_of(session, mailing, now=now)
            need = int(mailing.state in {"draft", "returned"})
            return _Made(row, mailing, by, replace(report, ready=reached.guardians, need=need))
        table = reconciling.table_of(session, mailing.id, now=now)
        counts, is_over = table.found.counts, table.working is None or table.working.is_over
        is_failed = table.working is not None and bool(table.working.troubles)
        need = counts.problems + counts.suggested + int(is_failed)
        return _Made(row, mailing, by, replace(report, ready=counts.paired, need=need)) if is_over else None


def _asked(house: House, made: _Made, by: Acting) -> Report | None:
    """Put it up for approval; None where it is checked again first. What stands in the way is on its page.

    The second person is waived for what came by a mail key alone: a From of itself, and a mailbox that several share,
    do not tell who sent it.
    """
    shared = owners_of(house.settings.gate_shared)
    may_waive = made.row.door == "key" and key_of(by.address) not in shared
    try:
        version = made.mailing.version
        submit(house, made.mailing.id, by=by, version=version, now=house.clock(), may_waive=may_waive)
    except BeingCheckedAgain:
        return None
    except ChangedMeanwhile:
        raise
    except PortalError as error:
        log("gathered").info("letter not put up for approval", mailing=made.mailing.id, error=type(error).__name__)
        return replace(made.report, told=(*made.report.told, "not-asked"))
    return replace(made.report, is_asked=True)


def _end(house: House, gathering_id: str) -> bool:
    """End a gathering whose letter was approved or thrown away, or whose days are over."""
    with house.db.write() as session:
        row = arrivals.find(session, gathering_id)
        mailing = mailings.find_any(session, row.mailing_id) if row and row.mailing_id else None
        is_approved = mailing is not None and mailing.approved_at is not None
        why = "approved" if is_approved else "over"
        gone = end_gathering.end_gathering(session, house.keys, gathering_id, why=why, by="worker", now=house.clock())
    house.documents.shred(*gone)
    return True


def forget_gathered(house: House, *, now: datetime) -> None:
    """Forget what the messages were called whose gathering is over: of it stay counts alone."""
    with house.db.write() as session:
        arrivals.forget_subjects(session, now=now)
