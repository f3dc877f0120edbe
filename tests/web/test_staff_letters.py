"""One letter for each child in the browser: the table, put right row by row, looked at, and approved."""

import re
from pathlib import Path

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from portal.ledger.tables import LedgerEntry
from portal.wiring import House
from tests.cast import Cast, write_draft
from tests.conftest import Watch
from tests.flows.test_one_letter_each import ALL, ANA, LUIS, OTHER_ANA, SAM, bound, card
from tests.flows.test_unnamed_pages import BACKS
from tests.letter_files import pdf_of
from tests.web.desks import text_of
from tests.web.each_desk import FEW, Desk, cards


@pytest.fixture
def rosa(site: TestClient, house: House, cast: Cast) -> Desk:
    return Desk(site, house, cast.writer)


def test_a_zip_is_sorted_and_its_table_asks_for_approval(rosa: Desk) -> None:
    answer = rosa.give(cards(ALL | {"100006.pdf": pdf_of(SAM, language="en")}))
    assert answer.status_code == 303
    rosa.path = answer.headers["location"].removesuffix("/letters")
    page = rosa.page()
    assert "You may close this page; the work goes on." in page
    assert '<noscript><meta http-equiv="refresh"' in page
    assert rosa.site.get(f"{rosa.path}/letters/progress").json()["is_over"] is False
    rosa.sort()
    assert rosa.site.get(f"{rosa.path}/letters/progress").json() == {"is_over": True}
    page = rosa.page()
    assert "Every letter has its child" in page
    assert re.search(r"0100002 \(final\) \(2\)\.pdf</bdi></td><td[^>]*><strong><bdi>Luis Rivera", page)
    assert len(re.findall(r'<button type="submit">', page)) == 1
    told = text_of(rosa.page(""))
    assert "1 of 4 letters: headings, lists and tables are not marked" in told
    assert "1 of 4 letters: no title is given" in told
    assert "no language" not in told
    answer = rosa.post("submit", version=str(rosa.mailing.version))
    assert answer.status_code == 303
    assert rosa.mailing.state == "waiting"


def test_a_file_that_is_nobodys_is_looked_at_and_given_to_its_child_by_name(rosa: Desk) -> None:
    name, siblings = "Siblings.pdf", "Luis Rivera and Ana Rivera read together."
    rosa.sorted(cards({one: text for one, text in FEW.items() if text != LUIS} | {name: siblings}))
    assert set(rosa.kinds) == {"ambiguous"}
    given = rosa.given(name)
    page = rosa.page()
    assert f'href="{rosa.path}/letters/given/{given}/file"' in page
    assert rosa.site.get(f"{rosa.path}/letters/given/{given}/file").content.startswith(b"%PDF-")
    answer = rosa.post("letters/assign", given=given, number="123")
    assert answer.status_code == 422
    assert "No child on the roster has the number 123." in answer.text
    assert 'value="123" aria-invalid="true"' in answer.text
    namesakes = rosa.post("letters/assign", given=given, number="Ana Rivera")
    assert "Ana Rivera (100001), grade 2, Maple; Ana Rivera (100004), grade 5, Maple." in namesakes.text
    answer = rosa.post("letters/assign", given=given, number="Rivera, Luis")
    assert answer.headers["location"] == f"{rosa.path}/letters?said=assigned"
    assert rosa.kinds == []


NAMED = {
    "Rivera, Ana - Q1 report.pdf": "Progress report. Ana Rivera, grade 2. Reading: very good.",
    "Rivera, Luis - Q1 report.pdf": "Progress report. Luis Rivera. Reading: good.",
    "Rivera, Ana - Q1 report (2).pdf": "Progress report. Ana Rivera, grade 5. Reading: fair.",
    "Okafor, Sam - Q1 report.pdf": "Progress report. Sam Okafor. Reading: very good.",
}


