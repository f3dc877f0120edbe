"""Admins add, change and remove staff; nobody gives or takes more than they have."""

import pytest
from sqlmodel import col, select
from starlette.testclient import TestClient

from portal.ledger.tables import LedgerEntry
from portal.staff import repository as staff
from portal.staff.errors import NoSuchStaff
from portal.staff.rules import Acting
from portal.wiring import House
from tests.cast import Cast
from tests.conftest import Watch
from tests.web.desks import sit_down, text_of
from tests.web.test_admin_taking_back import admin_of_oak

NEW = "nadia@riverbend.example.org"


@pytest.fixture
def form_token(site: TestClient, house: House, cast: Cast) -> str:
    return sit_down(site, house, cast.admin)


def person(house: House, address: str) -> Acting:
    with house.db.read() as session:
        return staff.by_address(session, address, through="web")


def press(site: TestClient, path: str, form_token: str, /, **fields: object):
    return site.post(path, data={"form_token": form_token, "reach": "all"} | fields)


def test_everybody_is_listed_with_role_and_sites(site: TestClient, form_token: str) -> None:
    page = text_of(site.get("/admin/staff").text)
    assert form_token
    assert "4 people" in page
    assert "Pia pia@riverbend.example.org publisher Oak never" in page
    assert "Ida (you) ida@riverbend.example.org admin every site signed in" in page


def test_somebody_is_added_for_some_sites(site: TestClient, house: House, cast: Cast, form_token: str) -> None:
    fields = {"address": NEW, "name": "Nadia", "role": "approver", "reach": "some", "site": ["Maple", "Oak"]}
    assert press(site, "/admin/staff", form_token, **fields).headers["location"] == "/admin/staff"
    nadia = person(house, NEW)
    assert (nadia.name, nadia.role, nadia.sites) == ("Nadia", "approver", frozenset({"Maple", "Oak"}))
    with house.db.read() as session:
        (body,) = session.exec(select(LedgerEntry.body).where(col(LedgerEntry.act) == "staff:add"))
    assert f'"by":"staff:{cast.admin.id}"'.encode() in body
    assert b"nadia" not in body


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"address": "a@x.example, b@y.example"}, "address"),
        ({"address": "rosa@riverbend.example.org"}, "address"),
        ({"address": "ROSA@riverbend.example.org"}, "address"),
        ({"role": "owner"}, "role"),
        ({"role": ""}, "role"),
        ({"reach": "some"}, "site"),
        ({"reach": ""}, "site"),
        ({"reach": "many", "site": "Oak"}, "site"),
        ({"name": "N" * 81}, "name"),
    ],
)
def test_a_fault_stands_at_its_field_and_nothing_typed_is_lost(
    site: TestClient, house: House, form_token: str, fields: dict[str, str], fault: str
) -> None:
    typed = {"address": NEW, "name": "Nadia", "role": "publisher"} | fields
    answer = press(site, "/admin/staff", form_token, **typed)
    assert answer.status_code == 400
    assert f'id="{fault}-fault"' in answer.text
    assert f'value="{typed["address"]}"' in answer.text
    assert f'value="{typed["name"]}"' in answer.text
    with pytest.raises(NoSuchStaff):
        person(house, NEW)
    assert person(house, "rosa@riverbend.example.org").name == "Rosa"


def test_a_change_counts_at_once(site: TestClient, another_browser: TestClient, house: House, cast: Cast) -> None:
    sit_down(another_browser, house, cast.approver)
    form_token = sit_down(site, house, cast.admin)
    assert another_browser.get("/admin/staff").status_code == 403
    path = f"/admin/staff/{cast.approver.id}"
    page = site.get(path).text
    assert 'value="approver" checked' in page
    assert press(site, path, form_token, name="Omar", role="admin", seen=seen_on(page)).status_code == 303
    assert another_browser.get("/admin/staff").status_code == 200


def seen_on(page: str) -> str:
    return page.partition('name="seen" value="')[2].partition('"')[0]


