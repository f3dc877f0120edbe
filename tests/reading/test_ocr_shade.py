"""A table that a scanner shows askew, with grain and a shade across the page, is read as on an even one."""

import numpy as np
import pytest
from ocr_pictures import seen
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from portal.reading.ocr.nets.page_ink import Ink
from portal.reading.ocr.nets.shading import evened
from portal.reading.ocr.picture_reader import Eyes
from portal.reading.ocr.removal.ruling_lines import find_rules, is_page
from portal.reading.seeing import Read, Sight, Unsure

SIZE = (1000, 420)
TOP, STEP, COLUMNS = 100, 46, (60, 260, 500, 720)
ROWS = (
    ("Day", "Main", "Side"), ("Monday", "Chicken fajitas", "Corn"), ("Tuesday", "Beef taco", "Rice"),
    ("Wednesday", "Pizza", "Green beans"), ("Thursday", "Turkey sub", "Apple"),
)  # fmt: skip


def menu(
    name: str = "", at: tuple[int, int] = (0, 0), *, size: int = 20, ink: int = 30, soft: float = 0
) -> Image.Image:
    """A table of thin rules, with a name whose middle is somewhere."""
    page = Image.new("L", SIZE, 250)
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(26)
    pen.text((60, 40), "Lunch menu October", fill=30, font=font)
    for number, row in enumerate(ROWS):
        for left, right, word in zip(COLUMNS, COLUMNS[1:], row, strict=False):
            top = TOP + STEP * number
            pen.rectangle((left, top, right, top + STEP), outline=120)
            pen.text((left + 10, top + 8), word, fill=30, font=font)
    written = Image.new("L", SIZE)
    ImageDraw.Draw(written).text(at, name, fill=255, font=ImageFont.load_default(size), anchor="mm")
    page.paste(ink, (0, 0), written.filter(ImageFilter.GaussianBlur(soft)))
    return page


def scanned(page: Image.Image, degrees: float = 0.6, *, grain: float = 7, shade: float = 25) -> Image.Image:
    """As a scanner shows it: askew on a darker lid, with grain, and darker towards the right."""
    turned = page.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=230)
    noise = np.random.default_rng(1).normal(0, grain, turned.size[::-1])
    darker = np.linspace(0, shade, turned.width)
    return Image.fromarray((np.asarray(turned) + noise - darker).clip(0, 255).astype(np.uint8))


@pytest.mark.parametrize(("grain", "shade"), [(0, 0), (3, 12)])
def test_a_table_that_lies_a_little_askew_is_read(grain: float, shade: float, eyes: Eyes):
    said = seen(eyes, scanned(menu(), grain=grain, shade=shade))
    assert isinstance(said, Read)
    assert {"Wednesday", "Pizza", "Beef", "Apple"} <= set(said.text.replace("|", " ").split())


@pytest.mark.parametrize("degrees", [0, 0.6, -1.1])
def test_rules_are_found_on_a_page_that_is_darker_at_one_side(degrees: float):
    assert find_rules(evened(scanned(menu(), degrees))) is not None


def test_a_page_is_made_even_by_what_its_paper_is_darker():
    page = scanned(menu(), 0, grain=2, shade=40)
    even = evened(page)
    assert not is_page(page)
    assert is_page(even)
    paper = [float(np.median(np.asarray(even)[300:, left : left + 100])) for left in range(0, 1000, 100)]
    assert np.ptp(paper) <= 1
    assert np.all(np.asarray(even) <= np.asarray(page)), "what is light stays apart from what is lighter"


def test_a_pale_name_is_hardly_paler_on_it():
    pale = scanned(menu("Ana Rivera", (840, 380), ink=230), 0, grain=0, shade=40)
    bare = scanned(menu(), 0, grain=0, shade=40)
    before, after = (np.asarray(one, int) for one in (bare, evened(bare)))
    off, kept = before - np.asarray(pale, int), after - np.asarray(evened(pale), int)
    assert kept.max() >= 0.8 * off.max() > 10


@pytest.mark.parametrize("kind", ["even", "photo", "dark side"])
def test_an_even_page_and_what_is_none_stay_as_they_are(kind: str):
    noise = np.random.default_rng(1).normal(128, 40, (420, 1000)).clip(0, 255).astype(np.uint8)
    photo = Image.fromarray(noise).resize((250, 105)).resize(SIZE)
    picture = {"even": menu(), "photo": photo, "dark side": scanned(menu(), 0, shade=90)}[kind]
    assert evened(picture) is picture


def test_the_wedge_of_a_lid_along_an_edge_touches_no_rule():
    assert not Ink(scanned(menu(), 0.3, grain=0, shade=0)).touches_rule


@pytest.mark.parametrize("at", [(400, 8), (8, 200)], ids=["top", "left"])
def test_a_name_at_a_dark_rule_along_an_edge_touches_it(at: tuple[int, int]):
    page = menu("Ana Rivera", at, ink=0)
    ImageDraw.Draw(page).rectangle((0, 0, SIZE[0] - 1, SIZE[1] - 1), outline=60, width=2)
    assert Ink(page).touches_rule


HIDDEN = {
    "across a rule": ((620, TOP + 3 * STEP), 16, 60, 0.6),
    "right below one": ((620, TOP + 5 * STEP + 10), 16, 110, 0.6),
    "pale across one": ((400, TOP + 2 * STEP), 20, 170, 0.0),
    "blurred across one": ((640, TOP + 4 * STEP), 20, 60, 1.2),
    "small, along one": ((150, TOP + 5 * STEP), 12, 30, 0.0),
    "across an upright one": ((720, TOP + 3 * STEP + 24), 14, 0, 0.0),
}


@pytest.mark.parametrize("where", HIDDEN)
def test_a_name_at_a_rule_of_such_a_table_is_read_or_leaves_nobody_sure(where: str, eyes: Eyes):
    at, size, ink, soft = HIDDEN[where]
    assert _is_told(seen(eyes, scanned(menu("Ana Rivera", at, size=size, ink=ink, soft=soft), grain=3, shade=12)))


@pytest.mark.parametrize("at", [(820, 3), (6, 380)])
def test_a_name_in_the_wedge_of_a_lid_is_read_or_leaves_nobody_sure(at: tuple[int, int], eyes: Eyes):
    page = scanned(menu(), 0.6, grain=3, shade=0)
    ImageDraw.Draw(page).text(at, "Ana Rivera", fill=90, font=ImageFont.load_default(14))
    assert _is_told(seen(eyes, page))


def _is_told(said: Sight) -> bool:
    return isinstance(said, Unsure) or (isinstance(said, Read) and "Rivera" in said.text)
