"""What staff do with a mailing: ask for approval, send a test, approve, return, stop."""

from functools import partial
from typing import cast

from starlette.responses import Response

from portal import publish
from portal.documents.errors import NoSuchDocument
from portal.flows.approving import approve_mailing, ask_other_approver
from portal.flows.sending import send_test, stop_mailing
from portal.flows.writing import add_guardians as add
from portal.flows.writing.order_files import STEPS, Step, order_files
from portal.web.guards import StaffRequest
from portal.web.staff.following.mailing import done, shown
from portal.words.sentences import sentence

_UNTOLD = 422
"""The words are understood, and lack what the author needs (RFC 9110 15.5.21)."""

_NEVER = 0
"""No version: whoever does not say what they looked at has looked at nothing."""


def submit(ask: StaffRequest) -> Response:
    """Ask for approval of what the writer looked at."""
    version = ask.form.number("version") or _NEVER
    return done(
        ask, "submitted", lambda id_: publish.submit(ask.house, id_, by=ask.acting, version=version, now=ask.now)
    )


def add_guardians(ask: StaffRequest) -> Response:
    """Let the other guardians of the same children get it too."""
    version = ask.form.number("version") or _NEVER

    def act(mailing_id: str) -> None:
        with ask.house.db.write() as session:
            add.add_guardians(session, ask.house.keys, mailing_id, version=version, by=ask.acting, now=ask.now)

    return done(ask, "guardians", act)


def order(ask: StaffRequest) -> Response:
    """Move a file that comes with the letter by a place, or take it out."""
    version, step = ask.form.number("version") or _NEVER, ask.form.text("step")
    if step not in STEPS:
        raise NoSuchDocument

    def act(mailing_id: str) -> None:
        with ask.house.db.write() as session:
            gone = order_files(
                session, ask.house.keys, mailing_id, ask.form.text("document")[:64], cast("Step", step),
                version=version, by=ask.acting, now=ask.now,
            )  # fmt: skip
        ask.house.documents.shred(*gone)

    return done(ask, "files", act)


def test(ask: StaffRequest) -> Response:
    """Mail the message to whoever asks, as families will get it."""

    def act(mailing_id: str) -> None:
        with ask.house.db.write() as session:
            send_test.send_test(session, ask.house.keys, mailing_id, by=ask.acting, now=ask.now)

    return done(ask, "test", act)


def approve(ask: StaffRequest) -> Response:
    """Approve what the approver looked at; the hold begins."""
    version = ask.form.number("version") or _NEVER
    return done(
        ask, "approved", lambda id_: publish.approve(ask.house, id_, by=ask.acting, version=version, now=ask.now)
    )


def return_it(ask: StaffRequest) -> Response:
    """Send it back to its author, with a reason."""
    reason = ask.form.text("reason")
    if not reason.strip():
        return shown(ask, fault=sentence("Say what should be different; the author reads it."), status=_UNTOLD)

    def act(mailing_id: str) -> None:
        with ask.house.db.write() as session:
            approve_mailing.return_mailing(
                session, ask.house.keys, mailing_id, by=ask.acting, reason=reason, now=ask.now
            )

    return done(ask, "returned", act)


def ask_approver(ask: StaffRequest) -> Response:
    """Ask another approver by name."""

    def act(mailing_id: str) -> None:
        with ask.house.db.write() as session:
            ask_other_approver.ask_other_approver(
                session, ask.house.keys, mailing_id, ask.form.text("approver")[:64], by=ask.acting, now=ask.now
            )

    return done(ask, "asked", act)


def stop(ask: StaffRequest) -> Response:
    """Stop it for good; a draft is thrown away by that."""

    def act(mailing_id: str) -> None:
        story = partial(
            stop_mailing.stop_mailing, keys=ask.house.keys, mailing_id=mailing_id, by=ask.acting, now=ask.now
        )
        stop = ask.house.db.insist(story)
        ask.house.documents.shred(*stop.gone)

    return done(ask, "thrown-away" if ask.form.text("draft") else "stopped", act)
