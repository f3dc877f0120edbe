"""Somebody on the staff sees where they are signed in, and ends it elsewhere."""

import re

from sqlmodel import col, select
from starlette.testclient import TestClient

from portal.ledger.tables import LedgerEntry
from portal.wiring import House
from tests.cast import Cast
from tests.conftest import Watch
from tests.web.desks import session_of, sit_down, text_of


def is_in(site: TestClient, cookie: str) -> bool:
    """Tell whether a browser with this cookie is signed in."""
    with TestClient(site.app, base_url=str(site.base_url), follow_redirects=False) as browser:
        return browser.get("/staff", headers={"Cookie": f"__Host-staff={cookie}"}).status_code == 200


def test_one_is_ended_then_all_others_and_nobody_elses(
    site: TestClient, house: House, cast: Cast, clock: Watch
) -> None:
    theirs = session_of(house, cast.admin)
    own = [session_of(house, cast.writer) for _ in range(3)]
    clock.forward(minutes=2)
    token = sit_down(site, house, cast.writer)
    page = site.get("/staff/sign-ins").text
    assert text_of(page).count("Another browser") == 3
    assert text_of(page).index("This browser") < text_of(page).index("Another browser")
    told = re.findall(r'name="sign_in" value="([0-9a-f]{32})"', page)
    assert len(set(told)) == 3
    press = {"form_token": token, "sign_in": told[0]}
    assert site.post("/staff/sign-ins/end", data=press).status_code == 303
    assert site.post("/staff/sign-ins/end", data=press).status_code == 303, "a second press ends nothing more"
    assert sorted(is_in(site, cookie) for cookie in own) == [False, True, True]
    assert site.post("/staff/sign-ins/end", data={"form_token": token}).status_code == 303
    assert [is_in(site, cookie) for cookie in (*own, theirs)] == [False, False, False, True]
    page = text_of(site.get("/staff/sign-ins?said=ended").text)
    assert "It is ended" in page
    assert "Another browser" not in page
    with house.db.read() as session:
        bodies = session.exec(select(LedgerEntry.body).where(col(LedgerEntry.act) == "staff:sign-out")).all()
    assert [re.findall(rb'"elsewhere":(\d)', body) for body in bodies] == [[b"1"], [b"2"]]
    assert not any(one.encode() in body for one in told for body in bodies)


def test_nobody_ends_somebody_elses(site: TestClient, house: House, cast: Cast) -> None:
    theirs = session_of(house, cast.admin)
    sit_down(site, house, cast.admin)
    (told,) = re.findall(r'name="sign_in" value="([0-9a-f]{32})"', site.get("/staff/sign-ins").text)
    token = sit_down(site, house, cast.writer)
    site.post("/staff/sign-ins/end", data={"form_token": token, "sign_in": told})
    assert is_in(site, theirs)
