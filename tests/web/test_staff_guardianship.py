"""Staff restrict and end guardianships in the browser, and an admin finds everything to take back in one box."""

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from portal.families.rules import seal_private
from portal.families.tables import Child, Restriction
from portal.publish import ComingOfAge
from portal.wiring import House
from tests.cast import Cast, link_of, token_of
from tests.conftest import Watch
from tests.web.desks import sit_down, text_of
from tests.web.test_admin_taking_back import admin_of_oak, document_of
from tests.web.test_opening import open_with


@pytest.fixture
def mailing(held_letter: str) -> str:
    return held_letter


def page_of(guardian: str, number: str) -> str:
    return f"/staff/guardianship?guardian={guardian}&child={number}"


def test_a_guardian_is_barred_after_a_look_at_what_dies(
    site: TestClient, another_browser: TestClient, house: House, cast: Cast, mailing: str
) -> None:
    token = sit_down(site, house, cast.oak_writer)
    assert page_of(cast.ngozi, "100006").replace("&", "&amp;") in site.get("/staff/families/100006").text
    text = text_of(site.get(page_of(cast.ngozi, "100006")).text)
    assert "link opens nothing any more 1 unsent message is cancelled 1 open pages close 0" in text
    form = {"form_token": token, "guardian": cast.ngozi, "child": "100006", "kind": "barred"}
    missing = site.post("/staff/guardianship", data=form | {"until": "1999-01-01"})
    assert missing.status_code == 400
    assert "Say why." in missing.text
    assert "That day is over." in missing.text
    done = site.post("/staff/guardianship", data=form | {"reason": "Court order.", "reference": "12 F 345"})
    assert (done.status_code, done.headers["location"]) == (303, page_of(cast.ngozi, "100006"))
    text = text_of(site.get(done.headers["location"]).text)
    assert "1 link is dead, 1 unsent message was cancelled" in text
    assert "The roster says that this guardian gets letters; what staff decided goes before it" in text
    assert "Why: Court order." in text
    assert "Restricted by staff:" in text_of(site.get("/staff/families/100006").text)
    link_id = link_of(house, mailing, cast.ngozi, cast.sam)
    assert open_with(another_browser, token=token_of(house, link_id)).status_code == 410
    sit_down(site, house, cast.writer)
    others = text_of(site.get(page_of(cast.ngozi, "100006")).text)
    assert "The reason is sealed." in others
    assert "Court" not in others
    assert "An admin can lift this." in others


def test_whoever_acts_for_another_site_finds_no_such_guardian(site: TestClient, house: House, cast: Cast) -> None:
    token = sit_down(site, house, cast.oak_writer)
    assert site.get(page_of(cast.carla, "100001")).status_code == 404
    form = {"form_token": token, "guardian": cast.carla, "child": "100001", "kind": "barred", "reason": "x"}
    for path in ("/staff/guardianship", "/staff/guardianship/lift", "/staff/guardianship/leave"):
        assert site.post(path, data=form).status_code == 404
    with house.db.read() as session:
        assert session.exec(select(Restriction)).all() == []


def test_a_child_of_age_is_a_task_until_somebody_decides(site: TestClient, house: House, cast: Cast) -> None:
    with house.db.write() as session:
        ana = session.get_one(Child, cast.ana)
        ana.birth_date_sealed = seal_private(house.keys, cast.ana, "birth_date", "2008-01-01")
        session.add(ana)
    ComingOfAge(house).look()
    sit_down(site, house, cast.oak_writer)
    assert "18 or older" not in site.get("/staff").text
    token = sit_down(site, house, cast.approver)
    assert "1 child is 18 or older" in text_of(site.get("/staff").text)
    assert "Decide whether letters to guardians go on." in text_of(site.get("/staff/families/100001").text)
    form = {"form_token": token, "guardian": cast.carla, "child": "100001"}
    assert site.post("/staff/guardianship/lift", data=form).status_code == 400
    assert site.post("/staff/guardianship/lift", data=form | {"reason": "Ana asked."}).status_code == 303
    assert "1 child is 18 or older" in text_of(site.get("/staff").text), "Diego is still open"
    assert site.post("/staff/guardianship/leave", data=form).status_code == 303
    assert "18 or older" not in site.get("/staff").text
    text = text_of(site.get("/staff/families/100001").text)
    assert "Carla Rivera carla.rivera@mail.example.org Gets letters" in text
    assert "Diego Rivera diego.rivera@mail.example.org Gets no letters: the child is 18 or older" in text


def test_one_box_finds_everything_that_can_be_taken_back(
    site: TestClient, house: House, cast: Cast, clock: Watch, mailing: str
) -> None:
    token = sit_down(site, house, cast.admin)

    def found(words: str) -> str:
        return site.get("/admin/revoke", params={"q": words}).text

    family = found("100001")
    assert f"kind=child&amp;id={cast.ana}" in family
    assert f"kind=guardianship&amp;id={cast.diego}.{cast.ana}" in family
    assert f"kind=guardian&amp;id={cast.diego}" in found("diego.rivera@mail")
    for way in ("/admin/revoke", "/admin/incidents/freeze"):
        assert f"{way}?kind=mailing&amp;id={mailing}" in found("welcome")
    assert f"kind=document&amp;id={document_of(house, mailing)}" in found("welcome.pdf")
    link_id = link_of(house, mailing, cast.carla, cast.ana)
    assert f"kind=link&amp;id={link_id}" in found(link_id)
    assert f"/admin/staff/{cast.writer.id}" in found("rosa")
    assert "Nothing bears these words" in found("nobody%_")
    target = {"kind": "guardianship", "id": f"{cast.diego}.{cast.ana}"}
    assert "everything Diego Rivera was sent about Ana Rivera" in text_of(site.get("/admin/revoke", params=target).text)
    done = site.post("/admin/revoke", data={"form_token": token, "reason": "Wrong."} | target)
    assert "Everything Diego Rivera was sent about Ana Rivera" in text_of(site.get(done.headers["location"]).text)
    sit_down(site, house, admin_of_oak(house, clock))
    assert site.get("/admin/revoke", params=target).status_code == 404
    for words in ("rivera", "welcome", "welcome.pdf", link_id, "rosa"):
        assert "kind=" not in found(words)
