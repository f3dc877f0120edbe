"""A provider whose identity tokens do not hold signs nobody in, whichever check it hopes we forget."""

import base64
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc import jwt
from joserfc.jwk import RSAKey
from sqlmodel import select
from starlette.testclient import TestClient

from portal.kernel.configuration.settings import Settings
from portal.staff.tables import StaffSession
from portal.wiring import House
from tests.cast import Cast
from tests.conftest import Watch

START, CALLBACK = "/staff/sign-in/provider", "/staff/sign-in/callback"
CLIENT_ID = "portal-tests"
KEY = RSAKey.generate_key(2048, {"kid": "the-key"}, private=True)
OTHER_KEY = RSAKey.generate_key(2048, {"kid": "the-key"}, private=True)
Claims = dict[str, Any]


class CrookedProvider(ThreadingHTTPServer):
    """Speaks OpenID Connect, and answers with whatever identity token the test gives it."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.issuer = f"http://127.0.0.1:{self.server_port}"
        self.token: str | None = None

    def pages(self) -> dict[str, Claims]:
        return {
            "/.well-known/openid-configuration": {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                "userinfo_endpoint": f"{self.issuer}/userinfo",
                "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            },
            "/keys": {"keys": [KEY.as_dict(private=False)]},
            "/token": {"access_token": "a", "token_type": "Bearer"} | ({"id_token": self.token} if self.token else {}),
        }


class _Answers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        provider = self.server
        assert isinstance(provider, CrookedProvider)
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = json.dumps(provider.pages()[self.path]).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815 - the standard library names methods so

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def provider() -> Iterator[CrookedProvider]:
    with CrookedProvider() as provider:
        thread = threading.Thread(target=provider.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield provider
        provider.shutdown()
        thread.join()


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Give one database alone: what is tried here is decided before any is asked."""
    return sqlite_url


@pytest.fixture
def settings(settings: Settings, provider: CrookedProvider) -> Settings:
    secret = type(settings.smtp_url)("only-for-tests")
    update = {"oidc_issuer": provider.issuer, "oidc_client_id": CLIENT_ID, "oidc_client_secret": secret}
    return settings.model_copy(update=update)


def signed(claims: Claims) -> str:
    return jwt.encode({"alg": "RS256", "kid": "the-key"}, claims, KEY)


def signed_by_another_key(claims: Claims) -> str:
    return jwt.encode({"alg": "RS256", "kid": "the-key"}, claims, OTHER_KEY)


def signed_by_the_key_it_carries(claims: Claims) -> str:
    header = {"alg": "RS256", "jwk": OTHER_KEY.as_dict(private=False)}
    return jwt.encode(header, claims, OTHER_KEY)


def by_hand(header: Claims, claims: Claims, sign: Callable[[bytes], bytes]) -> str:
    text = b".".join(_base64(json.dumps(part).encode()) for part in (header, claims))
    return b".".join((text, _base64(sign(text)))).decode()


def _base64(octets: bytes) -> bytes:
    return base64.urlsafe_b64encode(octets).rstrip(b"=")


def signed_with_the_public_key_as_a_secret(claims: Claims) -> str:
    secret = KEY.as_pem(private=False)
    return by_hand({"alg": "HS256", "kid": "the-key"}, claims, lambda text: hmac.digest(secret, text, "sha256"))


def signed_with_an_extension_nobody_knows(claims: Claims) -> str:
    header = {"alg": "RS256", "kid": "the-key", "crit": ["urn:nobody"], "urn:nobody": True}
    return by_hand(header, claims, lambda text: KEY.private_key.sign(text, PKCS1v15(), SHA256()))


def unsigned(claims: Claims) -> str:
    return by_hand({"alg": "none"}, claims, lambda _: b"")


def sign_in(
    site: TestClient, provider: CrookedProvider, cast: Cast, make: Callable[[Claims], str | None], **other: object
):
    """Start, and come back with an identity token of `make`; a claim given as None is left out."""
    asked = {name: values[0] for name, values in parse_qs(urlsplit(site.get(START).headers["location"]).query).items()}
    now = int(time.time())
    claims = {
        "iss": provider.issuer, "aud": CLIENT_ID, "sub": "ida-1", "iat": now, "exp": now + 300, "nonce": asked["nonce"],
        "email": cast.admin.address, "email_verified": True,
    } | other  # fmt: skip
    provider.token = make({name: value for name, value in claims.items() if value is not None})
    return site.get(f"{CALLBACK}?code=c&state={asked['state']}")


