"""Every family's cookie, form token, link, code and copy, put into every place of every other family."""

import html
import re
from dataclasses import dataclass
from itertools import permutations, product

import pytest
from httpx2 import Response
from sqlmodel import col, func, select, update
from starlette.testclient import TestClient

from portal.documents.tables import Copy, Document
from portal.families.tables import Child
from portal.flows.opening.open_link import session_id_of
from portal.kernel.secrets import tokens
from portal.ledger.tables import Disclosure, LedgerEntry
from portal.links.tables import FamilySession, Link, Opening
from portal.mailings.tables import Mailing
from portal.outbox.tables import Notice
from portal.web.posted.forms import form_token
from portal.wiring import House
from tests.cast import Cast, code_of, link_of, send_letter, token_of
from tests.conftest import Watch
from tests.web.test_opening import all_letters, letters_in

NAMES = {"ana": "Ana", "luis": "Luis", "other_ana": "Ana", "sam": "Sam"}
HEADERS = {"Sec-Fetch-Site": "same-origin"}


@dataclass(frozen=True)
class Family:
    """One opened link: what its browser holds, and what it may see."""

    guardian: str
    child: str
    mailing: str
    link: str
    cookie: str
    copy: str
    token: str


@dataclass(frozen=True)
class Street:
    """Every way in of two mailings, each opened in a browser of its own."""

    site: TestClient
    house: House
    families: list[Family]

    def ask(self, method: str, path: str, cookie: str, **data: str) -> Response:
        self.site.cookies.clear()
        return self.site.request(method, path, headers={"cookie": f"__Host-family={cookie}"}, data=data or None)


@pytest.fixture
def street(site: TestClient, house: House, cast: Cast, clock: Watch) -> Street:
    families = []
    for title in ("Alpha letter", "Beta letter"):
        content = f"%PDF-1.7 {title} ".encode() * 40
        mailing = send_letter(house, cast, now=clock.now, title=title, content=content)
        for guardian, child in (("carla", "ana"), ("carla", "luis"), ("diego", "ana"), ("rosa_r", "other_ana"),
                                ("ngozi", "sam")):  # fmt: skip
            link = link_of(house, mailing, getattr(cast, guardian), getattr(cast, child))
            site.cookies.clear()
            answer = site.post("/o", data={"token": token_of(house, link)})
            cookie = answer.cookies["__Host-family"]
            with house.db.read() as session:
                mine = (col(Copy.mailing_id) == mailing, col(Copy.child_id) == getattr(cast, child))
                copy = session.exec(select(Copy.id).where(*mine)).one()
            token = form_token(house.keys, session_id_of(cookie))
            families.append(Family(guardian, child, mailing, link, cookie, copy, token))
    return Street(site, house, families)


def rows(house: House) -> tuple[int, ...]:
    with house.db.read() as session:
        tables = (Opening, FamilySession, Disclosure, LedgerEntry)
        return tuple(session.exec(select(func.count()).select_from(table)).one() for table in tables)


def test_each_sees_its_own_and_nobody_elses(street: Street) -> None:
    for mine, theirs in product(street.families, street.families):
        is_mine = (mine.mailing, mine.child) == (theirs.mailing, theirs.child)
        before = rows(street.house)
        for method, path in product(("GET", "HEAD"), ("", "/file", "/file?as=download")):
            answer = street.ask(method, f"/letters/{theirs.copy}{path}", mine.cookie)
            assert answer.status_code == (200 if is_mine else 404), (mine, theirs, method, path)
            if not is_mine:
                assert b"%PDF" not in answer.content
                assert not re.search(r"letter\b.*(Alpha|Beta)|(Alpha|Beta) letter", answer.text)
                assert not [name for name in NAMES.values() if name in answer.text]
        if not is_mine:
            assert rows(street.house) == before


def test_a_list_holds_one_childs_letter(street: Street) -> None:
    for mine in street.families:
        page = html.unescape(street.ask("GET", "/letters", mine.cookie).text)
        assert re.findall(r"/letters/([0-9a-f]{32})", page) == [mine.copy]
        assert {name for name in NAMES.values() if name in page} == {NAMES[mine.child]}


