"""Staff sign in with the account of a real OpenID provider, and nothing weaker is left beside it."""

import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlmodel import col, func, select
from starlette.testclient import TestClient

from portal.flows.people.sign_in_staff import make_sign_in_link
from portal.kernel.configuration.settings import Settings
from portal.kernel.ids import new_id
from portal.ledger import repository as ledger
from portal.ledger.rules import Wanted
from portal.ledger.tables import LedgerEntry
from portal.outbox.tables import StaffMail
from portal.staff import repository as staff
from portal.staff.tables import StaffSession
from portal.web.vouching import asked_at_the_sign_in
from portal.wiring import House
from tests.cast import Cast
from tests.conftest import Watch
from tests.parts.oidc import OpenIdProvider
from tests.parts.process import free_ports

START, CALLBACK = "/staff/sign-in/provider", "/staff/sign-in/callback"


@pytest.fixture
def issuer(oidc: OpenIdProvider) -> str:
    return oidc.issuer


@pytest.fixture
def settings(settings: Settings, oidc: OpenIdProvider, issuer: str) -> Settings:
    """Give settings with a provider; a test may name another issuer."""
    return settings.model_copy(
        update={
            "oidc_issuer": issuer,
            "oidc_client_id": oidc.client_id,
            "oidc_client_secret": type(settings.smtp_url)(oidc.client_secret),
        }
    )


@pytest.fixture
def rosa(oidc: OpenIdProvider, cast: Cast) -> str:
    """Make the writer known to the provider; return her subject there."""
    subject = new_id()
    oidc.knows(subject, email=cast.writer.address, email_verified=True)
    return subject


def come_back(site: TestClient, oidc: OpenIdProvider, subject: str) -> str:
    """Start in this browser and agree at the provider; return where it sends the browser back to."""
    started = site.get(START)
    assert started.status_code == 302
    return relative(oidc.sign_in(started.headers["location"], subject))


def relative(url: str) -> str:
    return url.removeprefix("https://letters.riverbend.example")


def signed_in(house: House) -> list[str]:
    with house.db.read() as session:
        return list(session.exec(select(StaffSession.staff_id)))


def last_act(house: House) -> dict[str, object]:
    with house.db.read() as session:
        (entry,) = ledger.search(session, Wanted(), limit=1)
    found: dict[str, object] = json.loads(entry.body)
    return found


def refused(site: TestClient, house: House, callback: str) -> dict[str, object]:
    """Assert that a callback signs nobody in; return what the ledger says of it."""
    before = signed_in(house)
    answer = site.get(callback)
    assert answer.status_code == 403
    assert "__Host-staff" not in answer.headers.get("set-cookie", "")
    assert signed_in(house) == before
    act = last_act(house)
    assert act["act"] == "staff:sign-in-refused"
    return act


def test_the_page_offers_the_school_account_alone(site: TestClient) -> None:
    page = site.get("/staff/sign-in").text
    assert f'href="{START}"' in page
    assert re.findall(r'<form [^>]*action="([^"]+)"', page) == ["/language"]
    assert "<script" not in page


def test_the_handshake_starts_with_state_nonce_and_pkce(site: TestClient, oidc: OpenIdProvider) -> None:
    answer = site.get(START)
    asked = parse_qs(urlsplit(answer.headers["location"]).query)
    assert answer.headers["location"].startswith(oidc.issuer)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == [f"https://letters.riverbend.example{CALLBACK}"]
    assert all(len(asked[name][0]) >= 20 for name in ("state", "nonce", "code_challenge"))
    cookie = {part.lower() for part in answer.headers["set-cookie"].split("; ")}
    assert {"path=/", "max-age=600", "httponly", "samesite=lax", "secure"} <= cookie
    assert answer.headers["set-cookie"].startswith("__Host-handshake=")


def test_google_alone_is_asked_to_be_asked_again_all_day(site: TestClient, oidc: OpenIdProvider) -> None:
    for again in (False, True):
        of_google = {"access_type": "offline", "prompt": "consent"}
        assert asked_at_the_sign_in("https://accounts.google.com", is_again=again).items() >= of_google.items()
    for other in (oidc.issuer, "https://accounts.google.com.evil.test", None):
        assert asked_at_the_sign_in(other, is_again=False).keys() == {"max_age"}
    assert not {"access_type", "prompt"} & parse_qs(urlsplit(site.get(START).headers["location"]).query).keys()


