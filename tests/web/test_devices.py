"""A phone that a family has us remember opens its confidential letters without a code, until somebody ends that."""

import re
from datetime import timedelta

import pytest
from sqlmodel import col, select, update
from starlette.testclient import TestClient

from portal.families.tables import Guardian, Guardianship
from portal.ledger.tables import LedgerEntry
from portal.links.tables import CodePause, Device, Link
from portal.wiring import House
from tests.cast import Cast, is_letter
from tests.conftest import Watch
from tests.web.coded import Desk
from tests.web.test_opening import letters_in


@pytest.fixture
def desk(house: House, cast: Cast, clock: Watch, confidential_letter: str) -> Desk:
    return Desk(house, cast, clock, confidential_letter)


def opens(site: TestClient, desk: Desk, guardian: str = "carla", child: str = "ana") -> bool:
    """Tell whether a link opens at once in this browser, which has no session any more."""
    site.cookies.delete("__Host-family")
    answer = site.post("/o", data={"token": desk.token(guardian, child)})
    return is_letter(answer.headers["location"])


def forget_buttons(page: str) -> list[str]:
    return re.findall(r'name="device" value="([0-9a-f]{32})"', page)


def field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found
    return found[1]


def test_a_remembered_phone_opens_without_a_code_for_thirty_days(
    site: TestClient, another_browser: TestClient, desk: Desk
) -> None:
    code = desk.asked(site)
    answer = site.post("/o/verify", data={"code": code, "remember": "yes"})
    (cookie,) = [one for one in answer.headers.get_list("set-cookie") if one.startswith("__Host-device=")]
    assert {"HttpOnly", "Secure", "Path=/", "SameSite=lax", "Max-Age=2592000"} <= set(cookie.split("; "))
    assert opens(site, desk)
    assert opens(site, desk, "carla", "luis")
    assert len(letters_in(site.get("/letters").text)) == 1
    assert not opens(another_browser, desk)
    desk.clock.forward(days=29, hours=23)
    assert opens(site, desk)
    desk.change(update(Link).values(expires_at=desk.clock.now + timedelta(days=9)))
    desk.clock.forward(hours=1)
    assert not opens(site, desk)


def test_nothing_that_is_kept_of_a_device_opens_anything(site: TestClient, desk: Desk) -> None:
    desk.passed(site, remember="yes")
    with desk.house.db.read() as session:
        device = session.exec(select(Device)).one()
    assert site.cookies["__Host-device"] not in (device.id, device.browser)
    site.cookies.clear()
    for value in (device.id, device.browser):
        planted = {"Cookie": f"__Host-device={value}"}
        answer = site.post("/o", data={"token": desk.token()}, headers=planted)
        assert answer.headers["location"] == "/o/verify"


def test_it_is_remembered_for_one_guardian_alone(site: TestClient, desk: Desk) -> None:
    desk.passed(site, remember="yes")
    assert not opens(site, desk, "diego", "ana")
    assert not opens(site, desk, "ngozi", "sam")
    desk.passed(site, "diego", "ana", remember="yes")
    assert opens(site, desk, "diego", "ana"), "two parents may share a phone"
    assert opens(site, desk, "carla", "ana")


def test_the_devices_are_listed_and_forgotten(site: TestClient, another_browser: TestClient, desk: Desk) -> None:
    assert site.get("/devices").status_code == 404
    desk.passed(site, remember="yes")
    desk.clock.forward(days=1)
    desk.passed(another_browser, remember="yes")
    assert 'href="/devices"' in another_browser.get("/letters").text
    page = another_browser.get("/devices").text
    assert "Remembered since 7 August, until 6 September" in page
    assert page.count("This device") == 1
    newest, oldest = forget_buttons(page)
    token = field(page, "form_token")
    answer = another_browser.post("/devices", data={"form_token": token, "device": oldest})
    assert (answer.status_code, answer.headers["location"]) == (303, "/devices?said=forgotten")
    assert "That device has to ask for a code next time." in another_browser.get("/devices?said=forgotten").text
    assert forget_buttons(another_browser.get("/devices").text) == [newest]
    assert not opens(site, desk)
    assert opens(another_browser, desk)
    another_browser.post("/devices", data={"form_token": token, "device": oldest})
    with desk.house.db.read() as session:
        entries = session.exec(select(LedgerEntry.body).where(LedgerEntry.act == "device:ended")).all()
    assert len(entries) == 1, "twice is the same as once"
    assert oldest.encode() in entries[0]


