"""Everything pressed at once, or larger than anybody sends: counted once, refused early."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from sqlmodel import col, func, select

from portal.flows.people.sign_in_staff import make_sign_in_link
from portal.flows.sending.start_sending import start_sending
from portal.flows.writing import draft_mailing
from portal.kernel.errors import PortalError
from portal.ledger.tables import Disclosure, LedgerEntry
from portal.links.tables import FamilySession, TakingBack
from portal.mailings.rules import Term, check_draft
from portal.mailings.tables import Mailing
from portal.outbox.tables import Notice
from portal.staff.tables import StaffSession
from portal.wiring import House
from tests.cast import Cast, link_of, send_letter, token_of, write_draft
from tests.conftest import Watch
from tests.parts.site import Site
from tests.web.desks import sit_down

TOGETHER = 8


def at_once(acts: list[Callable[[], int]]) -> list[int]:
    """Do all of it at the same moment; return the answers' statuses."""
    start = threading.Barrier(len(acts))

    def do(act: Callable[[], int]) -> int:
        start.wait(timeout=20)
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(do, acts))


def status_of_post(site: Site, path: str, data: dict[str, str]) -> int:
    return site.post(path, data=data).status_code


def count(house: House, table: type, *where: object) -> int:
    with house.db.read() as session:
        return session.exec(select(func.count()).select_from(table).where(*where)).one()


def test_one_sign_in_link_signs_in_one_browser(site: Site, house: House, cast: Cast, clock: Watch) -> None:
    with house.db.write() as session:
        token = make_sign_in_link(session, house.keys, cast.admin.address, by="cli:office", now=clock.now)
    acts = [lambda: site.post("/staff/sign-in/token", data={"token": token}).status_code] * TOGETHER
    assert at_once(acts) == [303] + [403] * (TOGETHER - 1)
    assert count(house, StaffSession) == 1


def test_one_link_pressed_at_once_opens_for_each_and_counts_once(
    site: Site, house: House, cast: Cast, clock: Watch
) -> None:
    token = token_of(house, link_of(house, send_letter(house, cast, now=clock.now), cast.carla, cast.ana))
    acts = [lambda: site.post("/o", data={"token": token}, headers={"cookie": ""}).status_code] * TOGETHER
    assert at_once(acts) == [303] * TOGETHER
    assert count(house, FamilySession) == TOGETHER
    page = site.get("/letters").text
    copy = page.partition("/letters/")[2][:32]
    assert at_once([lambda: site.get(f"/letters/{copy}").status_code] * TOGETHER) == [200] * TOGETHER
    assert count(house, Disclosure) == 1
    assert count(house, LedgerEntry, col(LedgerEntry.act) == "copy:view") == 1


def test_two_approvals_at_once_send_once(site: Site, house: House, cast: Cast, clock: Watch) -> None:
    mailing = write_draft(house, cast, now=clock.now)
    with house.db.write() as session:
        row = session.get_one(Mailing, mailing)
        row.state, row.submitted_at, version = "waiting", clock.now, row.version
    desks = []
    for person in (cast.approver, cast.admin) * 2:
        token = sit_down(site, house, person)
        cookie = f"__Host-staff={site.cookies['__Host-staff']}"
        desks.append((token, cookie))
    site.cookies.clear()

    def press(token: str, cookie: str, act: str) -> Callable[[], int]:
        data = {"form_token": token, "version": str(version), "reason": "No."}
        return lambda: site.post(f"/staff/mailings/{mailing}/{act}", data=data, headers={"cookie": cookie}).status_code

    acts = [press(token, cookie, "approve") for token, cookie in desks] + [press(*desks[0], "return")]
    answers = at_once(acts)
    assert answers.count(303) == 1, answers
    assert set(answers) <= {303, 403, 409}
    with house.db.read() as session:
        state = session.exec(select(Mailing.state).where(col(Mailing.id) == mailing)).one()
    assert count(house, Notice) == (4 if state == "held" else 0)


