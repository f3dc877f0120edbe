"""Whoever changes several rows holds them in the order of their ids: who waits for the first holds none behind it."""

import re
from functools import partial

import pytest
from sqlalchemy import event

from portal.flows.people.erase_person import Who, erase_person
from portal.kernel.ids import new_id
from portal.links import repository as links
from portal.links.repository import forgetting
from portal.links.tables import FamilySession, Link, Opening
from portal.outbox import repository as outbox
from portal.outbox.tables import FamilyMail, Notice
from portal.publish.correcting import dead_keys
from portal.wiring import House
from tests.cast import Cast, send_letter
from tests.conftest import Watch
from tests.flows.deeds import ids_of, make_all, press, remember, take_back, told, written
from tests.flows.district import Office, without
from tests.parts.side_by_side import holds_none_behind

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # which holds rows


def test_all_links_of_a_mailing_that_is_taken_back(house: House, cast: Cast, clock: Watch, mailing_id: str) -> None:
    ids = ids_of(house, Link, mailing_id=mailing_id)
    holds_none_behind(house.db, "link", ids, take_back(house, cast, clock, "mailing", mailing_id))


@pytest.mark.parametrize("table", [FamilySession, Opening])
def test_all_that_is_open_of_a_mailing_that_is_taken_back(
    house: House, cast: Cast, clock: Watch, mailing_id: str, table: type[FamilySession | Opening]
) -> None:
    for link_id in ids_of(house, Link, mailing_id=mailing_id):
        press(house, clock, link_id)
    taking_back = take_back(house, cast, clock, "mailing", mailing_id)
    holds_none_behind(house.db, table.__tablename__, ids_of(house, table), taking_back)


@pytest.mark.parametrize("act", ["their leases last", "they are due at another moment", "they are printed"])
def test_messages_of_a_mailing(house: House, clock: Watch, mailing_id: str, act: str) -> None:
    ids = ids_of(house, Notice, mailing_id=mailing_id)
    make_all(house, Notice, state="sending", lease_id="one")
    acts = {
        "their leases last": lambda session: outbox.renew(session, Notice, ["one"], until=clock.now),
        "they are due at another moment": lambda session: outbox.set_due(session, mailing_id, at=clock.now),
        "they are printed": lambda session: outbox.note_printed(session, ids[::-1], now=clock.now),
    }
    holds_none_behind(house.db, "notice", ids, written(house, acts[act]))


def test_links_that_last_until_another_moment(house: House, clock: Watch, mailing_id: str) -> None:
    moving = written(house, lambda session: links.set_expiry(session, links.of_mailing(mailing_id), at=clock.now))
    holds_none_behind(house.db, "link", ids_of(house, Link), moving)


def test_links_that_a_roster_takes_back_for_several_reasons(house: House, office: Office, mailing_id: str) -> None:
    roster = [cells | {"guardian_email": f"new.{cells['guardian_email']}"} for cells in without("luis", "carla")]
    holds_none_behind(house.db, "link", ids_of(house, Link, mailing_id=mailing_id), lambda: office.take_in(roster))


def test_links_of_a_key_in_wrong_hands(house: House, cast: Cast, clock: Watch, mailing_id: str) -> None:
    second = send_letter(house, cast, now=clock.now)
    ids = [*ids_of(house, Link, mailing_id=mailing_id), *ids_of(house, Link, mailing_id=second)]
    turning = partial(dead_keys.rotate, house, "link", compromised=True, by="cli", now=clock.now)
    holds_none_behind(house.db, "link", ids, turning)


def test_browsers_of_a_guardian(house: House, cast: Cast, clock: Watch) -> None:
    ids = [remember(house, cast.carla, clock) for _ in range(8)]
    theirs = links.devices_of(cast.carla)
    holds_none_behind(
        house.db, "device", ids, written(house, lambda session: links.end_devices(session, theirs, now=clock.now))
    )


def test_from_where_links_were_opened_long_ago(house: House, clock: Watch, mailing_id: str) -> None:
    for link_id in ids_of(house, Link, mailing_id=mailing_id):
        press(house, clock, link_id)
    make_all(house, Opening, network="192.0.2.0")
    clock.forward(days=100)
    forgetting_them = written(house, lambda session: forgetting.forget_networks(session, now=clock.now))
    holds_none_behind(house.db, "opening", ids_of(house, Opening), forgetting_them)


def test_messages_with_fresh_links(house: House, cast: Cast, clock: Watch) -> None:
    ids = sorted((new_id() for _ in range(8)), reverse=True)
    with house.db.write() as session:
        for one in ids:
            session.add(
                FamilyMail(
                    id=one, kind="renewal", guardian_id=cast.carla, about_id=one, state="queued", due_at=clock.now
                )
            )
            session.flush()
    cancelling = written(house, lambda session: outbox.cancel_family_mail(session, ids, why="", now=clock.now))
    holds_none_behind(house.db, "family_mail", ids, cancelling)


def test_an_erasure_holds_tables_in_the_order_of_everybody(house: House, cast: Cast, clock: Watch) -> None:
    """As whoever types a code or says that it is not their child does."""
    send_letter(house, cast, now=clock.now)
    held: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if found := re.match(r"SELECT (\w+)\.id .* FOR NO KEY UPDATE", statement, re.DOTALL):
            held.append(found[1])

    event.listen(house.db.engine, "before_cursor_execute", note)
    who = Who("guardian", cast.carla)
    told(house, erase_person, who, by=cast.admin, reason="They asked.", named_in=(), now=clock.now)()
    event.remove(house.db.engine, "before_cursor_execute", note)
    order = ["mailing", "link", "notice", "code_challenge", "family_mail", "device"]
    assert [one for one in dict.fromkeys(held) if one in order] == order
