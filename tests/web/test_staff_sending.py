"""Pausing, choosing when, and sending to some again: each page says what will happen, and a press does it once."""

import html
import re
from datetime import UTC, datetime

import pytest
from httpx2 import Response
from sqlmodel import col, select, update
from starlette.testclient import TestClient

from portal.mailings.tables import Mailing, Round
from portal.outbox.tables import Notice
from portal.staff.rules import Acting
from portal.wiring import House
from tests.cast import Cast, write_draft
from tests.conftest import Watch
from tests.flows.rounds import enrol
from tests.web.desks import sit_down, text_of


class Desk:
    """A staff member's browser at one mailing."""

    def __init__(self, site: TestClient, house: House, mailing_id: str, person: Acting) -> None:
        self.site, self.house, self.path = site, house, f"/staff/mailings/{mailing_id}"
        self.token = sit_down(site, house, person)

    def look(self, more: str = "", status: int = 200) -> str:
        answer = self.site.get(self.path + more)
        assert answer.status_code == status, answer.text
        return re.sub(r" ([,.;:?])", r"\1", html.unescape(text_of(answer.text)))

    def press(self, page: str, **typed: str) -> Response:
        """Press the one button of a page's own form that leads on."""
        found = self.site.get(self.path + page).text
        form = re.search(rf'<form method="post" action="({self.path}/(?!stop)[^"]+)">(.*?)</form>', found, re.DOTALL)
        assert form, found
        fields = dict(re.findall(r'name="([a-z_]+)"[^>]* value="([^"]*)"', form[2]))
        return self.site.post(form[1], data=fields | typed)


@pytest.fixture
def desk(site: TestClient, house: House, cast: Cast, mailing_id: str) -> Desk:
    return Desk(site, house, mailing_id, cast.writer)


def put(house: House, mailing_id: str, state: str, **of_guardians: str) -> None:
    """Put a mailing into a state, with the messages to these guardians settled like this and the others sent."""
    with house.db.write() as session:
        session.exec(update(Mailing).where(col(Mailing.id) == mailing_id).values(state=state))
        for notice in session.exec(select(Notice).where(Notice.mailing_id == mailing_id)):
            notice.state = of_guardians.get(notice.address.partition(".")[0], "sent")


def mailing_of(house: House, mailing_id: str) -> Mailing:
    with house.db.read() as session:
        return session.get_one(Mailing, mailing_id)


def test_a_sending_is_paused_and_goes_on(desk: Desk, house: House, mailing_id: str) -> None:
    put(house, mailing_id, "sending", carla="queued")
    assert desk.press("").headers["location"] == f"{desk.path}?said=paused"
    page = desk.look("?said=paused")
    assert "It is paused. What has not left waits until somebody continues." in page
    assert "Nothing leaves until somebody continues." in page
    assert desk.press("").headers["location"] == f"{desk.path}?said=continued"
    assert mailing_of(house, mailing_id).state == "sending"


def test_after_the_first_wave_the_page_says_how_many_wait(desk: Desk, house: House, mailing_id: str) -> None:
    put(house, mailing_id, "paused", carla="queued", diego="queued")
    with house.db.write() as session:
        session.exec(update(Notice).where(col(Notice.state) == "queued").values(wave=1))
    page = desk.look()
    assert "The first guardians have it. 2 guardians wait until somebody continues." in page
    assert "Continue with the others" in page
    stale = desk.site.post(f"{desk.path}/continue", data={"form_token": desk.token, "wave": "0"})
    assert stale.status_code == 409
    assert "the last message of this wave has left" in stale.text
    desk.press("")
    assert (mailing_of(house, mailing_id).state, mailing_of(house, mailing_id).wave) == ("sending", 1)


