"""In a real browser a sign-in link keeps its secret out of the address bar, and nothing happens before the press."""

from typing import TYPE_CHECKING

import pytest
from sqlmodel import select

from portal.flows.sign_in_staff import make_sign_in_link
from portal.staff.tables import SignInLink, StaffSession
from portal.wiring import House
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
