"""How often a code may be typed and asked for, how long it lasts, and what pauses a link's codes."""

import re

import pytest
from sqlmodel import col, select, update
from starlette.testclient import TestClient

from portal.families.tables import Guardian
from portal.links.tables import CodeChallenge, CodePause, CodeStep
from portal.outbox.tables import FamilyMail
from portal.wiring import House
from tests.cast import Cast, is_letter
from tests.conftest import Watch
from tests.web.coded import Desk, take_back, wrong
from tests.web.desks import sit_down


@pytest.fixture
def desk(house: House, cast: Cast, clock: Watch, confidential_letter: str) -> Desk:
    return Desk(house, cast, clock, confidential_letter)


def test_five_wrong_tries_end_a_code(site: TestClient, desk: Desk) -> None:
    code = desk.asked(site)
    for number in range(5):
        answer = site.post("/o/verify", data={"code": wrong(code)})
        assert answer.status_code == 422
        assert ("That is not the code" if number < 4 else "This code has ended") in answer.text
        assert "set-cookie" not in answer.headers
    assert site.post("/o/verify", data={"code": code}).status_code == 422
    assert site.get("/letters").status_code == 404
    with desk.house.db.read() as session:
        assert session.exec(select(CodeChallenge.wrong)).one() == 5


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "12345x", "١٢٣", "²²²²²²", "0" * 5_000])
def test_what_is_not_six_digits_is_no_try(site: TestClient, desk: Desk, typed: str) -> None:
    code = desk.asked(site)
    for _ in range(6):
        assert site.post("/o/verify", data={"code": typed}).status_code == 422
    assert site.post("/o/verify", data={"code": code}).status_code == 303


def test_a_code_lasts_ten_minutes(site: TestClient, desk: Desk) -> None:
    code = desk.asked(site)
    desk.clock.forward(minutes=10)
    answer = site.post("/o/verify", data={"code": code})
    assert answer.status_code == 422
    assert "This code has ended. Ask for a new one." in answer.text
    assert desk.ask(site).status_code == 303
    assert is_letter(site.post("/o/verify", data={"code": desk.code()}).headers["location"])


def test_another_code_is_sent_once_a_minute_and_thrice_in_ten(site: TestClient, desk: Desk) -> None:
    codes = [desk.asked(site)]
    early = desk.ask(site)
    assert early.status_code == 429
    assert "Wait a minute" in early.text
    for _ in range(2):
        desk.clock.forward(minutes=1)
        assert desk.ask(site).status_code == 303
        codes.append(desk.code())
    desk.clock.forward(minutes=1)
    assert desk.ask(site).status_code == 429
    assert desk.mail() == []
    for old in codes[:2]:
        if old != codes[2]:
            assert site.post("/o/verify", data={"code": old}).status_code == 422, "only the newest is taken"
    assert site.post("/o/verify", data={"code": codes[2]}).status_code == 303


def test_twenty_wrong_tries_pause_a_links_codes_for_an_hour(site: TestClient, desk: Desk) -> None:
    for _ in range(4):
        code = desk.asked(site)
        for _ in range(5):
            last = site.post("/o/verify", data={"code": wrong(code)})
        desk.clock.forward(minutes=2)
    assert last.status_code == 429
    assert "Wait an hour" in last.text
    desk.stand(site)
    assert "Wait an hour" in site.get("/o/verify").text
    assert desk.ask(site).status_code == 429
    assert desk.mail() == []
    desk.stand(site, "diego")
    assert desk.ask(site).status_code == 303, "another guardian's link is another"
    desk.mail()
    desk.clock.forward(minutes=59)
    code = desk.asked(site)
    assert site.post("/o/verify", data={"code": wrong(code)}).status_code == 429, "one more in 24 hours pauses again"
    assert site.post("/o/verify", data={"code": code}).status_code == 429
    desk.clock.forward(hours=1)
    desk.passed(site)


