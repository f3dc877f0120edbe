"""A family finds its letter in the language it reads, the English beside it, and a letter written here as a page."""

import re
from pathlib import Path

import pytest
from sqlmodel import col, select
from starlette.testclient import TestClient

from portal.documents.tables import Document
from portal.flows.taking_back.revoke import Target, revoke
from portal.ledger.tables import Disclosure
from portal.wiring import House
from tests.cast import Cast, link_of, token_of
from tests.conftest import Watch
from tests.flows.languages import Office, draft, pdf, speaks


@pytest.fixture
def office(house: House, cast: Cast, tmp_path: Path) -> Office:
    folder = tmp_path / "chosen"
    folder.mkdir()
    return Office(house, cast, folder)


class Family:
    """A guardian's browser, opened by their link."""

    def __init__(self, site: TestClient, house: House, mailing_id: str, guardian: str, child: str) -> None:
        self.site = site
        token = token_of(house, link_of(house, mailing_id, guardian, child))
        assert site.post("/o", data={"token": token}).status_code == 303

    def listed(self) -> list[tuple[str, str]]:

        page = self.site.get("/letters").text
        return re.findall(
            r'<a [^>]*?href="/letters/([0-9a-f]{32})"[^>]*>(?:<span class="title"[^>]*><bdi>)?([^<]+)<', page
        )


@pytest.fixture
def mailing_id(office: Office, house: House, cast: Cast) -> str:
    speaks(house, cast.carla, "Spanish")
    mailing_id = office.checked(
        english=None, texts={"": "We begin on **Monday**.", "es": "Empezamos el **lunes**."}, fr=pdf("Lundi.")
    )
    office.send(mailing_id)
    return mailing_id


def test_a_spanish_reader_finds_theirs_first_and_the_english_beside(
    site: TestClient, house: House, cast: Cast, office: Office, mailing_id: str
) -> None:
    carla = Family(site, house, mailing_id, cast.carla, cast.ana)
    (own, title), (english, label) = carla.listed()
    assert (title, label) == ("Bienvenidos", "En inglés")
    page = site.get(f"/letters/{own}").text
    assert "<h1><bdi>Bienvenidos</bdi></h1>" in page
    assert "Empezamos el lunes." in page
    assert "<strong>lunes</strong>" in page
    assert "Bienvenidos.pdf" in page
    assert f'href="/letters/{english}" hreflang="en">En inglés</a>' in page
    there = office.bytes_of(mailing_id)
    assert site.get(f"/letters/{own}/file").content == there["es"]
    beside = site.get(f"/letters/{english}").text
    assert '<h1 lang="en"><bdi>Welcome</bdi></h1>' in beside
    assert "<strong>Monday</strong>" in beside
    assert f'href="/letters/{own}" hreflang="es" lang="es" dir="ltr">Español</a>' in beside
    assert site.get(f"/letters/{english}/file").content == there[""]


def test_who_reads_english_finds_one_letter_and_nothing_beside(
    site: TestClient, house: House, cast: Cast, mailing_id: str
) -> None:
    diego = Family(site, house, mailing_id, cast.diego, cast.ana)
    ((_, title),) = diego.listed()
    assert title == "Welcome"


def test_a_choice_by_hand_shows_that_language(site: TestClient, house: House, cast: Cast, mailing_id: str) -> None:
    diego = Family(site, house, mailing_id, cast.diego, cast.ana)
    site.cookies.set("__Host-language", "fr")
    (french, title), (_, label) = diego.listed()
    assert (title, label) == ("Welcome", "En anglais")  # its file is French, its words nobody wrote in French
    assert "Welcome.pdf" in site.get(f"/letters/{french}").text
    site.cookies.set("__Host-language", "vi")
    ((_, title),) = diego.listed()
    assert title == "Welcome"


def test_the_page_of_a_letter_comes_after_its_disclosure_and_never_with_head(
    site: TestClient, house: House, cast: Cast, mailing_id: str
) -> None:
    carla = Family(site, house, mailing_id, cast.carla, cast.ana)
    (own, _), _ = carla.listed()
    answer = site.head(f"/letters/{own}")
    assert answer.status_code == 200
    assert "lunes" not in answer.text.replace("Empezamos el lunes.", "")

    def shown() -> list[Disclosure]:
        with house.db.read() as session:
            return list(session.exec(select(Disclosure)).all())

    assert shown() == []
    answer = site.get(f"/letters/{own}")
    assert [one.copy_id for one in shown()] == [own]
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert " style=" not in answer.text


def test_a_spanish_file_that_is_taken_back_leaves_the_english(
    site: TestClient, house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    carla = Family(site, house, mailing_id, cast.carla, cast.ana)
    with house.db.read() as session:
        spanish = session.exec(select(Document).where(col(Document.language) == "es")).one()
    with house.db.write() as session:
        revoke(session, house.keys, Target("document", spanish.id), by=cast.admin, reason="test", now=clock.now)
    ((copy_id, title),) = carla.listed()
    assert title == "Bienvenidos"  # the words stand; the file is the English one
    assert "Bienvenidos.pdf" in site.get(f"/letters/{copy_id}").text


def test_markup_in_words_and_texts_of_another_language_is_text(
    site: TestClient, house: House, cast: Cast, office: Office
) -> None:
    evil = "<img src=x onerror=alert(1)>"
    speaks(house, cast.carla, "Spanish")
    written = draft({"es": (evil, f"{evil}\n\n{evil}")})
    office.send(mailing_id := office.checked(written=written, texts={"es": f"# {evil}\n\n{evil} `{evil}`"}))
    Family(site, house, mailing_id, cast.carla, cast.ana)
    listed = site.get("/letters").text
    (own, *_) = re.findall(r'href="/letters/([0-9a-f]{32})"', listed)
    page = site.get(f"/letters/{own}").text
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    for text in (listed, page):
        assert "<img" not in text