def test_every_other_id_opens_nothing_wherever_it_stands(street: Street, cast: Cast) -> None:
    mine = street.families[0]
    with street.house.db.read() as session:
        others = [*session.exec(select(Document.id)), *session.exec(select(Mailing.id)), *session.exec(select(Link.id)),
                  *session.exec(select(Opening.id)), *session.exec(select(FamilySession.id)),
                  *session.exec(select(Notice.id)), cast.ana, cast.sam, cast.carla]  # fmt: skip
    before = rows(street.house)
    for other in others:
        for more in ("", "/file"):
            assert street.ask("GET", f"/letters/{other}{more}", mine.cookie).status_code == 404
        assert street.ask("GET", "/letters", other).status_code == 404, "an id from the database is no cookie"
        assert street.ask("GET", f"/letters/{mine.copy}", other).status_code == 404
        assert street.ask("GET", f"/staff/mailings/{mine.mailing}/file", mine.cookie).status_code == 303
    assert rows(street.house) == before


def test_a_form_token_presses_nothing_of_another_session(street: Street) -> None:
    before = rows(street.house)
    for mine, theirs in permutations(street.families, 2):
        answer = street.ask("POST", f"/letters/{mine.copy}/not-mine", mine.cookie, form_token=theirs.token)
        assert answer.status_code == 403
        if mine.copy != theirs.copy:
            answer = street.ask("POST", f"/letters/{theirs.copy}/not-mine", mine.cookie, form_token=mine.token)
            assert answer.status_code == 404, (mine, theirs)
    assert rows(street.house) == before


def test_a_browser_that_opens_another_guardians_link_forgets_the_first(street: Street) -> None:
    for mine, theirs in permutations(street.families[:5], 2):
        street.site.cookies.clear()
        first = street.site.post("/o", data={"code": code_of(street.house, mine.link)}, headers=HEADERS)
        old = first.cookies["__Host-family"]
        second = street.ask("POST", "/o", old, token=token_of(street.house, theirs.link))
        new = second.cookies["__Host-family"]
        assert new != old
        assert street.ask("GET", "/letters", old).status_code in {404, 410}, "the planted cookie is dead"
        assert street.ask("GET", f"/letters/{theirs.copy}", old).status_code in {404, 410}
        page = street.ask("GET", "/letters", new).text
        assert set(re.findall(r"/letters/([0-9a-f]{32})", page)) == {theirs.copy}
        is_still_open = mine.guardian == theirs.guardian or mine.copy == theirs.copy
        answer = street.ask("GET", f"/letters/{mine.copy}", new)
        assert answer.status_code == (200 if is_still_open else 404), (mine, theirs)


def test_tokens_and_codes_of_another_use_open_nothing(street: Street, cast: Cast) -> None:
    house, mine = street.house, street.families[0]
    token = token_of(house, mine.link)
    wrong = [
        tokens.mint_token(house.keys, "sign-in-token", mine.link),
        *(tokens.mint_token(house.keys, "link-token", other) for other in (mine.copy, cast.carla, mine.mailing)),
        *(mine.cookie, mine.token, mine.link, mine.copy, "0" * 12, code_of(house, mine.copy)),
        *(token[:-1], token.swapcase(), token.split(".")[0]),
        f"http://evil.example/o#{token_of(house, mine.copy)}",
    ]
    for text, field in product(wrong, ("token", "code")):
        street.site.cookies.clear()
        answer = street.site.post("/o", data={field: text})
        assert answer.status_code in {404, 429}, (text, field)
        assert "set-cookie" not in answer.headers
    assert street.site.post("/staff/sign-in/token", data={"token": token}).status_code == 403


def test_a_session_that_ended_presses_nothing(street: Street) -> None:
    mine = street.families[0]
    assert street.ask("POST", "/leave", mine.cookie).status_code == 200
    answer = street.ask("POST", f"/letters/{mine.copy}/not-mine", mine.cookie, form_token=mine.token)
    assert answer.status_code in {404, 410}
    with street.house.db.read() as session:
        assert session.get_one(Link, mine.link).revoked_at is None, "who left can no longer kill the link"


def test_siblings_with_one_name_keep_their_letters_apart_and_all(
    site: TestClient, house: House, cast: Cast, clock: Watch
) -> None:
    with house.db.write() as session:
        session.exec(update(Child).where(col(Child.id) == cast.luis).values(given_name="Ana"))
    for title in ("One", "Two", "Three"):
        clock.forward(hours=1)
        mailing = send_letter(house, cast, now=clock.now, title=title)
        for child in (cast.ana, cast.luis):
            site.post("/o", data={"token": token_of(house, link_of(house, mailing, cast.carla, child))})
    assert len(set(letters_in(site.get("/letters").text))) == 3
    assert len(set(all_letters(site))) == 6
