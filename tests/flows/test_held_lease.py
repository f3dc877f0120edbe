"""Letters that are being sorted are one worker's for as long as it is at work, and nobody else's."""

import time
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import update
from sqlmodel import col

from portal.documents.repository import intakes
from portal.documents.tables import Intake
from portal.flows.writing.sort_files import LEASE
from portal.publish.holding import held
from portal.wiring import House
from tests.cast import Cast
from tests.conftest import Watch
from tests.flows.test_one_letter_each import ALL, give, zipped


def test_a_lease_is_held_while_the_work_tells_nothing_and_nobody_elses_is(
    house: House, cast: Cast, clock: Watch, tmp_path: Path
) -> None:
    mailing_id = give(house, cast, "files", {"archive": zipped(ALL, tmp_path)})

    def lease_now() -> datetime | None:
        with house.db.read() as session:
            intake = intakes.intake_of(session, mailing_id)
            assert intake is not None
            return intake.lease_until

    def hold() -> None:
        with house.db.write() as session:
            intakes.hold_intake(session, mailing_id, lease_id="mine", until=house.clock() + LEASE)

    def lease(**row: object) -> datetime | None:
        with house.db.write() as session:
            session.execute(update(Intake).where(col(Intake.mailing_id) == mailing_id).values(**row))
        clock.forward(seconds=50)
        with held(hold, every=0.02):
            for _ in range(1_000 if row["lease_id"] == "mine" else 6):  # other work on the machine may delay a beat
                time.sleep(0.05)
                if lease_now() == clock() + LEASE:
                    break
        return lease_now()

    soon = clock() + timedelta(seconds=60)
    assert lease(state="running", lease_id="mine", lease_until=soon) == clock() + LEASE
    assert lease(lease_id="another", lease_until=soon) == soon
    assert lease(state="done", lease_id=None, lease_until=None) is None