def test_taking_back_pressed_at_once_is_one_press_that_tells_what_died(
    site: Site, house: House, cast: Cast, clock: Watch
) -> None:
    """On PostgreSQL each press wrote an entry, and the last to come wrote over the first: nothing had died."""
    mailing = send_letter(house, cast, now=clock.now)
    token = sit_down(site, house, cast.admin)
    for kind, target, dead in (("link", link_of(house, mailing, cast.carla, cast.ana), 1), ("mailing", mailing, 5)):
        data = {"form_token": token, "kind": kind, "id": target, "reason": "The wrong letter."}
        assert at_once([partial(status_of_post, site, "/admin/revoke", data)] * TOGETHER) == [303] * TOGETHER
        assert count(house, LedgerEntry, col(LedgerEntry.act) == f"{kind}:revoke") == 1
        with house.db.read() as session:
            kept = session.get_one(TakingBack, (kind, target))
        assert (kept.links, kept.by) == (dead, f"staff:{cast.admin.id}")


def test_no_brake_fails_because_the_worker_moves_the_letter_on_at_that_moment(
    site: Site, house: House, cast: Cast, clock: Watch
) -> None:
    """On PostgreSQL it had read the letter as it was, and answered that somebody had changed it meanwhile."""
    data = {"form_token": sit_down(site, house, cast.admin), "kind": "mailing", "reason": "The wrong letter."}
    for door, state in (("/staff/mailings/{}/stop", "stopped"), ("/admin/revoke", "revoked")):
        mailing = send_letter(house, cast, now=clock.now)
        clock.forward(seconds=house.settings.hold_seconds + 1)
        with ThreadPoolExecutor(1) as pool:
            with house.db.write() as session:
                start_sending(session, house.keys, now=clock.now)
                pressed = pool.submit(site.post, door.format(mailing), data=data | {"id": mailing})
                time.sleep(0.3)  # as long as it takes to be the second
            assert pressed.result(timeout=30).status_code == 303, door
        with house.db.read() as session:
            assert session.get_one(Mailing, mailing).state == state


def test_one_person_added_in_two_ways_at_once_is_added_in_one(site: Site, house: House, cast: Cast) -> None:
    """On PostgreSQL the second was an error of ours, and of two changes at once the last was kept unseen."""
    site.answer_faults()
    data = {"form_token": sit_down(site, house, cast.admin), "address": "new@riverbend.example.org", "reach": "all"}
    acts = [
        lambda role=role: site.post("/admin/staff", data=data | {"name": "New", "role": role}).status_code
        for role in ("publisher", "admin") * 3
    ]
    answers = at_once(acts)
    assert answers.count(303) == 1, answers
    assert set(answers) <= {303, 400, 409}
    assert count(house, LedgerEntry, col(LedgerEntry.act).startswith("staff:")) == 1


def test_what_two_write_at_once_is_there_once_and_the_second_is_told_to_look_again(
    site: Site, house: House, cast: Cast, clock: Watch
) -> None:
    """The key lets one in. On PostgreSQL whoever was a moment behind saw an error of ours."""
    site.answer_faults()
    site.post(
        "/o",
        data={"token": token_of(house, link_of(house, send_letter(house, cast, now=clock.now), cast.carla, cast.ana))},
    )
    site.get(f"/letters/{site.get('/letters').text.partition('/letters/')[2][:32]}")
    with house.db.read() as session:
        disclosure = session.exec(select(Disclosure.id)).one()
    data = {"form_token": sit_down(site, house, cast.admin), "child": "100001", "disclosure": disclosure}
    acts = [lambda: site.post("/admin/disclosures/mark", data=data | {"reason": "Not theirs."}).status_code] * TOGETHER
    assert set(at_once(acts)) <= {303, 409}
    assert count(house, LedgerEntry, col(LedgerEntry.act) == "disclosure:erroneous") == 1


