"""A list of people of whom nobody is on the roster: kept for three days, released by a second person with a reason."""

import pytest
from sqlmodel import col, update
from starlette.testclient import TestClient

from portal import publish
from portal.documents.tables import Document, HeldFile, Release
from portal.families.tables import Guardian, RosterVersion
from portal.ledger.tables import LedgerEntry
from portal.mailings.tables import Mailing
from portal.wiring import House
from tests.cast import Cast
from tests.conftest import Watch
from tests.reading.carriers import simple_pdf, stream
from tests.web.desks import sit_down, text_of
from tests.web.test_staff_release import Office, acts, every, one

NAMES = [f"{given} {family}" for given in ("Zoltan", "Yara", "Xena") for family in ("Ubik", "Quux", "Plugh")]
REASON = "These are the winners of last year, who agreed to it."


def listing(*names: str) -> bytes:
    rows = [f"{name}, 05/{at}/2015, 704-555-01{at}, peanuts" for at, name in enumerate(names, 10)]
    shown = " ".join(f"({row}) Tj 0 -14 Td" for row in ("Name, Date of birth, Phone, Allergies", *rows))
    return simple_pdf(text=stream(f"BT /F 9 Tf 20 300 Td {shown} ET".encode()))


@pytest.fixture
def office(site: TestClient, house: House, cast: Cast) -> Office:
    return Office(site, house, cast)


def test_it_is_kept_for_whoever_may_release_it_and_its_writer_reads_how(office: Office, house: House) -> None:
    page = office.write(listing(*NAMES))
    said = text_of(page.text)
    assert page.status_code == 422
    assert "It is a list of people." in said
    assert "of people who are not on your roster" in said
    assert "9 rows of personal data" in said
    assert "not even with approval" not in said
    assert "kept no copy" not in said
    assert f"{office.path}/stopped" in page.text
    assert "Ubik" not in one(house, HeldFile).findings
    assert "It is a list of people who are not on your roster." in text_of(office.site.get(office.path).text)


def test_nobody_keeps_a_list_with_one_person_of_the_roster_in_it(office: Office, house: House) -> None:
    page = office.write(listing(*NAMES, "Sam Okafor"))
    said = text_of(page.text)
    assert "not even with approval" in said
    assert "the portal has kept no copy" in said
    assert every(house, HeldFile) == []


def test_a_second_person_releases_it_with_a_reason(office: Office, house: House, cast: Cast) -> None:
    office.write(listing(*NAMES))
    sit_down(office.site, house, cast.approver)
    page = text_of(office.site.get(f"{office.path}/stopped").text)
    assert "It is a list of people who are not on your roster." in page
    assert "with every name in it and all that it says of them" in page
    assert office.release(by=cast.writer, reason=REASON).status_code == 403
    assert office.release(reason=REASON).headers["location"] == f"{office.path}?said=released"
    document, release = one(house, Document), one(house, Release)
    assert (release.document_id, release.by_id, release.people) == (document.id, cast.approver.id, "*")
    assert one(house, Mailing).state == "checked"
    assert "This file is a list of people, and was released." in text_of(office.site.get(office.path).text)
    assert acts(house)[-2:] == ["document:clear", "document:release"]
    (entry,) = [entry for entry in every(house, LedgerEntry) if entry.act == "document:release"]
    for fact in (b'"children":0', b'"people":[]', b'"rows":9', b"reason_sha256"):
        assert fact in entry.body
    assert b"Ubik" not in entry.body


def _new_roster(house: House, clock: Watch, guardian: str, given: str, family: str) -> None:
    with house.db.write() as session:
        called = {"given_name": given, "family_name": family}
        session.exec(update(Guardian).where(col(Guardian.id) == guardian).values(**called))
        session.add(
            RosterVersion(number=2, imported_at=clock.now, format="cast", content_sha256="1" * 64, children=4,
                          guardians=5, guardianships=7)
        )  # fmt: skip


@pytest.mark.parametrize(("given", "family", "state"), [("Emeka", "Okoro", "held"), ("Zoltan", "Ubik", "draft")])
def test_it_holds_until_somebody_in_it_is_on_the_roster(
    office: Office, house: House, cast: Cast, clock: Watch, given: str, family: str, state: str
) -> None:
    office.write(listing(*NAMES))
    office.release(reason=REASON)
    mailing_id = one(house, Mailing).id
    assert publish.submit(house, mailing_id, by=cast.writer, version=None, now=clock.now).state == "waiting"
    _new_roster(house, clock, cast.emeka, given, family)
    if state == "draft":
        with pytest.raises(publish.GuardSaysNo, match="a draft again"):
            publish.approve(house, mailing_id, by=cast.admin, version=None, now=clock.now)
        assert every(house, Document) == every(house, HeldFile) == []
    else:
        publish.approve(house, mailing_id, by=cast.admin, version=None, now=clock.now)
    assert one(house, Mailing).state == state
