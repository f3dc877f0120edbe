"""The page where a one-time link makes the first admin. Without a live link it does nothing and says nothing."""

from starlette.responses import Response

from portal.flows.people import sign_in_staff
from portal.flows.people.sign_in_staff import Browser, NotSignedIn, SignedIn
from portal.kernel.errors import WrongCall
from portal.kernel.text.addresses import NotOneAddress, OneAddress
from portal.rate_limits.rules import WRONG_SIGN_INS
from portal.web.guards import AnyRequest
from portal.web.rate_limiting import admit
from portal.web.render_staff import page_for_staff
from portal.web.signin.one_time_links import NO_ADDRESS, check_links_are_the_way, new_browser, welcome
from portal.words.sentences import reason


def setup(ask: AnyRequest) -> Response:
    """Show the form, the same whether anything is to be set up. A press alone sends the token."""
    check_links_are_the_way(ask)
    return _form(ask, {})


def set_up(ask: AnyRequest) -> Response:
    """Make the first admin, and sign this browser in as them."""
    check_links_are_the_way(ask)
    keys, text = ask.house.keys, ask.form.text("token")
    admit(ask, WRONG_SIGN_INS, lambda session: sign_in_staff.is_live(session, keys, "setup-token", text, now=ask.now))
    cookie, browser = new_browser(ask)
    try:
        outcome = _redeem(ask, browser)
    except NotOneAddress:
        return _form(ask, {"address": NO_ADDRESS})
    except WrongCall as error:
        return _form(ask, {"name": reason(error)})
    if isinstance(outcome, SignedIn):
        return welcome(ask, cookie, "/admin/settings")
    return page_for_staff(ask.http, "signin/no_setup.html", status=403)


def _redeem(ask: AnyRequest, browser: Browser) -> SignedIn | NotSignedIn:
    text, name = ask.form.text("token"), ask.form.text("name")
    address = OneAddress.parse(ask.form.text("address")[:300])
    with ask.house.db.write() as session:
        return sign_in_staff.set_up(
            session, ask.house.keys, text, address=address, name=name, browser=browser, now=ask.now
        )


def _form(ask: AnyRequest, faults: dict[str, str]) -> Response:
    """Show the form again with what was typed: the link is still good, for it was not looked at."""
    typed = {name: ask.form.text(name)[:2_000] for name in ("token", "address", "name")}
    said = {name: faults.get(name, "") for name in ("address", "name")}
    return page_for_staff(ask.http, "signin/setup.html", status=400 if faults else 200, typed=typed, faults=said)
