"""A process that takes a link back and is killed as it has answered."""

import os
import signal
from datetime import datetime

from portal.flows.taking_back.revoke import Target, revoke
from portal.kernel.configuration.settings import load_settings
from portal.staff.rules import Acting
from portal.wiring import build_house


def take_back_and_die(now: datetime, link: str, by: Acting) -> None:
    """Take a link back; nothing of this process runs after the answer."""
    house = build_house(load_settings(), clock=lambda: now)
    with house.db.write() as session:
        revoke(session, house.keys, Target("link", link), by=by, reason="Wrong.", now=now)
    os.kill(os.getpid(), signal.SIGKILL)
