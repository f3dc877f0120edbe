"""The disclosure record of a child: on screen, handed out in one press, and with what should not have been marked."""

import json

import pypdfium2
import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from portal.families.tables import Child
from portal.incidents.tables import Incident, IncidentMailing
from portal.ledger import repository as ledger
from portal.ledger.rules import Wanted
from portal.ledger.tables import Disclosure
from portal.wiring import House
from tests.cast import Cast, link_of
from tests.conftest import Watch
from tests.flows.rounds import read_letter
from tests.web.desks import sit_down, text_of
from tests.web.test_admin_taking_back import admin_of_oak

PAGE = "/admin/disclosures?child=100001"


@pytest.fixture
def mailing(house: House, cast: Cast, clock: Watch, mailing_id: str) -> str:
    with house.db.write() as session:
        ana = session.get_one(Child, cast.ana)
        ana.given_name = "=HYPERLINK"
        session.add(ana)
    clock.forward(minutes=5)
    read_letter(house, clock, link_of(house, mailing_id, cast.carla, cast.ana))
    clock.forward(minutes=5)
    read_letter(house, clock, link_of(house, mailing_id, cast.diego, cast.ana))
    return mailing_id


def test_the_record_says_who_was_shown_what_and_is_handed_out_in_one_press(
    site: TestClient, house: House, cast: Cast, mailing: str
) -> None:
    assert mailing
    token = sit_down(site, house, cast.admin)
    assert PAGE in site.get("/staff/families/100001").text
    text = text_of(site.get(PAGE).text)
    assert "2 views and downloads" in text
    assert text.index("6 August, 12:10 Diego Rivera Welcome welcome.pdf Viewed") < text.index("6 August, 12:05 Carla")
    form = {"form_token": token, "child": "100001"}
    pdf = site.post("/admin/disclosures/give", data=form | {"as": "pdf"})
    assert pdf.headers["content-disposition"].startswith('attachment; filename="disclosures-2026-08-06.pdf"')
    words = pypdfium2.PdfDocument(pdf.content)[0].get_textpage().get_text_bounded()
    assert "Carla Rivera" in words
    assert "Diego Rivera" in words
    table = site.post("/admin/disclosures/give", data=form | {"as": "csv"}).content.decode("utf-8-sig")
    assert table.count("\n") == 3
    assert '"\'=HYPERLINK Rivera"' in table, "a name that a spreadsheet would run"
    with house.db.read() as session:
        given = [
            json.loads(one.body) for one in ledger.search(session, Wanted(), limit=100) if one.act == "record:give"
        ]
    assert [(one["as"], one["entries"], one["child"]) for one in given] == [("csv", 2, cast.ana), ("pdf", 2, cast.ana)]


def test_what_should_not_have_been_is_marked_once_by_an_admin_with_a_reason(
    site: TestClient, house: House, cast: Cast, clock: Watch, mailing: str
) -> None:
    assert mailing
    with house.db.read() as session:
        one = session.exec(select(Disclosure.id).where(Disclosure.guardian_id == cast.diego)).one()
    token = sit_down(site, house, admin_of_oak(house, clock))
    form = {"form_token": token, "child": "100001", "disclosure": one, "reason": "Wrong child."}
    assert site.post("/admin/disclosures/mark", data=form).status_code == 404
    assert site.get(PAGE).status_code == 404
    assert site.post("/admin/disclosures/give", data=form).status_code == 404
    form["form_token"] = sit_down(site, house, cast.writer)
    assert site.post("/admin/disclosures/mark", data=form).status_code == 403
    form["form_token"] = sit_down(site, house, cast.admin)
    assert site.post("/admin/disclosures/mark", data=form | {"reason": " "}).status_code == 400
    for reason in ("Wrong child.", "Another reason."):
        assert site.post("/admin/disclosures/mark", data=form | {"reason": reason}).status_code == 303
    text = text_of(site.get(PAGE).text)
    assert "Should not have been. Wrong child. Ida, 6 August" in text
    with house.db.read() as session:
        marks = [
            json.loads(each.body)
            for each in ledger.search(session, Wanted(), limit=100)
            if each.act == "disclosure:erroneous"
        ]
    assert [mark["disclosure"] for mark in marks] == [one]


def test_what_an_incident_froze_later_says_so_until_it_is_undone(
    site: TestClient, house: House, cast: Cast, clock: Watch, mailing: str
) -> None:
    with house.db.write() as session:
        incident = Incident(
            kind="mailing", by=cast.admin.label, reason="x", at=clock.now, links=0, notices_cancelled=0,
            sessions_ended=0,
        )  # fmt: skip
        session.add(incident)
        session.flush()
        of_mailing = IncidentMailing(
            incident_id=incident.id, mailing_id=mailing, state="revoked", round=0, is_ours=True
        )
        session.add(of_mailing)
    sit_down(site, house, cast.admin)
    assert text_of(site.get(PAGE).text).count("Frozen later 6 August, 12:10") == 2
    with house.db.write() as session:
        undone = session.get_one(IncidentMailing, (of_mailing.incident_id, mailing))
        undone.undone_at, undone.undone_in = clock.now, 1
        session.add(undone)
    assert "Frozen later" not in site.get(PAGE).text