def test_ten_mails_in_a_day_pause_a_links_codes_for_an_hour(site: TestClient, desk: Desk) -> None:
    for _ in range(10):
        desk.stand(site)
        assert desk.ask(site).status_code == 303
        desk.clock.forward(minutes=2)
    assert len(desk.mail()) < 11
    desk.stand(site)
    answer = desk.ask(site)
    assert answer.status_code == 429
    assert "Wait an hour" in answer.text
    assert desk.mail() == []
    desk.clock.forward(hours=1)
    desk.passed(site)


def test_browsers_that_stand_nowhere_keep_no_other_from_its_code(
    site: TestClient, another_browser: TestClient, desk: Desk
) -> None:
    code = desk.asked(site)
    another_browser.cookies.set("__Host-code", "A" * 43, domain="letters.riverbend.example")
    answers = [another_browser.post("/o/verify", data={"code": "123456"}).status_code for _ in range(31)]
    assert answers == [404] * 30 + [429]
    assert site.post("/o/verify", data={"code": code}).status_code == 303


@pytest.mark.parametrize("when", ["asked", "expired", "changed", "taken back", "paused"])
def test_a_code_that_is_over_is_not_mailed(site: TestClient, desk: Desk, when: str) -> None:
    desk.stand(site)
    desk.ask(site)
    carla = col(Guardian.id) == desk.cast.carla
    match when:
        case "expired":
            desk.clock.forward(minutes=11)
        case "changed":
            desk.change(
                update(Guardian).where(carla).values(address="new@x.example.org", address_key="new@x.example.org")
            )
        case "taken back":
            take_back(desk)
        case "paused":
            with desk.house.db.write() as session:
                session.add(CodePause(link_id=desk.link(), paused_until=desk.clock.now.replace(hour=23)))
    assert len(desk.mail()) == (1 if when == "asked" else 0)
    with desk.house.db.read() as session:
        assert session.exec(select(FamilyMail.state)).one() == ("sent" if when == "asked" else "cancelled")


def test_whoever_waits_an_hour_begins_again_with_the_link(site: TestClient, desk: Desk) -> None:
    desk.stand(site)
    desk.clock.forward(hours=1)
    assert site.get("/o/verify").status_code == 404
    assert desk.ask(site).status_code == 404
    assert desk.mail() == []


def test_old_steps_codes_and_messages_are_deleted(site: TestClient, desk: Desk) -> None:
    code = desk.asked(site)
    site.post("/o/verify", data={"code": wrong(code)})
    with desk.house.db.write() as session:
        session.add(CodePause(link_id=desk.link("diego"), paused_until=desk.clock.now))
    tables = (CodeChallenge, CodeStep, FamilyMail)
    desk.clock.forward(hours=23)
    desk.mail()
    assert [desk.count(table) for table in tables] == [1, 1, 1], "they count for 24 hours"
    assert desk.count(CodePause) == 0
    desk.clock.forward(hours=3)
    desk.mail()
    assert [desk.count(table) for table in tables] == [0, 0, 0]


def test_a_key_that_left_the_key_file_ends_its_codes(site: TestClient, desk: Desk) -> None:
    code = desk.asked(site)
    desk.change(update(CodeChallenge).values(key_id="k-gone"))
    assert site.post("/o/verify", data={"code": code}).status_code == 422
    assert site.get("/letters").status_code == 404


def test_staff_see_until_when_codes_are_paused(site: TestClient, desk: Desk) -> None:
    with desk.house.db.write() as session:
        until = desk.clock.now.replace(hour=13, minute=7)
        session.add(CodePause(link_id=desk.link(), paused_until=until))
    sit_down(site, desk.house, desk.cast.writer)
    assert "Codes paused until 6 August, 13:07" in re.sub(r"<[^>]+>", "", site.get("/staff/families/100001").text)
    assert "Codes paused" not in site.get("/staff/families/100006").text
    page = re.sub(r"<[^>]+>", "", site.get(f"/staff/mailings/{desk.mailing}").text)
    assert "Codes are paused for 1 link after too many tries, the first until 6 August, 13:07." in page
    assert "Each family is asked for a code before it opens." in page
    desk.clock.forward(hours=2)
    assert "Codes paused" not in site.get("/staff/families/100001").text
