"""Families without a mail address get a page of paper: made once, printed at will, and marked by hand.

A page hands out live links, so whoever prints is in the ledger before the pages are in anybody's hands.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from portal.documents import repository as documents
from portal.documents.repository import keeping
from portal.families import repository as families
from portal.kernel.configuration.settings import Settings
from portal.kernel.errors import Refused
from portal.kernel.ids import new_id
from portal.kernel.secrets import tokens
from portal.kernel.secrets.keys import KeyRing
from portal.ledger import repository as ledger
from portal.ledger.rules import Act, Fact
from portal.links import repository as links
from portal.links.repository import for_good
from portal.mailings import repository as mailings
from portal.mailings.errors import ChangedMeanwhile, RosterChanged
from portal.mailings.rules import check_links_open
from portal.mailings.rules import check_may_print as check_state
from portal.mailings.tables import Mailing
from portal.outbox import repository as outbox
from portal.outbox.rules import STOPPED, PaperMark, marked
from portal.overviews.audience import audiences
from portal.overviews.sending.unprinted import Carried, Unprinted
from portal.staff.errors import OutOfScope
from portal.staff.rules import Acting
from portal.words.sentences import sentence

Row = dict[str, Any]
_IDS_AN_ENTRY = 100
_PAGES_AN_ACT = 500
"""So many are written at once, so that nobody waits long for the write lock: some 150 ms."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """Every row of a print run, worked out before the write lock is taken, for one version of all it rests on."""

    mailing_id: str
    version: int
    roster: int
    copies: list[Row]
    links: list[Row]
    notices: list[Row]
    notice_links: list[Row]
    reached: list[tuple[str, str]]
    renewed: list[tuple[str, str]]
    is_last: bool


def check_may_print(session: Session, mailing_id: str, settings: Settings, *, by: Acting, now: datetime) -> Mailing:
    """Return a mailing of which this person may print pages now. Raises `NoSuchMailing`, `OutOfScope`, `NotNow`.

    Raises `Refused` once its letters are shredded.
    """
    mailing = check_may_mark(session, mailing_id, by=by)
    if keeping.is_closed(session, mailing_id):
        raise Refused(sentence("The letters of this mailing were shredded, so there is nothing to print."))
    check_links_open(mailing.links_paused_at)
    held = mailing.held_until
    hold_over = held and (settings.quiet_until(max(held, now)) or held)
    check_state(mailing.state, hold_over=hold_over, now=now, zone=settings.zone)
    return mailing


def check_may_mark(session: Session, mailing_id: str, *, by: Acting) -> Mailing:
    """Return a mailing whose whole audience is within somebody's sites. Raises `NoSuchMailing`, `OutOfScope`."""
    mailing = mailings.find(session, mailing_id, staff_id=by.id, sites=by.sites)
    if families.audience_leaves_scope(session, audiences.terms_of(session, mailing), by.sites):
        raise OutOfScope
    return mailing


def prepare_pages(session: Session, keys: KeyRing, mailing: Mailing, found: Unprinted, *, now: datetime) -> Prepared:
    """Work out every copy, link and notice of the next 500 pages that are to be added, without a lock."""
    pages = found.pages[:_PAGES_AN_ACT]
    named = {child.child_id for page in pages for child in page.children}
    prepared = Prepared(
        mailing.id, mailing.version, families.newest_roster(session), [], [], [], [], [], [],
        is_last=len(pages) == len(found.pages),
    )  # fmt: skip
    shared: Row = {"mailing_id": mailing.id}
    for document, child_id in (one for one in found.copies if one[1] in named):
        prepared.copies.append(
            {"id": new_id(), "document_id": document.id, "kind": document.kind, "addressee_id": document.addressee_id,
             "child_id": child_id} | shared
        )  # fmt: skip
    expires = max(filter(None, (mailing.links_expire_at, now + timedelta(days=mailing.link_days))))
    for page in pages:
        mine = {"guardian_id": page.guardian_id} | shared
        notice_id = new_id()
        prepared.notices.append(
            {"id": notice_id, "round": mailing.round + 1, "address": "", "channel": "paper", "state": "queued",
             "attempts": 0, "due_at": now, "reply": "", "wave": 0} | mine
        )  # fmt: skip
        for child in page.children:
            link_id = child.link_id or _add_link(keys, prepared, child, mine, now=now, expires=expires)
            prepared.notice_links.append(
                {"notice_id": notice_id, "link_id": link_id, "child_id": child.child_id} | mine
            )
            prepared.reached.append((page.guardian_id, child.child_id))
    return prepared


