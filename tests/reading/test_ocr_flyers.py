"""What a school's flyer has beside its words: a code, a line to cut along, initials in a circle, prices, hours."""

import io
import random

import numpy as np
import pytest
from ocr_pictures import seen, squares, typeset
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

from portal.reading.ocr.layout.text_bands import ruled_out
from portal.reading.ocr.picture_reader import Eyes
from portal.reading.ocr.removal.qr_codes import Spoiled, without_codes
from portal.reading.seeing import Read, Unsure

WORDS = """= Spring Concert
#v(6mm)
Friday, May 8 in the school gym

Saturday, October 3, 10 am - 2 pm

Free for all families"""
PRICES = """

Event #h(1fr) Time #h(1fr) Cost

Games #h(1fr) 5:30 PM #h(1fr) Free

Dinner #h(1fr) 6:00 PM #h(1fr) \\$4.00"""


def flyer(body: str = WORDS, font: str = "Libertinus Serif", more: str = "") -> Image.Image:
    text = f'#set text(font: "{font}", size: 16pt{more})\n{body}'
    return typeset(text, size="width: 130mm, height: 130mm").convert("L")


def packed(image: Image.Image) -> Image.Image:
    held = io.BytesIO()
    image.save(held, "JPEG", quality=75)
    return Image.open(held).convert("L")


def code(side: int, modules: int = 25) -> Image.Image:
    """A QR code as far as an eye sees one: three corners, and modules by chance."""
    dice = random.Random(side)
    drawn = Image.new("L", (modules, modules))
    drawn.putdata([dice.choice((0, 255)) for _ in range(modules**2)])
    draw = ImageDraw.Draw(drawn)
    for x, y in ((0, 0), (modules - 7, 0), (0, modules - 7)):
        draw.rectangle((x - 1, y - 1, x + 7, y + 7), fill=255)
        draw.rectangle((x, y, x + 6, y + 6), outline=0)
        draw.rectangle((x + 2, y + 2, x + 4, y + 4), fill=0)
    return drawn.resize((side, side), Image.Resampling.NEAREST)


@pytest.mark.parametrize(("side", "way"), [(90, packed), (118, lambda page: page), (190, packed)])
def test_a_code_is_no_writing(side: int, way: object, eyes: Eyes) -> None:
    page = flyer()
    page.paste(code(side), (page.width - side - 30, page.height - side - 30))
    assert callable(way)
    bare = without_codes(way(page))
    corner = np.asarray(bare)[-side - 30 : -30, -side - 30 : -30]
    assert corner.min() > 200, "all of it goes"
    assert isinstance(seen(eyes, way(page)), Read)


def test_what_only_has_the_corners_of_a_code_is_none(eyes: Eyes) -> None:
    page, name = flyer(), code(190)
    ImageDraw.Draw(name).rectangle((0, 64, 190, 124), fill=255)
    name.paste(squares("田昌", 44), (40, 68))
    page.paste(name, (page.width - 220, page.height - 220))
    assert without_codes(page) == page
    assert seen(eyes, page) == Unsure()


def written(name: str, size: int) -> Image.Image:
    if not name.isascii():
        return squares(name, size)
    strip = Image.new("L", (size * len(name), 2 * size), 255)
    ImageDraw.Draw(strip).text((2, 2), name, font=ImageFont.load_default(size), fill=0)
    return strip


SIDES = (118, 190, 300)
AT_A_CODE = [  # each name at both places, and at each beside codes of all sizes
    (*name, where, SIDES[(number + place) % 3])
    for number, name in enumerate([("Ana Rivera", 10, 0), ("Ana Rivera", 14, 200), ("하윤", 20, 60)])
    for place, where in enumerate(["in the middle", "right below"])
]


