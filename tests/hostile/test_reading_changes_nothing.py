"""GET and HEAD on every route, by everybody: not a row in any table is another afterwards."""

import re
import zlib
from datetime import datetime
from itertools import product
from typing import Self

import pytest
from sqlalchemy import text
from sqlmodel import SQLModel, col, select
from starlette.routing import Route
from starlette.testclient import TestClient

from portal import publish, schema
from portal.documents.tables import Document
from portal.families.tables import Child
from portal.flows.incidents.freeze_incident import freeze
from portal.incidents.rules import Target
from portal.kernel.ids import new_id
from portal.publish.checking.check_file import GuardReport
from portal.publish.checking.offering import offer_pictures
from portal.reading.reader import Preview
from portal.web.routes import routes
from portal.wiring import House
from tests.cast import Cast, link_of, send_letter, token_of, write_draft
from tests.conftest import Watch
from tests.web.desks import sit_down

READS = [route.path for route in routes() if isinstance(route, Route) and "GET" in (route.methods or ())]
PROVIDER = {"/staff/sign-in/provider", "/staff/sign-in/callback"}  # tried with a provider, elsewhere
POSTS = [route for route in routes() if isinstance(route, Route) and "POST" in (route.methods or ())]
assert schema


WITHOUT_TOKEN = {  # whoever is nobody yet has no form token: the origin is what protects these
    "/o", "/o/verify", "/renew", "/setup", "/language", "/leave", "/staff/sign-in/link", "/staff/sign-in/token",
}  # fmt: skip
OWN = {"Sec-Fetch-Site": "same-origin"}
ORIGINS = [
    *({"Sec-Fetch-Site": site} for site in ("cross-site", "same-site", "none", "same-origin, cross-site")),
    OWN,
    {"Sec-Fetch-Site": "", "Origin": "null"},
]
BAD_TOKENS = ("", "0" * 64, "é")
SHOWN_TO_STAFF = re.compile(r"/staff/.*/(file|read|sample|letters/[0-9a-f]{32}|pages/1\.png)")
FIGURES = "figure"
"""What each process counts, written every ten seconds whether anybody asks for a page or not: of nobody."""
TABLES = [table.name for table in SQLModel.metadata.sorted_tables if table.name != FIGURES]
PICTURE = Preview("5" * 64, 4, 3, zlib.compress(bytes(12)))


class Rows:
    """Every row of every table, as somebody saw them last.

    They are looked at only when the database says that something was written: SQLite counts what other connections
    commit, PostgreSQL's log grows with every change.
    """

    def __init__(self, house: House) -> None:
        self._db = house.db
        self._watch = house.db.engine.connect()
        self._question = text("PRAGMA data_version" if self._db.is_sqlite else "SELECT pg_current_wal_insert_lsn()")
        self._seen = (self._mark(), self._look())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._watch.close()

    def changed(self) -> set[str]:
        """Return the tables that are not what they were when they were last looked at."""
        mark, before = self._mark(), self._seen
        if mark == before[0]:
            return set()
        self._seen = (mark, self._look())
        return {name for name in TABLES if before[1][name] != self._seen[1][name]}

    def _mark(self) -> object:
        mark = self._watch.execute(self._question).scalar()
        self._watch.rollback()  # in one transaction SQLite's answer would always be the same
        return mark

    def _look(self) -> dict[str, list[str]]:
        with self._db.engine.connect() as connection:
            rows = {name: connection.exec_driver_sql(f'SELECT * FROM "{name}"').all() for name in TABLES}
        return {name: sorted(map(repr, found)) for name, found in rows.items()}


def test_a_change_is_seen(house: House, cast: Cast) -> None:
    with Rows(house) as rows:
        assert rows.changed() == set()
        with house.db.write() as session:
            session.get_one(Child, cast.ana).given_name = "Anna"
        assert rows.changed() == {"child"}
        assert rows.changed() == set()