def _add_link(keys: KeyRing, prepared: Prepared, child: Carried, mine: Row, *, now: datetime, expires: datetime) -> str:
    link_id, key_id = new_id(), keys.newest("link-token")
    lookup = tokens.code_lookup(keys, tokens.mint_code(keys, link_id, key_id), key_id)
    prepared.links.append(
        {"id": link_id, "child_id": child.child_id, "edition": child.edition, "code_key_id": key_id,
         "code_lookup": lookup, "created_at": now, "expires_at": expires, "revoked_at": None, "revoked_why": ""} | mine
    )  # fmt: skip
    if child.edition > 1:
        prepared.renewed.append((mine["guardian_id"], child.child_id))
    return link_id


def add_pages(
    session: Session, keys: KeyRing, settings: Settings, prepared: Prepared, *, by: Acting, now: datetime
) -> None:
    """Write the pages that a print run adds: one transaction. Nothing to add writes nothing.

    Raises `ChangedMeanwhile` or `RosterChanged` when anything it rests on has moved since it was prepared.
    """
    if not prepared.notices:
        return
    mailing = check_may_print(session, prepared.mailing_id, settings, by=by, now=now)
    mailings.check_version(mailing, prepared.version)
    if not families.stays_newest(session, prepared.roster):
        raise RosterChanged
    mailings.hold(session, [mailing.id])  # before its links, like whoever takes it back
    if for_good.any_taken_back(session, mailing.id, prepared.renewed):
        raise ChangedMeanwhile(
            sentence("A link of this mailing was taken back meanwhile. Look again before you print it.")
        )
    mailings.change_waiting(session, mailing, round=mailing.round + 1)
    mailings.add_round(session, mailing, "print", by_id=by.id, at=now, notices=len(prepared.notices))
    documents.add_copies(session, prepared.copies)
    links.add_links(session, prepared.links)
    outbox.add_notices(session, prepared.notices, prepared.notice_links)
    mailings.take_out_of_left_out(session, mailing.id, prepared.reached)
    about: dict[str, Fact] = {
        "mailing": mailing.id,
        "round": mailing.round,
        "pages": len(prepared.notices),
        "links": len(prepared.links),
        "copies": len(prepared.copies),
    }
    ledger.append(session, keys, [Act("mailing:print", by.label, about)], now=now)


def note_download(
    session: Session,
    keys: KeyRing,
    settings: Settings,
    mailing_id: str,
    notice_ids: Sequence[str],
    *,
    by: Acting,
    now: datetime,
) -> None:
    """Note who is handed which pages. Only after this is durable may a page leave. Raises as `check_may_print`."""
    check_may_print(session, mailing_id, settings, by=by, now=now)
    outbox.note_printed(session, notice_ids, now=now)
    about: dict[str, Fact] = {
        "mailing": mailing_id,
        "pages": len(notice_ids),
        "notices_sha256": hashlib.sha256(" ".join(sorted(notice_ids)).encode()).hexdigest(),
    }
    ledger.append(session, keys, [Act("paper:download", by.label, about)], now=now)


def mark_pages(
    session: Session,
    keys: KeyRing,
    mailing_id: str,
    notice_ids: Sequence[str],
    mark: PaperMark | None,
    *,
    by: Acting,
    now: datetime,
) -> int:
    """Note what became of printed pages; None takes a mark back. Return how many stood differently before.

    What was handed out before a stop or a taking back may be told afterwards too: it is what happened. Raises
    `NoSuchMailing`, `OutOfScope`.
    """
    mailing = check_may_mark(session, mailing_id, by=by)
    if mark is not None:
        state, reply = marked(mark)
    elif mailing.state in {"stopped", "revoked"}:
        state, reply = "cancelled", STOPPED
    else:
        state, reply = "queued", ""
    changed = outbox.mark_paper(
        session, mailing_id, list(notice_ids), state=state, reply=reply, done_at=None if state == "queued" else now
    )
    acts = [
        Act(
            "paper:mark",
            by.label,
            {"mailing": mailing_id, "mark": mark or "none", "notices": changed[at : at + _IDS_AN_ENTRY]},
        )
        for at in range(0, len(changed), _IDS_AN_ENTRY)
    ]
    ledger.append(session, keys, acts, now=now)
    return len(changed)
