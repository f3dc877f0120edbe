"""Whoever has to sign in first gets to the page they came for, and nobody is sent anywhere else."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from portal.web.signin.returning import BEGIN, page_after_sign_in
from portal.wiring import House
from tests.cast import Cast, write_draft
from tests.conftest import Watch
from tests.web.test_sign_in import WAY_IN, mailed_link

BASE = "https://letters.riverbend.example"
HOSTILE = (
    "//evil.test", "https://evil.test/staff", "/staff//evil.test", "/staff/../o", "/staff/%2e%2e/o", "\\\\evil.test",
    "/staff\\evil", "javascript:alert(1)", "/letters", "/o", "/staff/sign-out", "/staff/sign-in/token", "/static/x",
    "/staff/mailings/x\r\nSet-Cookie: a=b", "/staff@evil.test", "/staffing", "/admin.evil.test", "",
)  # fmt: skip


@pytest.mark.parametrize("wanted", HOSTILE)
def test_a_planted_address_leads_to_where_staff_begin(wanted: str) -> None:
    assert page_after_sign_in(wanted) == BEGIN


@given(st.text() | st.from_regex(r"[/\\]{0,2}(staff|admin)?[/\\:@?a-z.%]{0,20}"))
def test_whatever_is_wanted_it_is_a_page_of_staff(wanted: str) -> None:
    page = page_after_sign_in(wanted)
    parts = urlsplit(page)
    assert (parts.scheme, parts.netloc, parts.fragment) == ("", "", "")
    assert re.fullmatch(r"/(staff|admin)(/[A-Za-z0-9_-]+)*", parts.path)
    assert page == "/staff" or wanted.startswith(page)


def test_what_was_looked_for_is_not_carried_along_and_an_id_is() -> None:
    assert page_after_sign_in("/staff/families?q=Ana+Rivera") == "/staff/families"
    frozen = f"/admin/incidents/freeze?kind=mailing&id={'0a' * 16}"
    assert page_after_sign_in(frozen) == frozen


def test_the_mails_link_survives_the_sign_in_by_mail(
    site: TestClient, another_browser: TestClient, house: House, cast: Cast, clock: Watch
) -> None:
    page = f"/staff/mailings/{write_draft(house, cast, now=clock.now)}"
    led = site.get(page).headers["location"]
    assert led == f"{WAY_IN}?next={page}"
    shown = site.get(led).text
    assert f'<input type="hidden" name="next" value="{page}">' in shown
    again = site.post(f"{WAY_IN}/link", data={"address": "no address", "next": page})
    assert f'name="next" value="{page}"' in again.text, "a slip of the finger loses nothing"
    asked = site.post(f"{WAY_IN}/link", data={"address": cast.writer.address, "next": page})
    assert f'href="{led}"' in asked.text
    link = urlsplit(mailed_link(house, clock))
    assert link.query == "", "the link itself says nothing of it"
    answer = another_browser.post(f"{WAY_IN}/token", data={"token": link.fragment})
    assert (answer.status_code, answer.headers["location"]) == (303, page), "also on another device"
    assert another_browser.get(page).status_code == 200


def test_a_planted_page_is_not_kept(site: TestClient, house: House, cast: Cast, clock: Watch) -> None:
    site.post(f"{WAY_IN}/link", data={"address": cast.writer.address, "next": "https://evil.test/"})
    answer = site.post(f"{WAY_IN}/token", data={"token": urlsplit(mailed_link(house, clock)).fragment})
    assert answer.headers["location"] == "/staff"


def test_a_press_leads_back_to_the_page_it_stood_on_and_is_not_done(
    site: TestClient, house: House, cast: Cast, clock: Watch
) -> None:
    draft = write_draft(house, cast, now=clock.now)
    page, press = f"/staff/mailings/{draft}", f"/staff/mailings/{draft}/submit"
    for referer, leads_to in ((f"{BASE}{page}", [page]), ("https://evil.test/staff/x", None), ("", None)):
        answer = site.post(press, headers={"Referer": referer} if referer else {})
        assert answer.status_code == 303
        assert parse_qs(urlsplit(answer.headers["location"]).query).get("next") == leads_to, referer
