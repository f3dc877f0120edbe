"""Somebody presses a second time, or in a second window: they are told what was done, and by whom, not a refusal."""

from collections.abc import Callable, Sequence
from datetime import datetime

from portal.overviews import mailing_seen
from portal.overviews.mailing_seen import MailingSeen
from portal.web.guards import StaffRequest
from portal.web.render import when_words

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
                "You returned it. Its author is told, with your reason."
                if seen.mailing.state == "returned" and is_same
                else ""
            )
        case _:
            return ""


def _asked(seen: MailingSeen, version: int, at: At) -> str:
    mailing = seen.mailing
    if mailing.submitted_at is None:
        return ""
    asked = f"{'You asked for approval' if seen.is_mine else 'Approval was asked for'} at {at(mailing.submitted_at)}."
    if mailing.state == "waiting" and mailing.version == version + 1:  # what was asked for is what was looked at
        return f"{asked} {_waits_for(seen.people.asked)}"
    if mailing.state in _APPROVED and mailing.approved_at is not None:
        by = "No second person was needed" if mailing.approval_waived else f"{seen.people.approver} approved it"
        return f"{asked} {by}{'' if mailing.approval_waived else f' at {at(mailing.approved_at)}'}."
    return ""


def _waits_for(asked: Sequence[str]) -> str:
    if not asked:
        return "Nobody else may approve it yet: ask an administrator to add an approver."
    return (
        f"It waits for {' or '.join(asked)}." if len(asked) <= _FEW else f"It waits for one of {len(asked)} approvers."
    )


def _approved(seen: MailingSeen, staff_id: str, at: At) -> str:
    mailing = seen.mailing
    if mailing.state not in _APPROVED or mailing.approved_at is None or mailing.approver_id is None:
        return ""
    who = "You" if mailing.approver_id == staff_id else seen.people.approver
    return f"{who} approved it at {at(mailing.approved_at)}."
