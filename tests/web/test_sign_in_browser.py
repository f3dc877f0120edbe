"""In a real browser a sign-in link keeps its secret out of the address bar, and nothing happens before the press."""

import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import uvicorn
from sqlmodel import select

from portal.app import build_app
from portal.flows.sign_in_staff import make_sign_in_link
from portal.kernel.settings import Settings
from portal.staff.tables import SignInLink, StaffSession
from portal.wiring import House
from tests.cast import Cast
from tests.parts.process import free_ports

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """Give one database alone: what is tried here happens in the browser."""
    path = tmp_path / "data" / "portal.db"
    path.parent.mkdir(mode=0o700)
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"base_url": f"http://127.0.0.1:{free_ports(1)[0]}"})


@pytest.fixture
def live(settings: Settings, house: House) -> Iterator[str]:
    """Serve the site over HTTP; return its address."""
    port = int(settings.base_url.rpartition(":")[2])
    server = uvicorn.Server(
        uvicorn.Config(build_app(settings, house), port=port, log_level="error", access_log=False, ws="none")
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield settings.base_url
    server.should_exit = True
    thread.join()


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
