"""Houses that are served as docs/operate/roles.md tells: by the roles of PostgreSQL, and not as the tables' owner."""

from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import SecretStr
from sqlalchemy import Connection

from portal.kernel.configuration.settings import Settings
from portal.kernel.storage.db import Database
from portal.schema.rights import FAMILY, SITE
from tests.parts.engines import as_role


def by_roles(settings: Settings) -> Settings:
    """Return settings with the logins of site, families and owner; SQLite has none."""
    owner = settings.database
    if owner.startswith("sqlite"):
        return settings
    urls = {"database_url": as_role(owner, SITE), "family_database_url": as_role(owner, FAMILY)}
    own = {name: SecretStr(url) for name, url in (urls | {"migration_database_url": owner}).items()}
    return settings.model_copy(update=own)


def by_one_login(url: str) -> dict[str, SecretStr | None]:
    """Return what settings say of a database that its owner serves."""
    return {"database_url": SecretStr(url), "family_database_url": None, "migration_database_url": None}


@contextmanager
def owning(database: Database) -> Iterator[Connection]:
    """Give a connection to a database that may change its tables, whoever it is served by."""
    owner = database if database.is_sqlite else Database(database.url.replace(f"//{SITE}@", "//postgres@"))
    try:
        with owner.connect() as connection:
            yield connection
    finally:
        if owner is not database:
            owner.close()
