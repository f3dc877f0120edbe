"""Known pictures: an admin registers the school's seal once, and letters with it are no longer stopped."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Response
from sqlmodel import select
from starlette.testclient import TestClient

from portal import publish
from portal.documents.repository import intakes
from portal.documents.tables import Document, GivenFile
from portal.guard.tables import KnownPicture
from portal.ledger.tables import LedgerEntry
from portal.mailings.tables import Mailing
from portal.overviews.operation.judged_by import version
from portal.reading.reader import OnPart, Part, Reading, Stripped, Unreadable
from portal.staff.rules import Acting
from portal.wiring import House
from tests.cast import Cast, write_draft
from tests.conftest import Watch
from tests.web.desks import sit_down, text_of

SEAL = "5" * 64
OTHER = "6" * 64
CLEAR = Reading("pdf", (Part("page 1", "Welcome."),), 1)


class Doubtful:
    """A reader to whom the pictures of a file are doubtful until they are known."""

    def __init__(self) -> None:
        self.pictures: dict[str, tuple[str, ...]] = {"seal.pdf": (SEAL,), "two.pdf": (SEAL, OTHER), "torn.pdf": ()}

    def read(
        self,
        path: Path,  # noqa: ARG002 - the port's own name
        name: str,
        known: frozenset[str] = frozenset(),
        on_part: OnPart | None = None,  # noqa: ARG002 - the port's own name
    ) -> Reading | Unreadable:
        if name not in self.pictures:
            return CLEAR
        doubtful = tuple(one for one in self.pictures[name] if one not in known)
        if self.pictures[name] and not doubtful:
            return CLEAR
        return Unreadable("A picture can't be read. Take it out.", doubtful)

    def read_all(
        self, files: Sequence[tuple[Path, str]], known: frozenset[str] = frozenset(), on_part: OnPart | None = None
    ) -> Iterator[Reading | Unreadable]:
        return (self.read(path, name, known, on_part) for path, name in files)

    def strip(self, path: Path, into: Path) -> Stripped | Unreadable:
        into.write_bytes(path.read_bytes())
        return Stripped(("the author",))

    def close(self) -> None:
        pass


@pytest.fixture
def house(house: House) -> House:
    return replace(house, reader=Doubtful())


class Office:
    def __init__(self, site: TestClient, house: House, cast: Cast) -> None:
        self.site, self.house, self.cast = site, house, cast

    def register(self, name: str, *, label: str = "The seal of the school", by: Acting | None = None) -> Response:
        token = sit_down(self.site, self.house, by or self.cast.admin)
        files = {"file": (name, b"%PDF", "application/pdf")}
        return self.site.post("/admin/pictures", data={"form_token": token, "label": label}, files=files)

    def write(self, name: str) -> Response:
        token = sit_down(self.site, self.house, self.cast.writer)
        typed = {"title": "Welcome", "message": "", "audience": "everyone", "expires": "30", "form_token": token}
        return self.site.post("/staff/mailings", data=typed, files={"file": (name, b"%PDF", "application/pdf")})


@pytest.fixture
def office(site: TestClient, house: House, cast: Cast) -> Office:
    return Office(site, house, cast)


def every(house: House, table: type) -> list[Any]:
    with house.db.read() as session:
        return list(session.exec(select(table)).all())


def test_a_picture_that_cannot_be_read_stops_the_letter_until_it_is_known(office: Office, house: House) -> None:
    stop = office.write("seal.pdf")
    assert stop.status_code == 422
    assert "ask an administrator to register it" in text_of(stop.text)
    assert office.register("seal.pdf").status_code == 303
    assert [(one.sha256, one.label) for one in every(house, KnownPicture)] == [(SEAL, "The seal of the school")]
    assert office.write("seal.pdf").status_code == 303


def test_what_is_taken_out_of_a_letter_is_told(office: Office) -> None:
    page = office.site.get(office.write("plain.pdf").headers["location"])
    assert "Taken out of the file before it was sealed the author" in text_of(page.text)


def test_registering_again_changes_nothing_and_is_noted_once(office: Office, house: House) -> None:
    for _ in range(2):
        office.register("seal.pdf")
        office.site.post(
            f"/admin/pictures/{SEAL}/forget", data={"form_token": sit_down(office.site, house, office.cast.admin)}
        )
    acts = [entry.act for entry in every(house, LedgerEntry) if entry.act.startswith("picture:")]
    assert acts == ["picture:know", "picture:forget"] * 2
    assert every(house, KnownPicture) == []
    assert office.write("seal.pdf").status_code == 422


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("plain.pdf", "can read this file as it is"),
        ("two.pdf", "several pictures"),
        ("torn.pdf", "There is no picture to register in this file."),
    ],
)
def test_exactly_one_doubtful_picture_is_registered_at_a_time(
    office: Office, house: House, name: str, sentence: str
) -> None:
    answer = office.register(name)
    assert answer.status_code == 422
    assert sentence in text_of(answer.text)
    assert every(house, KnownPicture) == []


def test_a_picture_without_a_label_is_asked_for_again(office: Office, house: House) -> None:
    answer = office.register("seal.pdf", label="  ")
    assert answer.status_code == 400
    assert "Say what the picture is" in answer.text
    assert every(house, KnownPicture) == []


def test_only_admins_know_pictures(office: Office, house: House, cast: Cast) -> None:
    for person in (cast.writer, cast.approver):
        assert office.register("seal.pdf", by=person).status_code == 403
    assert every(house, KnownPicture) == []


def test_the_page_lists_who_registered_what(office: Office) -> None:
    office.register("seal.pdf")
    page = text_of(office.site.get("/admin/pictures").text)
    assert "The seal of the school registered by Ida" in page


@pytest.mark.parametrize("state", ["checked", "waiting"])
def test_a_picture_that_is_read_again_stops_letters_that_nobody_has_approved(
    office: Office, house: House, cast: Cast, clock: Watch, state: str
) -> None:
    office.register("seal.pdf")
    office.write("seal.pdf")
    (mailing,) = every(house, Mailing)
    if state == "waiting":
        publish.submit(house, mailing.id, by=cast.writer, version=None, now=clock.now)
    token = sit_down(office.site, house, cast.admin)
    assert office.site.post(f"/admin/pictures/{SEAL}/forget", data={"form_token": token}).status_code == 303
    if state == "checked":
        publish.submit(house, mailing.id, by=cast.writer, version=None, now=clock.now)
    with pytest.raises(
        publish.GuardSaysNo, match=r"known pictures or a setting has changed .* A picture can't be read"
    ):
        publish.approve(house, mailing.id, by=cast.approver, version=None, now=clock.now)
    assert every(house, Document) == []
    assert [one.state for one in every(house, Mailing)] == ["draft"]


def test_a_picture_that_is_read_again_has_the_letters_of_a_batch_judged_again(
    office: Office, house: House, cast: Cast, clock: Watch
) -> None:
    office.register("seal.pdf")
    mailing_id = write_draft(house, cast, now=clock.now)
    with house.db.write() as session:
        before = version(session, house.guard_terms)
        given = {"size": 1, "sha256": "0" * 64, "judged_by": before, "is_kept": False}
        intakes.add_given_files(session, [given | {"mailing_id": mailing_id, "place": 1, "file_name": "a.pdf"}])
    token = sit_down(office.site, house, cast.admin)
    office.site.post(f"/admin/pictures/{SEAL}/forget", data={"form_token": token})
    with house.db.read() as session:
        assert [one.judged_by for one in every(house, GivenFile)] != [version(session, house.guard_terms)]
        assert intakes.versions_judged_by(session, mailing_id) == frozenset(), "of letters alone"