def test_a_draft_is_planned_for_a_moment_and_a_first_wave(
    site: TestClient, house: House, cast: Cast, clock: Watch
) -> None:
    mailing_id = write_draft(house, cast, now=clock.now)
    desk = Desk(site, house, mailing_id, cast.writer)
    assert "Choose when it goes out" in desk.look()
    assert "Empty: to all 3 families at once." in desk.look("/schedule")
    done = desk.press("/schedule", when="Monday 07:30", first_wave="2")
    assert done.headers["location"] == f"{desk.path}?said=scheduled"
    page = desk.look()
    assert "It goes out on Monday, 10 August 2026, 07:30, and not before." in page
    assert re.search("First it goes to [23] guardians alone, then it waits until somebody continues.", page)
    assert 'value="2026-08-10 07:30"' in site.get(f"{desk.path}/schedule").text


def test_a_date_that_can_be_read_two_ways_is_said_back_in_words_before_it_counts(
    site: TestClient, house: House, cast: Cast, clock: Watch
) -> None:
    mailing_id = write_draft(house, cast, now=clock.now)
    desk = Desk(site, house, mailing_id, cast.writer)
    said = desk.press("/schedule", when="9/10/2026 7:30 AM", first_wave="2")
    assert said.status_code == 200
    words = html.unescape(text_of(said.text))
    assert re.search("That is Thursday, September 10, 2026 at 7:30 AM, UTC ?. Press “Keep it” if you mean it", words)
    assert 'value="9/10/2026 7:30 AM"' in said.text
    assert 'name="first_wave" inputmode="numeric" autocomplete="off" value="2"' in said.text
    assert mailing_of(house, mailing_id).send_at is None
    understood = re.search(r'name="understood" value="([^"]+)"', said.text)
    assert understood
    other = desk.press("/schedule", when="10/9/2026 7:30 AM", understood=understood[1])
    assert "That is Friday, October 9, 2026 at 7:30 AM, UTC." in text_of(other.text), "what was said was another"
    done = desk.press("/schedule", when="9/10/2026 7:30 AM", understood=understood[1], first_wave="2")
    assert done.headers["location"] == f"{desk.path}?said=scheduled"
    found = mailing_of(house, mailing_id)
    assert (found.send_at, found.first_wave) == (datetime(2026, 9, 10, 7, 30, tzinfo=UTC), 2)


@pytest.mark.parametrize("when", ["Monday 7:30 am", "Aug 10, 2026 7:30 AM", "2026-08-10T07:30"])
def test_what_can_be_read_one_way_alone_is_kept_at_the_first_press(
    site: TestClient, house: House, cast: Cast, clock: Watch, when: str
) -> None:
    mailing_id = write_draft(house, cast, now=clock.now)
    assert Desk(site, house, mailing_id, cast.writer).press("/schedule", when=when).status_code == 303
    assert mailing_of(house, mailing_id).send_at == datetime(2026, 8, 10, 7, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"when": "yesterday"}, "That is not a moment."),
        ({"when": "2026-08-05 07:30"}, "Wednesday, August 5, 2026 at 7:30 AM, UTC is over."),
        ({"first_wave": "all"}, "Write a number of families, such as 20."),
        ({"first_wave": "0"}, "Write a number of families, such as 20."),
    ],
)
def test_what_is_no_moment_or_no_number_is_said_beside_what_was_typed(
    site: TestClient, house: House, cast: Cast, clock: Watch, typed: dict[str, str], sentence: str
) -> None:
    desk = Desk(site, house, write_draft(house, cast, now=clock.now), cast.writer)
    answer = desk.press("/schedule", **typed)
    assert answer.status_code == 422
    assert sentence in html.unescape(answer.text)
    assert f'value="{next(iter(typed.values()))}"' in answer.text


def test_a_held_letter_that_waits_for_days_shows_no_countdown(desk: Desk, house: House, mailing_id: str) -> None:
    assert "data-countdown" in desk.site.get(desk.path).text
    desk.press("/schedule", when="Monday 07:30")
    page = desk.look()
    assert "The first message leaves on Monday, 10 August 2026, at 07:30" in page
    assert "data-countdown" not in desk.site.get(desk.path).text
    assert mailing_of(house, mailing_id).state == "held"


def test_a_sent_letter_offers_what_may_follow_with_counts(
    desk: Desk, house: House, clock: Watch, mailing_id: str
) -> None:
    put(house, mailing_id, "sent", ngozi="refused")
    enrol(house, clock, name="Noor Haddad", address="huda@mail.example.org")
    page = desk.look()
    assert "1 guardian was not reached, and can be written to now." in page
    assert "3 guardians have not opened it." in page
    assert "1 child enrolled since has not got it." in page


