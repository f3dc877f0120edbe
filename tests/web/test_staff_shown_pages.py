"""Staff read a letter as pictures of its pages with their words: judged, and in the ledger before any of it leaves."""

import io

import pytest
from PIL import Image
from sqlmodel import select
from starlette.testclient import TestClient

from portal.documents.tables import Document
from portal.flows.taking_back import revoke
from portal.flows.taking_back.revoke import Target
from portal.ledger.tables import LedgerEntry
from portal.wiring import House
from tests.cast import Cast, send_letter
from tests.conftest import Watch
from tests.letter_files import pdf_of
from tests.web.desks import sit_down


class Reading:
    """A letter, and the addresses of what staff see of it."""

    def __init__(self, house: House, cast: Cast, clock: Watch) -> None:
        self.mailing = send_letter(house, cast, now=clock.now, content=pdf_of("Welcome to <b>school</b> & all"))
        with house.db.read() as session:
            document = session.exec(select(Document.id).where(Document.mailing_id == self.mailing)).one()
        self.page = f"/staff/mailings/{self.mailing}/read"
        self.picture = f"/staff/mailings/{self.mailing}/documents/{document}/pages/1.png"


@pytest.fixture
def letter(house: House, cast: Cast, clock: Watch) -> Reading:
    return Reading(house, cast, clock)


def views(house: House) -> int:
    with house.db.read() as session:
        return sum(entry.act == "document:staff-view" for entry in session.exec(select(LedgerEntry)))


def test_the_letter_is_read_as_a_family_reads_it(site: TestClient, house: House, cast: Cast, letter: Reading) -> None:
    sit_down(site, house, cast.approver)
    page = site.get(letter.page).text
    assert f'<img src="{letter.picture}" width="640"' in page
    assert "Welcome to &lt;b&gt;school&lt;/b&gt; &amp; all" in page
    assert "<iframe" not in page
    assert views(house) == 1
    answer = site.get(letter.picture)
    assert Image.open(io.BytesIO(answer.content)).size[0] == 1280
    assert answer.headers["cache-control"] == "no-store"
    assert (
        answer.headers["content-security-policy"]
        == "default-src 'none'; frame-ancestors 'none'; style-src 'unsafe-inline'"
    )
    assert views(house) == 2


def test_head_writes_nothing_and_a_page_that_is_not_there_is_nowhere(
    site: TestClient, house: House, cast: Cast, letter: Reading
) -> None:
    sit_down(site, house, cast.writer)
    for path in (letter.page, letter.picture):
        assert site.head(path).status_code == 200
    for number in ("0", "2", "01", "-1", "٣", "99999"):
        assert site.get(letter.picture.replace("/1.png", f"/{number}.png")).status_code == 404, number
    assert views(house) == 0


def test_another_sites_staff_see_neither_page_nor_picture(
    site: TestClient, house: House, cast: Cast, letter: Reading
) -> None:
    sit_down(site, house, cast.oak_writer)
    for path in (letter.page, letter.picture):
        assert site.get(path).status_code == 404
    assert views(house) == 0


def test_taken_back_means_no_picture_though_it_is_kept(
    site: TestClient, house: House, cast: Cast, clock: Watch, letter: Reading
) -> None:
    sit_down(site, house, cast.writer)
    assert site.get(letter.picture).status_code == 200
    with house.db.write() as session:
        target = Target("mailing", letter.mailing)
        revoke.revoke(session, house.keys, target, by=cast.admin, reason="The wrong file.", now=clock.now)
    for path in (letter.page, letter.picture):
        assert site.get(path).status_code == 403
    assert views(house) == 1
