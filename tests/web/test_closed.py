"""A browser in which letters were open and are not any more: what happened, and the way on, the same to everybody."""

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from portal.wiring import House
from tests.cast import Cast, link_of
from tests.conftest import Watch
from tests.web.coded import Desk
from tests.web.test_opening import letters_in

CLOSED = "<h1>Your letters are closed</h1>"
NEVER_HANDED_OUT = "handed-out-by-nobody-0123456789"


@pytest.fixture
def desk(house: House, cast: Cast, clock: Watch, sent_letter: str) -> Desk:
    return Desk(house, cast, clock, sent_letter)


def opened(site: TestClient, desk: Desk) -> tuple[str, str]:
    """Open a letter; return its copy and the cookie of the session."""
    assert site.post("/o", data={"token": desk.token()}).status_code == 303
    (copy_id,) = letters_in(site.get("/letters").text)
    return copy_id, site.cookies["__Host-family"]


def ask(site: TestClient, path: str, cookie: str = "") -> Response:
    site.cookies.clear()
    return site.get(path, headers={"Cookie": f"__Host-family={cookie}"} if cookie else {})


def leads_on(answer: Response) -> bool:
    """Tell whether a page has the field for the code and the way to a new link."""
    return 'name="code"' in answer.text and 'href="/renew"' in answer.text and "Nothing opens here" not in answer.text


def test_after_idling_a_family_reads_what_happened_and_how_to_go_on(site: TestClient, desk: Desk) -> None:
    copy_id, cookie = opened(site, desk)
    desk.clock.forward(hours=13)
    for path in ("/letters", f"/letters/{copy_id}", f"/letters/{copy_id}/file", "/devices"):
        answer = ask(site, path, cookie)
        assert answer.status_code in {404, 410}
        assert CLOSED in answer.text
        assert leads_on(answer)


def test_a_page_that_nobody_reads_closes_and_reading_keeps_it_open(site: TestClient, desk: Desk) -> None:
    copy_id, cookie = opened(site, desk)
    path = f"/letters/{copy_id}"
    assert ask(site, path, cookie).status_code == 200
    desk.clock.forward(minutes=100)
    assert ask(site, path, cookie).status_code == 200, "this look puts the limit off"
    desk.clock.forward(minutes=119)
    assert ask(site, path, cookie).status_code == 200
    desk.clock.forward(minutes=121)
    assert CLOSED in ask(site, path, cookie).text, "nobody read in it for two hours"
    _, busy = opened(site, desk)
    for _ in range(7):
        desk.clock.forward(minutes=100)
        assert ask(site, path, busy).status_code == 200
    desk.clock.forward(minutes=20)
    assert CLOSED in ask(site, path, busy).text, "twelve hours are the most, however much is read"


def test_a_press_on_a_page_that_idled_says_so_too(site: TestClient, desk: Desk) -> None:
    copy_id, cookie = opened(site, desk)
    page = site.get(f"/letters/{copy_id}").text
    form_token = page.partition('name="form_token" value="')[2].partition('"')[0]
    for brings in (cookie, ""):
        desk.clock.forward(hours=13)
        for path in ("acknowledge", "not-mine", "open"):
            site.cookies.clear()
            headers = {"Cookie": f"__Host-family={brings}"} if brings else {}
            answer = site.post(f"/letters/{copy_id}/{path}", data={"form_token": form_token}, headers=headers)
            assert CLOSED in answer.text, path
            assert leads_on(answer)


def test_it_is_the_same_page_whatever_ended_it_and_whether_it_ever_was(site: TestClient, desk: Desk) -> None:
    copy_id, idled = opened(site, desk)
    desk.clock.forward(hours=13)
    another, left = opened(site, desk)
    assert another == copy_id
    site.post("/leave")
    pages = [ask(site, f"/letters/{copy_id}", cookie).text for cookie in (idled, left, NEVER_HANDED_OUT, "")]
    assert len(set(pages)) == 1
    pages = [ask(site, f"/letters/{'0' * 32}", cookie).text for cookie in (idled, left, NEVER_HANDED_OUT, "")]
    assert len(set(pages)) == 1


def test_who_has_a_letter_open_is_not_told_that_it_is_closed(site: TestClient, desk: Desk) -> None:
    _, cookie = opened(site, desk)
    answer = ask(site, f"/letters/{link_of(desk.house, desk.mailing, desk.cast.ngozi, desk.cast.sam)}", cookie)
    assert answer.status_code == 404
    assert "Nothing opens here" in answer.text


def test_a_page_for_the_code_that_waited_an_hour_says_so(
    site: TestClient, house: House, cast: Cast, clock: Watch, confidential_letter: str
) -> None:
    desk = Desk(house, cast, clock, confidential_letter)
    code = desk.asked(site)
    desk.clock.forward(minutes=61)
    for answer in (site.get("/o/verify"), site.post("/o/verify", data={"code": code}), ask(site, "/o/verify")):
        assert answer.status_code == 404
        assert "<h1>This page is closed</h1>" in answer.text
        assert leads_on(answer)
