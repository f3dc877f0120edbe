"""A corrected version takes the place of a letter's file: at the same links, for the same children, for good.

Replacing is publishing, so it takes two people: who brings the file counts as a writer of the mailing from then on,
and an approver who has written nothing of it lets it take effect. The old file is evidence and nobody's letter.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from portal.documents import repository as documents
from portal.documents.errors import NoSuchDocument, NothingToReplace
from portal.documents.tables import Document
from portal.families import repository as families
from portal.kernel.ids import new_id
from portal.kernel.secrets.keys import KeyRing
from portal.ledger import repository as ledger
from portal.ledger.rules import Act, Fact
from portal.links import repository as links
from portal.mailings import repository as mailings
from portal.mailings.errors import OwnMailing, RosterChanged
from portal.mailings.rules import check_may_correct as check_state
from portal.mailings.tables import Mailing
from portal.outbox import repository as outbox
from portal.overviews.audience import audiences
from portal.staff import repository as staff
from portal.staff.errors import NotAllowed, OutOfScope
from portal.staff.rules import Acting
from portal.words.sentences import sentence

_NO_REASON = sentence("Replaced by a corrected version.")


@dataclass(frozen=True, slots=True)
class Correcting:
    """A file that families have, and the corrected version that waits for a second person, if there is one."""

    mailing: Mailing
    old: Document
    new: Document | None


def check_may_correct(session: Session, mailing_id: str, document_id: str, *, by: Acting) -> Correcting:
    """Return a file that this person may bring a corrected version of now.

    Raises `NoSuchMailing`, `NoSuchDocument`, `OutOfScope`, and `NotNow` where there is nothing to correct.
    """
    mailing = mailings.find(session, mailing_id, staff_id=by.id, sites=by.sites)
    old = documents.find(session, document_id)
    if old is None or old.mailing_id != mailing.id:
        raise NoSuchDocument
    if families.audience_leaves_scope(session, audiences.terms_of(session, mailing), by.sites):
        raise OutOfScope
    check_state(mailing.state)
    if old.id not in {one.id for one in documents.documents_of(session, mailing.id)} or old.revoked_at is not None:
        raise NoSuchDocument(
            sentence("This file was replaced or taken back already, so there is nothing to correct in it.")
        )
    return Correcting(mailing, old, documents.correction_of(session, old.id))


def check_may_replace(
    session: Session, mailing_id: str, document_id: str, *, by: Acting, second_person: bool = True
) -> Correcting:
    """Return a corrected version that this person may let take effect now.

    `second_person`: false where a setting lets one person's word do. Raises as `check_may_correct`, and `NotAllowed`,
    `OwnMailing`, `NothingToReplace`.
    """
    seen = check_may_correct(session, mailing_id, document_id, by=by)
    if seen.new is None:
        raise NothingToReplace
    if not second_person and not _wants_a_second_look(session, seen.mailing):
        return seen
    if not by.may_approve:
        raise NotAllowed(sentence("Your role does not approve letters. Ask an approver."))
    if _has_a_hand_in(session, seen.mailing, by):
        raise OwnMailing
    return seen


def may_replace_alone(session: Session, mailing: Mailing, *, by: Acting) -> bool:
    """Tell whether this person may let the file take effect that they are about to bring, where a door offers that.

    They are then its second person: an approver who has written nothing of the mailing. Never where it is confidential,
    nor where a file of it was released.
    """
    return by.may_approve and not _has_a_hand_in(session, mailing, by) and not _wants_a_second_look(session, mailing)


def _has_a_hand_in(session: Session, mailing: Mailing, by: Acting) -> bool:
    return by.id == mailing.author_id or mailings.has_written(session, mailing.id, by.id)


def _wants_a_second_look(session: Session, mailing: Mailing) -> bool:
    return mailing.confidential or bool(documents.releases_of(session, mailing.id))


def bring_correction(
    session: Session,
    keys: KeyRing,
    seen: Correcting,
    file: Mapping[str, Any],
    *,
    judged_by: str,
    reason: str,
    by: Acting,
    now: datetime,
) -> list[str]:
    """Put a file that was judged clear and sealed beside the one it is to replace; return the ids whose blobs may go.

    `file` has its columns, `judged_by` is the version of what it was judged by. Nobody sees it until it takes effect;
    approvers are told by mail. Raises as `check_may_correct`.
    """
    seen = check_may_correct(session, seen.mailing.id, seen.old.id, by=by)
    gone = documents.forget_correction(session, seen.old.id)
    documents.add_document(session, _row(seen.old, file, now))
    mailings.add_writer(session, seen.mailing.id, by.id)
    outbox.queue_staff_mail(session, "approval-asked", _approvers(session, seen.mailing), about_id=file["id"], now=now)
    about = _about(seen, file["id"], file["sha256"]) | {"judged_by": judged_by}
    about["reason_sha256"] = hashlib.sha256(reason.encode()).hexdigest() if reason else ""
    ledger.append(session, keys, [Act("document:correct", by.label, about)], now=now)
    return gone


def _approvers(session: Session, mailing: Mailing) -> list[str]:
    """Return who may let a corrected version take effect: they are told that it waits."""
    terms = audiences.terms_of(session, mailing)
    return [
        one.id
        for one in staff.possible_approvers(session, but=mailing.author_id)
        if not families.audience_leaves_scope(session, terms, one.sites)
        and not mailings.has_written(session, mailing.id, one.id)
    ]


def _row(old: Document, file: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    same = {name: getattr(old, name) for name in ("mailing_id", "kind", "addressee_id", "language", "place")}
    return dict(file) | same | {"replaces_id": old.id, "replaced_at": None, "revoked_at": None, "created_at": now}


def _about(seen: Correcting, document_id: str, sha256: str) -> dict[str, Fact]:
    about: dict[str, Fact] = {
        "mailing": seen.mailing.id,
        "document": document_id,
        "sha256": sha256,
        "replaces": seen.old.id,
        "replaced_sha256": seen.old.sha256,
    }
    if seen.old.addressee_id:
        about["child"] = seen.old.addressee_id
    return about


def replace_document(
    session: Session, keys: KeyRing, seen: Correcting, *, roster: int, judged_by: str, second_person: bool,
    reason: str, by: Acting, now: datetime,
) -> int:  # fmt: skip
    """Let a corrected version take effect, in one transaction; return how many children's letters it is now.

    Links stay as they are. `roster` is the one that it was judged by, `judged_by` the version of all of that. Raises
    as `check_may_replace`, `RosterChanged` when another has come, `DocumentReplaced` when somebody was first.
    """
    assert seen.new is not None
    still = check_may_replace(session, seen.mailing.id, seen.old.id, by=by, second_person=second_person)
    if still.new is None or still.new.id != seen.new.id:
        raise NothingToReplace
    if not families.stays_newest(session, roster):
        raise RosterChanged
    children = documents.replace(session, seen.old.id, now=now)
    copies = [
        {"id": new_id(), "document_id": seen.new.id, "mailing_id": seen.mailing.id, "kind": seen.new.kind,
         "addressee_id": seen.new.addressee_id, "child_id": child_id}
        for child_id in children
    ]  # fmt: skip
    documents.add_copies(session, copies)
    # it is taken back for every family, and all who had opened it stay known: a later taking back is a repeat of this
    links.put_taking_back(
        session, ("document", seen.old.id), by=by.label, reason=reason or _NO_REASON, at=now, counts=(0, 0, 0)
    )
    about = _about(seen, seen.new.id, seen.new.sha256) | {"copies": len(copies), "second_person": second_person}
    about["judged_by"] = judged_by
    ledger.append(session, keys, [Act("document:replace", by.label, about)], now=now)
    return len(copies)


def drop_correction(
    session: Session,
    keys: KeyRing,
    mailing_id: str,
    document_id: str,
    *,
    correction_id: str | None = None,
    by: Acting,
    now: datetime,
) -> list[str]:
    """Forget a corrected version that has not taken effect, or this one alone; return the id whose blob may go.

    Raises as `check_may_correct`, and `NothingToReplace`.
    """
    seen = check_may_correct(session, mailing_id, document_id, by=by)
    if seen.new is None or correction_id not in {None, seen.new.id}:
        raise NothingToReplace
    gone = documents.forget_correction(session, document_id)
    act = Act("document:drop-correction", by.label, _about(seen, seen.new.id, seen.new.sha256))
    ledger.append(session, keys, [act], now=now)
    return gone
