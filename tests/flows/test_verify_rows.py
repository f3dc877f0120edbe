"""What the ledger tells of is compared with the rows themselves: views and downloads, their marks, decisions."""

from dataclasses import replace

import pytest
from sqlmodel import col, select
from starlette.testclient import TestClient

from portal.families.rules import seal_private
from portal.flows.incidents.decide_in_incident import decide
from portal.flows.incidents.freeze_incident import freeze
from portal.flows.keeping.mark_disclosure import mark_erroneous
from portal.flows.keeping.verify_ledger import Broken, Verified
from portal.incidents.rules import Target
from portal.ledger.rules import Entry
from portal.ledger.tables import Disclosure
from portal.mailings.tables import Mailing
from portal.overviews.records import record
from portal.wiring import House
from tests.cast import Cast, link_of, token_of
from tests.conftest import Watch
from tests.flows.test_verify_ledger import say, verified


@pytest.fixture
def disclosed(house: House, cast: Cast, site: TestClient, mailing_id: str) -> House:
    """A house in which Carla has opened and saved Ana's letter."""
    site.post("/o", data={"token": token_of(house, link_of(house, mailing_id, cast.carla, cast.ana))})
    copy_id = site.get("/letters").text.split('href="/letters/')[1][:32]
    assert site.get(f"/letters/{copy_id}").status_code == 200
    assert site.get(f"/letters/{copy_id}/file?as=download").status_code == 200
    return house


def test_disclosures_are_compared_with_their_entries(disclosed: House) -> None:
    found = verified(disclosed.db, disclosed.keys)
    assert isinstance(found, Verified)
    assert found.disclosures == 2


def seq_of(house: House, act: str) -> int:
    with house.db.read() as session:
        (line,) = record.lines(session, record.Filter(act=act), limit=10)
    return line.seq


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE disclosure SET kind = 'view' WHERE kind = 'download'",
        "UPDATE disclosure SET at = '2020-01-01 00:00:00' WHERE kind = 'download'",
        "DELETE FROM disclosure WHERE kind = 'download'",
    ],
)
def test_a_changed_or_removed_disclosure_is_found_at_its_entry(disclosed: House, statement: str) -> None:
    say(disclosed.db, statement)
    found = verified(disclosed.db, disclosed.keys)
    assert isinstance(found, Broken)
    assert found.seq == seq_of(disclosed, "copy:download")


def test_a_disclosure_that_was_moved_to_another_browser_is_found_at_its_entry(
    disclosed: House, cast: Cast, site: TestClient
) -> None:
    with disclosed.db.read() as session:
        mailing_id = session.exec(select(Mailing.id)).one()
    site.post("/o", data={"token": token_of(disclosed, link_of(disclosed, mailing_id, cast.carla, cast.ana))})
    say(
        disclosed.db,
        "UPDATE disclosure SET opening_id ="
        " (SELECT id FROM opening WHERE id NOT IN (SELECT opening_id FROM disclosure)) WHERE kind = 'download'",
    )
    found = verified(disclosed.db, disclosed.keys)
    assert isinstance(found, Broken)
    assert found.seq == seq_of(disclosed, "copy:download")


