"""A Word letter at a desk: what its page says of how it was made, and what a refused one says to do."""

from dataclasses import replace

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from portal.press.office.office_converter import converter_of
from portal.wiring import House
from tests.cast import Cast
from tests.office_letters import paragraph, run, word_letter
from tests.web.desks import sit_down, text_of

WELCOME = "Dear families, the garden opens on Monday."
STRUCK = '<w:del w:id="1" w:author="Rosa"><w:r><w:delText>soon</w:delText></w:r></w:del>'


@pytest.fixture
def house(house: House) -> House:
    return replace(house, converter=converter_of("basic"))


def write(site: TestClient, house: House, cast: Cast, content: bytes, name: str = "garden.docx") -> Response:
    token = sit_down(site, house, cast.writer)
    typed = {"title": "Garden", "message": "", "audience": "everyone", "expires": "30", "form_token": token}
    return site.post("/staff/mailings", data=typed, files={"file": (name, content, "application/octet-stream")})


def test_the_page_of_a_word_letter_says_that_families_get_its_pdf_and_what_to_look_at(
    site: TestClient, house: House, cast: Cast
) -> None:
    letter = word_letter(WELCOME, paragraph("See you ", STRUCK, "then."), font="Comic Papyrus")
    path = write(site, house, cast, letter).headers["location"].partition("?")[0]
    page = site.get(path)
    said = text_of(page.text)
    assert "The portal made garden.pdf from your file. Families get this PDF, never the file you chose." in said
    assert "These fonts are not here: Comic Papyrus." in said
    assert "If one looks wrong, save the letter as PDF" in said
    assert "1 tracked change: what was struck out is gone, what was added stays" in said
    assert "office:" not in said
    assert f'href="{path}/read"' in page.text
    spanish = text_of(site.get(path, headers={"Accept-Language": "es"}).text)
    assert "Estos tipos de letra no están aquí: Comic Papyrus." in spanish
    assert "1 cambio marcado" in spanish
    shown = site.get(f"{path}/read")
    assert shown.status_code == 200
    assert WELCOME in text_of(shown.text) or "pages/1" in shown.text


def test_a_word_letter_that_is_not_converted_says_why_beside_its_field(
    site: TestClient, house: House, cast: Cast
) -> None:
    page = write(site, house, cast, word_letter(paragraph(run("gone", "<w:strike/>"))))
    assert page.status_code == 422
    assert "struck-out text. Save it as PDF in the program it was written with and choose that." in text_of(page.text)
