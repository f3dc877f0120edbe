"""A second press, or one in a second window, is told what was done and by whom; never that it was not done."""

import pytest
from httpx2 import Response
from sqlmodel import col, select
from starlette.testclient import TestClient

from portal.mailings.tables import Mailing
from portal.staff.rules import Acting
from portal.wiring import House
from tests.cast import Cast, approve, write_draft
from tests.conftest import Watch
from tests.web.desks import sit_down, text_of
from tests.web.test_staff_mailing import start, state_of


class Windows:
    """Two windows of one browser: what is pressed is what stood there before anything was done."""

    def __init__(self, site: TestClient, house: House, mailing_id: str) -> None:
        self.site, self.house, self.path = site, house, f"/staff/mailings/{mailing_id}"
        with house.db.read() as session:
            self.version = session.exec(select(Mailing.version).where(col(Mailing.id) == mailing_id)).one()

    def sit(self, person: Acting) -> None:
        self.token = sit_down(self.site, self.house, person)

    def press(self, act: str, **fields: str) -> Response:
        return self.site.post(f"{self.path}/{act}", data={"form_token": self.token} | fields)

    def twice(self, act: str, clock: Watch, **fields: str) -> str:
        """Press, and press the same again a quarter of an hour later; return what is said then."""
        assert self.press(act, **fields).status_code == 303
        clock.forward(minutes=15)
        again = self.press(act, **fields)
        again = self.site.get(again.headers["location"]) if again.status_code == 303 else again
        assert again.status_code == 200, text_of(again.text)
        said = text_of(again.text)
        assert "That was not done" not in said
        return said


@pytest.fixture
def windows(site: TestClient, house: House, cast: Cast, clock: Watch) -> Windows:
    found = Windows(site, house, write_draft(house, cast, now=clock.now))
    found.sit(cast.writer)
    return found


def test_whoever_asks_twice_is_told_when_they_asked_and_whom_it_waits_for(windows: Windows, clock: Watch) -> None:
    said = windows.twice("submit", clock, version=str(windows.version))
    assert "You asked for approval at 12:00. It waits for " in said
    assert "Omar" in said


def test_whoever_asks_again_after_it_was_approved_is_told_by_whom(windows: Windows, cast: Cast, clock: Watch) -> None:
    windows.press("submit", version=str(windows.version))
    windows.sit(cast.approver)
    clock.forward(minutes=8)
    windows.press("approve", version=str(windows.version + 1))
    windows.sit(cast.writer)
    said = text_of(windows.press("submit", version=str(windows.version)).text)
    assert "You asked for approval at 12:00. Omar approved it at 12:08." in said


def test_another_version_than_was_looked_at_is_not_taken_for_it(windows: Windows) -> None:
    windows.press("submit", version=str(windows.version))
    answer = windows.press("submit", version=str(windows.version - 1))
    assert answer.status_code in {403, 409}
    assert "That was not done." in text_of(answer.text)


def test_two_approvers_are_told_who_was_first(windows: Windows, cast: Cast, clock: Watch) -> None:
    windows.press("submit", version=str(windows.version))
    windows.sit(cast.approver)
    assert "You approved it at 12:00." in windows.twice("approve", clock, version=str(windows.version + 1))
    windows.sit(cast.admin)
    assert "Omar approved it at 12:00." in text_of(windows.press("approve", version=str(windows.version + 1)).text)


def test_a_letter_is_returned_once(windows: Windows, cast: Cast, clock: Watch) -> None:
    windows.press("submit", version=str(windows.version))
    windows.sit(cast.approver)
    assert "You returned it." in windows.twice("return", clock, reason="The date is last year’s.")


def test_whoever_stops_twice_is_told_of_the_first_time(windows: Windows, clock: Watch) -> None:
    assert "The draft is thrown away." in windows.twice("stop", clock, draft="1")


def test_what_is_paused_is_paused(windows: Windows, house: House, cast: Cast, clock: Watch) -> None:
    mailing_id = windows.path.rpartition("/")[2]
    approve(house, cast, mailing_id, now=clock.now)
    start(house, mailing_id)
    assert "It is paused." in windows.twice("pause", clock)
    assert state_of(house, mailing_id) == "paused"
    assert "It goes on." in windows.twice("continue", clock)
