"""The end of a hold, for tests of what may happen only after it."""

from portal.flows.sending.start_sending import start_sending
from portal.wiring import House
from tests.conftest import Watch


def hold_passes(house: House, clock: Watch) -> None:
    """Let the hold of every mailing pass: they are being sent from then on."""
    clock.forward(seconds=house.settings.hold_seconds + 1)
    with house.db.write() as session:
        start_sending(session, house.keys, now=clock.now)
