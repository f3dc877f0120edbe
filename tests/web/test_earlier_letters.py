"""Earlier letters: of the same child and guardian alone, each by its own link, and only by a press."""

import re

import pytest
from httpx2 import Response
from sqlmodel import col, select, update
from starlette.testclient import TestClient

from portal.families.tables import Guardianship
from portal.flows.taking_back.revoke import Target, revoke
from portal.ledger.tables import Disclosure
from portal.links.tables import CodeStep, Link, Opening
from portal.mailings.tables import Mailing
from portal.wiring import House
from tests.cast import LETTER, Cast, is_letter, link_of, send_letter, token_of
from tests.conftest import Watch
from tests.parts.letters import SECRET
from tests.web.coded import Desk, digits_in
from tests.web.desks import text_of
from tests.web.test_opening import letters_in

OPENS = re.compile(r'action="/letters/([0-9a-f]{32})/open"')


@pytest.fixture
def desk(house: House, cast: Cast, clock: Watch, third_letter: str) -> Desk:
    """Give the newest of three letters to everybody: First, a confidential one, Newest."""
    return Desk(house, cast, clock, third_letter)


def page_of(site: TestClient) -> str:
    return site.get("/letters").text


def press(site: TestClient, copy_id: str, what: str = "open", **fields: str) -> Response:
    token = re.search(r'name="form_token" value="(\w+)"', page_of(site))
    path = f"/letters/{copy_id}/open" if what == "open" else "/letters/switch"
    return site.post(path, data={"form_token": token[1] if token else "", "copy": copy_id, **fields})


def earlier(site: TestClient, title: str) -> str:
    """Return the copy behind the button beside a title."""
    found = re.search(rf"{title}.*?{OPENS.pattern}", page_of(site), re.DOTALL)
    assert found
    return found[1]


def test_the_new_letter_has_the_button_and_earlier_ones_do_not(site: TestClient, desk: Desk) -> None:
    site.post("/o", data={"token": desk.token()})
    new, _, others = page_of(site).partition("Other letters for")
    assert "Newest" in new
    looks = re.compile(r'class="(\w+)"[^>]*>Open the letter<')
    assert looks.findall(new) == ["button"]
    assert looks.findall(others) == ["quiet", "quiet"]


def test_an_earlier_letter_is_listed_and_opened_by_a_press(site: TestClient, desk: Desk) -> None:
    site.post("/o", data={"token": desk.token()})
    page = page_of(site)
    assert len(letters_in(page)) == 1
    assert len(OPENS.findall(page)) == 2
    assert "Newest" in page
    copy_id = earlier(site, "First")
    before = desk.opened()
    assert site.get(f"/letters/{copy_id}").status_code == 404, "a read opens nothing"
    assert site.get(f"/letters/{copy_id}/file").status_code == 404
    assert site.get(f"/letters/{copy_id}/open").status_code in {404, 405}
    assert desk.opened() == before
    answer = press(site, copy_id)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/letters/{copy_id}")
    assert desk.opened() == (before[0] + 1, before[1], before[2]), "one opening more, in the same session"
    assert site.get(f"/letters/{copy_id}/file").content == LETTER
    with desk.house.db.read() as session:
        row = session.exec(select(Disclosure).where(col(Disclosure.copy_id) == copy_id)).first()
        assert row is not None
        link = session.get(Link, row.link_id)
        assert link is not None
        assert link.mailing_id != desk.mailing, "it is disclosed under its own link"
    assert len(letters_in(page_of(site))) == 2
    press(site, copy_id)
    assert len(letters_in(page_of(site))) == 2


def test_a_private_one_tells_nothing_and_asks_its_code(site: TestClient, desk: Desk) -> None:
    site.post("/o", data={"token": desk.token()})
    page = page_of(site)
    assert SECRET not in page
    assert "This letter is private" in page
    copy_id = earlier(site, "This letter is private")
    answer = press(site, copy_id)
    assert (answer.status_code, answer.headers["location"]) == (303, "/o/verify")
    assert site.get(f"/letters/{copy_id}").status_code == 404
    assert desk.count(CodeStep) == 1
    site.post("/o/verify")
    ((_, message),) = desk.mail()
    assert site.post("/o/verify", data={"code": digits_in(message)}).headers["location"] == "/letters"
    page = page_of(site)
    assert SECRET in page
    assert "Newest" in page
    assert len(letters_in(page)) == 2


def test_nothing_of_another_child_or_guardian_is_listed_or_opened(
    site: TestClient, another_browser: TestClient, desk: Desk
) -> None:
    with desk.house.db.read() as session:
        mailings = session.exec(select(Mailing.id)).all()
    for name, guardian, child in (
        ("luis", "carla", "luis"),
        ("sam", "ngozi", "sam"),
        ("other_ana", "rosa_r", "other_ana"),
    ):
        another_browser.cookies.clear()
        another_browser.post("/o", data={"token": desk.token(guardian, child)})
        theirs = [*OPENS.findall(page_of(another_browser)), *letters_in(page_of(another_browser))]
        assert len(theirs) == 3
        site.post("/o", data={"token": desk.token()})
        before = desk.opened()
        for copy_id in theirs:
            assert copy_id not in page_of(site)
            assert press(site, copy_id).status_code == 404, name
            assert press(site, copy_id, "switch").status_code == 404, name
        assert desk.opened() == before
    assert len(mailings) == 3
    assert "Luis" not in page_of(site)


