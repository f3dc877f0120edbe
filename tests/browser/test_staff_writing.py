"""In a real browser: the form helps while one writes, works without scripts, and fits a phone."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from sqlmodel import select

from portal.mailings.tables import AudienceTerm, Mailing
from portal.staff.rules import Acting
from portal.wiring import House
from tests.browser.screens import Screens
from tests.cast import Cast, send_letter
from tests.conftest import Watch
from tests.reading.carriers import simple_pdf, stream
from tests.web.desks import session_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

ROSTER = simple_pdf(text=stream(b"BT /F 12 Tf 20 200 Td (Ana Rivera, Rosa Rivera, Sam Okafor, Luis Rivera) Tj ET"))


def sign_in(context: "BrowserContext", house: House, person: Acting, live: str) -> None:
    context.add_cookies([{"name": "staff", "value": session_of(house, person), "url": live}])


@pytest.fixture
def desk(phone: "BrowserContext", house: House, cast: Cast, live: str) -> "Page":
    """Give a writer's phone."""
    sign_in(phone, house, cast.writer, live)
    return phone.new_page()


def letter(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "first week.pdf"
    path.write_bytes(content)
    return path


def fill(page: "Page", file: Path) -> None:
    page.get_by_label("Title", exact=True).fill("First week")
    page.get_by_label("Message to families (if you like)").fill("We begin on Monday.\nBring water.")
    page.get_by_label("The letter, as a PDF").set_input_files(file)


def sound(page: "Page") -> None:
    """Nothing an inspector of accessibility objects to, and nothing wider than the screen."""
    found = Axe().run(page)
    assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found.response["violations"]] == []
    width = page.evaluate("window.innerWidth")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_form_counts_and_shows_what_families_will_see(desk: "Page", live: str) -> None:
    desk.goto(f"{live}/staff/mailings/new")
    desk.get_by_label("Title", exact=True).fill("First week")
    desk.get_by_label("Message to families (if you like)").fill("We begin <b>on Monday</b>.\nBring water.")
    assert desk.locator("#message-count").inner_text() == "39 of 1,500 letters"
    assert desk.locator("#preview-message").inner_text() == "We begin <b>on Monday</b>.\nBring water."
    assert desk.locator("#preview-title").inner_text() == "First week"
    desk.get_by_label("Message to families (if you like)").fill("x" * 1502)
    assert desk.locator("#message-count").inner_text() == "Too long by 2; 1,500 is the most."
    sound(desk)


def test_a_hidden_tick_is_not_sent(desk: "Page", house: House, live: str, tmp_path: Path) -> None:
    desk.goto(f"{live}/staff/mailings/new")
    fill(desk, letter(tmp_path, simple_pdf()))
    desk.get_by_label("Some programs, sites or grades").check()
    desk.get_by_label("Oak", exact=True).check()
    desk.get_by_label("Children I name").check()
    assert not desk.get_by_label("Oak", exact=True).is_visible()
    desk.get_by_label("Names or student numbers").fill("100001")
    desk.get_by_label("Message to families (if you like)").fill("Ana needs a coat.")
    desk.get_by_role("button", name="Check the letter").click()
    desk.wait_for_url(f"{live}/staff/mailings/*")
    with house.db.read() as session:
        assert [(term.kind, term.value) for term in session.exec(select(AudienceTerm))] == [("child", "100001")]


def test_what_is_wrong_has_the_focus_and_leads_to_its_field(desk: "Page", live: str, tmp_path: Path) -> None:
    desk.goto(f"{live}/staff/mailings/new")
    fill(desk, letter(tmp_path, simple_pdf()))
    desk.get_by_label("Message to families (if you like)").fill("See bit.ly/x")
    desk.get_by_label("Everyone at Riverbend Schools").check()
    desk.get_by_role("button", name="Check the letter").click()
    summary = desk.get_by_role("group", name="Something here needs another look")
    summary.wait_for()
    assert desk.evaluate("document.activeElement.id") == "faults"
    summary.get_by_role("link", name="Message").click()
    assert desk.evaluate("document.activeElement.id") == "message"
    assert desk.get_by_label("Message to families (if you like)").input_value() == "See bit.ly/x"
    sound(desk)


