"""The first admin comes in by a setup link: once, within a day, and only while there is no admin."""

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from portal.flows.people.change_staff import add_staff
from portal.flows.people.sign_in_staff import (
    Browser,
    NotSignedIn,
    SignedIn,
    make_setup_link,
    make_sign_in_link,
    redeem_sign_in_link,
    set_up,
)
from portal.kernel.errors import WrongCall
from portal.kernel.ids import new_id
from portal.kernel.secrets import tokens
from portal.kernel.text.addresses import OneAddress
from portal.ledger import repository as ledger
from portal.staff import repository as staff
from portal.staff.errors import AdminExists
from portal.wiring import House
from tests.conftest import Watch

IDA, OMAR = "ida@riverbend.example.org", "omar@riverbend.example.org"


@dataclass
class Door:
    """Where the first admin comes in."""

    house: House
    clock: Watch

    def link(self) -> str:
        with self.house.db.write() as session:
            return make_setup_link(session, self.house.keys, by="cli:office", now=self.clock.now)

    def press(self, text: str, address: str = IDA, name: str = "Ida") -> SignedIn | NotSignedIn:
        one, browser = OneAddress.parse(address), Browser(new_id())
        with self.house.db.write() as session:
            return set_up(session, self.house.keys, text, address=one, name=name, browser=browser, now=self.clock.now)

    def add(self, address: str, role: str = "admin") -> None:
        with self.house.db.write() as session:
            add_staff(
                session, self.house.keys, address, role=role, name="", sites=(), by="cli:office", now=self.clock.now
            )

    def everyone(self) -> dict[str, str]:
        with self.house.db.read() as session:
            return {member.address: member.role for member, _ in staff.everyone(session)}

    def acts(self) -> list[dict[str, object]]:
        with self.house.db.read() as session:
            return [json.loads(entry.body) for entry in ledger.entries(session)]


@pytest.fixture
def door(house: House, clock: Watch) -> Door:
    return Door(house, clock)


def at_once(*acts: Callable[[], object]) -> list[object]:
    start = threading.Barrier(len(acts))

    def do(act: Callable[[], object]) -> object:
        start.wait(timeout=20)
        return act()

    with ThreadPoolExecutor(len(acts)) as hands:
        return list(hands.map(do, acts))


def test_a_link_makes_one_admin_and_says_so_in_the_ledger(door: Door) -> None:
    link = door.link()
    came = door.press(f"<https://letters.riverbend.example/setup#{link}>.", name=" Ida  Field ")
    assert isinstance(came, SignedIn)
    assert (came.person.role, came.person.name, came.person.sites) == ("admin", "Ida Field", None)
    assert door.press(link, OMAR) == NotSignedIn("spent")
    assert door.everyone() == {IDA: "admin"}
    assert [(act["act"], act["by"]) for act in door.acts()] == [
        ("staff:setup-link", "cli:office"),
        ("staff:add", "setup-link"),
        ("staff:sign-in", came.person.label),
        ("staff:sign-in-refused", "staff:unknown"),
    ]
    assert "@" not in json.dumps(door.acts()), "the ledger names nobody"


def test_a_link_lasts_a_day_and_ends_with_the_next(door: Door, clock: Watch) -> None:
    first, second = door.link(), door.link()
    assert door.press(first) == NotSignedIn("spent")
    clock.forward(hours=24)
    assert door.press(second) == NotSignedIn("spent")
    assert isinstance(door.press(door.link()), SignedIn)


def test_any_admin_ends_it_for_good(door: Door, house: House) -> None:
    link = door.link()
    door.add(OMAR, "publisher")
    door.add(IDA)
    with house.db.write() as session:  # as a provider's groups may do
        person = staff.by_address(session, IDA, through="web")
        staff.set_grant(session, person, role="publisher", sites=None, now=house.clock())
    assert door.press(link, OMAR) == NotSignedIn("spent"), "it does not come back when its admin is none any more"
    door.add(IDA)
    with pytest.raises(AdminExists):
        door.link()
    assert door.everyone() == {IDA: "admin", OMAR: "publisher"}


def test_other_tokens_and_a_name_that_is_none_use_nothing_up(door: Door, house: House) -> None:
    door.add(OMAR, "publisher")
    link = door.link()
    with house.db.write() as session:
        sign_in = make_sign_in_link(session, house.keys, OMAR, by="cli:office", now=house.clock())
        crossed = redeem_sign_in_link(session, house.keys, link, browser=Browser("x"), now=house.clock())
    row = tokens.read_token(house.keys, "setup-token", link)
    assert row
    twin = tokens.mint_token(house.keys, "sign-in-token", row)
    for forged in ("", sign_in, twin, link[:-1]):
        assert door.press(forged) == NotSignedIn("forged")
    assert crossed == NotSignedIn("forged")
    with pytest.raises(WrongCall):
        door.press(link, name="x" * 81)
    assert isinstance(door.press(link, OMAR), SignedIn), "who is on the staff already may become the admin"
    assert door.everyone() == {OMAR: "admin"}


def test_of_two_presses_at_once_one_makes_an_admin(door: Door) -> None:
    link = door.link()
    outcomes = at_once(lambda: door.press(link, IDA), lambda: door.press(link, OMAR))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NotSignedIn", "SignedIn"]
    assert len(door.everyone()) == 1


def test_a_press_beside_a_shell_that_adds_an_admin_never_comes_second(door: Door) -> None:
    link = door.link()
    pressed, _ = at_once(lambda: door.press(link, IDA), lambda: door.add(OMAR))
    added = [act["by"] for act in door.acts() if act["act"] == "staff:add"]
    assert added == (["setup-link", "cli:office"] if isinstance(pressed, SignedIn) else ["cli:office"])
