"""A roster that makes a link wrong takes it back at once, with what is open and what has not left."""

import json

import pytest
from sqlmodel import select

from portal.flows.opening import open_link
from portal.flows.opening.open_link import Dead, Opened, read_attempt
from portal.ledger import repository as ledger
from portal.ledger.rules import Wanted
from portal.links.tables import FamilySession, Link, Opening
from portal.outbox.tables import Notice
from portal.wiring import House
from tests.cast import Cast, link_of, send_letter, token_of
from tests.conftest import Watch
from tests.flows.district import Cells, Office, everybody, row, tie_of, with_cells, without


@pytest.fixture
def mailing(house: House, cast: Cast, clock: Watch) -> str:
    """Approve a letter to everybody: all links are there, no notice has left."""
    return send_letter(house, cast, now=clock.now)


def link(house: House, mailing: str, guardian: str, child: str) -> Link:
    with house.db.read() as session:
        return session.get_one(Link, link_of(house, mailing, guardian, child))


def notice(house: House, guardian: str) -> Notice:
    with house.db.read() as session:
        return session.exec(select(Notice).where(Notice.guardian_id == guardian)).one()


def press(house: House, link_id: str) -> Opened | Dead:
    attempt = read_attempt(house.keys, token=token_of(house, link_id), code="")
    with house.db.write() as session:
        answer = open_link.open_link(session, house.keys, attempt, old_cookie=None, now=house.clock())
    assert isinstance(answer, Opened | Dead)
    return answer


def ended(house: House, opened: Opened) -> tuple[bool, bool]:
    """Tell whether a browser's session, and all that was open in it, have ended."""
    session_id = open_link.session_id_of(opened.cookie)
    with house.db.read() as session:
        openings = session.exec(select(Opening).where(Opening.session_id == session_id)).all()
        return session.get_one(FamilySession, session_id).ended_at is not None, all(one.ended_at for one in openings)


def dead_links(house: House) -> dict[tuple[str, str], str]:
    with house.db.read() as session:
        return {
            (each.guardian_id, each.child_id): each.revoked_why
            for each in session.exec(select(Link))
            if each.revoked_at
        }


def test_another_address_takes_back_all_of_that_guardians_links(
    house: House, office: Office, cast: Cast, clock: Watch, mailing: str
) -> None:
    opened = press(house, link(house, mailing, cast.carla, cast.ana).id)
    assert isinstance(opened, Opened)
    clock.forward(minutes=1)
    done = office.take_in(with_cells("carla", guardian_email="carla@elsewhere.example.org"))
    assert (done.links, done.notices_cancelled, done.sessions_ended) == (2, 1, 1)
    assert dead_links(house) == dict.fromkeys([(cast.carla, cast.ana), (cast.carla, cast.luis)], "address-changed")
    assert link(house, mailing, cast.carla, cast.ana).revoked_at == clock.now
    assert ended(house, opened) == (True, True)
    assert press(house, link(house, mailing, cast.carla, cast.luis).id) == Dead("address-changed")
    assert notice(house, cast.carla).state == "cancelled"
    assert notice(house, cast.carla).reply.startswith("The roster changed before it left")
    assert notice(house, cast.diego).state == "queued"
    assert office.seen[-1].addresses == 1


def test_an_address_that_is_gone_takes_the_links_with_it(
    house: House, office: Office, cast: Cast, mailing: str
) -> None:
    office.take_in(with_cells("rosa_r", guardian_email=""))
    assert link(house, mailing, cast.rosa_r, cast.other_ana).revoked_why == "address-changed"
    assert office.guardian("g-rosa_r").address is None


@pytest.mark.usefixtures("mailing")
def test_the_same_address_in_other_letters_takes_back_nothing(house: House, office: Office, cast: Cast) -> None:
    done = office.take_in(with_cells("carla", guardian_email="Carla.Rivera@Mail.Example.ORG"))
    assert (done.roster, done.links, done.notices_cancelled) == (2, 0, 0)
    assert dead_links(house) == {}
    assert office.guardian("g-carla").address == "Carla.Rivera@mail.example.org"
    assert notice(house, cast.carla).state == "queued"


