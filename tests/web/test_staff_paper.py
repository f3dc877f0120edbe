"""The pages of the print run: what would be printed, the PDF, and the marks."""

import io
import re

import pypdfium2
import pytest
from sqlmodel import col, select, update
from starlette.testclient import TestClient

from portal.families.tables import Guardian
from portal.ledger.tables import LedgerEntry
from portal.mailings.rules import Term
from portal.outbox.tables import Notice
from portal.staff.rules import Acting
from portal.wiring import House
from tests.cast import Cast, code_of, link_of, send_letter, write_draft
from tests.conftest import Watch
from tests.flows.holds import hold_passes
from tests.web.desks import sit_down, text_of


@pytest.fixture
def mailing_id(house: House, cast: Cast, clock: Watch) -> str:
    with house.db.write() as session:
        gone = col(Guardian.id).in_([cast.rosa_r, cast.diego])
        session.exec(update(Guardian).where(gone).values(address=None, address_key=None))
    mailing_id = send_letter(house, cast, now=clock.now)
    hold_passes(house, clock)
    return mailing_id


class Desk:
    """A staff member's browser."""

    def __init__(self, site: TestClient, house: House, mailing_id: str, person: Acting) -> None:
        self.site, self.path = site, f"/staff/mailings/{mailing_id}"
        self.token = sit_down(site, house, person)

    def look(self, more: str) -> str:
        return text_of(self.site.get(self.path + more).text)

    def post(self, more: str, **fields: object):
        return self.site.post(self.path + more, data={"form_token": self.token} | fields)


@pytest.fixture
def desk(site: TestClient, house: House, cast: Cast, mailing_id: str) -> Desk:
    return Desk(site, house, mailing_id, cast.writer)


def pages(house: House) -> list[Notice]:
    with house.db.read() as session:
        return list(session.exec(select(Notice).where(col(Notice.channel) == "paper").order_by(col(Notice.id))).all())


def entries(house: House) -> list[str]:
    with house.db.read() as session:
        return list(session.exec(select(LedgerEntry.act).order_by(col(LedgerEntry.seq))).all())


def test_looking_says_how_many_and_makes_nothing(desk: Desk, house: House) -> None:
    before = entries(house)
    page = desk.look("/print")
    assert "2 guardians without e-mail get one page each" in page
    assert "2 pages are new, for 3 children." in page
    assert "The roster has no postal addresses" in page
    assert pages(house) == []
    assert entries(house) == before


def test_the_pdf_is_handed_out_once_it_is_in_the_ledger_and_kept_nowhere(
    desk: Desk, house: House, cast: Cast, mailing_id: str
) -> None:
    blobs = sorted(house.settings.data_dir.rglob("*"))
    answer = desk.post("/print")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-disposition"].startswith('attachment; filename="letters-on-paper.pdf"')
    document = pypdfium2.PdfDocument(io.BytesIO(answer.content))
    text = "".join(page.get_textpage().get_text_bounded() for page in document)
    assert len(document) == 2
    assert code_of(house, link_of(house, mailing_id, cast.diego, cast.ana)) in text
    assert entries(house)[-2:] == ["mailing:print", "paper:download"]
    assert sorted(house.settings.data_dir.rglob("*")) == blobs


def test_it_takes_a_press_of_our_own_page(desk: Desk, house: House, site: TestClient) -> None:
    assert site.post(f"{desk.path}/print").status_code == 403
    assert site.post(f"{desk.path}/print", data={"form_token": "0" * 64}).status_code == 403
    foreign = {"Sec-Fetch-Site": "cross-site"}
    assert site.post(f"{desk.path}/print", data={"form_token": desk.token}, headers=foreign).status_code == 403
    assert pages(house) == []


def test_ticked_pages_are_marked_and_the_mailing_counts_them(desk: Desk, house: House) -> None:
    desk.post("/print")
    one, two = (notice.id for notice in pages(house))
    answer = desk.post("/print/marks", notice=[one], mark="posted")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{desk.path}/print/marks?said=1")
    page = desk.look("/print/marks?said=1")
    assert "1 page marked." in page
    assert "Posted" in page
    assert "2 pages, 1 handed out or posted, 1 not marked yet" in desk.look("")
    desk.post("/print/marks", shown=[one, two], mark="all-handed-out")
    assert {notice.reply for notice in pages(house)} == {"Handed out on paper."}
    desk.post("/print/marks", notice=[two], mark="none")
    assert sorted(notice.state for notice in pages(house)) == ["queued", "sent"]


@pytest.mark.parametrize("fields", [{}, {"mark": "posted"}, {"mark": "burnt", "notice": "x"}, {"notice": "x"}])
def test_a_mark_of_nothing_marks_nothing(desk: Desk, house: House, fields: dict[str, str]) -> None:
    desk.post("/print")
    answer = desk.post("/print/marks", **fields)
    assert answer.status_code == 422
    assert "Tick the pages first" in answer.text
    assert {notice.state for notice in pages(house)} == {"queued"}


def test_marks_of_another_mailings_pages_are_marks_of_nothing(
    desk: Desk, house: House, cast: Cast, clock: Watch, site: TestClient
) -> None:
    desk.post("/print")
    other = Desk(site, house, send_letter(house, cast, now=clock.now), cast.writer)
    answer = other.post("/print/marks", notice=[notice.id for notice in pages(house)], mark="posted")
    assert answer.headers["location"].endswith("said=0")
    assert {notice.state for notice in pages(house)} == {"queued"}


def test_a_stopped_mailing_prints_nothing_and_says_so(desk: Desk, house: House) -> None:
    desk.post("/print")
    desk.post("/stop")
    answer = desk.post("/print")
    assert answer.status_code == 403
    assert "so nothing of it is printed" in answer.text
    assert answer.headers["content-type"].startswith("text/html")
    assert {notice.state for notice in pages(house)} == {"cancelled"}
    assert "Cancelled" in desk.look("/print/marks")


def test_a_draft_says_that_nothing_of_it_is_printed(site: TestClient, house: House, cast: Cast, clock: Watch) -> None:
    desk = Desk(site, house, write_draft(house, cast, now=clock.now), cast.writer)
    assert "so nothing of it is printed" in desk.look("/print")
    assert desk.post("/print").status_code == 403


def test_nobody_on_paper_is_said_calmly(site: TestClient, house: House, cast: Cast, clock: Watch) -> None:
    desk = Desk(site, house, send_letter(house, cast, now=clock.now), cast.writer)
    hold_passes(house, clock)
    assert "Nobody here needs paper" in desk.look("/print")
    assert desk.post("/print").status_code == 403
    assert "Nothing was printed yet." in desk.look("/print/marks")
    assert "paper:download" not in entries(house)


def test_staff_of_another_site_find_no_such_pages(
    site: TestClient, house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    maple = send_letter(house, cast, now=clock.now, terms=(Term("site", "Maple"),))
    for found in (maple, mailing_id):
        desk = Desk(site, house, found, cast.oak_writer)
        for more in ("/print", "/print/marks"):
            assert site.get(desk.path + more).status_code == 404
            answer = desk.post(more, notice=["0" * 32], mark="posted")
            assert answer.status_code == 404
            assert not re.search("Rivera|Maple", answer.text)
    assert pages(house) == []


def test_the_list_of_those_not_reached_says_paper_where_there_is_no_address(desk: Desk, house: House) -> None:
    desk.post("/print")
    (first, *_) = pages(house)
    desk.post("/print/marks", notice=[first.id], mark="undeliverable")
    page = desk.look("/not-reached")
    assert "on paper" in page
    assert "nobody could be given it" in page
