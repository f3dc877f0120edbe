"""A link that was real and opens nothing any more says what happened and what to do; it never says more than that."""

import re

import pytest
from sqlmodel import col, update
from starlette.testclient import TestClient

from portal.families.tables import Guardianship
from portal.flows.taking_back.revoke import Target, revoke
from portal.ledger import repository as ledger
from portal.web.guards import cookie_name
from portal.wiring import House
from tests.cast import Cast, code_of
from tests.conftest import Watch
from tests.web.coded import Desk
from tests.web.desks import text_of
from tests.web.test_opening import letters_in
from tests.web.test_renewal import links_in


@pytest.fixture
def desk(house: House, cast: Cast, clock: Watch, sent_letter: str) -> Desk:
    return Desk(house, cast, clock, sent_letter)


def take_back(desk: Desk, kind: str, target: str) -> None:
    with desk.house.db.write() as session:
        revoke(session, desk.house.keys, Target(kind, target), by=desk.cast.admin, reason="Wrong.", now=desk.clock.now)  # type: ignore[arg-type]  # one of its words


def test_an_expired_link_offers_a_fresh_one_by_a_press(site: TestClient, desk: Desk) -> None:
    desk.clock.forward(days=31)
    for brought, said in (
        ({"token": desk.token()}, "This link is too old"),
        ({"code": code_of(desk.house, desk.link())}, "There is a newer link"),
    ):
        page = site.post("/o", data=brought)
        assert page.status_code == 410
        assert said in page.text
        assert "Ana" not in page.text
        fields = dict(re.findall(r'type="hidden" name="(press|token)" value="([^"]+)"', page.text))
        assert fields["token"] in brought.values()
        assert not re.search(rf'(?:href|action)="[^"]*{re.escape(fields["token"])}', page.text)
        assert site.post("/renew", data=fields).status_code == 200
        ((_, message),) = desk.mail()
        (fresh,) = links_in(message)
        desk.clock.forward(hours=1)
    assert site.post("/o", data={"token": fresh}).status_code == 303


def test_what_is_dead_for_other_reasons_is_told_in_the_same_words(site: TestClient, desk: Desk) -> None:
    take_back(desk, "link", desk.link())
    taken_back = site.post("/o", data={"token": desk.token()})
    assert taken_back.status_code == 410
    assert "This letter is closed" in taken_back.text
    assert "/renew" not in taken_back.text
    for child, values in (("luis", {"may_view": False}), ("luis", {"may_view": True, "ends_at": desk.clock.now})):
        mine = (
            col(Guardianship.guardian_id) == desk.cast.carla,
            col(Guardianship.child_id) == getattr(desk.cast, child),
        )
        desk.change(update(Guardianship).where(*mine).values(**values))
        barred = site.post("/o", data={"token": desk.token(child=child)})
        assert (barred.status_code, barred.text) == (410, taken_back.text)
    desk.clock.forward(days=40)
    late = site.post("/o", data={"token": desk.token()})
    assert late.text == taken_back.text, "what was taken back is not told as expired later"


def test_not_my_child_is_told_to_whoever_comes_next(site: TestClient, another_browser: TestClient, desk: Desk) -> None:
    site.post("/o", data={"token": desk.token()})
    (copy_id,) = letters_in(site.get("/letters").text)
    form = re.search(r'name="form_token" value="(\w+)"', site.get(f"/letters/{copy_id}").text)
    assert form
    assert site.post(f"/letters/{copy_id}/not-mine", data={"form_token": form[1]}).status_code == 200
    page = another_browser.post("/o", data={"token": desk.token()})
    assert page.status_code == 410
    assert "this letter is not for them" in page.text
    assert "555 0100" in page.text


def test_a_session_that_is_over_says_how_to_come_back(site: TestClient, desk: Desk) -> None:
    site.post("/o", data={"token": desk.token()})
    desk.clock.forward(hours=13)
    page = site.get("/letters")
    assert page.status_code == 410
    assert "Open the link in the school’s message again" in page.text
    desk.clock.forward(days=31)
    assert "This link is too old" in site.get("/letters").text
    assert 'href="/renew"' in site.get("/letters").text


def test_unknown_and_forged_are_one_page_of_one_length(site: TestClient, desk: Desk) -> None:
    forged = desk.token()[:-1] + ("A" if desk.token()[-1] != "A" else "E")
    pages = [
        site.post("/o", data=data) for data in ({"token": forged}, {"code": "ABCD-EFGH-JKMN"}, {"code": "nonsense"})
    ]
    assert {page.status_code for page in pages} == {404}
    assert len({page.text for page in pages}) == 1
    assert "Get a new link" in text_of(pages[0].text)
    assert cookie_name(desk.house, "family") not in site.cookies


def test_a_dead_links_refusal_is_an_entry_without_its_token(site: TestClient, desk: Desk) -> None:
    take_back(desk, "link", desk.link())
    site.post("/o", data={"token": desk.token()})
    with desk.house.db.read() as session:
        (entry, *_) = ledger.latest(session)
    assert entry.act == "link:refuse"
    assert desk.link().encode() in entry.body
    assert desk.token()[:20].encode() not in entry.body