def dead(desk: Desk, how: str, first: str) -> None:
    with desk.house.db.write() as session:
        if how == "taken back":
            link = link_of_first(desk, first)
            revoke(session, desk.house.keys, Target("link", link), by=desk.cast.admin, reason="No.", now=desk.clock.now)
    if how == "expired":
        desk.change(update(Link).where(col(Link.mailing_id) == first).values(expires_at=desk.clock.now))
    if how in {"stopped", "revoked"}:
        desk.change(update(Mailing).where(col(Mailing.id) == first).values(state=how))


def link_of_first(desk: Desk, first: str) -> str:
    return link_of(desk.house, first, desk.cast.carla, desk.cast.ana)


@pytest.mark.parametrize("how", ["taken back", "expired", "stopped", "revoked", "not sent yet"])
def test_what_is_dead_is_neither_listed_nor_opened(site: TestClient, desk: Desk, how: str) -> None:
    site.post("/o", data={"token": desk.token()})
    copy_id = earlier(site, "First")
    with desk.house.db.read() as session:
        first = session.exec(select(Mailing.id).where(col(Mailing.title) == "First")).one()
    if how == "not sent yet":
        send_letter(desk.house, desk.cast, now=desk.clock.now, title="Held")
        assert "Held" not in page_of(site)
        return
    dead(desk, how, first)
    assert copy_id not in page_of(site)
    assert press(site, copy_id).status_code == 404


def test_a_right_that_ended_opens_no_earlier_letter(site: TestClient, desk: Desk) -> None:
    site.post("/o", data={"token": desk.token()})
    copy_id = earlier(site, "First")
    token = re.search(r'name="form_token" value="(\w+)"', page_of(site))
    assert token
    desk.change(update(Guardianship).where(col(Guardianship.guardian_id) == desk.cast.carla).values(may_view=False))
    assert site.post(f"/letters/{copy_id}/open", data={"form_token": token[1]}).status_code == 404
    assert site.get("/letters").status_code == 410


def test_a_session_that_is_over_opens_no_earlier_letter(site: TestClient, desk: Desk) -> None:
    site.post("/o", data={"token": desk.token()})
    copy_id = earlier(site, "First")
    token = re.search(r'name="form_token" value="(\w+)"', page_of(site))
    assert token
    desk.clock.forward(hours=13)
    assert site.post(f"/letters/{copy_id}/open", data={"form_token": token[1]}).status_code == 404
    assert site.post("/letters/switch", data={"form_token": token[1], "copy": copy_id}).status_code == 404


def switch_of(site: TestClient, name: str) -> str:
    found = re.search(
        rf'action="/letters/switch">(?:(?!</form>).)*?value="(\w*)">\s*<button[^>]*>[^/]*{name}',
        page_of(site),
        re.DOTALL,
    )
    assert found
    return found[1]


def test_several_children_are_told_apart_and_the_last_opened_is_shown_alone(site: TestClient, desk: Desk) -> None:
    site.post("/o", data={"token": desk.token(child="luis")})
    assert "/letters/switch" not in page_of(site)
    site.post("/o", data={"token": desk.token(child="ana")})
    assert "For the family of Luis" not in text_of(page_of(site))
    press(site, "", "switch")
    said = text_of(page_of(site))
    assert said.index("For the family of Ana") < said.index("For the family of Luis")
    answer = press(site, switch_of(site, "Luis"), "switch")
    assert (answer.status_code, answer.headers["location"]) == (303, "/letters")
    page = page_of(site)
    assert "For the family of Luis" in text_of(page)
    assert "For the family of Ana" not in text_of(page)
    assert len(letters_in(page)) == 1
    press(site, switch_of(site, "Ana"), "switch")
    assert "For the family of Luis" not in text_of(page_of(site))
    press(site, "", "switch")
    assert len(letters_in(page_of(site))) == 2


def test_a_child_that_was_shown_and_is_taken_back_gives_way_to_the_other(site: TestClient, desk: Desk) -> None:
    for child in ("ana", "luis"):
        site.post("/o", data={"token": desk.token(child=child)})
    assert "For the family of Luis" in text_of(page_of(site))
    with desk.house.db.write() as session:
        target = Target("link", desk.link(child="luis"))
        revoke(session, desk.house.keys, target, by=desk.cast.admin, reason="No.", now=desk.clock.now)
    assert "For the family of Ana" in text_of(page_of(site))
    assert "Luis" not in page_of(site)


def test_a_blocked_cookie_is_told(site: TestClient, desk: Desk) -> None:
    for token in (desk.token(), token_of(desk.house, desk.link())):
        location = site.post("/o", data={"token": token}).headers["location"]
        site.cookies.clear()
        page = site.get(location, headers={"Referer": f"{desk.house.settings.base_url}/o"})
        assert "this browser blocks cookies" in page.text
        assert page.status_code == 404
        assert is_letter(location)
        assert "blocks cookies" not in site.get(location).text
    assert "blocks cookies" not in site.get("/letters").text
    assert desk.count(Opening) == 2
