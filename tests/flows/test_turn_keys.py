"""Keys are turned while the portal runs; a key in wrong hands lets nobody in from then on, and fresh links go out."""

import io
import json
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select, update
from starlette.testclient import TestClient

from portal import publish
from portal.families.rules import open_private, seal_private
from portal.families.tables import Child, Guardian
from portal.flows.keeping.verify_ledger import Verified, verify_ledger
from portal.flows.opening.renew_link import answer_wishes
from portal.flows.people.restrict_guardianship import Wish, restrict
from portal.flows.sending.stop_mailing import stop_mailing
from portal.flows.taking_back import reissue_links
from portal.flows.taking_back.revoke import Target, revoke
from portal.kernel.errors import StartRefused
from portal.kernel.ids import new_id
from portal.kernel.secrets import resealing as kernel_resealing
from portal.kernel.secrets import tokens
from portal.kernel.secrets.keyfile import PARTS, rotate_key_file
from portal.kernel.secrets.keys import KeyRing, load_key_file
from portal.ledger import repository as ledger
from portal.links.tables import FamilySession, Link
from portal.mailings.errors import ChangedMeanwhile
from portal.mailings.tables import Mailing
from portal.outbox.tables import FamilyMailLink, Notice
from portal.overviews.links import key_links
from portal.overviews.links.kin import id_of
from portal.overviews.operation.in_force import in_force
from portal.overviews.operation.sealed_before import SEALED
from portal.overviews.operation.watched import InForce
from portal.publish import Upkeep
from portal.publish.upkeep import resealing
from portal.staff.errors import NotAllowed
from portal.staff.tables import StaffSession
from portal.wiring import House, machine_of
from tests.cast import Cast, link_of, send_letter, token_of
from tests.conftest import NOON, Watch
from tests.flows.rounds import Sending
from tests.web.desks import sit_down
from tests.web.test_opening import open_with
from tests.web.test_renewal import ask


@pytest.fixture
def mailing_id(house: House, cast: Cast, clock: Watch) -> str:
    mailing_id = send_letter(house, cast, now=clock.now)
    with house.db.write() as session:
        session.get_one(Mailing, mailing_id).state = "sent"
        for notice in session.exec(select(Notice)):
            notice.state = "sent"
    return mailing_id


def all_of(house: House, table: type) -> list:
    with house.db.read() as session:
        return list(session.exec(select(table)).all())


def test_a_running_portal_takes_up_a_new_key_and_the_old_one_still_opens(
    house: House, cast: Cast, clock: Watch, mailing_id: str, site: TestClient
) -> None:
    old = token_of(house, link_of(house, mailing_id, cast.carla, cast.ana))
    beside = load_key_file(house.settings.keys)
    publish.rotate(house, None, compromised=False, by="cli:root", now=clock.now)
    beside.look_again()
    assert beside.newest("link-token") == house.keys.newest("link-token") != house.keys.ids("link-token")[0]
    assert tokens.mint_token(house.keys, "link-token", new_id()) != old
    assert open_with(site, token=old).status_code == 303
    sealed = new_id()
    house.documents.seal(sealed, io.BytesIO(b"sealed with the new key"))
    assert b"".join(house.documents.open(sealed, 23)) == b"sealed with the new key"
    with house.db.read() as session:
        assert isinstance(verify_ledger(session, house.keys), Verified)


@pytest.mark.parametrize("part", PARTS)
def test_one_part_turns_alone(key_file: Path, part: str) -> None:
    before = load_key_file(key_file)
    rotate_key_file(key_file, part, compromised=False, now=NOON)  # type: ignore[arg-type]  # a part by its name
    after = load_key_file(key_file)
    purposes = {"link": "link-token", "ledger": "ledger-chain", "sign-in": "sign-in-token", "code": "mailed-code"}
    turned = {one: purposes.get(one, one) for one in PARTS}
    changed = {one for one, purpose in turned.items() if before.key(purpose) != after.key(purpose)}  # type: ignore[arg-type]  # a part by its name
    assert changed == {part}
    assert before.newest(turned[part]) in after.ids(turned[part])  # type: ignore[arg-type]  # a part by its name


