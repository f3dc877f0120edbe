"""What every door stands on, and all that many a command needs."""

from dataclasses import dataclass
from typing import Self

from portal.kernel.clock import Clock, utc_now
from portal.kernel.configuration.settings import Settings
from portal.kernel.secrets.keys import KeyRing, load_key_file
from portal.kernel.storage.db import Database
from portal.kernel.storage.narrow import NarrowDatabase


@dataclass(frozen=True, slots=True)
class Ground:
    """Settings, clock, keys, and the database as the site sees it and as a family does; a house is built on it."""

    settings: Settings
    clock: Clock
    keys: KeyRing
    db: Database
    family_db: NarrowDatabase

    @classmethod
    def of(cls, settings: Settings, *, clock: Clock = utc_now) -> Self:
        """Read the key file, and know the database without opening it. Raises `StartRefused`."""
        settings.check_key_place()
        db = Database(settings.database)
        return cls(settings, clock, load_key_file(settings.keys), db, NarrowDatabase(db, settings.family_database))

    def close(self) -> None:
        """Close the database."""
        self.family_db.close()
        self.db.close()
