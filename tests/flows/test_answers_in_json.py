"""What a command answers with `--json` is one object on standard output, and nothing else."""

import json
import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import Result

from portal.cli.letters import mailing_moves
from portal.kernel.clock import utc_now
from portal.mailings.tables import Mailing
from portal.wiring import House
from tests.cast import Cast, approve, write_draft

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # what is answered hangs on no database

Answer = Callable[..., dict[str, Any]]
WRITER, APPROVER, ADMIN = (f"{name}@riverbend.example.org" for name in ("rosa", "omar", "ida"))


@pytest.fixture
def answer(portal: Callable[..., Result]) -> Answer:
    def run(*words: str) -> dict[str, Any]:
        done = portal(*words, "--json")
        assert done.exit_code == 0, done.output
        (line,) = done.stdout.splitlines()
        found: dict[str, Any] = json.loads(line)
        return found

    return run


def test_each_step_of_a_mailing_answers_in_one_object(answer: Answer, house: House, cast: Cast) -> None:
    mailing = write_draft(house, cast, now=utc_now())
    assert answer("mailing", "submit", mailing, "--by", WRITER) == {"mailing": mailing, "state": "waiting"}
    returned = answer("mailing", "return", mailing, "--by", APPROVER, "--reason", "Shorter.")
    assert returned == {"mailing": mailing, "state": "returned"}
    mailing = write_draft(house, cast, now=utc_now())
    planned = answer("mailing", "schedule", mailing, "tomorrow 7:30", "--by", WRITER, "--first-wave", "20")
    assert (planned["first_wave"], planned["send_at"][11:16]) == (20, "07:30")
    approve(house, cast, mailing, now=utc_now())
    stopped = answer("mailing", "stop", mailing, "--by", WRITER)
    assert (stopped["mailing"], stopped["had_left"], stopped["pages"]) == (mailing, 0, 0)
    assert stopped["notices_cancelled"] > 3


def test_staff_the_ledger_and_the_schema_answer_in_one_object(answer: Answer, cast: Cast) -> None:
    added = answer("staff", "add", "new@riverbend.example.org", "--role", "publisher", "--name", "N", "--scope", "Oak")
    assert added == {"address": "new@riverbend.example.org", "name": "N", "role": "publisher", "sites": ["Oak"]}
    assert "/staff/sign-in#" in answer("staff", "sign-in-link", "new@riverbend.example.org")["link"]
    removed = answer("staff", "remove", "new@riverbend.example.org")
    assert removed == {"address": "new@riverbend.example.org", "sessions_ended": 0}
    answer("guardianship", "restrict", cast.rosa_r, "100004", "--reason", "A court's order.")
    lifted = answer("guardianship", "lift", cast.rosa_r, "100004", "--reason", "Over.", "--by", ADMIN)
    assert lifted == {"lifted": True, "guardian": cast.rosa_r, "child": "100004"}
    assert answer("ledger", "head")["statement"]
    assert answer("migrate")["schema"] > "0028"


def test_a_date_that_can_be_read_two_ways_is_asked_about_at_a_terminal_alone(
    portal: Callable[..., Result], house: House, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailing = write_draft(house, cast, now=utc_now())
    words = ("mailing", "schedule", mailing, "1/2 7:30 AM", "--by", WRITER)
    terminal = SimpleNamespace(stdin=SimpleNamespace(isatty=lambda: True))
    with monkeypatch.context() as at_a_terminal:
        at_a_terminal.setattr(mailing_moves, "sys", terminal)
        asked = portal(*words)  # and whoever is asked gives no answer
    assert asked.exit_code == 1
    assert re.search(r", January 2, \d{4} at 7:30 AM, UTC\. Is it what you mean\?", asked.stderr)
    with house.db.read() as session:
        assert session.get_one(Mailing, mailing).send_at is None
    assert re.search(r"It goes out \w+, January 2, \d{4} at 7:30 AM, UTC", portal(*words).stdout)
