"""Lines that run aslant, several of them below each other: on a ribbon across a corner, or a card laid askew."""

import math

import pytest
from ocr_pictures import seen
from PIL import Image, ImageDraw, ImageFont

from portal.reading.ocr.picture_reader import Eyes
from portal.reading.seeing import Read, Unsure

NAMES = (("Ella", "Robinson"), ("Levi", "White"), ("Owen", "Harris"), ("Caleb", "Allen"))


def ribbon(words: tuple[str, ...], degrees: float, *, paper: str | None = None, ink: str = "black") -> Image.Image:
    """A page with a line of text and some words below each other, turned to the left by so many degrees."""
    page = Image.new("RGB", (800, 600), "white")
    ImageDraw.Draw(page).text(
        (20, 20), "Class trip to the zoo on Friday.", fill="black", font=ImageFont.load_default(28)
    )
    card = Image.new("RGBA", (440, 70 * len(words) + 20), paper or (0, 0, 0, 0))
    for number, word in enumerate(words):
        ImageDraw.Draw(card).text((30, 10 + 66 * number), word, fill=ink, font=ImageFont.load_default(46))
    turned = card.rotate(degrees, Image.Resampling.BICUBIC, expand=True)
    page.paste(turned, (420 - turned.width // 2, 330 - turned.height // 2), turned)
    return page


TURNS = (30, -30, 45, 60)
DARK, LIGHT = (None, "black"), ("#c00", "white")
CASES = [  # one name at each turn, and every other one on a ribbon
    (degrees, *(DARK, LIGHT)[number % 2], NAMES[number % len(NAMES)]) for number, degrees in enumerate(TURNS)
]


@pytest.mark.parametrize(("degrees", "paper", "ink", "name"), CASES)
def test_a_name_on_lines_aslant_is_read_together_or_nothing_is_sure(
    eyes: Eyes, degrees: float, paper: str | None, ink: str, name: tuple[str, str]
):
    told = seen(eyes, ribbon(("Star:", *name), degrees, paper=paper, ink=ink))
    text = told.text.lower() if isinstance(told, Read) else ""  # a W aslant may be a w
    assert isinstance(told, Unsure) or "\n".join(name).lower() in text


@pytest.mark.parametrize("degrees", [30, -45])
def test_one_line_aslant_beside_a_level_one_is_read(eyes: Eyes, degrees: float):
    told = seen(eyes, ribbon(("Bring a friend",), degrees, paper="#ffd000"))
    assert isinstance(told, Read)
    assert "Bring a friend" in told.text
    assert "Class trip to the zoo" in told.text


@pytest.mark.parametrize(
    ("name", "degrees", "size", "ink"), [("Tom", 35, 30, 120), ("Tom", -50, 24, 0), ("Ella", -50, 24, 0)]
)
def test_a_word_aslant_is_told_though_a_longer_one_has_its_letters(
    eyes: Eyes, name: str, degrees: int, size: int, ink: int
):
    page, letters = Image.new("L", (800, 450), 255), Image.new("L", (800, 450))
    ImageDraw.Draw(page).text((40, 40), "See Stella tomorrow at the lake", fill=0, font=ImageFont.load_default(28))
    ImageDraw.Draw(page).text((40, 100), "Bring boots for the Nowak farm", fill=0, font=ImageFont.load_default(28))
    ImageDraw.Draw(letters).text((520, 330), name, fill=255, font=ImageFont.load_default(size), anchor="mm")
    page.paste(ink, (0, 0), letters.rotate(degrees, center=(520, 330)))
    told = seen(eyes, page)
    assert isinstance(told, Unsure) or (isinstance(told, Read) and name in told.text.split())


def arch(text: str, radius: int) -> Image.Image:
    """Letters along a circle of so many pixels, the middle one upright, below a line of text."""
    page = Image.new("L", (800, 600), 255)
    ImageDraw.Draw(page).text((20, 20), "Welcome back to school.", fill=0, font=ImageFont.load_default(24))
    turn = -sum(font_of().getlength(letter) for letter in text) / 2
    for letter in text:
        width = font_of().getlength(letter)
        degrees = math.degrees((turn + width / 2) / radius)
        drawn = Image.new("L", (120, 2 * radius + 120), 0)
        ImageDraw.Draw(drawn).text((60, 60), letter, fill=255, font=font_of(), anchor="ms")
        drawn = drawn.rotate(-degrees, Image.Resampling.BICUBIC, expand=True)
        page.paste(0, (400 - drawn.width // 2, 180 + radius - drawn.height // 2), drawn)
        turn += width
    return page


def font_of() -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(60)


@pytest.mark.parametrize(("name", "radius"), [("Emma Jones", 180), ("Aiden Walker", 400)])
def test_a_name_along_a_curve_is_read_together_or_nothing_is_sure(eyes: Eyes, name: str, radius: int):
    told = seen(eyes, arch(name, radius))
    assert isinstance(told, Unsure) or (isinstance(told, Read) and name.lower() in told.text.lower())
