"""Taking back at the level of families, and `portal revoke` and `portal guardianship` as an operator runs them."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlmodel import col, select
from typer.testing import Result

from portal.families.errors import NoSuchChild, NotAGuardian
from portal.families.tables import Guardian
from portal.kernel.clock import utc_now
from portal.kernel.errors import WrongCall
from portal.ledger.tables import LedgerEntry
from portal.links.errors import LinkUnknown
from portal.links.tables import Link
from portal.mailings.tables import Mailing
from portal.overviews.links.fresh_link import NoWayBack, StillOpens
from portal.staff import repository as staff
from portal.staff.errors import NotAllowed
from portal.wiring import House
from tests.cast import Cast, link_of, send_letter
from tests.conftest import Watch
from tests.flows.rounds import read_letter

Run = Callable[..., Result]
IDA, OLGA, ROSA = "ida@riverbend.example.org", "olga@riverbend.example.org", "rosa@riverbend.example.org"


@pytest.fixture
def run(portal: Run, house: House, cast: Cast, clock: Watch) -> Run:
    assert cast
    clock.now = utc_now() - timedelta(minutes=2)
    with house.db.write() as session:
        member = staff.put(session, address=OLGA, address_key=OLGA, name="Olga", role="admin", now=clock.now)
        staff.set_scope(session, member.id, ["Oak"])
    return portal


@pytest.fixture
def mailing(run: Run, house: House, cast: Cast, clock: Watch) -> str:
    assert run
    return send_letter(house, cast, now=clock.now)


def back(run: Run, *target: str, by: str = IDA) -> dict[str, object]:
    return dict(json.loads(run("revoke", *target, "--by", by, "--reason", "Wrong.", "--json").stdout))


def dead(house: House) -> set[tuple[str, str]]:
    with house.db.read() as session:
        return set(session.exec(select(Link.guardian_id, Link.child_id).where(col(Link.revoked_at).is_not(None))))


def test_each_level_takes_back_what_it_says_and_tells_who_had_opened_it(
    run: Run, house: House, cast: Cast, mailing: str, clock: Watch
) -> None:
    read_letter(house, clock, link_of(house, mailing, cast.carla, cast.ana))
    done = back(run, "--guardianship", cast.carla, "100001")
    (opened,) = done.pop("already_opened")  # type: ignore[misc]  # a list, as JSON has it
    assert (opened["guardian"], opened["child"]) == (cast.carla, "100001")
    assert (done.pop("what"), done.pop("id")) == ("guardianship", f"{cast.carla}.{cast.ana}")
    assert done == {"links": 1, "notices_cancelled": 0, "sessions_ended": 1}
    assert dead(house) == {(cast.carla, cast.ana)}
    assert back(run, "--guardian", cast.carla)["notices_cancelled"] == 1
    assert dead(house) == {(cast.carla, cast.ana), (cast.carla, cast.luis)}
    assert back(run, "--child", "100002")["links"] == 1
    assert (cast.diego, cast.luis) in dead(house)
    assert (cast.diego, cast.ana) not in dead(house)


def test_again_is_the_same_answer_without_a_second_entry_until_there_are_new_links(
    run: Run, house: House, cast: Cast, mailing: str, clock: Watch
) -> None:
    assert mailing
    first = back(run, "--child", "100006")
    assert first == back(run, "--child", "100006")
    send_letter(house, cast, now=clock.now, title="Second")
    assert back(run, "--child", "100006")["links"] == 1
    with house.db.read() as session:
        assert len(session.exec(select(LedgerEntry).where(LedgerEntry.act == "child:revoke")).all()) == 2


def test_an_admin_of_one_site_takes_back_there_alone(run: Run, house: House, cast: Cast, mailing: str) -> None:
    assert mailing
    with pytest.raises(NoSuchChild):
        back(run, "--child", "100001", by=OLGA)
    with pytest.raises(NotAGuardian):
        back(run, "--guardianship", cast.carla, "100001", by=OLGA)
    assert dead(house) == set()
    assert back(run, "--guardian", cast.ngozi, by=OLGA)["links"] == 1


def of_link(run: Run, act: str, link_id: str, *words: str) -> dict[str, object]:
    return dict(json.loads(run("link", act, link_id, *words, "--json").stdout))


def test_a_link_that_was_taken_back_has_a_new_one_in_its_place_and_that_is_taken_back_in_turn(
    run: Run, house: House, cast: Cast, mailing: str
) -> None:
    old, ended = link_of(house, mailing, cast.carla, cast.ana), link_of(house, mailing, cast.diego, cast.ana)
    with house.db.write() as session:
        session.get_one(Mailing, mailing).state = "sent"
    shown = of_link(run, "show", old)
    assert (shown["guardian"], shown["child"], shown["opens"], shown["why"]) == (cast.carla, "100001", True, "")
    for link_id, by, refusal in ((old, IDA, StillOpens), (old, ROSA, NotAllowed), (old, OLGA, LinkUnknown)):
        with pytest.raises(refusal):
            run("link", "reissue", link_id, "--by", by)
    back(run, "--link", old)
    run("guardianship", "end", cast.diego, "100001", "--reason", "Left.")
    with pytest.raises(NoWayBack):
        run("link", "reissue", ended, "--by", IDA)
    done = of_link(run, "reissue", old, "--by", IDA)
    assert (done["guardian"], done["links"]) == (cast.carla, 1)
    with house.db.read() as session:
        fresh = session.exec(select(Link.id).where(Link.edition == 2)).one()
    facts = [of_link(run, "show", one) for one in (old, fresh)]
    assert [(one["edition"], one["newest"], one["opens"]) for one in facts] == [(1, 2, False), (2, 2, True)]
    with pytest.raises(StillOpens):
        run("link", "reissue", old, "--by", IDA)
    assert back(run, "--link", old)["links"] == 1
    assert "It opens nothing" in run("link", "show", fresh).stdout


def test_exactly_one_target_is_named(run: Run, cast: Cast) -> None:
    with pytest.raises(WrongCall):
        back(run, "--child", "100001", "--guardian", cast.carla)


def test_the_command_restricts_ends_and_lifts(run: Run, house: House, cast: Cast, mailing: str) -> None:
    assert mailing
    words = (cast.diego, "100001", "--reason", "The court says so.")
    done = json.loads(run("guardianship", "restrict", *words, "--until", "2099-06-30", "--json").stdout)
    assert (done["kind"], done["links"], done["ends_at"]) == ("barred", 1, "2099-07-01T00:00:00+00:00")
    again = run("guardianship", "restrict", *words, "--until", "June 30, 2099")
    assert "It was so before. 1 link is dead" in again.stdout
    ended = json.loads(
        run("guardianship", "end", "Diego.Rivera@mail.example.org", "100002", "--reason", "Left.", "--json").stdout
    )
    assert (ended["kind"], ended["links"], ended["notices_cancelled"]) == ("ended", 1, 1)
    assert dead(house) == {(cast.diego, cast.ana), (cast.diego, cast.luis)}
    assert "Lifted." in run("guardianship", "lift", *words, "--by", IDA).stdout
    with pytest.raises(WrongCall):
        run("guardianship", "restrict", *words, "--until", "soon")
    with pytest.raises(NotAGuardian):
        run("guardianship", "restrict", cast.ngozi, "100001", "--reason", "x")
    with pytest.raises(NotAGuardian):
        run("guardianship", "restrict", "ngozi.okafor@mail.example.org", "100001", "--reason", "x")
    with house.db.write() as session:
        mailbox = {"address": "home@mail.example.org", "address_key": "home@mail.example.org"}
        session.execute(update(Guardian).where(col(Guardian.id).in_([cast.diego, cast.carla])).values(mailbox))
    with pytest.raises(WrongCall, match="by id"):
        run("guardianship", "restrict", "home@mail.example.org", "100001", "--reason", "x")
