"""The page of a letter that came as a Word file: axe, focus, width, both lights, in English and in Spanish."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest

from portal import publish
from portal.mailings.rules import Term, check_draft
from portal.press.office.office_converter import converter_of
from portal.publish import Checked, Upload
from portal.wiring import House
from tests.browser.judging import faults, too_wide, without_focus_ring
from tests.browser.screens import Screens
from tests.cast import Cast
from tests.office_letters import paragraph, word_letter
from tests.web.desks import session_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser

STRUCK = '<w:del w:id="1" w:author="Rosa"><w:r><w:delText>soon</w:delText></w:r></w:del>'


@pytest.fixture
def path(house: House, cast: Cast, tmp_path: Path) -> str:
    """A Word letter in a font that is not here, with a tracked change and more pages as Word counts them."""
    parts = {"docProps/app.xml": "<Properties><Pages>4</Pages></Properties>"}
    letter = word_letter("The garden opens on Monday.", paragraph("Come ", STRUCK, "early."), font="Aptos", parts=parts)
    chosen = tmp_path / "chosen"
    chosen.write_bytes(letter)
    draft = check_draft(title="Garden", message="", terms=[Term("everyone")], link_days=30, link_hosts=frozenset())
    made = publish.put_draft(
        replace(house, converter=converter_of("basic")),
        draft,
        by=cast.writer,
        now=house.clock(),
        upload=Upload(chosen, "Letter about the school garden in autumn, second version.docx"),
    )
    assert isinstance(made, Checked)
    return f"/staff/mailings/{made.mailing_id}"


@pytest.mark.parametrize(
    ("width", "scheme", "language"), [(1280, "light", "en"), (360, "dark", "es")], ids=["desk", "phone"]
)
def test_it_says_how_the_letter_was_made(
    chromium: "Browser",
    house: House,
    cast: Cast,
    live: str,
    path: str,
    screens: Screens,
    width: int,
    scheme: Literal["dark", "light"],
    language: str,
) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    cookies = {"staff": session_of(house, cast.writer), "language": language}
    context.add_cookies([{"name": name, "value": value, "url": live} for name, value in cookies.items()])
    page = context.new_page()
    page.goto(live + path)
    screens.keep(page, f"word-letter-{width}-{scheme}")
    look = page.get_by_role("link", name="Look at its pages" if language == "en" else "Mire sus páginas")
    assert look.is_visible()
    assert page.get_by_text("Aptos").is_visible()
    assert [*faults(page), *without_focus_ring(page), *too_wide(page)] == []
    look.click()
    page.wait_for_url(f"**{path}/read*")
    context.close()
