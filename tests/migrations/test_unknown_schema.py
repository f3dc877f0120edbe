"""A database that this code does not know gets a sentence that says what to do, and is left as it is."""

import os
from pathlib import Path

import pytest
from sqlalchemy import text

from portal.kernel.errors import StartRefused
from portal.kernel.secrets.keys import make_key_file
from portal.kernel.storage.db import Database
from portal.kernel.storage.migrations import RELEASED, check_is_current, head, migrate, revisions, step_back
from tests.cast import NOON
from tests.parts.commands import run_portal

STRANGE = {
    "UPDATE alembic_version SET version_num = '9999'": "schema 9999, which a newer version of the portal made",
    "UPDATE alembic_version SET version_num = 'a1b2c3'": "“a1b2c3”, which no version of the portal has made",
    "DELETE FROM alembic_version": "names no revision, where one",
    "INSERT INTO alembic_version VALUES ('0001')": f"names 0001 and {head()}, where one",
}


def put_at(database: Database, statement: str) -> None:
    with database.rebuild() as connection:
        connection.execute(text("DELETE FROM alembic_version"))
        connection.execute(text(f"INSERT INTO alembic_version VALUES ('{head()}')"))
        connection.execute(text(statement))


def test_a_database_of_an_unknown_schema_is_refused_and_left_as_it_is(database: Database) -> None:
    for statement, sentence in STRANGE.items():
        put_at(database, statement)
        for attempt in (check_is_current, migrate, lambda unknown: step_back(unknown, RELEASED["0.2.0"])):
            with pytest.raises(StartRefused, match=sentence) as refusal:
                attempt(database)
            assert refusal.value.__cause__ is None
            assert str(refusal.value).count("Nothing was changed") == 1
    put_at(database, f"UPDATE alembic_version SET version_num = '{head()}'")
    check_is_current(database)


@pytest.mark.parametrize("command", ["serve", "worker", "doctor", "migrate", "init"])
def test_commands_say_it_in_one_sentence(command: str, tmp_path: Path, sqlite_url: str) -> None:
    database = Database(sqlite_url)
    put_at(database, "UPDATE alembic_version SET version_num = '9999'")
    database.close()
    make_key_file(tmp_path / "portal.keys", NOON)
    environ = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PORTAL_DATABASE_URL": sqlite_url,
               "PORTAL_DATA_DIR": str(tmp_path / "data"), "PORTAL_KEY_FILE": str(tmp_path / "portal.keys")}  # fmt: skip
    done = run_portal([command], environ, tmp_path)
    said = done.stdout + done.stderr
    assert done.returncode != 0
    assert "schema 9999, which a newer version of the portal made" in said
    assert "Traceback" not in said


def test_only_a_released_version_can_be_returned_to(tmp_path: Path) -> None:
    environ = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PORTAL_DATA_DIR": str(tmp_path)}
    done = run_portal(["migrate", "--back-to", "0.1.7"], environ, tmp_path)
    assert (done.returncode != 0, "names no version this one can return to: 0.2.0" in done.stderr) == (True, True)
    assert set(RELEASED.values()) <= set(revisions())
