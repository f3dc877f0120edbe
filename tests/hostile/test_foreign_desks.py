"""Staff of one site at every door of another's letters, families and colleagues; and roles at doors above them."""

import re
from dataclasses import dataclass

import pytest
from sqlmodel import col, func, select
from starlette.routing import Route
from starlette.testclient import TestClient

from portal.documents.tables import Document
from portal.ledger.tables import LedgerEntry
from portal.links.tables import Link
from portal.mailings.rules import Term
from portal.mailings.tables import Mailing
from portal.staff import repository as staff
from portal.staff.rules import Acting
from portal.web.routes import routes
from portal.wiring import House
from tests.cast import Cast, link_of, send_letter, write_draft
from tests.conftest import Watch
from tests.web.desks import sit_down

ROUTES = [route for route in routes() if isinstance(route, Route)]
CANARIES = re.compile(r"Rivera|carla|diego|Maple meadow|100001|Luis")
FORM = {"title": "Mine now", "message": "m", "audience": "part", "site": "Oak", "expires": "3", "reason": "r",
        "version": "2", "kind": "mailing", "name": "x", "role": "admin", "reach": "all"}  # fmt: skip


@dataclass
class Maple:
    """What lies at Maple: a draft, a letter that waits, one that was sent, its file and a link."""

    draft: str
    waiting: str
    sent: str
    document: str
    link: str


@pytest.fixture
def maple(house: House, cast: Cast, clock: Watch) -> Maple:
    terms = (Term("site", "Maple"),)
    drafts = [write_draft(house, cast, now=clock.now, terms=terms, title="Maple meadow") for _ in "ab"]
    sent = send_letter(house, cast, now=clock.now, terms=terms, title="Maple meadow")
    with house.db.write() as session:
        waiting = session.get_one(Mailing, drafts[1])
        waiting.state, waiting.submitted_at = "waiting", clock.now
        document = session.exec(select(Document.id).where(col(Document.mailing_id) == sent)).one()
    return Maple(*drafts, sent, document, link_of(house, sent, cast.carla, cast.ana))


def at_oak(house: House, person: Acting) -> Acting:
    with house.db.write() as session:
        staff.set_scope(session, person.id, ["Oak"])
    with house.db.read() as session:
        found = staff.by_id(session, person.id)
    assert found is not None
    return found


def state(house: House) -> tuple[object, ...]:
    with house.db.read() as session:
        return (
            session.exec(select(Mailing.id, Mailing.state, Mailing.version).order_by(Mailing.id)).all(),
            session.exec(select(func.count()).select_from(Link).where(col(Link.revoked_at).is_not(None))).one(),
            session.exec(select(func.count()).select_from(LedgerEntry)).one(),
        )


@pytest.mark.parametrize("role", ["publisher", "approver", "admin"])
def test_no_door_of_another_sites_letter_opens(
    site: TestClient, house: House, cast: Cast, maple: Maple, role: str
) -> None:
    person = {"publisher": cast.oak_writer, "approver": cast.approver, "admin": cast.admin}[role]
    token = sit_down(site, house, at_oak(house, person))
    no_mailing = {"publisher": maple.link, "approver": maple.document, "admin": "0" * 32}[role]
    before = state(house)
    for route in ROUTES:
        if "{mailing}" in route.path:
            for mailing in (maple.draft, maple.waiting, maple.sent, no_mailing):
                path = route.path.replace("{mailing}", mailing)
                for method in sorted(route.methods or ()):
                    data = FORM | {"form_token": token} if method == "POST" else None
                    answer = site.request(method, path, data=data)
                    assert answer.status_code == 404, (method, path)
                    assert not CANARIES.search(answer.text)
    for path in ("/staff", "/staff/mailings", "/staff/families", "/staff/families?q=Rivera", "/staff/mailings/new",
                 "/staff/families?after=100001", "/staff/families/100001", "/staff/families?q=carla"):  # fmt: skip
        text = site.get(path).text.replace('value="Rivera"', "").replace('value="carla"', "")
        assert not CANARIES.search(re.sub(r"“(Rivera|carla)”", "", text)), path
    assert state(house) == before


