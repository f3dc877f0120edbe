"""Our own style sheets and scripts: light on the wire, kept for a year, and never a stale one after an upgrade."""

import re
import subprocess
import sys
from base64 import b64encode
from hashlib import sha256

import pytest
from starlette.testclient import TestClient

from portal.kernel.storage.migrations import shipped
from portal.web.answers.static_files import address_of
from portal.wiring import House
from tests.cast import Cast
from tests.web.desks import sit_down

A_YEAR = "public, max-age=31536000, immutable"
EVERY_FILE = sorted(path.name for path in shipped("static").iterdir())
IN_THE_PAGE = re.compile(r"<(style|script)>(.*?)</\1>", re.DOTALL)


@pytest.fixture
def staff(site: TestClient, house: House, cast: Cast) -> TestClient:
    """Give a browser in which the writer is signed in."""
    sit_down(site, house, cast.writer)
    return site


@pytest.mark.parametrize("name", EVERY_FILE)
def test_a_file_is_kept_for_a_year_under_the_address_that_names_its_content(site: TestClient, name: str) -> None:
    answer = site.get(address_of(name))
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == A_YEAR
    assert answer.headers["vary"] == "Accept-Encoding"
    assert sha256(answer.content).hexdigest()[:12] in address_of(name)
    assert int(answer.headers["content-length"]) < len(answer.content), "it came compressed"


@pytest.mark.parametrize("asked", ["/static/staff.css", "/static/staff.0123456789ab.css"])
def test_a_page_of_another_version_is_given_the_file_as_it_is_now_and_keeps_it_for_no_time(
    site: TestClient, asked: str
) -> None:
    now = site.get(address_of("staff.css"))
    answer = site.get(asked)
    assert answer.content == now.content
    assert answer.headers["cache-control"] == "no-cache"
    again = site.get(asked, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["cache-control"] == "no-cache"


def test_each_encoding_has_a_tag_of_its_own(site: TestClient) -> None:
    plain = site.get("/static/staff.css", headers={"Accept-Encoding": "identity"})
    zipped = site.get("/static/staff.css", headers={"Accept-Encoding": "br, gzip;q=0.5"})
    refused = site.get("/static/staff.css", headers={"Accept-Encoding": "gzip;q=0"})
    assert "content-encoding" not in plain.headers
    assert "content-encoding" not in refused.headers
    assert zipped.headers["content-encoding"] == "gzip"
    assert plain.content == zipped.content == refused.content
    assert plain.headers["etag"] == refused.headers["etag"] != zipped.headers["etag"]
    other = site.get("/static/staff.css", headers={"If-None-Match": zipped.headers["etag"], "Accept-Encoding": "br"})
    assert other.status_code == 200


def test_what_is_no_file_of_ours_is_not_there(site: TestClient) -> None:
    for name in ("nothing.css", "nothing.0123456789ab.css", "staff.js", "", "staff.css/", "../portal/app.py"):
        answer = site.get(f"/static/{name}")
        assert (answer.status_code, answer.headers["cache-control"]) == (404, "no-store"), name
    assert site.post(address_of("staff.css")).status_code == 405
    assert site.head(address_of("staff.css")).headers["content-length"] != "0"


def test_every_process_names_a_file_alike() -> None:
    asks = "from portal.web.answers.static_files import address_of; print(address_of('staff.css'))"
    told = subprocess.run([sys.executable, "-c", asks], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == address_of("staff.css")


def test_pages_ask_for_no_file_by_a_name_that_may_mean_another_tomorrow(staff: TestClient) -> None:
    pages = [staff.get(path).text for path in ("/o", "/staff", "/staff/mailings/new", "/staff/sign-in", "/setup")]
    asked = {name for page in pages for name in re.findall(r'"(/static/[^"]*)"', page)}
    assert len(asked) > 3
    assert {staff.get(name).headers["cache-control"] for name in asked} == {A_YEAR}


def test_the_policy_knows_what_stands_in_a_page_by_its_hash_and_nothing_else(staff: TestClient) -> None:
    for path in ("/o", "/about", "/letters", "/nothing", "/staff", "/staff/nothing", "/staff/sign-in"):
        answer = staff.get(path)
        policy = answer.headers["content-security-policy"]
        assert "unsafe" not in policy
        held = IN_THE_PAGE.findall(answer.text)
        assert [tag for tag, _ in held] == (["style", "script"] if path == "/o" else ["style"]), path
        for tag, text in held:
            digest = b64encode(sha256(text.encode()).digest()).decode()
            assert f"{tag}-src 'self' 'sha256-{digest}';" in policy, path


def test_a_family_asks_once_for_the_way_in(site: TestClient) -> None:
    page = site.get("/o").text
    assert re.findall(r'(?:src|href)="([^"#]+)"', page) == ["data:,", "/renew", "/about"], "nothing more is loaded"


def test_a_page_of_a_family_is_small(site: TestClient) -> None:
    answer = site.get("/o", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) < 5_500
    plain = site.get("/o", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.text == answer.text
    assert answer.headers["vary"] == "Accept-Encoding"