def test_files_called_by_names_are_paired_by_their_text_and_namesakes_are_confirmed_by_one_press(rosa: Desk) -> None:
    rosa.sorted(cards(NAMED))
    page = rosa.page()
    told = text_of(page)
    assert "Are these 2 letters matched right?" in told
    assert "not add up" not in told
    assert "Ana Rivera , 100001, grade 2, Maple" in told.replace("Rivera, 1", "Rivera , 1")
    assert "Why: the name stands in it, the name stands in the file’s name, it says grade 2, another child has" in told
    assert len(re.findall(r'<button type="submit">', page)) == 1
    these = [rosa.given(name) for name in NAMED if "Ana" in name]
    assert rosa.site.get(f"{rosa.path}/letters/given/{these[0]}/file").content.startswith(b"%PDF-")
    answer = rosa.post("letters/confirm", given=these[0])
    assert answer.headers["location"].endswith("/letters?said=confirmed")
    assert "Is this letter matched right?" in text_of(rosa.page())
    answer = rosa.post("letters/assign", given=these[1], number="100004")
    assert answer.headers["location"].endswith("/letters?said=assigned")
    assert rosa.mailing.state == "checked"
    answer = rosa.post("letters/confirm", given=these[0])
    assert answer.status_code == 303, "a second press is the same as one"
    assert rosa.mailing.state == "checked"


def test_of_several_children_who_bear_the_name_in_it_one_is_chosen_by_one_press(rosa: Desk) -> None:
    rosa.sorted(cards(NAMED | {"Rivera, Ana - Q1 report.pdf": "Progress report. Ana Rivera. Reading: very good."}))
    told = text_of(rosa.page())
    assert "1 thing does not add up yet" in told
    assert "It is Ana Rivera: 100001, grade 2, Maple" in told.replace("Rivera :", "Rivera:")
    rosa.post("letters/assign", given=rosa.given("Rivera, Ana - Q1 report.pdf"), number="100001")
    assert rosa.kinds == []


def test_an_audience_that_is_far_too_wide_is_made_to_fit_by_one_press(rosa: Desk) -> None:
    rosa.sorted(cards({name: text for name, text in NAMED.items() if "Sam" in name}))
    page = rosa.page()
    told = text_of(page)
    assert "1 thing does not add up yet" in told
    assert "These files are only for grade 3 at Oak" in told
    assert "There is no file for" not in told
    answer = rosa.post("letters/narrow", version=str(rosa.mailing.version), to="place")
    assert answer.headers["location"].endswith("/letters?said=narrowed")
    assert rosa.mailing.state == "checked"


def test_two_swapped_files_are_swapped_back_by_one_press(rosa: Desk) -> None:
    rosa.sorted(cards(FEW | {"100001.pdf": LUIS, "100002.pdf": ANA}))
    page = rosa.page()
    assert page.count("Swap the two files</button>") == 1
    assert "1 thing does not add up yet" in text_of(page)
    assert text_of(page).count("Two files are swapped: “100001.pdf”, matched with Ana Rivera (100001)") == 1
    answer = rosa.post("letters/swap", given=rosa.given("100001.pdf"), other=rosa.given("100006.pdf"))
    assert "That was not done." in answer.text
    answer = rosa.post("letters/swap", given=rosa.given("100001.pdf"), other=rosa.given("100002.pdf"))
    assert answer.headers["location"].endswith("/letters?said=swapped")
    assert rosa.kinds == []
    assert rosa.mailing.state == "checked"


def test_of_two_files_for_a_child_one_is_used_by_one_press(rosa: Desk) -> None:
    rosa.sorted(cards(FEW | {"100001 again.pdf": ANA.replace("very good", "poor")}))
    assert rosa.kinds == ["doubled"]
    page = text_of(rosa.page())
    assert "1 thing does not add up yet" in page
    assert page.count("Use this one") == 2
    assert rosa.post("letters/use", given=rosa.given("100006.pdf")).status_code == 404, "it is not one of several"
    answer = rosa.post("letters/use", given=rosa.given("100001 again.pdf"))
    assert answer.headers["location"].endswith("/letters?said=used")
    assert rosa.kinds == []
    assert rosa.mailing.state == "checked"
    assert "100001 again.pdf" in rosa.page()


