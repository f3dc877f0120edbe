"""One press pauses a letter's links or calls every admin: from its page and from Home, for whoever notices first."""

import re

from sqlmodel import col, select, update
from starlette.testclient import TestClient

from portal.mailings.tables import Mailing
from portal.outbox.tables import StaffMail
from portal.wiring import House
from tests.cast import Cast, link_of, send_letter, token_of
from tests.conftest import Watch
from tests.web.desks import sit_down, text_of
from tests.web.test_opening import letters_in, open_with
from tests.web.test_staff_mailing import Desk, desk

__all__ = ["desk"]


def sent(house: House, cast: Cast, clock: Watch) -> str:
    mailing_id = send_letter(house, cast, now=clock.now)
    with house.db.write() as session:
        session.execute(update(Mailing).where(col(Mailing.id) == mailing_id).values(state="sent", ended_at=clock.now))
    return mailing_id


def mailed(house: House) -> list[str]:
    with house.db.read() as session:
        return list(session.exec(select(StaffMail.staff_id).where(StaffMail.kind == "alarm")))


def test_a_familys_link_shows_nothing_at_the_next_request_and_says_calmly_why(
    desk: Desk, another_browser: TestClient, house: House, cast: Cast, clock: Watch
) -> None:
    letter = sent(house, cast, clock)
    token = token_of(house, link_of(house, letter, cast.carla, cast.ana))
    family = another_browser
    open_with(family, token=token)
    (copy,) = letters_in(family.get("/letters").text)
    desk.sit(cast.writer)
    answer = desk.press(letter, "pause-links")
    assert answer.headers["location"] == f"/staff/mailings/{letter}?said=links-paused"
    for path in ("/letters", f"/letters/{copy}", f"/letters/{copy}/file", f"/letters/{copy}/pages/1.png"):
        told = family.get(path)
        assert told.status_code == 410, path
        assert b"%PDF" not in told.content
        assert "The school is looking at this letter" in told.text
    again = open_with(family, token=token)
    assert again.status_code == 410
    assert "The school is looking at this letter" in again.text
    assert "taken" not in again.text.lower()
    assert desk.press(letter, "open-links").status_code == 303
    assert family.get(f"/letters/{copy}/file").status_code == 200, "what was open is open again"


def test_the_page_tells_who_paused_it_and_what_follows(desk: Desk, house: House, cast: Cast, clock: Watch) -> None:
    letter = sent(house, cast, clock)
    assert "Is something wrong with it? Pause its links Call all administrators" in desk.sit(cast.writer).look(letter)
    desk.press(letter, "pause-links")
    page = desk.look(letter)
    assert "Its links are paused since 6 August, 12:00, by Rosa." in page
    assert "If that was a mistake, you can undo it for ten minutes." in page
    assert "Is something wrong with it?" not in page
    assert "Send more" not in page
    clock.forward(minutes=11)
    page = desk.look(letter)
    assert "An administrator decides how it goes on." in page
    assert "Let families open it again" not in page
    assert desk.press(letter, "open-links").status_code == 403
    page = desk.sit(cast.admin).look(letter)
    assert "Look at it, and freeze it Let families open it again" in page
    home = text_of(desk.site.get("/staff").text)
    assert "The links of “ Welcome ” are paused since 6 August, 12:00." in home
    assert home.index("are paused since") < home.index("choose its file"), "before a new letter is begun"
    freeze = text_of(desk.site.get(f"/admin/incidents/freeze?kind=mailing&id={letter}").text)
    assert "Its links are paused since 6 August, 12:00, by Rosa ." in freeze
    assert "Let families open it again" in freeze


def test_a_second_call_tells_when_they_were_told(desk: Desk, house: House, cast: Cast, clock: Watch) -> None:
    letter = sent(house, cast, clock)
    desk.sit(cast.writer)
    assert desk.press(letter, "call-admins").headers["location"].endswith("?said=called")
    clock.forward(minutes=2)
    answer = desk.press(letter, "call-admins")
    page = desk.look(letter, "?" + answer.headers["location"].partition("?")[2])
    assert "Nobody was mailed again" in page
    assert "Every administrator was told 6 August, 12:00, by Rosa. Families can still open the letter." in page
    assert mailed(house) == [cast.admin.id]


def test_once_it_is_taken_back_no_page_says_that_families_can_open_it(
    desk: Desk, house: House, cast: Cast, clock: Watch
) -> None:
    letter = sent(house, cast, clock)
    desk.sit(cast.writer).press(letter, "call-admins")
    with house.db.write() as session:
        session.execute(update(Mailing).where(col(Mailing.id) == letter).values(state="revoked"))
    page = desk.look(letter)
    assert "Every administrator was told 6 August, 12:00, by Rosa." in page
    assert "Families can still open" not in page


def test_each_is_one_press_from_home_where_the_letter_is_listed_as_sent(
    site: TestClient, house: House, cast: Cast, clock: Watch
) -> None:
    letter = sent(house, cast, clock)
    token = sit_down(site, house, cast.writer)
    home = site.get("/staff").text
    for act in ("pause-links", "call-admins"):
        assert f'action="/staff/mailings/{letter}/{act}"' in home
    assert site.post(f"/staff/mailings/{letter}/pause-links", data={"form_token": token}).status_code == 303
    home = text_of(site.get("/staff").text)
    assert "Its links are paused since 6 August, 12:00; no family can open it" in home
    assert "Something wrong?" not in home


def test_a_colleague_of_another_site_finds_no_such_letter(desk: Desk, house: House, cast: Cast, clock: Watch) -> None:
    letter = sent(house, cast, clock)
    desk.sit(cast.oak_writer)
    for act in ("pause-links", "call-admins", "open-links", "ask-approver"):
        answer = desk.site.post(f"/staff/mailings/{letter}/{act}", data={"form_token": desk.token})
        assert answer.status_code == 404, act
    assert mailed(house) == []


def test_an_approver_asks_somebody_else_from_the_page(desk: Desk, house: House, cast: Cast, clock: Watch) -> None:
    from tests.cast import write_draft

    draft = write_draft(house, cast, now=clock.now)
    desk.sit(cast.writer).press(draft, "submit")
    page = desk.sit(cast.approver).site.get(f"/staff/mailings/{draft}").text
    assert re.findall(r'<option value="(\w+)">(\w+)', page) == [(cast.admin.id, "Ida")]
    answer = desk.press(draft, "ask-approver", approver=cast.admin.id)
    assert answer.headers["location"].endswith("?said=asked")
    assert "Ida was asked by Omar, 6 August, 12:00." in desk.look(draft)
    assert desk.press(draft, "ask-approver", approver=cast.writer.id).status_code == 403
