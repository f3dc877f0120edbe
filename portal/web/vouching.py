"""What an OpenID provider says of somebody: at the sign-in, and again every minute while they work.

Every answer is checked as OpenID Connect Core asks (3.1.3.7, 5.3.2, 12.2); whatever does not hold is no answer.
"""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from starlette.requests import Request

from portal.flows.people import ask_provider_again
from portal.flows.people.ask_provider_again import Ask, Known, Turn
from portal.flows.people.sign_in_staff import Identity
from portal.kernel.configuration.provider_terms import CLAIMS
from portal.kernel.configuration.settings import Settings
from portal.kernel.errors import PortalError
from portal.kernel.later import Later
from portal.kernel.log import log
from portal.kernel.outage import Outage
from portal.staff.errors import SignedOut
from portal.staff.rules import Acting
from portal.web.waiting.lanes import run_in_lane
from portal.wiring import House

if TYPE_CHECKING:
    from authlib.integrations import httpx_client, starlette_client
else:  # a site with sign-in links asks no provider
    httpx_client = Later("authlib.integrations.httpx_client")
    starlette_client = Later("authlib.integrations.starlette_client")

_SIGN_IN_SECONDS = 10
_ASKING_SECONDS = 5
_WAITS: Final = 30
_LONGEST_AGO: Final = 30 * 24 * 60 * 60
"""In seconds: so long ago may a user have signed in at the provider, which decides itself what it asks earlier."""
_WAIT_SECONDS = 0.2
_ALGORITHMS = {f"{family}{bits}" for family in ("RS", "PS", "ES") for bits in (256, 384, 512)} | {"EdDSA", "Ed25519"}
_MICROSOFT = {"login.microsoftonline.com", "login.microsoftonline.us", "login.partner.microsoftonline.cn"}
_VERIFIED = {"email_verified", "xms_edov"}
_GONE = {"invalid_grant", "invalid_token", "access_denied"}
"""What a provider answers when it does not stand for somebody any more (RFC 6749, 5.2)."""
_MOST_GROUPS = 2000
_LAST_SECOND: Final = 2**32
_NAMES_GROUPS = "names-groups"
"""Kept with the tokens: this provider names groups when it is asked again."""


class ProviderUnusable(PortalError):
    """The provider does not describe itself as the settings say, or could not be asked again."""


class ProviderSilent(PortalError):
    """The sign-in of your school gives no answer, so nobody is let in just now. Nothing was changed. Try again soon."""


@dataclass(frozen=True, slots=True)
class _Described:
    """The provider's client, and what it says of itself."""

    client: Any  # Authlib ships no types
    token_endpoint: str
    userinfo_endpoint: str | None


async def provider(settings: Settings) -> Any:  # noqa: ANN401 - Authlib ships no types
    """Return a client of the provider, which has just described itself. Raises `ProviderUnusable`."""
    return (await _described(settings, _SIGN_IN_SECONDS)).client


def outage_of(settings: Settings) -> Outage:
    """Return what the log is told by when the provider goes, and when it is back; one a process."""
    return _outage(urlsplit(settings.oidc_issuer or "").netloc.rpartition("@")[2])


@cache
def _outage(host: str) -> Outage:
    return Outage("sign-in provider", host)


def asked_at_the_sign_in(issuer: str | None, *, is_again: bool) -> dict[str, str]:
    """Return what a provider is asked beside the scopes: whether and when its user signed in there, and what it needs.

    Whoever signs in again does so there too. Else any sign-in there will do, and `max_age` makes it tell when that
    was (`auth_time`, OpenID Connect Core 3.1.2.1). Without the rest a provider could not be asked again all day:
    Google knows no `offline_access`: without these its answer lasts an hour, and everybody signs in anew each hour. It
    gives a refresh token only together with a look at its consent page, which is one press more at a sign-in.
    """
    is_google = urlsplit(issuer or "").hostname == "accounts.google.com"
    asked = {"max_age": "0" if is_again else str(_LONGEST_AGO)}
    if is_google:  # it knows no `login`
        return asked | {"access_type": "offline", "prompt": "consent"}
    return asked | {"prompt": "login"} if is_again else asked


