"""The setup page makes the first admin by a one-time link, and is nothing without one."""

import pytest
from sqlmodel import func, select
from starlette.testclient import TestClient

from portal.flows.people.sign_in_staff import make_setup_link
from portal.ledger.tables import LedgerEntry
from portal.staff import repository as staff
from portal.staff.tables import SetupLink
from portal.wiring import House
from tests.cast import seat_staff

FIRST = {"address": "ida@riverbend.example.org", "name": "Ida"}


@pytest.fixture
def link(house: House) -> str:
    with house.db.write() as session:
        return make_setup_link(session, house.keys, by="cli:office", now=house.clock())


def admins(house: House) -> int:
    with house.db.read() as session:
        return len(staff.admins(session))


def test_looking_changes_nothing_and_a_press_lets_the_first_admin_in(
    site: TestClient, another_browser: TestClient, house: House, link: str
) -> None:
    before = site.get("/setup").text
    assert site.head("/setup").status_code == 200
    with house.db.read() as session:
        assert session.exec(select(SetupLink.used_at)).one() is None
        assert session.exec(select(func.count()).select_from(LedgerEntry)).one() == 1
    answer = site.post("/setup", data={"token": link, **FIRST})
    assert (answer.status_code, answer.headers["location"]) == (303, "/admin/settings")
    assert answer.headers["set-cookie"].startswith("__Host-staff=")
    assert site.get("/admin/settings").status_code == 200
    assert another_browser.get("/setup").text == before, "the page does not tell whether there is an admin"
    assert another_browser.get("/admin/settings").status_code == 303


def test_unknown_used_expired_and_overtaken_links_get_the_same_page(site: TestClient, house: House, link: str) -> None:
    unknown = site.post("/setup", data={"token": "no link", **FIRST})
    assert unknown.status_code == 403
    with house.db.write() as session:
        newer = make_setup_link(session, house.keys, by="cli:office", now=house.clock())
    assert site.post("/setup", data={"token": link, **FIRST}).content == unknown.content
    with house.db.write() as session:
        seat_staff(session, now=house.clock())
    assert site.post("/setup", data={"token": newer, **FIRST}).content == unknown.content
    assert "set-cookie" not in unknown.headers
    assert link not in unknown.text
    assert admins(house) == 1


def test_a_fault_keeps_the_link_and_guesses_are_held_back(site: TestClient, house: House, link: str) -> None:
    faulty = site.post("/setup", data={"token": link, **FIRST, "address": "ida"})
    assert faulty.status_code == 400
    assert f'value="{link}"' in faulty.text, (
        "the link is out of the address bar: it must not be lost with a typing slip"
    )
    long = site.post("/setup", data={"token": link, **FIRST, "name": "x" * 81})
    assert "at most 80 letters" in long.text
    foreign = site.post("/setup", data={"token": link, **FIRST}, headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403
    answers = [site.post("/setup", data={"token": "guess", **FIRST}).status_code for _ in range(21)]
    assert answers == [403] * 20 + [429]
    assert admins(house) == 0
    assert site.post("/setup", data={"token": link, **FIRST}).status_code == 303, "a guesser locks nobody out"
