"""A district's own mark and accent, as families and staff see them; and a message, which stays without pictures."""

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest
from PIL import Image, ImageDraw

from portal.kernel.configuration.settings import Settings
from portal.mail.transport.inbox import Inbox
from portal.wiring import House
from tests.browser.family_ways import SIZES, Deliver, links, newest
from tests.browser.judging import faults
from tests.browser.letters import ONE_PAGE
from tests.cast import Cast, send_letter
from tests.conftest import Watch

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    picture = Image.new("RGBA", (600, 600), (0, 0, 0, 0))
    pen = ImageDraw.Draw(picture)
    pen.polygon([(300, 0), (600, 120), (540, 420), (300, 600), (60, 420), (0, 120)], fill=(123, 31, 162, 255))
    pen.ellipse((200, 180, 400, 380), fill=(255, 213, 79, 255))
    picture.save(tmp_path / "mark.png")
    own = {"mark": tmp_path / "mark.png", "accent": "#7b1fa2", "organisation": "Riverbend Unified School District"}
    return settings.model_copy(update=own)


@pytest.fixture
def link(house: House, cast: Cast, clock: Watch, live: str, deliver: Deliver, inbox: Inbox) -> str:
    assert live
    send_letter(house, cast, now=clock.now, content=ONE_PAGE)
    clock.forward(minutes=2)
    deliver()
    message = inbox.newest(to="ngozi.okafor@")[0].raw
    assert b"text/html" in message
    assert not any(found in message.lower() for found in (b"<img", b"image/", b"cid:", b"mark.png", b"/mark/"))
    (found,) = links(newest(inbox, "ngozi.okafor@"))
    return found


@pytest.mark.parametrize("language", ["en-US", "ar"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_mark_stands_above_and_the_letter_begins_in_the_first_window(
    chromium: "Browser", link: str, theme: Literal["light", "dark"], language: str
) -> None:
    for size in SIZES.values():
        context = chromium.new_context(viewport=size, color_scheme=theme, locale=language)
        page = context.new_page()
        page.goto(link)
        assert faults(page) == []
        page.locator("#open").click()
        begins = page.get_by_text("We begin on Monday.")
        begins.wait_for()
        mark = page.locator("header .mark")
        assert mark.evaluate("image => image.complete && image.naturalWidth > 0 && image.clientHeight <= 46")
        box = begins.bounding_box()
        assert box is not None
        assert box["y"] + 24 <= size["height"], "its first line can be read without scrolling"
        assert faults(page) == []
        context.close()
