"""Somebody asks for a fresh link: it goes to the address on file, and nobody else learns anything by asking."""

import re
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from httpx2 import Response
from sqlmodel import col, func, select, update
from starlette.testclient import TestClient

from portal.documents.tables import Document
from portal.families.tables import Guardian, Guardianship
from portal.flows.opening.renew_link import answer_wishes
from portal.flows.taking_back.revoke import Target, revoke
from portal.ledger.tables import LedgerEntry
from portal.links.tables import Link, Renewal
from portal.mailings.tables import Mailing
from portal.outbox.tables import FamilyMail
from portal.wiring import House
from tests.cast import Cast, code_of, is_letter, send_letter, token_of
from tests.conftest import Watch
from tests.web.coded import Desk, plain_of

CARLA = "carla.rivera@mail.example.org"
LINK = re.compile(r"https://letters\.riverbend\.example/o#[\w.-]{66}")


@pytest.fixture
def desk(house: House, cast: Cast, clock: Watch, sent_letter: str) -> Desk:
    return Desk(house, cast, clock, sent_letter)


def ask(site: TestClient, typed: str) -> Response:
    page = site.get("/renew").text
    found = re.search(r'name="press" value="([^"]+)"', page)
    assert found
    return site.post("/renew", data={"press": found[1], "address": typed})


def links_in(message: EmailMessage) -> list[str]:
    return LINK.findall(plain_of(message).partition("In English")[0])


def editions(desk: Desk, guardian: str = "carla", child: str = "ana") -> int:
    with desk.house.db.read() as session:
        mine = (col(Link.guardian_id) == getattr(desk.cast, guardian), col(Link.child_id) == getattr(desk.cast, child))
        return session.exec(select(func.count()).select_from(Link).where(*mine)).one()


def acts(house: House) -> list[tuple[str, bytes]]:
    with house.db.read() as session:
        rows: Any = session.exec(select(LedgerEntry.act, LedgerEntry.body).order_by(col(LedgerEntry.seq)))
        return [(act, body) for act, body in rows if act.startswith(("renewal:", "link:renew"))]


def test_a_live_link_is_mailed_again_and_nothing_is_killed(site: TestClient, desk: Desk) -> None:
    ask(site, f"  {CARLA.upper()} ")
    ((to, message),) = desk.mail()
    assert to == CARLA
    assert sorted(links_in(message)) == sorted(
        f"https://letters.riverbend.example/o#{token_of(desk.house, desk.link(child=child))}"
        for child in ("ana", "luis")
    )
    assert code_of(desk.house, desk.link()) in plain_of(message)
    assert (editions(desk), desk.opened()) == (1, (0, 0, 0))
    assert is_letter(site.post("/o", data={"token": desk.token()}).headers["location"])
    assert [act for act, _ in acts(desk.house)] == ["renewal:answer"]
    assert not re.search(rb"carla|rivera|example|@", acts(desk.house)[0][1], re.IGNORECASE)


def test_an_expired_link_is_followed_by_one_of_seven_days(site: TestClient, desk: Desk) -> None:
    desk.clock.forward(days=31)
    assert site.post("/o", data={"token": desk.token()}).status_code == 410
    ask(site, desk.token())
    ((to, message),) = desk.mail()
    (link,) = links_in(message)
    assert (to, editions(desk), editions(desk, child="luis")) == (CARLA, 2, 1)
    assert site.post("/o", data={"token": desk.token()}).status_code == 410
    assert is_letter(site.post("/o", data={"token": link}).headers["location"])
    assert "Ana" in site.get("/letters").text
    ask(site, desk.token())
    assert [links_in(message) for _, message in desk.mail()] == [[link]], "now it is live, so it is the same again"
    desk.clock.forward(days=7)
    assert site.post("/o", data={"token": link}).status_code == 410
    assert [act for act, _ in acts(desk.house)] == ["link:renew", "renewal:answer", "renewal:answer"]


@pytest.mark.parametrize("typed", ["token", "link", "code", "message"])
def test_the_old_link_is_known_however_it_is_brought(site: TestClient, desk: Desk, typed: str) -> None:
    token, code = desk.token(), code_of(desk.house, desk.link())
    link = f"https://letters.riverbend.example/o#{token}"
    ask(
        site,
        {"token": token, "link": f"<{link}>.", "code": code.lower(), "message": f"Ana {link}or type:{code}You"}[typed],
    )
    assert [links_in(message) for _, message in desk.mail()] == [[link]]


