"""On a phone: the writer's stop page, and the admin who sees the picture and answers once for all letters."""

import zlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from portal.reading.reader import Preview, Unreadable
from portal.reading.scripted import ScriptedReader
from portal.wiring import House
from tests.browser.judging import faults, without_focus_ring
from tests.cast import Cast
from tests.web.desks import session_of

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

WIDTH, HEIGHT = 640, 200
SEAL = Preview("5" * 64, WIDTH, HEIGHT, zlib.compress(bytes(range(200)) * WIDTH))


@pytest.fixture
def house(house: House) -> House:
    stopped = Unreadable("The portal cannot be sure of every word in a picture.", (SEAL.sha256,), (SEAL,))
    return replace(house, reader=ScriptedReader({"letter.txt": stopped}))


def test_a_logo_is_accepted_by_one_press_for_all_letters(
    phone: "BrowserContext", house: House, cast: Cast, live: str, tmp_path: Path
) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Welcome.")
    phone.add_cookies([{"name": "staff", "value": session_of(house, cast.writer), "url": live}])
    page = phone.new_page()
    page.goto(f"{live}/staff/mailings/new")
    page.get_by_label("Title", exact=True).fill("First week")
    page.get_by_label("The letter, as a PDF").set_input_files(letter)
    page.get_by_label("Everyone at Riverbend Schools").check()
    page.get_by_role("button", name="Check the letter").click()
    page.get_by_text("An administrator has been shown the picture").wait_for()
    assert [*faults(page), *without_focus_ring(page)] == []

    phone.add_cookies([{"name": "staff", "value": session_of(house, cast.admin), "url": live}])
    page.goto(f"{live}/staff")
    page.get_by_role("link", name="Look at it, and decide for all letters").click()
    shown = page.locator(".leaf img").first
    shown.scroll_into_view_if_needed()
    page.wait_for_function("[...document.querySelectorAll('.leaf img')].every(one => one.naturalWidth === 640)")
    assert [*faults(page), *without_focus_ring(page)] == []
    page.get_by_label("What it is").first.fill("The seal of the school")
    page.get_by_role("button", name="It shows no words about a child").click()
    page.get_by_text("It is known in all letters from now on.").wait_for()
    assert page.get_by_text("1 picture waits for you").count() == 0
    assert [*faults(page)] == []
