"""Who is on the staff changes, on the record, and there is always an admin left."""

import json
import threading
from dataclasses import dataclass

import pytest
from sqlmodel import select

from portal.flows.people.change_staff import LastAdmin, OwnRemoval, PersonChanged, add_staff, remove_staff, standing
from portal.kernel.errors import WrongCall
from portal.kernel.text.addresses import NotOneAddress
from portal.ledger import repository as ledger
from portal.staff import repository as staff
from portal.staff.errors import NoSuchStaff
from portal.staff.tables import StaffSession
from portal.wiring import House
from tests.cast import Cast
from tests.conftest import Watch

SHELL = "cli:office"


@dataclass
class Desk:
    """Where somebody is added and removed."""

    house: House
    clock: Watch

    def add(self, address: str, role: str = "publisher", *, name: str = "", sites: tuple[str, ...] = ()) -> str:
        keys, now = self.house.keys, self.clock.now
        with self.house.db.write() as session:
            return add_staff(session, keys, address, role=role, name=name, sites=sites, by=SHELL, now=now).id

    def remove(self, address: str, by: str = SHELL) -> int:
        with self.house.db.write() as session:
            return remove_staff(session, self.house.keys, address, by=by, now=self.clock.now)


@pytest.fixture
def desk(house: House, clock: Watch) -> Desk:
    return Desk(house, clock)


def acts(house: House) -> list[dict[str, object]]:
    with house.db.read() as session:
        return [json.loads(entry.body) for entry in ledger.entries(session)]


def someone(house: House, address: str):
    with house.db.read() as session:
        return staff.by_address(session, address, through="web")


def test_somebody_is_added_with_a_role_and_sites(house: House, desk: Desk) -> None:
    added = desk.add("Noor@Riverbend.example.org", "approver", name="  Noor   Azizi ", sites=("Oak", " Maple", "Oak"))
    noor = someone(house, "noor@riverbend.example.org")
    assert (noor.id, noor.name, noor.role) == (added, "Noor Azizi", "approver")
    assert noor.sites == {"Oak", "Maple"}
    (act,) = acts(house)
    assert (act["act"], act["by"], act["staff"]) == ("staff:add", SHELL, added)
    assert (act["role"], act["sites"]) == ("approver", ["Maple", "Oak"])


def test_adding_twice_is_the_same_as_once(house: House, desk: Desk) -> None:
    assert desk.add("noor@riverbend.example.org", sites=("Oak",)) == desk.add(
        "noor@riverbend.example.org", sites=("Oak",)
    )
    assert [act["act"] for act in acts(house)] == ["staff:add"]


def test_another_role_or_scope_is_a_change_on_the_record(house: House, desk: Desk) -> None:
    desk.add("noor@riverbend.example.org", name="Noor", sites=("Oak",))
    desk.add("noor@riverbend.example.org", "approver", sites=("Oak",))
    desk.add("noor@riverbend.example.org", "approver")
    noor = someone(house, "noor@riverbend.example.org")
    assert (noor.name, noor.role, noor.sites) == ("Noor", "approver", None)
    assert [act["act"] for act in acts(house)] == ["staff:add", "staff:change", "staff:change"]


def test_a_removed_person_is_signed_out_and_can_come_back(house: House, cast: Cast, clock: Watch, desk: Desk) -> None:
    with house.db.write() as session:
        for name in ("one", "two"):
            staff.start_session(session, session_id=name, staff_id=cast.writer.id, now=clock.now)
    assert desk.remove(cast.writer.address) == 2
    with house.db.read() as session:
        assert all(found.ended_at == clock.now for found in session.exec(select(StaffSession)))
        assert staff.by_id(session, cast.writer.id) is None
    assert desk.add(cast.writer.address) == cast.writer.id
    assert [act["act"] for act in acts(house)] == ["staff:remove", "staff:add"]


def test_nobody_removes_themselves_nor_a_stranger(cast: Cast, desk: Desk) -> None:
    desk.add("noor@riverbend.example.org", "admin")
    with pytest.raises(OwnRemoval):
        desk.remove(cast.admin.address, by=cast.admin.label)
    with pytest.raises(NoSuchStaff):
        desk.remove("nobody@riverbend.example.org")


