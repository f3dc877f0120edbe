"""A link pressed again comes with the cookie from before: it closes nothing, and gives nothing to anybody else."""

import re

import pytest
from starlette.testclient import TestClient

from portal.wiring import House
from tests.cast import Cast, link_of, token_of
from tests.conftest import Watch
from tests.web.test_opening import all_letters, open_with

NAME = "__Host-family"


@pytest.fixture
def before(site: TestClient, house: House, cast: Cast, mailing_id: str) -> str:
    """Open one child's letter; return the cookie that a first press on another's link replaces."""
    open_with(site, token=token_of(house, link_of(house, mailing_id, cast.carla, cast.ana)))
    return site.cookies[NAME]


@pytest.fixture
def siblings(house: House, cast: Cast, mailing_id: str) -> str:
    return token_of(house, link_of(house, mailing_id, cast.carla, cast.luis))


def bring(site: TestClient, cookie: str) -> None:
    """Have the browser hold this cookie, whatever it was answered."""
    site.cookies.clear()
    site.cookies[NAME] = cookie


@pytest.mark.parametrize(("seconds", "letters"), [(0, 2), (60, 2), (61, 1)])
def test_a_link_pressed_again_opens_the_same_whichever_answer_comes(
    site: TestClient, clock: Watch, before: str, siblings: str, seconds: int, letters: int
) -> None:
    answered, told = [], []
    for wait in (0, 0, seconds):
        clock.forward(seconds=wait)
        bring(site, before)
        answered.append(open_with(site, token=siblings).cookies[NAME])
    for cookie in answered:
        bring(site, cookie)
        told.append(len(all_letters(site)))
    assert told == [2, 2, letters]


def test_another_guardian_with_the_cookie_from_before_a_press_gets_nothing_of_the_first_ones(
    site: TestClient, house: House, cast: Cast, mailing_id: str, before: str, siblings: str
) -> None:
    open_with(site, token=siblings)
    bring(site, before)
    open_with(site, token=token_of(house, link_of(house, mailing_id, cast.ngozi, cast.sam)))
    words = re.findall(r"\w+", site.get("/letters").text)
    assert {"Ana", "Luis", "Sam"}.intersection(words) == {"Sam"}


def test_what_was_left_comes_back_by_no_second_link(site: TestClient, before: str, siblings: str) -> None:
    site.post("/leave")
    bring(site, before)
    open_with(site, token=siblings)
    assert "Ana" not in site.get("/letters").text


def test_what_was_left_comes_back_by_no_second_press(site: TestClient, before: str, siblings: str) -> None:
    after = open_with(site, token=siblings).cookies[NAME]
    site.post("/leave")
    bring(site, before)
    assert open_with(site, token=siblings).cookies[NAME] != after
    assert "Ana" not in site.get("/letters").text
    bring(site, after)
    assert site.get("/letters").status_code == 410
