"""A stopped file that names one family: kept for three days, released by a second person with a reason."""

import re
from dataclasses import replace
from typing import Any

import pytest
from httpx2 import Response
from sqlmodel import select
from starlette.testclient import TestClient

from portal import publish
from portal.blobs import BlobMissing, KeyMissing
from portal.documents.tables import Document, HeldFile, Release
from portal.ledger.tables import LedgerEntry
from portal.mailings.tables import Mailing
from portal.staff.rules import Acting
from portal.wiring import House
from tests.cast import Cast
from tests.conftest import Watch
from tests.reading.carriers import simple_pdf, stream
from tests.web.desks import sit_down, text_of

NAMING_ONE = simple_pdf(text=stream(b"BT /F 12 Tf 20 200 Td (We thank Sam Okafor for the photo.) Tj ET"))
NAMING_TWO = simple_pdf(text=stream(b"BT /F 12 Tf 20 200 Td (We thank Sam Okafor and Luis Rivera) Tj ET"))
ROSTER = simple_pdf(
    text=stream(
        b"BT /F 12 Tf 20 200 Td (Ana Rivera, Luis Rivera, Rosa Rivera) Tj 0 -20 Td (Sam Okafor, Ngozi Okafor) Tj ET"
    )
)
REASON = "The Okafors agreed in writing that he is thanked."


class Office:
    """Two desks in one browser; whoever acts sits down first."""

    def __init__(self, site: TestClient, house: House, cast: Cast) -> None:
        self.site, self.house, self.cast = site, house, cast

    def write(self, file: bytes = NAMING_ONE, *, path: str = "/staff/mailings", **fields: object) -> Response:
        token = sit_down(self.site, self.house, self.cast.writer)
        typed = {"title": "Thank you", "message": "", "audience": "everyone", "expires": "30", "form_token": token}
        return self.site.post(path, data=typed | fields, files={"file": ("thanks.pdf", file, "application/pdf")})

    def release(self, *, by: Acting | None = None, reason: str = REASON, held: str = "") -> Response:
        token = sit_down(self.site, self.house, by or self.cast.approver)
        fields = {"form_token": token, "reason": reason, "held": held or one(self.house, HeldFile).id}
        return self.site.post(f"{self.path}/release", data=fields)

    @property
    def path(self) -> str:
        return f"/staff/mailings/{one(self.house, Mailing).id}"


@pytest.fixture
def office(site: TestClient, house: House, cast: Cast) -> Office:
    return Office(site, house, cast)


def every(house: House, table: type) -> list[Any]:
    with house.db.read() as session:
        return list(session.exec(select(table)).all())


def one(house: House, table: type) -> Any:  # noqa: ANN401 - whatever the table holds
    (row,) = every(house, table)
    return row


def acts(house: House) -> list[str]:
    return [entry.act for entry in every(house, LedgerEntry)]


def test_a_file_that_names_one_family_is_kept_sealed_for_whoever_may_release_it(office: Office, house: House) -> None:
    page = office.write()
    held = one(house, HeldFile)
    assert page.status_code == 422
    assert "It names 1 child" in text_of(page.text)
    assert "kept no copy" not in page.text
    assert f"{office.path}/stopped" in page.text
    assert b"".join(house.documents.open(held.id, held.size)) == NAMING_ONE
    assert one(house, Mailing).state == "draft"
    assert "Okafor" not in held.findings
    assert {"document:stop", "document:hold"} <= set(acts(house))


def test_a_list_of_families_is_kept_by_nobody(office: Office, house: House) -> None:
    page = office.write(ROSTER)
    assert "the portal has kept no copy" in text_of(page.text)
    assert every(house, HeldFile) == []
    assert "document:hold" not in acts(house)


