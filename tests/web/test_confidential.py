"""A confidential letter asks for a code first: a link alone, forwarded or scanned, shows nothing but that page."""

import re
from typing import Any

import pytest
from sqlmodel import SQLModel, col, select, update
from starlette.testclient import TestClient

from portal.families.tables import Guardian, Guardianship
from portal.ledger.tables import Disclosure, LedgerEntry
from portal.links.tables import CodeChallenge, Device, Opening
from portal.mailings.tables import Mailing
from portal.wiring import House
from tests.cast import LETTER, Cast, code_of, is_letter, link_of, send_letter, token_of
from tests.conftest import Watch
from tests.parts.letters import SECRET
from tests.web.coded import Desk, digits_in, plain_of, take_back, wrong
from tests.web.test_opening import EXACT, all_letters, letters_in


@pytest.fixture
def desk(house: House, cast: Cast, clock: Watch, confidential_letter: str) -> Desk:
    return Desk(house, cast, clock, confidential_letter)


def everything(house: House) -> dict[str, list[str]]:
    with house.db.read() as session:
        tables = SQLModel.metadata.sorted_tables
        return {one.name: sorted(map(repr, session.execute(select(one)).all())) for one in tables}


def acts(house: House) -> list[tuple[str, bytes]]:
    with house.db.read() as session:
        rows: Any = session.exec(select(LedgerEntry.act, LedgerEntry.body).order_by(col(LedgerEntry.seq)))
        return [(act, body) for act, body in rows if act.startswith(("code:", "device:", "link:"))]


def test_a_link_alone_leads_to_the_code_page_and_opens_nothing(site: TestClient, desk: Desk) -> None:
    before = desk.opened()
    for fields in ({"token": desk.token()}, {"code": code_of(desk.house, desk.link())}):
        site.cookies.clear()
        answer = site.post("/o", data=fields)
        assert (answer.status_code, answer.headers["location"]) == (303, "/o/verify")
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("__Host-code=")
        assert {"HttpOnly", "Secure", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))
        assert "max-age" not in cookie.lower()
        assert site.get("/letters").status_code == 404
        page = site.get("/o/verify")
        assert page.status_code == 200
        for name, value in EXACT.items():
            assert page.headers[name] == value
        assert "This letter is private" in page.text
        assert "c•••@m•••.org" in page.text
        for said in ("Ana", "Rivera", "Carla", "carla", "mail.example.org", SECRET, "Monday", "After School"):
            assert said not in page.text, said
    assert desk.opened() == before
    assert desk.mail() == [], "scanners submit first forms: only a second press mails a code"


def test_looking_changes_nothing_and_sends_nothing(site: TestClient, desk: Desk) -> None:
    desk.asked(site)
    before = everything(desk.house)
    for method in ("GET", "HEAD"):
        for path in ("/o/verify", "/o/verify?code=123456", "/devices", "/letters"):
            site.request(method, path)
    assert everything(desk.house) == before
    assert desk.mail() == []


def test_the_second_press_mails_six_digits_that_name_nobody(site: TestClient, desk: Desk) -> None:
    desk.stand(site)
    assert desk.ask(site).headers["location"] == "/o/verify"
    ((to, message),) = desk.mail()
    assert to == "carla.rivera@mail.example.org"
    assert message["To"] == to
    assert message["Subject"] == "Your code to open the letter"
    text = message.as_string() + plain_of(message)
    for said in ("Ana", "Luis", "Rivera,", SECRET, "http", "href", "/o"):
        assert said not in text, said
    assert "This code ends in 10 minutes." in plain_of(message)
    code = digits_in(message)
    assert code not in str(message["Subject"])
    stored = str(everything(desk.house))
    assert code not in stored, "the digits follow from the row and the key, and are in neither"
    page = site.get("/o/verify").text
    assert 'autocomplete="one-time-code"' in page
    assert 'inputmode="numeric"' in page
    assert code not in page


def test_the_message_is_in_the_guardians_language_with_english_below(site: TestClient, desk: Desk) -> None:
    desk.change(update(Guardian).where(col(Guardian.id) == desk.cast.carla).values(language="Spanish"))
    desk.stand(site)
    desk.ask(site)
    ((_, message),) = desk.mail()
    assert message["Subject"] == "Su código para abrir la carta"
    assert message["Content-Language"] == "es, en"
    own, _, below = plain_of(message).partition("In English")
    assert digits_in(message) in own
    assert digits_in(message) in below
    assert "Type this code on the page that asked for it" in below


