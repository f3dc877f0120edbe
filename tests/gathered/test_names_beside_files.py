"""A name of another family does not ride beside a file: not in a subject, a text, or what a file is called."""

import pytest
from sqlmodel import func, select

from portal.documents.tables import Document
from portal.mailings.tables import Mailing
from portal.wiring import House
from tests.cast import Cast
from tests.conftest import Watch
from tests.flows.test_one_letter_each import ANA, SAM, card
from tests.gathered.post import CARLA, NGOZI, hand_in, message, work

FLYER, MENU = card("Bring a hat on Monday. The bus leaves at eight."), card("On Monday there is soup.")
SAID = "Sam Okafor, fever"


def published(house: House) -> tuple[int, set[str]]:
    """Return how many files were cleared, and the states of what there is."""
    with house.db.read() as session:
        cleared = session.exec(select(func.count()).select_from(Document)).one()
        return cleared, set(session.exec(select(Mailing.state)))


@pytest.mark.parametrize(
    ("subject", "text", "name", "cleared"),
    [
        (f"Report card: {SAID}", "Dear families,", "card.pdf", 0),
        ("Report cards", f"Here it is. {SAID}.", "card.pdf", 0),
        ("Report cards", "Dear families,", f"{SAID}.pdf", 1),  # Sam's own family may know what Sam's file is called
    ],
    ids=["subject", "text", "file"],
)
def test_of_a_merge(house: House, cast: Cast, clock: Watch, subject: str, text: str, name: str, cleared: int) -> None:
    for file, address in ((ANA, CARLA), (SAM, NGOZI)):
        hand_in(house, cast.writer, message({name: card(file)}, subject=subject, text=text), [address])
    work(house, clock)
    assert published(house) == (cleared, {"draft"} if cleared else set())


@pytest.mark.parametrize("names", [["menu.pdf", f"{SAID}.pdf"], [f"{SAID}.pdf", "menu.pdf"]], ids=["second", "first"])
def test_of_one_letter_for_several(house: House, cast: Cast, clock: Watch, names: list[str]) -> None:
    files = dict(zip(names, (FLYER, MENU), strict=True))
    hand_in(house, cast.writer, message(files, subject="Field day", text="Dear families, see you."), [CARLA, NGOZI])
    work(house, clock)
    assert published(house)[0] == 0
