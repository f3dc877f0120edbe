"""What is asked a second time: HEAD of a replaced letter, a corrected version that runs, the words of a stop."""

import pytest
from sqlmodel import col, update
from starlette.testclient import TestClient

from portal.documents import repository as documents
from portal.families.tables import Guardian
from portal.flows.taking_back.revoke import Target, revoke
from portal.publish.correcting.corrections import drop_correction
from portal.web.answers.files import CutOff
from portal.wiring import House
from tests.cast import Cast, link_of, send_letter, token_of
from tests.conftest import Watch
from tests.flows.holds import hold_passes
from tests.web.desks import sit_down, text_of
from tests.web.test_corrected_letters import BETTER, bring, correct
from tests.web.test_opening import letters_in, open_with

LARGE = b"%PDF-1.7 " + b"a letter of many pages " * 200_000


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_replaced_letters_page_leads_to_the_new_one_however_it_is_asked_for(
    site: TestClient, house: House, cast: Cast, clock: Watch, method: str, mailing_id: str
) -> None:
    open_with(site, token=token_of(house, link_of(house, mailing_id, cast.carla, cast.ana)))
    (old,) = letters_in(site.get("/letters").text)
    correct(house, cast, clock, mailing_id)
    answer = site.request(method, f"/letters/{old}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/letters")


@pytest.mark.parametrize("end", ["dropped", "taken back", "another"])
def test_a_corrected_version_stops_running_when_it_no_longer_waits(
    site: TestClient, house: House, cast: Cast, clock: Watch, end: str, mailing_id: str
) -> None:
    old = bring(house, cast, clock, mailing_id, LARGE)
    sit_down(site, house, cast.approver)
    path = f"/staff/mailings/{mailing_id}/documents/{old}/replace/file"
    assert len(site.get(path).content) == len(LARGE) == int(site.head(path).headers["content-length"])
    got = b""
    with pytest.raises(CutOff), site.stream("GET", path) as answer:  # noqa: PT012 - the cut comes while reading
        for number, chunk in enumerate(answer.iter_bytes(65_536)):
            got += chunk
            if number == 0:
                _end(house, cast, clock, mailing_id, old, end)
    assert len(got) < len(LARGE)


def _end(house: House, cast: Cast, clock: Watch, mailing_id: str, old: str, end: str) -> None:
    if end == "dropped":
        drop_correction(house, mailing_id, old, by=cast.writer, now=clock.now)
    elif end == "another":
        bring(house, cast, clock, mailing_id, BETTER)
    else:
        with house.db.write() as session:
            target = Target("mailing", mailing_id)
            revoke(session, house.keys, target, by=cast.admin, reason="Wrong.", now=clock.now)


def test_a_small_corrected_version_is_answered_whole(
    site: TestClient, house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    old = bring(house, cast, clock, mailing_id)
    sit_down(site, house, cast.approver)
    assert site.get(f"/staff/mailings/{mailing_id}/documents/{old}/replace/file").content == BETTER
    with house.db.read() as session:
        assert documents.correction_of(session, old) is not None


def test_in_the_hold_the_page_says_when_pages_can_be_printed_and_has_no_button(
    site: TestClient, house: House, cast: Cast, clock: Watch
) -> None:
    path, token = _without_mail(site, house, cast, clock)
    page = site.get(f"{path}/print").text
    assert "2 guardians without e-mail get one page each" in text_of(page)
    assert "The pages can be printed when the hold is over, at 12:01." in page
    assert "Print the pages" not in page
    answer = site.post(f"{path}/print", data={"form_token": token})
    assert answer.status_code == 403
    assert "when the hold is over, at 12:01." in answer.text


def test_a_stop_does_not_deny_the_pages_that_were_printed(
    site: TestClient, house: House, cast: Cast, clock: Watch
) -> None:
    path, token = _without_mail(site, house, cast, clock)
    hold_passes(house, clock)
    assert site.post(f"{path}/print", data={"form_token": token}).status_code == 200
    asked = text_of(site.get(f"{path}/stop").text)
    assert "No message has left, and none will. 2 printed pages may be in somebody’s hands" in asked
    site.post(f"{path}/stop", data={"form_token": token})
    page = text_of(site.get(path).text)
    assert "2 printed pages may be in somebody’s hands" in page
    assert "Nobody has received anything" not in page


def _without_mail(site: TestClient, house: House, cast: Cast, clock: Watch) -> tuple[str, str]:
    with house.db.write() as session:
        gone = col(Guardian.id).in_([cast.rosa_r, cast.diego])
        session.exec(update(Guardian).where(gone).values(address=None, address_key=None))
    token = sit_down(site, house, cast.writer)
    return f"/staff/mailings/{send_letter(house, cast, now=clock.now)}", token
