"""Taking back: first what will die, then the press, then what died and who had opened it before."""

from dataclasses import dataclass
from typing import cast, get_args

from sqlmodel import Session
from starlette.responses import Response

from portal.flows.taking_back import revoke as story
from portal.flows.taking_back.revoke import Kind, Target
from portal.kernel.errors import WrongCall
from portal.overviews.links import finding, taking_back
from portal.web.admin import words
from portal.web.guards import AdminRequest
from portal.web.render import see_other
from portal.web.render_staff import staff_page
from portal.words.sentences import sentence

_MOST_READERS = 100
_LONGEST_REASON = 500
_LONGEST_ID = 80
_LONGEST_SEARCH = 100
_MISSING = sentence("Say why it is taken back. The reason is kept with it.")
_TOO_LONG = sentence("Say it in at most %(most)s letters.", most=_LONGEST_REASON)


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the reason's field, and what is wrong with it."""

    reason: str = ""
    fault: str = ""


def preview(ask: AdminRequest) -> Response:
    """Find what to take back; show what that would do; or, once it is taken back, what that did."""
    if not ask.query("kind"):
        return _find(ask)
    return _page(ask, _target(ask.query("kind"), ask.query("id")), Typed())


def revoke(ask: AdminRequest) -> Response:
    """Take it back, and send the browser to the facts."""
    target = _target(ask.form.text("kind"), ask.form.text("id"))
    reason = ask.form.text("reason").strip()
    if not reason or len(reason) > _LONGEST_REASON:
        return _page(ask, target, Typed(reason, _TOO_LONG if reason else _MISSING))

    def act(session: Session) -> None:
        taking_back.look(session, target.kind, target.id, by=ask.acting, now=ask.now)  # refuses what lies out of scope
        story.revoke(session, ask.house.keys, target, by=ask.acting, reason=reason, now=ask.now)

    ask.house.db.insist(act)
    return see_other(f"/admin/revoke?kind={target.kind}&id={target.id}")


def _find(ask: AdminRequest) -> Response:
    typed = ask.query("q").strip()[:_LONGEST_SEARCH]
    finds = None
    if typed:
        with ask.house.db.read() as session:
            finds = finding.find(session, typed, ask.acting)
    return staff_page(ask, "admin/find.html", here="Take back", words=typed, finds=finds, states=words.MAILING_STATES)


def _page(ask: AdminRequest, target: Target, typed: Typed) -> Response:
    with ask.house.db.read() as session:
        look = taking_back.look(session, target.kind, target.id, by=ask.acting, now=ask.now)
    shown = look.readers if ask.query("readers") == "all" else look.readers[:_MOST_READERS]
    return staff_page(
        ask,
        "admin/taken_back.html" if look.done else "admin/revoke.html",
        here="Take back",
        status=400 if typed.fault else 200,
        look=look,
        readers=shown,
        typed=typed,
    )


def _target(kind: str, target_id: str) -> Target:
    if kind not in get_args(Kind):
        raise WrongCall(sentence("That is nothing the portal takes back. Find what you mean first."))
    return Target(cast("Kind", kind), target_id[:_LONGEST_ID])
