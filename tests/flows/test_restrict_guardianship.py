"""Staff bar a guardian or end a guardianship: at the next request, whatever the roster says, and for every rule."""

import json
from datetime import timedelta

import pytest
from sqlmodel import col, select
from starlette.testclient import TestClient

from portal.families import repository as families
from portal.families.rules import may_be_named, seal_private
from portal.families.tables import Child, Guardian, Restriction
from portal.flows.people.restrict_guardianship import Restricted, Wish, lift, restrict
from portal.flows.sending.deliver_notice import claim_notices, look_again
from portal.flows.sending.start_sending import start_sending
from portal.kernel.errors import WrongCall
from portal.ledger import repository as ledger
from portal.ledger.rules import Wanted
from portal.links.tables import Link
from portal.mailings.errors import RosterChanged
from portal.outbox.tables import Notice
from portal.overviews.people.known_people import allowed_for
from portal.overviews.rights.rights_seen import guardianship_seen
from portal.publish import ComingOfAge, see_to_rights
from portal.staff.errors import NotAllowed
from portal.wiring import House
from tests.cast import Cast, approve, link_of, plan_of, send_letter, token_of, write_draft
from tests.conftest import Watch
from tests.flows.district import Office, everybody
from tests.flows.rounds import Sending
from tests.web.test_opening import all_letters, letters_in, open_with

ORDER = Wish("barred", "The court says so.", reference="12 F 345")


@pytest.fixture
def mailing(held_letter: str) -> str:
    return held_letter


def bar(house: House, cast: Cast, guardian: str, child: str, wish: Wish = ORDER) -> Restricted:
    pair = (getattr(cast, guardian), getattr(cast, child))
    with house.db.write() as session:
        return restrict(session, house.keys, pair, wish, by=cast.writer.label, now=house.clock())


def reached(house: House, mailing_id: str, clock: Watch) -> set[tuple[str, str]]:
    return set(plan_of(house, mailing_id, now=clock.now).pairs)


def test_it_is_dead_at_the_next_request_for_that_pair_alone(
    site: TestClient, house: House, cast: Cast, mailing: str
) -> None:
    for child in ("ana", "luis"):
        open_with(site, token=token_of(house, link_of(house, mailing, cast.diego, getattr(cast, child))))
    assert len(all_letters(site)) == 2
    done = bar(house, cast, "diego", "ana")
    assert (done.links, done.notices_cancelled, done.sessions_ended) == (1, 0, 0)
    (copy_id,) = letters_in(site.get("/letters").text)
    assert "Luis" in site.get(f"/letters/{copy_id}").text
    answer = open_with(site, token=token_of(house, link_of(house, mailing, cast.diego, cast.ana)))
    assert answer.status_code == 410
    assert "custody" not in answer.text.lower()
    assert "court" not in answer.text.lower()
    assert bar(house, cast, "diego", "luis").notices_cancelled == 1, "now his message has nothing left to say"


def test_a_second_time_gives_the_first_answer_and_no_second_entry(
    house: House, cast: Cast, mailing: str, clock: Watch
) -> None:
    assert mailing
    first, second = bar(house, cast, "diego", "ana"), bar(house, cast, "diego", "ana", Wish("barred", "Again."))
    assert (second.is_repeat, second.links, second.starts_at) == (True, first.links, first.starts_at)
    clock.forward(seconds=-2)  # as a press that came before the first one's, and waited behind it
    late = bar(house, cast, "diego", "ana")
    assert (late.is_repeat, late.links, late.starts_at) == (True, first.links, first.starts_at)
    with house.db.read() as session:
        entries = [
            json.loads(one.body)
            for one in ledger.search(session, Wanted(), limit=100)
            if one.act == "guardianship:restrict"
        ]
        kept = session.exec(select(Restriction)).one()
    (entry,) = entries
    assert (entry["guardian"], entry["child"], entry["links"]) == (cast.diego, cast.ana, 1)
    assert len(entry["reason"]) == 64
    assert "court" not in json.dumps(entry)
    assert b"court" not in (kept.reason_sealed or b"")


