"""Staff sign in by a one-time link that a press redeems, and sign out again."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from sqlmodel import col, func, select
from starlette.testclient import TestClient

from portal.flows.people.sign_in_staff import make_sign_in_link
from portal.flows.sending.deliver_staff_mail import StaffErrand, message_of
from portal.ledger.tables import LedgerEntry
from portal.mail.letters.staff_letters import StaffLetter
from portal.outbox.rules import Lease
from portal.outbox.tables import StaffMail
from portal.staff.tables import SignInLink, StaffSession
from portal.web.posted.forms import form_token
from portal.wiring import House
from tests.cast import Cast
from tests.conftest import Watch

WAY_IN = "/staff/sign-in"


def make_token(house: House, cast: Cast, clock: Watch) -> str:
    with house.db.write() as session:
        return make_sign_in_link(session, house.keys, cast.writer.address, by="cli:office", now=clock.now)


@pytest.fixture
def token(house: House, cast: Cast, clock: Watch) -> str:
    return make_token(house, cast, clock)


def sessions(house: House) -> list[StaffSession]:
    with house.db.read() as session:
        return list(session.exec(select(StaffSession).order_by(col(StaffSession.created_at))))


def counts(house: House) -> tuple[int, ...]:
    with house.db.read() as session:
        tables = (SignInLink, StaffSession, StaffMail, LedgerEntry)
        used = session.exec(select(func.count()).where(col(SignInLink.used_at).is_not(None))).one()
        return (used, *(session.exec(select(func.count()).select_from(table)).one() for table in tables))


def mailed_link(house: House, clock: Watch) -> str:
    """Return the link in the newest message, as the worker writes it."""
    with house.db.read() as session:
        mail = session.exec(select(StaffMail).order_by(col(StaffMail.due_at).desc())).first()
        assert mail is not None
        errand = StaffErrand(Lease(mail.id, "", 0, mail.due_at), mail.kind, mail.staff_id, mail.about_id, mail.turn)
        message = message_of(session, house.keys, house.settings, errand, now=clock.now)
    assert not isinstance(message, str)
    assert isinstance(message.letter, StaffLetter)
    return message.letter.url


def test_the_sign_in_page_knows_nothing(site: TestClient) -> None:
    answer = site.get(WAY_IN)
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert "<script>" not in answer.text
    assert " style=" not in answer.text
    assert "password" in answer.text


def test_a_press_signs_in_once(site: TestClient, another_browser: TestClient, house: House, token: str) -> None:
    answer = site.post(f"{WAY_IN}/token", data={"token": token})
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-staff=")
    assert {"HttpOnly", "Secure", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))
    assert site.cookies["__Host-staff"] not in {found.id for found in sessions(house)}, "the cookie is not in the row"
    again = another_browser.post(f"{WAY_IN}/token", data={"token": token})
    assert again.status_code == 403
    assert "set-cookie" not in again.headers
    assert len(sessions(house)) == 1


def test_the_link_that_is_mailed_is_the_one_that_works(
    site: TestClient, house: House, cast: Cast, clock: Watch
) -> None:
    answer = site.post(f"{WAY_IN}/link", data={"address": cast.writer.address})
    assert answer.status_code == 200
    link = urlsplit(mailed_link(house, clock))
    assert f"{link.scheme}://{link.netloc}{link.path}" == f"{house.settings.base_url}{WAY_IN}"
    assert link.query == ""
    assert site.post(f"{WAY_IN}/token", data={"token": link.fragment}).status_code == 303
    assert sessions(house)[0].staff_id == cast.writer.id


def test_get_and_head_use_up_nothing_and_change_nothing(site: TestClient, house: House, token: str) -> None:
    before = counts(house)
    for path in (
        WAY_IN,
        f"{WAY_IN}?token={token}",
        f"{WAY_IN}/token?token={token}",
        f"{WAY_IN}/link",
        "/staff/sign-out",
    ):
        for method in ("GET", "HEAD"):
            assert "set-cookie" not in site.request(method, path).headers
    assert counts(house) == before
    assert site.post(f"{WAY_IN}/token", data={"token": token}).status_code == 303


def test_whoever_asks_for_a_link_gets_the_same_page(site: TestClient, house: House, cast: Cast) -> None:
    known, unknown = cast.writer.address, "nobody@riverbend.example.org"
    pages = {}
    for address in (known, unknown):
        answer = site.post(f"{WAY_IN}/link", data={"address": address})
        pages[address] = (answer.status_code, answer.text.replace(address, "…"), sorted(answer.headers))
    assert pages[known] == pages[unknown]
    for _ in range(6):
        answer = site.post(f"{WAY_IN}/link", data={"address": known})
    assert answer.text.replace(known, "…") == pages[known][1], "the sixth link of an hour is silently not sent"
    with house.db.read() as session:
        assert session.exec(select(func.count()).select_from(StaffMail)).one() == 5


def test_what_is_no_address_is_said_beside_the_field(site: TestClient, house: House) -> None:
    before = counts(house)
    for typed in ("", "rosa", "a@x.example, b@y.example", "<script>alert(1)</script>@x.example"):
        answer = site.post(f"{WAY_IN}/link", data={"address": typed})
        assert answer.status_code == 400
        assert 'aria-describedby="address-fault"' in answer.text
        assert "<script>" not in answer.text
    assert counts(house) == before


def test_a_link_from_another_site_signs_nobody_in(site: TestClient, house: House, token: str) -> None:
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "none"}):
        assert site.post(f"{WAY_IN}/token", data={"token": token}, headers=headers).status_code == 403
    assert sessions(house) == []


def test_a_planted_cookie_gains_nothing(
    site: TestClient, another_browser: TestClient, house: House, cast: Cast, clock: Watch
) -> None:
    site.post(f"{WAY_IN}/token", data={"token": make_token(house, cast, clock)})
    planted = site.cookies["__Host-staff"]
    another_browser.cookies.set("__Host-staff", planted, domain="letters.riverbend.example")
    clock.forward(seconds=1)
    another_browser.post(f"{WAY_IN}/token", data={"token": make_token(house, cast, clock)})
    before, after = sessions(house)
    assert before.ended_at == clock.now
    assert after.ended_at is None
    assert before.id != after.id


def test_no_address_to_go_to_is_taken_from_the_browser(site: TestClient, token: str) -> None:
    answer = site.post(f"{WAY_IN}/token?next=//evil.example", data={"token": token, "next": "https://evil.example"})
    assert answer.headers["location"] == "/staff"


def test_guessing_is_held_back_by_network(site: TestClient, house: House, token: str) -> None:
    for _ in range(20):
        assert site.post(f"{WAY_IN}/token", data={"token": "A" * 66}).status_code == 403
    assert site.post(f"{WAY_IN}/token", data={"token": "A" * 66}).status_code == 429
    forwarded = {"X-Forwarded-For": "203.0.113.9"}
    assert site.post(f"{WAY_IN}/token", data={"token": "A" * 66}, headers=forwarded).status_code == 429
    assert sessions(house) == []
    assert site.post(f"{WAY_IN}/token", data={"token": token}).status_code == 303, "a guesser locks nobody out"
    assert site.post(f"{WAY_IN}/token", data={"token": token}).status_code == 429, "it is spent, and no secret any more"


def test_nobody_in_a_network_locks_its_staff_out_by_asking(
    site: TestClient, house: House, cast: Cast, clock: Watch
) -> None:
    for number in range(30):
        asked = site.post(f"{WAY_IN}/link", data={"address": f"nobody{number}@riverbend.example.org"})
        assert asked.status_code == 200
    with house.db.read() as session:
        noted = session.exec(select(func.count()).where(col(LedgerEntry.act) == "staff:sign-in-refused")).one()
    assert noted == 20, "a flood does not fill the ledger"
    known = site.post(f"{WAY_IN}/link", data={"address": cast.writer.address})
    assert known.text.replace(cast.writer.address, "") == asked.text.replace("nobody29@riverbend.example.org", "")
    token = urlsplit(mailed_link(house, clock)).fragment
    assert site.post(f"{WAY_IN}/token", data={"token": token}).status_code == 303


def test_whoever_asks_for_somebodys_links_leaves_them_a_live_one(
    site: TestClient, house: House, cast: Cast, clock: Watch
) -> None:
    for _ in range(60):
        site.post(f"{WAY_IN}/link", data={"address": cast.writer.address})
        clock.forward(minutes=1)
        with house.db.read() as session:
            made = session.exec(select(SignInLink).order_by(col(SignInLink.created_at).desc())).all()
        assert made[0].expires_at - clock.now > timedelta(minutes=3)
        assert len(made) <= 11


def test_signing_out_ends_the_session_and_clears_the_browser(site: TestClient, house: House, token: str) -> None:
    site.post(f"{WAY_IN}/token", data={"token": token})
    cookie = site.cookies["__Host-staff"]
    (found,) = sessions(house)
    assert site.post("/staff/sign-out", data={"form_token": "0" * 64}).status_code == 403
    answer = site.post("/staff/sign-out", data={"form_token": form_token(house.keys, found.id)})
    assert (answer.status_code, answer.headers["location"]) == (303, WAY_IN)
    assert "storage" in answer.headers["clear-site-data"]
    assert re.search(r"__Host-staff=\"\";.*Max-Age=0", answer.headers["set-cookie"])
    assert sessions(house)[0].ended_at is not None
    site.cookies.set("__Host-staff", cookie, domain="letters.riverbend.example")
    again = site.post("/staff/sign-out", data={"form_token": form_token(house.keys, found.id)})
    assert again.headers["location"] == WAY_IN, "an ended session is nobody"


@pytest.mark.parametrize(("idle", "status"), [({"minutes": 59}, 200), ({"minutes": 60}, 303)])
def test_a_session_ends_after_an_idle_hour(
    site: TestClient, clock: Watch, token: str, idle: dict[str, float], status: int
) -> None:
    site.post(f"{WAY_IN}/token", data={"token": token})
    clock.forward(**idle)
    assert site.get("/staff").status_code == status


def test_a_session_ends_after_twelve_hours_however_busy(site: TestClient, clock: Watch, token: str) -> None:
    site.post(f"{WAY_IN}/token", data={"token": token})
    for _ in range(23):
        clock.forward(minutes=30)
        assert site.get("/staff").status_code == 200
    clock.forward(minutes=30)
    assert site.get("/staff").status_code == 303


def test_without_a_provider_its_paths_are_no_way_in(site: TestClient, house: House) -> None:
    for path in ("/provider", "/callback?code=x&state=y"):
        answer = site.get(WAY_IN + path)
        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers
    assert sessions(house) == []