def stop(desk: "Page", live: str, tmp_path: Path) -> None:
    desk.goto(f"{live}/staff/mailings/new")
    fill(desk, letter(tmp_path, ROSTER))
    desk.get_by_label("Everyone at Riverbend Schools").check()
    desk.get_by_role("button", name="Check the letter").click()
    desk.get_by_role("heading", name="This file was stopped. It is a list of children.").wait_for()
    desk.wait_for_url("**/edit?stopped")  # set by a script a moment later: nobody reloads within that


def test_a_stop_is_a_whole_page_that_leads_back(desk: "Page", live: str, tmp_path: Path, screens: Screens) -> None:
    stop(desk, live, tmp_path)
    for width in (360, 1280):
        desk.set_viewport_size({"width": width, "height": 800})
        sound(desk)
        screens.keep(desk, f"staff-stopped-{width}-light")
    desk.get_by_role("link", name="Choose another file").click()
    assert desk.get_by_label("Title", exact=True).input_value() == "First week"
    assert desk.get_by_label("Everyone at Riverbend Schools").is_checked()


def test_a_stop_that_is_reloaded_makes_no_second_letter(desk: "Page", house: House, live: str, tmp_path: Path) -> None:
    stop(desk, live, tmp_path)
    desk.reload()
    assert desk.get_by_label("Title", exact=True).input_value() == "First week"
    with house.db.read() as session:
        assert session.exec(select(Mailing)).one().state == "draft"


def test_back_leads_to_the_letter_that_the_form_became_and_makes_no_second_one(
    desk: "Page", house: House, live: str, tmp_path: Path
) -> None:
    desk.goto(f"{live}/staff")
    stop(desk, live, tmp_path)
    desk.go_back()
    desk.wait_for_url("**/edit")
    assert desk.get_by_label("Title", exact=True).input_value() == "First week"
    desk.get_by_label("The letter, as a PDF").set_input_files(letter(tmp_path, simple_pdf()))
    desk.get_by_role("button", name="Check the letter").click()
    desk.get_by_role("button", name="Ask for approval").wait_for()
    desk.go_back()
    desk.wait_for_url("**/edit")
    with house.db.read() as session:
        assert session.exec(select(Mailing)).one().state == "checked"
    desk.goto(f"{live}/staff/mailings/new")
    assert desk.get_by_label("Title", exact=True).input_value() == "", "a new letter is a new letter"


def test_without_scripts_all_of_it_works(
    chromium: "Browser", house: House, cast: Cast, live: str, tmp_path: Path
) -> None:
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    sign_in(context, house, cast.oak_writer, live)
    page = context.new_page()
    page.goto(f"{live}/staff")
    page.get_by_role("link", name="Write a letter").click()
    fill(page, letter(tmp_path, simple_pdf()))
    assert page.get_by_label("Oak", exact=True).is_checked()
    page.get_by_role("button", name="Check the letter").click()
    page.wait_for_url(f"{live}/staff/mailings/*")
    with house.db.read() as session:
        assert session.exec(select(Mailing)).one().state == "checked"
    context.close()


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light")])
def test_every_page_fits_and_reads_in_both_lights(
    chromium: "Browser", house: House, cast: Cast, clock: Watch, live: str, scheme: str, width: int
) -> None:
    mailing_id = send_letter(house, cast, now=clock.now, title="A title of many words that goes on and on " * 2)
    context = chromium.new_context(color_scheme=scheme, viewport={"width": width, "height": 800})
    sign_in(context, house, cast.admin, live)
    page = context.new_page()
    for path in ("", "/mailings", "/mailings/new", f"/mailings/{mailing_id}/left-out", "/families", "/families/100006"):
        page.goto(f"{live}/staff{path}")
        sound(page)
    context.close()
