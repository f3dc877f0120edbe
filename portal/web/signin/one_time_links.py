"""The sign-in page, the one-time link that is asked for and redeemed there, and the way out."""

from starlette.responses import Response

from portal.flows.opening.open_link import session_id_of
from portal.flows.people import keep_signed_in, sign_in_staff
from portal.flows.people.sign_in_staff import Browser, NotSignedIn, SignedIn
from portal.kernel.errors import Refused
from portal.kernel.ids import new_secret
from portal.kernel.text.addresses import NotOneAddress, OneAddress
from portal.rate_limits.rules import WRONG_SIGN_INS
from portal.web.guards import (
    AnyRequest,
    StaffRequest,
    cookie_name,
    cookie_of,
    drop_session_cookie,
    set_session_cookie,
)
from portal.web.rate_limiting import admit
from portal.web.render import see_other
from portal.web.render_staff import page_for_staff
from portal.web.signin.returning import BEGIN, page_after_sign_in, sign_in_page
from portal.words.sentences import sentence

NO_ADDRESS = sentence("This is not an e-mail address. Write it like name@school.org.")


class OtherWay(Refused):
    """This portal has another way to sign in. Open its sign-in page."""


def new_browser(ask: AnyRequest) -> tuple[str, Browser]:
    """Return the secret of a new staff session, and where it is to begin."""
    cookie = new_secret()
    old = ask.http.cookies.get(cookie_name(ask.house, "staff"))
    return cookie, Browser(session_id_of(cookie), session_id_of(old) if old else None, ask.network)


def welcome(ask: AnyRequest, cookie: str, to: str = BEGIN) -> Response:
    """Send a browser in, with its new session. Whoever takes `to` from outside asks `page_after_sign_in` first."""
    response = see_other(to)
    set_session_cookie(response, ask.house, "staff", cookie)
    return response


def sign_in(ask: AnyRequest) -> Response:
    """Show the one way in there is, and why somebody is out. A link's token stays in the fragment until a press."""
    cookie, standing, address = cookie_of(ask.http, "staff"), None, ""
    if cookie:
        with ask.house.db.read() as session:
            standing = keep_signed_in.standing_of(session, session_id_of(cookie), now=ask.now)
            if standing == "live":
                person = keep_signed_in.whose_it_was(session, session_id_of(cookie))
                address = person.address if person else ""
    return _way_in(ask, ask.query("next"), standing=standing, address=address)


def has_live_session(ask: AnyRequest) -> bool:
    """Tell whether somebody who is signed in signs in again."""
    cookie = cookie_of(ask.http, "staff")
    if cookie is None:
        return False
    with ask.house.db.read() as session:
        return keep_signed_in.standing_of(session, session_id_of(cookie), now=ask.now) == "live"


def ask_for_link(ask: AnyRequest) -> Response:
    """Mail a one-time link to a staff address; the page is the same whoever asks, and for whomever."""
    check_links_are_the_way(ask)
    typed = ask.form.text("address")[:300]
    try:
        address = OneAddress.parse(typed)
    except NotOneAddress:
        return _way_in(ask, ask.form.text("next"), status=400, address=typed, fault=NO_ADDRESS)
    leads_to = page_after_sign_in(ask.form.text("next"))
    with ask.house.db.write() as session:
        sign_in_staff.ask_for_sign_in_link(
            session, ask.house.keys, address, network=ask.network, leads_to=leads_to, now=ask.now
        )
    return page_for_staff(ask.http, "signin/asked.html", address=address.text, way_in=sign_in_page(leads_to))


def _way_in(
    ask: AnyRequest, wanted: str, *, status: int = 200, address: str = "", fault: str = "", standing: str | None = None
) -> Response:
    """Return the sign-in page, which leads on to what was wanted."""
    facts = {
        "address": address,
        "fault": fault,
        "standing": standing,
        "leads_to": page_after_sign_in(wanted),
        "begin": BEGIN,
    }
    return page_for_staff(ask.http, "signin/sign_in.html", status=status, **facts)


def redeem(ask: AnyRequest) -> Response:
    """Sign in by a one-time link that its owner pressed."""
    check_links_are_the_way(ask)
    keys, text = ask.house.keys, ask.form.text("token")
    admit(ask, WRONG_SIGN_INS, lambda session: sign_in_staff.is_live(session, keys, "sign-in-token", text, now=ask.now))
    cookie, browser = new_browser(ask)
    with ask.house.db.write() as session:
        outcome = sign_in_staff.redeem_sign_in_link(session, keys, text, browser=browser, now=ask.now)
    match outcome:
        case SignedIn(leads_to=leads_to):
            return welcome(ask, cookie, page_after_sign_in(leads_to or ask.form.text("next")))
        case NotSignedIn():
            return page_for_staff(ask.http, "signin/spent.html", status=403)


def sign_out(ask: StaffRequest) -> Response:
    """End this browser's session and take every trace of it out of the browser."""
    with ask.house.db.write() as session:
        sign_in_staff.sign_out(session, ask.house.keys, ask.acting, session_id=ask.session_id, now=ask.now)
    response = see_other("/staff/sign-in")
    drop_session_cookie(response, ask.house, "staff")
    return response


def check_links_are_the_way(ask: AnyRequest) -> None:
    """Where a provider answers for staff, no link does: a second way in is as strong as the weaker one."""
    if ask.house.settings.has_oidc:
        raise OtherWay
