"""Whoever acts for one site learns nothing of another: not of their own old letters, the ledger, or who is there."""

import pytest
from starlette.testclient import TestClient

from portal.staff import repository as staff
from portal.staff.rules import Acting
from portal.wiring import House
from tests.cast import Cast, send_letter, write_draft
from tests.conftest import Watch
from tests.flows.test_one_letter_each import SAM
from tests.web.desks import sit_down, text_of
from tests.web.each_desk import Desk, cards
from tests.web.test_admin_taking_back import admin_of_oak


def narrowed(house: House, person: Acting) -> Acting:
    with house.db.write() as session:
        staff.set_scope(session, person.id, ["Oak"])
    with house.db.read() as session:
        return staff.by_address(session, person.address, through="web")


def test_an_author_narrowed_to_another_site_no_longer_sees_their_mailing(
    site: TestClient, house: House, cast: Cast, clock: Watch
) -> None:
    sent, draft = send_letter(house, cast, now=clock.now), write_draft(house, cast, now=clock.now)
    token = sit_down(site, house, narrowed(house, cast.writer))
    for mailing in (sent, draft):
        for path in ("", "/progress", "/not-reached", "/preview", "/left-out"):
            assert site.get(f"/staff/mailings/{mailing}{path}").status_code == 404, path
        assert site.post(f"/staff/mailings/{mailing}/stop", data={"form_token": token}).status_code == 404
    assert "Welcome" not in site.get("/staff").text + site.get("/staff/mailings").text


@pytest.mark.parametrize("path", ["/admin/ledger", "/admin/ledger/head"])
def test_the_ledger_is_for_admins_of_every_site(
    site: TestClient, house: House, cast: Cast, clock: Watch, path: str
) -> None:
    token = sit_down(site, house, admin_of_oak(house, clock))
    assert site.get(path).status_code == 403
    assert site.post("/admin/ledger/verify", data={"form_token": token}).status_code == 403
    assert 'href="/admin/ledger' not in site.get("/staff").text
    sit_down(site, house, cast.admin)
    assert site.get(path).status_code == 200


def test_a_list_does_not_tell_whether_a_number_exists_at_another_site(
    site: TestClient, house: House, cast: Cast
) -> None:
    desk = Desk(site, house, cast.oak_writer)
    files = {"100006.pdf": SAM, "100001.pdf": "A note.", "999999.pdf": "Another note."}
    desk.sorted(cards(files), audience="choose", site="Oak")
    page = text_of(desk.page())
    assert desk.kinds.count("not-in-audience") == 0
    assert page.count("100001") == page.count("999999"), "both are spoken of alike"
