"""A family changes the language on its way in, and the link it came by still opens."""

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from portal.wiring import House
from portal.words.languages import SHIPPED
from tests.browser.family_ways import A_LETTER, look, taken_by_languages
from tests.browser.judging import too_wide
from tests.cast import Cast, link_of, send_letter, token_of
from tests.conftest import Watch

if TYPE_CHECKING:
    from playwright.sync_api import Page


def test_a_link_still_opens_after_the_language_was_changed(
    page: "Page", live: str, house: House, cast: Cast, clock: Watch
) -> None:
    mailing_id = send_letter(house, cast, now=clock.now)
    page.goto(f"{live}/o#{token_of(house, link_of(house, mailing_id, cast.carla, cast.ana))}")
    seen: list[str] = []
    page.on("request", lambda request: seen.append(request.url))
    page.locator("summary", has_text="Language").click()
    page.get_by_role("button", name="العربية").click()
    expect(page).to_have_url(re.compile(r"/o$"))
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    assert seen
    page.get_by_role("button", name="فتح الرسالة").click()
    expect(page).to_have_url(A_LETTER)
    expect(page.get_by_text("إلى عائلة")).to_contain_text("Ana")


@pytest.mark.parametrize("locale", ["en", "ht", "ar"])
def test_the_choice_of_languages_is_one_quiet_line_whatever_the_school_is_called(page: "Page", live: str) -> None:
    page.goto(live + "/about")
    for called in ("Riverbend Schools", "The Riverbend and Amber Creek Consolidated Unified School District"):
        page.locator(".bar .name").evaluate("(name, called) => { name.textContent = called; }", called)
        assert taken_by_languages(page) < 50
    page.locator("#languages summary").click()
    for width in (360, 320):
        page.set_viewport_size({"width": width, "height": 640})
        for one in page.locator("#languages button").all():
            box = one.bounding_box()
            assert box
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width
        look(page)


def test_every_language_fits_a_phone(page: "Page", live: str) -> None:
    for language in SHIPPED:
        page.goto(live + "/about")
        page.locator("#languages summary").click()
        assert too_wide(page) == [], language.tag
        page.get_by_role("button", name=language.name, exact=True).click()
        expect(page.locator("html")).to_have_attribute("lang", language.tag)
        for path in ("/o", "/about"):
            page.goto(live + path)
            assert too_wide(page) == [], language.tag
