"""The story that each released version told, once for each database, while what it asked of that database was noted.

`python -m tests.migrations.record` runs this as a test of the released version's own tree, with its own code.
"""

import base64
import importlib
import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, event
from starlette.testclient import TestClient

from portal import schema
from portal.wiring import House
from tests.cast import Cast, link_of, send_letter, token_of
from tests.conftest import Watch
from tests.flows.deeds import take_back
from tests.parts.letters import LETTERS
from tests.web.desks import sit_down

_ROWS = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b", re.IGNORECASE)
_STAFF_PAGES = """/staff /staff/mailings /staff/mailings/new /staff/guardianship /staff/families
    /staff/families/100001 /staff/mailings/{0} /staff/mailings/{0}/left-out /staff/mailings/{0}/not-reached
    /staff/mailings/{0}/progress /staff/mailings/{0}/preview /staff/mailings/{0}/preview/message
    /staff/mailings/{0}/send/reminder /staff/mailings/{0}/print /admin/staff /admin/ledger /admin/incidents"""


def plain(value: object) -> object:
    """Return a value of a database as JSON can hold it."""
    match getattr(value, "obj", value):  # psycopg wraps what it sends
        case datetime() as at:
            return {"at": at.isoformat()}
        case bytes() | memoryview() as raw:
            return {"bytes": base64.b64encode(bytes(raw)).decode()}
        case dict() as document:
            return {"json": document}
        case list() | tuple() as several:
            return [plain(one) for one in several]
        case None | bool() | int() | float() | str() as simple:
            return simple
    raise TypeError(f"{type(value)} needs a way into the recording")


class Recorder:
    """Notes each statement about rows that was committed, or only read; transactions follow as they ended."""

    def __init__(self, house: House) -> None:
        """Listen to the house's database; the store of keys has one of its own."""
        self._url = house.db.engine.url
        self.parts: dict[str, list[list[object]]] = {}
        self._part, self._open = "", dict[int, list[list[object]]]()
        event.listen(Engine, "after_cursor_execute", self._note)
        event.listen(Engine, "commit", lambda connection: self._end(connection, keep=True))
        event.listen(Engine, "rollback", lambda connection: self._end(connection, keep=False))

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Note what is asked meanwhile under this name."""
        self._part, self.parts[name] = name, []
        yield
        self._part = ""

    def _note(self, connection: Connection, _: object, statement: str, values: Sequence[object], *more: object) -> None:
        if (
            connection.engine.url != self._url
            or not self._part
            or not _ROWS.match(statement)
            or re.search("sqlite_master|pg_catalog", statement)
        ):
            return
        many = bool(more[-1])
        rows = list(values) if many else [values]
        given = [
            {key: plain(one) for key, one in row.items()} if isinstance(row, Mapping) else plain(tuple(row))
            for row in rows
        ]
        self._open.setdefault(id(connection), []).append([statement, given])

    def _end(self, connection: Connection, *, keep: bool) -> None:
        noted = self._open.pop(id(connection), [])
        kept = noted if keep else [one for one in noted if str(one[0]).lstrip()[:6].upper() == "SELECT"]
        self.parts.get(self._part, []).extend(one for one in kept if one not in self.parts[self._part])


def rows_of(house: House) -> list[list[object]]:
    """Return every table with its columns and rows, those first to which others lead."""
    with house.db.connect() as connection:
        found = []
        for table in schema.metadata.sorted_tables:
            answer = connection.exec_driver_sql(f'SELECT * FROM "{table.name}"')
            found.append([table.name, list(answer.keys()), [plain(tuple(row)) for row in answer]])
        return found


def files_of(folder: Path) -> dict[str, str]:
    """Return what is in a folder but for databases, by its path in it."""
    paths = (path for path in sorted(folder.rglob("*")) if path.is_file() and "portal.db" not in path.name)
    return {path.relative_to(folder).as_posix(): base64.b64encode(path.read_bytes()).decode() for path in paths}


def open_link(site: TestClient, house: House, link_id: str) -> str:
    """Open a link as a family does and read its letter and file; return the letter's address."""
    answer = site.post("/o", data={"token": token_of(house, link_id)})
    assert answer.status_code == 303, answer.text
    page = site.get("/letters").text
    (path, *_) = re.findall(r"/letters/[0-9a-f]{32}", answer.headers["location"] + page)
    assert site.get(str(path)).status_code == site.get(f"{path}/file").status_code == 200
    return str(path)


def walk_ledger(house: House) -> None:
    """Verify the ledger as `portal ledger verify` does."""
    (path,) = Path("portal/flows").rglob("verify_ledger.py")
    flow = importlib.import_module(".".join(path.with_suffix("").parts))
    with house.db.read() as session:
        assert isinstance(flow.verify_ledger(session, house.keys), flow.Verified)


def test_the_story(house: House, cast: Cast, clock: Watch, site: TestClient) -> None:
    recorder = Recorder(house)
    kind = "sqlite" if house.db.is_sqlite else "postgresql"
    first = LETTERS["sent_letter"](house, cast, clock)
    open_link(site, house, link_of(house, first, cast.carla, cast.ana))
    tables = rows_of(house)
    with recorder.part("serving"):
        second = LETTERS["confidential_letter"](house, cast, clock)
        third = LETTERS["sent_letter"](house, cast, clock)
        send_letter(house, cast, now=clock.now, title="Still held")
        open_link(site, house, link_of(house, third, cast.ngozi, cast.sam))
        take_back(house, cast, clock, "link", link_of(house, third, cast.diego, cast.ana))()
        take_back(house, cast, clock, "mailing", second)()
    with recorder.part("reading"):
        walk_ledger(house)
        for page in _STAFF_PAGES.format(first).split():
            sit_down(site, house, cast.admin)
            assert site.get(page).status_code < 500, page
    house.close()
    told = {
        "tables": tables,
        **recorder.parts,
        "now": clock.now.isoformat(),
        "letters": {"first": first, "second": second, "third": third},
        "cast": {name: one for name, one in asdict(cast).items() if isinstance(one, str)},
        "data": files_of(house.settings.data_dir),
        "keys": files_of(house.settings.keys.parent),
    }
    Path(os.environ["PORTAL_STORY"], f"{kind}.json").write_text(json.dumps(told, indent=0), encoding="utf-8")


pytestmark = pytest.mark.usefixtures("database_url")
