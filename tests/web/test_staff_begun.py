"""A letter begins with a file or a first word: nothing that was typed is lost, and no press makes it twice."""

import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from httpx2 import Response
from sqlmodel import col, select, update
from starlette.testclient import TestClient

from portal import publish
from portal.documents.tables import BegunLetter, Document
from portal.ledger.tables import LedgerEntry
from portal.mailings.tables import Mailing, MailingSite
from portal.publish import Upkeep
from portal.staff.rules import Acting
from portal.wiring import House
from tests.cast import Cast
from tests.conftest import Watch
from tests.flows.test_one_letter_each import ANA, LUIS, OTHER_ANA, SAM, bound
from tests.web.desks import sit_down, text_of
from tests.web.each_desk import FEW, zipped
from tests.web.test_sign_in import mailed_link
from tests.web.test_staff_writing import LETTER, NAMING_ONE, ROSTER, rows

BEGUN = "a" * 32
ROW = "/staff/begun/"


class Desk:
    """A writer's browser."""

    def __init__(self, site: TestClient, house: House, person: Acting) -> None:
        self.site, self.house = site, house
        self.token = sit_down(site, house, person)

    def drop(self, *files: tuple[str, bytes]) -> Response:
        posted = [("files", one) for one in files] or [("files", ("", b""))]
        return self.site.post("/staff/begun", data={"form_token": self.token}, files=posted)

    def begin(self, name: str, content: bytes) -> str:
        """Drop a file; return the path of the letter that it begins."""
        answer = self.drop((name, content))
        assert answer.status_code == 303, text_of(answer.text)
        return str(answer.headers["location"])

    def page(self, path: str) -> str:
        answer = self.site.get(path)
        assert answer.status_code == 200, text_of(answer.text)
        return answer.text

    def keep(self, path: str = ROW + BEGUN, *, saved: int = 0, tab: str = "one", **fields: str) -> dict[str, str | int]:
        data = {"form_token": self.token, "saved": str(saved), "tab": tab} | fields
        answer = self.site.post(f"{path}/typed?way=shared", data=data)
        assert answer.status_code == 200, text_of(answer.text)
        told: dict[str, str | int] = answer.json()
        return told

    def check(self, path: str, *, to: str = "/staff/mailings", file: bytes = b"", **fields: str) -> Response:
        typed = {"title": "First week 2026", "audience": "everyone", "expires": "30"} | fields
        files = {"file": ("welcome.pdf" if file else "", file)}
        data = {"form_token": self.token, "saved": "0", "tab": "one"} | typed
        return self.site.post(f"{to}?begun={path.removeprefix(ROW)}", data=data, files=files)


@pytest.fixture
def rosa(site: TestClient, house: House, cast: Cast) -> Desk:
    return Desk(site, house, cast.writer)


def values(page: str) -> dict[str, str]:
    """Return what stands in the plain fields of a form."""
    found = dict(re.findall(r'<input id="([a-z]+)" name="[a-z]+"[^>]* value="([^"]*)"', page))
    return found | dict(re.findall(r'<textarea id="([a-z]+)"[^>]*>\n([^<]*)</textarea>', page))


def read_by_the_worker(house: House) -> None:
    for begun_id in publish.waiting_to_be_read(house):
        publish.read_begun(house, begun_id)


def test_a_file_dropped_on_home_begins_a_letter_with_its_title(rosa: Desk, house: House) -> None:
    path = rosa.begin("first_week-2026.pdf", LETTER)
    page = rosa.page(path)
    assert values(page)["title"] == "First week 2026"
    assert "The portal is reading it while you choose" in page
    assert rosa.site.get(f"{path}/progress").json() == {"is_over": False}
    read_by_the_worker(house)
    assert "Nobody of the roster is named in it." in rosa.page(path)
    answer = rosa.check(path)
    assert answer.status_code == 303, text_of(answer.text)
    (mailing,), (document,) = rows(house, Mailing), rows(house, Document)
    assert (mailing.state, document.file_name) == ("checked", "first_week-2026.pdf")
    assert answer.headers["location"] == f"/staff/mailings/{mailing.id}"
    (begun,) = rows(house, BegunLetter)
    assert begun.file_id is None, "what was brought is not kept beside what was sealed"
    assert "Begun" not in text_of(rosa.page("/staff"))


def test_home_says_what_it_takes_when_nothing_was_chosen(rosa: Desk) -> None:
    answer = rosa.drop()
    assert answer.status_code == 422
    assert "Choose the letter first: a PDF, a picture, or a zip." in answer.text
    assert "This file is empty." in rosa.drop(("letter.pdf", b"")).text


