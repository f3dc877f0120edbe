"""Work that ends its worker is begun twice and then set aside: whoever gave it is told, and the worker goes on."""

import json
import signal
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from sqlmodel import Session

from portal import publish
from portal.documents.repository import intakes
from portal.documents.tables import Intake
from portal.flows.writing import sort_files
from portal.mailings.rules import Term, check_draft
from portal.overviews.operation.in_force import in_force
from portal.overviews.operation.machine_in_force import Machine
from portal.overviews.per_child import reconciling
from portal.publish import Accepted, Upload
from portal.staff import repository as staff
from portal.wiring import House
from tests.conftest import Watch
from tests.faults.run_worker import run_worker_over
from tests.faults.test_killed_sorting import ROSA, district, zip_of_cards
from tests.faults.test_killed_worker import ended, start_worker
from tests.mail.servers import sink

pytestmark = pytest.mark.anyio
POISON = "Poison"


def give(house: House, clock: Watch, title: str, archive: Upload) -> str:
    with house.db.read() as session:
        by = staff.by_address(session, ROSA, through="web")
    draft = check_draft(title=title, message="", terms=[Term("everyone")], link_days=30, link_hosts=frozenset())
    done = publish.give(house, draft, way="files", uploads={"archive": archive}, ask={}, by=by, now=clock.now)
    assert isinstance(done, Accepted)
    return done.mailing_id


def intake_of(house: House, mailing_id: str) -> Intake:
    with house.db.read() as session:
        intake = session.get_one(Intake, mailing_id)
        session.expunge(intake)
        return intake


async def test_work_that_kills_its_worker_twice_is_set_aside_told_and_passed_over(
    house: House, clock: Watch, tmp_path: Path
) -> None:
    rows = district(house, tmp_path, clock)[:3]
    poison = give(house, clock, POISON, zip_of_cards(tmp_path, rows))
    clock.forward(seconds=1)
    sound = give(house, clock, "Cards", zip_of_cards(tmp_path, rows))
    async with sink() as server:
        for attempt in (1, 2):
            process = start_worker(house, server.port, clock, run_worker_over, POISON)
            assert await ended(process) == -signal.SIGKILL
            intake = intake_of(house, poison)
            assert (intake.state, intake.attempts) == ("running", attempt)
            clock.forward(minutes=2)  # the dead worker's lease is over
        assert await ended(start_worker(house, server.port, clock, run_worker_over, POISON)) == 0
    assert intake_of(house, poison).state == "set-aside"
    assert intake_of(house, sound).state == "done"
    told = [message_from_bytes(one.message, policy=policy.default) for one in server.delivered if one.to == ROSA]
    assert [one["Subject"] for one in told] == [f"Set aside: the files for “{POISON}”"]
    with house.db.read() as session:
        table = reconciling.table_of(session, poison, now=clock.now)
        facts = {
            one.name: one
            for one in in_force(
                session, house.settings, Machine(cage_is_shut=True, scanner_answers=None), now=clock.now
            )
        }
    assert table.working is not None
    assert table.working.is_over
    assert "twice" in table.working.troubles[0].sentence
    assert "choose them again" in table.working.troubles[0].fix
    assert facts["Files that were set aside"].value == "1 mailing"


def begin(session: Session, mailing_id: str, clock: Watch, lease_id: str) -> bool:
    until = clock.now + sort_files.LEASE
    return intakes.claim_intake(session, mailing_id, lease_id=lease_id, until=until, now=clock.now)


async def test_letters_that_were_written_and_an_end_in_order_are_answers(
    house: House, clock: Watch, tmp_path: Path
) -> None:
    rows = district(house, tmp_path, clock)[:1]
    mailing_id = give(house, clock, "Cards", zip_of_cards(tmp_path, rows))
    with house.db.write() as session:
        for lease_id in ("a", "b", "c"):
            assert begin(session, mailing_id, clock, lease_id)
            intakes.put_down_intake(session, mailing_id, lease_id=lease_id)  # as a worker does that is told to stop
        for lease_id in ("d", "e", "f"):
            assert begin(session, mailing_id, clock, lease_id)
            intakes.note_answer(session, mailing_id, lease_id=lease_id)
            clock.forward(minutes=2)
            assert not sort_files.set_aside(session, house.keys, mailing_id, now=clock.now)
        assert begin(session, mailing_id, clock, "g")
        assert not sort_files.set_aside(session, house.keys, mailing_id, now=clock.now), "it is at work"
        clock.forward(minutes=2)
        assert sort_files.set_aside(session, house.keys, mailing_id, now=clock.now)
        assert not begin(session, mailing_id, clock, "h")
    assert json.loads(intake_of(house, mailing_id).problem)
    assert mailing_id not in _waiting(house, clock)


def _waiting(house: House, clock: Watch) -> list[str]:
    with house.db.read() as session:
        return intakes.waiting_intakes(session, now=clock.now)
