"""The way in: a static page whose button opens a link, or a typed code; and the way out."""

from typing import assert_never

from starlette.responses import Response

from portal.flows.opening import open_link
from portal.flows.opening.open_link import CodeAsked, Dead, Opened, Unknown, shown_by
from portal.links.errors import LinkUnknown
from portal.rate_limits.rules import WRONG_LINKS
from portal.web.dead import dead_page
from portal.web.family.letters import place_of
from portal.web.guards import AnyRequest, cookie_name, cookie_of, drop_session_cookie, set_session_cookie
from portal.web.rate_limiting import admit, count
from portal.web.render import see_other
from portal.web.render_family import family_page


def entry(ask: AnyRequest) -> Response:
    """Show the page that a link leads to. It knows nothing and changes nothing: the token never reaches us here."""
    return family_page(ask.http, "family/entry.html")


def open_it(ask: AnyRequest) -> Response:
    """Open a link or a code by the family's own press."""
    keys = ask.house.keys
    attempt = open_link.read_attempt(keys, token=ask.form.text("token"), code=ask.form.text("code"))
    shown = attempt.shown if attempt else ()
    old_cookie, device_cookie = cookie_of(ask.http, "family"), cookie_of(ask.http, "device")
    if attempt is None or attempt.link_id is None:  # a signed link is genuine: no count is asked, and no database
        admit(ask, WRONG_LINKS, lambda session: open_link.is_known(session, keys, attempt, now=ask.now), *shown)
    brought = shown_by(old_cookie, device_cookie)
    with ask.house.family_db.write(*shown, brought) as session:
        outcome = open_link.open_link(
            session,
            keys,
            attempt,
            old_cookie=old_cookie,
            device_cookie=device_cookie,
            network=ask.network_kept,
            now=ask.now,
        )
    match outcome:
        case Opened():
            response = see_other(place_of(ask, outcome.cookie, link_id=outcome.link.link_id))
            set_session_cookie(response, ask.house, "family", outcome.cookie)
            return response
        case CodeAsked():
            response = see_other("/o/verify")
            set_session_cookie(response, ask.house, "code", outcome.cookie)
            return response
        case Dead():
            carried = ask.form.text("token") or ask.form.text("code")
            return dead_page(ask.http, "followed" if outcome.is_followed else outcome.why, carried=carried)
        case Unknown():
            count(ask, WRONG_LINKS)
            raise LinkUnknown
        case _:
            assert_never(outcome)


def about(ask: AnyRequest) -> Response:
    """Answer “is this really from the school?” on a page that can be reached by hand."""
    return family_page(ask.http, "family/about.html")


def leave(ask: AnyRequest) -> Response:
    """End what is open in this browser; pressing twice does no harm."""
    cookie = ask.http.cookies.get(cookie_name(ask.house, "family"))
    if cookie:
        with ask.house.family_db.write(shown_by(cookie)) as session:
            open_link.leave(session, ask.house.keys, cookie, now=ask.now)
    response = family_page(ask.http, "family/left.html")
    drop_session_cookie(response, ask.house, "family")
    return response
