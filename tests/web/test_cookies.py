"""Every cookie is bound to this host, told to no script, and sent over https alone (ASVS 3.3)."""

import hashlib

import pytest
from itsdangerous import TimestampSigner
from starlette.testclient import TestClient

from portal.kernel.configuration.settings import Settings
from portal.wiring import House
from tests.cast import Cast, link_of, token_of
from tests.parts.oidc import OpenIdProvider
from tests.web.test_sign_in_provider import START, come_back, rosa

assert rosa
BOUND = {"HttpOnly", "Secure", "Path=/"}


@pytest.fixture
def settings(settings: Settings, oidc: OpenIdProvider) -> Settings:
    secret = type(settings.smtp_url)(oidc.client_secret)
    update = {"oidc_issuer": oidc.issuer, "oidc_client_id": oidc.client_id, "oidc_client_secret": secret}
    return settings.model_copy(update=update)


def test_every_cookie_is_bound_to_this_host(
    site: TestClient, house: House, cast: Cast, mailing_id: str, oidc: OpenIdProvider, rosa: str
) -> None:
    token = token_of(house, link_of(house, mailing_id, cast.carla, cast.ana))
    answers = [
        site.get(START),
        site.get(come_back(site, oidc, rosa)),
        site.post("/o", data={"token": token}),
        site.post("/language", data={"language": "es", "here": "/o"}),
        site.post("/leave"),
    ]
    set_by = [cookie for answer in answers for cookie in answer.headers.get_list("set-cookie")]
    names = {cookie.partition("=")[0] for cookie in set_by}
    assert names == {"__Host-handshake", "__Host-staff", "__Host-family", "__Host-language"}
    for cookie in set_by:
        parts = {part.replace("path=", "Path=").replace("httponly", "HttpOnly").replace("secure", "Secure")
                 for part in cookie.split("; ")}  # fmt: skip
        assert parts >= BOUND, cookie
        assert "samesite=lax" in cookie.lower(), cookie
        assert "domain" not in cookie.lower(), cookie


def test_the_handshake_is_signed_with_sha_256(site: TestClient, house: House) -> None:
    site.get(START)
    signer = TimestampSigner(house.keys.key("handshake").hex(), digest_method=hashlib.sha256)
    assert signer.unsign(site.cookies["__Host-handshake"])


def test_many_handshakes_that_nobody_ended_fit_a_cookie(site: TestClient, oidc: OpenIdProvider, rosa: str) -> None:
    for _ in range(15):
        answer = site.get(START)
        (cookie,) = answer.headers.get_list("set-cookie")
        assert len(cookie.partition(";")[0]) < 4096, "browsers keep no larger one"
    assert site.get(come_back(site, oidc, rosa)).headers["location"] == "/staff"
