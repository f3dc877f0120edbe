"""The code before a confidential letter: offered, mailed at a second press, typed.

Nothing here tells what the letter is or whom it is about. Nobody has a session yet, so no form token is asked: the
browser's own cookie and the origin of the post are what count.
"""

from datetime import timedelta
from typing import assert_never

from markupsafe import Markup, escape
from starlette.responses import Response

from portal.flows.opening import pass_code
from portal.flows.opening.open_link import shown_by
from portal.flows.opening.pass_code import Browser, Passed, Told
from portal.links.errors import NotOpened
from portal.links.rules import CODE_LASTS, DEVICE_LASTS, masked, standing
from portal.overviews.family.code_steps import StepSeen
from portal.rate_limits.rules import WRONG_LINKS
from portal.web.family.letters import place_of
from portal.web.guards import AnyRequest, cookie_of, drop_cookie, set_session_cookie
from portal.web.rate_limiting import admit, count
from portal.web.render import see_other
from portal.web.render_family import family_page, language_of
from portal.words.pages import code_ends, code_page_words

_UNTOLD, _TOO_MANY = 422, 429


def verify(ask: AnyRequest) -> Response:
    """Show where this browser stands. Looking sends nothing and counts nothing."""
    return _shown(ask)


def answer(ask: AnyRequest) -> Response:
    """Mail a code, or take what was typed: the form with the field brings one, the other form none.

    The browser's cookie is a genuine secret. What is typed in it is limited by its code and its link, not by network.
    """
    step_cookie = cookie_of(ask.http, "code")
    shown = shown_by(step_cookie)
    admit(ask, WRONG_LINKS, lambda session: pass_code.stands(session, step_cookie, now=ask.now), shown)
    if step_cookie is None:
        return _failed(ask)
    return _typed(ask, step_cookie) if "code" in ask.form.fields else _asked(ask, step_cookie)


def _asked(ask: AnyRequest, step_cookie: str) -> Response:
    with ask.house.family_db.write(shown_by(step_cookie)) as session:
        told = pass_code.send_code(session, ask.house.keys, step_cookie, now=ask.now)
    match told:
        case None:
            return _failed(ask)
        case "too-soon" | "paused":
            return _shown(ask, told=told, status=_TOO_MANY)
        case _:
            return see_other("/o/verify")


def _typed(ask: AnyRequest, step_cookie: str) -> Response:
    browser = Browser(step_cookie, cookie_of(ask.http, "family"), cookie_of(ask.http, "device"), ask.network_kept)
    remembers = bool(ask.form.text("remember"))
    with ask.house.family_db.write(*browser.shown) as session:
        told = pass_code.try_code(
            session, ask.house.keys, browser, ask.form.text("code"), remembers=remembers, now=ask.now
        )
    match told:
        case None:
            return _failed(ask)
        case Passed():
            return _opened(ask, told)
        case "wrong" | "over" | "paused":
            return _shown(ask, told=told, status=_TOO_MANY if told == "paused" else _UNTOLD)
        case "no-address" | "sent" | "too-soon":
            return see_other("/o/verify")
        case _:
            assert_never(told)


def _opened(ask: AnyRequest, passed: Passed) -> Response:
    response = see_other(place_of(ask, passed.cookie))
    set_session_cookie(response, ask.house, "family", passed.cookie)
    drop_cookie(response, ask.house, "code")
    if passed.device_cookie:
        set_session_cookie(response, ask.house, "device", passed.device_cookie, lasts=DEVICE_LASTS)
    return response


def _failed(ask: AnyRequest) -> Response:
    """Count a cookie that stands nowhere, unless it was a second press of somebody who is in already."""
    if not cookie_of(ask.http, "family"):
        count(ask, WRONG_LINKS)
    return _nowhere(ask)


def _nowhere(ask: AnyRequest) -> Response:
    """Answer a browser that stands before no letter: its code was taken already, or it waited too long."""
    if cookie := cookie_of(ask.http, "family"):
        return see_other(place_of(ask, cookie))
    raise NotOpened


def _shown(ask: AnyRequest, *, told: Told | None = None, status: int = 200) -> Response:
    step_cookie = cookie_of(ask.http, "code")
    with ask.house.family_db.read(shown_by(step_cookie)) as session:
        seen = pass_code.step_of(session, step_cookie, now=ask.now) if step_cookie else None
    if seen is None:
        return _nowhere(ask)
    language = language_of(ask.http)
    words = code_page_words(language)
    address = Markup('<bdi dir="ltr">{}</bdi>').format(masked(seen.address or ""))
    return family_page(
        ask.http,
        "family/verify.html",
        status=status,
        language=language,
        words=words,
        stands=standing(seen.facts, now=ask.now),
        told=told,
        why=escape(words.why) % {"address": address},
        on_its_way=escape(words.on_its_way) % {"address": address},
        ends=code_ends(_minutes_left(ask, seen), language),
    )


def _minutes_left(ask: AnyRequest, seen: StepSeen) -> int:
    code = seen.facts.newest
    return max(1, (code.created_at + CODE_LASTS - ask.now) // timedelta(minutes=1)) if code else 0
