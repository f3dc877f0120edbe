"""A mailing that is sent goes out again, in part: what would happen, and the act; a top-up is judged anew first."""

from datetime import datetime, timedelta

from sqlmodel import Session

from portal.documents import repository as documents
from portal.families import repository as families
from portal.families.errors import NoSuchChild
from portal.flows.sending import send_round
from portal.flows.sending.send_round import Prepared, Sent
from portal.kernel.errors import Refused
from portal.mailings import repository as mailings
from portal.mailings.errors import ChangedMeanwhile, FilesWanted, RosterChanged
from portal.mailings.rules import RoundKind, check_reminder_is_due, move
from portal.mailings.tables import Mailing
from portal.overviews.audience import audiences
from portal.overviews.sending import round_facts, rounds
from portal.overviews.sending.rounds import Planned
from portal.publish.checking.judging import judge_documents, judge_written, tell_stop, yardstick
from portal.publish.rounds.approvals import CHANGED_SINCE, GuardSaysNo
from portal.staff.rules import Acting
from portal.wiring import House
from portal.words.sentences import one_after_another
from portal.words.several import kept

Seen = tuple[int, int]
"""What somebody looked at: the version of the mailing, and the number of the round that it would be."""


def look_at_round(
    house: House, session: Session, mailing_id: str, kind: RoundKind, *, by: Acting, child: str = "", now: datetime
) -> tuple[Mailing, Planned]:
    """Return whom this would mail now; one family is that of the child with this student number.

    Raises `NotNow` where it may not be done now, `FilesWanted`, `NoSuchChild`, `NoSuchMailing`, `OutOfScope`.
    """
    mailing = send_round.check_may_send(session, mailing_id, by=by)
    move(mailing.state, "again")
    begins = now + timedelta(seconds=house.settings.hold_seconds)
    match kind:
        case "top-up":
            if mailing.way != "shared":
                raise FilesWanted
            return mailing, rounds.planned_top_up(session, mailing, now=now, begins=begins)
        case "reminder":
            latest = round_facts.latest_reminder(session, mailing_id)
            check_reminder_is_due(latest=latest, days=house.settings.reminder_days, now=now, zone=house.settings.zone)
    child_id = _child_id(session, kind, child, by=by)
    facts = round_facts.facts_of(session, mailing, child_id=child_id, now=now)
    return mailing, rounds.planned(facts, kind, begins=begins)


def _child_id(session: Session, kind: RoundKind, number: str, *, by: Acting) -> str | None:
    """Return the child whose family alone is meant; None for every other act. Raises `NoSuchChild`."""
    if kind != "one-family":
        return None
    found = families.child_by_number(session, number, by.sites)
    if found is None:
        raise NoSuchChild
    return found.id


def send_again(
    house: House,
    mailing_id: str,
    kind: RoundKind,
    *,
    by: Acting,
    seen: Seen,
    child: str = "",
    now: datetime,
) -> Sent:
    """Do what was looked at. A second press is the same act.

    Raises what looking at it raises, `ChangedMeanwhile`, `NobodyLeft`, `GuardSaysNo`.
    """
    for _ in range(3):  # an import may finish between judging and writing; each turn looks anew
        try:
            prepared = _prepare(house, mailing_id, kind, by=by, seen=seen, child=child, now=now)
            if isinstance(prepared, Sent):
                return prepared
            if kind == "top-up":
                _judge_again(house, mailing_id, prepared.roster, by=by, now=now)
            with house.db.write() as session:
                return send_round.send_round(session, house.keys, prepared, by=by, now=now)
        except RosterChanged:
            continue
        except (ChangedMeanwhile, Refused):  # on PostgreSQL another press may have come between any two looks
            before = _before(house, mailing_id, kind, seen, child=child, by=by)
            if before is None:
                raise
            return before
    raise RosterChanged


def _before(house: House, mailing_id: str, kind: RoundKind, seen: Seen, *, child: str, by: Acting) -> Sent | None:
    with house.db.read() as session:
        mailing = send_round.check_may_send(session, mailing_id, by=by)
        child_id = _child_id(session, kind, child, by=by)
        return send_round.sent_before(session, mailing, kind, seen[1], child_id=child_id, by=by)


def _prepare(
    house: House,
    mailing_id: str,
    kind: RoundKind,
    *,
    by: Acting,
    seen: Seen,
    child: str,
    now: datetime,
) -> Prepared | Sent:
    hold = timedelta(seconds=house.settings.hold_seconds)
    with house.db.read() as session:
        mailing = send_round.check_may_send(session, mailing_id, by=by)
        child_id = _child_id(session, kind, child, by=by)
        before = send_round.sent_before(session, mailing, kind, seen[1], child_id=child_id, by=by)
        if before is not None:
            return before
        mailings.check_version(mailing, seen[0])
        mailing, planned = look_at_round(house, session, mailing_id, kind, by=by, child=child, now=now)
        return send_round.prepare_round(session, house.keys, mailing, planned, now=now, hold=hold)


def _judge_again(house: House, mailing_id: str, roster: int, *, by: Acting, now: datetime) -> None:
    """Judge letter and words by today's roster: who is new may be named in them. Raises `GuardSaysNo`."""
    with house.db.read() as session:
        mailing = mailings.find_any(session, mailing_id)
        assert mailing is not None
        terms = audiences.terms_of(session, mailing)
        words = mailings.words_of(session, mailing_id)
        held = [one for one in documents.documents_of(session, mailing_id) if not (one.revoked_at or one.replaced_at)]
    measure = yardstick(house, terms, now=now, sites=by.sites)
    if measure.number != roster:
        raise RosterChanged
    stopped, found = None, judge_written(house, measure, mailing, words)
    if found.is_clear:
        stopped, found = judge_documents(house, measure, held)
    if not found.is_clear:
        tell_stop(house, found, what="recheck", sha256=stopped.sha256 if stopped else "", by=by, now=now)
        raise GuardSaysNo(one_after_another(CHANGED_SINCE, kept(found.reason)))
