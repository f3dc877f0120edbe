"""Whoever notices first: one press pauses a letter's links, one calls every admin, one lets families open it again."""

from functools import partial

from starlette.responses import Response

from portal.flows.incidents import raise_alarm
from portal.kernel.errors import Conflict, Refused
from portal.web.guards import StaffRequest
from portal.web.problems import status_of
from portal.web.render import see_other
from portal.web.staff.following.mailing import done, shown
from portal.words.sentences import reason


def pause_links(ask: StaffRequest) -> Response:
    """Let no link of the letter open anything, from the next request on."""

    def act(mailing_id: str) -> None:
        ask.house.db.insist(
            partial(raise_alarm.pause_links, keys=ask.house.keys, mailing_id=mailing_id, by=ask.acting, now=ask.now)
        )

    return done(ask, "links-paused", act)


def call_admins(ask: StaffRequest) -> Response:
    """Tell every admin by mail, or when they were told last."""
    mailing_id = ask.path("mailing")
    try:
        with ask.house.db.write() as session:
            raised = raise_alarm.call_admins(session, ask.house.keys, mailing_id, by=ask.acting, now=ask.now)
    except (Refused, Conflict) as error:
        return shown(ask, problem=reason(error), status=status_of(error))
    return see_other(f"/staff/mailings/{mailing_id}?said={'called-before' if raised.is_repeat else 'called'}")


def open_links(ask: StaffRequest) -> Response:
    """Let families open the letter again."""

    def act(mailing_id: str) -> None:
        with ask.house.db.write() as session:
            raise_alarm.open_links_again(session, ask.house.keys, mailing_id, by=ask.acting, now=ask.now)

    return done(ask, "links-open", act)
