"""In a real browser, on a phone, without scripts: from "something went wrong" to the facts in three presses."""

from typing import TYPE_CHECKING

from axe_playwright_python.sync_playwright import Axe

from portal.mailings.repository import find_any
from portal.wiring import House
from tests.cast import Cast, send_letter
from tests.conftest import Watch
from tests.web.desks import session_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


def test_three_presses_freeze_a_letter_and_every_page_fits_a_phone(
    chromium: "Browser", house: House, cast: Cast, clock: Watch, live: str
) -> None:
    mailing_id = send_letter(house, cast, now=clock.now, title="W" * 120)
    context = chromium.new_context(
        viewport={"width": 360, "height": 740}, color_scheme="dark", java_script_enabled=False
    )
    context.add_cookies([{"name": "staff", "value": session_of(house, cast.admin), "url": live}])
    page = context.new_page()
    page.goto(f"{live}/staff")
    page.get_by_role("link", name="Incidents").click()
    _fits(page)
    page.get_by_role("link", name="W" * 120).click()
    _fits(page)
    assert page.get_by_role("button", name="Freeze it now").bounding_box()["y"] < 740  # type: ignore[index]  # it is there
    page.get_by_role("button", name="Freeze it now").click()
    assert page.get_by_text("6 links are dead, 4 unsent messages were cancelled").is_visible()
    place = page.url
    for path in ("", "/texts/notice", "/texts/report", f"/undo/{mailing_id}"):
        page.goto(place + path)
        _fits(page)
    page.get_by_label("Why was it a mistake?").fill("It was the right letter.")
    page.get_by_role("button", name="Send fresh links").click()
    assert "Undone" in page.get_by_role("status").inner_text(), "whoever opens the page now reads that first"
    assert page.get_by_text("The freeze was undone with fresh links: It was the right letter.").is_visible()
    with house.db.read() as session:
        mailing = find_any(session, mailing_id)
        assert mailing is not None
        assert mailing.state == "held"
    _inspect(chromium, page.url, context.cookies())
    context.close()


def _fits(page: "Page") -> None:
    box = page.locator("main").bounding_box()
    assert box is not None
    assert box["width"] <= 360, page.url


def _inspect(chromium: "Browser", place: str, cookies: object) -> None:
    """An inspector needs scripts, so it looks in a browser that has them."""
    context = chromium.new_context(viewport={"width": 360, "height": 740})
    context.add_cookies(cookies)  # type: ignore[arg-type]  # the same shape, read and given
    page = context.new_page()
    for path in ("", "/texts/notice"):
        page.goto(place.partition("#")[0] + path)
        found = Axe().run(page).response
        assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found["violations"]] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
    context.close()
