"""How a command gets the whole house: what reads files, seals them, sets letters and draws their pages."""

from collections.abc import Iterator
from contextlib import contextmanager

from portal.cli.opening import bring_up_to_date
from portal.kernel.configuration.settings import load_settings
from portal.kernel.log import start_logging
from portal.wiring import House, build_house


@contextmanager
def open_house() -> Iterator[House]:
    """Give the house of the environment's settings. Raises `StartRefused`."""
    settings = load_settings()
    start_logging(quiet=True)
    house = build_house(settings)
    try:
        bring_up_to_date(house.db)
        yield house
    finally:
        house.close()