def test_an_entry_from_before_openings_were_told_is_as_good_as_it_was(
    disclosed: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = record.line_of

    def without_opening(entry: Entry) -> record.Line:
        line = read(entry)
        return replace(line, about={name: value for name, value in line.about.items() if name != "opening"})

    monkeypatch.setattr(record, "line_of", without_opening)
    assert isinstance(verified(disclosed.db, disclosed.keys), Verified)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM erroneous_disclosure",
        "UPDATE erroneous_disclosure SET by = 'web/staff:somebody-else'",
        """INSERT INTO erroneous_disclosure (disclosure_id, by, at, reason_sealed)
        SELECT d.id, e.by, e.at, e.reason_sealed FROM erroneous_disclosure e, disclosure d WHERE d.kind = 'view'""",
        "UPDATE erroneous_disclosure SET reason_sealed = substr(reason_sealed, 1, 30)",
        "UPDATE erroneous_disclosure SET reason_sealed = substr(reason_sealed, 1, 0)",
    ],
    ids=["removed", "by another", "put in", "for a reason that was cut", "for none"],
)
def test_a_mark_that_is_not_as_the_ledger_tells_is_found(
    disclosed: House, cast: Cast, clock: Watch, statement: str
) -> None:
    with disclosed.db.write() as session:
        shown = session.exec(select(Disclosure.id).where(col(Disclosure.kind) == "download")).one()
        mark_erroneous(session, disclosed.keys, shown, by=cast.admin, reason="An old address.", now=clock.now)
    assert isinstance(verified(disclosed.db, disclosed.keys), Verified)
    say(disclosed.db, statement)
    found = verified(disclosed.db, disclosed.keys)
    assert isinstance(found, Broken)
    assert found.seq == seq_of(disclosed, "disclosure:erroneous")


def test_another_reason_for_a_mark_is_found_though_it_is_sealed_with_our_key(
    disclosed: House, cast: Cast, clock: Watch
) -> None:
    keys = disclosed.keys
    with disclosed.db.write() as session:
        shown = session.exec(select(Disclosure.id).where(col(Disclosure.kind) == "download")).one()
        mark_erroneous(session, keys, shown, by=cast.admin, reason="An old address.", now=clock.now)
    for reason, kind in (("An old address.", Verified), ("Nobody’s fault.", Broken)):
        sealed = seal_private(keys, shown, "reason", reason)
        say(disclosed.db, "UPDATE erroneous_disclosure SET reason_sealed = :sealed", sealed=sealed)
        assert isinstance(verified(disclosed.db, keys), kind)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM incident_decision",
        "UPDATE incident_decision SET text = 'Nothing happened.'",
        """INSERT INTO incident_decision (id, incident_id, at, by, text)
        SELECT 'put-in', incident_id, at, by, 'All is well.' FROM incident_decision""",
    ],
    ids=["removed", "changed", "put in"],
)
def test_a_decision_in_an_incident_that_is_not_as_the_ledger_tells_is_found(
    disclosed: House, cast: Cast, clock: Watch, statement: str
) -> None:
    with disclosed.db.write() as session:
        target = Target("mailing", session.exec(select(Mailing.id)).one())
        done = freeze(session, disclosed.keys, target, by=cast.admin, reason="The wrong file.", now=clock.now)
        decide(session, disclosed.keys, done.incident_id, "Called counsel.", by=cast.admin, now=clock.now)
    assert isinstance(verified(disclosed.db, disclosed.keys), Verified)
    say(disclosed.db, statement)
    found = verified(disclosed.db, disclosed.keys)
    assert isinstance(found, Broken)
    assert found.seq == seq_of(disclosed, "incident:decide")


def test_a_disclosure_that_the_ledger_does_not_know_is_found(disclosed: House) -> None:
    say(
        disclosed.db,
        "INSERT INTO disclosure (id, opening_id, link_id, mailing_id, guardian_id, child_id, copy_id, kind, at)"
        " SELECT 'put-in', opening_id, link_id, mailing_id, guardian_id, child_id, copy_id, kind, at FROM disclosure"
        " WHERE kind = 'view'",
    )
    found = verified(disclosed.db, disclosed.keys)
    assert isinstance(found, Broken)
    assert "3 disclosures" in found.reason


def test_what_is_about_one_child_is_all_of_it_and_nothing_of_another(disclosed: House, cast: Cast) -> None:
    with disclosed.db.read() as session:
        anas = [record.line_of(entry) for entry in record.about_child(session, "100001")]
        sams = list(record.about_child(session, "100006"))
    assert [line.act for line in anas] == ["link:open", "copy:view", "copy:download"]
    assert {line.about["child"] for line in anas} == {cast.ana}
    assert sams == []