def test_a_file_too_many_is_taken_away(rosa: Desk) -> None:
    rosa.sorted(cards(FEW | {"reading list.pdf": "Books for the summer."}))
    assert rosa.kinds == ["unmatched"]
    assert rosa.post("letters/drop", given=rosa.given("reading list.pdf")).status_code == 303
    assert rosa.kinds == []
    assert rosa.post("letters/drop", given="0" * 32).status_code == 404


def test_a_missing_file_is_brought_for_its_child(rosa: Desk) -> None:
    rosa.sorted(cards({name: text for name, text in FEW.items() if text != SAM}))
    page = rosa.page()
    assert text_of(page).count("There is no file for Sam Okafor (100006).") == 1
    answer = rosa.post("letters/give", number="100006", row="100006", file=("", b""))
    assert (answer.status_code, "Choose the file first." in answer.text) == (422, True)
    answer = rosa.post("letters/give", number="100006", row="100006", file=("sam.pdf", b""))
    assert (answer.status_code, "This file is empty." in answer.text) == (422, True)
    answer = rosa.post("letters/give", number="100006", row="100006", file=("sam.pdf", card(SAM)))
    assert answer.status_code == 303
    assert rosa.kinds == []


def test_a_child_is_left_out_with_a_reason_and_taken_in_again(rosa: Desk) -> None:
    rosa.sorted(cards({name: text for name, text in FEW.items() if text != SAM}))
    answer = rosa.post("letters/leave-out", number="100006", row="100006", reason="x")
    assert answer.status_code == 422
    assert "Say in a few words why the child gets no letter." in answer.text
    assert rosa.post("letters/leave-out", number="100006", row="100006", reason="moved away").status_code == 303
    assert rosa.kinds == []
    assert "moved away" in rosa.page()
    assert rosa.post("letters/take-in", number="100006").status_code == 303
    assert rosa.kinds == ["missing"]


def test_all_children_without_a_file_are_left_out_at_once(rosa: Desk) -> None:
    rosa.sorted(cards({"100001.pdf": ANA}))
    assert rosa.kinds == ["missing"] * 3
    more = {"all": "1", "row": "all", "reason": "no report this term"}
    assert rosa.post("letters/leave-out", version="99", **more).status_code == 409
    assert rosa.post("letters/leave-out", version=str(rosa.mailing.version), **more).status_code == 303
    assert rosa.kinds == []


def test_an_off_by_one_is_the_headline(rosa: Desk) -> None:
    shifted = dict(zip(FEW, [LUIS, OTHER_ANA, SAM, ANA], strict=True))
    rosa.sorted(cards(shifted))
    assert rosa.kinds[0] == "shifted"
    page = rosa.page()
    assert re.search(
        r"<h1>Letters stand under the wrong names</h1>\s*<p class=\"lead\">The files seem to be shifted", page
    )
    assert "Ask for approval" not in page


def test_a_pair_stands_side_by_side_and_looking_at_it_is_in_the_ledger(rosa: Desk, house: House) -> None:
    rosa.sorted(cards(FEW))
    links = re.findall(rf'href="({rosa.path}/letters/[0-9a-f-]+)"', rosa.page())
    page = rosa.site.get(links[1]).text
    text = text_of(page)
    assert "Luis Rivera" in text
    assert "Student number 100002" in text
    assert "Carla Rivera" in text
    assert re.search(r'rel="prev".*rel="next"', page, re.DOTALL)
    assert "<iframe" not in page
    (picture,) = re.findall(r'<img src="([^"]+)"', page)
    assert rosa.site.get(picture).content.startswith(b"\x89PNG")
    answer = rosa.site.get(f"{links[1]}/file")
    assert answer.content.startswith(b"%PDF-")
    assert answer.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    with house.db.read() as session:
        views = [entry for entry in session.exec(select(LedgerEntry)) if entry.act == "document:staff-view"]
    assert len(views) == 3, "the words on its page, the picture, and the file"


