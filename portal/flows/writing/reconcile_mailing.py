"""What does not add up between files and children is put right by a person, one at a time; each is in the ledger."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel import Session

from portal.documents.errors import NothingGiven
from portal.documents.repository import intakes
from portal.documents.rules.reconciling import LEAVE_OUT_LEAST
from portal.families import repository as families
from portal.kernel.errors import WrongCall
from portal.kernel.secrets.keys import KeyRing
from portal.ledger import repository as ledger
from portal.ledger.rules import Act
from portal.mailings import repository as mailings
from portal.mailings.errors import DraftFaults, NotNow
from portal.mailings.rules import Term, move
from portal.mailings.tables import Mailing
from portal.staff.rules import Acting
from portal.words.sentences import sentence


def open_for_change(session: Session, mailing_id: str, *, by: Acting) -> Mailing:
    """Lead a mailing with one letter for each child back to draft, because somebody changes what is in it.

    Whoever changes it approves it not. Raises `NoSuchMailing`, `NotNow`, `WrongCall` for a shared letter.
    """
    mailing = seen(session, mailing_id, by=by)
    mailings.advance(session, mailing, "edit", submitted_at=None, return_reason="", judged_by=None)
    mailings.add_writer(session, mailing.id, by.id)
    return mailing


def seen(session: Session, mailing_id: str, *, by: Acting) -> Mailing:
    """Return a mailing that somebody may change now. Raises `NoSuchMailing`, `NotNow`, `WrongCall`."""
    mailing = mailings.find(session, mailing_id, staff_id=by.id, sites=by.sites)
    if mailing.way == "shared":
        raise WrongCall(sentence("This mailing has one letter for everybody. Change the letter instead."))
    move(mailing.state, "edit")
    intake = intakes.intake_of(session, mailing.id)
    if intake is not None and intake.state in {"waiting", "running"}:
        raise NotNow(sentence("The files are still being read. Wait until that is done, then change what is left."))
    return mailing


def child_called(session: Session, number: str, *, by: Acting) -> str:
    """Return the id of the child with this student number within somebody's sites. Raises `DraftFaults`."""
    child = families.child_by_number(session, number.strip(), by.sites)
    if child is None or child.left_at is not None:
        raise DraftFaults(
            {"number": sentence("No child on the roster has the number %(numbers)s.", numbers=number.strip()[:40])}
        )
    return child.id


def drop_files(
    session: Session, keys: KeyRing, mailing: Mailing, given_ids: Sequence[str], *, by: Acting, now: datetime
) -> list[str]:
    """Take files out of a draft; return the ids whose blobs may go. Raises `NothingGiven`."""
    known = {one.id: one.sha256 for one in intakes.given_files(session, mailing.id)}
    if not set(given_ids) <= known.keys():
        raise NothingGiven
    gone = intakes.forget_given_files(session, mailing.id, given_ids)
    acts = [Act("document:drop", by.label, {"mailing": mailing.id, "sha256": known[one]}) for one in given_ids]
    ledger.append(session, keys, acts, now=now)
    return gone


def leave_out(
    session: Session, keys: KeyRing, mailing: Mailing, reasons: Mapping[str, str], *, by: Acting, now: datetime
) -> None:
    """Leave children out, by id, each with its reason. Raises `DraftFaults` for a reason that says nothing."""
    said = {child_id: " ".join(reason.split())[:200] for child_id, reason in reasons.items()}
    if any(len(reason) < LEAVE_OUT_LEAST for reason in said.values()):
        raise DraftFaults({"reason": sentence("Say in a few words why the child gets no letter.")})
    mailings.set_leave_outs(session, mailing.id, said, by_id=by.id, now=now)
    acts = [Act("mailing:leave-out", by.label, {"mailing": mailing.id, "child": child_id}) for child_id in said]
    ledger.append(session, keys, acts, now=now)


def take_in(session: Session, keys: KeyRing, mailing: Mailing, child_id: str, *, by: Acting, now: datetime) -> None:
    """Leave a child out no longer."""
    mailings.take_in(session, mailing.id, child_id)
    about = {"mailing": mailing.id, "child": child_id}
    ledger.append(session, keys, [Act("mailing:take-in", by.label, about)], now=now)


def narrow(
    session: Session, keys: KeyRing, mailing: Mailing, terms: Sequence[Term], *, by: Acting, now: datetime
) -> None:
    """Make a part of the audience the whole of it; whoever was left out of the rest is no question any more."""
    pairs = [(term.kind, term.value) for term in terms]
    mailings.put(session, mailing, terms, families.sites_of_audience(session, pairs))
    here = {row[0] for row in families.pupils_of(session, pairs)}
    for child_id in mailings.leave_outs(session, mailing.id).keys() - here:
        mailings.take_in(session, mailing.id, child_id)
    about = {"mailing": mailing.id, "what": "audience"}
    ledger.append(session, keys, [Act("mailing:edit", by.label, about)], now=now)


def note_sample_seen(session: Session, mailing_id: str, *, version: int, by: Acting, now: datetime) -> None:
    """Note that somebody has looked at the sample of the version they saw. Raises `ChangedMeanwhile`."""
    mailing = mailings.find(session, mailing_id, staff_id=by.id, sites=by.sites)
    mailings.check_version(mailing, version)
    mailings.note_sample_seen(session, mailing, by.id, now=now)
