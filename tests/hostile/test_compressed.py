"""What comes compressed holds no secret beside text of an attacker’s choice: its size would tell it (BREACH)."""

import re

import pytest
from starlette.routing import Route
from starlette.testclient import TestClient

from portal.flows.opening.open_link import session_id_of
from portal.web.posted.forms import form_token
from portal.web.routes import routes
from portal.wiring import House
from tests.cast import Cast, link_of, token_of
from tests.conftest import Watch
from tests.web.desks import sit_down

MARK = "c0ffee1234567890c0ffee1234567890"  # it has the shape of an id and of a word, so no page refuses it for that
FIELDS = (
    "token", "code", "address", "here", "language", "press", "copy", "device", "said", "q", "as", "remember", "title",
)  # fmt: skip
HEADERS = dict.fromkeys(("User-Agent", "Referer", "X-Forwarded-For", "Accept-Language", "If-None-Match"), MARK)


def doors(*, of_staff: bool) -> list[tuple[str, str]]:
    """Return method and path of every door of families, or of staff; its parts are the mark."""
    found = []
    for route in routes():
        if isinstance(route, Route) and route.path.startswith(("/staff", "/admin", "/setup")) == of_staff:
            method = "POST" if "POST" in (route.methods or ()) else "GET"
            found.append((method, re.sub(r"\{[^}]+\}", MARK, route.path)))
    return found


def asked(site: TestClient, method: str, path: str) -> list[tuple[bool, str]]:
    """Ask at a door with the mark in every part of the request; return whether it was compressed, and the page."""
    fields = dict.fromkeys(FIELDS, MARK)
    answers = [site.request(method, path, params=fields, headers=HEADERS)]
    if method == "POST":
        answers += [site.post(path, data=fields | {"form_token": token}) for token in (MARK, site.headers["x-token"])]
    return [(one.headers.get("content-encoding") == "gzip", one.text) for one in answers]


@pytest.fixture
def family(site: TestClient, house: House, cast: Cast, mailing_id: str) -> TestClient:
    """Give a browser in which a letter is open."""
    site.post("/o", data={"token": token_of(house, link_of(house, mailing_id, cast.carla, cast.ana))})
    cookie = site.cookies["__Host-family"]
    site.headers["x-token"] = form_token(house.keys, session_id_of(cookie))
    return site


def test_no_compressed_page_holds_a_secret_beside_what_was_asked(family: TestClient) -> None:
    token = family.headers["x-token"]
    (copy,) = re.findall(r"/letters/([0-9a-f]{32})", family.get("/letters").text)
    own = [("GET", f"/letters/{copy}"), ("POST", f"/letters/{copy}/acknowledge")]
    looked = [one for method, path in [*own, *doors(of_staff=False)] for one in asked(family, method, path)]
    compressed = [page for is_compressed, page in looked if is_compressed]
    assert len(compressed) > 12
    assert any(token in page and "Ana" in page for page in compressed)
    for page in compressed:
        assert MARK not in page or not any(secret in page for secret in (token, "Ana", "Welcome"))


def test_a_page_that_hands_back_the_link_is_not_compressed(
    site: TestClient, house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    token = token_of(house, link_of(house, mailing_id, cast.carla, cast.ana))
    clock.forward(days=200)
    answer = site.post("/o", data={"token": token})
    assert token in answer.text
    assert "content-encoding" not in answer.headers


def test_no_page_of_staff_is_compressed(site: TestClient, house: House, cast: Cast, mailing_id: str) -> None:
    assert mailing_id
    site.headers["x-token"] = sit_down(site, house, cast.admin)
    looked = [one for method, path in doors(of_staff=True) for one in asked(site, method, path)]
    assert sum(MARK in page for _, page in looked) > 3, "they repeat what was asked"
    assert not any(is_compressed for is_compressed, _ in looked)
