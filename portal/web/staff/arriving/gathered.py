"""What came from somebody's mail program: how it stands, and the presses that end it or throw it away."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session
from starlette.responses import Response

from portal.flows.arriving import close_gathering, end_gathering
from portal.kernel.errors import Conflict
from portal.overviews.arriving import gathered_seen
from portal.overviews.arriving.gathered_seen import GatheringSeen
from portal.web.guards import StaffRequest
from portal.web.problems import status_of
from portal.web.render import see_other
from portal.web.render_staff import for_script, staff_page
from portal.words.sentences import numbered, reason, sentence

_SAID = {
    "closed": sentence("That is all of it. The letters are made now; nothing is sent by that."),
    "thrown-away": sentence("It is thrown away, with every message of it. Nothing was sent."),
}


def gathered(ask: StaffRequest) -> Response:
    """List what came in, the newest first."""
    return _shown(ask, said=_SAID.get(ask.query("said"), ""))


def live_facts(ask: StaffRequest, seen: Sequence[GatheringSeen]) -> dict[str, Any]:
    """Return what a page shows of it, and keeps up to date while it is open."""
    return {
        "gathered": seen,
        "gathered_standing": " ".join(one.standing for one in seen),
        "messages": {one.id: _messages(one) for one in seen},
        "closes": {one.id: _closes(one, ask.now) for one in seen if one.may_close},
    }


def progress(ask: StaffRequest) -> Response:
    """Answer how far it has come, for the page of it; with `of=home` for Home, which shows less."""
    with ask.house.db.read() as session:
        seen = _on_home(session, ask) if ask.query("of") == "home" else _all(session, ask)
    facts = live_facts(ask, seen)
    moving = {f"{name}-{one}": words for name in ("messages", "closes") for one, words in facts[name].items()}
    return for_script(ask.http, {"standing": facts["gathered_standing"], **moving})


def that_is_all(ask: StaffRequest) -> Response:
    """Wait for no more messages of it: its letters are made now."""
    return _done(ask, "closed", close_gathering.close_gathering)


def throw_away(ask: StaffRequest) -> Response:
    """Throw away what came in, before a letter is made of it."""
    return _done(ask, "thrown-away", end_gathering.end_gathering)


def _done(ask: StaffRequest, said: str, story: Callable[..., object]) -> Response:
    try:
        with ask.house.db.write() as session:
            story(session, ask.house.keys, ask.path("gathering"), by=ask.acting, now=ask.now)
    except Conflict as error:
        return _shown(ask, problem=reason(error), status=status_of(error))
    return see_other(f"/staff/gathered?said={said}")


def _shown(ask: StaffRequest, *, said: str = "", problem: str = "", status: int = 200) -> Response:
    with ask.house.db.read() as session:
        seen = _all(session, ask)
    facts = live_facts(ask, seen) | {"said": said, "problem": problem}
    return staff_page(ask, "staff/gathered.html", here="Gathered", status=status, **facts)


def _all(session: Session, ask: StaffRequest) -> Sequence[GatheringSeen]:
    return gathered_seen.gathered_by(session, ask.house.keys, ask.acting)


def _on_home(session: Session, ask: StaffRequest) -> Sequence[GatheringSeen]:
    return gathered_seen.gathered_now(session, ask.house.keys, ask.acting, now=ask.now)


def _messages(one: GatheringSeen) -> str:
    if one.may_close:
        return numbered("%(number)s message so far", "%(number)s messages so far", one.messages)
    return numbered("%(number)s message", "%(number)s messages", one.messages)


def _closes(one: GatheringSeen, now: datetime) -> str:
    minutes = -(-max(0, round((one.closes_at - now).total_seconds())) // 60)
    if not minutes:
        return sentence("closes in a moment")
    return numbered("closes in %(number)s minute", "closes in %(number)s minutes", minutes)
