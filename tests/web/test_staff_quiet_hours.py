"""In quiet hours the pages say until when everything waits."""

from datetime import UTC, datetime

import pytest
from sqlmodel import col, update
from starlette.testclient import TestClient

from portal.kernel.configuration.settings import Settings
from portal.mailings.tables import Mailing
from portal.wiring import House
from tests.cast import Cast, send_letter
from tests.conftest import Watch
from tests.web.desks import sit_down, text_of


@pytest.fixture
def settings(settings: Settings) -> Settings:
    quiet = {"quiet_hours": "21:00-07:00", "timezone": "America/New_York"}
    return Settings.model_validate(settings.model_dump() | quiet)


@pytest.fixture
def evening(clock: Watch) -> Watch:
    clock.now = datetime(2026, 8, 7, 1, 30, tzinfo=UTC)
    return clock


def test_what_is_held_leaves_when_they_are_over(site: TestClient, house: House, evening: Watch, cast: Cast) -> None:
    mailing_id = send_letter(house, cast, now=evening.now)
    sit_down(site, house, cast.writer)
    page = text_of(site.get(f"/staff/mailings/{mailing_id}").text)
    assert "The first message leaves on Friday, 7 August 2026, at 07:00" in page
    assert "Quiet hours: it waits until 7 August, 07:00." in page


def test_what_is_being_sent_waits_until_they_are_over(
    site: TestClient, house: House, evening: Watch, cast: Cast
) -> None:
    mailing_id = send_letter(house, cast, now=evening.now)
    with house.db.write() as session:
        session.exec(update(Mailing).where(col(Mailing.id) == mailing_id).values(state="sending"))
    sit_down(site, house, cast.writer)
    page = text_of(site.get(f"/staff/mailings/{mailing_id}").text)
    assert "These are quiet hours: it waits until 7 August, 07:00." in page
    evening.forward(hours=3)
    assert site.get("/readyz").json()["mail_queue"] is True
