"""Rosa has six report cards called by their children's names, two of them namesakes, and has chosen everyone.

What stands in each card says whose it is. The two Anas are told apart by their grade, which she looks through and
confirms; and the mailing becomes one for those whom the cards are for.
"""

import zipfile
from datetime import datetime
from pathlib import Path

from playwright.sync_api import expect

from portal import publish
from portal.documents.repository import intakes
from portal.families.tables import Child, Enrolment, Guardianship
from portal.kernel.ids import new_id
from portal.wiring import House
from tests.browser.journeys.walk import Walk, everywhere
from tests.browser.test_staff_writing import sign_in
from tests.cast import EVA, Cast, seat_eva
from tests.flows.test_one_letter_each import card

CARDS = {
    "Fuentes, Belén - Q1 report.pdf": "Progress report for Belén Fuentes, grade 2. Reading: very good.",
    f"Rivera, {EVA} - Q1 report.pdf": f"Progress report for {EVA} Rivera, kindergarten. Reading: begins.",
    "Rivera, Ana - Q1 report.pdf": "Progress report for Ana Rivera, grade 2. Reading: very good.",
    "Rivera, Ana - Q1 report (2).pdf": "Progress report for Ana Rivera, grade 5. Reading: fair.",
    "Rivera, Luis - Q1 report.pdf": "Progress report for Luis Rivera, grade 4. Reading: good.",
    "Quill, Tomás - Q1 report.pdf": "Progress report for Tomás Quill, grade 4. Reading: good.",
}


def seat(house: House, cast: Cast, *, now: datetime) -> None:
    """Give Maple two more children, and Oak so many that a mailing for everyone is far too wide."""
    seat_eva(house, cast, now=now)
    more = [("Belén", "Fuentes", "2", "Maple"), ("Tomás", "Quill", "4", "Maple")]
    more += [(f"Zoë{name}", "Oakes", "3", "Oak") for name in ("anne", "belle", "cara", "dora", "else", "faye", "gina")]
    with house.db.write() as session:
        for at, (given, family, grade, site) in enumerate(more):
            child = Child(
                id=new_id(), student_number=f"30000{at}", source_id=f"30000{at}", given_name=given, family_name=family,
                grade=grade, seen_at=now,
            )  # fmt: skip
            session.add(child)
            session.flush()
            session.add(Enrolment(child_id=child.id, site=site, program="After School"))
            session.add(Guardianship(guardian_id=cast.ngozi, child_id=child.id, may_view=True, starts_at=now))


def zipped(tmp_path: Path) -> Path:
    path = tmp_path / "Q1 report cards.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in CARDS.items():
            archive.writestr(name, card(text))
    return path


def the_worker_sorts(house: House) -> None:
    with house.db.read() as session:
        (mailing_id,) = intakes.waiting_intakes(session, now=house.clock())
    assert publish.sort_given(house, mailing_id)


@everywhere
def test_a_secretary_with_report_cards_called_by_names(
    walk: Walk, house: House, cast: Cast, live: str, tmp_path: Path
) -> None:
    seat(house, cast, now=house.clock())
    sign_in(walk.page.context, house, cast.writer, live)
    page = walk.page
    page.goto(f"{live}/staff/mailings/new/each")

    page.get_by_role("textbox", name="Title").fill("Report cards")
    walk.choose(page.get_by_label("A zip, all the files"), zipped(tmp_path))
    walk.press(page.get_by_label("Everyone at Riverbend Schools"))
    walk.press(page.get_by_role("button", name="Sort the letters"))
    expect(page.get_by_role("heading", name="The letters are being sorted")).to_be_visible()
    the_worker_sorts(house)

    expect(page.get_by_role("heading", name="1 thing does not add up yet")).to_be_visible()
    expect(page.get_by_role("heading", name="These files are only for everyone at Maple")).to_be_visible()
    expect(page.get_by_text("There is no file for")).to_have_count(0)
    walk.look()
    walk.press(page.get_by_role("button", name="Send only to everyone at Maple"))

    expect(page.get_by_role("heading", name="Are these 2 letters matched right?")).to_be_visible()
    matches = page.locator("#suggested li")
    expect(matches).to_have_count(2)
    expect(matches.nth(0)).to_contain_text("Ana Rivera, 100001, grade 2, Maple")
    expect(matches.nth(1)).to_contain_text("Ana Rivera, 100004, grade 5, Maple")
    expect(matches.nth(1)).to_contain_text("it says grade 5, another child has the same name")
    walk.look()
    walk.press(page.get_by_role("button", name="These 2 are right"))

    expect(page.get_by_role("heading", name="Every letter has its child")).to_be_visible()
    walk.look()
    walk.press(page.get_by_role("button", name="Ask for approval"))
    expect(page.get_by_text("Approval is asked for.")).to_be_visible()
    walk.arrived(presses=6)
