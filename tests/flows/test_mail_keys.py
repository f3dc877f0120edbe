"""A mail key lets one mail program hand messages in for its owner, until it ends by hand or by itself."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from sqlmodel import select
from typer.testing import Result

from portal.flows.people import change_mail_keys, change_staff
from portal.flows.people.sign_in_staff import Browser, refuse_sign_in
from portal.kernel.errors import WrongCall
from portal.kernel.storage.db import Database
from portal.ledger import repository as ledger
from portal.rate_limits import repository as rate_limits
from portal.rate_limits.rules import NOTED_FAILURES
from portal.staff import repository as staff
from portal.staff.errors import EnoughMailKeys, NoSuchMailKey
from portal.staff.rules import MOST_MAIL_KEYS, Acting
from portal.staff.tables import MailKey
from portal.wiring import House
from tests.cast import Cast
from tests.conftest import Watch

WRITER = "rosa@riverbend.example.org"


@dataclass
class Office:
    """Whoever makes mail keys, and whoever asks whose they are."""

    house: House
    clock: Watch

    def make(self, by: Acting, label: str = "Outlook") -> tuple[str, str]:
        with self.house.db.write() as session:
            return change_mail_keys.make_mail_key(session, self.house.keys, label, by=by, now=self.clock.now)

    def end(self, mail_key_id: str, by: Acting) -> None:
        with self.house.db.write() as session:
            change_mail_keys.end_mail_key(session, self.house.keys, mail_key_id, by=by, now=self.clock.now)

    def holder(self, typed: str, address: str = WRITER) -> str | None:
        with self.house.db.read() as session:
            found = change_mail_keys.holder_of(session, self.house.keys, address, typed, now=self.clock.now)
        return found.person.id if found else None


@pytest.fixture
def office(house: House, cast: Cast, clock: Watch) -> Office:
    del cast
    return Office(house, clock)


def test_a_mail_key_is_its_owners_alone_however_it_is_typed(office: Office, cast: Cast) -> None:
    _, key = office.make(cast.writer)
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){5}", key)
    assert office.holder(key) == office.holder(key.lower().replace("-", " ")) == cast.writer.id
    assert office.holder(key, "ROSA@Riverbend.example.org") == cast.writer.id
    assert office.holder(key, cast.approver.address) is None
    assert office.holder(key, "no address") is None
    assert office.holder(key[:-1]) is office.holder("") is None


def test_of_a_mail_key_only_a_keyed_hash_is_kept(office: Office, cast: Cast) -> None:
    mail_key_id, key = office.make(cast.writer)
    with office.house.db.read() as session:
        row = session.exec(select(MailKey)).one()
        entries = [entry.body for entry in ledger.entries(session)]
    assert row.mac == office.house.keys.mac("mail-key", key.encode(), key_id=row.key_id)
    assert not any(key.encode() in body for body in entries)
    assert any(mail_key_id.encode() in body for body in entries)


def test_when_a_mail_key_was_last_used_is_kept_to_the_hour(office: Office, cast: Cast, clock: Watch) -> None:
    mail_key_id, key = office.make(cast.writer)

    def is_seen() -> bool:
        with office.house.db.read() as session:
            found = change_mail_keys.holder_of(session, office.house.keys, WRITER, key, now=clock.now)
        assert found is not None
        return found.is_seen

    assert not is_seen()
    with office.house.db.write() as session:
        change_mail_keys.note_used(session, mail_key_id, now=clock.now)
    clock.forward(minutes=59)
    assert is_seen()
    clock.forward(minutes=1)
    assert not is_seen()


@pytest.mark.parametrize("how", ["by hand", "by an admin", "with its owner", "after a year"])
def test_a_mail_key_ends(office: Office, cast: Cast, clock: Watch, how: str) -> None:
    mail_key_id, key = office.make(cast.writer)
    if how == "after a year":
        clock.forward(days=365, seconds=-1)
        assert office.holder(key)
        clock.forward(seconds=1)
    elif how == "with its owner":
        with office.house.db.write() as session:
            change_staff.remove_staff(session, office.house.keys, WRITER, by="cli:office", now=clock.now)
            change_staff.add_staff(
                session, office.house.keys, WRITER, role="publisher", name="", sites=(), by="cli:office", now=clock.now
            )
    else:
        office.end(mail_key_id, cast.writer if how == "by hand" else cast.admin)
    assert office.holder(key) is None
    with pytest.raises(NoSuchMailKey):
        office.end(mail_key_id, cast.writer)


def test_nobody_but_its_owner_and_admins_ends_a_mail_key(office: Office, cast: Cast) -> None:
    mail_key_id, key = office.make(cast.writer)
    with pytest.raises(NoSuchMailKey):
        office.end(mail_key_id, cast.approver)
    assert office.holder(key)


def test_how_many_there_are_and_what_they_are_called_has_bounds(office: Office, cast: Cast, clock: Watch) -> None:
    for label in ("", "x" * 81, "a\x00b"):
        with pytest.raises(WrongCall):
            office.make(cast.writer, label)
    for number in range(MOST_MAIL_KEYS):
        office.make(cast.writer, f"Program {number}")
    with pytest.raises(EnoughMailKeys):
        office.make(cast.writer)
    with office.house.db.read() as session:
        assert len(staff.mail_keys_of(session, cast.writer.id, now=clock.now)) == MOST_MAIL_KEYS


def test_wrong_keys_are_counted_by_network_and_no_flood_fills_the_ledger(office: Office, clock: Watch) -> None:
    def refuse(db: Database, network: str) -> bool:
        with db.write() as session:
            return change_mail_keys.refuse_mail_key(session, office.house.keys, network=network, now=clock.now)

    assert [refuse(office.house.db, "192.0.2.7") for _ in range(22)] == [True] * 20 + [False] * 2
    assert refuse(office.house.db, "192.0.2.8")
    with office.house.db.read() as session:
        assert sum(entry.act == "mail-key:refuse" for entry in ledger.entries(session)) == 21


def test_all_networks_together_fill_no_ledger_either(
    office: Office, clock: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rate_limits, "NOTED_FAILURES", replace(NOTED_FAILURES, most=7))
    keys = office.house.keys
    for number in range(9):
        with office.house.db.write() as session:
            network = f"192.0.2.{number}"
            assert change_mail_keys.refuse_mail_key(session, keys, network=network, now=clock.now)
            refuse_sign_in(session, keys, browser=Browser("none", network=network), now=clock.now)
    with office.house.db.read() as session:
        noted = [entry.act for entry in ledger.entries(session)]
    assert (noted.count("mail-key:refuse"), noted.count("staff:sign-in-refused")) == (4, 3)
    clock.forward(hours=1)
    with office.house.db.write() as session:
        refuse_sign_in(session, keys, browser=Browser("none", network="192.0.2.1"), now=clock.now)
        assert ledger.latest(session)[0].act == "staff:sign-in-refused"


def test_a_shell_makes_and_ends_one(office: Office, cast: Cast, portal: Callable[..., Result]) -> None:
    made = json.loads(portal("staff", "mail-key", WRITER, "--for", "Student system", "--json").stdout)
    assert made["username"] == WRITER
    office.clock.now = office.house.clock()
    assert office.holder(made["mail_key"]) == cast.writer.id
    portal("staff", "mail-key", WRITER, "--end", made["id"][:6])
    assert office.holder(made["mail_key"]) is None
    assert portal("staff", "mail-key", WRITER).stdout.count("-") >= 5
