"""Stop: what has not left stays; how many had left is said, and what lies there printed opens nothing any more.

What nobody has approved is thrown away by it: nobody has it, so nothing of its files is kept.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from portal.documents import repository as documents
from portal.documents.repository import intakes, keeping
from portal.kernel.secrets.keys import KeyRing
from portal.ledger import repository as ledger
from portal.ledger.rules import Act, Fact
from portal.links import repository as links
from portal.mailings import repository as mailings
from portal.mailings.rules import may_move
from portal.mailings.tables import Mailing
from portal.outbox import repository as outbox
from portal.outbox.rules import STOPPED
from portal.overviews.sending import stopping
from portal.staff.errors import NotAllowed
from portal.staff.rules import Acting
from portal.words.sentences import sentence

_WHY_DEAD = "taken-back"


@dataclass(frozen=True, slots=True)
class Stopped:
    """What a stop did; the numbers are of the round that was stopped.

    `had_left` counts messages, and the printed pages that may be in somebody's hands; `pages` are those of them.
    `gone` are the ids of files that go with it, whose blobs may go.
    """

    mailing: Mailing
    cancelled: int
    had_left: int
    pages: int
    is_repeat: bool
    gone: tuple[str, ...] = ()


def stop_mailing(session: Session, keys: KeyRing, mailing_id: str, *, by: Acting, now: datetime) -> Stopped:
    """Stop a mailing for good, at any time before its last message; anybody who sees it may. Twice is once.

    A draft is thrown away by whoever has written in it, or by an admin; with it, and with what only waits for approval,
    go the files, unless it is under legal hold. Raises `NoSuchMailing`, `NotAllowed`, `NotNow`.

    Links that stand on printed pages alone, of which nobody has said that they were handed out, die with it. A round
    after the first leaves the mailing as it was before: sent, with what the earlier ones reached. What one of those has
    not mailed yet stays too.
    """
    mailings.hold(session, [mailing_id])  # whoever moves it on at this moment is waited for: a brake does not fail
    mailing = mailings.find(session, mailing_id, staff_id=by.id, sites=by.sites)
    number = outbox.latest_round(session, mailing_id)
    was_round_stopped = number and mailing.state == "sent" and mailing.ended_by_id is not None
    if mailing.state == "stopped" or was_round_stopped:
        return _stopped(session, mailing, number, is_repeat=True)
    was_draft = _is_draft(session, mailing, by=by)
    mine, dead, gone = outbox.of_mailing(mailing_id), 0, tuple[str, ...]()
    if number:
        mailings.advance(session, mailing, "end-round", ended_by_id=by.id)
        mine &= outbox.by_mail()  # fresh links may have come while an act before had not mailed all of its own
    else:
        asked = {"submitted_at": None} if was_draft else {}
        mailings.advance(session, mailing, "stop", ended_at=now, ended_by_id=by.id, **asked)
        dead = _end_links_on_paper(session, mailing_id, now=now)
        gone = _files_of_nobody(session, mailing)
    outbox.cancel_unsent(session, mine, why=STOPPED, now=now)
    if not (was_draft and by.id == mailing.author_id):
        outbox.queue_staff_mail(session, "stopped", [mailing.author_id], about_id=mailing_id, now=now, turn=number)
    done = replace(_stopped(session, mailing, number, is_repeat=False), gone=gone)
    about: dict[str, Fact] = {"mailing": mailing_id, "notices": done.cancelled, "sent": done.had_left - done.pages}
    about |= {"pages": done.pages, "links": dead} | ({"round": number} if number else {})
    ledger.append(session, keys, [Act("mailing:stop", by.label, about)], now=now)
    return done


def _is_draft(session: Session, mailing: Mailing, *, by: Acting) -> bool:
    """Tell whether it is a draft, which its writers or an admin throw away. Raises `NotAllowed` for anybody else."""
    if mailing.state == "waiting" or not may_move(mailing.state, "edit"):
        return False
    if not (by.is_admin or by.id == mailing.author_id or mailings.has_written(session, mailing.id, by.id)):
        raise NotAllowed(
            sentence("Somebody else writes this draft. They throw it away themselves, or an administrator does.")
        )
    return True


def _stopped(session: Session, mailing: Mailing, number: int, *, is_repeat: bool) -> Stopped:
    told = stopping.told(session, mailing.id, number)
    return Stopped(mailing, told.held_back, told.sent + told.pages, told.pages, is_repeat=is_repeat)


def _files_of_nobody(session: Session, mailing: Mailing) -> tuple[str, ...]:
    """Forget the files of a mailing that nobody has approved, and what was given for it; return their ids."""
    if mailing.approved_at is not None or keeping.hold_of(session, mailing.id):
        return ()
    given = intakes.forget_given_files(session, mailing.id)  # first: they name the documents that they became
    rest = [*intakes.forget_intake(session, mailing.id), *documents.let_go(session, mailing.id)]
    return (*given, *rest, *documents.remove_drafts(session, mailing.id))


def _end_links_on_paper(session: Session, mailing_id: str, *, now: datetime) -> int:
    """Take back the links of printed pages that a stop is about to cancel; return how many were alive.

    First links and then notices, like every taking back: else one could wait for the other for good.
    """
    taken, _ = links.kill(session, stopping.links_on_unmarked_pages(session, mailing_id), why=_WHY_DEAD, now=now)
    return taken