def test_a_second_person_looks_at_it_and_releases_it_with_a_reason(office: Office, house: House, cast: Cast) -> None:
    office.write()
    held = one(house, HeldFile)
    sit_down(office.site, house, cast.approver)
    page = office.site.get(f"{office.path}/stopped")
    assert page.status_code == 200
    assert "Page 1" in page.text
    file = office.site.get(f"{office.path}/stopped/file")
    assert file.content == NAMING_ONE
    assert "document:staff-view" in acts(house)
    assert office.release().headers["location"] == f"{office.path}?said=released"
    document, release = one(house, Document), one(house, Release)
    assert (release.document_id, release.by_id, release.reason) == (document.id, cast.approver.id, REASON)
    assert set(release.people.split()) == {cast.sam}
    assert one(house, Mailing).state == "checked"
    assert every(house, HeldFile) == []
    with pytest.raises((BlobMissing, KeyMissing)):
        house.documents.open(held.id, held.size)
    assert "released" in text_of(office.site.get(office.path).text)
    assert acts(house)[-2:] == ["document:clear", "document:release"]


def test_the_ledger_holds_the_release_without_its_words(office: Office, house: House) -> None:
    office.write()
    office.release()
    (entry,) = [entry for entry in every(house, LedgerEntry) if entry.act == "document:release"]
    assert b"Okafor" not in entry.body
    assert b'"children":1' in entry.body
    assert b"reason_sha256" in entry.body


def test_nobody_releases_a_file_of_a_letter_they_wrote(office: Office, house: House, cast: Cast) -> None:
    office.write()
    for person in (cast.writer, cast.oak_writer):
        assert office.release(by=person).status_code in {403, 404}
    assert one(house, Mailing).state == "draft"
    assert every(house, Release) == []


def test_an_approver_who_changed_the_letter_does_not_release_its_file(office: Office, house: House, cast: Cast) -> None:
    office.write()
    mailing = one(house, Mailing)
    token = sit_down(office.site, house, cast.approver)
    fields = {"title": "Thanks", "message": "", "audience": "everyone", "expires": "30", "version": mailing.version}
    files = {"file": ("thanks.pdf", NAMING_ONE, "application/pdf")}
    office.site.post(office.path, data=fields | {"form_token": token}, files=files)
    assert office.release().status_code == 403
    assert office.release(by=cast.writer).status_code == 403
    assert office.release(by=cast.admin).status_code == 303


def test_what_was_released_for_some_is_forgotten_when_it_is_stopped_for_others(office: Office, house: House) -> None:
    office.write()
    office.release()
    released = one(house, Document)
    token = sit_down(office.site, house, office.cast.writer)
    typed = {"title": "Thank you", "message": "", "audience": "part", "site": "Oak", "expires": "30"}
    typed |= {"version": one(house, Mailing).version, "form_token": token}
    page = office.site.post(office.path, data=typed, files={"file": ("", b"", "")})
    assert page.status_code == 422
    assert "the portal has kept no copy" in text_of(page.text)
    assert (every(house, Document), every(house, Release), one(house, Mailing).state) == ([], [], "draft")
    with pytest.raises((BlobMissing, KeyMissing)):
        house.documents.open(released.id, released.size)
    assert any(released.sha256.encode() in entry.body for entry in every(house, LedgerEntry)[-3:])


@pytest.mark.parametrize("reason", ["", "They agreed.", "                     x", "a b c d e f g h i"])
def test_a_reason_of_fewer_than_twenty_letters_is_asked_for_again(office: Office, house: House, reason: str) -> None:
    office.write()
    answer = office.release(reason=reason)
    assert answer.status_code == 422
    assert "Say in a sentence of at least 20 letters" in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert one(house, Mailing).state == "draft"


def test_only_the_file_that_was_looked_at_is_released(office: Office, house: House) -> None:
    office.write()
    first = one(house, HeldFile)
    office.write(NAMING_TWO, path=office.path, version=one(house, Mailing).version)
    second = one(house, HeldFile)
    assert second.id != first.id
    assert office.release(held=first.id).status_code == 404
    assert every(house, Release) == []
    with pytest.raises((BlobMissing, KeyMissing)):
        house.documents.open(first.id, first.size)


def test_after_three_days_it_is_destroyed_and_no_longer_released(office: Office, house: House, clock: Watch) -> None:
    office.write()
    held = one(house, HeldFile)
    clock.forward(hours=72)
    assert office.release(held=held.id).status_code == 404
    publish.Upkeep(house).do(clock.now)
    assert every(house, HeldFile) == []
    assert "document:forget" in acts(house)
    with pytest.raises((BlobMissing, KeyMissing)):
        house.documents.open(held.id, held.size)


