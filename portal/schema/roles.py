"""The roles of PostgreSQL: the owner's tables, what site and worker may do to them, and how little a family sees.

`keep` lays grants, policies and functions down; ADR 62 says what they hold and what they do not. A family's login sees
the rows of what its transaction shows: ids that its browser proved to have, signed with a secret that the site may read
and that login may not (`kernel.storage.narrow`).
"""

import hashlib
from collections.abc import Iterator
from typing import Final

from sqlalchemy import Connection, inspect, text

from portal.kernel.configuration.settings import Settings
from portal.kernel.errors import StartRefused
from portal.kernel.ids import new_key
from portal.kernel.storage.db import Database
from portal.kernel.storage.migrations import migrate
from portal.kernel.storage.moves import let_all_read
from portal.kernel.storage.opening import check_opens
from portal.schema import metadata
from portal.schema.functions import SIGNATURES, functions
from portal.schema.rights import COUNTED_AT_IMPORTS, FAMILIES, FAMILY, NOT_BY_WORKERS, NOT_CHANGED, SITE, WORKER, Narrow

_ROLES: Final = (SITE, WORKER, FAMILY)
_ALL: Final = "SELECT, INSERT, UPDATE, DELETE"
_MADE_BY_MIGRATIONS: Final = "alembic_version"
_POLICY: Final = "portal"
_ROLES_THERE = text(
    "SELECT rolname, rolsuper OR rolbypassrls OR rolcreaterole OR pg_has_role(oid, current_user, 'MEMBER') AS is_mighty"
    " FROM pg_roles WHERE rolname = ANY(:names)"
)
_OWNED = text("SELECT pg_has_role(datdba, 'USAGE') FROM pg_database WHERE datname = current_database()")
_KNOWS_MAINTAIN = text("SELECT current_setting('server_version_num')::int >= 170000")
_OWNS = text(
    "SELECT has_schema_privilege(current_schema(), 'CREATE') AND coalesce("
    "(SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass('alembic_version')), true)"
)
_MAY_CREATE = text(
    "SELECT rolname FROM pg_roles WHERE rolname = ANY(:names) AND has_schema_privilege(oid, :schema, 'CREATE')"
)

_SEAL_ONCE = text("INSERT INTO family_seal SELECT :secret WHERE NOT EXISTS (TABLE family_seal)")
_LAID = text(
    "SELECT coalesce(obj_description(oid, 'pg_class'), '') FROM pg_class WHERE oid = to_regclass('family_seal')"
)


def bring_to_head(database: Database, settings: Settings) -> None:
    """Bring the owner's database to this version's schema, and to its roles where the owner has a login of its own.

    Raises `StartRefused`.
    """
    check_owns(database)
    migrate(database)
    if settings.migration_database_url:
        keep(database)


def check_owns(database: Database) -> None:
    """Raise `StartRefused` for a login that may not change tables."""
    if database.is_sqlite:
        return
    check_opens(database)
    with database.ask() as connection:
        owns = connection.execute(_OWNS).scalar_one()
    if not owns:
        raise StartRefused(
            f"The role in {database.setting} does not own the tables, so it cannot change them. Set "
            "PORTAL_MIGRATION_DATABASE_URL, the owner's, for this command."
        )


def keep(database: Database) -> bool:
    """Lay down what is missing or of another version; tell whether anything was.

    Wants the owner's database, at the newest schema. It waits for whoever reads or writes, and they for it.
    Raises `StartRefused`, and `DatabaseBusy` where running requests did not let go in time.
    """
    if database.is_sqlite:
        raise StartRefused(
            "PORTAL_MIGRATION_DATABASE_URL names the owner of a PostgreSQL database; SQLite has no roles."
        )
    return database.insist(lambda session: _keep(session.connection()))


def _keep(connection: Connection) -> bool:
    schema = str(connection.execute(text("SELECT current_schema()")).scalar_one())
    _check(connection, schema)
    if _laid(connection) == _mark(schema):
        return False
    lift(connection)
    lay(connection)
    return True


