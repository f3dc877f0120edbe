"""A letter is read on a phone as if it had been written for it; its pages are a press away, not loaded before."""

import re
from typing import TYPE_CHECKING

import pytest
import typst
from playwright.sync_api import expect

from portal.kernel.configuration.settings import Settings
from portal.mail.transport.inbox import Inbox
from portal.wiring import House
from tests.browser.family_ways import Deliver, both_ways, links, look, newest
from tests.browser.judging import printed
from tests.browser.screens import Screens
from tests.cast import Cast, send_letter
from tests.conftest import Watch
from tests.letter_files import pdf_of

if TYPE_CHECKING:
    from playwright.sync_api import Page

TEXT = """
#set document(title: "Welcome back")
#set page("us-letter")
#set text(lang: "en", size: 10.5pt)
= Welcome back
Dear families, we are glad that your children come to the program this year. Please read what they need on the
first day, and what changes after it. More stands on #link("https://school.test/first-day")[the page for families].
== What to bring
- A coat for the yard, also when the sun is out
- A snack without nuts
- A bottle of water with a name on it
== When we are open
#table(columns: 5, table.header[Day][Opens][Lunch][Snack][Closes],
  [Monday], [7:00], [12:00], [15:00], [17:30], [Wednesday], [7:00], [11:30], [15:00], [17:30],
  [Friday], [7:00], [12:00], [none], [13:00])
Please come to the front door. The side door stays closed from eight in the morning.
#pagebreak()
== How to reach us
Call the office between nine and three.
"""
LETTER = typst.compile(TEXT.encode())
assert isinstance(LETTER, bytes)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"allowed_link_hosts": "school.test"})


@pytest.fixture
def opened(
    page: "Page", house: House, cast: Cast, clock: Watch, live: str, deliver: Deliver, inbox: Inbox,
    request: pytest.FixtureRequest,
) -> list[str]:  # fmt: skip
    """Open the letter as a parent does; return the addresses of all pictures that were asked for, as they are."""
    assert live
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if re.search("png|/file", one.url) else None)
    content = getattr(request, "param", LETTER)
    send_letter(house, cast, now=clock.now, content=content, pages=2 if content is LETTER else 1)
    clock.forward(minutes=2)
    deliver()
    (found,) = links(newest(inbox, "ngozi.okafor@"))
    page.goto(found)
    page.get_by_role("button", name="Open the letter").click()
    if not page.url.rstrip("/").endswith("/letters"):
        return asked
    page.get_by_role("link", name="Welcome").first.click()
    return asked


def test_on_a_phone_the_letter_is_its_text_of_16_px_or_more(page: "Page", opened: list[str], screens: Screens) -> None:
    text = page.locator(".reflow").first
    expect(text.get_by_role("heading", name="What to bring")).to_be_visible()
    expect(text.get_by_role("listitem")).to_have_count(3)
    expect(text.get_by_role("columnheader", name="Lunch")).to_be_visible()
    expect(text.get_by_role("link", name="the page for families")).to_have_attribute(
        "href", "https://school.test/first-day"
    )
    sizes = page.locator(".reflow :is(p, li, td, th, h2, h3, h4)").evaluate_all(
        "all => all.filter(one => one.checkVisibility()).map(one => parseFloat(getComputedStyle(one).fontSize))"
    )
    assert len(sizes) > 20
    assert min(sizes) >= 16, "body text a parent can read at 360 px"
    look(page)
    page.mouse.wheel(0, 5_000)
    page.wait_for_load_state("networkidle")
    assert opened == [], "no picture is loaded before it is asked for"
    page.evaluate("scrollTo(0, 0)")
    screens.keep(page, "family-letter-read-360-light")


def test_the_pages_follow_behind_a_press_and_each_opens_larger(page: "Page", opened: list[str]) -> None:
    first = page.get_by_role("img", name="Page 1 of 2")
    expect(first).to_be_hidden()
    page.get_by_label("Show the pages").check()
    expect(first).to_be_visible()
    expect(first).to_have_js_property("complete", True)  # noqa: FBT003 - the value of a property
    assert opened
    text, picture = page.get_by_text("Call the office").bounding_box(), first.bounding_box()
    assert text
    assert picture
    assert picture["y"] > text["y"], "the text first, then the pages"
    look(page)
    page.get_by_role("link", name="Page 1 of 2").click()
    expect(page).to_have_url(re.compile(r"/pages/1\.png$"))
    assert page.locator("img").evaluate("image => image.naturalWidth") >= 1280


@both_ways
def test_who_listens_hears_the_letter_once_and_print_has_its_pages(page: "Page", opened: list[str]) -> None:
    assert opened is not None
    heard = page.locator("body").aria_snapshot()
    assert heard.count("A snack without nuts") == 1
    assert heard.count("Call the office") == 1
    assert printed(page) == ["", ""], "two sheets for two pages, and nothing but their pictures"


@pytest.mark.parametrize("screen", ["desk"], indirect=True)
def test_on_a_wide_screen_the_pages_come_first(page: "Page", opened: list[str]) -> None:
    assert opened is not None
    drawn = page.get_by_role("img", name="Page 1 of 2")
    expect(drawn).to_be_visible()
    expect(drawn).to_have_js_property("complete", True)  # noqa: FBT003 - the value of a property
    assert drawn.evaluate("image => image.clientWidth") > 500
    look(page)
    page.get_by_label("Show the letter as text").check()
    expect(page.get_by_role("heading", name="What to bring")).to_be_visible()
    look(page)


@pytest.mark.parametrize("opened", [pdf_of("")], indirect=True)
def test_a_page_without_words_is_its_picture_at_once_and_says_so(page: "Page", opened: list[str]) -> None:
    expect(page.get_by_role("img", name="Page 1 of 1")).to_be_visible()
    expect(page.get_by_text("This page is a picture.")).to_be_visible()
    expect(page.get_by_label("Show the pages")).to_have_count(0)
    assert opened
    look(page)


def test_a_page_can_be_pinched(page: "Page", opened: list[str]) -> None:
    assert opened is not None
    viewport = page.locator("meta[name=viewport]").get_attribute("content") or ""
    assert "maximum-scale" not in viewport
    assert "user-scalable" not in viewport
