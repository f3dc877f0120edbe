"""After a restore nobody is let in by what may have been ended since the backup."""

from pathlib import Path

import pytest
from sqlmodel import col, select

from portal.backups.making import back_up
from portal.backups.restoring import restore
from portal.flows.people import change_mail_keys
from portal.kernel.ids import new_id
from portal.ledger.errors import DatabaseOlder
from portal.links.tables import Device, FamilySession, Opening
from portal.staff import repository as staff
from portal.staff.tables import StaffSession
from portal.wiring import House, build_house, shelf_at
from tests.backups.test_backup import elsewhere
from tests.cast import Cast, link_of
from tests.conftest import Watch
from tests.flows.deeds import press, remember


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_whoever_was_let_in_before_comes_in_anew_and_families_wait_without_a_head_file(
    house: House, cast: Cast, clock: Watch, sent_letter: str, tmp_path: Path
) -> None:
    with house.db.write() as session:
        staff.start_session(session, session_id=new_id(), staff_id=cast.writer.id, now=clock.now)
        link_id = staff.add_sign_in_link(session, cast.admin.id, now=clock.now).id
        key = change_mail_keys.make_mail_key(session, house.keys, "Outlook", by=cast.writer, now=clock.now)[1]
    press(house, clock, link_of(house, sent_letter, cast.carla, cast.ana))
    remember(house, cast.carla, clock)
    shelf = shelf_at(str(tmp_path / "backups"), house.keys)
    backup = back_up(house, shelf, keep=1, now=clock.now).backup
    for_no_file = {"head_file": Path("off")}
    settings = elsewhere(house, tmp_path, f"sqlite:///{tmp_path / 'new.db'}").model_copy(update=for_no_file)
    restore(shelf, backup, settings, house.keys, now=clock.now)

    again = build_house(settings, clock=clock)
    try:
        assert settings.head is None
        with pytest.raises(DatabaseOlder):
            again.age.check(now=clock.now)
        with again.db.read() as session:
            assert not staff.is_live_link(session, link_id, is_setup=False, now=clock.now)
            address = cast.writer.address
            assert change_mail_keys.holder_of(session, again.keys, address, key, now=clock.now) is None
            for table in (StaffSession, FamilySession, Opening, Device):
                assert session.scalars(select(col(table.ended_at))).all() == [clock.now]
    finally:
        again.close()
