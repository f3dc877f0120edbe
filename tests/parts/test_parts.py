"""The parts the tests stand on are real and really here."""

import http.client
import urllib.request
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

import obstore
import psycopg
import pytest
from obstore.exceptions import AlreadyExistsError
from obstore.store import S3Store

from tests.parts.oidc import OpenIdProvider
from tests.parts.postgresql import PostgreSql
from tests.parts.s3 import S3Server

if TYPE_CHECKING:
    from playwright.sync_api import Page


def _ask(url: str, question: str) -> object:
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        row = connection.execute(question.encode()).fetchone()
    assert row is not None
    return row[0]


def _make_a_site(url: str) -> None:
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        connection.execute("CREATE TABLE site AS SELECT 'Oak' AS name")


def test_postgresql_hands_out_copies_that_do_not_know_each_other(postgresql: PostgreSql) -> None:
    built = []

    def build(url: str) -> None:
        built.append(url)
        _make_a_site(url)

    for _ in range(2):
        postgresql.keep("parts", build)
    with postgresql.copy_of("parts") as one, postgresql.copy_of("parts") as other:
        with psycopg.connect(one.replace("+psycopg", "")) as connection:
            connection.execute("DELETE FROM site")
        assert len(built) == 1
        assert _ask(one, "SELECT count(*) FROM site") == 0
        assert _ask(other, "SELECT name FROM site") == "Oak"


def test_a_template_made_of_another_has_rows_of_both_and_leaves_the_other_alone(postgresql: PostgreSql) -> None:
    def build(url: str) -> None:
        with psycopg.connect(url.replace("+psycopg", "")) as connection:
            connection.execute("INSERT INTO site VALUES ('Maple')")

    postgresql.keep("first", _make_a_site)
    postgresql.keep("second", build, base="first")
    for kind, rows in (("second", "Oak Maple"), ("first", "Oak"), ("second", "Oak Maple")):
        with postgresql.copy_of(kind) as url:
            assert _ask(url, "SELECT string_agg(name, ' ') FROM site") == rows


@pytest.mark.parametrize(
    ("change", "comes_back"),
    [
        ("INSERT INTO site VALUES ('Maple')", True),
        ("DELETE FROM site", True),
        ("ALTER TABLE site ADD COLUMN grade text", False),
        ("CREATE TABLE other (name text)", False),
        ("CREATE INDEX other ON site (name)", False),
        ("ANALYZE site", False),
    ],
)
def test_a_copy_comes_back_as_it_was_or_not_at_all(postgresql: PostgreSql, change: str, *, comes_back: bool) -> None:
    postgresql.keep("changed", _make_a_site)
    with postgresql.copy_of("changed") as one, psycopg.connect(one.replace("+psycopg", "")) as connection:
        connection.execute(change.encode())
    with postgresql.copy_of("changed") as again:
        assert (again == one) == comes_back
        assert _ask(again, "SELECT string_agg(name, ' ') FROM site") == "Oak"


def test_s3_keeps_what_was_put_first(s3: S3Server) -> None:
    store = S3Store(
        "letters",
        endpoint=s3.endpoint,
        region="us-east-1",
        access_key_id=s3.environ["AWS_ACCESS_KEY_ID"],
        secret_access_key=s3.environ["AWS_SECRET_ACCESS_KEY"],
        client_options={"allow_http": True},
    )
    obstore.put(store, "parts/first", b"first", mode="create")
    with pytest.raises(AlreadyExistsError):
        obstore.put(store, "parts/first", b"second", mode="create")
    assert bytes(obstore.get(store, "parts/first").bytes()) == b"first"


def test_the_openid_provider_sends_the_browser_back_with_a_code(oidc: OpenIdProvider) -> None:
    oidc.knows("staff-1", email="avery@district.test")
    query = urlencode(
        {
            "client_id": oidc.client_id,
            "redirect_uri": "http://127.0.0.1:1/callback",
            "response_type": "code",
            "scope": "openid email",
            "state": "s",
            "nonce": "n",
        }
    )
    callback = oidc.sign_in(f"{oidc.issuer}/oauth2/authorize?{query}", "staff-1")
    assert urlsplit(callback).path == "/callback"
    assert "code=" in callback
    assert "state=s" in callback


def test_the_openid_provider_describes_itself(oidc: OpenIdProvider) -> None:
    with urllib.request.urlopen(f"{oidc.issuer}/.well-known/openid-configuration") as answer:
        assert isinstance(answer, http.client.HTTPResponse)
        assert f'"issuer": "{oidc.issuer}"' in answer.read().decode()


def test_chromium_shows_a_page_at_360_pixels(page: "Page") -> None:
    page.set_content("<h1>Welcome</h1>")
    assert page.inner_text("h1") == "Welcome"
    assert page.evaluate("innerWidth") == 360
