"""A family changes the language on its way in, and the link it came by still opens."""

import re
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from portal.wiring import House
from portal.words.languages import LANGUAGES, Language
from tests.cast import Cast, link_of, send_letter, token_of
from tests.conftest import Watch

if TYPE_CHECKING:
    from playwright.sync_api import Page

SCREENS = [(360, 640), (1280, 800)]


def test_a_link_still_opens_after_the_language_was_changed(
    page: "Page", live: str, house: House, cast: Cast, clock: Watch
) -> None:
    mailing_id = send_letter(house, cast, now=clock.now)
    page.goto(f"{live}/o#{token_of(house, link_of(house, mailing_id, cast.carla, cast.ana))}")
    seen: list[str] = []
    page.on("request", lambda request: seen.append(request.url))
    page.get_by_label("Language").select_option(label="العربية")
    page.get_by_role("button", name="Change").click()
    expect(page).to_have_url(re.compile(r"/o$"))
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    assert seen
    page.get_by_role("button", name="افتحوا الرسالة").click()
    expect(page).to_have_url(re.compile(r"/letters$"))
    expect(page.get_by_text("إلى عائلة")).to_contain_text("Ana")


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.tag)
def test_every_language_fits_the_screen_and_passes_axe(page: "Page", live: str, language: Language) -> None:
    tag = language.tag
    for width, height in SCREENS:
        page.set_viewport_size({"width": width, "height": height})
        for path in ("/o", "/about"):
            page.goto(live + path)
            page.locator("#language").select_option(tag)
            page.locator("#languages button").click()
            expect(page.locator("html")).to_have_attribute("lang", tag)
            expect(page).to_have_url(live + path)
            found = Axe().run(page)
            assert found.violations_count == 0, found.generate_report()
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            for control in ("#language", "#languages button"):
                box = page.locator(control).bounding_box()
                assert box is not None
                assert box["height"] >= 44
