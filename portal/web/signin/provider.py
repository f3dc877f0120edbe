"""Signing in with a school account: OpenID Connect's code flow with state, nonce and PKCE (RFC 9700, 2.1.1).

The handshake's cookie is Starlette's signed session, read at these paths alone and gone after ten minutes.
The portal's own sessions are rows.
"""

import hashlib

from itsdangerous import TimestampSigner
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from portal.flows.people import sign_in_staff
from portal.flows.people.sign_in_staff import Identity, NotSignedIn, SignedIn
from portal.web import vouching
from portal.web.answers.headers import host_cookie
from portal.web.guards import AnyRequest
from portal.web.posted.forms import Form
from portal.web.render_staff import page_for_staff
from portal.web.signin.one_time_links import OtherWay, has_live_session, new_browser, welcome
from portal.web.signin.returning import page_after_sign_in
from portal.web.waiting.lanes import run_in_lane
from portal.wiring import House

_HANDSHAKE_SECONDS = 600


class Handshake:
    """Carries what a started handshake must come back with, in a cookie of its own, signed with a key of its own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request of the handshake."""
        house: House = scope["state"]["house"]
        is_https = house.settings.is_https
        secret = house.keys.key("handshake").hex()
        carrier = SessionMiddleware(
            self._app,
            secret_key=secret,
            session_cookie=host_cookie("handshake", is_https=is_https),
            max_age=_HANDSHAKE_SECONDS,
            same_site="lax",  # the provider sends the browser back from another site
            https_only=is_https,
        )
        carrier.signer = TimestampSigner(secret, digest_method=hashlib.sha256)  # Starlette's own is of SHA-1
        await carrier(scope, receive, send)


async def start(request: Request) -> Response:
    """Send a browser to the provider. Nothing is granted or kept here but the browser's own handshake cookie."""
    ask = _asked(request)
    settings = ask.house.settings
    if request.method == "HEAD":
        return Response()
    try:
        provider = await vouching.provider(settings)
        back = f"{settings.base_url}/staff/sign-in/callback"
        is_again = await run_in_lane(has_live_session, ask)
        more = vouching.asked_at_the_sign_in(settings.oidc_issuer, is_again=is_again)
        request.session["next"] = page_after_sign_in(ask.query("next"))
        redirect: Response = await provider.authorize_redirect(request, back, **more)
    except Exception as error:  # noqa: BLE001 - whatever is wrong over there, nobody is signed in here
        vouching.outage_of(settings).began(error)
        return page_for_staff(ask.http, "signin/provider_down.html", status=503)
    vouching.outage_of(settings).over()
    return redirect


async def callback(request: Request) -> Response:
    """Sign in whom the provider vouches for: the one GET that grants, held by cookie, state, nonce and PKCE.

    No limit stands before it: whether what came back is genuine, only the provider can tell.
    """
    ask = _asked(request)
    if request.method == "HEAD":
        return Response()
    cookie, browser = new_browser(ask)
    wanted = str(request.session.get("next", ""))
    identity = await vouching.vouched_for(request, ask.house.settings)
    request.session.clear()
    outcome = await run_in_lane(_sign_in, ask, identity, browser)
    match outcome:
        case SignedIn():
            return welcome(ask, cookie, page_after_sign_in(wanted))
        case NotSignedIn():
            return page_for_staff(ask.http, "signin/refused.html", status=403)


start.guard = callback.guard = "anyone"  # type: ignore[attr-defined]  # they ask the provider, so they run in the loop


def _sign_in(ask: AnyRequest, identity: Identity | None, browser: sign_in_staff.Browser) -> SignedIn | NotSignedIn:
    keys, now = ask.house.keys, ask.now
    with ask.house.db.write() as session:
        if identity is None:
            return sign_in_staff.refuse_sign_in(session, keys, browser=browser, now=now)
        terms = ask.house.settings.provider_terms
        return sign_in_staff.sign_in_by_identity(session, keys, identity, terms, browser=browser, now=now)


def _asked(request: Request) -> AnyRequest:
    house: House = request.state.house
    if not house.settings.has_oidc:
        raise OtherWay
    request.state.lanes.enter("entry", request.scope)
    return AnyRequest(http=request, house=house, form=Form(), now=house.clock())
