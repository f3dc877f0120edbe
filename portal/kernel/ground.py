"""What every door stands on, and all that many a command needs."""

from dataclasses import dataclass
from typing import Self

from portal.kernel.clock import Clock, utc_now
from portal.kernel.configuration.settings import Settings
from portal.kernel.secrets.keys import KeyRing, load_key_file
from portal.kernel.storage.db import Database


@dataclass(frozen=True, slots=True)
class Ground:
    """The settings, the clock, the keys and the database; a house is built on it."""

    settings: Settings
    clock: Clock
    keys: KeyRing
    db: Database

    @classmethod
    def of(cls, settings: Settings, *, clock: Clock = utc_now) -> Self:
        """Read the key file, and know the database without opening it. Raises `StartRefused`."""
        settings.check_key_place()
        return cls(settings, clock, load_key_file(settings.keys), Database(settings.database))

    def close(self) -> None:
        """Close the database."""
        self.db.close()
