"""A page that failed is logged with what stood behind it, by kind and never in its words."""

import pytest
from sqlalchemy.exc import OperationalError
from starlette.requests import Request

from portal.kernel.db import DatabaseBusy
from portal.web import problems
from portal.wiring import House


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
