"""compose.yaml keeps each container small and closed, and the portal is no superuser of its database."""

import os
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from starlette.testclient import TestClient

from portal.kernel.storage.db import Database
from portal.kernel.storage.migrations import migrate
from portal.schema import roles
from portal.wiring import House
from tests.cast import Cast, link_of, send_letter
from tests.conftest import Watch
from tests.house.tree import HOUSE
from tests.image.compose_services import filled_in, podman_flags, services
from tests.migrations.story import open_link
from tests.parts.postgresql import PostgreSql, program

GIVEN = {
    "PORTAL_BASE_URL": "https://letters.riverbend.example",
    "PORTAL_SMTP_URL": "smtp://post.example:25",
    "PORTAL_MAIL_FROM": "letters@riverbend.example",
    "POSTGRES_PASSWORD": "Secret1",
}
SERVICES = services(GIVEN)


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_closed_and_has_limits(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["mem_limit"].endswith(("m", "g"))
    assert set(service["logging"]["options"]) == {"max-size", "max-file"}


def test_each_service_signs_in_as_its_own_role_and_the_database_is_made_by_the_file() -> None:
    names = {name: _roles(service) for name, service in SERVICES.items() if _roles(service)}
    site = {"PORTAL_DATABASE_URL": "portal_site", "PORTAL_FAMILY_DATABASE_URL": "portal_family"}
    assert names == {
        "portal": site,
        "backup": site,
        "worker": site | {"PORTAL_DATABASE_URL": "portal_worker"},
        "migrate": site | {"PORTAL_MIGRATION_DATABASE_URL": "portal"},
    }
    assert [name for name, one in SERVICES.items() if "owner.env" in one.get("env_file", [])] == ["migrate", "database"]
    database = SERVICES["database"]
    assert "POSTGRES_USER" not in database["environment"], "the image's own superuser is none of the portal's"
    (script,) = (one for one in database["volumes"] if "/docker-entrypoint-initdb.d/" in one)
    assert (HOUSE / script.split(":")[0]).is_file()


def _roles(service: Mapping[str, Any]) -> dict[str, str | None]:
    """Return by which role each URL of a database leads to it."""
    environment = service.get("environment", {})
    return {name: urlsplit(url).username for name, url in environment.items() if name.endswith("DATABASE_URL")}


def test_a_setting_that_is_missing_stops_and_a_flag_that_nobody_knows_does(tmp_path: Path) -> None:
    assert filled_in("${A:-${B:-c}} ${D:?needed}", {"D": "d"}) == "c d"
    with pytest.raises(KeyError):
        filled_in("${D:?needed}", {})
    flags = podman_flags(SERVICES["portal"], tmp_path, "mark-")
    assert {"--read-only", "--cap-drop=ALL", "--memory=3g", "--ulimit=nofile=8192:8192"} <= set(flags)
    with pytest.raises(AssertionError, match="privileged"):
        podman_flags({"privileged": True}, tmp_path, "mark-")


@pytest.fixture
def database_url(postgresql: PostgreSql) -> Iterator[str]:
    """Give the database that `deploy/database.sql` makes, as the role that owns it; run twice, it changes nothing."""
    superuser = postgresql.url("postgres")
    host = superuser.partition("?host=")[2].replace("%2F", "/")
    made = [program("psql"), "-h", host, "-U", "postgres", "-q", "-f", HOUSE / "deploy/database.sql", "postgres"]
    for _ in range(2):
        subprocess.run(made, env={**os.environ, "POSTGRES_PASSWORD": "Secret1", "PGPASSWORD": "Secret2"}, check=True)
    url = superuser.replace("postgres@/postgres", "portal@/portal")
    database = Database(url)
    migrate(database)
    roles.keep(database)
    database.close()
    yield url
    postgresql.drop(superuser.replace("/postgres?", "/portal?"))
    with psycopg.connect(host=host, user="postgres", dbname="postgres", autocommit=True) as connection:
        connection.execute("DROP ROLE portal")


def test_roles_with_no_other_right_migrate_and_serve(house: House, cast: Cast, clock: Watch, site: TestClient) -> None:
    with house.db.connect() as connection:
        rights = "rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls"
        asked = f"SELECT rolname, {rights} FROM pg_roles WHERE rolname ~ '^portal(_[sfw].*)?$' ORDER BY rolname"
        found = [tuple(row) for row in connection.exec_driver_sql(asked)]
        assert connection.exec_driver_sql("SELECT current_user").scalar_one() == "portal_site"
        leaks = "SELECT proname FROM pg_proc WHERE proleakproof AND proname IN ('text_lt', 'starts_with', 'texteq')"
        assert list(connection.exec_driver_sql(leaks).scalars()) == ["texteq"]
    assert found == [(name, False) for name in ("portal", "portal_family", "portal_site", "portal_worker")]
    mailing = send_letter(house, cast, now=clock.now)
    assert open_link(site, house, link_of(house, mailing, cast.carla, cast.ana))
