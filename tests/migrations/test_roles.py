"""The roles of PostgreSQL as the manual makes them: the owner migrates, and lays down what the others may do."""

import json
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from portal.cli.operation.keeping import migrate_schema
from portal.kernel.errors import StartRefused
from portal.kernel.storage.db import Database, DatabaseAway
from portal.kernel.storage.migrations import migrate, step_back
from portal.kernel.storage.narrow import NarrowDatabase
from portal.schema import roles
from portal.schema.rights import FAMILY, SITE, WORKER
from tests.parts.postgresql import OWNER, PostgreSql


@pytest.fixture
def made(postgresql: PostgreSql, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[str]:
    """Make the database of the manual and name it in the settings; return its name."""
    name = postgresql.database_of_the_manual()
    monkeypatch.setenv("PORTAL_DATA_DIR", str(tmp_path))
    for setting, role in (("DATABASE", SITE), ("FAMILY_DATABASE", FAMILY), ("MIGRATION_DATABASE", OWNER)):
        monkeypatch.setenv(f"PORTAL_{setting}_URL", postgresql.url(name, role))
    yield name
    postgresql.drop(postgresql.url(name))


def test_the_owner_migrates_and_the_others_serve(
    made: str, postgresql: PostgreSql, capsys: pytest.CaptureFixture[str]
) -> None:
    site, owner = (Database(postgresql.url(made, role)) for role in (SITE, OWNER))
    serving = NarrowDatabase(site, postgresql.url(made, FAMILY))
    with pytest.raises(StartRefused, match="Run `portal migrate`"):
        serving.check()
    migrate_schema(as_json=True)
    assert json.loads(capsys.readouterr().out)["schema"]
    serving.check()
    assert not roles.keep(owner)
    for role in (SITE, WORKER, FAMILY):
        with _by(postgresql, made, role) as connection:
            assert (
                connection.execute("SELECT relname FROM pg_class WHERE pg_has_role(relowner, 'USAGE')").fetchall() == []
            )
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute("CREATE TABLE mine (id text)")
    with _by(postgresql, made, FAMILY) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("CREATE TEMPORARY TABLE child (id text)")

    with pytest.raises(DatabaseAway, match='PORTAL_FAMILY_DATABASE_URL: role "nobody" does not exist'):
        NarrowDatabase(site, postgresql.url(made, "nobody")).check()
    with pytest.raises(StartRefused, match="does not own the tables"):
        roles.check_owns(site)

    step_back(owner, "0037")  # an older version has no policies, and the site serves it
    with pytest.raises(StartRefused, match="Run `portal migrate`"):
        serving.check()
    with _by(postgresql, made, SITE) as connection:
        assert connection.execute("SELECT count(*) FROM pg_policies").fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM child").fetchone() == (0,)
    migrate(owner)
    serving.check()
    with _by(postgresql, made, FAMILY) as connection:
        assert connection.execute("SELECT count(*) > 50 FROM pg_policies").fetchone() == (True,)
    for database in (owner, site, serving):
        database.close()


@pytest.mark.parametrize(
    ("change", "back", "said"),
    [
        (
            "ALTER ROLE portal_worker RENAME TO nobody",
            "ALTER ROLE nobody RENAME TO portal_worker",
            "no role portal_worker",
        ),
        ("ALTER ROLE portal_site BYPASSRLS", "ALTER ROLE portal_site NOBYPASSRLS", "portal_site could change"),
        ("GRANT portal_owner TO portal_family", "REVOKE portal_owner FROM portal_family", "portal_family could change"),
    ],
)
def test_roles_that_hold_nothing_are_refused(
    made: str, postgresql: PostgreSql, change: str, back: str, said: str
) -> None:
    owner = Database(postgresql.url(made, OWNER))
    with _by(postgresql, made, "postgres") as connection:
        connection.execute(change)
        with pytest.raises(StartRefused, match=said):
            roles.keep(owner)
        connection.execute(back)
    owner.close()


def test_only_the_owner_of_the_database_lays_rights_down(made: str, postgresql: PostgreSql) -> None:
    with _by(postgresql, made, "postgres") as connection:
        connection.execute(f"ALTER DATABASE {made} OWNER TO postgres")
    owner = Database(postgresql.url(made, OWNER))
    with pytest.raises(StartRefused, match="does not own the database"):
        roles.keep(owner)
    owner.close()


def _by(postgresql: PostgreSql, database: str, role: str) -> psycopg.Connection:
    return psycopg.connect(postgresql.url(database, role).replace("+psycopg", ""), autocommit=True)
