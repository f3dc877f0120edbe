"""A letter in several languages in a real browser: written without a script, read in each language, on a phone too."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from portal.wiring import House
from tests.browser.family_ways import A_LETTER, SIZES
from tests.browser.judging import printed
from tests.browser.test_staff_writing import sign_in
from tests.cast import Cast, link_of, token_of
from tests.flows.languages import Office, draft, speaks

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

TABLE = "\n\n| Day | Time |\n| --- | ---: |\n| Monday | 8:00 |\n\n- bring a bag\n- [write to us](tel:+15550100)"


def fits_and_passes(page: "Page") -> None:
    for size in SIZES.values():
        page.set_viewport_size(size)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize(("written", "tag", "title"), [("Spanish", "es", "Bienvenidos"), ("Arabic", "ar", "أهلا بكم")])
def test_a_family_reads_its_letter_as_a_page_with_the_english_beside(
    page: "Page", live: str, house: House, cast: Cast, tmp_path: Path, written: str, tag: str, title: str
) -> None:
    office = Office(house, cast, tmp_path)
    speaks(house, cast.carla, written)
    texts = {"": "# When" + TABLE, tag: "# Cuando" + TABLE}
    mailing_id = office.checked(english=None, texts=texts, written=draft({tag: (title, "")}))
    office.send(mailing_id)
    page.goto(f"{live}/o#{token_of(house, link_of(house, mailing_id, cast.carla, cast.ana))}")
    page.locator("main form button[type=submit]").first.click()
    expect(page).to_have_url(A_LETTER)
    expect(page.locator("h1").first).to_have_text(title)
    expect(page.locator("html")).to_have_attribute("lang", tag)
    expect(page.locator(".letter")).to_have_attribute("lang", tag)
    expect(page.get_by_role("heading", name="Cuando")).to_be_visible()
    fits_and_passes(page)
    (sheet,) = printed(page)
    assert "Riverbend Schools" in sheet
    assert "Cuando" in sheet
    for button in page.get_by_role("button").all() + page.locator("a.button").all():
        assert button.inner_text() not in sheet
    page.locator('a[hreflang="en"]').click()
    expect(page.locator("h1")).to_have_text("Welcome")
    expect(page.locator(".letter")).to_have_attribute("lang", "en")
    fits_and_passes(page)


def test_a_letter_in_two_languages_is_written_without_a_script(
    chromium: "Browser", live: str, house: House, cast: Cast
) -> None:
    speaks(house, cast.carla, "Spanish")
    context = chromium.new_context(java_script_enabled=False)
    sign_in(context, house, cast.writer, live)
    page = context.new_page()
    page.goto(f"{live}/staff/mailings/new")
    page.get_by_label("Title", exact=True).fill("Welcome")
    page.get_by_text("Everyone at Riverbend Schools").click()
    page.get_by_text("Or write the letter here").click()
    page.locator("#text").fill("We begin on Monday.")
    page.locator("#languages > summary").click()
    page.locator("#in-es > summary").click()
    page.locator("#title-es").fill("Bienvenidos")
    page.get_by_text("Or write the letter in Español here").click()
    page.locator("#text-es").fill("Empezamos el lunes.")
    page.get_by_role("button", name="Check the letter").click()
    expect(page).to_have_url(re.compile(r"/staff/mailings/[0-9a-f]{32}$"))
    page.get_by_role("navigation", name="Language of the family").get_by_text("Español").click()
    frame = page.frame_locator("iframe")
    expect(frame.locator("h1")).to_have_text("Bienvenidos")
    expect(frame.locator(".letter")).to_contain_text("Empezamos el lunes.")


def test_the_form_with_a_language_open_fits_every_screen(page: "Page", live: str, house: House, cast: Cast) -> None:
    sign_in(page.context, house, cast.writer, live)
    page.goto(f"{live}/staff/mailings/new")
    page.locator("#languages > summary").click()
    for tag in ("es", "ar"):
        page.locator(f"#in-{tag} > summary").click()
    fits_and_passes(page)
