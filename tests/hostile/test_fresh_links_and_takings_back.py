"""Fresh links against holds, Stops and takings back: nothing leaves early, comes back, or is blocked for good."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import Session, col, select, update
from starlette.testclient import TestClient

from portal import publish
from portal.flows.incidents.freeze_incident import freeze
from portal.flows.opening.renew_link import answer_wishes, ask_for_link
from portal.flows.people.restrict_guardianship import Wish, lift, restrict
from portal.flows.sending.stop_mailing import stop_mailing
from portal.flows.taking_back.revoke import Kind, revoke
from portal.flows.taking_back.revoke import Target as RevokeTarget
from portal.incidents.rules import Target
from portal.links.tables import Link, Renewal
from portal.mailings.tables import Mailing
from portal.outbox.tables import FamilyMail
from portal.overviews.links.kin import id_of
from portal.wiring import House
from tests.cast import Cast, code_of, is_letter, send_letter
from tests.conftest import Watch
from tests.web.coded import Desk, plain_of
from tests.web.test_renewal import ask, links_in

NGOZI = "ngozi.okafor@mail.example.org"


@pytest.fixture
def desk(house: House, cast: Cast, clock: Watch, sent_letter: str) -> Desk:
    return Desk(house, cast, clock, sent_letter)


def to_families(desk: Desk) -> list[str]:
    """Send what is due; return the addresses of families it went to. Admins are told of every freeze."""
    return [to for to, _ in desk.mail() if to != desk.cast.admin.address]


def editions(desk: Desk) -> list[Link]:
    with desk.house.db.read() as session:
        mine = select(Link).where(col(Link.guardian_id) == desk.cast.ngozi, col(Link.mailing_id) == desk.mailing)
        return list(session.exec(mine.order_by(col(Link.edition))).all())


def freeze_it(desk: Desk, session: Session) -> str:
    target = Target("mailing", desk.mailing)
    return freeze(session, desk.house.keys, target, by=desk.cast.admin, reason="Wrong.", now=desk.clock.now).incident_id


def undo_it(desk: Desk, incident: str) -> None:
    desk.clock.forward(minutes=1)
    publish.undo_freeze(
        desk.house, incident, desk.mailing, reason="It was right.", by=desk.cast.admin, now=desk.clock.now
    )


def frozen_and_undone(desk: Desk) -> None:
    with desk.house.db.write() as session:
        incident = freeze_it(desk, session)
    undo_it(desk, incident)


def dead_by_key_and_made_anew(desk: Desk) -> None:
    publish.rotate(desk.house, "link", compromised=True, by="cli:root", now=desk.clock.now)
    publish.reissue(desk.house, by=desk.cast.admin, now=desk.clock.now)


def restricted_and_lifted(desk: Desk) -> None:
    pair = (desk.cast.ngozi, desk.cast.sam)
    with desk.house.db.write() as session:
        restrict(session, desk.house.keys, pair, Wish("barred", "An order."), by="x", now=desk.clock.now)
    desk.clock.forward(minutes=1)
    with desk.house.db.write() as session:
        lift(session, desk.house.keys, pair, by=desk.cast.admin, reason="It is over.", now=desk.clock.now)
    with desk.house.db.read() as session:
        mailing = session.get_one(Mailing, desk.mailing)
    publish.send_again(
        desk.house, desk.mailing, "one-family", by=desk.cast.writer, seen=(mailing.version, mailing.round + 1),
        child="100006", now=desk.clock.now,
    )  # fmt: skip


ANEW: list[Callable[[Desk], None]] = [frozen_and_undone, dead_by_key_and_made_anew, restricted_and_lifted]


@pytest.mark.parametrize("made_anew", ANEW)
def test_a_link_made_anew_waits_for_its_own_hold_and_is_renewed_when_it_expires(
    site: TestClient, desk: Desk, made_anew: Callable[[Desk], None]
) -> None:
    made_anew(desk)
    ask(site, NGOZI)
    assert to_families(desk) == [], "anybody may still press Stop"
    desk.clock.forward(seconds=desk.house.settings.hold_seconds + 1)
    assert NGOZI in [to for to, _ in desk.mail()]
    desk.clock.forward(days=32)
    ask(site, NGOZI)
    ((to, message),) = desk.mail()
    assert (to, len(links_in(message))) == (NGOZI, 1)
    assert [bool(one.revoked_at) for one in editions(desk)] == [True, False, False]
    assert is_letter(site.post("/o", data={"token": links_in(message)[0]}).headers["location"])


@pytest.mark.parametrize("made_anew", ANEW[:2])
def test_a_stop_in_that_hold_keeps_the_fresh_link_from_everybody(
    site: TestClient, desk: Desk, made_anew: Callable[[Desk], None]
) -> None:
    made_anew(desk)
    with desk.house.db.write() as session:
        stop_mailing(session, desk.house.keys, desk.mailing, by=desk.cast.writer, now=desk.clock.now)
    for days in (0, 32):
        desk.clock.forward(days=days)
        ask(site, NGOZI)
        assert not [message for to, message in desk.mail() if to == NGOZI]
    assert len(editions(desk)) == 2


def test_an_undone_letter_is_no_earlier_letter_before_its_hold_is_over(
    site: TestClient, desk: Desk, house: House, cast: Cast, clock: Watch
) -> None:
    other = Desk(house, cast, clock, send_letter(house, cast, now=clock.now, title="Another"))
    clock.forward(minutes=2)
    other.mail()
    frozen_and_undone(desk)
    site.post("/o", data={"token": other.token("ngozi", "sam")})
    assert "/open" not in site.get("/letters").text
    clock.forward(seconds=house.settings.hold_seconds + 1)
    desk.mail()
    (path,) = re.findall(r'action="(/letters/\w+/open)"', site.get("/letters").text)
    assert path


def test_a_link_made_for_a_family_outlives_the_key_of_the_one_before(site: TestClient, desk: Desk) -> None:
    publish.rotate(desk.house, "link", compromised=False, by="cli:root", now=desk.clock.now)
    desk.clock.forward(days=31)
    ask(site, NGOZI)
    ((_, first),) = desk.mail()
    (old, _) = editions(desk)
    taken = update(Link).where(col(Link.id) == old.id)
    desk.change(taken.values(revoked_at=desk.clock.now, revoked_why="key-compromised"))
    ask(site, NGOZI)
    ((_, again),) = desk.mail()
    assert links_in(again) == links_in(first)
    assert code_of(desk.house, editions(desk)[1].id) in plain_of(again)


def _revoke(kind: Kind) -> Callable[[Desk, Session], object]:
    def act(desk: Desk, session: Session) -> object:
        ids: dict[Kind, str] = {
            "link": editions(desk)[0].id,
            "guardianship": id_of(desk.cast.ngozi, desk.cast.sam),
        }
        target = RevokeTarget(kind, ids[kind])
        return revoke(session, desk.house.keys, target, by=desk.cast.admin, reason="No.", now=desk.clock.now)

    return act


def _restrict(desk: Desk, session: Session) -> object:
    pair = (desk.cast.ngozi, desk.cast.sam)
    return restrict(session, desk.house.keys, pair, Wish("barred", "An order."), by="x", now=desk.clock.now)


TAKING: dict[str, Callable[[Desk, Session], object]] = {
    "link": _revoke("link"),
    "guardianship": _revoke("guardianship"),
    "restriction": _restrict,
    "freeze": freeze_it,
}


@pytest.mark.parametrize("renewal_first", [True, False])
@pytest.mark.parametrize("what", TAKING)
def test_taking_back_beside_a_renewal_leaves_no_link_alive(desk: Desk, what: str, *, renewal_first: bool) -> None:
    desk.clock.forward(days=31)
    with desk.house.db.write() as session:
        ask_for_link(session, desk.house.keys, NGOZI, press="p" * 43, now=desk.clock.now)

    def answer(session: Session) -> object:
        return answer_wishes(session, desk.house.keys, now=desk.clock.now)

    def take(session: Session) -> object:
        return TAKING[what](desk, session)

    first, second = (answer, take) if renewal_first else (take, answer)

    def in_one_write() -> None:
        with desk.house.db.write() as session:
            second(session)

    with ThreadPoolExecutor(1) as pool, desk.house.db.write() as session:
        first(session)
        other = pool.submit(in_one_write)
        wait([other], timeout=0.3)  # by then it waits for what is done here
    other.result()
    assert len(editions(desk)) == 1 + renewal_first
    assert all(one.revoked_at for one in editions(desk))
    assert to_families(desk) == []


def test_a_wish_that_nobody_would_look_at_is_not_kept(
    site: TestClient, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.flows.opening.renew_link._WAITING", 3)
    answers = {typed: ask(site, typed) for typed in (NGOZI, "a@x.org", "b@x.org", "c@x.org", NGOZI.upper())}
    assert [answer.status_code for answer in answers.values()] == [200, 200, 200, 429, 429]
    assert answers["c@x.org"].text == answers[NGOZI.upper()].text, "nobody learns anything by it"
    assert desk.count(Renewal) == 3
    desk.mail()
    assert ask(site, NGOZI).status_code == 200
    with desk.house.db.read() as session:
        assert len(session.exec(select(FamilyMail)).all()) == 1


NASTY = (
    "a\0b@x.org", "\0", f"{'A' * 22}.{'B' * 43}", "0000-0000-0000", "\u202ea@x.org", "a@xn--.org", f"a@{'x' * 300}",
    '"a b"@x.org', "a@[127.0.0.1]", "ß@ß.de", "𝒶@x.org", "#" * 9_000, "a@x.org\r\nBcc: b@x.org", "%" * 8_000,
    "&#x110000;", "&#xD800;",
)  # fmt: skip


def test_no_wish_keeps_the_others_waiting(desk: Desk) -> None:
    for typed in (*NASTY, NGOZI):
        with desk.house.db.write() as session:
            ask_for_link(session, desk.house.keys, typed, press="", now=desk.clock.now)
    assert [to for to, _ in desk.mail()] == [NGOZI]
    with desk.house.db.read() as session:
        assert set(session.exec(select(Renewal.wish))) == {None}


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # which holds rows
def test_all_mailings_are_held_before_any_is_renewed_and_in_the_order_in_which_a_freeze_holds_them(desk: Desk) -> None:
    second = send_letter(desk.house, desk.cast, now=desk.clock.now)
    desk.clock.forward(hours=1)
    to_families(desk)
    desk.clock.forward(days=31)
    asked: list[tuple[str, set[object]]] = []

    def note(_c: object, _r: object, statement: str, given: Any, *_: object) -> None:  # noqa: ANN401 - drivers give a tuple or a dict
        values = given.values() if isinstance(given, dict) else given
        asked.append((statement, {value for value in values if isinstance(value, str)}))

    with desk.house.db.write() as session:
        ask_for_link(session, desk.house.keys, NGOZI, press="p" * 20, now=desk.clock.now)
    with desk.house.db.write() as session:
        event.listen(session.connection(), "before_cursor_execute", note)
        assert answer_wishes(session, desk.house.keys, now=desk.clock.now) == 1
    first = next(n for n, (statement, _) in enumerate(asked) if statement.startswith("INSERT INTO link"))
    held = [given for statement, given in asked[:first] if statement.startswith("SELECT mailing.id \nFROM mailing")]
    assert held[0] == {desk.mailing, second}
    assert len([statement for statement, _ in asked if statement.startswith("INSERT INTO link")]) == 2
