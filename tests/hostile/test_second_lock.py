"""Raw SQL in a family's transaction, and stolen connections of site and worker: what PostgreSQL itself refuses."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, select
from starlette.testclient import TestClient

from portal.flows.opening.open_link import session_id_of
from portal.kernel.errors import StartRefused
from portal.kernel.storage.db import Database
from portal.kernel.storage.narrow import NarrowDatabase
from portal.links.tables import FamilySession
from portal.schema.rights import FAMILIES, FAMILY, HOUSE_ALONE, SITE, WORKER
from portal.wiring import House
from tests.cast import Cast, link_of, send_letter, token_of
from tests.conftest import Watch
from tests.parts.engines import as_role
from tests.parts.postgresql import manual as statements
from tests.parts.roles import owning

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite has no roles
RECORDS = ("ledger_entry", "disclosure", "incident_decision")


@pytest.fixture
def carla(site: TestClient, house: House, cast: Cast, clock: Watch) -> str:
    """Send a letter to everybody, have Ngozi and Carla open theirs; return Carla's session."""
    mailing = send_letter(house, cast, now=clock.now)
    cookie = ""
    for guardian, child in ((cast.ngozi, cast.sam), (cast.carla, cast.ana)):
        site.cookies.clear()
        opened = site.post("/o", data={"token": token_of(house, link_of(house, mailing, guardian, child))})
        assert site.get(opened.headers["location"] + "/file").status_code == 200
        cookie = opened.cookies["__Host-family"]
    return session_id_of(cookie)


@contextmanager
def stolen(house: House, role: str) -> Iterator[psycopg.Connection]:
    """Give a bare connection by a role, as whoever has its password gets one."""
    url = as_role(house.settings.owned_database, role)
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        yield connection


def refused(session: Session, statement: str) -> str:
    """Return why the database refuses a statement; the transaction goes on."""
    with pytest.raises(DBAPIError) as caught, session.begin_nested():
        session.connection().exec_driver_sql(statement)
    return str(caught.value.orig)


def column(session: Session, statement: str) -> set[str]:
    return set(session.connection().exec_driver_sql(statement).scalars())


def test_a_familys_transaction_sees_its_guardian_and_the_children_of_its_openings(
    house: House, cast: Cast, carla: str
) -> None:
    with house.family_db.read(carla) as session:
        assert column(session, "SELECT id FROM guardian") == {cast.carla}
        assert column(session, "SELECT id FROM child") == {cast.ana}
        for table in ("link", "opening", "family_session", "notice", "notice_link", "disclosure"):
            assert column(session, f"SELECT guardian_id FROM {table}") == {cast.carla}, table
        for table in ("copy", "enrolment", "guardianship"):
            assert column(session, f"SELECT child_id FROM {table}") == {cast.ana}, table
        assert len(column(session, "SELECT id FROM document")) == len(column(session, "SELECT id FROM mailing")) == 1


def test_who_shows_nothing_sees_nobody(house: House, carla: str) -> None:
    assert carla
    with house.family_db.read() as session:
        for table in sorted(FAMILIES.keys() - {"ledger_entry", "ledger_head", "staff_mail", "staff_member"}):
            if table not in {"renewal", "rate_count"}:
                one = "id" if table in {"guardian", "child", "restriction"} else "*"
                assert not session.connection().exec_driver_sql(f"SELECT {one} FROM {table}").all(), table


def test_nobody_is_named_by_raw_sql(house: House, cast: Cast, carla: str) -> None:
    """Not even by the ids of another family that somebody took from a stolen database."""
    with house.db.read() as session:
        other = session.exec(select(FamilySession.id).where(col(FamilySession.guardian_id) == cast.ngozi)).one()
    with house.family_db.read(carla) as session:
        mine = session.connection().exec_driver_sql("SELECT current_setting('portal.seen')").scalar_one()
        theirs = mine.replace(cast.carla, cast.ngozi).replace(cast.ana, cast.sam)
        for seen in (other, cast.ngozi, theirs, f"{mine},{cast.ngozi}", f";{theirs}"):
            with session.begin_nested() as named:
                session.execute(text("SELECT set_config('portal.seen', :seen, true)"), {"seen": seen})
                assert "not signed" in refused(session, "SELECT id FROM child")
                named.rollback()
        for shown in (other, f":{other}", f"{mine[:64]}:{other}", f"{mine[:64]}:{carla}", f"{'0' * 64}:{other}"):
            assert "not signed" in refused(session, f"SELECT family_show('{shown}')")
        session.connection().exec_driver_sql("RESET portal.seen")
        assert column(session, "SELECT id FROM child") == set()
        assert "permission denied" in refused(session, "SELECT secret FROM family_seal")


