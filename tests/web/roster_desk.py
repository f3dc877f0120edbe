"""An admin's browser at the roster, and the worker that reads and imports what is given."""

import re

from httpx2 import Response
from sqlmodel import col, select
from starlette.testclient import TestClient

from portal import publish
from portal.families.tables import Child, RosterVersion
from portal.staff.rules import Acting
from portal.wiring import House
from tests.web.desks import sit_down, text_of

FAMILIES = ("Alvarez", "Banerjee", "Castillo", "Dvorak", "Eriksen", "Farouk")
KNOWN = "Student ID,First Name,Last Name,Parent Name,Parent Email\n" + "".join(
    f"{7001 + n},{'ABCDEF'[n]},{family},Mina {family},mina.{family.lower()}@mail.example.org\n"
    for n, family in enumerate(FAMILIES)
)
ODD = KNOWN.replace("Student ID", "Perm Ref").replace("Parent Email", "Reach at")


class Office:
    """An admin's browser, and the worker."""

    def __init__(self, site: TestClient, house: House, person: Acting) -> None:
        self.site, self.house, self.person = site, house, person
        self.token = sit_down(site, house, person)
        self.path = self.shown = ""

    def give(self, text: str | bytes, name: str = "roster.csv") -> Response:
        data = text.encode() if isinstance(text, str) else text
        answer = self.site.post("/admin/roster", data={"form_token": self.token}, files={"file": (name, data)})
        self.path = answer.headers.get("location", "")
        return answer

    def read(self, text: str | bytes, name: str = "roster.csv") -> str:
        """Give a file and have the worker look at it; return the page."""
        assert self.give(text, name).status_code == 303
        self.work()
        return self.page()

    def work(self) -> None:
        for one in publish.waiting_rosters(self.house):
            assert publish.work_on_roster(self.house, one)

    def page(self, more: str = "") -> str:
        answer = self.site.get(self.path + more)
        assert answer.status_code == 200, text_of(answer.text)
        if found := re.search(r'name="shown" value="([^"]*)"', answer.text):
            self.shown = found[1]
        return answer.text

    def post(self, what: str, **fields: str) -> Response:
        return self.site.post(f"{self.path}/{what}", data={"form_token": self.token, "shown": self.shown} | fields)

    def choose(self, page: str, **changes: str) -> Response:
        """Send the form of columns as it stands, with other choices for these headers."""
        fields = {}
        for name, header, options in re.findall(
            r'<label for="(column-\d+)"><bdi>(.*?)</bdi>.*?<select[^>]*>(.*?)</select>', page, re.DOTALL
        ):
            chosen = re.search(r'value="([^"]*)" selected', options)
            fields[name] = changes.get(header.replace(" ", "_"), chosen[1] if chosen else "")
        return self.post("columns", **fields | {key: one for key, one in changes.items() if key in {"dates", "settle"}})

    def imported_with(self, **ticks: str) -> str:
        """Press the button with these ticks, and have the worker import it; return what the page says."""
        assert self.post("import", **ticks).status_code == 303
        self.work()
        return text_of(self.page())

    @property
    def versions(self) -> list[int]:
        with self.house.db.read() as session:
            return sorted(session.exec(select(RosterVersion.number)).all())

    @property
    def children(self) -> set[str]:
        with self.house.db.read() as session:
            return set(session.exec(select(Child.student_number).where(col(Child.left_at).is_(None))).all())
