"""One letter for each child in the browser: the form, the ways in, and what stops all that was given."""

import re
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from portal.documents.tables import Intake
from portal.flows.writing import sort_files
from portal.ledger.tables import LedgerEntry
from portal.wiring import House
from tests.cast import Cast
from tests.conftest import Watch
from tests.flows.test_one_letter_each import ANA, LUIS, OTHER_ANA, SAM, bound, card
from tests.rosters.poison import POISON
from tests.web.each_desk import FEW, Desk, cards


@pytest.fixture
def rosa(site: TestClient, house: House, cast: Cast) -> Desk:
    return Desk(site, house, cast.writer)


def test_writing_begins_with_two_plain_choices(rosa: Desk) -> None:
    for path in ("/staff/mailings/new", "/staff/mailings/new/each"):
        page = rosa.site.get(path).text
        assert "One letter for everybody" in page
        assert "A letter for each child" in page
        assert len(re.findall(r'aria-current="page"><strong>', page)) == 1


def test_many_files_or_those_of_a_folder_are_one_way_in_and_keep_their_names(rosa: Desk) -> None:
    in_folder = {"100001.pdf": "Cards/100001.pdf", "100002.pdf": "Cards/grade 3/100002.pdf"}  # as browsers name them
    rosa.sorted(("", b""), *((in_folder.get(name, name), card(text)) for name, text in FEW.items()))
    assert rosa.kinds == []
    assert "100004.pdf" in rosa.page()


