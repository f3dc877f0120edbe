"""A message goes to a staff member: claimed, made from what is true now, handed over, and its end kept."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from portal.arrivals import repository as arrivals
from portal.arrivals.rules.reports import report_of
from portal.kernel.configuration.settings import Settings
from portal.kernel.secrets.keys import KeyRing
from portal.kernel.secrets.tokens import mint_token
from portal.kernel.text.addresses import OneAddress
from portal.mail.letters import staff_letters
from portal.mail.letters.arrival_letters import gate_stopped, gathered
from portal.mail.letters.compose import ChildLink, NoticeLetter
from portal.mail.letters.staff_letters import StaffLetter, render_staff_letter
from portal.mail.transport.room import MailRoom, Outcome, StillWanted
from portal.mailings import repository as mailings
from portal.mailings.repository.asked_approvers import asked_since_submitted
from portal.mailings.tables import Mailing
from portal.outbox import repository as outbox
from portal.outbox.rules import Lease, Pointless, Turn
from portal.outbox.tables import StaffMail
from portal.overviews.audience import audiences
from portal.overviews.family import notices
from portal.overviews.operation import admin_mail
from portal.overviews.people import staff_mail
from portal.overviews.sending import stopping
from portal.staff import repository as staff
from portal.staff.rules import Acting
from portal.words.languages import ENGLISH
from portal.words.saying import whole_day

_SAMPLE_CODE = "0000-0000-0000"
_GONE = Pointless("What it was about is over.")


@dataclass(frozen=True, slots=True)
class StaffErrand:
    """A claimed message to a staff member."""

    lease: Lease
    kind: str
    staff_id: str
    about_id: str
    turn: int


@dataclass(frozen=True, slots=True)
class StaffMessage:
    """What is said to whom; a `NoticeLetter` is a test copy of what families get."""

    to: OneAddress
    letter: StaffLetter | NoticeLetter
    preview_url: str = ""


def take_staff_turns(session: Session, turns: Sequence[Turn], *, now: datetime) -> list[StaffErrand | None]:
    """Keep how the last messages ended and claim the next ones, in one transaction."""
    errands = [
        StaffErrand(lease, mail.kind, mail.staff_id, mail.about_id, mail.turn)
        for mail, lease in outbox.take_turns(session, StaffMail, turns, now=now)
    ]
    return [errands.pop() if turn.wants_more and errands else None for turn in turns]


def message_of(
    session: Session, keys: KeyRing, settings: Settings, errand: StaffErrand, *, now: datetime
) -> StaffMessage | Pointless:
    """Return what to say as of now, or why there is nothing to say any more."""
    member = staff.by_id(session, errand.staff_id)
    if member is None:
        return Pointless("This person is no longer on the staff.")
    to = OneAddress.parse(member.address)
    if errand.kind == "sign-in":
        until = staff_mail.sign_in_lasts_until(session, errand.about_id, now=now)
        if until is None:
            return _GONE
        url = f"{settings.base_url}/staff/sign-in#{mint_token(keys, 'sign-in-token', errand.about_id)}"
        minutes = max(1, (until - now) // timedelta(minutes=1))
        return StaffMessage(to, staff_letters.sign_in_link(url=url, minutes=minutes))
    if errand.kind in {"alert", "frozen", "admin-added", "alarm"}:
        told = _about_admins(session, settings, errand, member, now=now)
        return StaffMessage(to, told) if told else _GONE
    if errand.kind in {"gathered", "gate-stopped"}:
        answer = _about_gathering(session, settings, errand)
        return StaffMessage(to, answer) if answer else _GONE
    if errand.kind == "not-mine":
        mailing = staff_mail.mailing_of_link(session, errand.about_id, now=now)
    else:
        mailing = mailings.find_any(session, errand.about_id)
    if mailing is None:
        letter: StaffLetter | NoticeLetter | None = _about_correction(session, settings, errand)
    else:
        letter = _about_mailing(session, settings, errand, mailing, now=now)
    return StaffMessage(to, letter, f"{_page(settings, errand.about_id)}/preview") if letter else _GONE


def _page(settings: Settings, mailing_id: str) -> str:
    return f"{settings.base_url}/staff/mailings/{mailing_id}"


def _about_gathering(session: Session, settings: Settings, errand: StaffErrand) -> StaffLetter | None:
    """Tell what became of what somebody sent in; of an earlier version of it there is nothing to say any more."""
    row = arrivals.find(session, errand.about_id)
    if row is None or row.version != errand.turn:
        return None
    report, page = report_of(row.report), f"{settings.base_url}/staff/gathered/{row.id}"
    if errand.kind == "gate-stopped":
        local = row.first_at.astimezone(settings.zone)
        when = f"{whole_day(local.date(), ENGLISH)} at {local:%H:%M}"
        return gate_stopped(when=when, messages=report.messages, told=report.sentences, url=page)
    mailing = mailings.find_any(session, row.mailing_id) if row.mailing_id else None
    if mailing is None:
        return None
    return gathered(
        title=mailing.title, ready=report.ready, need=report.need, is_shared=report.is_shared,
        is_asked=report.is_asked, told=report.sentences, lost=report.lost,
        url=page if report.lost else _page(settings, mailing.id),
    )  # fmt: skip


def _about_admins(
    session: Session, settings: Settings, errand: StaffErrand, by: Acting, *, now: datetime
) -> StaffLetter | None:
    """Tell how the portal itself stands, what was frozen, or who is an admin now."""

    def moment(at: datetime) -> str:
        local = at.astimezone(settings.zone)
        return f"{whole_day(local.date(), ENGLISH)} at {local:%H:%M}"

    if errand.kind == "admin-added":
        added = staff.by_id(session, errand.about_id)
        if added is None or not added.is_admin or not by.is_admin:
            return None
        who = f"{added.name} ({added.address})" if added.name else added.address
        return staff_letters.admin_added(who=who, url=f"{settings.base_url}/admin/staff/{added.id}")
    if errand.kind in {"frozen", "alarm"}:
        return _about_incident(session, settings, errand, by, moment)
    found = admin_mail.alert_now(session, settings, errand.about_id, turn=errand.turn, now=now)
    if found is None:
        return None
    (alert, fact), url = found, f"{settings.base_url}/admin/settings"
    since = moment(alert.since)
    if alert.over_at is not None:
        return staff_letters.alert_over(name=fact.name, since=since, until=moment(alert.over_at), url=url)
    return staff_letters.alert_stands(name=fact.name, sentence=fact.sentence, since=since, url=url)


def _about_incident(
    session: Session, settings: Settings, errand: StaffErrand, by: Acting, moment: Callable[[datetime], str]
) -> StaffLetter | None:
    if errand.kind == "alarm":
        raised = admin_mail.alarm_now(session, errand.about_id, by=by, moment=moment)
        return staff_letters.alarm(raised, base_url=settings.base_url) if raised else None
    facts = admin_mail.freeze_now(session, errand.about_id, by=by, moment=moment)
    url = f"{settings.base_url}/admin/incidents/{errand.about_id}"
    return staff_letters.frozen(facts, url=url) if facts else None


def _about_correction(session: Session, settings: Settings, errand: StaffErrand) -> StaffLetter | None:
    waits = staff_mail.waiting_correction(session, errand.about_id) if errand.kind == "approval-asked" else None
    if waits is None:
        return None
    mailing, document_id = waits
    url = f"{_page(settings, mailing.id)}/documents/{document_id}/replace"
    return staff_letters.correction_waits(title=mailing.title, url=url)


def _about_mailing(
    session: Session, settings: Settings, errand: StaffErrand, mailing: Mailing, *, now: datetime
) -> StaffLetter | NoticeLetter | None:
    title, url = mailing.title, _page(settings, mailing.id)
    match errand.kind:
        case "approval-asked" | "approval-passed-on" | "approval-reminder" | "approval-asked-too":
            return _about_waiting(session, settings, errand, mailing, now=now)
        case "returned" if mailing.state in {"returned", "draft"} and mailing.return_reason:
            is_by_guard = mailing.state == "draft"
            return staff_letters.returned(title=title, reason=mailing.return_reason, url=url, is_by_guard=is_by_guard)
        case "sent" | "stopped" | "wave-sent":
            return _about_end(session, errand, mailing, url=url)
        case "set-aside" | "not-mine":
            return _about_trouble(session, settings, errand, mailing)
        case "test-copy":
            expires_at = mailing.links_expire_at or now + timedelta(days=mailing.link_days)
            asks_code = audiences.asks_code(mailing, audiences.reach_of(session, mailing, now=now))
            return notices.letter_of(mailing, settings, expires_at=expires_at, is_test=True, is_confidential=asks_code)
    return None


def _approval_asked(
    session: Session, settings: Settings, mailing: Mailing, *, now: datetime, passed_on_by: str = "", since: str = ""
) -> StaffLetter:
    """Ask for a look at a mailing: at its sample where each child has a letter, for there it is approved."""
    asked = staff_mail.asked_about(session, mailing, organisation=settings.organisation, now=now)
    page = _page(settings, mailing.id)
    return staff_letters.approval_asked(
        title=mailing.title, author=asked.author, audience=asked.audience, children=asked.children,
        guardians=asked.guardians, left_out=asked.left_out, passed_on_by=passed_on_by, since=since,
        url=page if mailing.way == "shared" else f"{page}/sample",
    )  # fmt: skip


def _about_waiting(
    session: Session, settings: Settings, errand: StaffErrand, mailing: Mailing, *, now: datetime
) -> StaffLetter | None:
    """Ask for a look at a mailing that waits, tell that it waits still, or that somebody was asked by name."""
    if mailing.state != "waiting":
        return None
    if errand.kind == "approval-asked":
        is_newest = errand.turn == _newest_turn(session, errand)
        return _approval_asked(session, settings, mailing, now=now) if is_newest else None
    if errand.kind == "approval-reminder":
        assert mailing.submitted_at is not None
        local = mailing.submitted_at.astimezone(settings.zone)
        since = f"{whole_day(local.date(), ENGLISH)}, {local:%H:%M}"
        return _approval_asked(session, settings, mailing, now=now, since=since)
    rows = asked_since_submitted(session, mailing)
    named = next((one for one in reversed(rows) if (one.staff_id == errand.staff_id) == _is_named(errand)), None)
    if named is None:
        return None
    by = staff_mail.name_of(session, named.by_id)
    if _is_named(errand):
        return _approval_asked(session, settings, mailing, now=now, passed_on_by=by)
    who = staff_mail.name_of(session, named.staff_id)
    return staff_letters.approval_asked_too(title=mailing.title, who=who, by=by, url=_page(settings, mailing.id))


def _is_named(errand: StaffErrand) -> bool:
    return errand.kind == "approval-passed-on"


def _about_trouble(session: Session, settings: Settings, errand: StaffErrand, mailing: Mailing) -> StaffLetter | None:
    """Tell of a family that says it is not their child, or of files that are set aside."""
    if errand.kind == "not-mine":
        url = f"{settings.base_url}/admin/links?mailing={mailing.id}"
        return staff_letters.not_my_child(title=mailing.title, url=url)
    if not staff_mail.is_set_aside(session, mailing.id):
        return None
    return staff_letters.set_aside(title=mailing.title, url=f"{_page(settings, mailing.id)}/letters")


def _about_end(session: Session, errand: StaffErrand, mailing: Mailing, *, url: str) -> StaffLetter | None:
    """Tell how a round went, or the first wave of the first."""
    number = 0 if errand.kind == "wave-sent" else errand.turn  # each round ends once, and each wave
    counts, title = outbox.counts(session, mailing.id, round_number=number), mailing.title
    sent, refused = counts["sent"], counts["refused"]
    if errand.kind == "wave-sent":
        if mailing.state != "paused":  # somebody has been quicker
            return None
        return staff_letters.wave_sent(title=title, sent=sent, refused=refused, waiting=counts["queued"], url=url)
    if errand.kind == "sent":
        return staff_letters.sending_done(title=title, sent=sent, refused=refused, url=url)
    by = staff_mail.name_of(session, mailing.ended_by_id)
    pages = stopping.told(session, mailing.id, number).pages
    return staff_letters.sending_stopped(
        title=title, by=by, sent=sent, unsent=counts["cancelled"], pages=pages, url=url
    )


def _newest_turn(session: Session, errand: StaffErrand) -> int:
    return outbox.next_turn(session, errand.kind, about_id=errand.about_id) - 1


async def deliver_staff_mail(
    room: MailRoom,
    settings: Settings,
    errand: StaffErrand,
    message: StaffMessage,
    *,
    still_wanted: StillWanted,
    now: datetime,
) -> Outcome:
    """Write a message to a staff member and offer it to the mail server. Raises `NotOneAddress`, `Refused`."""
    mail_from = OneAddress.parse(settings.mail_from)
    message_id = f"<{errand.lease.row_id}@{mail_from.text.rpartition('@')[2]}>"
    if isinstance(message.letter, NoticeLetter):
        sample = ChildLink("", message.preview_url, _SAMPLE_CODE)  # a test copy names no child
        text = message.letter.render(message.to, message_id=message_id, date=now, children=[sample])
    else:
        text = render_staff_letter(
            message.letter,
            organisation=settings.organisation,
            mail_from=mail_from,
            to=message.to,
            message_id=message_id,
            date=now,
        )
    return await room.deliver(text, envelope_from=mail_from, to=message.to, still_wanted=still_wanted)
