"""Which databases there are, and by which login each is reached."""

from pathlib import Path
from typing import Self

from pydantic import SecretStr, model_validator
from pydantic_settings import BaseSettings


class Databases(BaseSettings):
    """The data folder and the databases; each may be a file in it. On PostgreSQL several logins share one."""

    data_dir: Path = Path("var")
    database_url: SecretStr | None = None
    family_database_url: SecretStr | None = None
    migration_database_url: SecretStr | None = None
    key_store_url: SecretStr | None = None

    @model_validator(mode="after")
    def _logins_are_of_postgresql(self) -> Self:
        urls = {"FAMILY": self.family_database_url, "MIGRATION": self.migration_database_url}
        for name in (name for name, url in urls.items() if url and self.database.startswith("sqlite:")):
            message = f"PORTAL_{name}_DATABASE_URL means nothing without PostgreSQL in PORTAL_DATABASE_URL"
            raise ValueError(message)
        return self

    @property
    def database(self) -> str:
        """The database's URL; by default SQLite in the data folder."""
        if self.database_url:
            return self.database_url.get_secret_value()
        return f"sqlite:///{self.data_dir.absolute() / 'portal.db'}"

    @property
    def family_database(self) -> str:
        """The same database by the login that sees one family at a time; nothing where the site's own does it all."""
        return self.family_database_url.get_secret_value() if self.family_database_url else ""

    @property
    def owned_database(self) -> str:
        """The same database by the login that owns its tables; without one of its own, the site's."""
        return self.migration_database_url.get_secret_value() if self.migration_database_url else self.database

    @property
    def key_store(self) -> str:
        """The URL of the small database of wrapped data keys."""
        if self.key_store_url:
            return self.key_store_url.get_secret_value()
        return f"sqlite:///{self.data_dir.absolute() / 'keys.db'}"
