"""What staff mail to families becomes the mailing that a browser would have made, and reaches whom it was mailed to."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace

import pytest
from sqlmodel import col, select

from portal import publish
from portal.arrivals.tables import Arrival, ArrivalRecipient
from portal.blobs import KeyMissing
from portal.flows.writing.reconcile_mailing import note_sample_seen
from portal.links.tables import Link
from portal.mail.transport.recording import RecordingRoom
from portal.mailings.errors import OwnMailing
from portal.mailings.tables import Mailing
from portal.outbox.tables import Notice
from portal.overviews.arriving.gathered import lost_addresses
from portal.overviews.audience import audiences
from portal.staff.rules import Acting
from portal.wiring import House
from portal.worker import Worker
from tests.cast import Cast
from tests.conftest import Watch
from tests.flows.test_deliver_notice import plain_of, read
from tests.flows.test_one_letter_each import ANA, LUIS, SAM, card
from tests.gathered.post import (
    CARLA,
    DIEGO,
    DOMAIN,
    EMEKA,
    NGOZI,
    ROSA_R,
    hand_in,
    mailing_of,
    message,
    only,
    problems,
    report,
    table,
    told,
    with_drops,
    work,
)

NAME = "report card.pdf"
FLYER = card("Bring a hat and water on Monday. The bus leaves at eight.")
CARDS = {"ana": card(ANA), "luis": card(LUIS), "sam": card(SAM)}


def reached(house: House, mailing_id: str) -> set[tuple[str, str]]:
    with house.db.read() as session:
        mailing = session.get_one(Mailing, mailing_id)
        return set(audiences.reach_of(session, mailing, now=house.clock()).pairs)


def approve(house: House, cast: Cast, mailing_id: str) -> None:
    with house.db.write() as session:
        mailing = session.get_one(Mailing, mailing_id)
        note_sample_seen(session, mailing_id, version=mailing.version, by=cast.approver, now=house.clock())
    publish.approve(house, mailing_id, by=cast.approver, version=None, now=house.clock())


def send(house: House, cast: Cast, *mails: tuple[Mapping[str, bytes], list[str]], by: Acting | None = None) -> None:
    for files, recipients in mails:
        hand_in(house, by or cast.writer, message(files), recipients)


def test_one_file_for_many_is_one_letter_for_them_alone(house: House, cast: Cast, clock: Watch) -> None:
    raw = message({"flyer.pdf": FLYER}, subject="Fwd: Field day", text="Dear families,\n\nwe go on Monday.")
    hand_in(house, cast.writer, raw, [CARLA, NGOZI, "ida@riverbend.example.org"])
    assert waits(house), "nothing is made before it is quiet"
    work(house, clock)
    mailing = mailing_of(house)
    assert (mailing.title, mailing.message) == ("Field day", "Dear families,\n\nwe go on Monday.")
    assert (mailing.way, mailing.state) == ("shared", "waiting"), "it adds up, so nobody has to press"
    assert reached(house, mailing.id) == {(cast.carla, cast.ana), (cast.carla, cast.luis), (cast.ngozi, cast.sam)}
    assert told(house) == [("gathered", 1)]
    found = report(house)
    assert (found.ready, found.need, found.lost, found.is_asked) == (2, 0, 0, True), "colleagues are no lost addresses"


def waits(house: House) -> bool:
    with house.db.read() as session:
        return only(house).state == "open" and session.exec(select(Mailing)).first() is None


def test_files_of_one_name_find_their_children_by_address(house: House, cast: Cast, clock: Watch) -> None:
    send(house, cast, ({NAME: CARDS["ana"]}, [CARLA, DIEGO]), ({NAME: CARDS["luis"]}, [CARLA, DIEGO]))
    send(house, cast, ({NAME: CARDS["sam"]}, [NGOZI]))
    work(house, clock)
    mailing = mailing_of(house)
    assert problems(house, mailing.id) == []
    assert {pair.child_id for pair in table(house, mailing.id).found.pairs} == {cast.ana, cast.luis, cast.sam}
    assert (mailing.way, mailing.state, mailing.confidential) == ("files", "waiting", True)
    assert (report(house).ready, report(house).need) == (3, 0)
    approve(house, cast, mailing.id)
    with house.db.read() as session:
        notices = session.exec(select(Notice.guardian_id).where(col(Notice.mailing_id) == mailing.id)).all()
        links = session.exec(select(Link.guardian_id, Link.child_id).where(col(Link.mailing_id) == mailing.id)).all()
    assert sorted(notices) == sorted([cast.carla, cast.diego, cast.ngozi]), "one message a guardian"
    assert len(links) == 5
    work(house, clock)
    assert only(house).state == "ended"
    with house.db.read() as session:
        assert session.exec(select(ArrivalRecipient)).first() is None


def test_neighbours_files_that_are_swapped_are_shown_as_swapped(house: House, cast: Cast, clock: Watch) -> None:
    send(house, cast, ({NAME: CARDS["sam"]}, [ROSA_R]), ({NAME: card(ANA.replace("100001", "100004"))}, [NGOZI]))
    work(house, clock)
    mailing = mailing_of(house)
    assert problems(house, mailing.id) == ["swapped"]
    assert (mailing.state, report(house).ready, report(house).is_asked) == ("draft", 0, False)


def test_two_files_to_one_mother_are_her_two_childrens(house: House, cast: Cast, clock: Watch) -> None:
    send(house, cast, ({"a.pdf": CARDS["ana"], "b.pdf": CARDS["luis"]}, [CARLA]))
    work(house, clock)
    mailing = mailing_of(house)
    assert (mailing.way, mailing.state, problems(house, mailing.id)) == ("files", "waiting", [])
    assert reached(house, mailing.id) == {(cast.carla, cast.ana), (cast.carla, cast.luis)}, "and the father gets none"


def test_a_file_that_names_both_siblings_or_none_is_asked_about(house: House, cast: Cast, clock: Watch) -> None:
    both = card("Ana Rivera and Luis Rivera may leave at noon.")
    send(house, cast, ({NAME: both}, [CARLA]), ({NAME: FLYER}, [DIEGO]), ({NAME: CARDS["sam"]}, [NGOZI]))
    work(house, clock)
    found = table(house, mailing_of(house).id).found
    asked = [one for one in found.problems if one.kind == "ambiguous"]
    assert [set(one.may_be) for one in asked] == [{cast.ana, cast.luis}, {cast.ana, cast.luis}]
    assert (report(house).ready, report(house).is_asked) == (1, False)


def test_mother_and_father_with_the_same_letter_in_other_bytes_get_one(house: House, cast: Cast, clock: Watch) -> None:
    again = CARDS["ana"] + b"\n% made for somebody else\n"
    send(house, cast, ({NAME: CARDS["ana"]}, [CARLA]), ({NAME: again}, [DIEGO]), ({NAME: CARDS["sam"]}, [NGOZI]))
    work(house, clock)
    mailing = mailing_of(house)
    assert (problems(house, mailing.id), mailing.state, report(house).ready) == ([], "waiting", 2)
    assert reached(house, mailing.id) >= {(cast.carla, cast.ana), (cast.diego, cast.ana)}


def test_a_blank_form_for_one_child_is_clear(house: House, cast: Cast, clock: Watch) -> None:
    send(house, cast, ({"form.pdf": FLYER}, [NGOZI]))
    work(house, clock)
    assert (mailing_of(house).way, mailing_of(house).state) == ("shared", "waiting")
    assert reached(house, mailing_of(house).id) == {(cast.ngozi, cast.sam)}


def test_unknown_barred_and_out_of_reach_are_one_list(house: House, cast: Cast, clock: Watch) -> None:
    send(house, cast, ({"flyer.pdf": FLYER}, [NGOZI, EMEKA, CARLA, "nobody@mail.example.org"]), by=cast.oak_writer)
    work(house, clock)
    assert reached(house, mailing_of(house).id) == {(cast.ngozi, cast.sam)}
    assert (mailing_of(house).state, report(house).lost, report(house).need) == ("checked", 3, 3)
    with house.db.read() as session:
        lost = lost_addresses(session, house.keys, only(house).id, cast.oak_writer, domain="", now=clock.now)
    assert lost == sorted([EMEKA, CARLA, "nobody@mail.example.org"])


def test_to_nobody_who_is_known_nothing_is_made(house: House, cast: Cast, clock: Watch) -> None:
    taken = hand_in(house, cast.oak_writer, message({"flyer.pdf": FLYER}), [CARLA])
    with house.db.read() as session:
        blob_id = session.get_one(Arrival, taken.arrival_id).blob_id
    assert blob_id is not None
    work(house, clock)
    assert (only(house).state, report(house).stop, told(house)) == ("ended", "nobody", [("gate-stopped", 1)])
    with pytest.raises(KeyMissing):
        house.documents.open(blob_id, 1)


def test_a_drop_address_is_its_audience(house: House, cast: Cast, clock: Watch) -> None:
    home = with_drops(house)
    raw = message({"flyer.pdf": FLYER}, subject="Trip")
    hand_in(home, cast.writer, raw, ["grade-3.oak@letters.school.test"], door="drop")
    work(home, clock)
    mailing = mailing_of(house)
    assert (mailing.state, mailing.is_addressed) == ("waiting", False)
    assert reached(house, mailing.id) == {(cast.ngozi, cast.sam)}


def test_a_worker_does_all_of_it_and_mails_approver_and_sender(house: House, cast: Cast, clock: Watch) -> None:
    home, room = with_drops(house), RecordingRoom()
    hand_in(home, cast.writer, message({"flyer.pdf": FLYER}, subject="Trip"), [f"oak@{DOMAIN}"], door="drop")
    clock.forward(seconds=6)
    asyncio.run(Worker(home, room).drain())
    mails = {one.to: " ".join(plain_of(read(one.message)).split()) for one in room.delivered}
    assert "Rosa asks to send “Trip”" in mails["omar@riverbend.example.org"]
    assert "Trip: a letter for 1 guardian is ready. Nothing has been sent yet." in mails["rosa@riverbend.example.org"]
    assert "flyer" not in " ".join(mails.values())


def test_a_drop_address_beyond_ones_sites_leads_nowhere(house: House, cast: Cast, clock: Watch) -> None:
    home = with_drops(house)
    for local in ("everyone", "maple", "grade-2"):
        raw = message({"flyer.pdf": FLYER}, subject=local)
        hand_in(home, cast.oak_writer, raw, [f"{local}@letters.school.test"], door="drop")
    work(home, clock)
    with house.db.read() as session:
        assert session.exec(select(Mailing)).first() is None
    assert told(house) == [("gate-stopped", 1)] * 3


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_nobody_approves_what_came_from_a_mailbox_that_they_share(house: House, cast: Cast, clock: Watch) -> None:
    shared = f"{cast.writer.address}={cast.approver.address}+gone@riverbend.example.org"
    home = replace(house, settings=house.settings.model_copy(update={"gate_shared": shared}))
    send(home, cast, ({"flyer.pdf": FLYER}, [NGOZI]))
    work(home, clock)
    with pytest.raises(OwnMailing):
        publish.approve(home, mailing_of(home).id, by=cast.approver, version=None, now=clock.now)
    publish.approve(home, mailing_of(home).id, by=cast.admin, version=None, now=clock.now)
