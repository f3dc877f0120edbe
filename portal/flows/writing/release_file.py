"""A second person lets a stopped file pass that names one or two families, or is a list of strangers: with a reason."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from portal.documents import repository as documents
from portal.documents.errors import NothingHeld
from portal.documents.rules import STRANGERS, reason_of
from portal.families import repository as families
from portal.kernel.secrets.keys import KeyRing
from portal.ledger import repository as ledger
from portal.ledger.rules import Act, Fact
from portal.mailings import repository as mailings
from portal.mailings.errors import NotNow, OwnMailing
from portal.mailings.rules import state_words
from portal.mailings.tables import Mailing
from portal.overviews.audience import audiences
from portal.staff.errors import NotAllowed, OutOfScope
from portal.staff.rules import Acting
from portal.words.sentences import sentence


@dataclass(frozen=True, slots=True)
class Releasing:
    """A stopped file as somebody may release it, and the mailing it is for, at the version they look at."""

    mailing: Mailing
    id: str
    file_name: str
    media_type: str
    size: int
    sha256: str
    findings: str
    tried_by_id: str
    stopped_at: datetime
    expires_at: datetime


def check_may_release(session: Session, mailing_id: str, *, by: Acting, now: datetime) -> Releasing:
    """Return the stopped file if this person may release it now.

    Raises `NoSuchMailing`, `NotAllowed`, `OwnMailing`, `OutOfScope`, `NotNow` and `NothingHeld`.
    """
    mailing = mailings.find(session, mailing_id, staff_id=by.id, sites=by.sites)
    if not by.may_approve:
        raise NotAllowed(sentence("Your role releases no files. Ask an approver."))
    held = documents.held_file(session, mailing_id)
    if held is None or held.expires_at <= now:
        raise NothingHeld
    if by.id in {mailing.author_id, held.tried_by_id} or mailings.has_written(session, mailing_id, by.id):
        raise OwnMailing(
            sentence("Nobody releases a file of a letter they wrote or changed themselves. Ask a second person.")
        )
    if families.audience_leaves_scope(session, audiences.terms_of(session, mailing), by.sites):
        raise OutOfScope(sentence("This letter reaches children outside the sites you may approve for."))
    if mailing.state != "draft":  # what others look at now must not change under their eyes
        raise NotNow(
            sentence(
                "This letter is %(state)s with another file. Its writer has to choose this one anew.",
                state=state_words(mailing.state),
            )
        )
    return Releasing(
        mailing, held.id, held.file_name, held.media_type, held.size, held.sha256, held.findings, held.tried_by_id,
        held.stopped_at, held.expires_at,
    )  # fmt: skip


def release_file(
    session: Session,
    keys: KeyRing,
    document_id: str,
    seen: Releasing,
    *,
    people: frozenset[str],
    children: int,
    rows: int,
    reason: str,
    by: Acting,
    now: datetime,
) -> None:
    """Write down who released the document, and why; after it was attached, in the same transaction.

    Of nobody, with so many `rows`, it is that of a list of people who are not on the roster.

    Raises `ReasonTooShort`, and whatever `check_may_release` raised had it changed since.
    """
    reason = reason_of(reason)
    row = {
        "document_id": document_id,
        "tried_by_id": seen.tried_by_id,
        "by_id": by.id,
        "reason": reason,
        "people": " ".join(sorted(people)) or (STRANGERS if rows else ""),
        "released_at": now,
    }
    documents.add_release(session, row)
    about: dict[str, Fact] = {
        "mailing": seen.mailing.id,
        "document": document_id,
        "stopped": seen.id,
        "sha256": seen.sha256,
        "children": children,
        "people": sorted(people),
        "rows": rows,
        "reason_sha256": hashlib.sha256(reason.encode()).hexdigest(),
    }
    ledger.append(session, keys, [Act("document:release", by.label, about)], now=now)
