"""Every page a family can meet: axe, keyboard, zoom, both lights and both directions; `--screens` keeps pictures."""

from typing import TYPE_CHECKING

import pytest

from portal.wiring import House
from tests.browser.family_gallery import PAGES, Stage, walk
from tests.browser.family_ways import taken_by_languages
from tests.browser.judging import faults, too_wide, without_focus_ring
from tests.browser.screens import Screens
from tests.cast import Cast
from tests.conftest import Watch
from tests.parts.chromium import PATIENCE_MS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

PHONE, DESK = {"width": 360, "height": 640}, {"width": 1280, "height": 800}


@pytest.fixture
def stage(house: House, cast: Cast, clock: Watch, live: str) -> Stage:
    stage = Stage(house, cast, clock, live)
    stage.set_up()
    return stage


def opened(chromium: "Browser", size: dict[str, int], language: str, **more: str) -> "BrowserContext":
    context = chromium.new_context(viewport=size, locale=language, **more)  # type: ignore[arg-type]  # words of its own
    context.set_default_timeout(PATIENCE_MS)
    return context


@pytest.mark.parametrize(
    ("size", "language", "scheme"),
    [(PHONE, "ar", "dark"), (PHONE, "en", "light"), (DESK, "en", "dark"), (DESK, "ar", "light")],
    ids=["phone-ar-dark", "phone-en-light", "desk-en-dark", "desk-ar-light"],
)
def test_nothing_is_wrong_with_any_page(
    chromium: "Browser", stage: Stage, screens: Screens, size: dict[str, int], language: str, scheme: str
) -> None:
    context = opened(chromium, size, language, color_scheme=scheme)
    page, wrong = context.new_page(), {}
    for name in walk(stage, page):
        screens.keep(page, f"family-{name}-{size['width']}-{language}-{scheme}")
        if (size, language) == (PHONE, "en"):
            screens.read_aloud(page, f"family-{name}")
        wrong[name] = [*faults(page), *without_focus_ring(page)]
        if size == PHONE:
            assert taken_by_languages(page) < 50, name
        assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr"), name
    context.close()
    assert {name: found for name, found in wrong.items() if found} == {}
    assert set(wrong) == set(PAGES)


def test_every_page_can_be_read_large(chromium: "Browser", stage: Stage) -> None:
    """A screen of 1,280 pixels at 400 % is 320 wide (WCAG 1.4.10), and text alone may be twice as large (1.4.4)."""
    context = opened(chromium, {"width": 320, "height": 400}, "es", reduced_motion="reduce", forced_colors="active")
    page, wrong = context.new_page(), {}
    for name in walk(stage, page):
        wrong[name] = too_wide(page)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        wrong[name] += too_wide(page)
    context.close()
    assert {name: found for name, found in wrong.items() if found} == {}
    assert set(wrong) == set(PAGES)
