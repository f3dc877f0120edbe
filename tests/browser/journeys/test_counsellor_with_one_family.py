"""A counsellor has a blank form for one mother, and nobody else in the house this afternoon."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from portal.kernel.configuration.settings import Settings
from portal.wiring import House
from tests.browser.journeys.walk import Walk, everywhere
from tests.browser.test_staff_writing import sign_in
from tests.cast import Cast
from tests.letter_files import pdf_of


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"approval_waived_below": 2})


@everywhere
def test_a_blank_form_for_one_mother_and_then_for_the_father_too(
    walk: Walk, house: House, cast: Cast, live: str, tmp_path: Path
) -> None:
    """She begins on the family's page; the other guardian is one press away, and the hold begins by her own word."""
    form = tmp_path / "bus form.pdf"
    form.write_bytes(pdf_of("Bus form. Name: ________ Stop: ________", language="en"))
    counsellor = walk.page
    sign_in(counsellor.context, house, cast.writer, live)
    counsellor.goto(f"{live}/staff/families/100001")
    walk.look()
    walk.press(counsellor.get_by_role("link", name="Write to Carla Rivera alone"))

    expect(counsellor.get_by_label("The guardians who get it")).to_have_value("Carla Rivera (g-carla)")
    counsellor.get_by_label("Title", exact=True).fill("Bus form")
    walk.choose(counsellor.locator("#file"), form)
    walk.look()
    walk.press(counsellor.get_by_role("button", name="Check the letter"))

    expect(counsellor.get_by_text("Only for Carla Rivera.")).to_be_visible()
    expect(counsellor.get_by_role("heading", name="Other guardians of the same children")).to_be_visible()
    walk.look()
    walk.in_first_window(counsellor.get_by_role("button", name="Start the hold"))
    walk.press(counsellor.get_by_role("button", name="Send it to this guardian too"))

    expect(counsellor.get_by_text("Only for Carla Rivera, Diego Rivera.")).to_be_visible()
    walk.look()
    walk.press(counsellor.get_by_role("button", name="Start the hold"))
    expect(counsellor.get_by_text("So few families need no second person")).to_be_visible()
    expect(counsellor.get_by_role("link", name="Stop").first).to_be_visible()
    walk.look()
    walk.arrived(presses=5)