def test_a_staff_member_signs_in_and_is_known_by_subject(
    site: TestClient, house: House, cast: Cast, oidc: OpenIdProvider, rosa: str
) -> None:
    answer = site.get(come_back(site, oidc, rosa))
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff")
    cookies = answer.headers.get_list("set-cookie")
    assert any(cookie.startswith("__Host-staff=") for cookie in cookies)
    assert any(cookie.startswith("__Host-handshake=null") for cookie in cookies), "the handshake is over"
    assert last_act(house) == last_act(house) | {"act": "staff:sign-in", "by": cast.writer.label, "way": "provider"}
    oidc.knows(rosa, email="married.name@riverbend.example.org", email_verified=True)
    assert site.get(come_back(site, oidc, rosa)).status_code == 303
    assert signed_in(house) == [cast.writer.id] * 2


def test_the_page_that_somebody_came_for_survives_the_provider(
    site: TestClient, cast: Cast, oidc: OpenIdProvider, rosa: str
) -> None:
    assert cast.writer
    for wanted, page in (("/staff/families", "/staff/families"), ("//evil.test/staff", "/staff")):
        way_in = site.get(f"/staff/sign-in?next={wanted}").text
        assert ("?next=" in way_in) == (wanted == page)
        started = site.get(f"{START}?next={wanted}")
        answer = site.get(relative(oidc.sign_in(started.headers["location"], rosa)))
        assert (answer.status_code, answer.headers["location"]) == (303, page)


def test_an_admins_address_on_another_account_does_not_sign_in(
    site: TestClient, house: House, cast: Cast, oidc: OpenIdProvider
) -> None:
    ida, other = new_id(), new_id()
    for subject in (ida, other):
        oidc.knows(subject, email=cast.admin.address, email_verified=True)
    assert site.get(come_back(site, oidc, ida)).status_code == 303
    assert refused(site, house, come_back(site, oidc, other))["why"] == "unknown"


@pytest.mark.parametrize("claims", [{"email_verified": False}, {}, {"email_verified": "true"}, {"email_verified": 1}])
def test_an_unverified_address_ties_nobody(
    site: TestClient, house: House, cast: Cast, oidc: OpenIdProvider, claims: dict[str, object]
) -> None:
    subject = new_id()
    oidc.knows(subject, email=cast.admin.address, **claims)
    assert refused(site, house, come_back(site, oidc, subject))["why"] == "unverified"


def test_whoever_is_refused_reads_all_that_it_may_be_and_not_which(
    site: TestClient, cast: Cast, oidc: OpenIdProvider
) -> None:
    unverified, unknown = new_id(), new_id()
    oidc.knows(unverified, email=cast.admin.address, email_verified=False)
    oidc.knows(unknown, email="nobody.here@riverbend.example.org", email_verified=True)
    pages = {site.get(come_back(site, oidc, subject)).text for subject in (unverified, unknown)}
    (page,) = pages
    for said in ("ten minutes", "calls verified", "on the portal’s list of staff"):
        assert said in page
    assert "group" not in page, "here the portal's own list says who is staff"


def test_somebody_who_is_not_staff_is_refused_without_a_trace_of_who(
    site: TestClient, house: House, oidc: OpenIdProvider
) -> None:
    subject = new_id()
    oidc.knows(subject, email="parent@mail.example.org", email_verified=True)
    act = refused(site, house, come_back(site, oidc, subject))
    assert set(act) == {"act", "at", "by", "why"}
    assert (act["by"], act["why"]) == ("staff:unknown", "unknown")


def test_a_callback_needs_the_browser_that_started(
    site: TestClient, another_browser: TestClient, house: House, oidc: OpenIdProvider, rosa: str
) -> None:
    callback = come_back(site, oidc, rosa)
    assert refused(another_browser, house, callback)["why"] == "provider"
    another_browser.get(START)
    assert refused(another_browser, house, callback)["why"] == "provider", "a handshake of its own is another one"


@pytest.mark.parametrize("change", ["no state", "other state", "no code", "other code", "denied", "nothing"])
def test_a_callback_that_was_touched_is_refused(
    site: TestClient, house: House, oidc: OpenIdProvider, rosa: str, change: str
) -> None:
    callback = come_back(site, oidc, rosa)
    query = {name: values[0] for name, values in parse_qs(urlsplit(callback).query).items()}
    state, code = query["state"], query["code"]
    changed = {
        "no state": f"code={code}",
        "other state": f"code={code}&state={state[:-1]}",
        "no code": f"state={state}",
        "other code": f"code={code}x&state={state}",
        "denied": f"error=access_denied&state={state}",
        "nothing": "",
    }[change]
    assert refused(site, house, f"{CALLBACK}?{changed}")["why"] == "provider"


