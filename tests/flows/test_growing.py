"""`make scale` in its smallest form. What families ask reads through no table."""

from dataclasses import replace
from multiprocessing import get_context
from multiprocessing.queues import SimpleQueue
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from bench.crowd import seat_staff
from bench.scale import rosters, sending
from bench.scale.__main__ import write_down
from bench.scale.answering import NOW, QUESTIONS
from bench.scale.filling import Size, fill_people
from bench.scale.links import grow
from bench.scale.price import Units, bill, busiest, limits
from portal.kernel.secrets.keys import KeyRing
from portal.kernel.storage.db import Database
from portal.mail.transport.recording import RecordingRoom
from portal.wiring import House
from tests.conftest import Watch

UNITS = Units(site=8, database=4, disclosures=500, worker=0.7, worker_database=0.5, link_bytes=2_000, entry_bytes=700,
              index_megabytes=4, index_seconds=0.1, import_seconds=0.5, plan_megabytes=3)  # fmt: skip
ASKED_BY_FAMILIES = ("open a link", "read the letter", "list of letters")


@pytest.fixture
def measured(house: House, clock: Watch, monkeypatch: pytest.MonkeyPatch) -> House:
    """Have what is measured happen in this house, which stays open, and its mail go nowhere."""
    clock.now = NOW
    monkeypatch.setattr(House, "close", lambda _: None)
    monkeypatch.setattr(rosters, "house_at", lambda *_: house)
    monkeypatch.setattr(sending, "house_at", lambda *_: house)
    monkeypatch.setattr(sending, "mail_room", lambda _: RecordingRoom())
    return house


def test_no_question_of_a_family_reads_through_a_table(database_url: str, keys: KeyRing) -> None:
    found = grow(lambda _: database_url, keys, [Size(3_000, 5_000)], rounds=1, tell=print)
    assert found.answered.keys() == QUESTIONS.keys()
    for name in ASKED_BY_FAMILIES:
        assert found.work[name][0].statements
        assert found.work[name][0].scans == {}, name


def test_a_letter_is_planned_and_sent(measured: House, database_url: str, tmp_path: Path) -> None:
    owner = Database(database_url)  # who alone may leave out the checks of keys and triggers
    fill_people(owner, measured.keys, 20)
    owner.close()
    seat_staff(measured, measured.clock())
    answer: SimpleQueue[sending.Spent] = get_context("spawn").SimpleQueue()
    sending.publish_all(tmp_path, None, answer)
    sending.Sending(tmp_path, None, 1, 20, get_context("spawn").Barrier(1)).work(answer)
    sent = sending.Sent(20, answer.get(), sending.sent_of(measured), (answer.get(),), 0.0)
    assert sent.notices == 20
    assert "| 20 | 1 |" in list(sending.table([sent]))[-1]


@pytest.mark.usefixtures("measured")
def test_what_is_found_is_written_between_its_marks(tmp_path: Path) -> None:
    (tmp_path / "scale.md").write_text("before\n<!-- rosters, by make scale -->\n<!-- end of rosters -->\nafter\n")
    taken = rosters.take_in(20, None)
    lines = {step.name: [(20, step.seconds), (200, 10 * step.seconds)] for step in taken.steps}
    curve = {"title": "A roster", "across": "children", "up": "seconds", "lines": lines}
    found = {"lines": list(rosters.table([taken])), "curves": {"roster": curve}, "units": {}}
    for _ in range(2):
        write_down({"rosters": found}, tmp_path)
    said = (tmp_path / "scale.md").read_text().splitlines()
    assert (said[0], said[-1]) == ("before", "after")
    assert sum("20 children" in line for line in said) == 1
    picture = ET.parse(tmp_path / "scale" / "roster.svg")
    assert len(picture.findall("{http://www.w3.org/2000/svg}polyline")) == len(taken.steps) == 6


def test_the_bill_grows_with_the_families_and_the_first_limit_stands_first() -> None:
    assert busiest(2e6).openings == pytest.approx(2 * busiest(1e6).openings)
    assert bill(1e6, UNITS).database_cores == pytest.approx(10 * bill(1e5, UNITS).database_cores)
    found = limits(UNITS)
    assert [one.families for one in found] == sorted(one.families for one in found)
    head = "the one head of the ledger, at the busiest minute"
    before = next(one.families for one in found if one.what == head)
    faster = replace(UNITS, disclosures=5_000)
    assert next(one.families for one in limits(faster) if one.what == head) == pytest.approx(10 * before)
