"""Whatever staff upload, families read, a freeze works and probes answer; and whoever waits is told their place."""

import re
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from httpx2 import Response
from sqlmodel import select
from starlette.testclient import TestClient

from portal.mailings.tables import Mailing
from portal.reading.reader import OnPart, Reading, Unreadable
from portal.staff import repository as staff
from portal.staff.rules import Acting
from portal.wiring import House
from tests.cast import Cast, link_of, token_of
from tests.conftest import WarmReader
from tests.web.desks import sit_down, text_of
from tests.web.test_opening import letters_in, open_with
from tests.web.test_staff_writing import LETTER, ROSTER

LONG = 30.0
"""Seconds: who has not been answered by then waits for the uploads."""


class HeldReader(WarmReader):
    """The real reader, which reads nothing until it may."""

    def __init__(self) -> None:
        super().__init__()
        self.may_read = threading.Event()
        self.asked = threading.Semaphore(0)

    def read(
        self, path: Path, name: str, known: frozenset[str] = frozenset(), on_part: OnPart | None = None
    ) -> Reading | Unreadable:
        self.asked.release()
        assert self.may_read.wait(2 * LONG)
        return super().read(path, name, known, on_part)


@pytest.fixture(autouse=True)
def patient() -> None:
    """Have what takes longer than a second told, as it is."""


@pytest.fixture
def held() -> Iterator[HeldReader]:
    reader = HeldReader()
    yield reader
    reader.may_read.set()
    reader.end()


@pytest.fixture
def house(house: House, held: HeldReader) -> House:
    return replace(house, reader=held)


@pytest.fixture
def threads(held: HeldReader) -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(64) as threads:
        yield threads
        held.may_read.set()


class Uploader:
    """Somebody's browser, in which as many tabs upload as are asked for."""

    def __init__(self, site: TestClient, house: House, person: Acting, threads: ThreadPoolExecutor) -> None:
        self._site, self._threads = site, threads
        self._token = sit_down(site, house, person)
        self._cookie = site.cookies["__Host-staff"]
        site.cookies.clear()

    @property
    def here(self) -> dict[str, str]:
        return {"Cookie": f"__Host-staff={self._cookie}"}

    def upload(self, file: bytes = LETTER, title: str = "Welcome") -> "Future[Response]":
        typed = {"title": title, "message": "We begin on Monday.", "audience": "everyone", "expires": "30"}
        headers = self.here
        return self._threads.submit(
            self._site.post, "/staff/mailings", data=typed | {"form_token": self._token},
            files={"file": ("welcome.pdf", file, "application/pdf")}, headers=headers,
        )  # fmt: skip


def test_a_family_a_freeze_and_the_probes_are_answered_while_uploads_are_stuck(
    site: TestClient, house: House, held: HeldReader, cast: Cast, mailing_id: str,
    threads: ThreadPoolExecutor,
) -> None:  # fmt: skip
    rosa = Uploader(site, house, cast.writer, threads)
    stuck = [rosa.upload() for _ in range(48)]
    for _ in range(2):
        assert held.asked.acquire(timeout=LONG)

    def others() -> str:
        open_with(site, token=token_of(house, link_of(house, mailing_id, cast.ngozi, cast.sam)))
        (copy_id,) = letters_in(site.get("/letters").text)
        assert site.get(f"/letters/{copy_id}/file?as=download").status_code == 200
        assert site.get("/healthz").status_code == 200
        assert site.get("/readyz").status_code == 200
        token = sit_down(site, house, cast.admin)
        assert site.get("/staff/mailings").status_code == 200
        frozen = site.post("/admin/incidents", data={"form_token": token, "kind": "mailing", "id": mailing_id})
        assert site.get(f"/letters/{copy_id}").status_code == 410
        return str(frozen.status_code)

    assert threads.submit(others).result(LONG) == "303"
    assert not any(one.done() for one in stuck)
    assert not held.asked.acquire(blocking=False), "one person has two files read at once"
    held.may_read.set()
    assert {one.result(2 * LONG).status_code for one in stuck} <= {200, 303}
    with house.db.read() as session:
        assert len(session.exec(select(Mailing).where(Mailing.title == "Welcome")).all()) >= 48