@pytest.mark.parametrize("part", [None, "link"])
def test_a_key_in_wrong_hands_opens_nothing_from_then_on(
    house: House, cast: Cast, clock: Watch, mailing_id: str, site: TestClient, part: str | None
) -> None:
    link_id = link_of(house, mailing_id, cast.carla, cast.ana)
    token, code = token_of(house, link_id), tokens.mint_code(house.keys, link_id, house.keys.newest("link-token"))
    stolen = KeyRing(house.keys._held.file.masters)
    open_with(site, token=token)
    assert site.get("/letters").status_code == 200
    ended = publish.rotate(house, part, compromised=True, by="cli:root", now=clock.now)  # type: ignore[arg-type]  # a part by its name
    assert (ended.links, ended.sessions_ended) == (6, 1)
    assert site.get("/letters").status_code == 410
    for real in ({"token": token}, {"code": code}):
        page = open_with(site, **real)
        assert page.status_code == 410, "the link was real"
        assert "use the link in that one" in page.text
        assert not page.headers.get_list("set-cookie")
    with house.db.read() as session:
        refused = [json.loads(entry.body) for entry in ledger.entries(session)][-2:]
    assert [(one["act"], one["why"], one["link"]) for one in refused] == [
        ("link:refuse", "key-compromised", link_id)
    ] * 2
    unknown = tokens.mint_token(stolen, "link-token", new_id())
    assert open_with(site, token=unknown).status_code == 404
    later = send_letter(house, cast, now=clock.now)
    forged = tokens.mint_token(stolen, "link-token", link_of(house, later, cast.ngozi, cast.sam))
    assert open_with(site, token=forged).status_code == 404, "it was not made with that key"
    assert open_with(site, token=_token(house, link_of(house, later, cast.ngozi, cast.sam))).status_code == 303
    assert publish.end_links_of_dead_keys(house, by="portal", now=clock.now).links == 0


def _token(house: House, link_id: str) -> str:
    with house.db.read() as session:
        return tokens.mint_token(house.keys, "link-token", link_id, session.get_one(Link, link_id).code_key_id)


def test_what_a_crash_left_open_is_ended_by_the_worker_and_opens_nothing_before(
    house: House, cast: Cast, clock: Watch, mailing_id: str, site: TestClient
) -> None:
    link_id = link_of(house, mailing_id, cast.carla, cast.ana)
    token, code = token_of(house, link_id), tokens.mint_code(house.keys, link_id, house.keys.newest("link-token"))
    rotate_key_file(house.settings.keys, "link", compromised=True, now=clock.now)
    house.keys.look_again()
    assert {one.revoked_why for one in all_of(house, Link)} == {""}
    assert [open_with(site, token=token).status_code, open_with(site, code=code).status_code] == [410, 410]
    Upkeep(house).do(clock.now)
    assert {one.revoked_why for one in all_of(house, Link) if one.mailing_id == mailing_id} == {"key-compromised"}


def test_a_stolen_master_key_signs_everybody_on_the_staff_out(
    house: House, cast: Cast, clock: Watch, site: TestClient
) -> None:
    sit_down(site, house, cast.admin)
    publish.rotate(house, "link", compromised=True, by="cli:root", now=clock.now)
    assert all_of(house, StaffSession)[0].ended_at is None
    publish.rotate(house, None, compromised=True, by="cli:root", now=clock.now)
    assert all_of(house, StaffSession)[0].ended_at == clock.now
    assert site.get("/staff").status_code in {302, 303}


def test_an_admin_of_some_sites_sends_no_fresh_links(house: House, cast: Cast, clock: Watch, mailing_id: str) -> None:
    """The mailing went to Maple too, and fresh links of it are none of Oak's."""
    publish.rotate(house, "link", compromised=True, by="cli:root", now=clock.now)
    with pytest.raises(NotAllowed):
        publish.reissue(house, by=replace(cast.admin, sites=frozenset({"Oak"})), now=clock.now)
    with house.db.read() as session:
        assert session.get_one(Mailing, mailing_id).round == 0


def test_fresh_links_go_to_each_guardian_once_and_open(
    house: House, cast: Cast, clock: Watch, mailing_id: str, site: TestClient
) -> None:
    with house.db.read() as session:
        hanging = key_links.hanging_on(session, house.keys.ids("link-token"), now=clock.now)
    assert (hanging.links, hanging.guardians, hanging.mailings, hanging.unsent) == (6, 4, 1, 0)
    publish.rotate(house, "link", compromised=True, by="cli:root", now=clock.now)
    done = publish.reissue(house, by=cast.admin, now=clock.now)
    assert (done.messages, done.links, done.mailings, done.missing, done.left) == (4, 6, 1, 0, 0)
    again = publish.reissue(house, by=cast.admin, now=clock.now)
    assert (again.messages, again.links) == (0, 0)
    fresh = [one for one in all_of(house, Notice) if one.round == 1]
    assert sorted(one.guardian_id for one in fresh) == sorted([cast.carla, cast.diego, cast.rosa_r, cast.ngozi])
    with house.db.read() as session:
        query = select(Link.id).where(col(Link.edition) == 2, col(Link.guardian_id) == cast.ngozi)
        (link_id,) = session.exec(query).all()
        assert session.get_one(Mailing, mailing_id).state == "held"
    assert open_with(site, token=_token(house, link_id)).status_code == 303
    assert [one.guardian_id for one in all_of(house, FamilySession)] == [cast.ngozi]