async def _described(settings: Settings, seconds: int) -> _Described:
    assert settings.oidc_issuer
    assert settings.oidc_client_secret
    scopes: dict[str, Any] = {"scope": "openid email", "code_challenge_method": "S256", "timeout": seconds}
    client = starlette_client.OAuth().register(
        "provider",
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret.get_secret_value(),
        server_metadata_url=f"{settings.oidc_issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs=scopes,
    )
    described = await client.load_server_metadata()
    if described.get("issuer") != settings.oidc_issuer:  # OpenID Connect Discovery 4.3: another may pose as it
        raise ProviderUnusable
    offered = described.get("id_token_signing_alg_values_supported") or ["RS256"]
    described["id_token_signing_alg_values_supported"] = [name for name in offered if name in _ALGORITHMS]
    known = set(described.get("scopes_supported") or ())
    wanted = ["offline_access", *(["profile", "groups"] if settings.provider_terms.decide_roles else [])]
    scopes["scope"] = " ".join(["openid", "email", *(name for name in wanted if name in known)])
    return _Described(client, described["token_endpoint"], described.get("userinfo_endpoint"))


async def vouched_for(request: Request, settings: Settings) -> Identity | None:
    """Return whom the provider names to a browser that comes back, if every check holds."""
    try:
        found = await _described(settings, _SIGN_IN_SECONDS)
        answer = await found.client.authorize_access_token(request, claims_options=_checks(settings))
        claims: dict[str, Any] = dict(answer["userinfo"])
        _check_can_be_asked_again(answer, found)
        if found.userinfo_endpoint and _asks_for_more(claims, settings):
            claims = _joined(await _userinfo(found.userinfo_endpoint, answer, claims["sub"]), claims)
    except Exception as error:  # noqa: BLE001 - whatever does not hold, for whatever reason, is a refusal
        log("web").warning("sign-in-refused", error=type(error).__name__)
        return None
    return _identity(claims, _token(answer))


def _check_can_be_asked_again(answer: Mapping[str, Any], found: _Described) -> None:
    """Refuse a provider that could never tell us that somebody has left."""
    if not answer.get("refresh_token") and found.userinfo_endpoint is None:
        raise ProviderUnusable


def _checks(settings: Settings) -> dict[str, dict[str, Any]]:
    return {
        "iss": {"essential": True, "value": settings.oidc_issuer},
        "aud": {"essential": True, "value": settings.oidc_client_id},
        "sub": {"essential": True},
    }


def _asks_for_more(claims: Mapping[str, Any], settings: Settings) -> bool:
    """Many providers put address and groups into the answer for those who ask with the access token alone."""
    has_groups = any(name in claims for name in CLAIMS.values())
    return "email" not in claims or (settings.provider_terms.decide_roles and not has_groups)


def _joined(userinfo: Mapping[str, Any], claims: Mapping[str, Any]) -> dict[str, Any]:
    """Return both answers, the signed one first; whether an address is verified is said where the address is said."""
    first = claims if "email" in claims else {name: one for name, one in claims.items() if name not in _VERIFIED}
    return {**userinfo, **first}


def _identity(claims: Mapping[str, Any], token: bytes) -> Identity:
    address = str(claims.get("email", "")) if _is_verified(claims) else ""
    name = " ".join(str(claims.get("name", "")).split())
    said = claims.get("auth_time")
    at = datetime.fromtimestamp(max(0, min(said, _LAST_SECOND)), UTC) if isinstance(said, (int, float)) else None
    return Identity(claims["iss"], str(claims["sub"]), address, name, _held(claims) or frozenset(), at, token)


def _is_verified(claims: Mapping[str, Any]) -> bool:
    """Tell whether the provider has verified the address; Microsoft says so in a claim of its own (xms_edov)."""
    if urlsplit(str(claims.get("iss", ""))).hostname in _MICROSOFT and "email_verified" not in claims:
        return claims.get("xms_edov") in (True, "1", "true")
    return claims.get("email_verified") is True


def _held(claims: Mapping[str, Any]) -> frozenset[str] | None:
    """Return somebody's groups as the setting names them; None where the provider says nothing of groups."""
    said = {word: claims[claim] for word, claim in CLAIMS.items() if claim in claims}
    if not said:
        return None
    named = {word: [value] if isinstance(value, str) else value for word, value in said.items()}
    return frozenset(
        f"{word}:{one}"
        for word, values in named.items()
        if isinstance(values, list)
        for one in values[:_MOST_GROUPS]
        if isinstance(one, str)
    )


def _token(answer: Mapping[str, Any]) -> bytes:
    kept = {name: answer[name] for name in ("access_token", "refresh_token") if answer.get(name)}
    return json.dumps(kept).encode()


