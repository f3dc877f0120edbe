"""A mailing is written: who it is for, what it says, and the files that the guard has cleared: a letter, enclosures."""

import difflib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlmodel import Session

from portal.documents import repository as documents
from portal.documents.rules.cleared import ClearedFile, Slot
from portal.families import repository as families
from portal.kernel.ids import new_id
from portal.kernel.secrets.keys import KeyRing
from portal.ledger import repository as ledger
from portal.ledger.rules import Act, Fact
from portal.mailings import repository as mailings
from portal.mailings.errors import DraftFaults
from portal.mailings.repository.addressed import addressed_of, set_addressed
from portal.mailings.rules import Draft, Term
from portal.mailings.tables import Mailing
from portal.overviews.audience import audiences
from portal.staff.errors import OutOfScope
from portal.staff.rules import Acting
from portal.words.sentences import Sentence, one_after_another, sentence

_NO_SUCH: Mapping[str, Callable[..., Sentence]] = {
    "program": lambda **facts: sentence("There is no program “%(name)s” on the roster.", **facts),
    "site": lambda **facts: sentence("There is no site “%(name)s” on the roster.", **facts),
    "grade": lambda **facts: sentence("There is no grade “%(name)s” on the roster.", **facts),
}


def check_audience(session: Session, terms: Sequence[Term], *, by: Acting) -> None:
    """Refuse an audience that names what is not there, or that reaches outside the writer's sites.

    Raises `DraftFaults` with the nearest right name, or `OutOfScope`.
    """
    known, reachable = families.places(session, None), families.places(session, by.sites)
    for term in terms:
        if term.kind in known and term.value not in known[term.kind]:
            near = difflib.get_close_matches(term.value, reachable[term.kind], n=1, cutoff=0.5)
            hint = sentence("Did you mean “%(name)s”?", name=near[0]) if near else ""
            raise DraftFaults({"audience": one_after_another(_NO_SUCH[term.kind](name=term.value), hint)})
    unknown = families.unknown_numbers(session, [term.value for term in terms if term.kind == "child"], by.sites)
    if unknown:
        raise DraftFaults(
            {"audience": sentence("No child on the roster has the number %(numbers)s.", numbers=", ".join(unknown[:5]))}
        )
    if families.audience_leaves_scope(session, pairs_of(terms), by.sites):
        own = ", ".join(sorted(by.sites or ()))
        raise OutOfScope(
            sentence(
                "This reaches children outside the sites you may write to (%(own)s). Choose a site of yours.", own=own
            )
        )


def pairs_of(terms: Sequence[Term]) -> tuple[tuple[str, str], ...]:
    """Return terms as the plain pairs that the families room reads."""
    return tuple((term.kind, term.value) for term in terms)


def is_same_audience(session: Session, mailing_id: str, draft: Draft) -> bool:
    """Tell whether a mailing is for exactly those whom a draft names, in whatever order."""
    mailing = mailings.find_any(session, mailing_id)
    terms = {(term.kind, term.value) for term in mailings.terms_of(session, mailing_id)}
    is_same = mailing is not None and addressed_of(session, mailing) == draft.addressed
    return is_same and terms == set(pairs_of(draft.terms))


def draft_mailing(
    session: Session,
    keys: KeyRing,
    draft: Draft,
    *,
    signer: str = "",
    by: Acting,
    now: datetime,
    change: tuple[str, int] | None = None,
    as_id: str = "",
) -> Mailing:
    """Write a new mailing, or change one: any change leads back to draft and voids what was approved.

    `signer` is what its author signs with; another writer's is not taken. `change` names the mailing and the version
    that its writer looked at. `as_id` is the id of a new one, by which a form pressed twice makes one mailing.
    Raises `ChangedMeanwhile`, `NotNow`.
    """
    if change is None:
        mailing = Mailing(
            id=as_id or new_id(), title=draft.title, message=draft.message, link_days=draft.link_days,
            author_id=by.id, created_at=now,
        )  # fmt: skip
    else:
        mailing = mailings.find(session, change[0], staff_id=by.id, sites=by.sites)
        mailings.check_version(mailing, change[1])
        mailings.advance(session, mailing, "edit", submitted_at=None, return_reason="", judged_by=None)
        if not is_same_audience(session, mailing.id, draft):
            documents.void_releases(session, mailing.id)  # who released a file said yes to those it was for
        mailing.title, mailing.message, mailing.link_days = draft.title, draft.message, draft.link_days
    # Letters to single children ask for a code until the approval knows that they are for one family alone.
    mailing.confidential = draft.confidential or mailing.way != "shared"
    mailing.plain_for_one = not draft.confidential
    mailing.acknowledge = draft.acknowledge
    if mailing.author_id == by.id:
        mailing.signer = signer
    _write(session, mailing, draft)
    mailings.add_writer(session, mailing.id, by.id)
    act = Act("mailing:edit" if change else "mailing:draft", by.label, _about(mailing, draft))
    ledger.append(session, keys, [act], now=now)
    return mailing


def _about(mailing: Mailing, draft: Draft) -> dict[str, Fact]:
    narrowed: dict[str, Fact] = {} if draft.addressed is None else {"guardians": len(draft.addressed)}
    return {"mailing": mailing.id} | narrowed


def _write(session: Session, mailing: Mailing, draft: Draft) -> None:
    mailings.put(session, mailing, draft.terms, audiences.sites_for(session, mailing.id, pairs_of(draft.terms)))
    set_addressed(session, mailing, draft.addressed)
    mailings.set_words(session, mailing.id, draft.words)


def attach_documents(
    session: Session,
    keys: KeyRing,
    mailing_id: str,
    files: Sequence[ClearedFile],
    *,
    drop: Collection[Slot] = (),
    judged_by: str,
    by: Acting,
    now: datetime,
) -> tuple[Mailing, list[str]]:
    """Put cleared files into the mailing, each in place of an earlier one in its slot; it is then checked.

    The files in the slots to `drop` go, all others stay. `judged_by` is the version of what they were all
    judged by: what changed meanwhile is then judged by before approval. Returns the mailing and the ids whose blobs
    may go.
    """
    mailings.hold(session, [mailing_id])  # before its files, like whoever throws it away
    mailing = mailings.find(session, mailing_id, staff_id=by.id, sites=by.sites)
    gone = documents.remove_drafts(session, mailing_id, {*drop, *(file.slot for file in files)})
    if files:
        gone += documents.let_go(session, mailing_id)
    acts = []
    for file in files:
        documents.add_document(session, _row(file, mailing_id, now))
        about: dict[str, Fact] = {"mailing": mailing_id, "document": file.document_id, "sha256": file.sha256}
        about["judged_by"] = judged_by
        if file.language:
            about["language"] = file.language
        if file.place:
            about["place"] = file.place
        acts.append(Act("document:clear", by.label, about))
    mailings.advance(session, mailing, "check", judged_by=judged_by)
    if acts:
        ledger.append(session, keys, acts, now=now)
    return mailing, gone


def _row(file: ClearedFile, mailing_id: str, now: datetime) -> dict[str, Any]:
    row = asdict(file) | {"removed": "\n".join(file.removed) or None}
    return {"id": row.pop("document_id")} | row | {
        "mailing_id": mailing_id, "kind": "shared", "addressee_id": None, "created_at": now, "revoked_at": None,
    }  # fmt: skip