def test_a_guardianship_that_ends_takes_back_that_childs_links_alone(
    house: House, office: Office, cast: Cast, mailing: str
) -> None:
    ana = press(house, link(house, mailing, cast.carla, cast.ana).id)
    luis = press(house, link(house, mailing, cast.carla, cast.luis).id)
    assert isinstance(ana, Opened)
    assert isinstance(luis, Opened)
    done = office.take_in(without("luis", "carla"))
    assert (done.links, done.notices_cancelled, done.sessions_ended) == (1, 0, 1)
    assert dead_links(house) == {(cast.carla, cast.luis): "guardianship-ended"}
    assert (ended(house, luis), ended(house, ana)) == ((True, True), (False, False))
    assert notice(house, cast.carla).state == "queued", "it still carries the letter about the other child"


@pytest.mark.usefixtures("mailing")
def test_a_child_that_leaves_takes_every_link_to_it_along(house: House, office: Office, cast: Cast) -> None:
    office.take_in([each for each in everybody() if each["child_id"] != "100006"])
    assert dead_links(house) == {(cast.ngozi, cast.sam): "guardianship-ended"}
    assert notice(house, cast.ngozi).state == "cancelled"


@pytest.mark.usefixtures("mailing")
def test_a_guardian_who_may_not_receive_any_more_loses_the_links(house: House, office: Office, cast: Cast) -> None:
    barred = {tie_of(row("ana", "diego"))}
    office.take_in([each | {"may_receive": "no"} if tie_of(each) in barred else each for each in everybody()])
    assert dead_links(house) == {(cast.diego, cast.ana): "guardianship-ended"}


def shared_with_a_barred_guardian() -> list[list[Cells]]:
    """Return two ways in which Ngozi's mailbox becomes one that Emeka, who is barred, reads too."""
    emeka_moves_in = with_cells("emeka", guardian_email="Ngozi.Okafor@mail.example.org")
    stranger_moves_in = row(
        "sam", "emeka", guardian_id="new", guardian_email="ngozi.okafor@mail.example.org", may_receive="no"
    )
    return [emeka_moves_in, [*everybody(), stranger_moves_in]]


@pytest.mark.usefixtures("mailing")
@pytest.mark.parametrize("way", [0, 1])
def test_a_mailbox_now_shared_with_somebody_barred_loses_that_childs_links(
    house: House, office: Office, cast: Cast, way: int
) -> None:
    office.take_in(shared_with_a_barred_guardian()[way])
    assert dead_links(house) == {(cast.ngozi, cast.sam): "shared-mailbox"}
    assert notice(house, cast.ngozi).state == "cancelled"


def test_a_notice_that_has_left_stays_sent(house: House, office: Office, cast: Cast, mailing: str) -> None:
    with house.db.write() as session:
        left = session.get_one(Notice, notice(house, cast.rosa_r).id)
        left.state = "sent"
        session.add(left)
    done = office.take_in(without("other_ana", "rosa_r"))
    assert (done.links, done.notices_cancelled) == (1, 0)
    assert notice(house, cast.rosa_r).state == "sent"
    assert link(house, mailing, cast.rosa_r, cast.other_ana).revoked_why == "guardianship-ended"


@pytest.mark.usefixtures("mailing")
def test_who_comes_back_gets_no_old_link_back(house: House, office: Office, cast: Cast, clock: Watch) -> None:
    office.take_in(without("sam", "ngozi"))
    clock.forward(days=1)
    assert office.take_in(everybody()).links == 0
    assert dead_links(house) == {(cast.ngozi, cast.sam): "guardianship-ended"}


@pytest.mark.usefixtures("mailing")
def test_what_was_taken_back_is_counted_in_the_ledger_entry_of_the_import(house: House, office: Office) -> None:
    office.take_in(with_cells("carla", guardian_email="carla@elsewhere.example.org"))
    with house.db.read() as session:
        entry = json.loads(ledger.search(session, Wanted(), limit=1)[0].body)
    assert (entry["act"], entry["addresses"], entry["links"], entry["notices"]) == ("roster:import", 1, 2, 1)