def test_what_is_seen_is_gone_with_its_transaction(house: House, carla: str) -> None:
    with house.family_db.read(carla) as session:
        connection = session.connection()
        seen = connection.exec_driver_sql("SELECT current_setting('portal.seen')").scalar_one()
        connection.exec_driver_sql("COMMIT; BEGIN")
        assert column(session, "SELECT id FROM child") == set()
        connection.exec_driver_sql(f"SET portal.seen = '{seen}'")
        assert "not signed" in refused(session, "SELECT id FROM child")


NOT_FOR_FAMILIES = (
    *(f"SET ROLE {role}" for role in (SITE, WORKER, "postgres")),
    *(f"SET SESSION AUTHORIZATION {role}" for role in (SITE, "postgres")),
    "SET session_replication_role = replica",
    "ALTER TABLE child DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE ledger_entry DISABLE TRIGGER USER",
    "DROP POLICY portal_sees ON child",
    "CREATE POLICY mine ON child USING (true)",
    "CREATE OR REPLACE FUNCTION family_seen(part integer) RETURNS text[] LANGUAGE sql AS 'SELECT NULL::text[]'",
    "ALTER FUNCTION family_seen SECURITY INVOKER",
    "CREATE FUNCTION public.sha256(bytea) RETURNS bytea LANGUAGE sql AS 'SELECT $1'",
    "CREATE SCHEMA portal_family",
    "CREATE TABLE public.family_seal (secret bytea)",
    *(f"UPDATE {table} SET {first} = {first}" for table, first in (("child", "id"), ("guardian", "id"))),
    "UPDATE opening SET guardian_id = guardian_id",
    "UPDATE link SET expires_at = now() + interval '1 year'",
    "UPDATE link SET revoked_at = NULL",
    *(f"{verb} {table}" for table in (*RECORDS, "copy") for verb in ("DELETE FROM", "TRUNCATE")),
    "UPDATE ledger_entry SET act = 'x'",
    "UPDATE disclosure SET at = now()",
    "SELECT body FROM ledger_entry",
    "SELECT address_key FROM staff_member",
    "SELECT wish FROM renewal",
    "SELECT family_name FROM child",
    "COPY child TO '/tmp/children'",
    "COPY (SELECT 1) TO PROGRAM 'id'",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT lo_import('/etc/passwd')",
    "SELECT lo_export(1, '/tmp/x')",
    "SELECT * FROM pg_authid",
    *(f"SELECT * FROM {it}" for it in ("pg_statistic", "pg_shadow", "pg_user_mapping", "pg_statistic_ext_data")),
    "SELECT subconninfo FROM pg_subscription",
    *(f"SELECT {it}" for it in ("pg_read_binary_file('/etc/passwd')", "pg_stat_file('/x')", "pg_ls_dir('.')")),
    "COPY rate_count FROM '/etc/passwd'",
    "COPY rate_count FROM PROGRAM 'id'",
    "COPY guardian TO STDOUT",
    "LOAD 'plpgsql'",
    "SELECT pg_reload_conf()",
    "SELECT pg_log_backend_memory_contexts(pg_backend_pid())",
    "SELECT pg_create_logical_replication_slot('mine', 'test_decoding')",
    "SELECT pg_clear_attribute_stats('public', 'child', 'given_name', false)",
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'portal_site'",
    *(
        f"SET {it}"
        for it in ("log_statement = 'none'", "session_preload_libraries = 'x'", "dynamic_library_path = 'x'")
    ),
    *(f"LOCK TABLE {table} IN SHARE MODE" for table in ("child", "link", "rate_count", "disclosure", "family_seal")),
    *(f"SELECT id FROM {table} FOR UPDATE" for table in ("child", "mailing", "disclosure")),
    "SELECT nextval('roster_version_number_seq')",
    "ALTER ROLE portal_family BYPASSRLS",
    f"GRANT {SITE} TO {FAMILY}",
    f"ALTER ROLE {SITE} PASSWORD 'mine'",
    "CREATE ROLE mine",
    "ALTER POLICY portal_sees ON child USING (true)",
    "CREATE RULE mine AS ON SELECT TO child DO INSTEAD SELECT 1",
    "CREATE TRIGGER mine AFTER INSERT ON opening EXECUTE FUNCTION refuse_change()",
    "CREATE EVENT TRIGGER mine ON sql_drop EXECUTE FUNCTION refuse_change()",
    *(f"CREATE {it} mine" for it in ("PUBLICATION", "FOREIGN DATA WRAPPER")),
    "CREATE VIEW public.mine AS SELECT id FROM child",
    "CREATE TEMPORARY TABLE child (id text)",
    "CREATE FUNCTION pg_temp.mine(text) RETURNS boolean COST 0.001 LANGUAGE sql AS 'SELECT true'",
    "CREATE FUNCTION pg_temp.mine(text) RETURNS boolean LEAKPROOF LANGUAGE sql AS 'SELECT true'",
)
HELD = re.compile(
    "permission denied|must be owner|must be superuser|violates row-level security|not permitted|is not allowed"
)