def test_a_file_that_names_many_is_told_before_anybody_is_chosen_and_not_kept(rosa: Desk, house: House) -> None:
    path = rosa.begin("class.pdf", ROSTER)
    read_by_the_worker(house)
    page = text_of(rosa.page(path))
    assert "This file was stopped. It is a list of children." in page
    assert "the portal has kept no copy" in page
    assert "Okafor" not in page
    (begun,) = rows(house, BegunLetter)
    assert begun.file_id is None
    with house.db.read() as session:
        acts = [entry.act for entry in session.exec(select(LedgerEntry))]
    assert "document:stop" in acts
    assert rosa.check(path).status_code == 422, "and nothing is checked without a file"


def test_what_the_guard_said_is_told_in_the_language_of_whoever_looks(rosa: Desk, house: House) -> None:
    path = rosa.begin("class.pdf", ROSTER)
    read_by_the_worker(house)
    rosa.site.cookies.set("__Host-language", "es")
    page = text_of(rosa.page(path))
    assert "Este archivo se detuvo." in page
    assert "a list of children" not in page
    assert "full names" not in page
    (begun,) = rows(house, BegunLetter)
    stored = {name: value for name, value in json.loads(begun.report).items() if name != "said"}
    stored["places"] = [{name: one[name] for name in ("where", "what")} for one in stored["places"]]
    with house.db.write() as session:
        session.exec(update(BegunLetter).values(report=json.dumps(stored)))
    assert "Este archivo se detuvo." in text_of(rosa.page(path)), "as it was kept before an upgrade"


def test_a_file_that_names_one_child_is_kept_for_a_letter_to_that_child(rosa: Desk, house: House) -> None:
    path = rosa.begin("thanks.pdf", NAMING_ONE)
    read_by_the_worker(house)
    assert "Only a letter to that child alone may name it." in rosa.page(path)
    answer = rosa.check(path, audience="children", numbers="100006", title="Thank you")
    assert answer.status_code == 303, text_of(answer.text)


def test_a_zip_begins_a_letter_for_each_child_its_files_are_for(rosa: Desk, house: House) -> None:
    path = rosa.begin("report-cards_autumn.zip", zipped(FEW))
    page = rosa.page(path)
    assert values(page)["title"] == "Report cards autumn"
    assert re.search(r'name="audience" value="files" checked', page)
    answer = rosa.check(path, to="/staff/mailings/each", audience="files", title="Report cards", made="files")
    assert answer.status_code == 303, text_of(answer.text)
    (mailing,) = rows(house, Mailing)
    assert publish.sort_given(house, mailing.id)
    (mailing,) = rows(house, Mailing)
    page = text_of(rosa.page(f"/staff/mailings/{mailing.id}/letters"))
    assert mailing.state == "checked", page
    assert "4 letters with their child" in page.replace("letters with their child 4", "4 letters with their child")
    assert "For the children its files are for" in text_of(rosa.page(f"/staff/mailings/{mailing.id}"))
    with house.db.read() as session:
        sites = set(session.exec(select(MailingSite.site).where(col(MailingSite.mailing_id) == mailing.id)))
    assert sites, "whoever acts for other sites does not see it"


def test_one_pdf_with_a_letter_for_each_child_is_offered_to_be_sorted_by_its_pages(
    rosa: Desk, house: House, tmp_path: Path
) -> None:
    path = rosa.begin("all.pdf", bound([ANA, LUIS, OTHER_ANA, SAM], tmp_path).path.read_bytes())
    read_by_the_worker(house)
    assert f'<a href="{path}?way=each">sort it by its pages</a>' in rosa.page(path)
    assert re.search(r'name="audience" value="files" checked', rosa.page(f"{path}?way=each"))
    rosa.check(path, to="/staff/mailings/each", audience="files", title="Report cards", made="files", shape="every")
    (mailing,) = rows(house, Mailing)
    assert publish.sort_given(house, mailing.id)
    (mailing,) = rows(house, Mailing)
    assert mailing.state == "checked", text_of(rosa.page(f"/staff/mailings/{mailing.id}/letters"))


def test_several_files_begin_a_letter_for_each_child_too(rosa: Desk) -> None:
    answer = rosa.drop(*((name, b"%PDF-1.4") for name in FEW))
    assert 'value="files" checked' in rosa.page(answer.headers["location"])


def test_one_letter_for_all_is_not_for_the_children_its_files_are_for(rosa: Desk) -> None:
    path = rosa.begin("welcome.pdf", LETTER)
    assert 'value="files"' not in rosa.page(path)
    answer = rosa.check(path, audience="files")
    assert answer.status_code == 422
    assert "Choose whom the letter is for." in answer.text