def test_a_code_works_once(site: TestClient, house: House, oidc: OpenIdProvider, rosa: str) -> None:
    callback = come_back(site, oidc, rosa)
    handshake = site.cookies["__Host-handshake"]
    assert site.get(callback).status_code == 303
    assert refused(site, house, callback)["why"] == "provider"
    again = {"Cookie": f"__Host-handshake={handshake}"}
    answer = site.get(callback, headers=again)
    assert answer.status_code == 403, "even with the old handshake: the provider takes a code once"


def test_what_did_not_hold_keeps_nobody_else_in_the_network_out(
    site: TestClient, another_browser: TestClient, house: House, oidc: OpenIdProvider, rosa: str
) -> None:
    for _ in range(25):
        refused(another_browser, house, "/staff/sign-in/callback?code=a&state=b")
    with house.db.read() as session:
        noted = session.exec(select(func.count()).where(col(LedgerEntry.act) == "staff:sign-in-refused")).one()
    assert noted == 20, "a flood does not fill the ledger"
    assert site.get(come_back(site, oidc, rosa)).status_code == 303


def test_a_nonce_that_was_swapped_is_refused(site: TestClient, house: House, oidc: OpenIdProvider, rosa: str) -> None:
    asked = site.get(START).headers["location"]
    nonce = parse_qs(urlsplit(asked).query)["nonce"][0]
    callback = relative(oidc.sign_in(asked.replace(nonce, "another-nonce"), rosa))
    assert refused(site, house, callback)["why"] == "provider"


def test_a_forged_handshake_cookie_is_refused(site: TestClient, house: House, oidc: OpenIdProvider, rosa: str) -> None:
    callback = come_back(site, oidc, rosa)
    cookie = site.cookies["__Host-handshake"]
    site.cookies.clear()
    for forged in (cookie[:-2], "e30=.x.y", "null", "A" * 3000):
        answer = site.get(callback, headers={"Cookie": f"__Host-handshake={forged}"})
        assert answer.status_code == 403
    assert signed_in(house) == []


def test_head_grants_nothing(site: TestClient, house: House, oidc: OpenIdProvider, rosa: str) -> None:
    callback = come_back(site, oidc, rosa)
    assert "set-cookie" not in site.head(callback).headers
    assert "set-cookie" not in site.head(START).headers
    assert signed_in(house) == []
    assert site.get(callback).status_code == 303, "a look ahead has used up nothing"


def test_no_address_to_go_to_is_taken_from_the_browser(site: TestClient, oidc: OpenIdProvider, rosa: str) -> None:
    callback = come_back(site, oidc, rosa)
    assert site.get(f"{callback}&next=//evil.example").headers["location"] == "/staff"


def test_no_link_signs_in_beside_the_provider(site: TestClient, house: House, cast: Cast, clock: Watch) -> None:
    with house.db.write() as session:
        token = make_sign_in_link(session, house.keys, cast.admin.address, by="cli:office", now=clock.now)
    assert site.post("/staff/sign-in/token", data={"token": token}).status_code == 403
    assert site.post("/staff/sign-in/link", data={"address": cast.admin.address}).status_code == 403
    assert signed_in(house) == []
    with house.db.read() as session:
        assert len(session.exec(select(StaffMail)).all()) == 1


def test_a_removed_person_is_signed_out_at_once(
    site: TestClient, house: House, cast: Cast, oidc: OpenIdProvider, rosa: str
) -> None:
    site.get(come_back(site, oidc, rosa))
    assert site.get("/staff").status_code == 200
    with house.db.write() as session:
        staff.remove(session, cast.writer.id, now=house.clock())
    assert site.get("/staff").headers["location"] == "/staff/sign-in"
    refused(site, house, come_back(site, oidc, rosa))


class TestWhenTheProviderIsDown:
    @pytest.fixture
    def issuer(self) -> str:
        (port,) = free_ports(1)
        return f"http://127.0.0.1:{port}"

    def test_nobody_signs_in_and_nothing_weaker_is_offered(self, site: TestClient, house: House, cast: Cast) -> None:
        answer = site.get(START)
        assert answer.status_code == 503
        assert "<form" not in answer.text
        assert refused(site, house, f"{CALLBACK}?code=x&state=y")["why"] == "provider"
        asked = site.post("/staff/sign-in/link", data={"address": cast.admin.address})
        assert asked.status_code == 403


class TestWhenTheProviderCallsItselfAnother:
    @pytest.fixture
    def issuer(self, oidc: OpenIdProvider) -> str:
        return f"{oidc.issuer}/"

    def test_nobody_is_sent_there(self, site: TestClient) -> None:
        answer = site.get(START)
        assert answer.status_code == 503
        assert "location" not in answer.headers
