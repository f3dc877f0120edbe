"""Whoever is erased is in no table any more, the ledger still verifies, and no roster brings them back unseen."""

import io
import json
from pathlib import Path

import pytest
from sqlalchemy import MetaData, select, update
from sqlmodel import col
from starlette.testclient import TestClient

from portal import publish
from portal.documents.rules.cleared import ClearedFile
from portal.documents.tables import Copy, Document, Release
from portal.families.errors import NoSuchChild
from portal.families.repository.erasing import erased_ids
from portal.families.tables import Child, Guardian
from portal.flows.incidents.decide_in_incident import decide
from portal.flows.incidents.freeze_incident import freeze
from portal.flows.keeping import hold_mailing, mark_disclosure
from portal.flows.keeping.verify_ledger import Broken, Verified, verify_ledger
from portal.flows.people import erase_person
from portal.flows.people.erase_person import Who
from portal.flows.people.import_roster import compare_roster
from portal.flows.taking_back.revoke import Target, revoke
from portal.flows.writing import draft_mailing
from portal.incidents.rules import Target as Frozen
from portal.kernel.errors import WrongCall
from portal.kernel.ids import new_id
from portal.ledger.tables import Disclosure, ErroneousDisclosure, LedgerEntry
from portal.links.tables import TakingBack
from portal.mailings.rules import Term, check_draft
from portal.mailings.tables import Mailing
from portal.overviews.links import kin
from portal.overviews.operation import judged_by
from portal.rosters.caged import read_roster
from portal.staff.errors import NotAllowed
from portal.wiring import House
from tests.cast import Cast, approve, link_of, send_letter, token_of
from tests.conftest import Watch
from tests.web.desks import sit_down, text_of
from tests.web.test_opening import open_with

SAM = Who("child", "100006")
ROSTER = (
    "child_id,child_given_name,child_family_name,grade,site,program,guardian_id,guardian_given_name,"
    "guardian_family_name,guardian_email,may_receive\n"
    "100006,Sam,Okafor,3,Oak,After School,g-ngozi,Ngozi,Okafor,ngozi.okafor@mail.example.org,yes\n"
    "100001,Ana,Rivera,2,Maple,After School,g-carla,Carla,Rivera,carla.rivera@mail.example.org,yes\n"
)


def own_letter(house: House, cast: Cast, clock: Watch) -> str:
    """Publish a letter to Sam alone, with his name where a name can be; return the mailing's id."""
    document_id = new_id()
    sealed = house.documents.seal(document_id, io.BytesIO(b"%PDF-1.7 Sam Okafor reads well"))
    cleared = ClearedFile(document_id, "Okafor_Sam.pdf", "application/pdf", sealed.size, sealed.sha256, 3, 1)
    draft = check_draft(
        title="For Sam Okafor", message="Sam reads well.", terms=(Term("child", "100006"),), link_days=30,
        link_hosts=frozenset(),
    )  # fmt: skip
    with house.db.write() as session:
        mailing = draft_mailing.draft_mailing(session, house.keys, draft, by=cast.writer, now=clock.now)
        draft_mailing.attach_documents(
            session,
            house.keys,
            mailing.id,
            [cleared],
            judged_by=judged_by.version(session, house.guard_terms),
            by=cast.writer,
            now=clock.now,
        )
        row = session.get_one(Document, document_id)
        row.kind, row.addressee_id = "own", cast.sam
        mailing_id = mailing.id
    approve(house, cast, mailing_id, now=clock.now)
    with house.db.write() as session:
        session.get_one(Mailing, mailing_id).state = "sent"
    return mailing_id


def everything(house: House) -> str:
    """Return every value of every table, as text."""
    tables = MetaData()
    with house.db.engine.connect() as connection:
        tables.reflect(connection)
        rows = [row for table in tables.sorted_tables for row in connection.execute(select(table))]
    return " ".join(str(value) for row in rows for value in row).casefold()


def test_a_child_that_is_erased_is_in_no_table_and_the_ledger_verifies(
    house: House, cast: Cast, clock: Watch, site: TestClient
) -> None:
    mailing_id = own_letter(house, cast, clock)
    open_with(site, token=token_of(house, link_of(house, mailing_id, cast.ngozi, cast.sam)))
    house.people.known(now=clock.now)
    assert "okafor" in everything(house)
    done = publish.erase(house, SAM, by=cast.admin, reason="The family asked.", now=clock.now)
    assert (len(done.letters), done.held, done.links) == (1, 0, 1)
    assert sorted(done.guardians) == sorted([cast.ngozi, cast.emeka])
    left = everything(house)
    for trace in ("okafor", "ngozi", "100006", "reads well", "g-emeka"):
        assert trace not in left
    assert site.get("/letters").status_code in {404, 410}
    roster, _ = house.people.known(now=clock.now)
    assert not {cast.sam, cast.ngozi, cast.emeka} & {person.id for person in roster.people}
    with house.db.read() as session:
        assert isinstance(verify_ledger(session, house.keys), Verified)
    with pytest.raises(NoSuchChild):
        publish.erase(house, SAM, by=cast.admin, reason="The family asked.", now=clock.now)


