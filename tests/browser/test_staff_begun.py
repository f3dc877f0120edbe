"""In a real browser: a file that is dropped begins a letter, and what is typed is kept, with scripts and without."""

import base64
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from sqlmodel import select

from portal.documents.tables import BegunLetter
from portal.flows.people.sign_in_staff import make_sign_in_link
from portal.wiring import House
from tests.browser.family_ways import Deliver
from tests.browser.test_staff_writing import sign_in, sound
from tests.cast import Cast
from tests.conftest import Watch
from tests.reading.carriers import simple_pdf

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, Route

_DROP = """([name, content]) => {
  const bytes = Uint8Array.from(atob(content), letter => letter.charCodeAt(0));
  const brought = new DataTransfer();
  brought.items.add(new File([bytes], name, { type: "application/pdf" }));
  const where = document.querySelector("h1");
  for (const kind of ["dragover", "drop"]) {
    where.dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: brought }));
  }
}"""


@pytest.fixture
def desk(screen: "BrowserContext", house: House, cast: Cast, live: str) -> "Page":
    """Give a writer's phone."""
    sign_in(screen, house, cast.writer, live)
    return screen.new_page()


def test_a_file_dropped_anywhere_on_home_begins_a_letter(desk: "Page", live: str) -> None:
    desk.goto(f"{live}/staff")
    desk.evaluate(_DROP, ["first_week-2026.pdf", base64.b64encode(simple_pdf()).decode()])
    expect(desk.get_by_label("Title", exact=True)).to_have_value("First week 2026")
    sound(desk)


def test_what_is_typed_survives_the_window(desk: "Page", live: str) -> None:
    desk.goto(f"{live}/staff/mailings/new")
    desk.get_by_label("Title", exact=True).fill("Snow day")
    desk.get_by_label("Message to families (if you like)").fill("No school on Monday.")
    expect(desk.get_by_text("Kept at 12:00.")).to_be_visible()
    assert "/staff/begun/" in desk.url
    desk.reload()
    expect(desk.get_by_label("Message to families (if you like)")).to_have_value("No school on Monday.")
    desk.goto(f"{live}/staff")
    desk.get_by_role("link", name="Continue with Snow day").click()
    expect(desk.get_by_label("Title", exact=True)).to_have_value("Snow day")
    desk.goto(f"{live}/staff")
    desk.get_by_role("button", name="Discard Snow day").click()
    expect(desk.get_by_text("Snow day")).to_have_count(0)


def test_two_windows_are_told_of_each_other(desk: "Page", live: str) -> None:
    desk.goto(f"{live}/staff/mailings/new")
    desk.get_by_label("Title", exact=True).fill("Snow day")
    expect(desk.get_by_text("Kept at 12:00.")).to_be_visible()
    other = desk.context.new_page()
    other.goto(desk.url)
    other.get_by_label("Title", exact=True).fill("Storm day")
    expect(other.get_by_text("Kept at 12:00.", exact=True)).to_be_visible()
    desk.get_by_label("Title", exact=True).fill("Snow day on Monday")
    expect(
        desk.get_by_text("This letter was changed in another window at 12:00; this is the newer text.")
    ).to_be_visible()
    desk.get_by_role("link", name="See the other text").click()
    expect(desk.get_by_label("Title", exact=True)).to_have_value("Storm day")
    sound(desk)


def test_a_site_that_was_busy_is_asked_again_whether_the_file_is_read(
    desk: "Page", live: str, deliver: Deliver, tmp_path: Path
) -> None:
    """A page that gave up at the first 503 would say for ever that the portal is reading."""
    desk.clock.install()
    letter = tmp_path / "first_week-2026.pdf"
    letter.write_bytes(simple_pdf())
    desk.goto(f"{live}/staff")
    busy: list[str] = []

    def once(route: "Route") -> None:
        if busy:
            route.continue_()
        else:
            busy.append(route.request.url)
            route.fulfill(status=503, body="<h1>Busy</h1>")

    desk.route("**/staff/begun/*/progress", once)
    desk.get_by_label("Begin a letter").set_input_files(letter)
    expect(desk.get_by_text("The portal is reading it while you choose")).to_be_visible()
    deliver()
    desk.clock.run_for(6_000)
    expect(desk.get_by_text("Nobody of the roster is named in it.")).to_be_visible()
    assert busy


def test_whoever_is_signed_out_is_told_while_typing(desk: "Page", live: str, clock: Watch) -> None:
    desk.goto(f"{live}/staff/mailings/new")
    clock.forward(hours=20)
    desk.get_by_label("Title", exact=True).fill("Snow day")
    expect(desk.get_by_text("You are signed out. What you typed until a moment ago is kept.")).to_be_visible()
    sound(desk)


def test_without_scripts_a_button_begins_a_letter_and_a_press_keeps_it(
    chromium: "Browser", house: House, cast: Cast, live: str, clock: Watch, tmp_path: Path
) -> None:
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 360, "height": 640})
    sign_in(context, house, cast.writer, live)
    page = context.new_page()
    page.goto(f"{live}/staff")
    letter = tmp_path / "first_week-2026.pdf"
    letter.write_bytes(simple_pdf())
    page.get_by_label("Begin a letter").set_input_files(letter)
    page.get_by_role("button", name="Begin with this file").click()
    expect(page.get_by_label("Title", exact=True)).to_have_value("First week 2026")
    page.get_by_label("Title", exact=True).fill("First week of school")
    page.get_by_label("Everyone at Riverbend Schools").check()
    clock.forward(hours=20)  # the session has run out when it is pressed
    page.get_by_role("button", name="Check the letter").click()
    page.get_by_text("What you typed is kept.").wait_for()
    with house.db.write() as session:
        token = make_sign_in_link(session, house.keys, cast.writer.address, by="cli:office", now=clock.now)
    page.locator("summary").click()
    page.locator("#pasted").fill(f"{live}/staff/sign-in#{token}")
    page.get_by_role("button", name="Sign in with this link").click()
    expect(page.get_by_label("Title", exact=True)).to_have_value("First week of school")
    page.get_by_role("button", name="Check the letter").click()
    expect(page.get_by_text("Nothing private found.")).to_be_visible()
    with house.db.read() as session:
        assert session.exec(select(BegunLetter)).one().done_at is not None
    context.close()
