"""A letter is shown as pictures of its pages with its words beneath, and each look is judged and in the ledger."""

import io

import pytest
from PIL import Image
from sqlmodel import col, func, select
from starlette.testclient import TestClient

from portal.documents.tables import Document
from portal.flows.taking_back import revoke
from portal.flows.taking_back.revoke import Target
from portal.kernel.configuration.settings import Settings
from portal.ledger.tables import Disclosure, LedgerEntry
from portal.wiring import House
from tests.cast import Cast, link_of, send_letter, token_of
from tests.conftest import Watch
from tests.letter_files import pdf_of
from tests.web.test_opening import EXACT, letters_in


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"reply_to": "office@riverbend.example"})


LETTER = pdf_of("Welcome to <b>school</b> & all")


class Opened:
    """Carla has opened Ana's letter."""

    def __init__(self, site: TestClient, house: House, cast: Cast, clock: Watch) -> None:
        self.mailing = send_letter(house, cast, now=clock.now, content=LETTER)
        self.link = link_of(house, self.mailing, cast.carla, cast.ana)
        site.post("/o", data={"token": token_of(house, self.link)})
        (self.copy,) = letters_in(site.get("/letters").text)
        self.page, self.picture = f"/letters/{self.copy}", f"/letters/{self.copy}/pages/1.png"


@pytest.fixture
def opened(site: TestClient, house: House, cast: Cast, clock: Watch) -> Opened:
    return Opened(site, house, cast, clock)


def seen(house: House) -> tuple[int, int]:
    with house.db.read() as session:
        views = session.exec(select(func.count()).select_from(Disclosure).where(col(Disclosure.kind) == "view")).one()
        return views, session.exec(select(func.count()).select_from(LedgerEntry)).one()


def test_the_page_shows_pictures_of_its_pages_with_their_words(site: TestClient, opened: Opened) -> None:
    page = site.get(opened.page).text
    assert f'<img src="{opened.picture}" width="640" height="828" loading="lazy"' in page
    assert 'alt="Page 1 of 1"' in page
    assert page.count("Welcome to &lt;b&gt;school&lt;/b&gt; &amp; all") == 1, "a screen reader gets it once"
    assert f'href="{opened.picture}"' in page, "a press opens the page larger"
    assert f'href="{opened.page}/file"' in page
    assert 'href="mailto:office@riverbend.example"' in page
    assert f'href="{opened.page}/file?as=download"' in page


def test_a_picture_carries_what_every_family_page_carries(site: TestClient, opened: Opened) -> None:
    answer = site.get(opened.picture)
    assert Image.open(io.BytesIO(answer.content)).size == (1280, 1657)
    assert answer.headers["content-type"] == "image/png"
    assert (
        answer.headers["content-security-policy"]
        == "default-src 'none'; frame-ancestors 'none'; style-src 'unsafe-inline'"
    )
    for name, value in EXACT.items():
        assert answer.headers[name] == value


def test_page_and_pictures_are_one_view_in_half_an_hour(
    site: TestClient, house: House, clock: Watch, opened: Opened
) -> None:
    before = seen(house)
    for path in (opened.picture, opened.page, opened.picture):
        assert site.get(path).status_code == 200
    assert seen(house) == (before[0] + 1, before[1] + 1)
    clock.forward(minutes=31)
    site.get(opened.picture)
    assert seen(house) == (before[0] + 2, before[1] + 2)


def test_head_asks_the_same_and_writes_nothing(site: TestClient, house: House, opened: Opened) -> None:
    before = seen(house)
    for path in (opened.page, opened.picture):
        answer = site.head(path)
        assert (answer.status_code, answer.content) == (200, b"")
    assert site.head(f"{opened.page}/pages/2.png").status_code == 404
    assert seen(house) == before


def test_a_page_that_is_not_there_is_nowhere_and_noted_nowhere(site: TestClient, house: House, opened: Opened) -> None:
    before = seen(house)
    for number in ("0", "2", "01", "-1", "1.0", "٣", "99999999999", "1%00", "..%2f1"):
        assert site.get(f"{opened.page}/pages/{number}.png").status_code in {400, 404}, number
    assert seen(house) == before


def test_taken_back_means_no_picture_at_the_next_request_though_it_is_kept(
    site: TestClient, house: House, cast: Cast, clock: Watch, opened: Opened
) -> None:
    assert site.get(opened.picture).status_code == 200
    with house.db.write() as session:
        target = Target("mailing", opened.mailing)
        revoke.revoke(session, house.keys, target, by=cast.admin, reason="The wrong file.", now=clock.now)
    before = seen(house)
    for path in (opened.picture, opened.page):
        assert site.get(path).status_code == 410
    assert seen(house) == before


def test_a_shredded_letter_shows_no_picture_though_it_is_kept(site: TestClient, house: House, opened: Opened) -> None:
    assert site.get(opened.picture).status_code == 200
    with house.db.read() as session:
        house.documents.shred(session.exec(select(Document.id)).one())
    before = seen(house)
    for path in (opened.picture, opened.page):
        answer = site.get(path)
        assert answer.status_code == 410
        assert "Welcome to" not in answer.text
    assert site.head(opened.picture).status_code == 410, "HEAD tells what GET would"
    assert seen(house) == before


def test_nobody_else_sees_a_picture(
    another_browser: TestClient, house: House, cast: Cast, opened: Opened
) -> None:  # fmt: skip
    assert another_browser.get(opened.picture).status_code == 404
    other = link_of(house, opened.mailing, cast.ngozi, cast.sam)
    another_browser.post("/o", data={"token": token_of(house, other)})
    before = seen(house)
    assert another_browser.get(opened.picture).status_code == 404
    assert seen(house) == before
