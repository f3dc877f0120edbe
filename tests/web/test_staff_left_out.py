"""Whom staff leave out is nobody's reader: each page counts it so, and an approver reads the reason before the yes."""

import html

import pytest
from starlette.testclient import TestClient

from portal.cli.letters.telling import mailing_facts, print_facts
from portal.flows.people.restrict_guardianship import Wish, restrict
from portal.wiring import House
from tests.cast import Cast, send_letter
from tests.conftest import Watch
from tests.web.desks import text_of
from tests.web.each_desk import FEW, Desk, cards


@pytest.fixture
def rosa(site: TestClient, house: House, cast: Cast) -> Desk:
    """A mailing with one letter for each child, of which Sam is left out."""
    desk = Desk(site, house, cast.writer)
    desk.sorted(cards({name: text for name, text in FEW.items() if name != "100006.pdf"}))
    desk.post("letters/leave-out", number="100006", row="100006", reason="no report this year")
    return desk


def test_an_approver_reads_who_is_left_out_and_why_before_the_yes(rosa: Desk, cast: Cast) -> None:
    assert "children 3 guardians 3 child left out 1" in text_of(rosa.page(""))
    rosa.post("submit", version=str(rosa.mailing.version))
    rosa.sit(cast.approver)
    page = html.unescape(text_of(rosa.page("")))
    assert "children 3 guardians 3 child left out 1" in page
    told = "Left out by staff : no report this year Sam Okafor Children: 1"
    assert page.index(told) < page.rindex("Look at the sample")
    assert "Then it goes to 3 guardians." in page
    page = html.unescape(text_of(rosa.page("/sample")))
    assert page.index(told) < page.index("approve all 3"), "also where the mail leads, and the yes is given"
    rosa.post("sample", version=str(rosa.mailing.version))
    rosa.post("approve", version=str(rosa.mailing.version))
    page = html.unescape(text_of(rosa.page("")))
    assert rosa.mailing.state == "held"
    assert "it goes to 3 guardians." in page
    assert "children 3 guardians 3 child left out 1" in page
    assert told in page


def test_the_list_of_who_is_left_out_names_the_reason_and_is_searched_by_it(rosa: Desk) -> None:
    page = text_of(rosa.page("/left-out?q=REPORT+year"))
    assert "Sam Okafor 100006 Nobody gets it Left out by staff: no report this year" in page
    assert "1 entry" in page
    assert "Nobody here matches" in text_of(rosa.page("/left-out?q=moved"))
    rosa.site.cookies.set("__Host-language", "es")
    page = text_of(rosa.page("/left-out?q=Excluido+por+el+personal"))
    assert "Excluido por el personal" in page
    assert "Okafor" in page, "and by the words that the page shows of it"


def test_a_command_says_whom_staff_leave_out_and_why(
    rosa: Desk, house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    facts = mailing_facts(house, rosa.id)
    assert (facts["children"], facts["guardians"], facts["families"]) == (3, 3, 2)
    assert facts["left_out"] == [{"child": "100006", "why": "left-out", "reason": "no report this year"}]
    print_facts(facts)
    said = " ".join(capsys.readouterr().out.split())
    assert "It reaches 3 guardians of 3 children. Children left out: 1 1 Left out by staff: no report this year" in said


def test_whose_right_ends_in_the_hold_is_not_counted_any_more(
    site: TestClient, house: House, cast: Cast, clock: Watch
) -> None:
    desk = Desk(site, house, cast.writer)
    desk.path = f"/staff/mailings/{send_letter(house, cast, now=clock.now)}"
    assert "it goes to 4 guardians." in html.unescape(text_of(desk.page("")))
    with house.db.write() as session:
        wish = Wish("barred", "An order of a court.", "", clock.now, None)
        restrict(session, house.keys, (cast.ngozi, cast.sam), wish, by=cast.writer.label, now=clock.now)
    page = html.unescape(text_of(desk.page("")))
    assert "it goes to 3 guardians." in page
    assert "children 3 guardians 3" in page
    assert "to 3 guardians" in text_of(site.get("/staff").text)