def test_what_is_typed_is_kept_for_its_author_alone(rosa: Desk, house: House, cast: Cast) -> None:
    told = rosa.keep(title="Snow day", message="No school for Ana.", audience="everyone", expires="30")
    assert (told["saved"], str(told["said"])[:8]) == (1, "Kept at ")
    home = text_of(rosa.page("/staff"))
    assert "Begun" in home
    assert "Snow day" in home
    page = rosa.page(ROW + BEGUN)
    assert values(page) | {"title": "Snow day", "message": "No school for Ana."} == values(page)
    (begun,) = rows(house, BegunLetter)
    assert b"Ana" not in begun.typed_sealed
    omar = Desk(rosa.site, house, cast.approver)
    assert omar.site.get(ROW + BEGUN).headers["location"] == "/staff"
    assert "Snow day" not in omar.page("/staff")
    data = {"form_token": omar.token, "saved": "1", "tab": "two", "title": "Mine"}
    assert omar.site.post(f"{ROW}{BEGUN}/typed?way=shared", data=data).status_code == 404
    omar.site.post(f"{ROW}{BEGUN}/discard", data={"form_token": omar.token})
    assert len(rows(house, BegunLetter)) == 1


def test_a_begun_letter_that_no_key_opens_shuts_nobody_out(rosa: Desk, house: House) -> None:
    rosa.keep(title="Snow day", expires="30")
    with house.db.write() as session:
        row = session.exec(select(BegunLetter)).one()
        row.typed_sealed = bytes(reversed(row.typed_sealed))
    assert "Snow day" not in rosa.page("/staff")


def test_a_begun_letter_is_discarded_with_its_file(rosa: Desk, house: House) -> None:
    path = rosa.begin("welcome.pdf", LETTER)
    for _ in range(2):
        answer = rosa.site.post(f"{path}/discard", data={"form_token": rosa.token})
        assert answer.headers["location"] == "/staff"
    assert rows(house, BegunLetter) == []
    assert rosa.site.get(path).headers["location"] == "/staff"


@pytest.mark.parametrize("trouble", ["its key is gone", "no room on the disk"])
def test_a_file_that_cannot_be_opened_stops_no_worker(
    rosa: Desk, house: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, trouble: str
) -> None:
    path = rosa.begin("First week.pdf", LETTER)
    (begun,) = rows(house, BegunLetter)
    if begun.file_id and trouble == "its key is gone":
        house.documents.shred(begun.file_id)
    else:
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "nowhere"))
    publish.read_begun(house, begun.id)
    monkeypatch.undo()
    assert "First week" in rosa.page(path)


def test_a_file_waits_three_days_and_what_was_typed_thirty(rosa: Desk, house: House, cast: Cast, clock: Watch) -> None:
    path = rosa.begin("welcome.pdf", LETTER)
    rosa.keep(path, title="Welcome back", expires="30")
    clock.forward(days=3)
    Upkeep(house).do(clock.now)
    sit_down(rosa.site, house, cast.writer)
    page = rosa.page(path)
    assert "files wait here for three days" in page
    assert values(page)["title"] == "Welcome back"
    clock.forward(days=28)
    Upkeep(house).do(clock.now)
    assert rows(house, BegunLetter) == []


def test_two_tabs_keep_both_texts_and_say_so(rosa: Desk) -> None:
    rosa.keep(title="One", expires="30")
    told = rosa.keep(saved=1, tab="two", title="Two", expires="30")
    assert told["saved"] == 2
    told = rosa.keep(saved=1, tab="one", title="One more", expires="30")
    assert re.match(
        r"This letter was changed in another window at \d\d:\d\d; this is the newer text\.", str(told["said"])
    )
    page = rosa.page(ROW + BEGUN)
    assert values(page)["title"] == "One more"
    assert "This letter was changed in another window at" in page
    assert values(rosa.page(f"{ROW}{BEGUN}?text=other"))["title"] == "Two"
    rosa.keep(saved=0, tab="three", title="Two and on", expires="30")
    assert values(rosa.page(f"{ROW}{BEGUN}?text=other"))["title"] == "One more", "the newer text is the other one then"


def test_what_another_tab_had_outlives_the_check(rosa: Desk) -> None:
    rosa.keep(title="One", expires="30")
    rosa.keep(saved=0, tab="two", title="Two", expires="30")
    assert rosa.check(ROW + BEGUN, file=LETTER, title="Three").status_code == 303
    assert "One" not in text_of(rosa.page("/staff")), "what its own tab had typed before went on into the letter"
    assert "Two" in text_of(rosa.page("/staff"))