@pytest.mark.parametrize(
    "spelling",
    ["{0}", " {0} ", "{1} {2}", "{1}-{2}", "\u2066{0}\u2069", "{1}\u00a0{2}"],
)
def test_the_right_code_opens_however_it_is_pasted(site: TestClient, desk: Desk, spelling: str) -> None:
    code = desk.asked(site)
    answer = site.post("/o/verify", data={"code": spelling.format(code, code[:3], code[3:])})
    assert answer.status_code == 303
    assert is_letter(answer.headers["location"])
    cookies = answer.headers.get_list("set-cookie")
    assert [cookie.split("=")[0] for cookie in cookies] == ["__Host-family", "__Host-code"]
    page = site.get("/letters").text
    assert "Ana" in page
    assert SECRET in page
    (copy_id,) = letters_in(page)
    assert site.get(f"/letters/{copy_id}/file").content == LETTER
    assert desk.count(Device) == 0, "nothing is remembered unless it is asked for"


def test_arabic_digits_are_digits(site: TestClient, desk: Desk) -> None:
    code = desk.asked(site).translate({ord("0") + digit: 0x0660 + digit for digit in range(10)})
    assert is_letter(site.post("/o/verify", data={"code": code}).headers["location"])


def test_a_code_is_taken_once(site: TestClient, another_browser: TestClient, desk: Desk) -> None:
    code = desk.asked(site)
    step = site.cookies["__Host-code"]
    assert site.post("/o/verify", data={"code": code}).status_code == 303
    again = another_browser.post("/o/verify", data={"code": code}, headers={"Cookie": f"__Host-code={step}"})
    assert again.status_code == 404
    assert "set-cookie" not in again.headers
    assert is_letter(site.post("/o/verify", data={"code": code}).headers["location"]), "a double press does no harm"


def test_a_code_opens_only_in_the_browser_that_asked_for_it(
    site: TestClient, another_browser: TestClient, desk: Desk
) -> None:
    desk.stand(another_browser)
    code = desk.asked(site)
    assert another_browser.post("/o/verify", data={"code": code}).status_code == 422
    desk.ask(another_browser)
    theirs = desk.code()
    assert site.post("/o/verify", data={"code": theirs}).status_code == (303 if theirs == code else 422)
    another_browser.cookies.clear()
    assert another_browser.post("/o/verify", data={"code": code}).status_code == 404
    planted = another_browser.post("/o/verify", data={"code": code}, headers={"Cookie": "__Host-code=" + "x" * 43})
    assert planted.status_code == 404


def test_without_an_address_on_file_the_school_is_called(site: TestClient, desk: Desk) -> None:
    desk.stand(site)
    desk.change(update(Guardian).where(col(Guardian.id) == desk.cast.carla).values(address=None, address_key=None))
    assert "Please call the school." in site.get("/o/verify").text
    assert desk.ask(site).status_code == 303
    assert desk.mail() == []
    assert desk.count(CodeChallenge) == 0


def test_a_mailbox_shared_with_somebody_barred_gets_no_code(site: TestClient, desk: Desk) -> None:
    desk.stand(site)
    shared = {"address": "carla.rivera@mail.example.org", "address_key": "carla.rivera@mail.example.org"}
    desk.change(update(Guardian).where(col(Guardian.id) == desk.cast.emeka).values(**shared))
    with desk.house.db.write() as session:
        session.add(
            Guardianship(guardian_id=desk.cast.emeka, child_id=desk.cast.ana, may_view=False, starts_at=desk.clock.now)
        )
    assert "Please call the school." in site.get("/o/verify").text
    desk.ask(site)
    assert desk.mail() == []


def test_a_code_goes_to_todays_address_and_dies_with_it(site: TestClient, desk: Desk) -> None:
    new = {"address": "new@mail.example.org", "address_key": "new@mail.example.org"}
    code = desk.asked(site)
    desk.change(update(Guardian).where(col(Guardian.id) == desk.cast.carla).values(**new))
    assert site.post("/o/verify", data={"code": code}).status_code == 422
    assert "n•••@m•••.org" in site.get("/o/verify").text
    desk.clock.forward(minutes=1)
    desk.ask(site)
    ((to, message),) = desk.mail()
    assert to == "new@mail.example.org"
    assert is_letter(site.post("/o/verify", data={"code": digits_in(message)}).headers["location"])


@pytest.mark.parametrize("act", ["look", "ask", "type"])
def test_taken_back_on_the_code_page_is_one_calm_page(site: TestClient, desk: Desk, act: str) -> None:
    code = desk.asked(site)
    take_back(desk)
    desk.clock.forward(minutes=1)
    answer = {
        "look": lambda: site.get("/o/verify"),
        "ask": lambda: desk.ask(site),
        "type": lambda: site.post("/o/verify", data={"code": code}),
    }[act]()
    assert answer.status_code == 410
    assert "This letter is closed" in answer.text
    assert "set-cookie" not in answer.headers
    assert desk.opened() == (0, 0, 0)