def test_the_approver_looks_at_the_sample_first(rosa: Desk, cast: Cast) -> None:
    rosa.sorted(cards(FEW))
    rosa.post("submit", version=str(rosa.mailing.version))
    rosa.sit(cast.approver)
    page = rosa.page("")
    assert "4 letters, one for each child" in page
    assert "Approve it" not in page
    assert f'href="{rosa.path}/sample">Look at the sample' in page
    version = str(rosa.mailing.version)
    assert rosa.post("approve", version=version).status_code == 403
    page = rosa.page("/sample")
    assert "<iframe" not in page
    assert len(re.findall(r"<img ", page)) == 4
    assert "Sam Okafor" in page
    assert "4 guardians of 4 children" in text_of(page), "the facts stand before the answer"
    assert rosa.post("sample", version="1", approve="yes").status_code == 409
    assert rosa.post("sample", version=version).status_code == 303
    assert "Approve it" in rosa.page(""), "whoever only looked may still approve"
    assert rosa.post("sample", version=version, approve="yes").status_code == 303
    assert rosa.mailing.state == "held"
    assert "Sam Okafor" in rosa.page(), "the letters can be looked at after the approval as well"


def test_pages_without_a_name_that_differ_are_told_to_the_writer_and_before_the_approval(
    rosa: Desk, cast: Cast, tmp_path: Path
) -> None:
    pages = [page for front, back in zip(FEW.values(), BACKS, strict=True) for page in (front, back)]
    rosa.sorted(("all.pdf", bound(pages, tmp_path).path.read_bytes()), shape="each", pages_each="2")
    warning = "4 letters have pages without any name, and what stands there differs from child to child."
    assert warning in text_of(rosa.page())
    rosa.post("submit", version=str(rosa.mailing.version))
    rosa.sit(cast.approver)
    page = text_of(rosa.page("/sample"))
    assert warning in page
    assert "I saw every page: approve all 4" in page


def test_a_family_is_previewed_with_the_child_of_the_first_letter(rosa: Desk) -> None:
    rosa.sorted(cards({"100006.pdf": SAM, "100001.pdf": ANA, "100002.pdf": LUIS, "100004.pdf": OTHER_ANA}))
    assert "For the family of Sam" in text_of(rosa.page("/preview"))


def test_a_search_finds_one_of_many(rosa: Desk) -> None:
    rosa.sorted(cards(FEW))
    page = text_of(rosa.page("/letters?q=okafor"))
    assert " 1 letter " in page  # the foot of the page comes after it
    assert "Luis Rivera" not in page


def test_another_sites_letters_are_not_there(rosa: Desk, cast: Cast) -> None:
    rosa.sorted(cards(FEW))
    document = re.findall(rf'href="{rosa.path}/letters/([0-9a-f-]+)"', rosa.page())[0]
    rosa.sit(cast.oak_writer)
    for more in ("letters", "letters/progress", f"letters/{document}", f"letters/{document}/file", "sample", "each"):
        assert rosa.site.get(f"{rosa.path}/{more}").status_code == 404, more
    for what in ("assign", "drop", "give", "leave-out", "take-in", "again"):
        assert rosa.post(f"letters/{what}", number="100006", reason="moved away").status_code in {404, 422}, what
    assert rosa.give(cards(FEW), path=f"{rosa.path}/each", version="1").status_code == 404
    assert rosa.post("sample", version="1").status_code == 404


def test_a_shared_letter_has_no_letters_for_each_child(rosa: Desk, house: House, cast: Cast, clock: Watch) -> None:
    rosa.path = f"/staff/mailings/{write_draft(house, cast, now=clock.now)}"
    for more in ("letters", "sample", "each", "letters/progress"):
        assert rosa.site.get(f"{rosa.path}/{more}").status_code == 404


def test_nothing_is_to_be_put_right_in_what_was_stopped(rosa: Desk) -> None:
    rosa.sorted(cards({name: text for name, text in FEW.items() if text != SAM}))
    rosa.post("letters/leave-out", number="100006", row="100006", reason="moved away")
    rosa.post("submit", version=str(rosa.mailing.version))
    assert "A change here takes it back; you then ask again." in rosa.page()
    rosa.post("stop")
    assert "Take in again</button>" not in rosa.page()
    answer = rosa.post("letters/take-in", number="100006")
    assert answer.status_code == 403
    assert "This mailing is stopped" in answer.text