def test_a_list_says_whose_a_file_is(rosa: Desk) -> None:
    names = dict(zip(("a.pdf", "b.pdf", "c.pdf", "d.pdf"), FEW.values(), strict=True))
    listed = "File name,Student number\n" + "".join(
        f"{name},{number}\n" for name, number in zip(names, ("100001", "100002", "100004", "100006"), strict=True)
    )
    data = {"title": "Cards", "audience": "everyone", "expires": "30", "made": "files", "form_token": rosa.token}
    files = [("files", cards(names)), ("list", ("list.csv", listed.encode()))]
    answer = rosa.site.post("/staff/mailings/each", data=data, files=files)
    rosa.path = answer.headers["location"].removesuffix("/letters")
    rosa.sort()
    assert rosa.kinds == []


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({}, "Choose the letters: a zip, all the files at once, or one PDF with all of them."),
        ({"title": " "}, "Give the letter a title."),
        ({"audience": None}, "Choose whom the letter is for."),
        ({"made": "fields"}, "Write the letter, or choose a Typst file."),
        ({"message": "See bit.ly/x"}, "The message links to bit.ly"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_words_are_kept(
    rosa: Desk, more: dict[str, Any], sentence: str
) -> None:
    answer = rosa.give(**({"title": "Cards & more", "signer": "Ida"} | more))
    assert answer.status_code == 422
    assert sentence in answer.text
    if "title" not in more:
        assert 'value="Cards &amp; more"' in answer.text
    assert 'value="Ida"' in answer.text


def test_a_big_pdf_asks_how_its_pages_hang_together(rosa: Desk, tmp_path: Path) -> None:
    pdf = bound([ANA, LUIS, OTHER_ANA, SAM], tmp_path).path.read_bytes()
    answer = rosa.give(("all.pdf", pdf), shape="each")
    assert answer.status_code == 422
    assert "Say how many pages each letter has" in answer.text
    rosa.sorted(("all.pdf", pdf), shape="each", pages_each="1")
    assert rosa.kinds == []


def test_a_cover_page_is_passed_over_and_a_page_without_a_name_is_given_its_child(rosa: Desk, tmp_path: Path) -> None:
    pages = ["Report cards, autumn.", ANA, "A page with a picture of a number.", OTHER_ANA, SAM]
    rosa.sorted(("all.pdf", bound(pages, tmp_path).path.read_bytes()))
    page = rosa.page()
    assert "Page 1 names nobody." in page
    assert "Page 3 names nobody." in page
    version = str(rosa.mailing.version)
    answer = rosa.post("letters/again", version=version, shape="every", **{"pass-0": "1", "whose-1": "999999"})
    assert answer.status_code == 422
    assert "No child of this mailing has the number 999999." in answer.text
    answer = rosa.post("letters/again", version=version, shape="every", **{"pass-0": "1", "whose-1": "100002"})
    assert answer.status_code == 303
    rosa.sort()
    assert rosa.kinds == ["wrong-child"], "what a person says does not talk the guard out of looking"
    assert "matched with Luis Rivera (100002), who is not named in it" in rosa.page()


def test_a_page_that_is_nobodys_yet_is_looked_at_and_no_other(
    rosa: Desk, cast: Cast, house: House, tmp_path: Path
) -> None:
    pdf = bound(["Report cards, autumn.", ANA, LUIS, OTHER_ANA, SAM], tmp_path).path.read_bytes()
    rosa.sorted(("all.pdf", pdf))
    assert f'href="{rosa.path}/letters/pages/1/file">Look at page 1</a>' in rosa.page()
    answer = rosa.site.get(f"{rosa.path}/letters/pages/1/file")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    said = pdfium.PdfDocument(answer.content)
    assert len(said) == 1
    assert "Report cards, autumn." in said[0].get_textpage().get_text_range()
    with house.db.read() as session:
        acts = [entry.act for entry in session.exec(select(LedgerEntry))]
    assert acts.count("document:staff-view") == 1
    for other in ("2", "0", "6", "x", "1.0", "99999999"):
        assert rosa.site.get(f"{rosa.path}/letters/pages/{other}/file").status_code == 404
    rosa.sit(cast.oak_writer)
    assert rosa.site.get(f"{rosa.path}/letters/pages/1/file").status_code == 404


def test_a_stale_page_sorts_nothing_again(rosa: Desk, tmp_path: Path) -> None:
    rosa.sorted(("all.pdf", bound(["Cover.", ANA, LUIS, OTHER_ANA, SAM], tmp_path).path.read_bytes()))
    answer = rosa.post("letters/again", version="99", shape="every", **{"pass-0": "1"})
    assert answer.status_code == 409
    assert "That was not done." in answer.text


LETTER = "Dear family of {{ child.name }},\n\nyou owe {{ amount_due }}.\n\nNumber {{ child.student_number }}."


def test_a_letter_with_fields_says_whose_value_is_missing_and_takes_a_corrected_table(rosa: Desk) -> None:
    rows = "Student number,Amount due\n100001,1\n100002,\n100004,4\n100006,6\n"
    rosa.sorted(("values.csv", rows.encode()), role="values", made="fields", markdown=LETTER, signer="Ida")
    page = rosa.page()
    assert "Luis Rivera (100002)" in page
    assert "you owe {{ amount_due }}" in page
    version = str(rosa.mailing.version)
    answer = rosa.post(
        "letters/again", version=version, file=("values.csv", rows.replace("100002,", "100002,2").encode())
    )
    assert answer.status_code == 303
    rosa.sort()
    assert rosa.kinds == []
    assert rosa.mailing.state == "checked"


def test_children_without_a_value_are_left_out_with_a_reason_instead(rosa: Desk) -> None:
    rows = "Student number,Amount due\n100001,1\n100002,\n100004,4\n100006,6\n"
    rosa.sorted(("values.csv", rows.encode()), role="values", made="fields", markdown=LETTER)
    answer = rosa.post("letters/again", version=str(rosa.mailing.version), **{"reason-0": "pays nothing"})
    assert answer.status_code == 303
    rosa.sort()
    assert rosa.kinds == []
    assert "pays nothing" in rosa.page()


@pytest.mark.parametrize("poison", POISON)
def test_a_table_that_asks_for_half_a_terabyte_is_a_sentence_on_the_page(rosa: Desk, poison: str) -> None:
    rosa.sorted(("values.xlsx", POISON[poison]), role="values", made="fields", markdown=LETTER)
    assert "save it anew as CSV" in rosa.page() or "uses a larger area" in rosa.page()
    right = "Student number,Amount due\n100001,1\n100002,2\n100004,4\n100006,6\n"
    answer = rosa.post("letters/again", version=str(rosa.mailing.version), file=("values.csv", right.encode()))
    assert answer.status_code == 303
    rosa.sort()
    assert rosa.mailing.state == "checked"


def test_what_was_set_aside_says_what_happened_and_is_chosen_again(rosa: Desk, house: House, clock: Watch) -> None:
    rows = "Student number,Amount due\n100001,1\n100002,2\n100004,4\n100006,6\n"
    rosa.sorted(("values.csv", rows.encode()), role="values", made="fields", markdown=LETTER)
    with house.db.write() as session:
        given = session.get_one(Intake, rosa.mailing.id)
        given.state, given.attempts, given.lease_id, given.lease_until = "running", 2, "0" * 32, clock.now
        session.add(given)
        session.flush()
        assert sort_files.set_aside(session, house.keys, rosa.mailing.id, now=clock.now)
    page = rosa.page()
    assert "The portal began twice to work through what was given, and was ended both times." in page
    assert "Make the files anew, save tables as CSV, and choose them again." in page
    assert rosa.site.get(f"{rosa.path}/letters/progress").json() == {"is_over": True}


def test_words_are_changed_and_the_letters_stay(rosa: Desk) -> None:
    rosa.sorted(cards(FEW))
    page = rosa.page("/edit")
    assert 'type="file"' not in page
    data = {"title": "Report cards 2", "message": "Here.", "audience": "everyone", "expires": "20"}
    answer = rosa.site.post(rosa.path, data=data | {"form_token": rosa.token, "version": str(rosa.mailing.version)})
    assert answer.headers["location"] == f"{rosa.path}/letters?said=changed"
    assert (rosa.mailing.title, rosa.mailing.state) == ("Report cards 2", "checked")
    assert rosa.kinds == []


def test_other_files_take_the_place_of_those_before(rosa: Desk) -> None:
    rosa.sorted(cards({"100001.pdf": ANA}))
    assert 'value="Report cards"' in rosa.page("/each")
    version = str(rosa.mailing.version)
    rosa.sorted(cards(FEW), path=f"{rosa.path}/each", version=version)
    assert rosa.kinds == []


def test_a_message_that_names_a_child_is_stopped(rosa: Desk) -> None:
    answer = rosa.give(cards(FEW), message="Thank you, Sam Okafor")
    assert answer.status_code == 422
    assert "1 full name of a child" in answer.text


def test_more_files_than_it_takes_are_refused_with_what_to_do(rosa: Desk) -> None:
    answer = rosa.give(*[(f"{number}.pdf", b"x") for number in range(5_001)])
    assert answer.status_code == 400
    assert "Put them into a zip file and choose that." in answer.text


def test_nobody_gives_letters_outside_their_sites(rosa: Desk, cast: Cast) -> None:
    rosa.sit(cast.oak_writer)
    answer = rosa.give(cards(FEW))
    assert answer.status_code == 422
    assert "outside the sites you may write to (Oak)" in answer.text


def test_a_post_without_this_sessions_token_does_nothing(rosa: Desk) -> None:
    assert rosa.give(cards(FEW), form_token="0" * 64).status_code == 403
    rosa.sorted(cards(FEW))
    rosa.token = "0" * 64
    assert rosa.post("letters/leave-out", number="100006", reason="moved away").status_code == 403


def test_what_was_posted_does_not_stay_on_disk(rosa: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    before = set(tmp_path.iterdir())
    rosa.give(*((name, card(text)) for name, text in FEW.items()))
    rosa.give(cards(FEW), title=" ")
    assert [one.name for one in set(tmp_path.iterdir()) - before if one.name.startswith("portal-")] == []