def test_a_reminder_is_looked_at_and_sent_once(desk: Desk, house: House, mailing_id: str) -> None:
    put(house, mailing_id, "sent", ngozi="refused")
    page = desk.look("/send/reminder")
    assert "Remind 3 guardians?" in page
    assert "3 messages will leave after a hold of 1 minute" in page
    assert "Carla Rivera carla.rivera@mail.example.org" in page
    fields = dict(re.findall(r'name="([a-z_]+)" value="([^"]*)"', desk.site.get(f"{desk.path}/send/reminder").text))
    for _ in range(2):
        done = desk.site.post(f"{desk.path}/send/reminder", data=fields)
        assert done.headers["location"] == f"{desk.path}?said=reminder"
    with house.db.read() as session:
        assert [one.kind for one in session.exec(select(Round))] == ["reminder"]
    page = desk.look()
    assert "it goes to 3 guardians. What was sent before stays as it is." in page
    assert "Reminder 6 August, 12:00 · Rosa · 3 messages" in page


def test_a_second_reminder_says_from_when(desk: Desk, house: House, mailing_id: str) -> None:
    put(house, mailing_id, "sent")
    desk.press("/send/reminder")
    put(house, mailing_id, "sent")
    assert "They may be reminded again on Sunday, 9 August, from 12:00." in desk.look()
    assert "reminded at most once every 3 days" in desk.look("/send/reminder", status=403)


def test_a_stop_of_a_round_says_that_what_was_sent_stays(desk: Desk, house: House, mailing_id: str) -> None:
    put(house, mailing_id, "sent", ngozi="refused")
    desk.press("/send/again")
    page = desk.look("/stop")
    assert "Nothing has left, and nothing will. What was sent before stays as it is." in page
    desk.site.post(f"{desk.path}/stop", data={"form_token": desk.token})
    assert "It is sent." in desk.look("?said=stopped")


def test_with_nobody_left_there_is_no_button(desk: Desk, house: House, mailing_id: str) -> None:
    put(house, mailing_id, "sent")
    page = desk.site.get(f"{desk.path}/send/again").text
    assert "There is nobody to send it to" in page
    assert '<form method="post" action="/staff/mailings' not in page


def test_from_a_childs_page_a_letter_goes_to_that_family_again(desk: Desk, house: House, mailing_id: str) -> None:
    put(house, mailing_id, "sent")
    child = desk.site.get("/staff/families/100001").text
    more = "/send/one-family?child=100001"
    assert f'href="{desk.path}{more}"' in child
    page = desk.look(more)
    assert "Send it to this family again? " in page
    assert "2 messages will leave" in page
    assert "Ngozi" not in page
    assert desk.press(more).headers["location"] == f"{desk.path}?said=one-family"
    with house.db.read() as session:
        assert session.exec(select(Notice.address).where(Notice.round == 1).order_by(col(Notice.address))).all() == [
            "carla.rivera@mail.example.org",
            "diego.rivera@mail.example.org",
        ]


def test_a_letter_for_each_child_is_not_topped_up(desk: Desk, house: House, mailing_id: str) -> None:
    put(house, mailing_id, "sent")
    with house.db.write() as session:
        session.exec(update(Mailing).values(way="files"))
    assert "add their files" in desk.look("/send/top-up", status=403)
    assert "enrolled since" not in desk.look()


def test_acts_that_are_not_there_and_letters_of_others_are_not_found(
    desk: Desk, house: House, cast: Cast, mailing_id: str
) -> None:
    put(house, mailing_id, "sent")
    desk.look("/send/everything", status=404)
    desk.look("/send/one-family?child=999999", status=404)
    sit_down(desk.site, house, cast.oak_writer)
    for page in ("/send/reminder", "/schedule"):
        desk.look(page, status=404)
    sam = desk.site.get("/staff/families/100006").text
    assert "Send a letter to this family again" not in sam
