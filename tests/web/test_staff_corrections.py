"""The page on which a letter's file is corrected: chosen, read, looked at by a second person, in effect."""

import re

import pytest
from sqlmodel import col, select
from starlette.testclient import TestClient

from portal.documents.tables import Copy, Document
from portal.ledger.tables import LedgerEntry
from portal.mailings.rules import Term
from portal.staff.rules import Acting
from portal.wiring import House
from tests.cast import Cast, send_letter, write_draft
from tests.conftest import Watch
from tests.reading.carriers import simple_pdf, stream
from tests.web.desks import sit_down, text_of

BETTER = simple_pdf(text=stream(b"BT /F 12 Tf 20 200 Td (We begin on Tuesday.) Tj ET"))
NAMING = simple_pdf(text=stream(b"BT /F 12 Tf 20 200 Td (We thank Sam Okafor.) Tj ET"))


class Desk:
    """A staff member's browser at the page of the one file of a mailing."""

    def __init__(self, site: TestClient, house: House, mailing_id: str) -> None:
        self.site, self.house, self.token = site, house, ""
        with house.db.read() as session:
            query = select(Document.id).where(col(Document.mailing_id) == mailing_id)
            self.path = f"/staff/mailings/{mailing_id}/documents/{session.exec(query).one()}/replace"

    def sit(self, person: Acting) -> "Desk":
        self.token = sit_down(self.site, self.house, person)
        return self

    def look(self, more: str = "") -> str:
        answer = self.site.get(self.path + more)
        assert answer.status_code == 200
        return text_of(answer.text)

    def bring(self, content: bytes | None = BETTER):
        files = {"file": ("corrected.pdf", content, "application/pdf")} if content is not None else None
        return self.site.post(self.path, data={"form_token": self.token}, files=files)

    def press(self, act: str, **fields: str):
        shown = re.search(r'name="correction" value="(\w+)"', self.site.get(self.path).text)
        seen = {"correction": shown[1]} if shown else {}
        return self.site.post(f"{self.path}/{act}", data={"form_token": self.token} | seen | fields)


@pytest.fixture
def desk(site: TestClient, house: House, mailing_id: str) -> Desk:
    return Desk(site, house, mailing_id)


def entries(house: House) -> list[str]:
    with house.db.read() as session:
        return list(session.exec(select(LedgerEntry.act).order_by(col(LedgerEntry.seq))).all())


def current(house: House) -> set[str]:
    """Return the names of the files of which families have a copy that opens."""
    query = select(Document.file_name).join(Copy, col(Copy.document_id) == col(Document.id))
    with house.db.read() as session:
        return set(session.exec(query.where(col(Copy.revoked_at).is_(None))).all())


def test_from_the_choice_to_the_families_by_two_people(desk: Desk, house: House, cast: Cast) -> None:
    page = desk.sit(cast.writer).look()
    assert "Families have welcome.pdf" in page
    answer = desk.bring()
    assert (answer.status_code, answer.headers["location"]) == (303, f"{desk.path}?said=brought")
    page = desk.look("?said=brought")
    assert "Families still have welcome.pdf" in page
    assert "Brought by Rosa" in page
    assert "It stands on their home page." in page
    assert "Replace it</button>" not in desk.site.get(desk.path).text
    assert desk.press("approve", correction="x").status_code == 403
    desk.sit(cast.approver)
    assert desk.site.get(f"{desk.path}/file").content[:5] == b"%PDF-"
    assert entries(house)[-1] == "document:staff-view"
    assert current(house) == {"welcome.pdf"}
    answer = desk.press("approve", reason="It is Tuesday")
    assert answer.headers["location"] == f"{desk.path}?said=replaced"
    assert current(house) == {"corrected.pdf"}
    page = desk.look("?said=replaced")
    assert "took the place of welcome.pdf" in page
    assert "opens for nobody" in page
    assert "see who" in desk.sit(cast.admin).look()
    assert desk.site.get(f"{desk.path}/file").status_code == 404


def test_the_page_of_the_mailing_leads_there_and_tells_how_it_stands(desk: Desk, cast: Cast, mailing_id: str) -> None:
    desk.sit(cast.writer)
    assert "Replace a file with a corrected version" in text_of(desk.site.get(f"/staff/mailings/{mailing_id}").text)
    answer = desk.site.get(f"/staff/mailings/{mailing_id}/replace")
    assert (answer.status_code, answer.headers["location"]) == (303, desk.path)
    desk.bring()
    page = text_of(desk.site.get(f"/staff/mailings/{mailing_id}").text)
    assert "1 corrected version waits for a second person." in page
    assert desk.path not in desk.site.get("/staff").text
    desk.sit(cast.approver)
    assert desk.path in desk.site.get("/staff").text
    desk.press("approve")
    assert desk.path not in desk.site.get("/staff").text
    assert "1 file was replaced" in text_of(desk.site.get(f"/staff/mailings/{mailing_id}").text)


def test_a_file_that_names_somebody_is_a_full_page_stop(desk: Desk, house: House, cast: Cast) -> None:
    answer = desk.sit(cast.writer).bring(NAMING)
    assert answer.status_code == 422
    assert "It names 1 child" in answer.text
    assert "Sam" not in answer.text
    assert current(house) == {"welcome.pdf"}
    assert entries(house)[-1] == "document:stop"


def test_no_file_is_a_sentence_beside_the_field(desk: Desk, cast: Cast) -> None:
    answer = desk.sit(cast.writer).bring(None)
    assert answer.status_code == 422
    assert "Choose the corrected version." in answer.text
    assert "This file is empty." in desk.bring(b"").text


def test_it_can_be_forgotten_before_it_takes_effect(desk: Desk, house: House, cast: Cast) -> None:
    desk.sit(cast.writer).bring()
    assert desk.press("drop").headers["location"] == f"{desk.path}?said=dropped"
    assert desk.press("drop").status_code == 404
    assert desk.sit(cast.approver).press("approve", correction="0" * 32).status_code == 404
    assert current(house) == {"welcome.pdf"}


def test_a_draft_has_nothing_to_correct(site: TestClient, house: House, cast: Cast, clock: Watch) -> None:
    desk = Desk(site, house, write_draft(house, cast, now=clock.now)).sit(cast.writer)
    assert "Change the letter itself." in desk.look()
    assert desk.bring().status_code == 403


def test_staff_of_another_site_and_foreign_posts_change_nothing(
    site: TestClient, house: House, cast: Cast, clock: Watch
) -> None:
    maple = Desk(site, house, send_letter(house, cast, now=clock.now, terms=(Term("site", "Maple"),)))
    maple.sit(cast.writer).bring()
    before = entries(house)
    maple.sit(cast.oak_writer)
    for more in ("", "/file"):
        assert site.get(maple.path + more).status_code == 404
    assert maple.bring().status_code == 404
    for act in ("approve", "drop"):
        assert maple.press(act, correction="0" * 32).status_code == 404
    maple.sit(cast.approver)
    assert site.post(f"{maple.path}/approve", data={"form_token": "0" * 64}).status_code == 403
    assert entries(house) == before


def test_a_document_of_another_mailing_is_not_found_there(desk: Desk, house: House, cast: Cast, clock: Watch) -> None:
    other = send_letter(house, cast, now=clock.now)
    desk.sit(cast.writer)
    document = desk.path.split("/")[5]
    crossed = f"/staff/mailings/{other}/documents/{document}/replace"
    assert desk.site.get(crossed).status_code == 404
    assert desk.site.post(crossed, data={"form_token": desk.token}).status_code == 404
