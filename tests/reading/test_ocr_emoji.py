"""What is drawn in several colours is no writing, unless something is written in it, or may be."""

from collections.abc import Callable
from math import cos, pi, sin

import numpy as np
import pytest
from ocr_pictures import seen
from PIL import Image, ImageChops, ImageDraw, ImageFont

from portal.guard.roster.index import Person, Roster
from portal.guard.rules import Blocked, judge
from portal.reading.budget import Budget
from portal.reading.images.colours import colours_of, most_of, parted
from portal.reading.images.pictures import without_colour
from portal.reading.ocr.components.colour_drawings import find_drawings
from portal.reading.ocr.picture_reader import Eyes
from portal.reading.reader import Reading, Unreadable
from portal.reading.seeing import Parsed, Read, Sight, Unsure, finish

PAPER = (255, 253, 240)
SIDE = 64
Draw = Callable[[ImageDraw.ImageDraw, int, int], None]


def books(draw: ImageDraw.ImageDraw, left: int, top: int) -> None:
    for at, cover in enumerate(((190, 30, 30), (20, 60, 160), (90, 190, 60))):
        above = top + at * SIDE // 3
        draw.rounded_rectangle((left, above, left + SIDE, above + SIDE // 3 - 3), 6, fill=cover)
        draw.rectangle((left + 8, above + 5, left + SIDE - 2, above + 12), fill=(245, 240, 225))


def bus(draw: ImageDraw.ImageDraw, left: int, top: int) -> None:
    draw.rounded_rectangle((left, top + 10, left + SIDE, top + 48), 8, fill=(250, 190, 30))
    for at in range(3):
        draw.rectangle((left + 6 + 16 * at, top + 16, left + 17 + 16 * at, top + 32), fill=(20, 70, 140))
    for at in (16, 48):
        draw.ellipse((left + at - 8, top + 38, left + at + 8, top + 55), fill=(50, 50, 60))


def flower(draw: ImageDraw.ImageDraw, left: int, top: int) -> None:
    draw.rectangle((left + 29, top + 32, left + 35, top + SIDE), fill=(60, 150, 60))
    for petal in range(6):
        x, y = (mid + turn(petal * pi / 3) * 13 for mid, turn in ((left + 32, cos), (top + 21, sin)))
        draw.ellipse((x - 8, y - 8, x + 8, y + 8), fill=(180, 40, 110))
    draw.ellipse((left + 25, top + 14, left + 39, top + 28), fill=(250, 210, 60))


def badge(name: str, *, ink: tuple[int, int, int] = (255, 255, 255), size: int = 20) -> Draw:
    def draw_badge(draw: ImageDraw.ImageDraw, left: int, top: int) -> None:
        draw.ellipse((left - 40, top - 50, left + 120, top + 110), fill=(20, 120, 70))
        draw.ellipse((left - 30, top - 40, left + 110, top + 100), fill=(150, 30, 60))
        draw.text((left + 40, top + 30), name, fill=ink, font=ImageFont.load_default(size), anchor="mm", align="center")

    return draw_badge


def outlined(draw: ImageDraw.ImageDraw, left: int, top: int) -> None:
    font = ImageFont.load_default(26)
    draw.text((left, top), "Ana Rivera", fill=(250, 200, 40), font=font, stroke_width=3, stroke_fill=(30, 40, 150))


def flyer(*drawn: Draw) -> Image.Image:
    sheet = Image.new("RGB", (620, 460), PAPER)
    draw = ImageDraw.Draw(sheet)
    draw.text((60, 40), "Spring Picnic", fill=(20, 60, 120), font=ImageFont.load_default(44))
    for at, paint in enumerate(drawn):
        paint(draw, 80 + 90 * at, 150)
    for at, line in enumerate(("Saturday, May 16, noon to 4", "Bring a blanket and a friend")):
        draw.text((60, 320 + 60 * at), line, fill=(40, 40, 40), font=ImageFont.load_default(26))
    return sheet


def seen_in_colour(eyes: Eyes, image: Image.Image) -> Sight:
    picture = without_colour("picture", image, Budget())
    assert picture is not None
    return eyes.look_at([picture])[0]


def test_a_row_of_drawings_is_no_line_of_letters_though_without_colours_it_may_be_one(eyes: Eyes):
    page = flyer(books, bus, flower)
    assert isinstance(seen(eyes, page), Unsure)
    sight = seen_in_colour(eyes, page)
    assert isinstance(sight, Read)
    assert "Spring Picnic" in sight.text
    assert "Bring a blanket" in sight.text


@pytest.mark.parametrize(
    "drawn",
    [badge("Ana\nRivera"), badge("Ana Rivera", size=24), badge("Ana\nRivera", ink=(250, 220, 60)), outlined],
)
def test_a_name_in_a_drawing_or_in_letters_of_two_colours_is_not_passed_over(eyes: Eyes, drawn: Draw):
    sight = seen_in_colour(eyes, flyer(books, drawn))
    assert isinstance(sight, Unsure) or (isinstance(sight, Read) and "Rivera" in sight.text)


def test_a_name_on_a_badge_is_told_though_its_letters_stand_within_longer_words(eyes: Eyes):
    page = flyer(books, badge("Tom\nNowak"))
    ImageDraw.Draw(page).text((60, 420), "See you tomorrow", fill=(40, 40, 40), font=ImageFont.load_default(26))
    picture = without_colour("picture", page, Budget())
    assert picture is not None
    reading = finish(Parsed(Reading("png", ()), (picture,)), (), eyes.look_at)
    roster = Roster.of([Person("child", "tom", frozenset({"tom"}), "Tom", "Nowak")])
    assert isinstance(reading, Unreadable) or isinstance(judge(reading.parts, roster), Blocked)


def test_only_what_has_two_colours_and_paper_around_is_a_drawing():
    def found(page: Image.Image) -> int:
        return len([*find_drawings(page)])

    assert found(flyer()) == 0
    assert found(flyer(books, bus, flower)) == 3
    assert found(flyer(badge("A n a   R i v e r a"))) == 0, "more stands in it than in a face"
    assert found(flyer(books).convert("L").convert("RGB")) == 0
    assert found(flyer(books).crop((0, 0, 110, 460))) == 0, "what is cut off may go on"
    pixels = np.asarray(flyer(books)).astype(np.int16)
    pixels[140:240, 60:160] += np.random.default_rng(1).integers(-60, 60, (100, 100, 3), dtype=np.int16)
    assert found(Image.fromarray(pixels.clip(0, 255).astype(np.uint8))) == 0, "on a photo it may be anything"


def test_a_picture_keeps_a_small_copy_in_its_colours_behind_its_grey_pixels():
    picture = without_colour("picture", flyer(books), Budget())
    assert picture is not None
    grey, colours = parted(picture.unpacked, picture.width, picture.height)
    assert grey == picture.grey == flyer(books).convert("L").tobytes()
    assert colours is not None
    assert colours.getpixel((0, 0)) == PAPER
    assert len(picture.unpacked) <= most_of(picture.width, picture.height)


def test_a_page_in_black_on_white_keeps_none_and_a_large_one_keeps_a_small_copy():
    plain = flyer().convert("L")
    assert colours_of([plain.convert("RGB")], plain.size, 1) == b""
    large = flyer(books).resize((3100, 2300))
    bands = [large.crop((0, top, 3100, top + 575)) for top in range(0, 2300, 575)]
    kept = colours_of(bands, large.size, 1)
    assert len(kept) < 1_500_000
    _, small = parted(bytes(3100 * 2300) + kept, 3100, 2300)
    assert small is not None
    off = ImageChops.difference(small, large.resize(small.size, Image.Resampling.BOX))
    assert np.asarray(off).mean() < 0.5
    assert len([*find_drawings(small)]) == 1


def test_what_is_shown_twice_keeps_its_colours_twice():
    page = flyer(books)
    page.putalpha(Image.fromarray(np.where(np.asarray(page.convert("L")) > 240, 0, 255).astype(np.uint8)))
    picture = without_colour("picture", page, Budget())
    assert picture is not None
    assert picture.height == 2 * page.height, "on white, and on black"
    _, colours = parted(picture.unpacked, picture.width, picture.height)
    assert colours is not None
    first, second = find_drawings(colours)
    assert second.rows.start == first.rows.start + colours.height // 2
