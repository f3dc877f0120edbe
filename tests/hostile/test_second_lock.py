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
)
HELD = re.compile("permission denied|must be owner|violates row-level security|not permitted")


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