@pytest.fixture
def manual(house: House) -> None:
    """Make the test's database one that was made as docs/operate/roles.md tells."""
    (held,) = statements("DO $$")
    with owning(house.db) as connection:
        connection.exec_driver_sql(f"REVOKE TEMPORARY ON DATABASE {connection.engine.url.database} FROM PUBLIC")
        connection.exec_driver_sql(held.replace("%", "%%"))


@pytest.mark.usefixtures("manual")
def test_raw_sql_in_a_familys_transaction(house: House, carla: str) -> None:
    with house.family_db.write(carla) as session:
        for statement in NOT_FOR_FAMILIES:
            assert HELD.search(refused(session, statement)), statement


def test_tables_of_the_house_are_closed_to_families(house: House, carla: str) -> None:
    with house.family_db.read(carla) as session:
        for table in sorted(HOUSE_ALONE | {"alembic_version", "ledger_entry"}):
            assert "permission denied" in refused(session, f"SELECT 1 FROM {table}"), table


def test_a_family_adds_nothing_to_another(house: House, cast: Cast, carla: str) -> None:
    with house.db.read() as session:
        other = (
            session.execute(text("SELECT * FROM opening WHERE guardian_id = :it"), {"it": cast.ngozi}).mappings().one()
        )
        seen = (
            session.execute(text("SELECT * FROM disclosure WHERE guardian_id = :it"), {"it": cast.ngozi})
            .mappings()
            .one()
        )
    for table, row in (("opening", other), ("disclosure", seen)):
        values = ", ".join(f":{name}" for name in row)
        with house.family_db.write(carla) as session, pytest.raises(DBAPIError, match="row-level security"):
            session.execute(text(f"INSERT INTO {table} VALUES ({values})"), dict(row) | {"id": "0" * 32})
    with house.family_db.write(carla) as session:
        for table in ("opening", "family_session"):
            changed = session.execute(
                text(f"UPDATE {table} SET ended_at = now() WHERE guardian_id = :it"), {"it": cast.ngozi}
            )
            assert changed.rowcount == 0


def _lets_go(role: str) -> list[str]:
    ends = (f"UPDATE {table} SET {'act' if table == 'ledger_entry' else 'id'} = ''" for table in RECORDS)
    return [
        *ends,
        *(f"{verb} {table}" for table in RECORDS for verb in ("DELETE FROM", "TRUNCATE")),
        *(f"ALTER TABLE {table} DISABLE TRIGGER ALL" for table in (*RECORDS, "link", "child")),
        *(f"DROP TRIGGER {table}_append_only ON {table}" for table in RECORDS),
        *(f"ALTER TABLE {table} OWNER TO {role}" for table in RECORDS),
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
        "SET session_replication_role = replica",
        "UPDATE alembic_version SET version_num = '0001'",
        "UPDATE erroneous_disclosure SET by = 'x'",
        "UPDATE family_seal SET secret = ''",
        "CREATE TABLE public.mine (id text)",
        "SET ROLE postgres",
        "SELECT pg_read_file('/etc/passwd')",
    ]