@pytest.mark.parametrize(("name", "size", "ink", "where", "side"), AT_A_CODE)
def test_a_name_in_a_code_or_at_its_edge_is_not_passed_over(
    side: int, where: str, name: str, size: int, ink: int, eyes: Eyes
) -> None:
    page, letters = flyer(), written(name, size)
    letters = letters.crop(letters.point(lambda grey: 255 - grey).getbbox())
    letters = letters.point(lambda grey: ink + grey * (255 - ink) // 255)
    left, top = page.width - side - 40, page.height - side - 60
    page.paste(code(side), (left, top))
    x = left + (side - letters.width) // 2
    y = top + (side - letters.height) // 2 if where == "in the middle" else top + side + 1
    page.paste(255, (x - 3, y, x + letters.width + 3, y + letters.height))
    page.paste(letters, (x, y))
    if where == "in the middle":
        with pytest.raises(Spoiled):
            without_codes(page)
    sight = seen(eyes, page)
    assert sight == Unsure() or (isinstance(sight, Read) and "Rivera" in sight.text)


def dashed(page: Image.Image, y: int, ink: int = 40) -> Image.Image:
    drawn = page.copy()
    for x in range(40, page.width - 40, 18):
        ImageDraw.Draw(drawn).line((x, y, x + 9, y), fill=ink, width=2)
    return drawn


@pytest.mark.parametrize("way", [lambda page: page, packed], ids=["png", "jpeg"])
def test_a_line_to_cut_along_is_no_writing(way: object, eyes: Eyes) -> None:
    page = flyer()
    assert callable(way)
    cut = way(dashed(page, page.height - 80))
    bare = ruled_out(cut)
    assert bare is not None
    assert ImageChops.difference(bare, page).crop((0, page.height - 90, page.width, page.height)).getextrema()[1] < 40
    assert isinstance(seen(eyes, cut), Read)


@pytest.mark.parametrize(("ink", "blur"), [(120, 1.5), (180, 2.0), (220, 2.5)])
def test_a_blurred_name_on_a_line_to_cut_along_stays(ink: int, blur: float, eyes: Eyes) -> None:
    page = flyer()
    name = typeset("#set text(size: 18pt)\nAna Rivera", size="width: 60mm, height: 20mm").convert("L")
    name = name.point(lambda grey: ink + grey * (255 - ink) // 255).filter(ImageFilter.GaussianBlur(blur))
    page.paste(name, (120, page.height - 80 - name.height // 2))
    assert seen(eyes, dashed(page, page.height - 80)) == Unsure()


@pytest.mark.parametrize(
    ("initials", "font"), [("HB", "Libertinus Serif"), ("OES", "DejaVu Sans Mono"), ("PTA", "Libertinus Serif")]
)
def test_initials_in_a_circle_are_read(initials: str, font: str, eyes: Eyes) -> None:
    letters = f"align(center + horizon)[#text(white, 26pt)[{initials}]]"
    logo = f"#place(bottom + right, circle(radius: 14mm, fill: teal, {letters}))"
    page = flyer(f"{WORDS}\n{logo}", font)
    assert isinstance(seen(eyes, page), Read)


@pytest.mark.parametrize("name", ["田昌", "하윤"])
def test_a_name_in_a_circle_is_not_passed_over(name: str, eyes: Eyes) -> None:
    page = flyer()
    ImageDraw.Draw(page).ellipse((440, 440, 600, 600), fill=90)
    letters = squares(name, 48)
    page.paste(230, (520 - letters.width // 2, 520 - letters.height // 2), letters.point(lambda grey: 255 - grey))
    assert seen(eyes, page) == Unsure()


@pytest.mark.parametrize(
    ("font", "weight"),
    [
        (font, weight)  # each face in another weight
        for at, font in enumerate(["Libertinus Serif", "New Computer Modern", "DejaVu Sans Mono"])
        for place, weight in enumerate(["", ', style: "italic"', ', weight: "bold"'])
        if (at + place) % 3 == 1
    ],
)
def test_hours_and_prices_are_read(font: str, weight: str, eyes: Eyes) -> None:
    assert isinstance(seen(eyes, flyer(WORDS + PRICES, font, weight)), Read)


@pytest.mark.parametrize(
    ("hour", "size", "font"),
    [
        ("7:30 – 6:00", 24, "New Computer Modern"),
        ("9 am", 24, "DejaVu Sans Mono"),
        ("3 pm", 16, "New Computer Modern"),
    ],
)
def test_an_hour_by_itself_is_read(hour: str, size: int, font: str, eyes: Eyes):
    body = f"#set align(center)\nScience Night\n\n#v(3mm)#text(size: {size}pt)[{hour}]\n\n#v(3mm)Cafeteria"
    said = seen(eyes, flyer(body, font))
    assert isinstance(said, Read)
    assert hour.split(maxsplit=1)[0] in said.text
