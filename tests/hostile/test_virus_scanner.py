"""A virus scanner that is asked for and does not answer: nothing is published, and families read on."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from portal.app import build_app
from portal.kernel.configuration.settings import Settings
from portal.wiring import House, build_house
from tests.cast import Cast, link_of, seat_the_cast, send_letter, token_of
from tests.conftest import Watch
from tests.parts.process import free_ports
from tests.reading.carriers import simple_pdf
from tests.web.desks import sit_down, text_of


@pytest.fixture
def house(settings: Settings, clock: Watch) -> Iterator[House]:
    silent = f"tcp://127.0.0.1:{free_ports(1)[0]}"
    house = build_house(settings.model_copy(update={"clamav_url": silent}), clock=clock)
    yield house
    house.close()


def test_without_an_answer_nothing_is_published_and_letters_open(
    settings: Settings, house: House, clock: Watch
) -> None:
    cast: Cast = seat_the_cast(house.db, now=clock.now)
    mailing = send_letter(house, cast, now=clock.now)
    headers = {"Sec-Fetch-Site": "same-origin"}
    app = build_app(settings, house)
    with TestClient(app, base_url=settings.base_url, headers=headers, follow_redirects=False) as site:
        token = sit_down(site, house, cast.writer)
        typed = {"title": "Welcome", "message": "", "audience": "everyone", "expires": "30", "form_token": token}
        stop = site.post("/staff/mailings", data=typed, files={"file": ("a.pdf", simple_pdf(), "application/pdf")})
        assert stop.status_code == 422
        assert "The virus scanner does not answer" in text_of(stop.text)
        ready = site.get("/readyz")
        assert (ready.status_code, ready.json()["virus_scanner"]) == (200, False)
        opened = site.post("/o", data={"token": token_of(house, link_of(house, mailing, cast.carla, cast.ana))})
        assert opened.status_code == 303