def sessions(house: House) -> int:
    with house.db.read() as session:
        return len(session.exec(select(StaffSession)).all())


def test_a_token_in_order_signs_in(site: TestClient, house: House, provider: CrookedProvider, cast: Cast) -> None:
    assert sign_in(site, provider, cast, signed).status_code == 303
    assert sessions(house) == 1


@pytest.mark.parametrize(
    "make",
    [
        signed_by_another_key,
        signed_by_the_key_it_carries,
        signed_with_the_public_key_as_a_secret,
        signed_with_an_extension_nobody_knows,
        unsigned,
    ],
    ids=lambda make: make.__name__,
)
def test_a_token_that_is_not_signed_by_the_provider_is_refused(
    site: TestClient, house: House, provider: CrookedProvider, cast: Cast, make: Callable[[Claims], str]
) -> None:
    assert sign_in(site, provider, cast, make).status_code == 403
    assert sessions(house) == 0


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.example"},
        {"iss": None},
        {"aud": "another-client"},
        {"aud": ["another-client"]},
        {"aud": [CLIENT_ID, "another-client"], "azp": "another-client"},
        {"aud": None},
        {"nonce": "of another handshake"},
        {"nonce": None},
        {"exp": 1_700_000_000, "iat": 1_699_999_000},
        {"exp": None},
        {"sub": None},
        {"sub": ""},
    ],
    ids=str,
)
def test_a_token_meant_otherwise_is_refused(
    site: TestClient, house: House, provider: CrookedProvider, cast: Cast, claims: Claims
) -> None:
    assert sign_in(site, provider, cast, signed, **claims).status_code == 403
    assert sessions(house) == 0


def test_an_answer_without_an_identity_token_is_refused(
    site: TestClient, house: House, provider: CrookedProvider, cast: Cast
) -> None:
    assert sign_in(site, provider, cast, lambda _: None).status_code == 403
    assert sessions(house) == 0


def test_a_token_of_an_earlier_handshake_does_not_work_again(
    site: TestClient, house: House, provider: CrookedProvider, cast: Cast
) -> None:
    assert sign_in(site, provider, cast, signed).status_code == 303
    kept = provider.token
    assert sign_in(site, provider, cast, lambda _: kept).status_code == 403
    assert sessions(house) == 1


def test_a_provider_that_cannot_be_asked_again_signs_nobody_in(
    site: TestClient, house: House, provider: CrookedProvider, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = provider.pages()
    pages["/.well-known/openid-configuration"].pop("userinfo_endpoint")
    monkeypatch.setattr(provider, "pages", lambda: pages | {"/token": pages["/token"] | {"id_token": provider.token}})
    assert sign_in(site, provider, cast, signed).status_code == 403
    assert sessions(house) == 0


@pytest.mark.parametrize(
    ("auth_time", "is_anew"),
    [(-60, True), (-3600, False), (3600, True), (None, True), (-(10**30), False), (10**30, True)],
)
def test_whoever_signed_in_there_hours_ago_has_not_signed_in_anew(
    site: TestClient, provider: CrookedProvider, cast: Cast, clock: Watch, auth_time: int | None, *, is_anew: bool
) -> None:
    """An open browser is signed in at the provider too: signing out here and in again proves nothing."""
    at = None if auth_time is None else int(clock.now.timestamp()) + auth_time
    assert sign_in(site, provider, cast, signed, auth_time=at).status_code == 303
    assert ("Sign in again to change this." in site.get("/admin/staff").text) is not is_anew


def test_signing_in_again_is_asked_of_the_provider_too(site: TestClient, provider: CrookedProvider, cast: Cast) -> None:
    first = parse_qs(urlsplit(site.get(START).headers["location"]).query)
    assert "prompt" not in first
    assert int(first["max_age"][0]) > 24 * 60 * 60, "the first time, any sign-in there will do"
    sign_in(site, provider, cast, signed)
    again = parse_qs(urlsplit(site.get(START).headers["location"]).query)
    assert (again["prompt"], again["max_age"]) == (["login"], ["0"])