def test_everybody_is_answered_alike(site: TestClient, desk: Desk) -> None:
    known = ask(site, CARLA)
    forged = desk.token()[:-1] + ("A" if desk.token()[-1] != "A" else "E")
    for typed in ("nobody@mail.example.org", forged, "x", "", "a@x.org, b@x.org", "é" * 9_000, "💌"):
        answer = ask(site, typed)
        assert (answer.status_code, answer.text) == (known.status_code, known.text), typed
        assert answer.headers.keys() == known.headers.keys()
    assert CARLA not in known.text
    assert {to for to, _ in desk.mail()} == {CARLA}
    with desk.house.db.read() as session:
        assert session.exec(select(Renewal.wish)).all().count(None) == desk.count(Renewal), "nothing typed is kept"


def test_what_was_typed_stands_in_no_table(site: TestClient, desk: Desk) -> None:
    ask(site, "nobody@mail.example.org")
    with desk.house.db.read() as session:
        assert b"nobody" not in session.exec(select(Renewal.wish)).one()


def test_looking_changes_nothing_and_asks_nothing(site: TestClient, desk: Desk) -> None:
    for path in ("/renew", f"/renew?address={CARLA}", f"/renew?token={desk.token()}"):
        assert site.get(path).status_code == 200
        assert site.head(path).status_code == 200
    assert (desk.count(Renewal), desk.mail()) == (0, [])


def test_a_page_sent_twice_is_one_wish(site: TestClient, desk: Desk) -> None:
    fields = {"press": "p" * 43, "address": CARLA}
    site.post("/renew", data=fields)
    site.post("/renew", data=fields)
    assert len(desk.mail()) == 1
    site.post("/renew", data=fields)
    assert desk.mail() == []
    site.post("/renew", data=fields | {"address": "ngozi.okafor@mail.example.org"})
    assert [to for to, _ in desk.mail()] == ["ngozi.okafor@mail.example.org"]


def test_a_mailbox_is_not_flooded(site: TestClient, desk: Desk) -> None:
    mailed = []
    for _ in range(4):
        ask(site, CARLA)
        mailed += desk.mail()
        desk.clock.forward(minutes=1)
    assert len(mailed) == 3, "three in an hour"
    desk.clock.forward(hours=1)
    for _ in range(5):
        ask(site, desk.token())
    assert len(desk.mail()) == 1, "what has not left yet is not repeated"
    for _ in range(3):
        ask(site, CARLA)
        mailed += desk.mail()
    assert len(mailed) == 3 + 2
    desk.clock.forward(hours=2)
    ask(site, CARLA)
    assert desk.mail() == [], "six in a day"
    desk.clock.forward(hours=24)
    ask(site, CARLA)
    assert len(desk.mail()) == 1


def test_a_network_is_not_let_to_ask_without_end(site: TestClient, desk: Desk) -> None:
    answers = [site.post("/renew", data={"address": f"a{one}@x.org"}).status_code for one in range(65)]
    assert answers == [200] * 60 + [429] * 5
    assert desk.count(Renewal) == 60
    for typed in (desk.token(), code_of(desk.house, desk.link())):
        assert site.post("/renew", data={"address": typed}).status_code == 200, "who holds a link is kept out by nobody"
    assert desk.count(Renewal) == 62
    desk.clock.forward(minutes=1)
    assert site.post("/renew", data={"address": "one@x.org"}).status_code == 200


def _set(desk: Desk, table: type, **values: object) -> None:
    mine = {Guardianship: (col(Guardianship.guardian_id) == desk.cast.carla), Mailing: col(Mailing.id) == desk.mailing}
    desk.change(update(table).where(mine[table]).values(**values))


def _take_back(desk: Desk, kind: str) -> None:
    with desk.house.db.write() as session:
        target = Target(kind, desk.mailing if kind == "mailing" else desk.link())  # type: ignore[arg-type]  # one of both
        revoke(session, desk.house.keys, target, by=desk.cast.admin, reason="Not theirs.", now=desk.clock.now)


def _share_with_barred(desk: Desk) -> None:
    desk.change(update(Guardian).where(col(Guardian.id) == desk.cast.emeka).values(address=CARLA, address_key=CARLA))
    with desk.house.db.write() as session:
        for child in (desk.cast.ana, desk.cast.luis):
            tie = Guardianship(guardian_id=desk.cast.emeka, child_id=child, may_view=False, starts_at=desk.clock.now)
            session.add(tie)


