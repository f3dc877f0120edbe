"""In a real browser a sign-in link keeps its secret out of the address bar, and nothing happens before the press."""

from typing import TYPE_CHECKING

import pytest
from sqlmodel import select

from portal.flows.people.sign_in_staff import make_setup_link, make_sign_in_link
from portal.staff.tables import SignInLink, StaffSession
from portal.wiring import House
from tests.browser.judging import faults, without_focus_ring
from tests.browser.screens import Screens
from tests.cast import Cast

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@pytest.fixture
def link(live: str, house: House, cast: Cast) -> str:
    with house.db.write() as session:
        token = make_sign_in_link(session, house.keys, cast.writer.address, by="cli:office", now=house.clock())
    return f"{live}/staff/sign-in#{token}"


def sessions(house: House) -> int:
    with house.db.read() as session:
        return len(session.exec(select(StaffSession)).all())


def test_a_link_is_redeemed_by_a_press_and_leaves_no_trace(page: "Page", house: House, link: str, live: str) -> None:
    page.goto(link)
    assert page.url == f"{live}/staff/sign-in", "the secret is out of the address bar at once"
    assert sessions(house) == 0
    with house.db.read() as session:
        assert session.exec(select(SignInLink)).one().used_at is None
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{live}/staff")
    assert sessions(house) == 1
    page.go_back()
    assert "#" not in page.url


def test_a_link_typed_into_the_open_page_is_taken_too(page: "Page", house: House, link: str, live: str) -> None:
    page.goto(f"{live}/staff/sign-in")
    assert page.get_by_label("Your work e-mail address").is_visible()
    page.evaluate("fragment => { location.hash = fragment }", link.partition("#")[2])
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{live}/staff")
    assert sessions(house) == 1


def test_without_scripts_the_link_can_be_pasted(chromium: "Browser", house: House, link: str, live: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live}/staff/sign-in")
    page.get_by_text("I have a link").click()
    page.get_by_label("The link from your message").fill(link)
    page.get_by_role("button", name="Sign in with this link").click()
    assert page.url == f"{live}/staff"
    context.close()
    assert sessions(house) == 1


def test_a_setup_link_lets_the_first_admin_in_and_its_page_is_sound(
    chromium: "Browser", house: House, live: str, screens: Screens
) -> None:
    with house.db.write() as session:
        token = make_setup_link(session, house.keys, by="cli:office", now=house.clock())
    for width, scheme in ((360, "light"), (1280, "dark"), (1280, "light"), (360, "dark")):
        context = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
        page = context.new_page()
        page.goto(f"{live}/setup")
        assert page.get_by_label("Your setup link").is_visible(), "without a fragment it can be pasted"
        assert faults(page) + without_focus_ring(page) == []
        screens.keep(page, f"setup-bare-{width}-{scheme}")
        page.goto(f"{live}/setup#{token}")
        page.get_by_text("Your setup link is filled in").wait_for()
        assert page.url == f"{live}/setup"
        assert faults(page) == []
        screens.keep(page, f"setup-{width}-{scheme}")
        page.get_by_label("Your work e-mail address").fill("ida@riverbend.example.org")
        page.get_by_label("Your name").fill("Ida")
        page.get_by_role("button", name="Become the admin").click()
        page.wait_for_load_state()
        screens.keep(page, f"setup-done-{width}-{scheme}")
        assert page.url == (f"{live}/admin/settings" if (width, scheme) == (360, "light") else f"{live}/setup")
        assert faults(page) == []
        context.close()
