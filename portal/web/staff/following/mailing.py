"""The page of one mailing: what will happen, to whom, and whether it can still be stopped."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from starlette.responses import JSONResponse, Response

from portal import publish
from portal.kernel.errors import Conflict, Refused
from portal.mailings.rules import may_move
from portal.overviews.arriving import gathered
from portal.overviews.audience.audiences import WHAT_TO_DO, WHY
from portal.overviews.family import acknowledging, code_steps
from portal.overviews.incidents import alarms_seen
from portal.overviews.operation import retention
from portal.overviews.people import approvers
from portal.overviews.sending import sending_seen, unreached
from portal.overviews.sending.sending_seen import SendingSeen
from portal.overviews.writing import corrections, mailing_seen, samples
from portal.overviews.writing.mailing_seen import MailingSeen
from portal.web.guards import StaffRequest
from portal.web.problems import status_of
from portal.web.render import see_other, when_words
from portal.web.render_staff import staff_page
from portal.web.staff.following.already import done_before
from portal.words.languages import ENGLISH, Language, languages, with_tag
from portal.words.sentences import numbered, reason, sentence

_STEPS = (sentence("Letter"), sentence("Check"), sentence("Approval"), sentence("Hold"), sentence("Sent"))
_AT_STEP = {"draft": 1, "checked": 2, "returned": 1, "waiting": 3, "held": 4, "sending": 5, "paused": 5, "sent": 6}
_FEW = 8
_DRAFTS = frozenset({"draft", "checked", "returned"})
_LOOKED_AT = frozenset({"checked", "waiting"})
_SAID = {
    "submitted": sentence("Approval is asked for."),
    "waived": sentence("The hold has begun. Nobody has received anything yet."),
    "guardians": sentence("It is for everybody named below now. Nothing is sent yet."),
    "files": sentence("The files with this letter are as you see them now. Nothing is sent yet."),
    "sample": sentence("You have looked at the sample. Now you can approve it."),
    "test": sentence("A test message is on its way to you. It names no child and opens nothing."),
    "approved": sentence("You approved it. It is held before the first message leaves."),
    "returned": sentence("You returned it. Its author is told, with your reason."),
    "stopped": sentence("It is stopped."),
    "thrown-away": sentence("The draft is thrown away."),
    "paused": sentence("It is paused. What has not left waits until somebody continues."),
    "continued": sentence("It goes on."),
    "scheduled": sentence("Its day and time are kept."),
    "again": sentence("It goes to those it did not reach, after the hold."),
    "reminder": sentence("The reminder goes out after the hold."),
    "top-up": sentence("It goes to those enrolled since, after the hold."),
    "one-family": sentence("It goes to that family again, after the hold."),
    "links-open": sentence("Families can open it again."),
    "called": sentence("Every administrator is told by mail."),
    "called-before": sentence("Nobody was mailed again: the administrators were told within the last hour."),
    "asked": sentence("They are asked by mail."),
    "released": sentence("You released the file, with your reason. Its writer can now ask for approval."),
}


def mailing(ask: StaffRequest) -> Response:
    """Show a mailing as its state asks."""
    said = ask.query("said")
    return shown(ask, said=_made(ask) if said == "made" else _SAID.get(said, ""))


def _made(ask: StaffRequest) -> str:
    """Say when somebody made a letter who pressed a second time."""
    with ask.house.db.read() as session:
        found, _ = mailing_seen.how_far(session, ask.acting, ask.path("mailing"))
    at = when_words(found.created_at, ask.house.settings.zone, now=ask.now)
    return sentence("You made this letter at %(when)s. Your second press changed nothing.", when=at)


def shown(ask: StaffRequest, *, said: str = "", problem: str = "", fault: str = "", status: int = 200) -> Response:
    """Return a mailing's page; with a problem that kept something from being done, or a fault in the reason given."""
    settings = ask.house.settings
    with ask.house.db.read() as session:
        seen = mailing_seen.mailing_seen(
            session,
            ask.acting,
            ask.path("mailing"),
            organisation=settings.organisation,
            waived_below=settings.approval_waived_below,
            now=ask.now,
        )
        sending = sending_seen.sending_seen(session, seen.mailing, settings, now=ask.now)
        lost = unreached.unreached(session, ask.acting, seen.mailing.id, page=1, size=_FEW) if seen.progress else None
        corrected = corrections.corrections_of(session, seen.mailing.id)
        read = acknowledging.counts_of(session, seen.mailing)
        paused = code_steps.paused_in(session, seen.mailing.id, now=ask.now)
        came = gathered.gathered_into(session, seen.mailing.id)
        kept = retention.kept(session, settings.retention, seen.mailing.id)
        alarm = alarms_seen.alarm_seen(session, seen.mailing, ask.acting, now=ask.now)
        asking = approvers.asking_of(session, seen.mailing, ask.acting) if seen.mailing.state == "waiting" else None
    facts: dict[str, Any] = {"seen": seen, "lost": lost} | {
        "corrected": corrected,
        "read": read,
        "sending": sending,
        "now": ask.now,
        "codes_paused": paused,
        "kept": kept,
        "came": came,
        "alarm": alarm,
        "asking": asking,
    }
    told = {"why": WHY, "to_do": WHAT_TO_DO, "reader": _reader(ask)} | {
        "said": _SAID["waived"] if said is _SAID["submitted"] and seen.mailing.approval_waived else said,
        "problem": problem,
        "fault": fault,
    }
    facts |= _files(ask, seen) | _places(ask, seen, sending) | told
    return staff_page(ask, "staff/mailing.html", here="Mailings", status=status, **facts)


