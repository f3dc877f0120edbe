"""What a request asks of the database and what a page weighs, against what was written down: a tenth more fails.

Counts are the same on every machine. `RECORD=1 make test` (or pytest on this file) writes them down anew; do so where
more is meant to be asked, and say why in the commit.
"""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import Engine, event
from starlette.testclient import TestClient

from portal.wiring import House
from tests.cast import Cast, link_of, send_letter, token_of
from tests.conftest import Watch
from tests.web.desks import sit_down

RECORDED = Path(__file__).with_name("counts.json")
ALLOWED = 1.10
Counts = dict[str, dict[str, int]]


@contextmanager
def statements() -> Iterator[list[str]]:
    """Keep every statement that SQLAlchemy sends meanwhile, whoever sends it."""
    sent: list[str] = []

    def keep(*given: object) -> None:
        sent.append(str(given[2]))

    event.listen(Engine, "before_cursor_execute", keep)
    yield sent
    event.remove(Engine, "before_cursor_execute", keep)


def test_requests_ask_and_weigh_no_more_than_was_written_down(
    house: House, cast: Cast, clock: Watch, site: TestClient
) -> None:
    mailing = send_letter(house, cast, now=clock.now)
    clock.forward(minutes=2)
    token = token_of(house, link_of(house, mailing, cast.carla, cast.ana))
    counted: Counts = {}

    def count(what: str, ask: Callable[[], httpx2.Response], status: int = 200) -> httpx2.Response:
        ask()  # what a process does once is no part of it
        least = []
        for _ in range(2):  # what it does every few seconds besides is not in both
            with statements() as sent:
                answer = ask()
            least.append(len(sent))
        assert answer.status_code == status, what
        counted[what] = {"statements": min(least), "bytes": len(answer.content)}
        return answer

    opened = count("a family opens its letter", lambda: site.post("/o", data={"token": token}), 303)
    letter = opened.headers["location"]
    count("the letter's page", lambda: site.get(letter))
    count("the letter's file", lambda: site.get(f"{letter}/file"))
    count("a family's letters", lambda: site.get("/letters"))
    sit_down(site, house, cast.writer)
    count("Home", lambda: site.get("/staff"))
    count("the mailings", lambda: site.get("/staff/mailings"))
    count("a mailing", lambda: site.get(f"/staff/mailings/{mailing}"))
    count("a search for a family", lambda: site.get("/staff/families", params={"q": "Rivera"}))
    count("a new letter", lambda: site.get("/staff/mailings/new"))
    sit_down(site, house, cast.admin)
    count("the ledger", lambda: site.get("/admin/ledger"))
    count("settings", lambda: site.get("/admin/settings"))
    compare("sqlite" if house.db.is_sqlite else "postgresql", counted)


def compare(database: str, counted: Counts) -> None:
    """Hold counts to what was written down, or write them down."""
    recorded: dict[str, Counts] = json.loads(RECORDED.read_text("utf-8"))
    if os.environ.get("RECORD"):
        RECORDED.write_text(json.dumps(recorded | {database: counted}, indent=1, sort_keys=True) + "\n", "utf-8")
        pytest.fail("The counts were written down; run the test again without RECORD.")
    assert counted.keys() == recorded[database].keys()
    worse = [
        f"{what}: {number} {unit}, written down are {recorded[database][what][unit]}"
        for what, units in counted.items()
        for unit, number in units.items()
        if number > recorded[database][what][unit] * ALLOWED
    ]
    assert worse == []