async def _userinfo(endpoint: str, token: Mapping[str, Any], subject: str) -> dict[str, Any]:
    """Ask about the bearer of an access token. Raises `SignedOut` when it is nobody, or somebody else."""
    bearer = {"access_token": token["access_token"], "token_type": "Bearer"}  # nosec B105  # the kind of a token, no password
    async with httpx_client.AsyncOAuth2Client(token=bearer, timeout=_ASKING_SECONDS) as client:
        answer = await client.get(endpoint)
    if answer.status_code in {401, 403}:
        raise SignedOut
    answer.raise_for_status()
    claims: dict[str, Any] = answer.json()
    if claims.get("sub") != subject:  # OpenID Connect Core 5.3.2: the token of somebody else
        raise SignedOut
    return {name: value for name, value in claims.items() if name not in {"iss", "aud"}}


async def stay_vouched(house: House, session_id: str, person: Acting) -> Acting:
    """Let somebody pass whom the provider stands for, asking again where its last word is older than 40 seconds.

    Raises `SignedOut` when it does not, and `ProviderSilent` when no answer comes: nobody passes meanwhile, and the
    session waits.
    """
    for _ in range(_WAITS):
        turn = await run_in_lane(_turn, house, session_id)
        if turn == "fresh":
            return person
        if isinstance(turn, Ask):
            return await _ask(house, session_id, person, turn)
        await asyncio.sleep(_WAIT_SECONDS)
    raise ProviderSilent


def _turn(house: House, session_id: str) -> Turn:
    now = house.clock()
    with house.db.read() as session:
        turn = ask_provider_again.turn_of(session, session_id, now=now)
    if turn != "due":
        return turn
    with house.db.write() as session:
        return ask_provider_again.take_turn(session, house.keys, session_id, now=now)


async def _ask(house: House, session_id: str, person: Acting, turn: Ask) -> Acting:
    subject = await run_in_lane(_subject, house, person)
    try:
        answer: Known | None = await _known(house.settings, json.loads(turn.token), subject)
    except SignedOut:
        answer = None
    except Exception as error:
        outage_of(house.settings).began(error)
        await run_in_lane(_give_back, house, session_id)
        raise ProviderSilent from error
    outage_of(house.settings).over()
    return await run_in_lane(_keep, house, session_id, person, answer)


async def _known(settings: Settings, token: Mapping[str, str], subject: str) -> Known:
    """Ask the provider once. Raises `SignedOut` when it says no, and whatever else goes wrong."""
    found = await _described(settings, _ASKING_SECONDS)
    claims: dict[str, Any] = {}
    kept = dict(token)
    if "refresh_token" in token:
        answer = await _refreshed(settings, found.token_endpoint, token["refresh_token"])
        kept |= {name: answer[name] for name in ("access_token", "refresh_token") if answer.get(name)}
        if answer.get("id_token"):
            claims = dict(await found.client.parse_id_token(answer, nonce=None, claims_options=_checks(settings)))
            if claims["sub"] != subject:
                raise SignedOut
    if found.userinfo_endpoint:
        claims = await _userinfo(found.userinfo_endpoint, kept, subject) | claims
    held = _held(claims)
    if held is not None:
        kept[_NAMES_GROUPS] = "yes"
    elif _NAMES_GROUPS in kept:
        held = frozenset()  # many providers leave the claim out for whoever is in no group any more
    return Known(json.dumps(kept).encode(), held)


async def _refreshed(settings: Settings, endpoint: str, refresh_token: str) -> Mapping[str, Any]:
    assert settings.oidc_client_secret
    secret = settings.oidc_client_secret.get_secret_value()
    try:
        async with httpx_client.AsyncOAuth2Client(settings.oidc_client_id, secret, timeout=_ASKING_SECONDS) as client:
            answer: Mapping[str, Any] = await client.refresh_token(endpoint, refresh_token=refresh_token)
    except starlette_client.OAuthError as error:
        if error.error in _GONE:
            raise SignedOut from None
        raise
    return answer


def _subject(house: House, person: Acting) -> str:
    with house.db.read() as session:
        return ask_provider_again.subject_of(session, person)


def _give_back(house: House, session_id: str) -> None:
    with house.db.write() as session:
        ask_provider_again.give_back_turn(session, session_id)


def _keep(house: House, session_id: str, person: Acting, answer: Known | None) -> Acting:
    terms, now = house.settings.provider_terms, house.clock()
    with house.db.write() as session:
        still = ask_provider_again.keep_answer(
            session, house.keys, session_id, answer, person=person, terms=terms, now=now
        )
    if still is None:  # only after it is written that the session is over
        raise SignedOut
    return still
