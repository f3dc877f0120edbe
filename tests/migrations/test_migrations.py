"""Tables and migrations say the same, and the triggers are there at every head."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from portal import schema
from portal.kernel.db import Database
from portal.kernel.migrations import current, head, migrate


def test_the_migrations_make_exactly_the_tables(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, schema.metadata) == []


def test_migrating_again_changes_nothing(database: Database) -> None:
    migrate(database)
    assert current(database) == head()


def test_the_triggers_are_there_at_the_head(database: Database) -> None:
    wanted = {"update", "delete", "replace"} if database.is_sqlite else {"append_only", "no_truncate"}
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if database.is_sqlite
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    )
    with database.engine.connect() as connection:
        names = set(connection.execute(text(query)).scalars())
    for table in schema.APPEND_ONLY:
        for kind in wanted:
            assert any(name.startswith(table) and name.endswith(kind) for name in names), (table, kind)


def test_check_constraints_are_named_so_that_a_later_migration_can_reach_them() -> None:
    unnamed = [
        (table.name, str(constraint.sqltext))
        for table in schema.metadata.tables.values()
        for constraint in table.constraints
        if constraint.__class__.__name__ == "CheckConstraint" and constraint.name is None
    ]
    assert unnamed == []
