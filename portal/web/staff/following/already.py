"""Somebody presses a second time, or in a second window: they are told what was done, and by whom, not a refusal."""

from collections.abc import Callable, Sequence
from datetime import datetime

from portal.overviews.writing import mailing_seen
from portal.overviews.writing.mailing_seen import MailingSeen
from portal.web.guards import StaffRequest
from portal.web.render import when_words
from portal.words.sentences import one_after_another, sentence
from portal.words.several import one_of

_APPROVED = frozenset({"held", "sending", "paused", "sent"})
_FEW = 3
At = Callable[[datetime], str]


def done_before(ask: StaffRequest, act: str, mailing_id: str) -> str:
    """Return what was done already of what somebody pressed for; nothing where it was not."""
    settings = ask.house.settings
    with ask.house.db.read() as session:
        seen = mailing_seen.mailing_seen(
            session, ask.acting, mailing_id, organisation=settings.organisation, now=ask.now
        )

    def at(moment: datetime) -> str:
        return when_words(moment, settings.zone, now=ask.now)

    match act:
        case "submitted":
            return _asked(seen, ask.form.number("version") or 0, at)
        case "approved":
            return _approved(seen, ask.acting.id, at) if ask.acting.may_approve else ""
        case "returned":
            is_same = seen.mailing.return_reason == ask.form.text("reason").strip()[:1_000]
            return (
                sentence("You returned it. Its author is told, with your reason.")
                if seen.mailing.state == "returned" and is_same
                else ""
            )
        case _:
            return ""


def _asked(seen: MailingSeen, version: int, at: At) -> str:
    mailing = seen.mailing
    if mailing.submitted_at is None:
        return ""
    when = at(mailing.submitted_at)
    asked = (
        sentence("You asked for approval at %(when)s.", when=when)
        if seen.is_mine
        else sentence("Approval was asked for at %(when)s.", when=when)
    )
    if mailing.state == "waiting" and mailing.version == version + 1:  # what was asked for is what was looked at
        return one_after_another(asked, _waits_for(seen.people.asked))
    if mailing.state in _APPROVED and mailing.approved_at is not None:
        return one_after_another(
            asked, _by_whom(seen.people.approver, at(mailing.approved_at), is_waived=mailing.approval_waived)
        )
    return ""


def _by_whom(approver: str, when: str, *, is_waived: bool) -> str:
    if is_waived:
        return sentence("No second person was needed.")
    return sentence("%(approver)s approved it at %(when)s.", approver=approver, when=when)


def _waits_for(asked: Sequence[str]) -> str:
    if not asked:
        return sentence("Nobody else may approve it yet: ask an administrator to add an approver.")
    return (
        sentence("It waits for %(names)s.", names=one_of(asked))
        if len(asked) <= _FEW
        else sentence("It waits for one of %(number)s approvers.", number=len(asked))
    )


def _approved(seen: MailingSeen, staff_id: str, at: At) -> str:
    mailing = seen.mailing
    if mailing.state not in _APPROVED or mailing.approved_at is None or mailing.approver_id is None:
        return ""
    when = at(mailing.approved_at)
    if mailing.approver_id == staff_id:
        return sentence("You approved it at %(when)s.", when=when)
    return sentence("%(approver)s approved it at %(when)s.", approver=seen.people.approver, when=when)