def test_the_last_admin_stays_an_admin(house: House, cast: Cast, desk: Desk) -> None:
    with pytest.raises(LastAdmin):
        desk.remove(cast.admin.address)
    with pytest.raises(LastAdmin):
        desk.add(cast.admin.address, "publisher")
    assert someone(house, cast.admin.address).is_admin
    assert acts(house) == []


def test_the_last_admin_of_every_site_is_not_limited_to_some(house: House, cast: Cast, desk: Desk) -> None:
    """A letter that reaches Maple could be taken back by nobody, were there an admin of Oak alone."""
    desk.add("noor@riverbend.example.org", "admin", sites=("Oak",))
    with pytest.raises(LastAdmin):
        desk.add(cast.admin.address, "admin", sites=("Oak",))
    with pytest.raises(LastAdmin):
        desk.add(cast.admin.address, "publisher")
    with pytest.raises(LastAdmin):
        desk.remove(cast.admin.address)
    assert someone(house, cast.admin.address).sites is None
    desk.add("noor@riverbend.example.org", "admin")
    desk.add(cast.admin.address, "admin", sites=("Oak",))
    desk.remove(cast.admin.address)


def test_two_admins_who_remove_each_other_leave_one(house: House, cast: Cast, clock: Watch, desk: Desk) -> None:
    noor = desk.add("noor@riverbend.example.org", "admin")
    both_ready = threading.Barrier(2)
    refusals: list[Exception] = []

    def remove(address: str, by: str) -> None:
        both_ready.wait(timeout=10)
        try:
            with house.db.write() as session:
                remove_staff(session, house.keys, address, by=by, now=clock.now)
        except (LastAdmin, NoSuchStaff) as refusal:
            refusals.append(refusal)

    pairs = ((cast.admin.address, f"staff:{noor}"), ("noor@riverbend.example.org", cast.admin.label))
    threads = [threading.Thread(target=remove, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    with house.db.read() as session:
        assert len(staff.admins(session)) == 1
    assert [type(refusal) for refusal in refusals] == [LastAdmin]


@pytest.mark.parametrize(
    "wrong",
    [
        {"role": "owner"},
        {"role": "Admin"},
        {"sites": ("",)},
        {"sites": ("Oak", " ")},
        {"name": "N" * 81},
        {"name": "Noor\u202eAzizi"},
    ],
)
def test_a_wrong_role_site_or_name_changes_nothing(house: House, desk: Desk, wrong: dict[str, object]) -> None:
    with pytest.raises(WrongCall):
        desk.add("noor@riverbend.example.org", **wrong)
    with house.db.read() as session:
        assert staff.everyone(session) == []


@pytest.mark.parametrize("address", ["", "noor", "a@x.example, b@y.example", "noor@riverbend.example.org\nBcc: x@y.z"])
def test_only_one_whole_address_is_taken(desk: Desk, address: str) -> None:
    with pytest.raises(NotOneAddress):
        desk.add(address)


def test_a_change_to_somebody_removed_meanwhile_does_not_bring_them_back(
    house: House, cast: Cast, clock: Watch, desk: Desk
) -> None:
    seen = standing("publisher", "Rosa", [])
    desk.remove(cast.writer.address)
    with pytest.raises(PersonChanged), house.db.write() as session:
        add_staff(
            session, house.keys, cast.writer.address, role="admin", name="Rosa", sites=[], by=SHELL, now=clock.now,
            seen=seen,
        )  # fmt: skip
    with pytest.raises(NoSuchStaff):
        someone(house, cast.writer.address)


def test_adding_somebody_changes_nobody_who_was_added_meanwhile(house: House, clock: Watch, desk: Desk) -> None:
    """The page looked before it wrote: between the two an admin of every site may have been made of them."""
    desk.add("noor@riverbend.example.org", "admin")
    with pytest.raises(PersonChanged), house.db.write() as session:
        add_staff(
            session, house.keys, "noor@riverbend.example.org", role="publisher", name="Noor", sites=["Oak"], by=SHELL,
            now=clock.now, seen="",
        )  # fmt: skip
    assert someone(house, "noor@riverbend.example.org").role == "admin"