def lift(connection: Connection) -> bool:
    """Take policies and functions away, so that tables can change, and keep the secret; tell whether there were any."""
    if connection.dialect.name != "postgresql" or _laid(connection) is None:
        return False
    query = text("SELECT tablename, policyname FROM pg_policies WHERE schemaname = current_schema()")
    for table, policy in connection.execute(query).all():
        connection.exec_driver_sql(f'DROP POLICY "{policy}" ON "{table}"')
        connection.exec_driver_sql(f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY')
    for signature in SIGNATURES:
        connection.exec_driver_sql(f"DROP FUNCTION IF EXISTS {signature}")
    return True


def lay(connection: Connection, *, is_older: bool = False) -> None:
    """Lay grants, functions and policies down; for an older schema the grants of site and worker alone."""
    schema = str(connection.execute(text("SELECT current_schema()")).scalar_one())
    tables = set(inspect(connection).get_table_names()) & metadata.tables.keys()
    connection.exec_driver_sql("\n".join(_grants(connection, schema, sorted(tables))))
    let_all_read(connection)
    if is_older:
        return
    connection.exec_driver_sql("\n".join(_narrowing(schema)))
    connection.execute(_SEAL_ONCE, {"secret": new_key()})
    connection.exec_driver_sql(f"COMMENT ON TABLE family_seal IS '{_mark(schema)}'")


def _check(connection: Connection, schema: str) -> None:
    """See that the roles are there and as weak as they should be, and that this one may grant."""
    there = {row[0]: row[1] for row in connection.execute(_ROLES_THERE, {"names": list(_ROLES)})}
    if missing := [name for name in _ROLES if name not in there]:
        raise StartRefused(
            f"The database server has no role {' and no role '.join(missing)}. Make what is missing as "
            "docs/operate/roles.md says, and run `portal migrate` again."
        )
    if mighty := [name for name in _ROLES if there[name]]:
        raise StartRefused(
            f"The role {' and the role '.join(mighty)} could change what it is held by: it is a superuser, passes over "
            "row security, makes roles, or is a member of the role in PORTAL_MIGRATION_DATABASE_URL."
        )
    if not connection.execute(_OWNED).scalar_one():
        raise StartRefused(
            "The role in PORTAL_MIGRATION_DATABASE_URL does not own the database, so it cannot grant it."
        )
    if free := list(connection.execute(_MAY_CREATE, {"names": list(_ROLES), "schema": schema}).scalars()):
        raise StartRefused(
            f"The role {free[0]} may make tables and functions of its own. As a superuser, in this database: "
            f"REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC;"
        )


def _laid(connection: Connection) -> str | None:
    """Return the mark of what is laid down; None where nothing is."""
    return connection.execute(_LAID).scalar()


def _mark(schema: str) -> str:
    written = [*_narrowing(schema), *sorted(metadata.tables), repr(NOT_CHANGED), repr(sorted(NOT_BY_WORKERS))]
    return hashlib.sha256("\n".join(written).encode()).hexdigest()


def _grants(connection: Connection, schema: str, tables: list[str]) -> Iterator[str]:
    database = connection.execute(text("SELECT quote_ident(current_database())")).scalar_one()
    everybody = ", ".join(("PUBLIC", *_ROLES))
    yield f"REVOKE ALL ON DATABASE {database} FROM {everybody};"
    yield f"GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {SITE}, {WORKER};"
    yield f"GRANT CONNECT ON DATABASE {database} TO {FAMILY};"
    yield f'GRANT USAGE ON SCHEMA "{schema}" TO {", ".join(_ROLES)};'
    yield f'REVOKE ALL ON ALL TABLES IN SCHEMA "{schema}" FROM {everybody};'
    yield f'GRANT USAGE ON ALL SEQUENCES IN SCHEMA "{schema}" TO {SITE}, {WORKER};'
    yield f"GRANT SELECT ON {_MADE_BY_MIGRATIONS} TO {SITE}, {WORKER};"
    if connection.execute(_KNOWS_MAINTAIN).scalar_one():
        yield f"GRANT MAINTAIN ON {', '.join(COUNTED_AT_IMPORTS)} TO {SITE}, {WORKER};"
    for table in tables:
        may = NOT_CHANGED.get(table, _ALL)
        yield f'GRANT {may} ON "{table}" TO {SITE};'
        yield f'GRANT {may.replace(", INSERT", "") if table in NOT_BY_WORKERS else may} ON "{table}" TO {WORKER};'


def _narrowing(schema: str) -> Iterator[str]:
    yield "CREATE TABLE IF NOT EXISTS family_seal (secret bytea NOT NULL);"
    yield f"GRANT SELECT ON family_seal TO {SITE};"
    yield functions(schema, FAMILY)
    for table, narrow in FAMILIES.items():
        yield f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY;'
        yield f'CREATE POLICY {_POLICY}_house ON "{table}" TO {SITE}, {WORKER} USING (true) WITH CHECK (true);'
        yield f'GRANT {narrow.may} ON "{table}" TO {FAMILY};'
        yield from _policies(table, narrow)


def _policies(table: str, narrow: Narrow) -> Iterator[str]:
    of = f'ON "{table}"'
    yield f"CREATE POLICY {_POLICY}_sees {of} FOR SELECT TO {FAMILY} USING ({narrow.sees});"
    yield f"CREATE POLICY {_POLICY}_adds {of} FOR INSERT TO {FAMILY} WITH CHECK ({narrow.adds or narrow.sees});"
    yield (
        f"CREATE POLICY {_POLICY}_leaves {of} FOR UPDATE TO {FAMILY} USING ({narrow.sees})"
        f" WITH CHECK ({narrow.leaves or narrow.sees});"
    )
