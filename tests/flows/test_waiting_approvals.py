"""An approval that waits reminds, and somebody else may be asked by name."""

import pytest
from sqlmodel import col, select

from portal.flows.approving.approve_mailing import return_mailing, submit_mailing
from portal.flows.approving.ask_other_approver import ask_other_approver
from portal.kernel.configuration.settings import Settings
from portal.ledger.tables import LedgerEntry
from portal.mailings.errors import NotNow
from portal.mailings.rules import Term
from portal.outbox.tables import StaffMail
from portal.publish.upkeep.reminders import remind_waiting
from portal.staff.errors import NotAllowed, OutOfScope
from portal.staff.rules import Acting
from portal.wiring import House, build_house
from tests.cast import Cast, write_draft
from tests.conftest import Watch
from tests.flows.test_deliver_notice import plain_of, texts
from tests.flows.test_deliver_staff_mail import IDA, OMAR, delivered, submit
from tests.flows.test_raise_alarm import seat

pytestmark = pytest.mark.anyio


@pytest.fixture
def waiting(house: House, cast: Cast, clock: Watch) -> str:
    """Give a mailing that waits since Thursday noon."""
    mailing_id = write_draft(house, cast, now=clock.now)
    submit(house, cast, mailing_id, clock)
    return mailing_id


def ask(house: House, mailing_id: str, whom: Acting, by: Acting) -> None:
    with house.db.write() as session:
        ask_other_approver(session, house.keys, mailing_id, whom.id, by=by, now=house.clock())


def reminders(house: House) -> list[tuple[str, int]]:
    with house.db.read() as session:
        query = select(StaffMail.staff_id, StaffMail.turn).where(StaffMail.kind == "approval-reminder")
        return sorted(session.exec(query).all())


def acts(house: House) -> list[str]:
    with house.db.read() as session:
        return [entry.act for entry in session.exec(select(LedgerEntry).order_by(col(LedgerEntry.seq)))]


async def test_a_waiting_approval_reminds_once_and_then_once_a_day(
    house: House, cast: Cast, clock: Watch, waiting: str
) -> None:
    await delivered(house)
    clock.forward(hours=23, minutes=59)
    assert remind_waiting(house, now=clock.now) == 0
    clock.forward(minutes=1)
    assert (remind_waiting(house, now=clock.now), remind_waiting(house, now=clock.now)) == (1, 0)
    both = sorted([cast.approver.id, cast.admin.id])
    assert reminders(house) == [(one, 0) for one in both]
    (message,) = [one for one in texts(await delivered(house), OMAR) if "Still waits" in str(one["subject"])]
    assert "This letter has waited for approval since Thursday, 6 August 2026, 12:00." in plain_of(message)
    assert f"/staff/mailings/{waiting}" in plain_of(message)
    clock.forward(hours=23)
    assert remind_waiting(house, now=clock.now) == 0
    clock.forward(hours=49)  # over the weekend
    assert remind_waiting(house, now=clock.now) == 1
    assert reminders(house) == sorted((one, turn) for one in both for turn in (0, 1))
    assert acts(house).count("mailing:remind-approvers") == 2


async def test_what_is_answered_reminds_nobody(house: House, cast: Cast, clock: Watch, waiting: str) -> None:
    clock.forward(hours=24)
    assert remind_waiting(house, now=clock.now) == 1
    with house.db.write() as session:
        return_mailing(session, house.keys, waiting, by=cast.approver, reason="No.", now=clock.now)
    room = await delivered(house)
    assert not [one for one in texts(room, OMAR) if "Still waits" in str(one["subject"])], "it is over when it leaves"
    clock.forward(days=9)
    assert remind_waiting(house, now=clock.now) == 0


@pytest.mark.usefixtures("waiting")
def test_a_setting_says_after_how_many_hours_and_nought_is_never(
    house: House, settings: Settings, clock: Watch
) -> None:
    clock.forward(hours=2)
    for hours, reminded in ((0, 0), (3, 0), (2, 1)):
        told = build_house(settings.model_copy(update={"approval_reminder_hours": hours}), clock=clock)
        assert remind_waiting(told, now=clock.now) == reminded
        told.close()
    assert reminders(house)


async def test_somebody_else_is_asked_by_name_and_the_first_is_told(
    house: House, cast: Cast, clock: Watch, waiting: str
) -> None:
    await delivered(house)
    clock.forward(hours=1)
    ask(house, waiting, cast.admin, cast.writer)
    ask(house, waiting, cast.admin, cast.approver)
    room = await delivered(house)
    (asked,) = texts(room, IDA)
    assert "Rosa asks you by name to look at this letter." in plain_of(asked)
    assert "4 guardians of 4 children" in plain_of(asked)
    (told,) = texts(room, OMAR)
    assert "Rosa asked Ida to look at" in plain_of(told)
    assert acts(house).count("mailing:ask-approver") == 1


async def test_who_is_asked_again_after_a_return_is_asked_anew(
    house: House, cast: Cast, clock: Watch, waiting: str
) -> None:
    ask(house, waiting, cast.admin, cast.approver)
    with house.db.write() as session:
        return_mailing(session, house.keys, waiting, by=cast.approver, reason="No.", now=clock.now)
    with pytest.raises(NotNow):
        ask(house, waiting, cast.admin, cast.approver)


def test_only_whoever_wrote_it_or_may_approve_it_asks_and_only_approvers_with_the_scope_are_asked(
    house: House, cast: Cast, clock: Watch
) -> None:
    mailing_id = write_draft(house, cast, now=clock.now, terms=(Term("site", "Oak"),))
    with house.db.write() as session:
        submit_mailing(session, house.keys, mailing_id, by=cast.writer, version=None, now=clock.now)
    near, far = seat(house, "nora", "approver", "Oak"), seat(house, "fay", "approver", "Maple")
    for whom in (far, cast.writer, cast.oak_writer):
        with pytest.raises(OutOfScope):
            ask(house, mailing_id, whom, cast.approver)
    with pytest.raises(NotAllowed):
        ask(house, mailing_id, near, cast.oak_writer)
    with pytest.raises(OutOfScope):
        ask(house, mailing_id, near, near)
    ask(house, mailing_id, near, cast.approver)
    assert acts(house).count("mailing:ask-approver") == 1
