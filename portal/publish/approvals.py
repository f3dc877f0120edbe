"""Asking for approval, and giving it: a roster that changed since is judged against first."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from portal.documents import repository as documents
from portal.flows import approve_mailing, sort_files
from portal.flows.check_file import GuardReport
from portal.kernel.errors import Refused
from portal.mailings import repository as mailings
from portal.mailings.errors import BeingCheckedAgain, RosterChanged
from portal.mailings.tables import Mailing
from portal.overviews import audiences
from portal.publish.judging import judge_documents, judge_texts, tell_stop, yardstick
from portal.staff.errors import NotAllowed
from portal.staff.rules import Acting
from portal.wiring import House


class GuardSaysNo(Refused):
    """The guard no longer clears this letter, because the roster has changed since."""


def submit(house: House, mailing_id: str, *, by: Acting, version: int | None, now: datetime) -> Mailing:
    """Ask for approval; where a setting waives the second person for a few families, the hold begins at once."""
    with house.db.read() as session:
        found = mailings.find(session, mailing_id, staff_id=by.id, sites=by.sites)
        approve_mailing.check_adds_up(session, found, now=now)
    with house.db.write() as session:
        mailing = approve_mailing.submit_mailing(session, house.keys, mailing_id, by=by, version=version, now=now)
    with house.db.read() as session:
        reached = audiences.reach_of(session, audiences.terms_of(session, mailing), now=now)
        is_released = bool(documents.releases_of(session, mailing_id))
    if reached.families >= house.settings.approval_waived_below or mailing.confidential or is_released:
        return mailing
    try:
        return _approve(house, mailing_id, by=by, version=mailing.version, now=now, waived=True)
    except NotAllowed:  # it has grown meanwhile: what was asked for stands, and a second person answers it
        return mailing


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
    for _ in range(3):  # an import may finish between judging and writing; each round judges anew
        try:
            with house.db.read() as session:
                mailing = mailings.find(session, mailing_id, staff_id=by.id, sites=by.sites)
                mailing = approve_mailing.check_may_approve(session, mailing_id, by=by, waived=waived)
                if version is not None:
                    mailings.check_version(mailing, version)
                prepared = approve_mailing.prepare_approval(
                    session, house.keys, mailing, now=now, hold=timedelta(seconds=house.settings.hold_seconds)
                )
            with house.db.write() as session:
                return story(session, house.keys, prepared, by=by, now=now)
        except RosterChanged:
            if mailing.way != "shared":
                _check_each_again(house, mailing_id, by=by, now=now)
                raise BeingCheckedAgain from None
            found, seen, roster = _judge_again(house, mailing_id, by=by, now=now)
            if not found.is_clear:
                tell_stop(house, found, what="recheck", sha256="", by=by, now=now)
                raise GuardSaysNo(f"The roster has changed since this was checked. {found.reason}") from None
            with house.db.write() as session:
                approve_mailing.note_checked_again(session, mailing_id, version=seen, roster=roster)
    raise RosterChanged


def _check_each_again(house: House, mailing_id: str, *, by: Acting, now: datetime) -> None:
    """Ask the worker to judge letters to single children again: so many take longer than a page may wait."""
    with house.db.write() as session:
        mailing = mailings.find(session, mailing_id, staff_id=by.id, sites=by.sites)
        sort_files.check_again(session, mailing, by=by, now=now)


def _judge_again(house: House, mailing_id: str, *, by: Acting, now: datetime) -> tuple[GuardReport, int, int]:
    """Judge a mailing's sealed files and its words in all languages by the newest roster.

    Returns the verdict, the mailing's version and that roster.
    """
    with house.db.read() as session:
        mailing = mailings.find_any(session, mailing_id)
        assert mailing is not None
        held = documents.documents_of(session, mailing_id)
        terms = audiences.terms_of(session, mailing)
        words = mailings.words_of(session, mailing_id)
    measure = yardstick(house, terms, now=now, sites=by.sites)
    found = judge_texts(house, measure, title=mailing.title, message=mailing.message, words=words)
    return judge_documents(house, measure, held) if found.is_clear else found, mailing.version, measure.number
