"""A secretary has a zip of report cards out of the student information system, and one hour."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from portal.wiring import House
from tests.browser.journeys.walk import Walk, everywhere
from tests.browser.test_staff_letters import zipped
from tests.browser.test_staff_writing import sign_in
from tests.cast import Cast
from tests.flows.test_one_letter_each import ANA, LUIS, SAM

CARDS = {"100001 Q1 report.pdf": ANA, "100002 Q1 report.pdf": LUIS, "100006 Q1 report.pdf": SAM}


@everywhere
def test_report_cards_for_the_children_they_are_for(
    walk: Walk, house: House, cast: Cast, live: str, tmp_path: Path, deliver: Callable[[], None]
) -> None:
    """She drops the zip on Home. It is for the children whose cards are in it, and for nobody else."""
    secretary = walk.page
    sign_in(secretary.context, house, cast.writer, live)
    secretary.goto(f"{live}/staff")
    walk.choose(secretary.get_by_label("Begin a letter"), zipped(CARDS, tmp_path))

    expect(secretary.get_by_role("textbox", name="Title")).to_have_value("Report cards")
    expect(secretary.get_by_label("The children these files are for")).to_be_checked()
    walk.look()
    walk.press(secretary.get_by_role("button", name="Sort the letters"))

    expect(secretary.get_by_role("heading", name="The letters are being sorted")).to_be_visible()
    walk.look()
    deliver()
    expect(secretary.get_by_role("heading", name="Every letter has its child")).to_be_visible()
    walk.look()
    ask = secretary.get_by_role("button", name="Ask for approval")
    walk.in_first_window(ask)
    walk.press(ask)
    expect(secretary.get_by_text("It waits for a second person.")).to_be_visible()
    expect(secretary.get_by_text("For the children its files are for")).to_be_visible()
    walk.arrived(presses=6)
