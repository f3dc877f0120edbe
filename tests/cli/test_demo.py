"""The demo leaves a letter in its hold: whoever comes in sees it count down, and may stop it."""

from datetime import timedelta

from portal.cli.demonstration import demo
from portal.mailings.tables import Mailing
from portal.wiring import House
from tests.cast import Cast


def test_a_letter_is_left_approved_and_held_for_a_quarter_of_an_hour(house: House, cast: Cast) -> None:
    link = demo._leave_held(house, {"publisher": cast.writer, "approver": cast.approver})
    with house.db.read() as session:
        mailing = session.get_one(Mailing, link.rpartition("/")[2])
    assert mailing.state == "held"
    assert mailing.held_until == house.clock() + timedelta(minutes=15)
    assert link.startswith(f"{house.settings.base_url}/staff/mailings/")


def test_what_is_approved_in_the_demo_itself_is_held_for_a_minute(house: House) -> None:
    assert demo._with_hold(house, demo._HOLD_SECONDS).settings.hold_seconds == 60
    assert demo._with_hold(house, 0).db is house.db