@pytest.mark.parametrize("role", [SITE, WORKER])
def test_a_stolen_connection_of_the_site_or_a_worker(house: House, role: str) -> None:
    with stolen(house, role) as connection:
        for statement in _lets_go(role):
            with pytest.raises(psycopg.Error):
                connection.execute(statement)
        assert connection.execute("SELECT relname FROM pg_class WHERE pg_has_role(relowner, 'USAGE')").fetchall() == []


def test_a_worker_brings_about_no_disclosure_and_signs_nothing(house: House) -> None:
    with stolen(house, WORKER) as connection:
        for statement in ("INSERT INTO disclosure DEFAULT VALUES", "INSERT INTO incident_decision DEFAULT VALUES",
                          "INSERT INTO opening DEFAULT VALUES", "SELECT secret FROM family_seal"):  # fmt: skip
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)


def test_temporary_tables_shadow_nothing(house: House, cast: Cast, carla: str) -> None:
    """A family's login makes none where the database was made as the manual says; and were it one, it is passed by."""
    with house.family_db.read(carla) as session:
        session.connection().exec_driver_sql("CREATE TEMPORARY TABLE opening (session_id text, child_id text)")
        session.connection().exec_driver_sql(f"INSERT INTO pg_temp.opening VALUES ('{carla}', '{cast.sam}')")
        session.connection().exec_driver_sql("SET LOCAL search_path = pg_temp, public")
        assert column(session, "SELECT id FROM child") == {cast.ana}


ASKED = (
    "guardian WHERE address >= '{0}' AND address <= '{0}'",
    "guardian WHERE address ~>=~ '{0}' AND address ~<=~ '{0}'",
    "guardian WHERE address COLLATE \"C\" BETWEEN '{0}' AND '{0}'",
    "guardian WHERE address::name >= '{0}'::name AND address::name <= '{0}'::name",
    "guardian WHERE (address_key, 1) >= ('{0}', 1) AND (address_key, 1) <= ('{0}', 1)",
    "guardian WHERE greatest(address, '{0}') = '{0}' AND least(address, '{0}') = '{0}'",
    "guardian WHERE starts_with(address, '{0}')",
)


@pytest.mark.usefixtures("manual")
def test_no_plan_and_no_count_tells_what_stands_in_hidden_rows(house: House, cast: Cast, carla: str) -> None:
    """Without what the manual has a superuser say, addresses are found by halves: before m, or after."""
    with house.db.read() as session:
        theirs = session.connection().exec_driver_sql("SELECT address FROM guardian WHERE id = %s", (cast.ngozi,))
        there = str(theirs.scalar_one())
    with house.family_db.read(carla) as session:
        connection = session.connection()
        connection.exec_driver_sql("SET LOCAL enable_indexscan = off; SET LOCAL enable_bitmapscan = off")
        for asked in ASKED:
            told = []
            for address in (there, f"{there}x"):
                query = f"SELECT id FROM {asked.format(address)}"
                plan = connection.exec_driver_sql(f"EXPLAIN (ANALYZE, TIMING off, SUMMARY off, BUFFERS off) {query}")
                lines = [re.sub("(Cond|Filter): [^0-9].*", "", line) for line in plan.scalars()]
                before = connection.exec_driver_sql(READ).one()
                assert connection.exec_driver_sql(query).all() == []
                read = [b - a for a, b in zip(before, connection.exec_driver_sql(READ).one(), strict=True)]
                told.append((lines, read))
            assert told[0] == told[1], asked


READ = "SELECT sum(seq_tup_read), sum(idx_tup_fetch) FROM pg_stat_xact_user_tables"