@pytest.mark.parametrize("typed", ["token", "code"])
def test_whoever_brings_a_link_of_a_dead_key_is_mailed_what_came_in_its_place(
    house: House, cast: Cast, clock: Watch, mailing_id: str, site: TestClient, typed: str
) -> None:
    link_id = link_of(house, mailing_id, cast.ngozi, cast.sam)
    given_up = house.keys.newest("link-token")
    old = {"token": _token(house, link_id), "code": tokens.mint_code(house.keys, link_id, given_up)}[typed]
    publish.rotate(house, "link", compromised=True, by="cli:root", now=clock.now)
    assert _mailed_for(house, site, clock, old) == [], "nothing has come in its place"
    publish.reissue(house, by=cast.admin, now=clock.now)
    with house.db.write() as session:
        session.execute(update(Notice).values(state="sent"))
    (mailed,) = _mailed_for(house, site, clock, old)
    assert mailed != link_id
    with house.db.read() as session:
        fresh = session.get_one(Link, mailed)
        assert (fresh.guardian_id, fresh.edition) == (cast.ngozi, 2)
    clock.forward(days=2)
    forged = tokens.mint_token(_ring_of(house, given_up), "link-token", mailed)
    assert len(_mailed_for(house, site, clock, forged)) == 1, "who has the dead key asks for no other link by it"


def _ring_of(house: House, key_id: str) -> KeyRing:
    given_up = house.keys.given_up("link")
    assert given_up
    assert given_up.newest("link-token") == key_id
    return given_up


def _mailed_for(house: House, site: TestClient, clock: Watch, typed: str) -> list[str]:
    """Ask for a fresh link by what was typed; return the links of all messages with fresh ones so far."""
    assert ask(site, typed).status_code == 200
    with house.db.write() as session:
        answer_wishes(session, house.keys, now=clock.now)
    return [one.link_id for one in all_of(house, FamilyMailLink)]