def _files(ask: StaffRequest, seen: MailingSeen) -> dict[str, Any]:
    """Return how the files of a letter read aloud, and how those were made that were Word letters."""
    files, is_looked_at = (
        list(filter(None, (seen.file, *seen.others, *seen.enclosed))),
        seen.mailing.state in _LOOKED_AT,
    )
    hears = bool(seen.letters) and is_looked_at
    return {
        "reads": publish.how_it_reads(ask.house, files) if seen.file is not None and is_looked_at else [],
        "made": publish.how_made(files),
        "all_made": publish.how_all_made(ask.house, seen.mailing.id) if hears else None,
        "heard": publish.how_they_read(ask.house, seen.mailing.id) if hears else None,
    }


def done(ask: StaffRequest, said: str, act: Callable[[str], object]) -> Response:
    """Do it and go back to the page; what was done before is told, and so is a no, by a promise or another's change."""
    mailing_id = ask.path("mailing")
    try:
        act(mailing_id)
    except (Refused, Conflict) as error:
        if before := done_before(ask, said, mailing_id):
            return shown(ask, said=before)
        return shown(ask, problem=reason(error), status=status_of(error))
    return see_other(f"/staff/mailings/{mailing_id}?said={said}")


def _places(ask: StaffRequest, seen: MailingSeen, sending: SendingSeen) -> dict[str, Any]:
    """Return where the mailing is on its way, and what the person who looks may do with it."""
    settings, state = ask.house.settings, seen.mailing.state
    may_approve = state == "waiting" and ask.acting.may_approve and not seen.is_mine
    left = sending.leaves_at - ask.now if sending.leaves_at else timedelta()
    seconds_left = max(0, round(left.total_seconds()))
    return {
        "steps": _STEPS,
        "at_step": _AT_STEP.get(state, 0),
        "may_approve": may_approve,
        "may_release": ask.acting.may_approve and not seen.is_mine,
        "may_throw_away": state in _DRAFTS and (seen.is_mine or ask.acting.is_admin),
        "hold": span_words(settings.hold_seconds),
        "seconds_left": seconds_left,
        "time_left": f"{seconds_left // 60}:{seconds_left % 60:02}",
    }


def span_words(seconds: int) -> str:
    """Return how long a hold is, as people say it: “5 minutes”, “90 seconds”, “2 hours”; nothing for no hold."""
    for whole, said_of in ((3_600, _hours), (60, _minutes), (1, _seconds)):
        if seconds and seconds % whole == 0:
            return said_of(seconds // whole)
    return ""


def _hours(number: int) -> str:
    return numbered("%(number)s hour", "%(number)s hours", number)


def _minutes(number: int) -> str:
    return numbered("%(number)s minute", "%(number)s minutes", number)


def _seconds(number: int) -> str:
    return numbered("%(number)s second", "%(number)s seconds", number)


def progress(ask: StaffRequest) -> Response:
    """Answer how far a mailing has come, for the page that looks again every two seconds."""
    with ask.house.db.read() as session:
        mailing, so_far = mailing_seen.how_far(session, ask.acting, ask.path("mailing"))
    return JSONResponse({"state": mailing.state, "opened": so_far.opened, **so_far.latest})


def not_reached(ask: StaffRequest) -> Response:
    """List the guardians a message was written to and did not reach."""
    page = ask.query("page")
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 7 else 1
    with ask.house.db.read() as session:
        found = unreached.unreached(session, ask.acting, ask.path("mailing"), page=number)
    return staff_page(ask, "staff/not_reached.html", here="Mailings", found=found)


def before_stop(ask: StaffRequest) -> Response:
    """Ask once more before a stop, which is for good; say how much has left."""
    with ask.house.db.read() as session:
        mailing, so_far = mailing_seen.how_far(session, ask.acting, ask.path("mailing"))
    facts = {"may_stop": may_move(mailing.state, "stop"), "is_draft": mailing.state in _DRAFTS}
    return staff_page(ask, "staff/stop.html", here="Mailings", mailing=mailing, progress=so_far, **facts)


def message(ask: StaffRequest) -> Response:
    """Show the message as it will be mailed to those who read a language."""
    mailing_id, reader = ask.path("mailing"), _reader(ask)
    with ask.house.db.read() as session:
        found = samples.sample_message(session, ask.acting, mailing_id, ask.house.settings, reader=reader, now=ask.now)
    return staff_page(
        ask,
        "staff/message.html",
        here="Mailings",
        message=found,
        mailing_id=mailing_id,
        reader=reader,
        languages=languages(),
    )


def _reader(ask: StaffRequest) -> Language:
    return with_tag(ask.query("language")) or ENGLISH
