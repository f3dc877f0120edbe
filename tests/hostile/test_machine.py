"""Whatever an office, its families, an admin and a crash do in whatever order: the promises hold after each step.

A model that knows neither database nor portal (`tests/parts/model.py`) says what may be seen, opened and mailed.
`make machine` draws other examples than the tests do, as many as are asked for.
"""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from itertools import product
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import invariant, run_state_machine_as_test
from pydantic import SecretStr
from sqlmodel import col, select

from portal.flows.keeping.verify_ledger import Verified, verify_ledger
from portal.flows.opening.open_link import session_id_of
from portal.kernel.configuration.settings import Settings
from portal.ledger import repository as ledger
from portal.ledger.tables import Disclosure
from portal.links.rules import DISCLOSED_ONCE_IN, Open, judge
from portal.mailings.tables import Mailing
from portal.overviews.family import letters
from portal.wiring import build_house
from tests.conftest import Watch
from tests.parts.databases import Templates
from tests.parts.machine import Desk
from tests.parts.mailer import Mailer
from tests.parts.postgresql import PostgreSql
from tests.parts.roles import by_roles

DRAWN = settings(max_examples=6, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck))


class Watched(Mailer):
    """The office, and what is true of it after each step."""

    @invariant()
    def each_browser_is_shown_what_the_model_says(self) -> None:
        cookies = {session_id_of(one.cookie): at for at, one in enumerate(self.model.browsers) if one.cookie}
        with self.desk.house.db.read() as session:
            found = letters.letters_wanted(session, list(product(cookies, self.copies)), now=self.now)
        shown = {
            (cookies[session_id], *self.copies[copy_id])
            for (session_id, copy_id), letter in found.items()
            if isinstance(letter.verdict, Open)
        }
        assert shown == self.model.shown(self.now)

    @invariant()
    def each_link_opens_if_the_model_says_so(self) -> None:
        with self.desk.house.db.read() as session:
            for way in self.model.ways.values():
                link = letters.link_facts(session, way.id, now=self.now)
                opens = link is not None and isinstance(judge(link, now=self.now), Open)
                assert opens == self.model.opens(way, self.now), way

    @invariant()
    def nobody_approved_what_they_wrote(self) -> None:
        with self.desk.house.db.read() as session:
            approved = session.exec(select(Mailing).where(col(Mailing.approved_at).is_not(None))).all()
        for mailing in approved:
            assert mailing.approver_id
            assert mailing.approver_id not in self.model.letters[mailing.id].writers

    @invariant()
    def the_ledger_verifies_and_tells_of_each_disclosure(self) -> None:
        with self.desk.house.db.read() as session:
            assert isinstance(verify_ledger(session, self.desk.house.keys), Verified)
        with self.desk.house.db.read() as session:
            rows = session.exec(select(Disclosure)).all()
            told = [json.loads(one.body) for one in ledger.entries(session) if one.act.startswith("copy:")]
        assert Counter(one["disclosure"] for one in told) == Counter(row.id for row in rows)
        kept = [(self.desk.names[row.guardian_id], row.copy_id, row.kind, row.at) for row in rows]
        assert set(kept) <= set(self.seen), "a disclosure that was none"
        for *what, at in self.seen:
            assert [one for one in kept if [*one[:3]] == what and at - DISCLOSED_ONCE_IN <= one[3] <= at], what

    def teardown(self) -> None:
        self.at_end.close()

    at_end: ExitStack


@contextmanager
def _database(on: str, folder: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    templates: Templates = request.getfixturevalue("templates")
    if on == "sqlite":
        yield templates.sqlite(folder, "cast")
        return
    server: PostgreSql = request.getfixturevalue("postgresql")
    with templates.postgresql(server, folder, "cast") as url:
        yield url


def _machine(
    on: str, tmp_path: Path, checked: Settings, key_file: Path, request: pytest.FixtureRequest, done: Counter[str]
) -> type[Watched]:
    """Return the office on a fresh database for each example."""
    made: list[Path] = []

    class Here(Watched):
        def __init__(self) -> None:
            self.at_end = ExitStack()
            folder = tmp_path / str(len(made))
            made.append(folder)
            opened: AbstractContextManager[str] = _database(on, folder, request)
            url = self.at_end.enter_context(opened)
            own = {"data_dir": folder, "database_url": SecretStr(url), "key_file": key_file, "head_file": Path("off")}
            clock = Watch()
            house = build_house(by_roles(checked.model_copy(update=own)), clock=clock)
            self.at_end.callback(house.close)
            found = request.getfixturevalue("templates").found_in(url)
            self.desk = Desk(house, found.cast, clock, folder, done)
            super().__init__()

    return Here


@pytest.mark.parametrize("on", ["sqlite", "postgresql"])
def test_the_promises_hold_after_each_step(
    on: str, tmp_path: Path, checked_settings: Settings, key_file: Path, request: pytest.FixtureRequest
) -> None:
    done: Counter[str] = Counter()
    run_state_machine_as_test(_machine(on, tmp_path, checked_settings, key_file, request, done), settings=DRAWN)
    assert {"approve", "import"} <= set(done), "little was done"
