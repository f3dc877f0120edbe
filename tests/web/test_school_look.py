"""A family recognises its school: mark, name and accent stand on every page, and no message has a picture."""

import re
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from portal.app import build_app
from portal.kernel.configuration.settings import Settings
from portal.kernel.errors import StartRefused
from portal.overviews.operation.in_force import in_force
from portal.wiring import House, machine_of
from tests.cast import Cast, link_of, send_letter, token_of
from tests.conftest import Watch
from tests.letter_files import png_of
from tests.web.desks import sit_down

IMAGE = re.compile(r'<img class="mark" src="([^"]+)" width="(\d+)" height="(\d+)" alt="([^"]*)">')
ACCENT = "#7b1fa2"


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    path = tmp_path / "mark.png"
    path.write_bytes(png_of(400, 200))
    return settings.model_copy(update={"mark": path, "accent": ACCENT})


def pages_of(site: TestClient, house: House, cast: Cast, now: Watch) -> Iterator[tuple[str, str]]:
    """Give pages of every kind: of families, of staff, before signing in, and of what went wrong."""
    mailing = send_letter(house, cast, now=now.now)
    now.forward(minutes=10)
    for path in ("/o", "/about", "/renew", "/nothing", "/letters", "/staff/sign-in", "/setup", "/staff/nothing"):
        yield path, site.get(path).text
    site.post("/o", data={"token": token_of(house, link_of(house, mailing, cast.carla, cast.ana))})
    (copy,) = set(re.findall(r"/letters/([0-9a-f]{32})", site.get("/letters").text))
    sit_down(site, house, cast.admin)
    for path in (f"/letters/{copy}", "/staff", "/admin/settings", f"/staff/mailings/{mailing}/preview", "/admin/none"):
        yield path, site.get(path).text


def test_every_page_has_the_mark_and_the_accent(site: TestClient, house: House, cast: Cast, clock: Watch) -> None:
    for path, page in pages_of(site, house, cast, clock):
        assert [found[1:] for found in IMAGE.findall(page)] == [("80", "40", house.settings.organisation)], path
        assert f'<bdi aria-hidden="true">{house.settings.organisation}</bdi>' in page, "read aloud once"
        assert f"--accent:{ACCENT}" in page, path


def test_the_mark_is_light_and_kept_for_a_year(site: TestClient) -> None:
    (found,) = IMAGE.findall(site.get("/o").text)
    answer = site.get(found[0])
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert len(answer.content) <= 4_096
    other = site.get("/mark/0123456789ab.png")
    assert (other.content, other.headers["cache-control"]) == (answer.content, "no-cache")


def test_the_policy_knows_the_sheet_with_the_accent(site: TestClient) -> None:
    answer = site.get("/o")
    (sheet,) = re.findall(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    digest = b64encode(sha256(sheet.encode()).digest()).decode()
    policy = answer.headers["content-security-policy"]
    assert f"style-src 'self' 'sha256-{digest}';" in policy
    assert "unsafe" not in policy


def test_a_site_with_a_mark_that_cannot_be_read_does_not_start(settings: Settings, tmp_path: Path) -> None:
    bad = settings.model_copy(update={"mark": tmp_path / "none.png"})
    with pytest.raises(StartRefused, match="PORTAL_MARK names a file that cannot be read"):
        build_app(bad)


def test_an_operator_is_told_which_mark_and_accent_are_in_force(house: House) -> None:
    with house.db.read() as session:
        told = {fact.name: fact for fact in in_force(session, house.settings, machine_of(house), now=house.clock())}
    found = told["Mark and accent of pages"]
    assert found.standing == "safe"
    assert "mark.png" in found.value
    assert f"accent {ACCENT}, in the dark #" in found.value
