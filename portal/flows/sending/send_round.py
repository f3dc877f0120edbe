"""A mailing that is sent goes to some of its guardians again: one act, one message to each, held like the first."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from portal.documents import repository as documents
from portal.documents.repository import keeping
from portal.families import repository as families
from portal.kernel.errors import Refused
from portal.kernel.ids import new_id
from portal.kernel.secrets.keys import KeyRing
from portal.ledger import repository as ledger
from portal.ledger.rules import Act, Fact
from portal.links import repository as links
from portal.links.repository import for_good
from portal.mailings import repository as mailings
from portal.mailings.errors import ChangedMeanwhile, NobodyLeft, RosterChanged
from portal.mailings.rules import RoundKind, check_links_open
from portal.mailings.tables import Mailing
from portal.outbox import repository as outbox
from portal.overviews.audience import audiences
from portal.overviews.sending import rounds
from portal.overviews.sending.round_rows import RoundRows, Row
from portal.overviews.sending.rounds import Planned
from portal.staff.errors import OutOfScope
from portal.staff.rules import Acting
from portal.words.sentences import sentence

_ACTS: dict[RoundKind, str] = {
    "again": "mailing:again",
    "reminder": "mailing:remind",
    "top-up": "mailing:top-up",
    "one-family": "mailing:one-family",
}


@dataclass(frozen=True, slots=True)
class Prepared:
    """Every row of a round, worked out before the write lock is taken, for one version of all it rests on."""

    mailing_id: str
    version: int
    roster: int
    kind: RoundKind
    number: int
    copies: list[Row]
    links: list[Row]
    notices: list[Row]
    notice_links: list[Row]
    left_out: list[Row]
    reached: list[tuple[str, str]]
    renewed: list[tuple[str, str]]
    held_until: datetime


@dataclass(frozen=True, slots=True)
class Sent:
    """What a round mails, from when; the same when it is asked for a second time."""

    mailing: Mailing
    number: int
    notices: int
    is_repeat: bool


def check_may_send(session: Session, mailing_id: str, *, by: Acting) -> Mailing:
    """Return a mailing whose whole audience is within somebody's sites. Raises `NoSuchMailing`, `OutOfScope`.

    Raises `NotNow` while its links are paused, `Refused` once its letters are shredded.
    """
    mailing = mailings.find(session, mailing_id, staff_id=by.id, sites=by.sites)
    check_links_open(mailing.links_paused_at)
    if families.audience_leaves_scope(session, audiences.terms_of(session, mailing), by.sites):
        raise OutOfScope
    if keeping.is_closed(session, mailing_id):
        raise Refused(sentence("The letters of this mailing were shredded, so there is nothing to send."))
    return mailing


def sent_before(
    session: Session, mailing: Mailing, kind: RoundKind, number: int, *, child_id: str | None, by: Acting
) -> Sent | None:
    """Return what the same person's same act did before; None where that round is still to come.

    `child_id`: of one family, whose it is. Raises `ChangedMeanwhile` where that round was another act.
    """
    done = mailings.round_of(session, mailing.id, number)
    if done is None:
        return None
    if (done.kind, done.by_id) != (kind, by.id):
        raise ChangedMeanwhile(
            sentence("Somebody else has just sent something of this mailing. Look again before you send more.")
        )
    if kind == "one-family" and rounds.children_of_round(session, mailing.id, number) != {child_id}:
        raise ChangedMeanwhile(
            sentence("You have just sent this to another family. Look again before you send it to this one.")
        )
    return Sent(mailing, number, done.notices, is_repeat=True)


def prepare_round(
    session: Session, keys: KeyRing, mailing: Mailing, planned: Planned, *, now: datetime, hold: timedelta
) -> Prepared:
    """Work out every copy, link and notice of a round, without a lock. Raises `NobodyLeft`."""
    if not planned.recipients:
        raise NobodyLeft
    shared: Row = {"mailing_id": mailing.id}
    begins = now + hold
    made = RoundRows(keys, shared | {"round": planned.number}, now, begins, begins + timedelta(days=mailing.link_days))
    for recipient in planned.recipients:
        made.add(recipient)
    left_out: list[Row] = [
        {"id": new_id(), "child_id": one.child_id, "guardian_id": one.guardian_id, "why": one.why} | shared
        for one in planned.omissions
    ]
    return Prepared(
        mailing.id, mailing.version, families.newest_roster(session), planned.kind, planned.number,
        _copies(session, mailing, planned.copyless), made.links, made.notices, made.notice_links, left_out,
        [(one.guardian_id, carried.child_id) for one in planned.recipients for carried in one.children],
        made.renewed, begins,
    )  # fmt: skip


def _copies(session: Session, mailing: Mailing, children: tuple[str, ...]) -> list[Row]:
    wanted = frozenset(children)
    rows: list[Row] = []
    for document in documents.documents_of(session, mailing.id) if wanted else ():
        if document.revoked_at is None and document.replaced_at is None:
            addressees = sorted(wanted) if document.addressee_id is None else sorted({document.addressee_id} & wanted)
            rows += [
                {"id": new_id(), "document_id": document.id, "mailing_id": mailing.id, "kind": document.kind,
                 "addressee_id": document.addressee_id, "child_id": child_id}
                for child_id in addressees
            ]  # fmt: skip
    return rows


def send_round(session: Session, keys: KeyRing, prepared: Prepared, *, by: Acting, now: datetime) -> Sent:
    """Write a round with its notices and begin its hold: one transaction, once however often it is asked for.

    Raises `ChangedMeanwhile` or `RosterChanged` when anything it rests on has moved since it was prepared.
    """
    mailing = check_may_send(session, prepared.mailing_id, by=by)
    child_id = _child_of(prepared)
    before = sent_before(session, mailing, prepared.kind, prepared.number, child_id=child_id, by=by)
    if before is not None:
        return before
    _check_still_so(session, mailing, prepared)
    mailings.advance(session, mailing, "again", round=prepared.number, held_until=prepared.held_until, ended_by_id=None)
    count = len(prepared.notices)
    mailings.add_round(session, mailing, prepared.kind, by_id=by.id, at=now, notices=count)
    documents.add_copies(session, prepared.copies)
    links.add_links(session, prepared.links)
    outbox.add_notices(session, prepared.notices, prepared.notice_links)
    if prepared.kind != "reminder":
        mailings.take_out_of_left_out(session, mailing.id, prepared.reached)
    mailings.add_left_out(session, prepared.left_out)
    if prepared.kind == "top-up":
        terms = audiences.terms_of(session, mailing)
        mailings.add_sites(session, mailing.id, families.sites_of_audience(session, terms))
    ledger.append(session, keys, [Act(_ACTS[prepared.kind], by.label, _about(prepared))], now=now)
    return Sent(mailing, prepared.number, count, is_repeat=False)


def _check_still_so(session: Session, mailing: Mailing, prepared: Prepared) -> None:
    mailings.check_version(mailing, prepared.version)
    if not families.stays_newest(session, prepared.roster):
        raise RosterChanged
    mailings.hold(session, [mailing.id])  # before its links, like whoever takes it back
    if for_good.any_taken_back(session, mailing.id, prepared.renewed):
        raise ChangedMeanwhile(
            sentence("A link of this mailing was taken back meanwhile. Look again before you send it.")
        )


def _about(prepared: Prepared) -> dict[str, Fact]:
    about: dict[str, Fact] = {
        "mailing": prepared.mailing_id,
        "round": prepared.number,
        "notices": len(prepared.notices),
        "links": len(prepared.links),
        "copies": len(prepared.copies),
    }
    child_id = _child_of(prepared)
    return about | ({"child": child_id} if child_id else {})


def _child_of(prepared: Prepared) -> str | None:
    """Return whose family alone a round mails; None where it is not one family's."""
    return next(child for _, child in prepared.reached) if prepared.kind == "one-family" else None