def test_nobody_forgets_or_sees_another_guardians_device(
    site: TestClient, another_browser: TestClient, desk: Desk
) -> None:
    desk.passed(site, remember="yes")
    (carlas,) = forget_buttons(site.get("/devices").text)
    desk.passed(another_browser, "ngozi", "sam")
    page = another_browser.get("/devices").text
    assert carlas not in page
    assert "We remember no device of yours." in page
    token = field(another_browser.get("/letters").text, "form_token")
    for device in (carlas, "", "%", "x" * 500):
        assert another_browser.post("/devices", data={"form_token": token, "device": device}).status_code == 303
    assert another_browser.post("/devices", data={"form_token": "0" * 64, "device": carlas}).status_code == 403
    assert opens(site, desk)


def test_the_devices_need_something_open(site: TestClient, desk: Desk) -> None:
    desk.passed(site, remember="yes")
    (device,) = forget_buttons(site.get("/devices").text)
    token = field(site.get("/devices").text, "form_token")
    cookie = site.cookies["__Host-family"]
    site.post("/leave")
    session = {"Cookie": f"__Host-family={cookie}"}
    assert site.get("/devices", headers=session).status_code == 404
    answer = site.post("/devices", data={"form_token": token, "device": device}, headers=session)
    assert answer.status_code == 404
    assert opens(site, desk), "leaving closes the letters; the device stays remembered, as was asked"


@pytest.mark.parametrize("why", ["address", "barred", "shared", "not mine"])
def test_a_device_ends_when_who_reads_the_address_is_in_doubt(site: TestClient, desk: Desk, why: str) -> None:
    desk.passed(site, remember="yes")
    new = {"address": "new@mail.example.org", "address_key": "new@mail.example.org"}
    old = {"address": "carla.rivera@mail.example.org", "address_key": "carla.rivera@mail.example.org"}
    cast = desk.cast
    match why:
        case "address":
            desk.change(update(Guardian).where(col(Guardian.id) == cast.carla).values(**new))
        case "barred":
            theirs = (col(Guardianship.guardian_id) == cast.carla, col(Guardianship.child_id) == cast.ana)
            desk.change(update(Guardianship).where(*theirs).values(may_view=False))
        case "shared":
            desk.change(update(Guardian).where(col(Guardian.id) == cast.emeka).values(**old))
            with desk.house.db.write() as session:
                barred = {"may_view": False, "starts_at": desk.clock.now}
                session.add(Guardianship(guardian_id=cast.emeka, child_id=cast.ana, **barred))
        case "not mine":
            page = site.get("/letters").text
            (copy_id,) = letters_in(page)
            site.post(f"/letters/{copy_id}/not-mine", data={"form_token": field(page, "form_token")})
    child = "luis" if why == "not mine" else "ana"
    site.cookies.delete("__Host-family")
    answer = site.post("/o", data={"token": desk.token("carla", child)})
    assert answer.status_code == (410 if why == "barred" else 303)
    assert not is_letter(answer.headers.get("location", ""))


def test_a_pause_does_not_touch_a_remembered_device(site: TestClient, desk: Desk) -> None:
    desk.passed(site, remember="yes")
    with desk.house.db.write() as session:
        session.add(CodePause(link_id=desk.link(), paused_until=desk.clock.now + timedelta(hours=1)))
    assert opens(site, desk)


def test_devices_that_have_ended_are_deleted(site: TestClient, desk: Desk) -> None:
    desk.passed(site, remember="yes")
    desk.clock.forward(days=30)
    desk.mail()
    assert desk.count(Device) == 0