NEVER: dict[str, Callable[[Desk], None]] = {
    "taken back": lambda desk: _take_back(desk, "link"),
    "its mailing taken back": lambda desk: _take_back(desk, "mailing"),
    "stopped": lambda desk: _set(desk, Mailing, state="stopped"),
    "paused": lambda desk: _set(desk, Mailing, state="paused"),
    "barred": lambda desk: _set(desk, Guardianship, may_view=False),
    "ended": lambda desk: _set(desk, Guardianship, ends_at=desk.clock.now - timedelta(days=1)),
    "a shared mailbox": _share_with_barred,
    "kept no longer": lambda desk: desk.change(update(Document).values(closed_at=desk.clock.now)),
}


@pytest.mark.parametrize("when", ["before it is asked for", "after it expired", "on its way"])
@pytest.mark.parametrize("why", NEVER)
def test_what_may_not_be_seen_is_not_renewed(site: TestClient, desk: Desk, why: str, when: str) -> None:
    if when == "after it expired":
        desk.clock.forward(days=31)
    if when == "on its way":
        ask(site, desk.token())
        with desk.house.db.write() as session:
            assert answer_wishes(session, desk.house.keys, now=desk.clock.now) == 1
        assert desk.count(FamilyMail) == 1
    NEVER[why](desk)
    if when != "on its way":
        ask(site, desk.token())
    assert desk.mail() == []
    assert editions(desk) == 1


def test_one_of_two_letters_taken_back_leaves_the_other(site: TestClient, desk: Desk) -> None:
    _take_back(desk, "link")
    ask(site, CARLA)
    ((_, message),) = desk.mail()
    assert links_in(message) == [f"https://letters.riverbend.example/o#{desk.token(child='luis')}"]
    assert "Ana" not in plain_of(message)


def test_a_letter_that_has_not_left_yet_is_not_renewed(
    site: TestClient, house: House, cast: Cast, clock: Watch
) -> None:
    desk = Desk(house, cast, clock, send_letter(house, cast, now=clock.now))
    ask(site, CARLA)
    assert desk.mail() == [], "it is held, and may still be stopped"


def test_two_guardians_of_one_mailbox_get_a_message_each(site: TestClient, desk: Desk) -> None:
    desk.change(update(Guardian).where(col(Guardian.id) == desk.cast.rosa_r).values(address=CARLA, address_key=CARLA))
    ask(site, CARLA)
    mails = desk.mail()
    assert [to for to, _ in mails] == [CARLA, CARLA]
    assert sorted(len(links_in(message)) for _, message in mails) == [1, 2]
    ask(site, desk.token("rosa_r", "other_ana"))
    assert len(desk.mail()) == 1


def test_without_an_address_on_file_nothing_is_mailed(site: TestClient, desk: Desk) -> None:
    desk.change(update(Guardian).where(col(Guardian.id) == desk.cast.carla).values(address=None, address_key=None))
    ask(site, CARLA)
    ask(site, desk.token())
    assert desk.mail() == []


def test_a_confidential_letters_fresh_link_asks_for_its_code(
    site: TestClient, house: House, cast: Cast, clock: Watch
) -> None:
    desk = Desk(house, cast, clock, send_letter(house, cast, now=clock.now, confidential=True))
    clock.forward(minutes=2)
    desk.mail()
    clock.forward(days=31)
    ask(site, CARLA)
    ((_, message),) = desk.mail()
    assert "We will ask you for a code" in plain_of(message)
    assert len(links_in(message)) == 2
    for link in links_in(message):
        assert site.post("/o", data={"token": link}).headers["location"] == "/o/verify"
    assert desk.opened() == (0, 0, 0)


def test_the_message_is_in_the_guardians_language(site: TestClient, desk: Desk) -> None:
    desk.change(update(Guardian).where(col(Guardian.id) == desk.cast.carla).values(language="ar"))
    ask(site, CARLA)
    ((_, message),) = desk.mail()
    assert message["Content-Language"] == "ar, en"
    own, _, below = plain_of(message).partition("In English")
    assert len(LINK.findall(own)) == 2
    assert "You asked for a new link" in below
    assert not [part for part in message.walk() if part.get_content_disposition() == "attachment"]
