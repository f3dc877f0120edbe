"""What goes without a second person, or by itself, was surely sent by whoever it says, and goes to no guardian more."""

from dataclasses import replace

import pytest

from portal.arrivals.rules import Door
from portal.flows.people import change_mail_keys
from portal.mailings import repository as mailings
from portal.mailings.tables import Mailing
from portal.publish.gathered import opening
from portal.wiring import House
from tests.cast import Cast
from tests.conftest import Watch
from tests.gathered.post import (
    CARLA,
    DIEGO,
    DOMAIN,
    NGOZI,
    hand_in,
    mailing_of,
    message,
    only,
    problems,
    report,
    with_drops,
    work,
)
from tests.gathered.test_whose_files import CARDS, FLYER, NAME, send

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.mark.parametrize(
    ("door", "is_shared", "state"),
    [("key", False, "held"), ("rule", False, "waiting"), ("key", True, "waiting"), ("drop", False, "waiting")],
)
def test_the_second_person_is_waived_for_a_mail_key_of_one_person_alone(
    house: House, cast: Cast, clock: Watch, door: Door, *, is_shared: bool, state: str
) -> None:
    shared = f"{cast.writer.address}={cast.approver.address}" if is_shared else ""
    settings = house.settings.model_copy(update={"approval_waived_below": 9, "gate_shared": shared})
    home = with_drops(replace(house, settings=settings))
    to = f"everyone@{DOMAIN}" if door == "drop" else NGOZI
    hand_in(home, cast.writer, message({"flyer.pdf": FLYER}), [to], door=door)
    work(home, clock)
    assert mailing_of(home).state == state


def test_what_came_before_a_mail_key_was_ended_waits_for_its_owner(house: House, cast: Cast, clock: Watch) -> None:
    with house.db.write() as session:
        key_id, _ = change_mail_keys.make_mail_key(session, house.keys, "Outlook", by=cast.writer, now=clock.now)
    send(house, cast, ({"flyer.pdf": FLYER}, [NGOZI]))
    clock.forward(minutes=1)
    with house.db.write() as session:
        change_mail_keys.end_mail_key(session, house.keys, key_id, by=cast.admin, now=clock.now)
    work(house, clock)
    assert (mailing_of(house).state, report(house).told) == ("checked", ("key-ended",))


def test_what_comes_late_submits_no_letter_that_somebody_has_changed(house: House, cast: Cast, clock: Watch) -> None:
    raw = message({"flyer.pdf": FLYER})
    hand_in(house, cast.writer, raw, [CARLA])
    work(house, clock)
    with house.db.write() as session:
        mailings.advance(session, session.get_one(Mailing, only(house).id), "edit")
    hand_in(house, cast.writer, raw, [NGOZI])
    work(house, clock)
    assert (mailing_of(house).state, report(house).told) == ("checked", ("edited",))


def test_more_than_is_unpacked_at_a_time_comes_to_nothing(
    house: House, cast: Cast, clock: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "MOST_TOGETHER", 1_000)
    send(house, cast, ({"flyer.pdf": FLYER}, [NGOZI]))
    work(house, clock)
    assert (only(house).state, report(house).stop) == ("ended", "not-taken")


def test_a_letter_goes_to_no_guardian_unseen_who_was_mailed_another(house: House, cast: Cast, clock: Watch) -> None:
    send(house, cast, ({NAME: CARDS["ana"]}, [CARLA]), ({NAME: CARDS["luis"]}, [DIEGO]))
    work(house, clock)
    assert (problems(house, only(house).id), mailing_of(house).state) == ([], "checked")
    assert "wider" in report(house).told