def test_a_plain_opening_does_not_show_a_letter_that_is_confidential_now(site: TestClient, desk: Desk) -> None:
    """Whatever way a class was raised: what was opened without a code shows it no more, by no way of asking."""
    plain = send_letter(desk.house, desk.cast, now=desk.clock.now, title="Plain")
    site.post("/o", data={"token": token_of(desk.house, link_of(desk.house, plain, desk.cast.carla, desk.cast.ana))})
    (copy_id,) = letters_in(site.get("/letters").text)
    assert site.get(f"/letters/{copy_id}/file").status_code == 200
    shown = desk.count(Disclosure)
    desk.change(update(Mailing).where(col(Mailing.id) == plain).values(confidential=True))
    for path in ("", "/file", "/file?as=download"):
        for method, headers in (("GET", {}), ("HEAD", {}), ("GET", {"Range": "bytes=0-9"})):
            answer = site.request(method, f"/letters/{copy_id}{path}", headers=headers)
            assert answer.status_code == 404, (method, path)
            assert LETTER[:9] not in answer.content
            assert "Plain" not in answer.text
    page = site.get("/letters")
    assert page.status_code == 404
    assert "Plain" not in page.text
    assert desk.count(Disclosure) == shown


def test_an_opening_without_a_code_shows_no_confidential_letter_beside_a_plain_one(
    site: TestClient, desk: Desk
) -> None:
    desk.passed(site)
    (secret,) = letters_in(site.get("/letters").text)
    plain = send_letter(desk.house, desk.cast, now=desk.clock.now, title="Plain")
    site.post("/o", data={"token": token_of(desk.house, link_of(desk.house, plain, desk.cast.carla, desk.cast.ana))})
    assert len(letters_in(site.get("/letters").text)) == 2
    desk.change(update(Opening).where(col(Opening.mailing_id) == desk.mailing).values(proven_at=None))
    page = site.get("/letters").text
    assert SECRET not in page
    assert secret not in page
    assert site.get(f"/letters/{secret}/file").status_code == 404


def test_a_siblings_letter_needs_no_second_code_in_the_same_session(
    site: TestClient, another_browser: TestClient, desk: Desk
) -> None:
    desk.passed(site)
    answer = site.post("/o", data={"token": desk.token("carla", "luis")})
    assert is_letter(answer.headers["location"]), "one child at a time"
    assert len(all_letters(site)) == 2
    desk.stand(another_browser, "carla", "luis")
    desk.stand(site, "diego", "ana")
    assert len(letters_in(site.get("/letters").text)) == 2, "standing before another's letter ends nothing"


def test_what_a_code_proved_is_over_after_twelve_hours_however_often_more_is_opened(
    site: TestClient, desk: Desk
) -> None:
    desk.passed(site)
    for _ in range(8):
        desk.clock.forward(minutes=100)
        plain = send_letter(desk.house, desk.cast, now=desk.clock.now, title="Plain")
        link = link_of(desk.house, plain, desk.cast.carla, desk.cast.ana)
        site.post("/o", data={"token": token_of(desk.house, link)})
    page = site.get("/letters").text
    assert "Plain" in page
    assert SECRET not in page
    desk.stand(site, "carla", "luis")


def test_the_right_code_ends_another_guardians_openings(site: TestClient, desk: Desk) -> None:
    desk.passed(site)
    old = site.cookies["__Host-family"]
    desk.passed(site, "ngozi", "sam")
    page = site.get("/letters").text
    assert "Sam" in page
    assert "Ana" not in page
    site.cookies.clear()
    assert site.get("/letters", headers={"Cookie": f"__Host-family={old}"}).status_code == 410


def test_the_ledger_tells_what_happened_by_ids_alone(site: TestClient, desk: Desk) -> None:
    code = desk.asked(site)
    site.post("/o/verify", data={"code": wrong(code)})
    site.post("/o/verify", data={"code": code, "remember": "yes"})
    found = acts(desk.house)
    assert [act for act, _ in found] == ["code:sent", "code:wrong", "code:passed", "link:open", "device:remembered"]
    assert b'"tries":1' in found[1][1]
    for _, body in found:
        assert desk.link().encode() in body
        assert not re.search(rb"carla|rivera|example|@", body, re.IGNORECASE)
        assert code.encode() not in body


def test_a_child_whose_right_ended_is_behind_no_code(site: TestClient, desk: Desk) -> None:
    code = desk.asked(site)
    desk.change(
        update(Guardianship)
        .where(col(Guardianship.guardian_id) == desk.cast.carla, col(Guardianship.child_id) == desk.cast.ana)
        .values(may_view=False)
    )
    assert site.post("/o/verify", data={"code": code}).status_code == 410
    assert desk.opened() == (0, 0, 0)
