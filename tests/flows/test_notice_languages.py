"""Guardians of one mailing are written to in their own languages, by one worker in one go."""

from email import message_from_bytes, policy

import pytest
from sqlmodel import col, update

from portal.families.tables import Guardian
from portal.flows.sending.deliver_notice import claim_notices, look_again
from portal.flows.sending.start_sending import start_sending
from portal.mail.transport.recording import RecordingRoom
from portal.wiring import House
from portal.worker import Worker
from tests.cast import Cast, send_letter
from tests.conftest import Watch

pytestmark = pytest.mark.anyio


def speaks(house: House, guardian_id: str, written: str) -> None:
    with house.db.write() as session:
        session.exec(update(Guardian).where(col(Guardian.id) == guardian_id).values(language=written))


@pytest.fixture
def mailing_id(house: House, cast: Cast, clock: Watch) -> str:
    speaks(house, cast.carla, "Spanish")
    speaks(house, cast.diego, "en")
    speaks(house, cast.ngozi, "ara")
    mailing_id = send_letter(house, cast, now=clock.now)
    clock.forward(seconds=house.settings.hold_seconds + 1)
    return mailing_id


async def test_each_guardian_reads_their_own_language(house: House, mailing_id: str) -> None:
    assert mailing_id
    room = RecordingRoom()
    await Worker(house, room).drain()
    subjects = {
        one.to.partition(".")[0]: str(message_from_bytes(one.message, policy=policy.default)["Subject"])
        for one in room.delivered
        if one.to.endswith("@mail.example.org")
    }
    assert subjects["carla"] == "Welcome — para Ana y Luis"
    assert subjects["diego"] == "Welcome — for Ana and Luis"
    assert subjects["ngozi"] == "\u200fWelcome — بخصوص Sam"


def test_a_message_in_a_language_that_has_changed_since_does_not_leave(
    house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    assert mailing_id
    with house.db.write() as session:
        start_sending(session, house.keys, now=clock.now)
        errands = claim_notices(session.connection(), most=10, now=clock.now)
    speaks(house, cast.carla, "vi")
    with house.db.ask() as connection:
        holds = dict(zip((one.address for one in errands), look_again(connection, errands, now=clock.now), strict=True))
    assert holds.pop("carla.rivera@mail.example.org") is False
    assert set(holds.values()) == {True}
