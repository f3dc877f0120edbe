"""Staff read their pages in English, Spanish or French: chosen by hand, else as the browser asks."""

import pytest
from starlette.testclient import TestClient

from portal.wiring import House
from tests.cast import Cast
from tests.web.desks import sit_down

CHOSEN = "Cerrar sesión"


def test_a_choice_is_kept_and_leads_back_to_the_page(site: TestClient, house: House, cast: Cast) -> None:
    sit_down(site, house, cast.admin)
    assert 'value="/staff/families?page=2"' in site.get("/staff/families?q=Rivera&page=2").text
    answer = site.post("/language", data={"language": "es", "here": "/staff/families"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff/families")
    page = site.get("/staff/families").text
    assert '<html lang="es" dir="ltr">' in page
    assert CHOSEN in page


@pytest.mark.parametrize(
    ("asked", "tag"),
    [("fr-CA,en;q=0.5", "fr"), ("es-MX", "es"), ("vi,es;q=0.8", "es"), ("vi", "en"), ("ar", "en"), ("", "en")],
)
def test_a_browser_asks_for_a_language(site: TestClient, asked: str, tag: str) -> None:
    assert f'<html lang="{tag}"' in site.get("/staff/sign-in", headers={"accept-language": asked}).text


def test_a_language_that_families_alone_have_leaves_staff_pages_as_they_are(site: TestClient) -> None:
    site.cookies.set("__Host-language", "vi")
    assert '<html lang="en"' in site.get("/staff/sign-in").text


def test_what_went_wrong_is_said_in_the_same_language(site: TestClient, house: House, cast: Cast) -> None:
    token = sit_down(site, house, cast.admin)
    site.cookies.set("__Host-language", "es")
    assert "Ningún niño de la lista" in site.get("/staff/families/nobody").text
    answer = site.post("/staff/mailings", data={"form_token": token})
    assert '<html lang="es"' in answer.text
    assert 'action="/language"' not in answer.text, "a choice would lose what was posted"
