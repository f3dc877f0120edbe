"""In a real browser: a zip of report cards waits for approval in eight presses, a letter for everybody in six."""

import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlmodel import select

from portal.mailings.tables import Mailing
from portal.wiring import House
from tests.browser.test_staff_writing import sign_in, sound
from tests.cast import Cast
from tests.flows.test_one_letter_each import ALL, ANA, LUIS, OTHER_ANA, SAM, bound, card
from tests.letter_files import pdf_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

MOST_PRESSES, MOST_PRESSES_SHARED = 8, 6


def zipped(files: Mapping[str, str], tmp_path: Path) -> Path:
    path = tmp_path / "report cards.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, card(text))
    return path


class Fingers:
    """Whoever presses: every press is counted, a choice in the system's own file window as two."""

    def __init__(self, page: "Page") -> None:
        self.page, self.presses = page, 0

    def press(self, role: str, name: str) -> None:
        self.page.get_by_role(role, name=name).click()  # type: ignore[arg-type]  # a role is one of a long list
        self.presses += 1

    def choose(self, label: str, *files: Path) -> None:
        self.page.get_by_label(label).set_input_files(list(files))
        self.presses += 2


@pytest.fixture
def desk(phone: "BrowserContext", house: House, cast: Cast, live: str) -> "Page":
    sign_in(phone, house, cast.writer, live)
    return phone.new_page()


def begun(desk: "Page", live: str, tmp_path: Path, files: Mapping[str, str]) -> None:
    desk.goto(f"{live}/staff/mailings/new/each")
    desk.get_by_role("textbox", name="Title").fill("Report cards")
    desk.get_by_label("A zip, all the files").set_input_files(zipped(files, tmp_path))
    desk.get_by_label("Everyone at Riverbend Schools").check()
    desk.get_by_role("button", name="Sort the letters").click()
    desk.get_by_role("heading", name="The letters are being sorted").wait_for()


def test_a_zip_of_report_cards_waits_for_approval_in_eight_presses(
    desk: "Page", house: House, live: str, tmp_path: Path, deliver: Callable[[], None]
) -> None:
    desk.goto(f"{live}/staff")
    hand = Fingers(desk)
    hand.press("link", "Write a letter")
    hand.press("link", "A letter for each child")
    desk.locator("input[name=title]:focus").wait_for()
    desk.keyboard.type("Report cards")
    hand.choose("A zip, all the files", zipped(ALL, tmp_path))
    assert desk.locator("#files-said").inner_text().startswith("A zip. Each file in it goes to the child")
    hand.press("radio", "Everyone at Riverbend Schools")
    hand.press("button", "Sort the letters")
    desk.get_by_role("heading", name="The letters are being sorted").wait_for()
    sound(desk)
    deliver()
    desk.get_by_role("heading", name="Every letter has its child").wait_for()
    sound(desk)
    hand.press("button", "Ask for approval")
    desk.get_by_text("It waits for a second person.").wait_for()
    with house.db.read() as session:
        assert session.exec(select(Mailing)).one().state == "waiting"
    assert hand.presses <= MOST_PRESSES


def test_a_letter_for_everybody_waits_for_approval_in_six_presses(
    desk: "Page", house: House, live: str, tmp_path: Path
) -> None:
    letter = tmp_path / "first week.pdf"
    letter.write_bytes(pdf_of("School begins on Monday.", language="en"))
    desk.goto(f"{live}/staff")
    hand = Fingers(desk)
    hand.press("link", "Write a letter")
    desk.locator("input[name=title]:focus").wait_for()
    desk.keyboard.type("First week")
    hand.choose("The letter, as a PDF", letter)
    hand.press("radio", "Everyone at Riverbend Schools")
    hand.press("button", "Check the letter")
    desk.get_by_role("heading", name="First week").wait_for()
    hand.press("button", "Ask for approval")
    desk.get_by_text("It waits for a second person.").wait_for()
    with house.db.read() as session:
        assert session.exec(select(Mailing)).one().state == "waiting"
    assert hand.presses <= MOST_PRESSES_SHARED