class Town:
    """A mailing that is on its way, one that is a draft, and everybody's browser."""

    def __init__(self, site: TestClient, house: House, cast: Cast, now: datetime) -> None:
        self.site, self.house, self.cast = site, house, cast
        self.draft = write_draft(house, cast, now=now)
        self.sent = send_letter(house, cast, now=now)
        self.link = link_of(house, self.sent, cast.carla, cast.ana)
        self.wrong = send_letter(house, cast, now=now, title="Wrong")
        with house.db.write() as session:
            target = Target("mailing", self.wrong)
            self.incident = freeze(session, house.keys, target, by=cast.admin, reason="Wrong.", now=now).incident_id
        self.begun = new_id()
        publish.keep_typed(
            house, self.begun, {"title": ["Snow day"]}, way="shared", tab="t", known=0, mailing_id=None, by=cast.writer,
            now=now,
        )  # fmt: skip
        found = GuardReport("unreadable", 0, roster_shaped=False, findings=(), reason="", previews=(PICTURE,))
        offer_pictures(house, [found], by=cast.writer, now=now)
        self.upload = publish.give_roster(house, "roster.csv", b"Student ID", by=cast.admin, now=now)

    def paths(self) -> list[str]:
        with self.house.db.read() as session:
            document = session.exec(select(Document.id).where(col(Document.mailing_id) == self.sent)).one()
        self.site.post("/o", data={"token": token_of(self.house, self.link)})
        copy = re.findall(r"/letters/([0-9a-f]{32})", self.site.get("/letters").text)[0]
        parts = {"copy": [copy], "mailing": [self.draft, self.sent], "staff": [self.cast.writer.id],
                 "number:path": ["100001"], "document": [document], "given": ["0" * 32],
                 "kind": ["reminder", "top-up"], "incident": [self.incident], "text": ["notice", "report"],
                 "letter": [self.wrong, self.sent], "number": ["1"],
                 "page": ["1"], "upload": [self.upload],
                 "begun": [self.begun, "0" * 32], "gathering": ["0" * 32], "fingerprint": ["0" * 12],
                 "sha256": [PICTURE.sha256, "0" * 64]}  # fmt: skip
        found = []
        for path in READS:
            if path not in PROVIDER:
                names = re.findall(r"\{([^}]+)\}", path)
                for chosen in product(*(parts[name] for name in names)):
                    own = dict(zip(names, chosen, strict=True))
                    found.append(re.sub(r"\{([^}]+)\}", lambda field, own=own: own[field[1]], path))
        found += [
            f"/admin/incidents/freeze?kind=mailing&id={self.sent}",
            f"/admin/incidents/freeze?kind=span&id={self.cast.writer.id}&since=2026-08-01&until=2026-08-09",
        ]
        found += [f"/admin/revoke?kind=mailing&id={self.sent}", f"/admin/revoke?kind=link&id={self.link}&readers=all",
                  f"/admin/revoke?kind=document&id={document}", f"/admin/links?mailing={self.sent}", "/admin/links?q=a",
                  "/staff/families?q=a", "/admin/revoke?q=a", "/admin/disclosures?child=100001",
                  f"/staff/guardianship?guardian={self.cast.carla}&child=100001",
                  f"/staff/guardianship/give?guardian={self.cast.carla}&child=100001",
                  f"/o?token={token_of(self.house, self.link)}",
                  f"/letters/{copy}/file?as=download",
                  f"/staff/sign-in?token={token_of(self.house, self.link)}"]  # fmt: skip
        return found


@pytest.fixture
def town(site: TestClient, house: House, cast: Cast, clock: Watch) -> Town:
    return Town(site, house, cast, clock.now)


@pytest.mark.parametrize("who", ["nobody", "family", "publisher", "approver", "admin", "oak"])
def test_reading_writes_nothing_but_a_disclosure(town: Town, who: str) -> None:
    paths = town.paths()
    persons = {"publisher": town.cast.writer, "approver": town.cast.approver, "admin": town.cast.admin,
               "oak": town.cast.oak_writer}  # fmt: skip
    if who != "family":
        town.site.cookies.clear()
    if who in persons:
        sit_down(town.site, town.house, persons[who])
    with Rows(town.house) as rows:
        for method in ("HEAD", "GET"):
            for path in paths:
                answer = town.site.request(method, path)
                assert answer.status_code < 500, path
                expected: set[str] = set()
                if method == "GET" and who == "family" and re.match(r"/letters/\w+", path):
                    expected = {"disclosure", "ledger_entry", "ledger_head"}
                if method == "GET" and SHOWN_TO_STAFF.fullmatch(path) and answer.status_code == 200:
                    expected = {"ledger_entry", "ledger_head"}  # staff who look at a letter are named in the ledger
                assert rows.changed() in (expected, set()), (method, path)
                if who == "nobody":
                    assert "set-cookie" not in answer.headers, path
                    assert answer.status_code in ({401} if path == "/metrics" else {200, 303, 404}), path


@pytest.mark.parametrize("who", ["nobody", "family", "admin"])
def test_a_post_without_its_forms_token_or_from_elsewhere_changes_nothing(town: Town, who: str) -> None:
    paths = town.paths()
    copy = next(path for path in paths if path.startswith("/letters/")).split("/")[2]
    if who != "family":
        town.site.cookies.clear()
    if who == "admin":
        sit_down(town.site, town.house, town.cast.admin)
    parts = {"copy": copy, "mailing": town.sent, "staff": town.cast.writer.id, "sha256": "0" * 64,
             "document": "0" * 32, "given": "0" * 32, "kind": "reminder", "incident": town.incident, "text": "notice",
             "reading": "0" * 32, "letter": town.wrong, "page": "1", "link": town.link,
             "upload": town.upload, "begun": town.begun, "gathering": "0" * 32, "key": "0" * 32,
             "acceptance": "0" * 32}  # fmt: skip
    fields = {"token": token_of(town.house, town.link), "reason": "no", "version": "3", "kind": "mailing",
              "id": town.sent, "address": town.cast.writer.address, "role": "admin", "reach": "all", "name": "x",
              "title": "t"}  # fmt: skip
    with Rows(town.house) as rows:
        for route in POSTS:
            path = re.sub(r"\{([^}]+)\}", lambda found: parts[found[1]], route.path)
            for origin in ORIGINS:
                if route.path in WITHOUT_TOKEN and origin == OWN:
                    continue
                for token in BAD_TOKENS if origin == OWN else BAD_TOKENS[:1]:  # from elsewhere none is looked at
                    answer = town.site.post(path, data=fields | {"form_token": token}, headers=origin)
                    assert answer.status_code in {303, 403, 404}, (path, origin, answer.status_code)
                    assert answer.status_code != 303 or answer.headers["location"].startswith("/staff/sign-in"), path
                    assert rows.changed() == set(), (path, origin)
