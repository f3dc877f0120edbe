"""A second person says yes or no; a yes freezes who gets what, and the hold begins."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from portal.documents import repository as documents
from portal.documents.errors import FileTakenBack
from portal.documents.repository import keeping
from portal.documents.tables import Document
from portal.families import repository as families
from portal.families.rules import Plan, later_wave
from portal.kernel.errors import WrongCall
from portal.kernel.ids import new_id
from portal.kernel.secrets import tokens
from portal.kernel.secrets.keys import KeyRing
from portal.ledger import repository as ledger
from portal.ledger.rules import Act, Fact
from portal.links import repository as links
from portal.mailings import repository as mailings
from portal.mailings.errors import (
    AlreadyApproved,
    NobodyReached,
    NotReconciled,
    OwnMailing,
    RosterChanged,
    SampleNotSeen,
)
from portal.mailings.rules import held_until as when_held
from portal.mailings.rules import move
from portal.mailings.tables import Mailing
from portal.outbox import repository as outbox
from portal.overviews.audience import audiences
from portal.overviews.operation import judged_by
from portal.overviews.operation.judged_by import Terms
from portal.overviews.people.approvers import approvers_of
from portal.overviews.per_child import reconciling
from portal.staff.errors import NotAllowed, OutOfScope
from portal.staff.rules import Acting
from portal.words.sentences import numbered, sentence

Row = dict[str, Any]
_APPROVED = frozenset({"held", "sending", "paused", "sent"})


@dataclass(frozen=True, slots=True)
class Prepared:
    """Every row of an approval, worked out before the write lock is taken, for one version of all it rests on."""

    mailing_id: str
    version: int
    roster: int
    copies: list[Row]
    links: list[Row]
    notices: list[Row]
    notice_links: list[Row]
    left_out: list[Row]
    held_until: datetime
    links_expire_at: datetime
    families: int
    asks_code: bool
    terms: Terms


def submit_mailing(
    session: Session, keys: KeyRing, mailing_id: str, *, by: Acting, version: int | None, now: datetime
) -> Mailing:
    """Ask for approval; everybody who may approve it is told by mail."""
    mailing = mailings.find(session, mailing_id, staff_id=by.id, sites=by.sites)
    _check_no_file_is_dead(session, mailing)
    if version is not None:
        mailings.check_version(mailing, version)
    terms = audiences.terms_of(session, mailing)
    if families.audience_leaves_scope(session, terms, by.sites):  # their sites or the roster changed since
        raise OutOfScope
    if not audiences.plan_of(session, mailing, now=now).addressees:
        raise NobodyReached
    mailings.advance(session, mailing, "submit", submitted_at=now, return_reason="", reminded_at=None)
    approvers = [one.id for one in approvers_of(session, mailing)]
    turn = outbox.next_turn(session, "approval-asked", about_id=mailing_id)
    outbox.queue_staff_mail(session, "approval-asked", approvers, about_id=mailing_id, now=now, turn=turn)
    ledger.append(session, keys, [Act("mailing:submit", by.label, {"mailing": mailing_id})], now=now)
    return mailing


def return_mailing(
    session: Session, keys: KeyRing, mailing_id: str, *, by: Acting, reason: str, now: datetime
) -> Mailing:
    """Send a mailing back to its author with a reason; the author is told by mail."""
    mailing = mailings.find(session, mailing_id, staff_id=by.id, sites=by.sites)
    _check_approver(session, mailing, by)
    if not reason.strip():
        raise WrongCall(sentence("Say what should be different; the author reads it."))
    mailings.advance(session, mailing, "return", return_reason=reason.strip()[:1_000])
    turn = outbox.next_turn(session, "returned", about_id=mailing_id)
    outbox.queue_staff_mail(session, "returned", [mailing.author_id], about_id=mailing_id, now=now, turn=turn)
    ledger.append(session, keys, [Act("mailing:return", by.label, {"mailing": mailing_id})], now=now)
    return mailing


def _check_approver(session: Session, mailing: Mailing, by: Acting) -> None:
    if not by.may_approve:
        raise NotAllowed(sentence("Your role does not approve letters. Ask an approver."))
    if by.id == mailing.author_id or mailings.has_written(session, mailing.id, by.id):
        raise OwnMailing
    if families.audience_leaves_scope(session, audiences.terms_of(session, mailing), by.sites):
        raise OutOfScope(sentence("This mailing reaches children outside the sites you may approve for."))


def check_may_approve(session: Session, mailing_id: str, *, by: Acting, terms: Terms, waived: bool = False) -> Mailing:
    """Return the mailing if this person may approve it now. Raises what stands in the way.

    `waived`: the author asks, and a setting lets their own word do; never for a released mailing, nor a confidential
    one (`approve_without_second_person`). Who wrote letters to one family needs no sample of them.
    `RosterChanged` is the one obstacle that the door itself can clear, by having the guard look again: something moved
    that a verdict hung on, be it the roster, the staff, a known picture or a setting among the `terms`.
    """
    mailing = mailings.find(session, mailing_id, staff_id=by.id, sites=by.sites)
    if mailing.state in _APPROVED and not waived:
        _check_approver(session, mailing, by)
        raise AlreadyApproved  # two approvers pressed, or one of them twice
    move(mailing.state, "approve")
    if not waived:
        _check_approver(session, mailing, by)
    elif mailing.author_id != by.id or documents.releases_of(session, mailing_id):
        raise NotAllowed
    elif families.audience_leaves_scope(session, audiences.terms_of(session, mailing), by.sites):
        raise OutOfScope
    _check_no_file_is_dead(session, mailing)
    if mailing.judged_by != judged_by.version(session, terms):
        raise RosterChanged
    if mailing.way != "shared" and not waived and not mailings.has_seen_sample(session, mailing, by.id):
        raise SampleNotSeen
    return mailing


def _check_no_file_is_dead(session: Session, mailing: Mailing) -> None:
    """Families would be mailed a link to a letter that was taken back or shredded before anybody approved it."""
    if documents.has_taken_back(session, mailing.id) or keeping.is_closed(session, mailing.id):
        raise FileTakenBack


def note_checked_again(
    session: Session, keys: KeyRing, mailing_id: str, *, version: int, judged_by: str, now: datetime
) -> None:
    """Note that the guard has cleared this version of a mailing by what is in force now. Raises `ChangedMeanwhile`."""
    mailing = mailings.find_any(session, mailing_id)
    assert mailing is not None
    mailings.check_version(mailing, version)
    mailing.judged_by = judged_by
    session.add(mailing)
    session.flush()
    ledger.append(
        session, keys, [Act("mailing:check", "portal", {"mailing": mailing.id, "judged_by": judged_by})], now=now
    )


def prepare_approval(
    session: Session, keys: KeyRing, mailing: Mailing, *, terms: Terms, now: datetime, hold: timedelta
) -> Prepared:
    """Work out every copy, link and notice, without a lock: 2,900 children take some tenths of a second."""
    files = documents.documents_of(session, mailing.id)
    plan = audiences.plan_of(session, mailing, now=now)
    if mailing.way != "shared":
        sent = _that_add_up(session, mailing, now=now)
        files = [one for one in files if one.id in sent]
        if not {child for _, child in plan.pairs} <= {one.addressee_id for one in files}:
            raise NotReconciled
    if not plan.addressees:
        raise NobodyReached
    held_until = when_held(held_from=now, hold=hold, send_at=mailing.send_at)
    expires_at = held_until + timedelta(days=mailing.link_days)
    shared: Row = {"mailing_id": mailing.id}
    link_rows, notices, notice_links = _messages(keys, plan, shared, now=now, due=held_until, expires=expires_at)
    waiting = later_wave(plan.addressees, first=mailing.first_wave)
    notices = [row | {"wave": int(row["guardian_id"] in waiting)} for row in notices]
    copies = _copies(files, sorted({row["child_id"] for row in link_rows}), shared)
    left_out = _left_out(plan, shared)
    roster = families.newest_roster(session)
    return Prepared(
        mailing.id,
        mailing.version,
        roster,
        copies,
        link_rows,
        notices,
        notice_links,
        left_out,
        held_until,
        expires_at,
        plan.families,
        audiences.asks_code(mailing, plan),
        terms,
    )


def _left_out(plan: Plan, shared: Row) -> list[Row]:
    return [
        {"id": new_id(), "child_id": one.child_id, "guardian_id": one.guardian_id, "why": one.why} | shared
        for one in plan.omissions
    ]


def check_adds_up(session: Session, mailing: Mailing, *, now: datetime) -> None:
    """Refuse letters to single children while files and children do not add up. Raises `NotReconciled`."""
    if mailing.way != "shared":
        _that_add_up(session, mailing, now=now)


def _that_add_up(session: Session, mailing: Mailing, *, now: datetime) -> frozenset[str]:
    """Return the documents that are in the table of files and children: a child who is left out has none there."""
    table = reconciling.table_of(session, mailing.id, now=now)
    if not table.is_complete:
        raise NotReconciled
    return frozenset(document for pair in table.found.pairs if (document := table.files[pair.place].document_id))


def _copies(files: Sequence[Document], children: Sequence[str], shared: Row) -> list[Row]:
    """Give each child its own document, or all children every shared one."""
    reached = frozenset(children)
    return [
        {"id": new_id(), "document_id": one.id, "kind": one.kind, "addressee_id": one.addressee_id,
         "child_id": child_id} | shared
        for one in files
        for child_id in ([one.addressee_id] if one.addressee_id else children)
        if child_id in reached
    ]  # fmt: skip


def _messages(
    keys: KeyRing, plan: Plan, shared: Row, *, now: datetime, due: datetime, expires: datetime
) -> tuple[list[Row], list[Row], list[Row]]:
    link_rows: list[Row] = []
    notices: list[Row] = []
    notice_links: list[Row] = []
    key_id = keys.newest("link-token")
    for one in plan.addressees:
        notice_id = new_id()
        mine = {"guardian_id": one.guardian_id} | shared
        notices.append(
            {"id": notice_id, "round": 0, "address": one.address, "state": "queued", "attempts": 0, "due_at": due,
             "reply": ""} | mine
        )  # fmt: skip
        for child_id in one.children:
            link_id = new_id()
            code = tokens.mint_code(keys, link_id, key_id)
            link_rows.append(
                {"id": link_id, "child_id": child_id, "edition": 1, "code_key_id": key_id,
                 "code_lookup": tokens.code_lookup(keys, code, key_id), "created_at": now, "expires_at": expires,
                 "revoked_at": None, "revoked_why": ""} | mine
            )  # fmt: skip
            notice_links.append({"notice_id": notice_id, "link_id": link_id, "child_id": child_id} | mine)
    return link_rows, notices, notice_links


def approve_mailing(session: Session, keys: KeyRing, prepared: Prepared, *, by: Acting, now: datetime) -> Mailing:
    """Freeze audience and addresses, write links and notices, and begin the hold: one transaction.

    Raises `ChangedMeanwhile` or `RosterChanged` when anything it rests on has moved since it was prepared.
    """
    mailing = check_may_approve(session, prepared.mailing_id, by=by, terms=prepared.terms)
    _write(session, mailing, prepared, approver_id=by.id, approved_at=now)
    about = _about(mailing, prepared)
    ledger.append(session, keys, [Act("mailing:approve", by.label, about)], now=now)
    return mailing


def approve_without_second_person(
    session: Session, keys: KeyRing, prepared: Prepared, *, below: int, by: Acting, now: datetime
) -> Mailing:
    """Let the author's own word do for a letter to a few families, where a setting waives the second person.

    Raises `NotAllowed` for a confidential one, and where it reaches `below` families or more by now: an import may have
    come since it was asked.
    """
    if prepared.asks_code:
        raise NotAllowed(sentence("A second person approves what asks families for a code."))
    if prepared.families >= below:
        raise NotAllowed(
            numbered(
                "This letter reaches %(number)s family by now, so a second person approves it.",
                "This letter reaches %(number)s families by now, so a second person approves it.",
                prepared.families,
            )
        )
    mailing = check_may_approve(session, prepared.mailing_id, by=by, terms=prepared.terms, waived=True)
    _write(session, mailing, prepared, approval_waived=True, approved_at=now)
    about = _about(mailing, prepared)
    ledger.append(session, keys, [Act("mailing:approve-waived", by.label, about)], now=now)
    return mailing


def _about(mailing: Mailing, prepared: Prepared) -> dict[str, Fact]:
    return {
        "mailing": mailing.id, "links": len(prepared.links), "notices": len(prepared.notices),
        "judged_by": mailing.judged_by,
    }  # fmt: skip


def _write(session: Session, mailing: Mailing, prepared: Prepared, **approval: Any) -> None:  # noqa: ANN401 - columns differ in type
    mailings.check_version(mailing, prepared.version)
    if not families.stays_newest(session, prepared.roster):
        raise RosterChanged
    mailings.advance(
        session,
        mailing,
        "approve",
        held_until=prepared.held_until,
        links_expire_at=prepared.links_expire_at,
        confidential=prepared.asks_code,
        **approval,
    )
    documents.add_copies(session, prepared.copies)
    links.add_links(session, prepared.links)
    outbox.add_notices(session, prepared.notices, prepared.notice_links)
    mailings.add_left_out(session, prepared.left_out)