def test_a_letter_for_several_is_named_after_nobody_who_was_erased(house: House, cast: Cast, clock: Watch) -> None:
    send_letter(house, cast, now=clock.now)
    with house.db.write() as session:
        (document,) = session.execute(select(Document)).scalars()
        document.file_name = "award okafor_sam.pdf"
        reason = "The family of SAM OKAFOR has agreed to it."
        session.add(
            Release(document_id=document.id, tried_by_id=cast.writer.id, by_id=cast.approver.id, reason=reason,
                    people=cast.sam, released_at=clock.now)
        )  # fmt: skip
    publish.erase(house, SAM, by=cast.admin, reason="Asked for.", now=clock.now)
    assert "okafor" not in everything(house)


def test_a_guardian_is_erased_alone_and_the_other_reads_on(
    house: House, cast: Cast, clock: Watch, site: TestClient, mailing_id: str
) -> None:
    other = token_of(house, link_of(house, mailing_id, cast.carla, cast.ana))
    gone = token_of(house, link_of(house, mailing_id, cast.diego, cast.ana))
    done = publish.erase(house, Who("guardian", cast.diego), by=cast.admin, reason="Asked for.", now=clock.now)
    assert (done.guardians, done.links, done.letters) == ((cast.diego,), 2, ())
    left = everything(house)
    assert "diego" not in left
    assert "carla" in left
    assert open_with(site, token=gone).status_code == 410
    assert open_with(site, token=other).status_code == 303


def test_words_bound_to_a_child_go_with_it_and_others_are_listed_for_a_person(
    house: House, cast: Cast, clock: Watch, site: TestClient
) -> None:
    shared = send_letter(house, cast, now=clock.now, title="For Sam OKAFOR and others")
    link = link_of(house, shared, cast.ngozi, cast.sam)
    open_with(site, token=token_of(house, link))
    site.get(f"/letters/{copy_of(house, shared, cast.sam)}/file")
    with house.db.write() as session:
        disclosure = session.scalars(select(Disclosure.id)).one()
        mark_disclosure.mark_erroneous(
            session, house.keys, disclosure, by=cast.admin, reason="It was about Sam Okafor.", now=clock.now
        )
        for target in (("link", link), ("child", cast.sam), ("guardianship", kin.id_of(cast.ngozi, cast.sam))):
            revoke(session, house.keys, Target(*target), by=cast.admin, reason="Sam Okafor moved.", now=clock.now)
        frozen = freeze(
            session, house.keys, Frozen("mailing", shared), by=cast.admin, reason="Sam’s list went out.", now=clock.now
        )
        decide(session, house.keys, frozen.incident_id, "The Okafors were told.", by=cast.admin, now=clock.now)
        decide(session, house.keys, frozen.incident_id, "Omar told Ngozi.", by=cast.admin, now=clock.now)
    seen = publish.look_at_erasure(house, SAM, by=cast.admin)
    assert {(one.what, one.is_fixed) for one in seen.named_in} == {
        ("Why something was frozen", True), ("The log of an incident", True), ("A letter", False),
    }  # fmt: skip
    token = sit_down(site, house, cast.admin)
    page = site.get("/admin/erase?kind=child&name=100006").text
    assert f'href="/admin/incidents/{frozen.incident_id}#log"' in page
    form = {"form_token": token, "kind": "child", "name": "100006", "reason": "The family asked."}
    done = site.post("/admin/erase", data=form).text
    assert "What a person has to look at" in done
    with house.db.read() as session:
        assert set(session.scalars(select(TakingBack.reason).where(col(TakingBack.kind) != "mailing"))) == {""}
        assert session.scalars(select(ErroneousDisclosure.reason_sealed)).one() == b""
        entry = json.loads(session.scalars(select(LedgerEntry.body).where(LedgerEntry.act == "child:erase")).one())
    assert entry["named_in"] == sorted([frozen.incident_id, shared])
    with house.db.read() as session:
        assert isinstance(verify_ledger(session, house.keys), Verified)


