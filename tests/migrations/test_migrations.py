"""Tables and migrations say the same, and the triggers are there at every head."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text, update
from sqlalchemy.exc import IntegrityError

from portal import schema
from portal.documents.tables import GivenFile
from portal.families.tables import Child
from portal.kernel.errors import StartRefused
from portal.kernel.storage.db import Database
from portal.kernel.storage.migrations import current, head, migrate, step_back
from portal.mailings.tables import AudienceTerm, Mailing
from portal.staff.tables import StaffMember
from tests.cast import NOON


def test_the_migrations_make_exactly_the_tables(database: Database) -> None:
    with database.engine.connect() as connection:
        options = {
            "compare_type": True,
            "compare_server_default": True,
            "include_name": lambda name, *_: name != "family_seal",  # laid down with the roles of PostgreSQL
        }
        context = MigrationContext.configure(connection, opts=options)
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
    assert names >= {
        "link_addressed_insert",
        "link_addressed_update",
        "addressed_guardian_insert",
        "addressed_guardian_update",
        "mailing_stays_addressed",
    }


def test_check_constraints_are_named_so_that_a_later_migration_can_reach_them() -> None:
    unnamed = [
        (table.name, str(constraint.sqltext))
        for table in schema.metadata.tables.values()
        for constraint in table.constraints
        if constraint.__class__.__name__ == "CheckConstraint" and constraint.name is None
    ]
    assert unnamed == []


def test_a_table_is_made_anew_on_sqlite_without_losing_the_rows_that_lead_to_it(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'old.db'}")
    migrate(database, "0012")
    with database.rebuild() as connection:
        _insert(connection, "staff_member", id="s", role="publisher")
        _insert(connection, "child", id="c")
        _insert(connection, "mailing", id="m", state="draft", way="files", author_id="s")
        _insert(connection, "document", id="d", mailing_id="m", kind="own", addressee_id="c")
        _insert(connection, "copy", id="k", document_id="d", mailing_id="m", kind="own", addressee_id="c", child_id="c")
    migrate(database)
    with database.connect() as connection:
        assert connection.execute(text("SELECT document_id FROM copy")).scalar() == "d"
        with pytest.raises(IntegrityError):
            connection.execute(text("UPDATE document SET kind = 'both'"))
        with pytest.raises(IntegrityError):
            connection.execute(text("DELETE FROM document"))
    with pytest.raises(StartRefused), database.rebuild() as connection:
        connection.execute(text("DELETE FROM document"))
    with database.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM document")).scalar() == 1
    database.close()


_FAMILY = """
INSERT INTO child (id, student_number, source_id, given_name, family_name, grade, seen_at)
    VALUES ('c', '1', '1', 'Ana', 'Rivera', '', CURRENT_TIMESTAMP),
        ('d', '2', '2', 'Sam', 'Lee', '', CURRENT_TIMESTAMP);
INSERT INTO guardian (id, source_id, given_name, family_name, language, seen_at)
    VALUES ('g', 'g', 'Carla', 'Ruiz', '', CURRENT_TIMESTAMP);
INSERT INTO guardianship (guardian_id, child_id, basis, may_view, starts_at)
    VALUES ('g', 'c', 'roster', true, CURRENT_TIMESTAMP);
INSERT INTO person_word (word, person_id) VALUES ('ana', 'c'), ('rivera', 'c'), ('carla', 'g'), ('sam', 'd')
"""


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_child_of_before_the_upgrade_is_found_by_all_its_words(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    is_sqlite = kind == "sqlite"
    url = f"sqlite:///{tmp_path / 'old.db'}" if is_sqlite else request.getfixturevalue("postgresql").new_database()
    database = Database(url)
    migrate(database, "0023")
    with database.connect() as connection:
        for statement in _FAMILY.split(";"):
            connection.execute(text(statement))
    migrate(database)
    with database.connect() as connection:
        found = {row.id: row.found_by for row in connection.execute(text("SELECT id, found_by FROM child"))}
    database.close()
    assert {child: sorted(words.split()) for child, words in found.items()} == {
        "c": ["ana", "carla", "rivera"],
        "d": ["sam"],
    }
    assert all(words.startswith(" ") and words.endswith(" ") for words in found.values()), "each stands between blanks"


def _with_rosa(kind: str, folder: Path, request: pytest.FixtureRequest) -> tuple[Database, str]:
    """Return a new database of the newest schema with one writer, and her id."""
    is_sqlite = kind == "sqlite"
    database = Database(
        f"sqlite:///{folder / 'new.db'}" if is_sqlite else request.getfixturevalue("postgresql").new_database()
    )
    migrate(database)
    with database.write() as session:
        member = StaffMember(address="r@school.test", address_key="r@school.test", name="Rosa", role="publisher",
                             created_at=NOON)  # fmt: skip
        session.add(member)
        session.flush()
        return database, member.id


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_mailing_for_its_files_is_for_nobody_else_after_astep_back(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    database, rosa = _with_rosa(kind, tmp_path, request)
    with database.write() as session:
        session.add(
            Child(id="c", student_number="1", source_id="1", given_name="Ana", family_name="Rivera", seen_at=NOON)
        )
        session.flush()
        for mailing in ("m", "n"):
            session.add(Mailing(id=mailing, title="", message="", link_days=30, way="files", author_id=rosa,
                                created_at=NOON))  # fmt: skip
            session.flush()
            session.add(AudienceTerm(mailing_id=mailing, kind="files", value=""))
        session.add(GivenFile(mailing_id="m", place=0, file_name="a.pdf", size=1, sha256="0", child_id="c"))
    step_back(database, "0029")
    with database.connect() as connection:
        rows = connection.execute(text("SELECT mailing_id, kind, value FROM audience_term ORDER BY mailing_id"))
        assert [tuple(row) for row in rows] == [("m", "child", "1"), ("n", "child", "")], "no term is everyone"
    migrate(database)
    assert current(database) == head()
    database.close()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_what_is_paused_is_not_opened_by_astep_back(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    database, rosa = _with_rosa(kind, tmp_path, request)
    with database.write() as session:
        session.add(Mailing(title="", message="", link_days=30, author_id=rosa, created_at=NOON,
                            links_paused_at=NOON))  # fmt: skip
    with pytest.raises(StartRefused, match="paused"):
        step_back(database, "0032")
    assert current(database) == head()
    with database.write() as session:
        session.execute(update(Mailing).values(links_paused_at=None))
    step_back(database, "0032")
    migrate(database)
    database.close()


def _insert(connection: Connection, table: str, **known: str) -> None:
    """Insert a row with something in every column that has to be filled."""
    row = dict(known)
    for _, name, kind, is_needed, default, _ in connection.exec_driver_sql(f"PRAGMA table_info({table})"):
        if is_needed and default is None and name not in row:
            row[name] = "0" if kind in {"INTEGER", "BOOLEAN"} else "2026-08-06 12:00:00.000000"
    columns, places = ", ".join(row), ", ".join(f":{name}" for name in row)
    connection.execute(text(f"INSERT INTO {table} ({columns}) VALUES ({places})"), row)
