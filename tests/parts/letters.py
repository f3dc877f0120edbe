"""Letters that stand ready: a test that asks for one finds it in the database that was copied for it.

Each is made as a test would make it, once for all tests of a process: see `Templates`.
"""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from portal.mail.transport.recording import RecordingRoom
from portal.wiring import House
from portal.worker import Worker
from tests.cast import Cast, send_letter
from tests.conftest import Watch

if TYPE_CHECKING:
    from tests.parts.databases import Templates

SECRET = "Report on learning"


def _sent(house: House, cast: Cast, clock: Watch, *, title: str = "Welcome", confidential: bool = False) -> str:
    mailing_id = send_letter(house, cast, now=clock.now, title=title, confidential=confidential)
    clock.forward(minutes=2)
    asyncio.run(Worker(house, RecordingRoom()).drain())
    return mailing_id


def _held(house: House, cast: Cast, clock: Watch) -> str:
    return send_letter(house, cast, now=clock.now)


def _confidential(house: House, cast: Cast, clock: Watch) -> str:
    return _sent(house, cast, clock, title=SECRET, confidential=True)


def _third(house: House, cast: Cast, clock: Watch) -> str:
    _sent(house, cast, clock, title="First")
    _confidential(house, cast, clock)
    return _sent(house, cast, clock, title="Newest")


LETTERS: dict[str, Callable[[House, Cast, Watch], str]] = {
    "held_letter": _held,
    "sent_letter": _sent,
    "confidential_letter": _confidential,
    "third_letter": _third,
}
"""By the name of its fixture, how each is sent; the id of its mailing comes back."""


def _ready(kind: str, what: str) -> object:
    def letter(house: House, cast: Cast, clock: Watch, templates: "Templates") -> str:
        found = templates.found_in(house.settings.database)
        if found is None or found.kind != kind:
            return LETTERS[kind](house, cast, clock)
        clock.now = found.now
        return found.letter

    letter.__doc__ = what
    return pytest.fixture(name=kind)(letter)


held_letter = _ready("held_letter", "Give a letter to everybody in its hold.")
sent_letter = _ready("sent_letter", "Give a letter to everybody that was sent: what is mailed later is not it.")
confidential_letter = _ready("confidential_letter", "Give a confidential letter to everybody that was sent.")
third_letter = _ready("third_letter", "Give the newest of three letters that were sent; the second is confidential.")


@pytest.fixture
def mailing_id(held_letter: str) -> str:
    return held_letter
