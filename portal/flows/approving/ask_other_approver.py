"""A mailing waits, and somebody asks another approver by name; whoever was asked before is told."""

from datetime import datetime

from sqlmodel import Session

from portal.kernel.secrets.keys import KeyRing
from portal.ledger import repository as ledger
from portal.ledger.rules import Act
from portal.mailings import repository as mailings
from portal.mailings.errors import NotNow
from portal.mailings.repository import asked_approvers
from portal.mailings.rules import state_words
from portal.mailings.tables import Mailing
from portal.outbox import repository as outbox
from portal.overviews.people import approvers
from portal.staff.errors import NotAllowed, OutOfScope
from portal.staff.rules import Acting
from portal.words.sentences import sentence


def ask_other_approver(
    session: Session, keys: KeyRing, mailing_id: str, approver_id: str, *, by: Acting, now: datetime
) -> Mailing:
    """Ask one more approver; of one asking each person is asked once by name.

    Raises `NoSuchMailing`, `NotNow`, `NotAllowed`, `OutOfScope`.
    """
    mailings.hold(session, [mailing_id])
    mailing = mailings.find(session, mailing_id, staff_id=by.id, sites=by.sites)
    if mailing.state != "waiting":
        raise NotNow(
            sentence("This letter is %(state)s, so nobody is asked to approve it.", state=state_words(mailing.state))
        )
    able = approvers.approvers_of(session, mailing)
    if not approvers.may_ask(session, mailing, by, able):
        raise NotAllowed(sentence("Whoever wrote this letter, or may approve it, asks somebody else."))
    if approver_id == by.id or approver_id not in {one.id for one in able}:
        raise OutOfScope(sentence("Choose somebody else who may approve this letter."))
    if not asked_approvers.add_asked_approver(session, mailing, approver_id, by_id=by.id, now=now):
        return mailing
    others = [one.id for one in able if one.id not in {by.id, approver_id}]
    for kind, told in (("approval-passed-on", [approver_id]), ("approval-asked-too", others)):
        turn = outbox.next_turn(session, kind, about_id=mailing_id)
        outbox.queue_staff_mail(session, kind, told, about_id=mailing_id, now=now, turn=turn)
    act = Act("mailing:ask-approver", by.label, {"mailing": mailing_id, "staff": approver_id})
    ledger.append(session, keys, [act], now=now)
    return mailing
