"""`make scale` in its smallest form. What families ask reads through no table."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from bench.scale import __main__ as scale
from bench.scale.answering import QUESTIONS
from bench.scale.filling import Size
from bench.scale.links import grow
from bench.scale.price import Units, bill, busiest, limits
from bench.scale.sending import send
from portal.kernel.secrets.keys import KeyRing
from tests.parts.postgresql import PostgreSql

UNITS = Units(site=8, database=4, disclosures=500, worker=0.7, worker_database=0.5, link_bytes=2_000, entry_bytes=700,
              index_megabytes=4, index_seconds=0.1, import_seconds=0.5, plan_megabytes=3)  # fmt: skip
ASKED_BY_FAMILIES = ("open a link", "read the letter", "list of letters")


@pytest.mark.parametrize("on", ["sqlite", "postgresql"])
def test_no_question_of_a_family_reads_through_a_table(
    on: str, tmp_path: Path, postgresql: PostgreSql, keys: KeyRing
) -> None:
    def new_database(_: int) -> str:
        return postgresql.new_database() if on == "postgresql" else f"sqlite:///{tmp_path / 'portal.db'}"

    found = grow(new_database, keys, [Size(3_000, 5_000)], rounds=1, tell=print)
    assert found.answered.keys() == QUESTIONS.keys()
    for name in ASKED_BY_FAMILIES:
        assert found.work[name][0].statements
        assert found.work[name][0].scans == {}, name


def test_a_letter_is_planned_and_sent_by_processes_of_their_own(tmp_path: Path) -> None:
    sent = send(tmp_path / "one", None, 20, most_seconds=20)
    assert (sent.guardians, sent.notices) == (20, 20)


def test_what_is_found_is_written_between_its_marks(
    tmp_path: Path, postgresql: PostgreSql, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def server() -> Iterator[PostgreSql]:
        yield postgresql

    monkeypatch.setattr(scale, "large_server", server)
    (tmp_path / "scale.md").write_text("before\n<!-- rosters, by make scale -->\n<!-- end of rosters -->\nafter\n")
    found = json.loads(json.dumps(scale.rosters(300, tmp_path)))
    for _ in range(2):
        scale.write_down({"rosters": found}, tmp_path)
    said = (tmp_path / "scale.md").read_text().splitlines()
    assert (said[0], said[-1]) == ("before", "after")
    assert sum("30 children" in line for line in said) == 2
    picture = ET.parse(tmp_path / "scale" / "postgresql-roster.svg")
    assert len(picture.findall("{http://www.w3.org/2000/svg}polyline")) == 5


def test_the_bill_grows_with_the_families_and_the_first_limit_stands_first() -> None:
    assert busiest(2e6).openings == pytest.approx(2 * busiest(1e6).openings)
    assert bill(1e6, UNITS).database_cores == pytest.approx(10 * bill(1e5, UNITS).database_cores)
    found = limits(UNITS)
    assert [one.families for one in found] == sorted(one.families for one in found)
    head = "the one head of the ledger, at the busiest minute"
    before = next(one.families for one in found if one.what == head)
    faster = replace(UNITS, disclosures=5_000)
    assert next(one.families for one in limits(faster) if one.what == head) == pytest.approx(10 * before)