def test_a_second_press_is_led_to_what_the_first_made(rosa: Desk, house: House) -> None:
    first = rosa.check(ROW + BEGUN, file=LETTER)
    again = rosa.check(ROW + BEGUN, file=LETTER)
    assert first.status_code == again.status_code == 303
    (mailing,) = rows(house, Mailing)
    assert again.headers["location"] == f"/staff/mailings/{mailing.id}?said=made"
    page = text_of(rosa.page(again.headers["location"]))
    assert re.search(r"You made this letter at \d\d:\d\d\. Your second press changed nothing\.", page)


def test_other_words_pressed_after_the_first_are_offered_as_a_change(rosa: Desk, house: House) -> None:
    rosa.check(ROW + BEGUN, file=LETTER)
    again = rosa.check(ROW + BEGUN, title="Second week", file=LETTER)
    assert again.status_code == 409
    assert "You had this letter checked at" in again.text
    assert values(again.text)["title"] == "Second week"
    (mailing,) = rows(house, Mailing)
    assert mailing.title == "First week 2026"
    assert f'action="/staff/mailings/{mailing.id}?begun=' in again.text


def test_a_form_that_comes_twice_at_one_moment_makes_one_letter(rosa: Desk, house: House) -> None:
    rosa.check(ROW + BEGUN, file=LETTER)
    with house.db.write() as session:  # as if the first press had not noted yet that it was done
        session.exec(select(BegunLetter)).one().done_at = None
    again = rosa.check(ROW + BEGUN, file=LETTER)
    (mailing,) = rows(house, Mailing)
    assert again.headers["location"] == f"/staff/mailings/{mailing.id}?said=made"


def test_a_change_that_was_begun_is_gone_on_with(rosa: Desk, house: House) -> None:
    rosa.check(ROW + BEGUN, file=LETTER)
    (mailing,) = rows(house, Mailing)
    other = "b" * 32
    data = {
        "form_token": rosa.token,
        "saved": "0",
        "tab": "one",
        "title": "Better title",
        "version": str(mailing.version),
    }
    rosa.site.post(f"{ROW}{other}/typed?way=shared&mailing={mailing.id}", data=data)
    edit = rosa.site.get(f"/staff/mailings/{mailing.id}/edit")
    assert edit.headers["location"] == ROW + other
    assert values(rosa.page(ROW + other))["title"] == "Better title"
    with house.db.write() as session:
        session.exec(select(Mailing)).one().version += 1  # somebody else changes it meanwhile
    assert f'name="version" value="{mailing.version}"' in rosa.page(ROW + other), "so whoever checks it is told of that"


def test_a_stopped_text_leaves_everything_where_it_was_typed(rosa: Desk) -> None:
    path = rosa.begin("welcome.pdf", LETTER)
    answer = rosa.check(path, title="For Sam Okafor")
    assert answer.status_code == 422
    assert "welcome.pdf" in answer.text
    page = rosa.page(path)
    assert values(page)["title"] == "For Sam Okafor"
    assert rosa.check(path, title="Welcome").status_code == 303


@pytest.mark.parametrize("by", ["looking", "pressing"])
def test_whoever_was_signed_out_while_typing_is_back_in_it_after_signing_in(
    rosa: Desk, house: House, cast: Cast, clock: Watch, by: str
) -> None:
    rosa.keep(title="Snow day", expires="30")
    clock.forward(hours=20)
    title = "Snow day on Monday" if by == "pressing" else "Snow day"
    answer = rosa.site.get(ROW + BEGUN) if by == "looking" else rosa.check(ROW + BEGUN, title=title, file=LETTER)
    assert answer.headers["location"] == f"/staff/sign-in?next={ROW}{BEGUN}"
    assert "What you typed is kept." in rosa.page(answer.headers["location"])
    rosa.site.post("/staff/sign-in/link", data={"address": cast.writer.address, "next": ROW + BEGUN})
    answer = rosa.site.post("/staff/sign-in/token", data={"token": urlsplit(mailed_link(house, clock)).fragment})
    assert answer.headers["location"] == ROW + BEGUN
    assert values(rosa.page(ROW + BEGUN))["title"] == title
    assert rows(house, Mailing) == []


def test_nothing_is_kept_of_whoever_signed_out(rosa: Desk, house: House) -> None:
    rosa.site.post("/staff/sign-out", data={"form_token": rosa.token})
    rosa.check(ROW + BEGUN, file=LETTER)
    assert rows(house, BegunLetter) == []
