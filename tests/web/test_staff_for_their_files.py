"""A mailing for the children its files are for: the files say who that is, and every fix says it anew."""

import pytest
from sqlmodel import col, select
from starlette.testclient import TestClient

from portal.mailings.tables import MailingSite
from portal.wiring import House
from tests.cast import Cast
from tests.flows.test_one_letter_each import ANA, LUIS, SAM, card
from tests.web.desks import text_of
from tests.web.each_desk import Desk

NAMESAKES = "Progress report. Ana Rivera. Reading: very good."


@pytest.fixture
def rosa(site: TestClient, house: House, cast: Cast) -> Desk:
    return Desk(site, house, cast.writer)


def give(desk: Desk, **files: str) -> None:
    listed = [(f"{name.replace('_', ' ')}.pdf", card(text)) for name, text in files.items()]
    desk.sorted(*listed, audience="files")


def numbers(desk: Desk) -> str:
    return text_of(desk.page("")).partition("children left out")[0][-60:]


def test_nobody_is_missing_who_has_no_file(rosa: Desk, house: House) -> None:
    give(rosa, **{"100001": ANA, "100006": SAM})
    assert rosa.kinds == []
    assert "children 2 guardians 3" in numbers(rosa)
    with house.db.read() as session:
        query = select(MailingSite.site).where(col(MailingSite.mailing_id) == rosa.id)
        assert set(session.exec(query)) == {"Maple", "Oak"}


def test_a_file_that_somebody_says_is_a_childs_brings_that_child_in(rosa: Desk) -> None:
    give(rosa, **{"100001": ANA, "report": NAMESAKES})
    assert rosa.kinds == ["ambiguous"]
    rosa.post("letters/assign", given=rosa.given("report.pdf"), number="100004")
    assert rosa.kinds == []
    assert "children 2 guardians 3" in numbers(rosa)


def test_a_file_that_is_suggested_for_a_child_brings_that_child_in_once_it_is_confirmed(rosa: Desk) -> None:
    give(rosa, **{"100006": SAM, "Rivera,_Ana": f"{NAMESAKES} She is in grade 2."})
    assert rosa.kinds == []
    assert rosa.mailing.state == "draft", "nobody has said so yet"
    rosa.post("letters/confirm", given=rosa.given("Rivera, Ana.pdf"))
    assert rosa.mailing.state == "checked"
    assert "children 2 guardians 3" in numbers(rosa)


def test_a_file_that_may_be_two_childrens_is_asked_about_by_name(rosa: Desk) -> None:
    give(rosa, **{"100001": ANA, "100002_100006": LUIS})
    assert rosa.kinds == ["ambiguous"]
    page = text_of(rosa.page())
    assert "Luis Rivera" in page


def test_a_file_that_is_taken_away_takes_its_child_along(rosa: Desk) -> None:
    give(rosa, **{"100001": ANA, "100006": ANA.replace("Ana", "Unknown")})
    assert rosa.kinds != []
    rosa.post("letters/drop", given=rosa.given("100006.pdf"))
    assert rosa.kinds == []
    assert "child 1 guardians 2" in numbers(rosa)


def test_whoever_writes_for_one_site_reaches_nobody_elsewhere_by_a_file(
    site: TestClient, house: House, cast: Cast
) -> None:
    pia = Desk(site, house, cast.oak_writer)
    give(pia, **{"100006": SAM, "100001": ANA})
    assert pia.kinds == ["unmatched"]
    assert "Ana" not in text_of(pia.page()).replace("100001", "")
    pia.post("letters/drop", given=pia.given("100001.pdf"))
    assert pia.kinds == []
    assert "child 1 guardian 1" in numbers(pia)


def test_a_letter_with_fields_needs_to_be_told_whom_it_is_written_for(rosa: Desk) -> None:
    answer = rosa.give(audience="files", made="fields", markdown="Dear family of {{ child.name }},")
    assert answer.status_code == 422
    assert "Choose the children whom the letter is written for." in answer.text


def test_who_may_see_it_stays_with_its_files_when_its_words_are_changed(
    site: TestClient, house: House, cast: Cast
) -> None:
    pia = Desk(site, house, cast.oak_writer)
    give(pia, **{"100006": SAM})
    ida = Desk(site, house, cast.admin)
    ida.path = pia.path
    ida.post("letters/give", file=("ana.pdf", card(ANA)), number="100001")
    sit = Desk(site, house, cast.oak_writer)
    assert sit.site.get(pia.path).status_code == 404, "Ana is at Maple"
    ida.sit(cast.admin)
    words = {"title": "Report cards again", "message": "", "expires": "30", "audience": "files",
             "version": str(ida.mailing.version)}  # fmt: skip
    answer = site.post(pia.path, data={"form_token": ida.token} | words)
    assert answer.status_code == 303, text_of(answer.text)
    with house.db.read() as session:
        query = select(MailingSite.site).where(col(MailingSite.mailing_id) == ida.id)
        assert set(session.exec(query)) == {"Maple", "Oak"}
    pia.sit(cast.oak_writer)
    assert site.get(pia.path).status_code == 404