def test_errors_of_functions_tell_of_nobody_else(house: House, cast: Cast, carla: str) -> None:
    with house.family_db.read(carla) as session:
        assert f'"{cast.ana}"' in refused(session, "SELECT 1 FROM child WHERE CAST(id AS int) = 0")
        assert f'"{cast.carla}"' in refused(session, "SELECT CAST(id AS int) FROM guardian ORDER BY id <> '{}'")
        others = "DO $$ DECLARE it text; BEGIN SELECT string_agg(id, ' ') INTO it FROM child; RAISE '%%', it; END $$"
        assert refused(session, others).splitlines()[0] == cast.ana


def test_catalogues_tell_nothing_of_what_rows_hold(house: House, carla: str) -> None:
    """Nor of what is asked at the same time on another connection, nor of who waits for what."""
    with owning(house.db) as connection:
        connection.exec_driver_sql("ANALYZE")
        stored = connection.exec_driver_sql("SELECT lo_from_bytea(0, 'theirs')").scalar_one()
    with house.family_db.read(carla) as session, house.family_db.write() as other:
        theirs = house.family_db._sign("anything")
        other.connection().exec_driver_sql("SELECT family_show(%s)", (theirs,))
        assert column(session, "SELECT tablename FROM pg_stats WHERE schemaname = 'public'") == set()
        seen = column(session, "SELECT query FROM pg_stat_activity WHERE query <> '' AND pid <> pg_backend_pid()")
        assert "SELECT family_show($1)" in seen
        assert not [query for query in seen if "anything" in query or theirs[:64] in query]
        assert not [it for it in column(session, "SELECT statement FROM pg_prepared_statements") if theirs[:64] in it]
        assert "permission denied for large object" in refused(session, f"SELECT lo_get({stored})")


@pytest.mark.usefixtures("manual")
def test_nothing_is_left_behind_for_the_next_family(house: House, cast: Cast, carla: str) -> None:
    """SQL of one family takes the place of what the driver prepared: it would run while the next family is shown."""
    with house.db.read() as session:
        other = session.exec(select(FamilySession.id).where(col(FamilySession.guardian_id) == cast.ngozi)).one()
    with stolen(house, FAMILY) as ear:
        ear.execute("LISTEN theft")
        with house.family_db.write(carla) as session:
            prepared = column(session, "SELECT name FROM pg_prepared_statements WHERE statement ~ 'family_show'")
            for name in prepared:
                session.connection().exec_driver_sql(f"DEALLOCATE {name}")
                session.connection().exec_driver_sql(f"PREPARE {name}(text) AS {THEFT}")
        assert prepared
        with pytest.raises(DBAPIError) as caught, house.family_db.read(other):
            pass
        assert "no driver prepared" in str(getattr(caught.value.orig, "__context__", None))
        with house.family_db.write(other) as session:  # on a connection of its own
            assert column(session, "SELECT id FROM child") == {cast.sam}
        assert list(ear.notifies(timeout=0)) == []


def test_who_is_refused_for_what_another_left_behind_is_refused_once(house: House, cast: Cast, carla: str) -> None:
    fresh = NarrowDatabase(house.db, as_role(house.settings.owned_database, FAMILY))  # no driver prepared anything yet
    with fresh.write(carla) as session:
        session.connection().exec_driver_sql("PREPARE mine AS SELECT 1")
    with pytest.raises(DBAPIError), fresh.read(carla):
        pass
    with fresh.read(carla) as session:
        assert column(session, "SELECT id FROM child") == {cast.ana}
    fresh.close()


THEFT = "SELECT family_show($1), pg_notify('theft', (SELECT string_agg(given_name, ' ') FROM child))"


@pytest.mark.parametrize("role", [SITE, WORKER, "postgres"])
def test_a_login_that_sees_all_is_not_taken_for_families(house: House, role: str) -> None:
    wrong = NarrowDatabase(house.db, as_role(house.settings.owned_database, role))
    with pytest.raises(StartRefused, match="row security does not hold"):
        wrong.check()
    wrong.close()


def test_without_the_secret_nobody_signs(house: House) -> None:
    house.family_db.check()
    worker = Database(as_role(house.settings.owned_database, WORKER))
    families = NarrowDatabase(worker, as_role(house.settings.owned_database, FAMILY))
    with pytest.raises(StartRefused, match="may not sign"):
        families.check()
    families.close()
    worker.close()
