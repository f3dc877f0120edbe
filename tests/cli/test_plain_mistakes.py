"""What an operator mistypes in the settings is said in one sentence, before anything is done."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

from portal.blobs.buckets import check_bucket
from portal.kernel.errors import PortalError
from portal.kernel.storage.db import Database
from portal.kernel.storage.opening import check_opens
from portal.wiring import blobs_at
from tests.parts.commands import run_portal
from tests.parts.postgresql import PostgreSql
from tests.parts.process import free_ports
from tests.parts.s3 import S3Server


@pytest.fixture(scope="module")
def clerk(postgresql: PostgreSql) -> Iterator[str]:
    """Give the URL of a database on a server that asks its user for a password; `{}` stands for both."""
    url = postgresql.new_database()
    folder = parse_qs(urlsplit(url).query)["host"][0]
    rules = Path(folder) / "pg_hba.conf"
    before = rules.read_text()
    with psycopg.connect(host=folder, user="postgres", dbname="postgres", autocommit=True) as connection:
        connection.execute("CREATE ROLE clerk LOGIN PASSWORD 'right'")
        connection.execute("CREATE DATABASE ascii ENCODING 'SQL_ASCII' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'")
        rules.write_text(f"local all clerk scram-sha-256\n{before}")
        connection.execute("SELECT pg_reload_conf()")
        yield url.replace("postgres@", "{}@")
        rules.write_text(before)
        connection.execute("SELECT pg_reload_conf()")
        connection.execute("DROP DATABASE ascii")
        connection.execute("DROP ROLE clerk")


def said_of(url: str, setting: str) -> str:
    with pytest.raises(PortalError) as caught:
        check_opens(Database(url, setting))
    words = str(caught.value)
    assert setting in words
    assert "secret" not in words
    return words


@pytest.mark.parametrize("setting", ["PORTAL_DATABASE_URL", "PORTAL_KEY_STORE_URL"])
def test_a_database_that_does_not_open_says_why(setting: str, clerk: str, tmp_path: Path) -> None:
    name = clerk.partition("@/")[2].partition("?")[0]
    (nobody,) = free_ports(1)
    (tmp_path / "letter.pdf").write_bytes(b"%PDF-1.7 " * 200)
    told = {
        clerk.format("clerk:secret"): 'password authentication failed for user "clerk"',
        clerk.format("clerk:right").replace(name, "nothing"): 'database "nothing" does not exist',
        clerk.format("stranger"): 'role "stranger" does not exist',
        clerk.format("postgres").replace(name, "ascii"): "keeps text as SQL_ASCII",
        f"postgresql+psycopg://clerk:secret@127.0.0.1:{nobody}/x": "Connection refused",
        "mysql://clerk:secret@127.0.0.1/x": "neither sqlite:/// nor",
        "postgresql://clerk:secret@127.0.0.1/x": "neither sqlite:/// nor",
        "clerk:secret": "neither sqlite:/// nor",
        "sqlite:////proc/nowhere/x.db": "cannot be made",
        f"sqlite:///{tmp_path}/letter.pdf": "file is not a database",
        f"sqlite:///{tmp_path}": "unable to open",
    }
    assert {url: part in said_of(url, setting) for url, part in told.items()} == dict.fromkeys(told, True)
    check_opens(Database(clerk.format("clerk:right"), setting))
    check_opens(Database(f"sqlite:///{tmp_path}/new.db", setting))


def test_a_store_that_knows_neither_key_nor_bucket_says_so(s3: S3Server, monkeypatch: pytest.MonkeyPatch) -> None:
    def said(url: str, **wrong: str) -> str:
        for key, value in {**s3.environ, **wrong}.items():
            monkeypatch.setenv(key, value)
        try:
            check_bucket(url)
        except PortalError as error:
            return str(error)
        return ""

    url = s3.url("letters")
    assert said(url) == ""
    assert "AWS_SECRET_ACCESS_KEY" in said(url, AWS_SECRET_ACCESS_KEY="mistyped")
    assert "AWS_ACCESS_KEY_ID" in said(url, AWS_ACCESS_KEY_ID="nobody")
    assert "s3://elsewhere/letters has no such bucket" in said(url.replace("s3://letters", "s3://elsewhere"))
    (nobody,) = free_ports(1)
    assert said(f"s3://letters/x?endpoint=http://127.0.0.1:{nobody}") == ""  # may come back in a moment


def test_a_folder_that_cannot_be_made_says_so() -> None:
    with pytest.raises(PortalError, match="The folder /proc/nowhere/lists cannot be used"):
        blobs_at("/proc/nowhere/lists")


def test_the_site_says_it_at_the_start_in_one_sentence(s3: S3Server, tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path}/portal.db"
    environ = {
        "PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "PORTAL_DATA_DIR": str(tmp_path / "data"),
        "PORTAL_DATABASE_URL": database, "PORTAL_KEY_FILE": str(tmp_path / "portal.keys"), **s3.environ,
    }  # fmt: skip
    assert run_portal(("init",), environ, tmp_path).returncode == 0
    wrong = environ | {"PORTAL_BLOB_URL": s3.url("letters"), "AWS_SECRET_ACCESS_KEY": "mistyped"}
    done = run_portal(("serve", "--port", str(free_ports(1)[0])), wrong, tmp_path)
    assert (done.returncode, done.stderr.count("\n")) == (3, 1), done.stderr
    assert "AWS_SECRET_ACCESS_KEY" in done.stderr
