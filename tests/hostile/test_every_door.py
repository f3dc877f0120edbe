"""Everybody at every door, with what is theirs and with what is not: as the table of doors says, and nothing else."""

import re

import pytest
from sqlmodel import col, func, select
from starlette.testclient import TestClient

from portal.documents.tables import Copy, Document
from portal.kernel.ids import new_id
from portal.ledger.tables import LedgerEntry
from portal.links.tables import Link
from portal.mailings.rules import Term
from portal.mailings.tables import Mailing
from portal.outbox.tables import Notice
from portal.staff import repository as staff
from portal.staff.tables import StaffMember
from portal.wiring import House
from tests.cast import Cast, link_of, send_letter, token_of
from tests.conftest import Watch
from tests.flows.holds import hold_passes
from tests.house.doors import table
from tests.web.desks import sit_down

STRENGTH = {"anyone": 0, "family": 0, "staff": 1, "approver": 2, "admin": 3}
OTHERS = re.compile(r"Rivera|carla|diego|Maple meadow|100001|Luis")
IN_ITS_OWN_WAY = {
    "POST /leave", "POST /staff/sign-out", "POST /staff/sign-in/link", "POST /staff/sign-in/token", "POST /o",
    "POST /setup",
}  # fmt: skip
"""They end the session that walks, or write who was refused."""
NAMED_IN_A_FORM = {
    "GET /staff/guardianship", "POST /staff/guardianship", "POST /staff/guardianship/lift",
    "POST /staff/guardianship/leave", "GET /staff/guardianship/give", "POST /staff/guardianship/give",
    "POST /staff/guardianship/give/confirm", "POST /staff/guardianship/give/drop", "POST /staff/guardianship/give/end",
    "GET /admin/revoke", "POST /admin/revoke",
    "GET /admin/disclosures", "POST /admin/disclosures/mark", "POST /admin/disclosures/give",
}  # fmt: skip
"""What they are about stands in the query or the form, not in the path."""
KINDS = {"/staff/guardianship": "barred"}
Parts = dict[str, str]


def parts_of(house: House, mailing_id: str, child: str, number: str, guardian: str, colleague: str) -> Parts:
    """Return what a path may name, all of one mailing and child."""
    with house.db.read() as session:
        copy = session.exec(
            select(Copy.id).where(col(Copy.mailing_id) == mailing_id, col(Copy.child_id) == child)
        ).one()
        document = session.exec(select(Document.id).where(col(Document.mailing_id) == mailing_id)).one()
    return {
        "mailing": mailing_id, "copy": copy, "document": document, "given": document, "incident": new_id(),
        "number": "1",
        "number:path": number, "kind": "reminder", "sha256": "0" * 64, "staff": colleague, "guardian": guardian,
    }  # fmt: skip


@pytest.fixture
def maple(house: House, cast: Cast, clock: Watch) -> Parts:
    sent = send_letter(house, cast, now=clock.now, terms=(Term("site", "Maple"),), title="Maple meadow")
    return parts_of(house, sent, cast.ana, "100001", cast.carla, cast.writer.id)


@pytest.fixture
def oak(house: House, cast: Cast, clock: Watch, maple: Parts) -> Parts:
    assert maple
    sent = send_letter(house, cast, now=clock.now, terms=(Term("site", "Oak"),), title="Oak grove")
    hold_passes(house, clock)
    return parts_of(house, sent, cast.sam, "100006", cast.ngozi, cast.oak_writer.id)


def state(house: House) -> tuple[object, ...]:
    counted = (Notice, Copy, Link)
    with house.db.read() as session:
        return (
            session.exec(select(Mailing.id, Mailing.state, Mailing.version).order_by(Mailing.id)).all(),
            session.exec(
                select(StaffMember.id, StaffMember.role, StaffMember.removed_at).order_by(StaffMember.id)
            ).all(),
            session.exec(select(func.count()).select_from(Link).where(col(Link.revoked_at).is_not(None))).one(),
            [session.exec(select(func.count()).select_from(one)).one() for one in counted],
            session.exec(select(LedgerEntry.act).order_by(col(LedgerEntry.seq))).all(),
        )


