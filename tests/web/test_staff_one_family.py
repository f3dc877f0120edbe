"""Writing to one family: no second person where a setting says so, a code by choice, and named guardians alone."""

import re

import pytest
from httpx2 import Response
from sqlmodel import select
from starlette.testclient import TestClient

from portal.kernel.configuration.settings import Settings
from portal.outbox.tables import Notice
from portal.wiring import House
from tests.cast import Cast
from tests.flows.test_one_letter_each import ANA, LUIS, SAM, card
from tests.reading.carriers import simple_pdf
from tests.web.desks import text_of
from tests.web.each_desk import Desk
from tests.web.test_staff_writing import fault_of

CODE = "Each family is asked for a code before it opens."


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"approval_waived_below": 2})


@pytest.fixture
def rosa(site: TestClient, house: House, cast: Cast) -> Desk:
    return Desk(site, house, cast.writer)


def test_own_letters_to_one_family_begin_their_hold_by_its_writers_press(rosa: Desk) -> None:
    rosa.sorted(("100001.pdf", card(ANA)), ("100002.pdf", card(LUIS)), audience="files")
    page = text_of(rosa.page(""))
    assert "So few families need no second person." in page
    assert CODE not in page
    assert "Each family is asked" not in text_of(rosa.page("/preview/message"))
    letters = text_of(rosa.page("/letters"))
    assert "Start the hold" in letters
    assert "So few families need no second person." in letters
    assert "Ask for approval" not in letters
    answer = rosa.post("submit", version=str(rosa.mailing.version))
    assert answer.headers["location"].endswith("?said=submitted")
    page = text_of(rosa.page("?said=submitted"))
    assert "The hold has begun. Nobody has received anything yet." in page
    assert "Approval is asked for." not in page
    assert (rosa.mailing.state, rosa.mailing.approval_waived, rosa.mailing.confidential) == ("held", True, False)
    assert "So few families need no second person" in text_of(rosa.page(""))


def test_own_letters_ask_for_a_code_unless_its_writer_says_otherwise(rosa: Desk) -> None:
    page = rosa.site.get("/staff/mailings/new/each").text
    assert re.search(r'name="confidential"[^>]*checked', page)
    rosa.sorted(("100006.pdf", card(SAM)), audience="files", confidential="yes")
    assert CODE in text_of(rosa.page(""))
    assert "Ask for approval" in rosa.page("")
    assert re.search(r'name="confidential"[^>]*checked', rosa.page("/edit"))


def test_changed_words_keep_what_was_chosen_about_the_code(rosa: Desk) -> None:
    rosa.sorted(("100006.pdf", card(SAM)), audience="files")
    assert not re.search(r'name="confidential"[^>]*checked', rosa.page("/edit"))
    assert not re.search(r'name="confidential"[^>]*checked', rosa.page("/each"))


def test_own_letters_to_two_families_ask_for_a_code_though_nobody_ticked_it(rosa: Desk) -> None:
    rosa.sorted(("100001.pdf", card(ANA)), ("100006.pdf", card(SAM)), audience="files")
    page = text_of(rosa.page(""))
    assert CODE in page
    assert "Ask for approval" in page


def test_a_family_page_leads_to_a_letter_for_one_guardian_alone(rosa: Desk, cast: Cast) -> None:
    page = rosa.site.get("/staff/families/100001").text
    link = re.search(r'href="([^"]*new\?child=100001[^"]*)" aria-label="Write to Carla Rivera alone"', page)
    assert link
    form = rosa.site.get(link[1].replace("&amp;", "&")).text
    assert "Ana Rivera (100001)" in form
    assert ">\nCarla Rivera (g-carla)</textarea>" in form
    assert "Write to Emeka" not in rosa.site.get("/staff/families/100006").text, "nothing about Sam goes to him"
    stranger = rosa.site.get(f"/staff/mailings/new?child=100001&guardian={cast.ngozi}").text
    assert "Okafor" not in stranger


def to_carla(rosa: Desk, **more: str) -> Response:
    typed = {
        "title": "A word",
        "message": "",
        "audience": "children",
        "numbers": "100001",
        "expires": "30",
        "guardians": "Carla Rivera",
        "form_token": rosa.token,
    }
    answer = rosa.site.post("/staff/mailings", data=typed | more, files={"file": ("form.pdf", simple_pdf())})
    rosa.path = answer.headers.get("location", "")
    return answer


def test_the_other_guardians_are_offered_and_get_it_by_one_press(rosa: Desk, house: House, cast: Cast) -> None:
    assert to_carla(rosa).status_code == 303
    page = text_of(rosa.page(""))
    assert "Only for Carla Rivera ." in page
    assert "Other guardians of the same children Diego Rivera This guardian gets nothing" in page
    assert "children 1 guardian" in page.replace("child 1", "children 1")
    answer = rosa.post("add-guardians", version=str(rosa.mailing.version))
    assert answer.headers["location"].endswith("?said=guardians")
    page = text_of(rosa.page("?said=guardians"))
    assert "It is for everybody named below now. Nothing is sent yet." in page
    assert "Only for Carla Rivera , Diego Rivera ." in page
    assert "gets nothing" not in page
    assert rosa.mailing.state == "checked"
    assert rosa.post("submit", version=str(rosa.mailing.version)).status_code == 303
    with house.db.read() as session:
        assert set(session.exec(select(Notice.guardian_id)).all()) == {cast.carla, cast.diego}


def test_who_is_named_stays_named_when_the_letter_is_changed(rosa: Desk) -> None:
    to_carla(rosa)
    page = rosa.page("/edit")
    assert ">\nCarla Rivera (g-carla)</textarea>" in page
    assert re.search(r"<details open>\s*<summary>Only for some of their guardians", page)


@pytest.mark.parametrize(
    ("more", "field", "told"),
    [
        ({"guardians": "Ngozi Okafor"}, "guardians", "No guardian of these children is “Ngozi Okafor”."),
        ({"numbers": "999999"}, "audience", "No child on the roster has the number 999999."),
    ],
)
def test_a_guardian_of_other_children_is_told_beside_the_field(
    rosa: Desk, more: dict[str, str], field: str, told: str
) -> None:
    answer = to_carla(rosa, **more)
    assert answer.status_code == 422
    assert told in fault_of(answer.text, field)
    assert f">\n{more.get('guardians', 'Carla Rivera')}</textarea>" in answer.text, "nothing typed is lost"


def test_own_letters_may_be_for_named_guardians_too(rosa: Desk, house: House, cast: Cast) -> None:
    rosa.sorted(("100001.pdf", card(ANA)), audience="files", guardians="diego.rivera@mail.example.org")
    assert rosa.kinds == []
    page = text_of(rosa.page(""))
    assert "Only for Diego Rivera ." in page
    assert rosa.post("submit", version=str(rosa.mailing.version)).status_code == 303
    with house.db.read() as session:
        assert set(session.exec(select(Notice.guardian_id)).all()) == {cast.diego}


def test_an_approver_reads_whom_it_is_for_and_is_offered_nobody_else(rosa: Desk, cast: Cast) -> None:
    to_carla(rosa, confidential="yes")
    rosa.post("submit", version=str(rosa.mailing.version))
    assert "Send it to this guardian too" in rosa.page("")
    rosa.sit(cast.approver)
    page = text_of(rosa.page(""))
    assert "Only for Carla Rivera ." in page
    assert "Send it to this guardian too" not in page