def test_under_the_erasure_of_one_child_no_reason_about_another_is_taken_away_unseen(
    house: House, cast: Cast, clock: Watch, site: TestClient
) -> None:
    """Who writes to the database might hide why a letter went wrong behind an erasure: only its own will do."""
    shared = send_letter(house, cast, now=clock.now)
    for guardian, child in ((cast.ngozi, cast.sam), (cast.carla, cast.ana)):
        open_with(site, token=token_of(house, link_of(house, shared, guardian, child)))
        site.get(f"/letters/{copy_of(house, shared, child)}/file")
    with house.db.write() as session:
        for disclosure in session.scalars(select(Disclosure.id)).all():
            mark_disclosure.mark_erroneous(
                session, house.keys, disclosure, by=cast.admin, reason="The wrong list.", now=clock.now
            )
    publish.erase(house, SAM, by=cast.admin, reason="The family asked.", now=clock.now)
    with house.db.read() as session:
        assert isinstance(verify_ledger(session, house.keys), Verified)
    with house.db.write() as session:
        anas = select(Disclosure.id).where(col(Disclosure.child_id) == cast.ana)
        theirs = col(ErroneousDisclosure.disclosure_id).in_(anas)
        session.execute(update(ErroneousDisclosure).where(theirs).values(reason_sealed=b""))
    with house.db.read() as session:
        assert isinstance(verify_ledger(session, house.keys), Broken)


def copy_of(house: House, mailing_id: str, child_id: str) -> str:
    with house.db.read() as session:
        query = select(Copy.id).where(col(Copy.mailing_id) == mailing_id, col(Copy.child_id) == child_id)
        return session.scalars(query).one()


def test_letters_under_hold_stay_and_their_names_do_not(house: House, cast: Cast, clock: Watch) -> None:
    mailing_id = own_letter(house, cast, clock)
    with house.db.write() as session:
        hold_mailing.hold_mailing(session, house.keys, mailing_id, by=cast.admin, reason="Counsel.", now=clock.now)
    with house.db.read() as session:
        seen = erase_person.look_at_erasure(session, SAM, by=cast.admin)
    assert (seen.letters, seen.held) == ((), 1)
    publish.erase(house, SAM, by=cast.admin, reason="Asked for.", now=clock.now)
    with house.db.read() as session:
        (document,) = session.execute(select(Document)).scalars()
    assert (document.file_name, document.closed_at) == ("erased", None)
    assert b"".join(house.documents.open(document.id, document.size)).endswith(b"reads well")


def test_it_is_for_an_admin_of_all_sites_with_a_reason(house: House, cast: Cast, clock: Watch) -> None:
    for person in (cast.writer, cast.approver):
        with pytest.raises(NotAllowed):
            publish.erase(house, SAM, by=person, reason="Asked for.", now=clock.now)
    with pytest.raises(WrongCall):
        publish.erase(house, SAM, by=cast.admin, reason=" ", now=clock.now)


def test_a_roster_that_names_them_leaves_them_out_until_they_may_come_back(
    house: House, cast: Cast, clock: Watch, tmp_path: Path
) -> None:
    publish.erase(house, SAM, by=cast.admin, reason="Asked for.", now=clock.now)
    file = tmp_path / "roster.csv"
    file.write_text(ROSTER)

    def added_and_left_out() -> tuple[int, int]:
        with (
            read_roster(file, clock.now.date()) as roster,
            house.db.workbench() as bench,
            bench.staging() as connection,
        ):
            changes = compare_roster(connection, house.keys, roster, now=clock.now, tell=lambda _: None)
        return changes.children.added, changes.erased

    assert added_and_left_out() == (0, 2)
    with house.db.write() as session:
        assert erase_person.allow_again(session, house.keys, SAM, by=cast.admin, now=clock.now)
        assert not erase_person.allow_again(session, house.keys, SAM, by=cast.admin, now=clock.now)
        assert erased_ids(session, house.keys, "guardian", ["g-ngozi", "g-carla"]) == {"g-ngozi"}
    assert added_and_left_out() == (1, 1)
    with house.db.read() as session:
        names = session.execute(select(col(Child.given_name), col(Child.family_name)).where(col(Child.id) == cast.sam))
        assert names.one() == ("Erased", "")
        assert session.get_one(Guardian, cast.ngozi).address is None


def test_an_admin_looks_first_then_erases_with_a_reason_in_the_browser(
    site: TestClient, house: House, cast: Cast, clock: Watch
) -> None:
    own_letter(house, cast, clock)
    token = sit_down(site, house, cast.admin)
    page = text_of(site.get("/admin/erase?kind=child&name=100006").text)
    assert "guardians with no other child here 2" in page
    assert "letter of their own 1" in page
    assert site.get("/admin/erase?kind=child&name=nobody").status_code == 404
    assert site.get("/admin/erase?kind=dog&name=100006").status_code == 400
    fields = {"form_token": token, "kind": "child", "name": "100006"}
    assert site.post("/admin/erase", data=fields | {"reason": " "}).status_code == 400
    assert "okafor" in everything(house)
    done = site.post("/admin/erase", data=fields | {"reason": "The family asked."})
    assert "1 letter was shredded" in text_of(done.text)
    assert "okafor" not in everything(house)
    assert site.post("/admin/erase", data=fields | {"reason": "Again."}).status_code == 404