class Walker:
    """A browser that tries doors, and says which opened otherwise than it should."""

    def __init__(self, site: TestClient, token: str = "") -> None:
        self.site, self.token = site, token
        self.wrong: list[str] = []

    def knock(self, door: str, parts: Parts, expected: set[int]) -> str:
        """Try a door with these objects; return what the page says."""
        method, path = door.split(" ")
        path = re.sub(r"\{([^}]+)\}", lambda found: parts.get(found[1], "0" * 32), path)
        said = {"reason": "r", "version": "1", "kind": KINDS.get(path, "mailing"), "id": parts["mailing"]}
        said |= {"guardian": parts["guardian"], "child": parts["number:path"], "mailing": parts["mailing"]}
        posted = said | {"form_token": self.token} if method == "POST" else None
        answer = self.site.request(method, path, data=posted, params=None if posted else said)
        led = answer.headers.get("location", "").partition("?")[0]
        status = 401 if led == "/staff/sign-in" else answer.status_code
        if status not in expected:
            self.wrong.append(f"{door}: {status}, not {sorted(expected)}")
        return answer.text


@pytest.mark.parametrize("who", ["nobody", "family"])
def test_without_a_sign_in_only_the_own_familys_letters_open(
    site: TestClient, house: House, cast: Cast, oak: Parts, maple: Parts, who: str
) -> None:
    walker = Walker(site)
    if who == "family":
        link = link_of(house, oak["mailing"], cast.ngozi, cast.sam)
        assert site.post("/o", data={"token": token_of(house, link)}).status_code == 303
        assert walker.knock("GET /letters/{copy}", oak, {200})
    before = state(house)
    for door, least in table().items():
        if STRENGTH[least]:
            walker.knock(door, oak, {401})
        elif "{copy}" in door:
            assert not OTHERS.search(walker.knock(door, maple, {404} if door.startswith("GET") else {403, 404})), door
        elif least == "family" and who == "nobody":
            walker.knock(door, oak, {404})
        elif door not in IN_ITS_OWN_WAY and not door.startswith("GET /staff/sign-in/"):
            walker.knock(door, oak, {401} if door == "GET /metrics" else {200, 303, 400, 403, 404})
    assert walker.wrong == []
    assert state(house) == before


@pytest.mark.parametrize("role", ["publisher", "approver", "admin"])
def test_each_role_passes_its_own_doors_and_finds_nothing_of_another_site(
    site: TestClient, house: House, cast: Cast, oak: Parts, maple: Parts, role: str
) -> None:
    person = {"publisher": cast.oak_writer, "approver": cast.approver, "admin": cast.admin}[role]
    with house.db.write() as session:
        staff.set_scope(session, person.id, ["Oak"])
    walker = Walker(site, sit_down(site, house, person))
    before, strength = state(house), {"publisher": 1, "approver": 2, "admin": 3}[role]
    for door, least in table().items():
        if door in NAMED_IN_A_FORM or ("{" in door and "{copy}" not in door and "{sha256}" not in door):
            may = STRENGTH[least] <= strength
            # A roster is of every site, and so is what is accepted of what is unsafe.
            is_wider = any(name in door for name in ("{staff}", "{upload}", "{acceptance}"))
            own = {200, 303, 404} if "{begun}" in door else {404}  # a letter begun opens to its author alone
            text = walker.knock(door, maple, {403, 404} if not may or is_wider else own)
            assert not OTHERS.search(text.replace(cast.writer.id, "")), door
        if "{copy}" in door or STRENGTH[least] > strength:
            walker.knock(door, oak, {403, 404})
    assert walker.wrong == []
    assert state(house) == before
    for door, least in table().items():  # what opens may write: a page that shows is enough here
        if STRENGTH[least] in range(1, strength + 1) and door.startswith("GET "):
            assert "Your role" not in walker.knock(door, oak, {200, 303, 400, 403, 404, 409, 410}), door
    assert walker.wrong == []
    assert walker.knock("GET /staff/mailings/{mailing}", oak, {200})
    assert walker.wrong == []