def test_what_was_chosen_is_said_back_and_only_its_questions_are_shown(desk: "Page", live: str, tmp_path: Path) -> None:
    desk.goto(f"{live}/staff/mailings/new/each")
    shape = desk.get_by_role("group", name="One PDF with all letters")
    assert not shape.is_visible()
    assert not desk.get_by_label("The letter, with fields").is_visible()
    desk.get_by_label("A zip, all the files").set_input_files(bound([ANA, LUIS], tmp_path).path)
    assert shape.is_visible()
    assert desk.locator("#files-said").inner_text().startswith("One PDF.")
    (tmp_path / "Cards" / "grade 3").mkdir(parents=True)
    two = [tmp_path / "Cards" / "1.pdf", tmp_path / "Cards" / "grade 3" / "2.pdf"]
    for path in two:
        path.write_bytes(b"%PDF-")
    desk.get_by_label("A zip, all the files").set_input_files(two)
    assert not shape.is_visible()
    assert desk.locator("#files-said").inner_text().startswith("2 files.")
    desk.get_by_label("A zip, all the files").set_input_files([])
    desk.get_by_text("They lie in a folder?").click()
    assert desk.locator("#files-said").inner_text() == ""
    desk.get_by_label("The folder").set_input_files(tmp_path / "Cards")
    assert desk.locator("#files-said").inner_text().startswith("2 files.")
    desk.get_by_label("I write one letter").check()
    assert desk.get_by_label("The letter, with fields").is_visible()
    assert not desk.get_by_label("A zip, all the files").is_visible()
    sound(desk)


def test_a_browser_closed_in_the_middle_loses_nothing_and_a_doubt_is_put_right_on_a_phone(
    desk: "Page", phone: "BrowserContext", live: str, tmp_path: Path, deliver: Callable[[], None]
) -> None:
    siblings = "Luis Rivera and Ana Rivera read together."
    begun(desk, live, tmp_path, {"100001.pdf": ANA, "Siblings.pdf": siblings, "100004.pdf": OTHER_ANA})
    desk.close()
    deliver()
    desk = phone.new_page()
    desk.goto(f"{live}/staff")
    desk.get_by_role("link", name="Report cards").first.click()
    desk.get_by_role("link", name="letters").first.click()
    desk.get_by_role("heading", name="2 things do not add up yet").wait_for()
    sound(desk)
    row = desk.get_by_role("listitem").filter(has_text="“Siblings.pdf” is unclear. It names several children")
    row.get_by_role("button", name="It is Luis Rivera: 100002, grade 4, Maple").click()
    desk.get_by_role("heading", name="1 thing does not add up yet").wait_for()
    desk.get_by_text("Leave Sam out, with a reason").click()
    desk.get_by_label("Why does this child get no letter?").fill("moved away")
    desk.get_by_role("button", name="Leave out", exact=True).click()
    desk.get_by_role("heading", name="Every letter has its child").wait_for()
    sound(desk)


def test_without_scripts_the_page_loads_itself_anew_until_it_is_sorted(
    chromium: "Browser", house: House, cast: Cast, live: str, tmp_path: Path, deliver: Callable[[], None]
) -> None:
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    sign_in(context, house, cast.writer, live)
    page = context.new_page()
    begun(page, live, tmp_path, ALL)
    deliver()
    page.get_by_role("heading", name="Every letter has its child").wait_for()
    context.close()


def test_the_approver_sees_each_sample_beside_its_child(
    desk: "Page", phone: "BrowserContext", house: House, cast: Cast, live: str, tmp_path: Path,
    deliver: Callable[[], None],
) -> None:  # fmt: skip
    begun(desk, live, tmp_path, ALL)
    deliver()
    desk.get_by_role("button", name="Ask for approval").click()
    desk.get_by_text("It waits for a second person.").wait_for()
    sign_in(phone, house, cast.approver, live)
    desk.reload()
    desk.get_by_role("link", name="Look at the sample").click()
    sam = desk.get_by_role("region", name="Sam Okafor")
    sam.scroll_into_view_if_needed()
    sound(desk)
    desk.get_by_role("button", name="Each is right: approve all 4").click()
    desk.get_by_text("You approved it.").wait_for()


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light")])
def test_every_page_fits_and_reads_in_both_lights(
    chromium: "Browser", house: House, cast: Cast, live: str, scheme: str, width: int, tmp_path: Path,
    deliver: Callable[[], None],
) -> None:  # fmt: skip
    context = chromium.new_context(color_scheme=scheme, viewport={"width": width, "height": 800})  # type: ignore[arg-type]  # light or dark
    sign_in(context, house, cast.writer, live)
    page = context.new_page()
    page.goto(f"{live}/staff/mailings/new/each")
    sound(page)
    begun(page, live, tmp_path, {"100001.pdf": LUIS, "100002.pdf": OTHER_ANA, "100004.pdf": SAM, "100006.pdf": ANA})
    sound(page)
    deliver()
    page.get_by_role("heading", name="Letters stand under the wrong names").wait_for()
    sound(page)
    path = page.url.partition("?")[0]
    page.goto(path.replace("/letters", ""))
    sound(page)
    page.goto(path.replace("/letters", "/each"))
    sound(page)
    context.close()
