"""What came from somebody's mail program: how it stands, and the presses that end it or throw it away."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from starlette.responses import Response

from portal.flows.arriving import close_gathering, end_gathering
from portal.kernel.errors import Conflict
from portal.kernel.ids import is_id
from portal.overviews.arriving import gathered
from portal.overviews.arriving.gathered import Gathered
from portal.web.guards import StaffRequest
from portal.web.problems import status_of
from portal.web.render import see_other
from portal.web.render_staff import for_script, staff_page
from portal.words.sentences import numbered, reason, sentence

_FEW = 5
_MOST_LOST = 500
_SAID = {
    "closed": sentence("That is all of it. Its letters are made now; nothing is sent by that."),
    "thrown-away": sentence("It is thrown away, with every message of it. Nothing was sent."),
}
_LETTER = {
    "draft": sentence("Needs you, before it can go on"),
    "checked": sentence("Ready, and not yet sent for approval"),
    "returned": sentence("Returned to you"),
    "waiting": sentence("Waits for approval"),
    "held": sentence("Approved, and held before the first message"),
    "sending": sentence("Being sent"),
    "paused": sentence("Paused"),
    "sent": sentence("Sent"),
    "stopped": sentence("Stopped. Nothing more is sent."),
    "revoked": sentence("Taken back"),
}
_TONES = {"draft": "wait", "checked": "wait", "returned": "wait", "waiting": "wait", "held": "wait", "sending": "wait",
          "paused": "wait", "sent": "go", "stopped": "stop", "revoked": "stop"}  # fmt: skip


def gathered_mail(ask: StaffRequest) -> Response:
    """List what came in, the newest first."""
    with ask.house.db.read() as session:
        seen = gathered.gathered_by(session, ask.house.keys, ask.acting)
    facts = live_facts(seen, now=ask.now) | {"said": _SAID.get(ask.query("said"), "")}
    return staff_page(ask, "staff/gathered.html", here="Gathered", **facts)


def gathering(ask: StaffRequest) -> Response:
    """Show one gathering, with the addresses that lead to nobody."""
    return _one(ask)


def progress(ask: StaffRequest) -> Response:
    """Answer how far it has come, for a page that looks again every two seconds: Home, that of one, or that of all."""
    of = ask.query("of")
    with ask.house.db.read() as session:
        if is_id(of):
            seen = [gathered.gathered_one(session, ask.house.keys, of, ask.acting)]
        else:
            seen = gathered.gathered_by(session, ask.house.keys, ask.acting)
    facts = live_facts(on_home(seen) if of == "home" else seen, now=ask.now)
    moving = {f"{name}-{one}": words for name in ("messages", "closes") for one, words in facts[name].items()}
    return for_script(ask.http, {"standing": facts["gathered_standing"], **moving})


def that_is_all(ask: StaffRequest) -> Response:
    """Wait for no more messages of it: its letters are made now."""

    def act() -> None:
        with ask.house.db.write() as session:
            close_gathering.close_gathering(session, ask.house.keys, ask.path("gathering"), by=ask.acting, now=ask.now)

    return _done(ask, "closed", act)


def throw_away(ask: StaffRequest) -> Response:
    """Throw away what came in, before it is a letter; its messages are shredded."""

    def act() -> None:
        with ask.house.db.write() as session:
            gone = end_gathering.throw_away(session, ask.house.keys, ask.path("gathering"), by=ask.acting, now=ask.now)
        ask.house.documents.shred(*gone)

    return _done(ask, "thrown-away", act)


def on_home(seen: Sequence[Gathered]) -> Sequence[Gathered]:
    """Return of what came in what Home shows: what is not over, and the newest of what came to nothing."""
    return [one for one in seen if one.state != "ended" or (one.report.stop and not one.mailing_id)][:_FEW]


def live_facts(seen: Sequence[Gathered], *, now: datetime) -> dict[str, Any]:
    """Return what a page shows of it, and keeps up to date while it is open."""
    return {
        "gathered": seen,
        "gathered_standing": " ".join(f"{one.id}:{one.state}:{one.mailing_state}" for one in seen),
        "messages": {one.id: _messages(one) for one in seen},
        "closes": {one.id: _closes(one, now) for one in seen if one.is_waiting},
        "letter_words": _LETTER,
        "letter_tones": _TONES,
    }


def _one(ask: StaffRequest, *, problem: str = "", status: int = 200) -> Response:
    settings = ask.house.settings
    with ask.house.db.read() as session:
        one = gathered.gathered_one(session, ask.house.keys, ask.path("gathering"), ask.acting)
        lost = gathered.lost_addresses(
            session, ask.house.keys, one.id, ask.acting, domain=settings.gate_domain,
            ours=[settings.mail_from, *filter(None, [settings.reply_to])], now=ask.now,
        )  # fmt: skip
    facts = live_facts([one], now=ask.now) | {"one": one, "problem": problem}
    facts |= {"lost": lost[:_MOST_LOST], "more_lost": len(lost[_MOST_LOST:])}
    return staff_page(ask, "staff/gathering.html", here="Gathered", status=status, **facts)


def _done(ask: StaffRequest, said: str, act: Callable[[], None]) -> Response:
    try:
        act()
    except Conflict as error:
        return _one(ask, problem=reason(error), status=status_of(error))
    return see_other(f"/staff/gathered?said={said}")


def _messages(one: Gathered) -> str:
    if one.is_waiting:
        return numbered("%(number)s message so far", "%(number)s messages so far", one.messages)
    return numbered("%(number)s message", "%(number)s messages", one.messages)


def _closes(one: Gathered, now: datetime) -> str:
    minutes = -(-max(0, round((one.closes_at - now).total_seconds())) // 60)
    if not minutes:
        return sentence("closes in a moment")
    return numbered("closes in %(number)s minute", "closes in %(number)s minutes", minutes)
