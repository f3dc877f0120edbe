"""A page that failed, or was refused, is logged with what stood behind it, by kind and never in its words."""

import json
from collections.abc import Callable

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import select
from starlette.requests import Request
from starlette.responses import Response
from starlette.testclient import TestClient

from portal.kernel.log import start_logging
from portal.kernel.storage.db import DatabaseBusy
from portal.links.tables import FamilySession
from portal.web import problems
from portal.wiring import House
from tests.cast import Cast, link_of, token_of
from tests.web.desks import sit_down


class OutOfReach(Exception):
    sqlstate = "57P01"


def test_a_503_names_its_causes_and_quotes_none(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    request = Request({"type": "http", "path": "/staff", "method": "GET", "headers": [], "state": {"house": house}})
    busy = DatabaseBusy()
    busy.__cause__ = OperationalError("SELECT given_name", {}, OutOfReach("Ana Rivera at mail.example.org"))
    assert problems.answer(request, busy).status_code == 503
    told = "".join(capsys.readouterr())
    assert "OperationalError < OutOfReach 57P01" in told
    assert "Rivera" not in told


@pytest.mark.parametrize("door", [problems.answer, problems.answer_crash])
@pytest.mark.parametrize(("method", "told"), [("GET", "you pressed before is done"), ("POST", "othing was changed")])
def test_a_page_that_fails_behind_a_press_does_not_say_that_the_press_did_nothing(
    house: House, door: Callable[[Request, Exception], Response], method: str, told: str
) -> None:
    scope = {"type": "http", "path": "/admin/incidents/1", "method": method, "headers": [], "state": {"house": house}}
    page = bytes(door(Request(scope), DatabaseBusy()).body).decode()
    assert ("othing was changed" in page, told in page) == (method == "POST", True)


def test_who_tries_what_is_not_theirs_is_logged_by_id_and_door(
    site: TestClient, house: House, cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    start_logging()
    sit_down(site, house, cast.writer)
    assert site.get("/admin/links?q=Rivera").status_code == 403
    assert site.post("/o", data={"token": "Rivera"}, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    for _ in range(40):
        site.post("/o", data={"code": "0000-0000-0000"})
    told = "".join(capsys.readouterr())
    lines = [line for line in told.splitlines() if "refused" in line or "held back" in line]
    assert [("NotAllowed" in line, "ForeignPost" in line, "wrong-link" in line) for line in lines] == [
        (True, False, False),
        (False, True, False),
        (False, False, True),
    ]
    told_of = [json.loads(line) for line in lines]
    assert [one["route"] for one in told_of] == ["GET /admin/links", "POST /o", "POST /o"]
    assert len({one["request"] for one in told_of}) == 3
    assert cast.writer.id in lines[0]
    assert "Rivera" not in told


def test_a_family_that_asks_for_what_is_not_its_own_is_logged_by_browser_and_door(
    site: TestClient, house: House, cast: Cast, mailing_id: str, capsys: pytest.CaptureFixture[str]
) -> None:
    start_logging()
    assert site.get(f"/letters/{'0' * 32}").status_code == 404
    assert "refused" not in "".join(capsys.readouterr()), "with nothing open it is nobody"
    token = token_of(house, link_of(house, mailing_id, cast.carla, cast.ana))
    assert site.post("/o", data={"token": token}).status_code == 303
    for path in (f"/letters/{'0' * 32}", f"/letters/{'0' * 32}/file"):
        assert site.get(path).status_code == 404
    told = [json.loads(line) for line in "".join(capsys.readouterr()).splitlines() if "NotOpened" in line]
    assert [one["route"] for one in told] == ["GET /letters/{copy}", "GET /letters/{copy}/file"]
    with house.db.read() as session:
        (opened,) = session.exec(select(FamilySession.id)).all()
    assert {one["browser"] for one in told} == {opened[:12]}