def test_what_takes_more_stands_in_the_place_of_what_took_less(
    house: House, cast: Cast, mailing: str, clock: Watch
) -> None:
    week, month = clock.now + timedelta(days=7), clock.now + timedelta(days=30)
    bar(house, cast, "diego", "ana", Wish("barred", "For a month.", ends_at=month))
    assert bar(house, cast, "diego", "ana", Wish("barred", "A week.", ends_at=week)).ends_at == month, "never cut short"
    for_good = bar(house, cast, "diego", "ana")
    assert (for_good.is_repeat, for_good.ends_at) == (False, None)
    bar(house, cast, "diego", "luis", Wish("ended", "At midnight.", starts_at=clock.now + timedelta(seconds=20)))
    at_once = bar(house, cast, "diego", "luis", Wish("ended", "No, now."))
    assert (at_once.is_repeat, at_once.links, at_once.starts_at) == (False, 1, clock.now)
    clock.forward(days=31)
    assert {guardian for guardian, _ in reached(house, mailing, clock)}.isdisjoint({cast.diego})


def test_an_import_never_touches_it_and_says_that_the_roster_differs(
    house: House, office: Office, cast: Cast, mailing: str, clock: Watch
) -> None:
    bar(house, cast, "diego", "ana")
    bar(house, cast, "carla", "luis", Wish("ended", "Moved away."))
    office.take_in(everybody())
    office.take_in([one | {"grade": "6"} for one in everybody()])
    assert office.seen[-1].differing == 2
    gone = {(cast.diego, cast.ana), (cast.carla, cast.luis)}
    assert reached(house, mailing, clock).isdisjoint(gone)


def test_a_mailbox_that_somebody_barred_reads_gets_nothing_and_loses_what_it_had(
    house: House, cast: Cast, clock: Watch
) -> None:
    with house.db.write() as session:
        emeka = session.get_one(Guardian, cast.diego)
        emeka.address = emeka.address_key = "carla.rivera@mail.example.org"
        session.add(emeka)
    mailing = send_letter(house, cast, now=clock.now)
    with house.db.read() as session:
        seen = guardianship_seen(session, house.keys, cast.admin, cast.diego, "100001", now=clock.now)
    assert (seen.links, seen.shares, seen.shared_links) == (1, 1, 1)
    assert bar(house, cast, "diego", "ana").links == 2
    with house.db.read() as session:
        dead = select(Link.guardian_id, Link.revoked_why).where(col(Link.revoked_at).is_not(None))
        assert set(session.exec(dead)) == {(cast.diego, "restricted"), (cast.carla, "shared-mailbox")}
    assert not {child for _, child in reached(house, mailing, clock)} & {cast.ana}


def test_the_guard_lets_a_letter_to_a_restricted_child_name_nobody_else(house: House, cast: Cast, clock: Watch) -> None:
    with house.db.read() as session:
        assert allowed_for(session, cast.ana, now=clock.now) == {cast.ana, cast.luis, cast.carla, cast.diego}
    bar(house, cast, "diego", "ana")
    with house.db.read() as session:
        assert allowed_for(session, cast.ana, now=clock.now) == {cast.ana, cast.carla}
        assert may_be_named(cast.luis, families.ties_around(session, cast.luis, now=clock.now)) == {
            cast.luis, cast.carla, cast.diego,
        }  # fmt: skip


def test_an_approval_worked_out_before_is_worked_out_again(house: House, cast: Cast, clock: Watch) -> None:
    mailing_id = write_draft(house, cast, now=clock.now)
    bar(house, cast, "diego", "ana")
    with pytest.raises(RosterChanged):
        approve(house, cast, mailing_id, now=clock.now)


def test_a_message_that_was_claimed_before_does_not_leave(house: House, cast: Cast, mailing: str, clock: Watch) -> None:
    assert mailing
    clock.forward(minutes=2)
    with house.db.write() as session:
        start_sending(session, house.keys, now=clock.now)
        errands = claim_notices(session.connection(), most=25, now=clock.now)
    bar(house, cast, "rosa_r", "other_ana")
    with house.db.read() as session:
        may_go = look_again(session.connection(), errands, now=clock.now)
        addresses = dict(session.exec(select(Notice.id, Notice.address)).all())
    stay = [addresses[one.lease.row_id] for one, goes in zip(errands, may_go, strict=True) if not goes]
    assert stay == ["rosa.rivera@mail.example.org"]