def test_of_two_admins_who_change_one_person_the_second_is_asked_to_look_again(
    site: TestClient, house: House, cast: Cast, form_token: str
) -> None:
    path = f"/admin/staff/{cast.approver.id}"
    seen = seen_on(site.get(path).text)
    assert press(site, path, form_token, role="publisher", reach="some", site="Oak", seen=seen).status_code == 303
    answer = press(site, path, form_token, role="admin", seen=seen)
    assert answer.status_code == 409
    assert "Look at them again" in answer.text
    omar = person(house, cast.approver.address)
    assert (omar.role, omar.sites) == ("publisher", frozenset({"Oak"}))
    assert press(site, path, form_token, role="admin", seen=seen_on(site.get(path).text)).status_code == 303


def test_a_fault_does_not_make_an_old_page_a_new_one(site: TestClient, cast: Cast, form_token: str) -> None:
    path = f"/admin/staff/{cast.approver.id}"
    seen = seen_on(site.get(path).text)
    press(site, path, form_token, role="publisher", seen=seen)
    again = press(site, path, form_token, role="", seen=seen)
    assert again.status_code == 400
    assert seen_on(again.text) == seen
    assert press(site, path, form_token, role="admin", seen=seen_on(again.text)).status_code == 409


def test_a_change_without_a_page_behind_it_is_none(site: TestClient, house: House, cast: Cast, form_token: str) -> None:
    answer = press(site, f"/admin/staff/{cast.approver.id}", form_token, role="admin")
    assert answer.status_code == 409
    assert person(house, cast.approver.address).role == "approver"


def test_whoever_is_removed_is_out_at_once(
    site: TestClient, another_browser: TestClient, house: House, cast: Cast
) -> None:
    sit_down(another_browser, house, cast.writer)
    form_token = sit_down(site, house, cast.admin)
    assert another_browser.get("/staff").status_code == 200
    assert press(site, f"/admin/staff/{cast.writer.id}/remove", form_token).status_code == 303
    assert another_browser.get("/staff").headers["location"] == "/staff/sign-in"
    assert "rosa@" not in site.get("/admin/staff").text
    assert press(site, f"/admin/staff/{cast.writer.id}/remove", form_token).status_code == 404


def test_nobody_removes_themselves(site: TestClient, house: House, cast: Cast, form_token: str) -> None:
    assert "Nobody removes themselves" in site.get(f"/admin/staff/{cast.admin.id}").text
    answer = press(site, f"/admin/staff/{cast.admin.id}/remove", form_token)
    assert answer.status_code == 403
    assert person(house, cast.admin.address).is_admin


def test_the_last_admin_stays_one(site: TestClient, house: House, cast: Cast, form_token: str) -> None:
    path = f"/admin/staff/{cast.admin.id}"
    seen = seen_on(site.get(path).text)
    answer = press(site, path, form_token, name="Ida", role="publisher", seen=seen)
    assert answer.status_code == 400
    assert 'id="role-fault"' in answer.text
    assert person(house, cast.admin.address).is_admin


def test_an_admin_of_one_site_makes_and_unmakes_nobody_beyond_it(
    site: TestClient, house: House, cast: Cast, clock: Watch
) -> None:
    form_token = sit_down(site, house, admin_of_oak(house, clock))
    page = site.get("/admin/staff").text
    assert 'value="all"' not in page
    assert "Maple" not in page
    beyond = ({"reach": "all"}, {"reach": "some", "site": ["Maple"]}, {"reach": "some", "site": ["Oak", "Maple"]})
    for sites in beyond:
        answer = press(site, "/admin/staff", form_token, address=NEW, name="Nadia", role="admin", **sites)
        assert answer.status_code == 403
    for path in (f"/admin/staff/{cast.admin.id}", f"/admin/staff/{cast.writer.id}"):
        assert site.get(path).status_code == 403
        assert press(site, path, form_token, role="publisher", reach="some", site="Oak").status_code == 403
        assert press(site, f"{path}/remove", form_token).status_code == 403
    assert press(site, f"/admin/staff/{cast.oak_writer.id}/remove", form_token).status_code == 303


def test_an_address_on_the_staff_is_not_changed_by_adding_it(
    site: TestClient, house: House, clock: Watch, cast: Cast
) -> None:
    form_token = sit_down(site, house, admin_of_oak(house, clock))
    fields = {"address": cast.admin.address, "name": "Ida", "role": "publisher", "reach": "some", "site": "Oak"}
    assert press(site, "/admin/staff", form_token, **fields).status_code == 400
    assert person(house, cast.admin.address).is_admin
