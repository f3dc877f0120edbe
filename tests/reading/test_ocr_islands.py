"""Two or three letters that fill a square, with nothing else near them, are not taken for a picture without text."""

import ocr_pictures as pictures
import pytest
from ocr_pictures import letter, seen, squares
from PIL import Image, ImageDraw, ImageFilter, ImageOps

from portal.reading.ocr.picture_reader import Eyes
from portal.reading.seeing import NoText, Read, Unsure

NAMES = ("田昌", "昌言田", "하윤", "박하윤", "昌 言田")


def name_of(text: str, size: int) -> Image.Image:
    """A name with paper around it, as high as itself."""
    box = squares(text, size).point(lambda grey: 255 - grey).getbbox()
    assert box
    return ImageOps.expand(squares(text, size).crop(box), size, 255)


WAYS = {
    "as it is": lambda name: name,
    "light on dark": lambda name: name.point(lambda grey: 30 + (255 - grey) * 200 // 255),
    "pale": lambda name: name.point(lambda grey: 140 + grey * 110 // 255),
    "on its side": lambda name: name.rotate(90, expand=True),
    "askew": lambda name: name.rotate(4, Image.Resampling.BICUBIC, expand=True, fillcolor=255),
    "soft": lambda name: name.filter(ImageFilter.GaussianBlur(0.6)),
    "framed": lambda name: ImageOps.expand(name, 2, 0),
}


@pytest.mark.parametrize(("way", "size"), [(way, (18, 48)[number % 2]) for number, way in enumerate(WAYS)])
def test_a_short_name_alone_in_a_picture_is_not_passed_over(size: int, way: str, eyes: Eyes) -> None:
    names = NAMES[(list(WAYS).index(way) + (size > 18)) % 2 :: 2]  # the others at the other size
    seen_as = {text: seen(eyes, WAYS[way](name_of(text, size))) for text in names}
    assert seen_as == dict.fromkeys(names, Unsure())


@pytest.mark.parametrize(
    ("text", "where"), [(text, ((60, 480), (640, 520))[turn % 2]) for turn, text in enumerate(NAMES[1:4])]
)
def test_a_short_name_far_from_all_else_is_not_passed_over(text: str, where: tuple[int, int], eyes: Eyes) -> None:
    poster = Image.new("L", (900, 640), 255)
    poster.paste(pictures.landscape().convert("L").resize((400, 260)), (250, 180))
    words = letter("The gym is closed on 12/24.", ppi=110).convert("L")
    poster.paste(words.crop((0, 0, words.width, min(100, words.height))).resize((500, 60)), (20, 20))
    name = name_of(text, 26)
    poster.paste(name, where)
    assert seen(eyes, poster) == Unsure()


def controls() -> Image.Image:
    """Boxes to type in and to choose from, as programs have."""
    sheet = Image.new("L", (640, 300), 240)
    draw = ImageDraw.Draw(sheet)
    for number, left in enumerate((40, 200, 360)):
        top = 40 + 70 * number
        draw.rectangle((left, top, left + 80, top + 44), outline=120, fill=255, width=2)
        draw.rectangle((left + 46, top, left + 80, top + 44), outline=160, fill=230)
        draw.line((left + 56, top + 18, left + 63, top + 25, left + 70, top + 18), fill=40, width=2)
    return sheet


@pytest.mark.parametrize(
    "image",
    [controls(), pictures.stars(), pictures.clip_art(), pictures.bars()],
    ids=["controls", "stars", "clip art", "bars"],
)
def test_small_drawings_are_no_names(image: Image.Image, eyes: Eyes) -> None:
    assert isinstance(seen(eyes, image), Read | NoText)


@pytest.mark.parametrize(
    ("words", "font"),
    [
        (words, ("Libertinus Serif", "DejaVu Sans Mono")[number % 2])
        for number, words in enumerate(["Staff", "School", "SEES", "bees", "WELCOME", "Room 8"])
    ],
)
def test_a_latin_word_alone_stays_readable(words: str, font: str, eyes: Eyes) -> None:
    assert isinstance(seen(eyes, letter(words, font=font, ppi=150)), Read)