def test_a_change_beside_an_approval_is_never_sent_unseen(site: Site, house: House, cast: Cast, clock: Watch) -> None:
    mailing = write_draft(house, cast, now=clock.now)
    with house.db.write() as session:
        row = session.get_one(Mailing, mailing)
        row.state, row.submitted_at, version = "waiting", clock.now, row.version
    token = sit_down(site, house, cast.approver)
    terms = (Term("everyone"),)
    draft = check_draft(title="Other", message="Other words", terms=terms, link_days=3, link_hosts=frozenset())

    def edit() -> int:
        try:
            with house.db.write() as session:
                change = (mailing, version)
                draft_mailing.draft_mailing(session, house.keys, draft, by=cast.writer, now=clock.now, change=change)
        except PortalError:
            return 409
        return 303

    data = {"form_token": token, "version": str(version)}
    path = f"/staff/mailings/{mailing}/approve"
    answers = at_once([edit, lambda: site.post(path, data=data).status_code])
    with house.db.read() as session:
        row = session.get_one(Mailing, mailing)
    assert answers.count(303) == 1, answers
    assert (row.state, row.title) in {("held", "Welcome"), ("draft", "Other")}


def endless(size: int) -> Iterator[bytes]:
    for _ in range(size // 65_536):
        yield b"a" * 65_536


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"])
def test_nobody_sends_more_than_a_form(site: Site, house: House, cast: Cast, kind: str) -> None:
    site.answer_faults()
    for path in ("/o", "/staff/sign-in/link", "/staff/sign-in/token", "/leave"):
        answer = site.post(path, content=endless(10_000_000), headers={"content-type": kind})
        assert answer.status_code in {200, 400, 403, 404, 413}, (path, answer.status_code)
        if kind != "text/plain":  # what is no form is not read at all
            assert answer.status_code in {400, 413}, path
    told = site.post("/o", content=b"a" * 100_000, headers={"content-type": kind})
    assert told.status_code == 413 or kind == "text/plain"
    assert (told.headers["cache-control"], told.headers["x-content-type-options"]) == ("no-store", "nosniff")
    if kind != "text/plain":
        spanish = site.post("/o", content=b"a" * 100_000, headers={"content-type": kind, "accept-language": "es"})
        assert ("<html" in told.text, 'lang="es"' in spanish.text, spanish.status_code) == (True, True, 413)
        assert "Esto no se puede hacer" in spanish.text
    assert site.post("/o", content=b"a" * 100_000, headers={"host": "evil.example"}).status_code == 400
    sit_down(site, house, cast.writer)
    answer = site.post("/staff/mailings/x/submit", content=endless(10_000_000), headers={"content-type": kind})
    assert answer.status_code in {400, 403, 413}


def test_a_stranger_cannot_fill_the_disk(site: Site) -> None:
    headers = {"content-type": "multipart/form-data; boundary=x"}
    answer = site.post("/staff/mailings", content=endless(20_000_000), headers=headers)
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff/sign-in"), "not a part of it was read"


def test_a_range_is_answered_quickly_whatever_it_says(site: Site, house: House, cast: Cast, clock: Watch) -> None:
    sent = send_letter(house, cast, now=clock.now)
    site.post("/o", data={"token": token_of(house, link_of(house, sent, cast.carla, cast.ana))})
    copy = site.get("/letters").text.partition("/letters/")[2][:32]
    whole = site.get(f"/letters/{copy}/file")
    for asked in ("bytes=" + "0-," * 8_000, "bytes=-", "bytes=5-1", "bytes=-0", "bytes=99999999999999999999-",
                  "bytes=0-0", "items=0-1", "bytes=0-1,3-4", "bytes=²-", "bytes=-999999999999999", "bytes= 0-1",
                  "bytes=0x1-"):  # fmt: skip
        answer = site.get(f"/letters/{copy}/file", headers={b"range": asked.encode("latin-1")})
        assert answer.status_code in {200, 206, 416}, asked[:30]
        assert answer.status_code != 200 or answer.content == whole.content
        assert answer.status_code != 206 or answer.content in whole.content
