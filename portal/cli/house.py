"""How a command gets the whole house: what reads files, seals them, sets letters and draws their pages."""

from collections.abc import Iterator
from contextlib import contextmanager

from portal.cli.opening import bring_up_to_date
from portal.kernel.configuration.settings import load_settings
from portal.kernel.log import start_logging
from portal.kernel.storage.moves import check_is_here
from portal.wiring import House, build_house


@contextmanager
def open_house(*, is_moving: bool = False) -> Iterator[House]:
    """Give the house of the environment's settings; `is_moving`: as it is, also where it is closed for a move.

    Raises `StartRefused`.
    """
    settings = load_settings()
    start_logging(quiet=True)
    house = build_house(settings)
    try:
        if not is_moving:
            bring_up_to_date(house.db)
            check_is_here(house.db, settings)
        yield house
    finally:
        house.close()
