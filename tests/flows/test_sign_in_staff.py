"""A staff member signs in once by each link, and only as the person a provider names."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from sqlmodel import func, select

from portal.flows.people.change_staff import add_staff, remove_staff
from portal.flows.people.sign_in_staff import (
    Browser,
    Identity,
    NotSignedIn,
    SignedIn,
    ask_for_sign_in_link,
    make_sign_in_link,
    redeem_sign_in_link,
    sign_in_by_identity,
    sign_out,
)
from portal.kernel.configuration.provider_terms import read_terms
from portal.kernel.ids import new_id
from portal.kernel.secrets import tokens
from portal.kernel.text.addresses import OneAddress
from portal.ledger import repository as ledger
from portal.outbox.tables import StaffMail
from portal.staff import repository as staff
from portal.staff.errors import NoSuchStaff
from portal.staff.tables import SignInLink, StaffSession
from portal.wiring import House
from tests.cast import Cast
from tests.conftest import Watch

PROVIDER = "https://accounts.riverbend.example"
WRITER = "rosa@riverbend.example.org"


@dataclass
class Door:
    """Where staff come in."""

    house: House
    clock: Watch

    def link(self, address: str = WRITER) -> str:
        with self.house.db.write() as session:
            return make_sign_in_link(session, self.house.keys, address, by="cli:office", now=self.clock.now)

    def redeem(self, text: str, browser: Browser | None = None) -> SignedIn | NotSignedIn:
        browser = browser or Browser(new_id())
        with self.house.db.write() as session:
            return redeem_sign_in_link(session, self.house.keys, text, browser=browser, now=self.clock.now)

    def vouch(
        self, subject: str, address: str = "", issuer: str = PROVIDER, *, terms: str = "", held: tuple[str, ...] = ()
    ) -> SignedIn | NotSignedIn:
        identity, browser = Identity(issuer, subject, address, held=frozenset(held)), Browser(new_id())
        domains, _, roles = terms.rpartition(";")
        read = read_terms(domains, roles)
        with self.house.db.write() as session:
            return sign_in_by_identity(session, self.house.keys, identity, read, browser=browser, now=self.clock.now)


@pytest.fixture
def door(house: House, clock: Watch, cast: Cast) -> Door:
    assert cast.writer.address == WRITER
    return Door(house, clock)


def acts(house: House) -> list[dict[str, object]]:
    with house.db.read() as session:
        return [json.loads(entry.body) for entry in ledger.entries(session)]


def count(house: House, table: type) -> int:
    with house.db.read() as session:
        return session.exec(select(func.count()).select_from(table)).one()


def test_a_link_signs_its_owner_in_once(house: House, cast: Cast, clock: Watch, door: Door) -> None:
    token = door.link()
    outcome = door.redeem(token, Browser("first"))
    assert isinstance(outcome, SignedIn)
    assert outcome.person.id == cast.writer.id
    assert door.redeem(token, Browser("second")) == NotSignedIn("spent")
    with house.db.read() as session:
        found = session.exec(select(StaffSession)).one()
        assert (found.id, found.staff_id, found.created_at) == ("first", cast.writer.id, clock.now)
    assert [act["act"] for act in acts(house)] == ["staff:sign-in-link", "staff:sign-in", "staff:sign-in-refused"]


def test_of_two_presses_at_once_one_signs_in(door: Door) -> None:
    token, both_ready = door.link(), threading.Barrier(2)

    def press(_: int) -> SignedIn | NotSignedIn:
        both_ready.wait(timeout=10)
        return door.redeem(token)

    with ThreadPoolExecutor(2) as hands:
        outcomes = list(hands.map(press, range(2)))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NotSignedIn", "SignedIn"]


def test_a_link_lasts_fifteen_minutes(clock: Watch, door: Door) -> None:
    token = door.link()
    clock.forward(minutes=15)
    assert door.redeem(token) == NotSignedIn("spent")


def test_whoever_made_a_link_its_owner_is_told(house: House, cast: Cast, door: Door) -> None:
    door.link()
    with house.db.read() as session:
        mail = session.exec(select(StaffMail)).one()
        assert (mail.kind, mail.staff_id) == ("sign-in", cast.writer.id)
    assert acts(house)[0]["by"] == "cli:office"


def test_a_stranger_gets_no_link(house: House, door: Door) -> None:
    with pytest.raises(NoSuchStaff):
        door.link("nobody@riverbend.example.org")
    assert count(house, SignInLink) == 0


def test_a_forged_token_and_a_familys_token_open_nothing(house: House, door: Door) -> None:
    token = door.link()
    link_id = tokens.read_token(house.keys, "sign-in-token", token)
    assert link_id
    family = tokens.mint_token(house.keys, "link-token", link_id)
    for forged in ("", "x", token[:-1], token[:-1] + ("A" if token[-1] != "A" else "B"), family, "é" * 66):
        assert door.redeem(forged) == NotSignedIn("forged")
    assert isinstance(door.redeem(token), SignedIn)


def test_the_whole_link_may_be_pasted(door: Door) -> None:
    assert isinstance(door.redeem(f" <https://letters.riverbend.example/staff/sign-in#{door.link()}>. "), SignedIn)


def test_signing_in_ends_the_session_the_browser_had(house: House, door: Door) -> None:
    door.redeem(door.link(), Browser("planted"))
    door.redeem(door.link(), Browser("new", old_session="planted"))
    with house.db.read() as session:
        ended = dict(session.exec(select(StaffSession.id, StaffSession.ended_at)).all())
    assert ended["planted"] is not None
    assert ended["new"] is None


def test_a_link_of_somebody_removed_opens_nothing(house: House, cast: Cast, clock: Watch, door: Door) -> None:
    token = door.link()
    with house.db.write() as session:
        remove_staff(session, house.keys, cast.writer.address, by="cli:office", now=clock.now)
    assert door.redeem(token) == NotSignedIn("spent")


def test_signing_out_ends_the_session(house: House, cast: Cast, clock: Watch, door: Door) -> None:
    door.redeem(door.link(), Browser("mine"))
    with house.db.write() as session:
        sign_out(session, house.keys, cast.writer, session_id="mine", now=clock.now)
    with house.db.read() as session:
        found = staff.find_session(session, "mine")
        assert found is not None
        assert found.ended_at == clock.now
    assert acts(house)[-1]["act"] == "staff:sign-out"


def test_asking_mails_five_links_an_hour_and_strangers_none(house: House, cast: Cast, clock: Watch) -> None:
    def ask(address: str) -> None:
        with house.db.write() as session:
            ask_for_sign_in_link(session, house.keys, OneAddress.parse(address), network="", now=clock.now)

    for _ in range(5 + 2):
        ask(cast.writer.address.upper())
    ask("nobody@riverbend.example.org")
    assert count(house, SignInLink) == count(house, StaffMail) == 5
    assert len(acts(house)) == 8, "every asking leaves one entry, whoever asks"
    ask(cast.admin.address)
    clock.forward(hours=1)
    ask(cast.writer.address)
    assert count(house, StaffMail) == 5 + 2


def test_the_record_of_signing_in_names_nobody(house: House, cast: Cast, door: Door) -> None:
    door.redeem(door.link())
    door.redeem("forged")
    door.vouch("s-1", "nobody@riverbend.example.org")
    with house.db.read() as session:
        bodies = b"".join(entry.body for entry in ledger.entries(session))
    for word in (b"@", b"riverbend", b"s-1", b"Rosa"):
        assert word not in bodies
    assert cast.writer.id.encode() in bodies


def test_a_verified_address_ties_an_identity_once(cast: Cast, door: Door) -> None:
    first = door.vouch("s-1", "ROSA@riverbend.example.org")
    assert isinstance(first, SignedIn)
    assert first.person.id == cast.writer.id
    again = door.vouch("s-1", "another.address@riverbend.example.org")
    assert isinstance(again, SignedIn)
    assert again.person.id == cast.writer.id, "the subject is who it is, whatever the address says now"
    assert door.vouch("s-2", cast.writer.address) == NotSignedIn("unknown"), "the address is tied to another subject"


def test_the_same_subject_of_another_provider_is_somebody_else(cast: Cast, door: Door) -> None:
    assert isinstance(door.vouch("s-1", cast.admin.address), SignedIn)
    assert door.vouch("s-1", cast.admin.address, issuer="https://other.example") == NotSignedIn("unknown")


@pytest.mark.parametrize("address", ["", "not an address", "a@x.example,ida@riverbend.example.org"])
def test_without_a_verified_address_nobody_is_tied(house: House, door: Door, address: str) -> None:
    assert door.vouch("s-1", address) == NotSignedIn("unverified")
    with house.db.read() as session:
        assert all(member.oidc_subject is None for member, _ in staff.everyone(session))


def test_a_removed_persons_identity_is_free_to_be_tied_anew(house: House, cast: Cast, clock: Watch, door: Door) -> None:
    assert isinstance(door.vouch("s-1", cast.writer.address), SignedIn)
    with house.db.write() as session:
        remove_staff(session, house.keys, cast.writer.address, by="cli:office", now=clock.now)
        add_staff(
            session, house.keys, "rosa.new@riverbend.example.org", role="publisher", name="Rosa", sites=(),
            by="cli:office", now=clock.now,
        )  # fmt: skip
    assert isinstance(door.vouch("s-1", "rosa.new@riverbend.example.org"), SignedIn)
    assert acts(house)[-1]["act"] == "staff:sign-in"


GROUPS = "riverbend.example.org;group:heads=admin,group:office=publisher@Oak,group:office-maple=publisher@Maple"


def standing(house: House, address: str) -> tuple[str, list[str]] | None:
    with house.db.read() as session:
        found = {member.address: (member.role, sorted(sites)) for member, sites in staff.everyone(session)}
    return found.get(address)


def test_a_group_gives_a_role_and_sites_and_takes_them(house: House, cast: Cast, door: Door) -> None:
    new = "noa@riverbend.example.org"
    assert isinstance(door.vouch("s-9", new, terms=GROUPS, held=("group:office", "group:office-maple")), SignedIn)
    assert standing(house, new) == ("publisher", ["Maple", "Oak"])
    assert [act["act"] for act in acts(house)[-2:]] == ["staff:add", "staff:sign-in"]
    again = door.vouch("s-9", new, terms=GROUPS, held=("group:office", "group:heads"))
    assert isinstance(again, SignedIn)
    assert (again.person.role, again.person.sites) == ("admin", None)
    assert standing(house, new) == ("admin", [])
    assert door.vouch("s-9", new, terms=GROUPS, held=("group:cooks",)) == NotSignedIn("no-role")
    assert door.vouch("s-2", cast.admin.address, terms=GROUPS) == NotSignedIn("no-role"), "an address is no role"


def test_an_address_that_is_not_verified_is_said_to_be_that_and_not_of_another_domain(house: House, door: Door) -> None:
    assert door.vouch("s-9", "", terms=GROUPS, held=("group:heads",)) == NotSignedIn("unverified")
    assert acts(house)[-1]["why"] == "unverified", "who reads the ledger looks for what is wrong at the right end"


@pytest.mark.parametrize("address", ["noa@elsewhere.example", "noa@riverbend.example.org.evil.example"])
def test_an_address_of_another_domain_is_refused_whatever_its_groups(house: House, door: Door, address: str) -> None:
    assert door.vouch("s-9", address, terms=GROUPS, held=("group:heads",)) == NotSignedIn("domain")
    assert standing(house, address) is None


def test_whom_an_admin_removed_no_group_brings_back(house: House, cast: Cast, clock: Watch, door: Door) -> None:
    heads = {"terms": GROUPS, "held": ("group:heads",)}
    assert isinstance(door.vouch("s-1", cast.writer.address, **heads), SignedIn)
    with house.db.write() as session:
        remove_staff(session, house.keys, cast.writer.address, by="cli:office", now=clock.now)
    assert door.vouch("s-1", cast.writer.address, **heads) == NotSignedIn("removed")
    assert door.vouch("s-1", "other.name@riverbend.example.org", **heads) == NotSignedIn("removed")
    assert door.vouch("s-2", cast.writer.address, **heads) == NotSignedIn("removed")
