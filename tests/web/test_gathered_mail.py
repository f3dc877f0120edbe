"""What came from somebody's mail program is theirs alone to see, to close and to throw away."""

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from portal.arrivals.rules.reports import Report, as_json, stopped
from portal.arrivals.tables import Arrival, ArrivalRecipient, Gathering
from portal.wiring import House
from tests.cast import Cast, write_draft
from tests.conftest import Watch
from tests.web.desks import sit_down, text_of
from tests.web.handing_in import MailProgram

PAGE = "/staff/gathered"
CARLA, STRANGER, AT_OAK = "carla.rivera@mail.example.org", "nobody@mail.example.org", "ngozi.okafor@mail.example.org"


@pytest.fixture
def outlook(house: House, cast: Cast, clock: Watch) -> MailProgram:
    return MailProgram(house, clock, cast.writer)


def state(house: House, gathering_id: str) -> str:
    with house.db.read() as session:
        return session.exec(select(Gathering.state).where(Gathering.id == gathering_id)).one()


def test_the_counts_move_until_a_press_says_that_is_all(
    site: TestClient, house: House, cast: Cast, clock: Watch, outlook: MailProgram
) -> None:
    token = sit_down(site, house, cast.writer)
    assert "Nothing came in yet" in site.get(PAGE).text
    one = outlook.send(CARLA)
    before = site.get(f"{PAGE}/progress").json()
    assert before[f"messages-{one}"] == "1 message so far"
    clock.forward(minutes=3)
    outlook.send(STRANGER)
    for path in (PAGE, "/staff"):
        page = text_of(site.get(path).text)
        assert "2 messages so far · closes in 10 minutes" in page
        assert "Report cards" in page
    clock.forward(minutes=9)
    for of in ("", "home", one):
        after = site.get(f"{PAGE}/progress?of={of}").json()
        assert (after[f"messages-{one}"], after[f"closes-{one}"]) == ("2 messages so far", "closes in 1 minute")
        assert after["standing"] == before["standing"], "what only counts does not load the page again"
    assert site.post(f"{PAGE}/{one}/close", data={"form_token": token}).status_code == 303
    assert state(house, one) == "closed"
    assert site.get(f"{PAGE}/progress").json()["standing"] != before["standing"]
    assert "Its letters are being made" in site.get(PAGE).text


def test_nobody_else_sees_closes_or_throws_it_away(
    site: TestClient, house: House, cast: Cast, outlook: MailProgram
) -> None:
    one = outlook.send(CARLA, subject="A matter of one family")
    for other in (cast.approver, cast.admin, cast.oak_writer):
        token = sit_down(site, house, other)
        for path in (PAGE, "/staff", f"{PAGE}/progress", f"{PAGE}/{one}"):
            said = site.get(path).text
            assert "A matter of one family" not in said
            assert one not in said
        assert site.get(f"{PAGE}/{one}").status_code == 404
        assert site.get(f"{PAGE}/progress?of={one}").status_code == 404
        for act in ("close", "throw-away"):
            assert site.post(f"{PAGE}/{one}/{act}", data={"form_token": token}).status_code == 404
    assert state(house, one) == "open"


def test_thrown_away_means_that_no_byte_is_left(
    site: TestClient, house: House, cast: Cast, outlook: MailProgram
) -> None:
    token = sit_down(site, house, cast.writer)
    one = outlook.send(CARLA)
    with house.db.read() as session:
        (blob_id,) = session.exec(select(Arrival.blob_id)).all()
    assert blob_id
    answer = site.post(f"{PAGE}/{one}/throw-away", data={"form_token": token})
    assert answer.headers["location"] == f"{PAGE}?said=thrown-away"
    with house.db.read() as session:
        assert session.exec(select(ArrivalRecipient)).all() == []
    assert not list(house.settings.data_dir.rglob(f"*{blob_id}*"))
    page = text_of(site.get(answer.headers["location"]).text)
    assert "It is thrown away" in page
    assert "Nothing came of it, and nothing was sent" in page
    assert "Report cards" not in text_of(site.get("/staff").text)
    again = site.post(f"{PAGE}/{one}/close", data={"form_token": token})
    assert again.status_code == 409


def test_addresses_that_lead_to_nobody_stand_in_one_list(
    site: TestClient, house: House, cast: Cast, clock: Watch
) -> None:
    """Unknown ones and those of other sites, in the same words: the difference would tell who is on the roster."""
    sit_down(site, house, cast.oak_writer)
    one = MailProgram(house, clock, cast.oak_writer).send(CARLA, STRANGER, AT_OAK)
    page = site.get(f"{PAGE}/{one}").text
    assert "2 addresses lead to nobody to whom you may write" in page
    assert page.index(CARLA) < page.index(STRANGER)
    assert AT_OAK not in page


def test_a_letter_says_that_it_came_by_mail_and_what_became_of_it(
    site: TestClient, house: House, cast: Cast, clock: Watch, outlook: MailProgram
) -> None:
    letter = write_draft(house, cast, now=clock.now, title="Report cards of May")
    report = Report(ready=4, need=2, lost=1, messages=1, told=("signature",))
    outlook.becomes(outlook.send(CARLA), state="drafted", mailing_id=letter, made_of=1, report=as_json(report))
    stop = as_json(stopped("cloud-link", 1))
    outlook.becomes(outlook.send(CARLA, subject="Newsletter"), state="ended", report=stop)
    sit_down(site, house, cast.writer)
    for path in (PAGE, "/staff"):
        page = text_of(site.get(path).text)
        assert "Report cards of May" in page
        assert "4 letters are ready; 2 things need you" in page
        assert "1 address leads to nobody to whom you may write" in page
        assert "Your signature is not in the message." in page
        assert "Attach the file itself." in page
    assert "Came from your mail program on 6 August, in 1 message." in text_of(
        site.get(f"/staff/mailings/{letter}").text
    )
    sit_down(site, house, cast.approver)
    page = text_of(site.get(f"/staff/mailings/{letter}").text)
    assert "Came from its author’s mail program on 6 August, in 1 message." in page
    assert "/staff/gathered" not in page