def test_one_persons_uploads_do_not_wait_for_anothers(
    site: TestClient, house: House, held: HeldReader, cast: Cast, threads: ThreadPoolExecutor
) -> None:
    rosa = Uploader(site, house, cast.writer, threads)
    stuck = [rosa.upload() for _ in range(20)]
    for _ in range(2):
        assert held.asked.acquire(timeout=LONG)
    ida = Uploader(site, house, cast.admin, threads)
    stuck.append(ida.upload())
    assert held.asked.acquire(timeout=LONG), "she is read at once"
    held.may_read.set()
    for one in stuck:
        one.result(2 * LONG)


def test_whoever_waits_is_told_their_place_and_then_the_answer(
    site: TestClient, house: House, held: HeldReader, cast: Cast, threads: ThreadPoolExecutor
) -> None:
    rosa = Uploader(site, house, cast.writer, threads)
    first = [rosa.upload() for _ in range(2)]
    for _ in first:
        assert held.asked.acquire(timeout=LONG)
    clear, stopped = rosa.upload(title="Third"), rosa.upload(ROSTER, title="Fourth")
    threads.submit(lambda: (threading.Event().wait(2.5), held.may_read.set()))
    page = clear.result(LONG)
    assert page.status_code == 200
    assert "no" in page.headers["x-accel-buffering"]
    places = set(re.findall(r"You are number <strong>(\d)</strong> in line", page.text + stopped.result(LONG).text))
    assert places <= {"1", "2"}
    assert places
    assert 'http-equiv="refresh" content="0; url=/staff/mailings/' in page.text
    told = text_of(stopped.result(LONG).text)
    assert "Waiting in line" in told
    assert "The file was not published" in told or "stopped" in told.lower()
    assert stopped.result().text.count("</html>") == 1


def test_what_takes_longer_than_a_second_tells_that_it_is_read_and_leads_to_its_letter(
    site: TestClient, house: House, held: HeldReader, cast: Cast, threads: ThreadPoolExecutor
) -> None:
    rosa = Uploader(site, house, cast.writer, threads)
    clear, stopped = rosa.upload(), rosa.upload(ROSTER, title="Fourth")
    for _ in range(2):
        assert held.asked.acquire(timeout=LONG)
    threads.submit(lambda: (threading.Event().wait(2), held.may_read.set()))
    page = clear.result(LONG)
    assert page.status_code == 200
    assert "<h1>It is being read</h1>" in page.text
    assert '<progress aria-label="The file is being read."></progress>' in page.text
    assert "You may also leave it" in page.text
    assert 'http-equiv="refresh" content="0; url=/staff/mailings/' in page.text
    assert "stopped" in text_of(stopped.result(LONG).text).lower()
    told = text_of(site.get("/staff", headers=rosa.here).text)
    assert "Fourth" in told
    assert "Choose a file that names nobody else." in told, "whoever left finds why on the home page"


def test_whoever_is_removed_while_they_wait_does_nothing_any_more(
    site: TestClient, house: House, held: HeldReader, cast: Cast, threads: ThreadPoolExecutor
) -> None:
    rosa = Uploader(site, house, cast.writer, threads)
    for _ in range(2):
        rosa.upload()
        assert held.asked.acquire(timeout=LONG)
    late = rosa.upload(title="Too late")
    threading.Event().wait(1.5)
    with house.db.write() as session:
        staff.remove(session, cast.writer.id, now=house.clock())
    held.may_read.set()
    assert "url=/staff/sign-in" in late.result(LONG).text
    with house.db.read() as session:
        assert session.exec(select(Mailing).where(Mailing.title == "Too late")).first() is None