def test_a_release_holds_when_the_roster_changes_but_for_nobody_else(
    office: Office, house: House, cast: Cast, clock: Watch
) -> None:
    office.write()
    office.release()
    mailing_id = one(house, Mailing).id
    publish.submit(house, mailing_id, by=cast.writer, version=None, now=clock.now)
    _new_roster(house, clock)
    publish.approve(house, mailing_id, by=cast.admin, version=None, now=clock.now)
    assert one(house, Mailing).state == "held"


def test_a_release_is_for_those_it_was_given_for(office: Office, house: House, cast: Cast) -> None:
    office.write()
    office.release()

    def change(**fields: object) -> Response:
        token = sit_down(office.site, house, cast.writer)
        typed = {"title": "Thanks", "message": "", "audience": "everyone", "expires": "30", "form_token": token}
        return office.site.post(office.path, data=typed | {"version": one(house, Mailing).version} | fields)

    assert change().status_code == 303
    assert one(house, Mailing).state == "checked"
    assert change(audience="part", site="Oak").status_code == 422
    assert every(house, Release) == []
    # and it does not come back with the audience it was given for
    assert change().status_code == 422
    assert one(house, Mailing).state == "draft"


def _new_roster(house: House, clock: Watch) -> None:
    from portal.families.tables import RosterVersion

    with house.db.write() as session:
        session.add(
            RosterVersion(number=2, imported_at=clock.now, format="cast", content_sha256="1" * 64, children=4,
                          guardians=5, guardianships=7)
        )  # fmt: skip


def test_a_released_letter_always_needs_a_second_person(office: Office, house: House, cast: Cast, clock: Watch) -> None:
    house = replace(house, settings=house.settings.model_copy(update={"approval_waived_below": 100}))
    office.write()
    office.release()
    mailing = publish.submit(house, one(house, Mailing).id, by=cast.writer, version=None, now=clock.now)
    assert mailing.state == "waiting"


def test_the_page_of_a_release_is_not_for_writers(office: Office, house: House, cast: Cast) -> None:
    office.write()
    for path in (f"{office.path}/stopped", f"{office.path}/stopped/file"):
        for person in (cast.writer, cast.oak_writer):
            sit_down(office.site, house, person)
            answer = office.site.get(path)
            assert answer.status_code in {403, 404}
            assert b"Okafor" not in answer.content


def test_a_letter_that_went_on_with_another_file_is_not_changed_by_a_release(office: Office, house: House) -> None:
    office.write(simple_pdf())
    office.write(path=office.path, version=one(house, Mailing).version)
    kept = {"title": "Thank you", "message": "", "audience": "everyone", "expires": "30"}
    token = sit_down(office.site, house, office.cast.writer)
    version = one(house, Mailing).version
    office.site.post(office.path, data=kept | {"form_token": token, "version": version}, files={"file": ("", b"", "")})
    assert one(house, Mailing).state == "checked"
    assert office.release().status_code == 403
    assert every(house, Release) == []


def test_another_clear_file_ends_what_was_stopped(office: Office, house: House) -> None:
    office.write()
    held = one(house, HeldFile)
    office.write(simple_pdf(), path=office.path, version=one(house, Mailing).version)
    assert every(house, HeldFile) == []
    assert one(house, Mailing).state == "checked"
    with pytest.raises((BlobMissing, KeyMissing)):
        house.documents.open(held.id, held.size)


def test_looking_by_head_writes_nothing(office: Office, house: House, cast: Cast) -> None:
    office.write()
    sit_down(office.site, house, cast.approver)
    before = len(acts(house))
    answer = office.site.head(f"{office.path}/stopped/file")
    assert answer.headers["content-length"] == str(len(NAMING_ONE))
    assert len(acts(house)) == before


def test_the_page_shows_no_name_that_was_found(office: Office, house: House, cast: Cast) -> None:
    stop = office.write()
    sit_down(office.site, house, cast.approver)
    page = office.site.get(f"{office.path}/stopped")
    for text in (stop.text, page.text):
        assert not re.search("Sam|Okafor", text)