def test_what_is_taken_back_for_good_after_its_key_died_gets_no_fresh_link(
    house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    publish.rotate(house, "link", compromised=True, by="cli:root", now=clock.now)
    with house.db.read() as session:
        mailing = session.get_one(Mailing, mailing_id)
        planned = key_links.planned_fresh(session, mailing, now=clock.now)
        hold = timedelta(minutes=1)
        looked_at = reissue_links.prepare_fresh(session, house.keys, mailing, planned, now=clock.now, hold=hold)
    with house.db.write() as session:
        target = Target("guardianship", id_of(cast.carla, cast.luis))
        revoke(session, house.keys, target, by=cast.admin, reason="Not hers.", now=clock.now)
    with house.db.write() as session, pytest.raises(ChangedMeanwhile):
        reissue_links.reissue_links(session, house.keys, looked_at, by=cast.admin, now=clock.now)
    publish.reissue(house, by=cast.admin, now=clock.now)
    fresh = {(one.guardian_id, one.child_id) for one in all_of(house, Link) if one.edition == 2}
    assert len(fresh) == 5
    assert (cast.carla, cast.luis) not in fresh


@pytest.mark.anyio
async def test_a_stop_after_fresh_links_holds_back_what_an_act_before_had_not_mailed_yet(
    house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    publish.rotate(house, "link", compromised=True, by="cli:root", now=clock.now)
    sending = Sending(house, cast, clock, mailing_id)
    sending.press("one-family", child="100006")
    publish.reissue(house, by=cast.admin, now=clock.now)
    assert [sending.notices(number)["ngozi" if number == 1 else "carla"].state for number in (1, 2)] == ["queued"] * 2
    with house.db.write() as session:
        done = stop_mailing(session, house.keys, mailing_id, by=cast.writer, now=clock.now)
    assert (done.cancelled, sending.mailing.state) == (4, "sent")
    sending.press("one-family", child="100004")
    room = await sending.deliver()
    assert [one.to for one in room.delivered if "riverbend" not in one.to] == ["rosa.rivera@mail.example.org"]


def test_whoever_turns_keys_as_root_leaves_the_file_to_its_owner(key_file: Path) -> None:
    owner = 4242 if os.geteuid() == 0 else os.geteuid()
    os.chown(key_file, owner, -1)
    rotate_key_file(key_file, None, compromised=False, now=NOON)
    left = [key_file, key_file.with_name(f"{key_file.name}.lock")]
    assert [(one.stat().st_uid, one.stat().st_mode & 0o077) for one in left] == [(owner, 0)] * 2


def test_a_key_file_that_cannot_be_replaced_stays_as_it_was(key_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = key_file.read_text()

    def full(*_: object, **__: object) -> Callable[[], None]:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fchmod", full)
    with pytest.raises(StartRefused, match="No space left"):
        rotate_key_file(key_file, None, compromised=True, now=NOON)
    assert key_file.read_text() == before


def sealed_with(house: House) -> dict[str, int]:
    """Count the sealed values by the key that sealed them."""
    found: dict[str, int] = {}
    with house.db.read() as session:
        for where in SEALED:
            for row in session.exec(select(where.table)):
                for name in where.columns:
                    value = getattr(row, name)
                    if value is not None:
                        key_id = value[1 : 1 + value[0]].decode()
                        found[key_id] = found.get(key_id, 0) + 1
    return found


def seal_some(house: House, cast: Cast, clock: Watch) -> None:
    with house.db.write() as session:
        ana, carla = session.get_one(Child, cast.ana), session.get_one(Guardian, cast.carla)
        ana.birth_date_sealed = seal_private(house.keys, ana.id, "birth_date", "2017-03-04")
        carla.mobile_sealed = seal_private(house.keys, carla.id, "mobile", "+12025550100")
        carla.home_phone_sealed = seal_private(house.keys, carla.id, "home_phone", "+12025550101")
        wish = Wish("ended", "Moved away.", "12 F 3")
        restrict(session, house.keys, (cast.diego, cast.luis), wish, by="staff:x", now=clock.now)


def test_what_a_key_in_wrong_hands_sealed_is_sealed_anew_and_doctor_tells_until_it_is(
    house: House, cast: Cast, clock: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    seal_some(house, cast, clock)
    (old,) = sealed_with(house)
    publish.rotate(house, None, compromised=True, by="cli:root", now=clock.now)
    new = house.keys.newest("column")

    def told() -> InForce:
        machine = machine_of(house)
        with house.db.read() as session:
            facts = in_force(session, house.settings, machine, now=clock.now)
        return next(one for one in facts if one.name == "Phones, birth dates and reasons")

    assert (told().standing, told().value) == ("unsafe", "3 rows still sealed with an older key")
    monkeypatch.setattr(resealing, "_AT_ONCE", 1)
    monkeypatch.setattr(resealing, "_PAGES_A_BEAT", 1)
    resealing.Resealing(house).do(clock.now)  # a worker that is killed after its first page
    assert sealed_with(house) == {old: 4, new: 1}
    other = resealing.Resealing(house)
    for _ in range(20):
        other.do(clock.now)
    assert sealed_with(house) == {new: 5}
    assert told().standing == "safe"
    with house.db.read() as session:
        ana, carla = session.get_one(Child, cast.ana), session.get_one(Guardian, cast.carla)
        assert ana.birth_date_sealed
        assert open_private(house.keys, ana.id, "birth_date", ana.birth_date_sealed) == "2017-03-04"
        assert carla.home_phone_sealed
        assert open_private(house.keys, carla.id, "home_phone", carla.home_phone_sealed) == "+12025550101"
    with house.db.read() as session:
        assert isinstance(verify_ledger(session, house.keys), Verified)


def test_a_value_that_an_import_brought_meanwhile_stays(house: House, cast: Cast, clock: Watch) -> None:
    seal_some(house, cast, clock)
    publish.rotate(house, "column", compromised=False, by="cli:root", now=clock.now)
    where = SEALED[0]
    with house.db.read() as session:
        page = kernel_resealing.page_behind(session, where, house.keys, after="", limit=9)
    values = kernel_resealing.seal_anew(where, house.keys, page)
    newer = seal_private(house.keys, cast.ana, "birth_date", "2017-03-05")
    with house.db.write() as session:
        session.get_one(Child, cast.ana).birth_date_sealed = newer
    with house.db.write() as session:
        kernel_resealing.write(session, where, values)
    with house.db.read() as session:
        assert session.get_one(Child, cast.ana).birth_date_sealed == newer
