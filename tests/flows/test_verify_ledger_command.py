"""`portal ledger`, as an operator runs it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from portal.cli.operation import ledger as command
from portal.families.errors import NoSuchChild
from portal.kernel.configuration.settings import Settings
from portal.kernel.errors import WrongCall
from portal.ledger import repository as ledger
from portal.ledger.errors import HeadNotOurs
from portal.ledger.rules import Act
from portal.wiring import House
from tests.cast import Cast
from tests.conftest import NOON
from tests.flows.test_verify_ledger import cut_after, say

Run = Callable[..., Result]


@pytest.fixture
def run(settings: Settings, house: House, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("PORTAL_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("PORTAL_DATABASE_URL", settings.database)
    monkeypatch.setenv("PORTAL_KEY_FILE", str(settings.keys))
    acts = [Act("link:open", "family:x", {"child": cast.ana}), Act("link:open", "family:y", {"child": cast.sam})]
    with house.db.write() as session:
        ledger.append(session, house.keys, acts, now=NOON)
    return lambda *words: CliRunner().invoke(command.app, list(words))


def test_a_whole_ledger_exits_0_with_its_numbers(run: Run) -> None:
    done = run("verify")
    assert done.exit_code == 0
    assert "The ledger is whole: 2 entries" in done.stdout
    done = run("verify", "--json")
    assert json.loads(done.stdout) == {"verified": True, "entries": 2, "disclosures": 0, "against": None}


def test_a_broken_one_exits_1_with_the_first_bad_number(run: Run, house: House) -> None:
    say(house.db, "UPDATE ledger_entry SET act = 'link:refuse' WHERE seq = 2")
    done = run("verify")
    assert done.exit_code == 1
    assert "broken at entry 2" in done.stdout
    done = run("verify", "--json")
    assert done.exit_code == 1
    found = json.loads(done.stdout)
    assert (found["verified"], found["first_bad"]) == (False, 2)


def test_a_cut_end_is_found_with_a_printed_head(run: Run, house: House, tmp_path: Path) -> None:
    head = tmp_path / "head.json"
    head.write_text(run("head").stdout)
    assert json.loads(run("verify", "--head", str(head), "--json").stdout)["against"] == 2
    cut_after(house.db, 1)
    assert run("verify").exit_code == 0
    done = run("verify", "--head", str(head), "--json")
    assert done.exit_code == 1
    assert json.loads(done.stdout)["first_bad"] == 2


def test_a_head_that_is_none_is_refused(run: Run, tmp_path: Path) -> None:
    assert isinstance(run("verify", "--head", str(tmp_path / "missing")).exception, WrongCall)
    (tmp_path / "head.json").write_text("{}")
    assert isinstance(run("verify", "--head", str(tmp_path / "head.json")).exception, HeadNotOurs)


def test_entries_are_exported_one_a_line(run: Run, cast: Cast) -> None:
    lines = [json.loads(line) for line in run("export").stdout.splitlines()]
    assert [line["seq"] for line in lines] == [1, 2]
    assert lines[0] | {"key_id": "", "mac": ""} == {
        "seq": 1, "at": NOON.isoformat(), "act": "link:open", "by": "family:x", "about": {"child": cast.ana},
        "key_id": "", "mac": "",
    }  # fmt: skip


def test_one_childs_entries_are_exported_alone(run: Run, cast: Cast) -> None:
    (line,) = run("export", "--child", "100006").stdout.splitlines()
    assert json.loads(line)["about"] == {"child": cast.sam}
    assert isinstance(run("export", "--child", "999999").exception, NoSuchChild)
