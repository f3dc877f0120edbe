"""Asking for approval, and giving it: what changed since, of all that a verdict hangs on, is judged against first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from portal.documents import repository as documents
from portal.documents.tables import Document
from portal.flows.approving import approve_mailing
from portal.flows.approving.stop_at_approval import stop_at_approval
from portal.flows.writing import sort_files
from portal.flows.writing.hold_stopped_file import StoppedFile, hold_stopped_file
from portal.kernel.errors import Refused
from portal.mailings import repository as mailings
from portal.mailings.errors import BeingCheckedAgain, RosterChanged
from portal.mailings.tables import Mailing
from portal.overviews.audience import audiences
from portal.overviews.operation import judged_by
from portal.publish.checking.check_file import GuardReport, Yardstick
from portal.publish.checking.judging import judge_documents, judge_in_turn, judge_written, tell_stop, yardstick
from portal.staff.errors import NotAllowed
from portal.staff.rules import Acting
from portal.wiring import House
from portal.words.sentences import one_after_another, sentence
from portal.words.several import kept

CHANGED_SINCE = sentence("The roster, the staff, the known pictures or a setting has changed since this was checked.")


class GuardSaysNo(Refused):
    """The guard no longer clears this letter: the roster, the staff, a known picture or a setting has changed since."""


@dataclass(frozen=True, slots=True)
class _Again:
    """What the guard says of one version of a mailing by what is in force now: of the file it stops, or of the words.

    `to_release` is what it says of a file that a second person may release, whomever an earlier release let pass.
    """

    report: GuardReport
    author: str
    version: int
    judged_by: str
    stopped: Document | None = None
    to_release: GuardReport | None = None


def submit(
    house: House, mailing_id: str, *, by: Acting, version: int | None, now: datetime, may_waive: bool = True
) -> Mailing:
    """Ask for approval; where a setting waives the second person for a few families, the hold begins at once.

    Without `may_waive` a second person approves it in any case.
    Raises `BeingCheckedAgain` where such letters to single children were judged by another roster: press again, then.
    """
    with house.db.read() as session:
        found = mailings.find(session, mailing_id, staff_id=by.id, sites=by.sites)
        approve_mailing.check_adds_up(session, found, now=now)
        is_current = found.judged_by == judged_by.version(session, house.guard_terms)
    is_stale = found.state == "checked" and found.way != "shared" and not is_current
    if is_stale and may_waive and _is_waived(house, found, now=now):
        _check_each_again(house, mailing_id, by=by, now=now)
        raise BeingCheckedAgain
    with house.db.write() as session:
        mailing = approve_mailing.submit_mailing(session, house.keys, mailing_id, by=by, version=version, now=now)
    if not (may_waive and _is_waived(house, mailing, now=now)):
        return mailing
    try:
        return _approve(house, mailing_id, by=by, version=mailing.version, now=now, waived=True)
    except (NotAllowed, BeingCheckedAgain):  # something moved meanwhile: what was asked for stands, for a second person
        return mailing


def _is_waived(house: House, mailing: Mailing, *, now: datetime) -> bool:
    with house.db.read() as session:
        reached = audiences.reach_of(session, mailing, now=now)
        is_released = bool(documents.releases_of(session, mailing.id))
    below = house.settings.approval_waived_below
    return audiences.is_waived(mailing, reached, below=below, is_released=is_released)


def approve(house: House, mailing_id: str, *, by: Acting, version: int | None, now: datetime) -> Mailing:
    """Approve what another person submitted. A roster that changed since is judged against first.

    Raises `OwnMailing`, `NotAllowed`, `OutOfScope`, `ChangedMeanwhile`, `NotNow`, `NobodyReached`, `GuardSaysNo`.
    """
    return _approve(house, mailing_id, by=by, version=version, now=now, waived=False)


def _approve(house: House, mailing_id: str, *, by: Acting, version: int | None, now: datetime, waived: bool) -> Mailing:
    story: Callable[..., Mailing] = approve_mailing.approve_mailing
    if waived:
        below = house.settings.approval_waived_below
        story = partial(approve_mailing.approve_without_second_person, below=below)
    terms = house.guard_terms
    for _ in range(3):  # an import may finish between judging and writing; each round judges anew
        try:
            with house.db.read() as session:
                mailing = mailings.find(session, mailing_id, staff_id=by.id, sites=by.sites)
                mailing = approve_mailing.check_may_approve(session, mailing_id, by=by, terms=terms, waived=waived)
                if version is not None:
                    mailings.check_version(mailing, version)
                prepared = approve_mailing.prepare_approval(
                    session,
                    house.keys,
                    mailing,
                    terms=terms,
                    now=now,
                    hold=timedelta(seconds=house.settings.hold_seconds),
                )
            with house.db.write() as session:
                return story(session, house.keys, prepared, by=by, now=now)
        except RosterChanged:
            if mailing.way != "shared":
                _check_each_again(house, mailing_id, by=by, now=now)
                raise BeingCheckedAgain from None
            again = _judge_again(house, mailing_id, by=by, now=now)
            if not again.report.is_clear:
                _stop(house, mailing_id, again, by=by, now=now)
                said = one_after_another(CHANGED_SINCE, kept(again.report.reason))
                raise GuardSaysNo(
                    one_after_another(said, sentence("It is a draft again, and its writer is told."))
                ) from None
            with house.db.write() as session:
                approve_mailing.note_checked_again(
                    session, house.keys, mailing_id, version=again.version, judged_by=again.judged_by, now=now
                )
    raise RosterChanged


def _check_each_again(house: House, mailing_id: str, *, by: Acting, now: datetime) -> None:
    """Ask the worker to judge letters to single children again: so many take longer than a page may wait."""
    with house.db.write() as session:
        mailing = mailings.find(session, mailing_id, staff_id=by.id, sites=by.sites)
        sort_files.check_again(session, mailing, by=by, now=now)


def _judge_again(house: House, mailing_id: str, *, by: Acting, now: datetime) -> _Again:
    """Judge a mailing's sealed files and its words in all languages by the newest roster.

    Of several files the reason names the one that is stopped.
    """
    with house.db.read() as session:
        mailing = mailings.find_any(session, mailing_id)
        assert mailing is not None
        held = documents.documents_of(session, mailing_id)
        terms = audiences.terms_of(session, mailing)
        words = mailings.words_of(session, mailing_id)
    measure = yardstick(house, terms, now=now, sites=by.sites)
    found = judge_written(house, measure, mailing, words)
    if not found.is_clear:
        return _Again(found, mailing.author_id, mailing.version, measure.version)
    stopped, found = judge_documents(house, measure, held)
    is_alone = stopped is not None and len(held) == 1 and stopped.page_id is None
    to_release = _to_release(house, measure, held) if is_alone else None
    return _Again(found, mailing.author_id, mailing.version, measure.version, stopped, to_release)


def _to_release(house: House, measure: Yardstick, held: Sequence[Document]) -> GuardReport | None:
    _, found = judge_in_turn(house, measure, held, releases_hold=False)
    return found if found.may_be_released else None


def _stop(house: House, mailing_id: str, again: _Again, *, by: Acting, now: datetime) -> None:
    """Note the stop, and lead the mailing back to draft; its file goes, unless it may be released. Raises."""
    stopped, found = again.stopped, again.report
    tell_stop(house, found, what="recheck", sha256=stopped.sha256 if stopped else "", by=by, now=now)
    with house.db.write() as session:
        gone = stop_at_approval(session, house.keys, mailing_id, stopped, version=again.version, now=now)
        if stopped and again.to_release:  # its sealed bytes stay where they are, under another row
            gone = [one for one in gone if one != stopped.id]
            kept = _kept(stopped, again.to_release)
            gone += hold_stopped_file(session, house.keys, mailing_id, kept, tried_by=again.author, by=by, now=now)
    house.documents.shred(*gone)


def _kept(stopped: Document, found: GuardReport) -> StoppedFile:
    return StoppedFile(
        stopped.id,
        stopped.file_name,
        stopped.media_type,
        stopped.size,
        stopped.sha256,
        found.children,
        found.findings,
    )