def test_an_admin_of_one_site_takes_back_and_finds_there_alone(
    site: TestClient, house: House, cast: Cast, maple: Maple
) -> None:
    token = sit_down(site, house, at_oak(house, cast.admin))
    before = state(house)
    for kind, target in (("mailing", maple.sent), ("document", maple.document), ("link", maple.link)):
        answers = [
            site.get(f"/admin/revoke?kind={kind}&id={target}&readers=all"),
            site.post("/admin/revoke", data={"form_token": token, "kind": kind, "id": target, "reason": "r"}),
            site.post("/admin/revoke", data={"form_token": token, "kind": kind, "id": target, "reason": ""}),
        ]
        for answer in answers:
            assert answer.status_code == 404, kind
            assert not CANARIES.search(answer.text)
    assert site.post(f"/admin/links/{maple.link}/fresh", data={"form_token": token}).status_code == 404
    for path in ("/admin/links", f"/admin/links?mailing={maple.sent}", f"/admin/links?q={maple.link}", "/admin/ledger",
                 "/admin/links?q=100001", "/admin/ledger/head"):  # fmt: skip
        text = site.get(path).text.replace('value="100001"', "")
        assert not CANARIES.search(re.sub(r"“100001”", "", text)), path
    for change in ({"role": "admin", "reach": "all", "name": "x"}, {"role": "admin", "reach": "some", "site": "Maple"}):
        for person in (cast.admin, cast.writer, cast.approver, cast.oak_writer):
            path = f"/admin/staff/{person.id}"
            answer = site.post(path, data=change | {"form_token": token, "seen": "x"})
            assert answer.status_code in {403, 409}, (path, change)
        new = {"form_token": token, "address": "new@riverbend.example.org"}
        assert site.post("/admin/staff", data=change | new).status_code == 403
    for person in (cast.writer, cast.approver, cast.admin):
        assert site.post(f"/admin/staff/{person.id}/remove", data={"form_token": token}).status_code == 403
    assert state(house) == before


def test_no_role_opens_a_door_above_it(site: TestClient, house: House, cast: Cast, maple: Maple) -> None:
    parts = {"mailing": maple.waiting, "staff": cast.oak_writer.id, "sha256": "0" * 64, "incident": "0" * 32,
             "reading": "0" * 32, "text": "notice", "letter": maple.sent, "link": maple.link,
             "upload": "0" * 32, "gathering": "0" * 32, "key": "0" * 32, "acceptance": "0" * 32}  # fmt: skip
    for person in (cast.writer, cast.approver):
        token = sit_down(site, house, person)
        before = state(house)
        for route in ROUTES:
            if route.path.startswith("/admin"):
                path = re.sub(r"\{([^}]+)\}", lambda found: parts[found[1]], route.path)
                for method in sorted(route.methods or ()):
                    data = FORM | {"form_token": token, "id": maple.sent} if method == "POST" else None
                    assert site.request(method, path, data=data).status_code == 403, (person.role, method, path)
        assert state(house) == before
    token = sit_down(site, house, cast.writer)
    for act in ("approve", "return", "release"):
        data = FORM | {"form_token": token}
        assert site.post(f"/staff/mailings/{maple.waiting}/{act}", data=data).status_code == 403, act
    assert site.get("/letters").status_code == 404, "staff are no family"


def test_whoever_is_removed_is_out_at_the_next_request(site: TestClient, house: House, cast: Cast) -> None:
    token = sit_down(site, house, cast.writer)
    assert site.get("/staff").status_code == 200
    with house.db.write() as session:
        staff.remove(session, cast.writer.id, now=house.clock())
    for path in ("/staff", "/staff/mailings", "/staff/families"):
        assert site.get(path).status_code == 303
    assert site.post("/staff/mailings", data=FORM | {"form_token": token}).headers["location"] == "/staff/sign-in"