def test_it_begins_and_ends_on_its_days(site: TestClient, house: House, cast: Cast, mailing: str, clock: Watch) -> None:
    link_id = link_of(house, mailing, cast.ngozi, cast.sam)
    bar(house, cast, "ngozi", "sam", Wish("ended", "Moves out.", starts_at=clock.now + timedelta(days=2)))
    assert open_with(site, token=token_of(house, link_id)).status_code == 303
    clock.forward(days=2)
    assert open_with(site, token=token_of(house, link_id)).status_code == 410, "before the worker has come round"
    see_to_rights(house, now=clock.now)
    with house.db.read() as session:
        assert session.get_one(Link, link_id).revoked_why == "restricted"
    until = Wish("barred", "For a week.", ends_at=clock.now + timedelta(days=7))
    bar(house, cast, "carla", "ana", until)
    assert (cast.carla, cast.ana) not in reached(house, mailing, clock)
    clock.forward(days=8)
    assert (cast.carla, cast.ana) in reached(house, mailing, clock)
    assert not bar(house, cast, "carla", "ana").is_repeat, "the earlier one is over"


@pytest.mark.parametrize(
    "wish",
    [Wish("barred", "  "), Wish("barred", "x" * 501), Wish("barred", "Late.", ends_at=Watch().now - timedelta(days=1))],
)
def test_a_restriction_needs_a_reason_and_days_that_can_be(house: House, cast: Cast, wish: Wish) -> None:
    with pytest.raises(WrongCall):
        bar(house, cast, "diego", "ana", wish)


@pytest.mark.anyio
async def test_lifting_is_an_admins_act_and_brings_new_links_never_the_old(
    house: House, cast: Cast, clock: Watch, mailing: str
) -> None:
    sending = Sending(house, cast, clock, mailing)
    await sending.deliver()
    old = link_of(house, mailing, cast.rosa_r, cast.other_ana)
    bar(house, cast, "rosa_r", "other_ana")
    assert sending.names("one-family", child="100004") == set()
    pair = (cast.rosa_r, cast.other_ana)
    for person in (cast.writer, cast.approver):
        with pytest.raises(NotAllowed), house.db.write() as session:
            lift(session, house.keys, pair, by=person, reason="Settled.", now=clock.now)
    with house.db.write() as session:
        assert lift(session, house.keys, pair, by=cast.admin, reason="Settled.", now=clock.now) == 1
    assert sending.press("one-family", child="100004").notices == 1
    with house.db.read() as session:
        of_pair = select(Link.id, Link.edition, Link.revoked_at).where(Link.guardian_id == cast.rosa_r)
        first, second = session.exec(of_pair.order_by(col(Link.edition))).all()
    assert (first[0], first[2] is None) == (old, False)
    assert (second[1], second[2]) == (2, None)


def born(house: House, child: str, day: str) -> None:
    with house.db.write() as session:
        found = session.get_one(Child, child)
        found.birth_date_sealed = seal_private(house.keys, child, "birth_date", day)
        session.add(found)


def test_a_child_who_comes_of_age_pauses_its_guardians_once_and_staff_may_go_on(
    house: House, cast: Cast, clock: Watch, mailing: str
) -> None:
    born(house, cast.ana, "2008-08-07")
    born(house, cast.luis, "2010-08-07")
    rounds = ComingOfAge(house)
    rounds.look()
    assert (cast.carla, cast.ana) in reached(house, mailing, clock), "17 today"
    clock.forward(days=1)
    rounds.look()
    gone = {(cast.carla, cast.ana), (cast.diego, cast.ana)}
    assert reached(house, mailing, clock).isdisjoint(gone)
    with house.db.read() as session:
        why = select(Link.guardian_id, Link.child_id).where(Link.revoked_why == "of-age")
        assert set(session.exec(why)) == gone
    with house.db.write() as session:
        lift(session, house.keys, (cast.carla, cast.ana), by=cast.approver, reason="Ana asked for it.", now=clock.now)
    clock.forward(days=1)
    rounds.look()
    assert reached(house, mailing, clock) & gone == {(cast.carla, cast.ana)}
