"""A staff member's browser at a mailing with one letter for each child, and the worker that sorts what is given."""

import io
import zipfile
from collections.abc import Mapping

from httpx2 import Response
from sqlmodel import col, select
from starlette.testclient import TestClient

from portal import publish
from portal.documents.tables import GivenFile
from portal.mailings.tables import Mailing
from portal.overviews.per_child import reconciling
from portal.staff.rules import Acting
from portal.wiring import House
from tests.flows.test_one_letter_each import ANA, LUIS, OTHER_ANA, SAM, card
from tests.web.desks import sit_down, text_of

FEW = {"100001.pdf": ANA, "100002.pdf": LUIS, "100004.pdf": OTHER_ANA, "100006.pdf": SAM}


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text if isinstance(text, bytes) else card(text))
    return into.getvalue()


class Desk:
    """A staff member's browser at one mailing."""

    def __init__(self, site: TestClient, house: House, person: Acting) -> None:
        self.site, self.house = site, house
        self.sit(person)
        self.path = ""

    def sit(self, person: Acting) -> None:
        self.token = sit_down(self.site, self.house, person)

    def give(
        self, *files: tuple[str, bytes], role: str = "files", path: str = "/staff/mailings/each", **more: object
    ) -> Response:
        typed = {"title": "Report cards", "audience": "everyone", "expires": "30", "made": "files", "shape": "every"}
        data = {name: value for name, value in (typed | {"form_token": self.token} | more).items() if value}
        posted = [(role, (name, content)) for name, content in files] or [("files", ("", b""))]
        return self.site.post(path, data=data, files=posted)

    def sorted(self, *files: tuple[str, bytes], **more: object) -> None:
        """Give files and have the worker sort them."""
        answer = self.give(*files, **more)  # type: ignore[arg-type]  # as give takes them
        assert answer.status_code == 303, text_of(answer.text)
        self.path = answer.headers["location"].removesuffix("/letters")
        self.sort()

    def sort(self) -> None:
        assert publish.sort_given(self.house, self.id)

    @property
    def id(self) -> str:
        return self.path.rpartition("/")[2]

    def page(self, more: str = "/letters") -> str:
        answer = self.site.get(self.path + more)
        assert answer.status_code == 200, text_of(answer.text)
        return answer.text

    def post(self, what: str, *, file: tuple[str, bytes] | None = None, **fields: str) -> Response:
        data = {"form_token": self.token} | fields
        return self.site.post(f"{self.path}/{what}", data=data, files={"file": file} if file else None)

    def given(self, name: str) -> str:
        with self.house.db.read() as session:
            query = select(GivenFile.id).where(col(GivenFile.mailing_id) == self.id, col(GivenFile.file_name) == name)
            return session.exec(query).one()

    @property
    def kinds(self) -> list[str]:
        with self.house.db.read() as session:
            return [one.kind for one in reconciling.table_of(session, self.id, now=self.house.clock()).found.problems]

    @property
    def mailing(self) -> Mailing:
        with self.house.db.read() as session:
            return session.exec(select(Mailing).where(col(Mailing.id) == self.id)).one()


def cards(files: Mapping[str, str | bytes]) -> tuple[str, bytes]:
    return ("cards.zip", zipped(files))
