"""What the eyes see in a picture: no text, its text, or that nobody can be sure."""

import io
import sys
from collections.abc import Callable
from pathlib import Path
from shutil import copyfile

import ocr_pictures as pictures
import pytest
from ocr_pictures import letter, open_eyes
from PIL import Image, ImageFilter, ImageOps
from rapidfuzz import fuzz

from portal.reading.ocr.picture_reader import Eyes
from portal.reading.ocr.recognition.line_readings import Word
from portal.reading.seeing import NoText, Read, Sight, Unsure

NAME = "Ana Rivera"
Look = Callable[[Image.Image], Sight]


@pytest.fixture(scope="module")
def look() -> Look:
    eyes = open_eyes()

    def look(image: Image.Image) -> Sight:
        grey = image.convert("L")
        return eyes.look(grey.width, grey.height, grey.tobytes())

    return look


def text_of(sight: Sight) -> str:
    assert isinstance(sight, Read), sight
    return sight.text


READ: dict[str, Callable[[], Image.Image]] = {
    "in a serif font": letter,
    "in italics": lambda: letter(more=', style: "italic"'),
    "small, as on a screen": lambda: letter(ppi=72, pt=11),
    "large": lambda: letter("Ana Rivera", pt=60),
    "huge": lambda: letter("Ana Rivera", pt=70, ppi=300),
    "white on black": lambda: ImageOps.invert(letter()),
    "yellow on blue": lambda: letter(ink="yellow", fill='rgb("#203080")'),
    "light grey": lambda: letter(ink="luma(75%)"),
    "on its head": lambda: letter().rotate(180),
    "askew": lambda: letter().rotate(4, Image.Resampling.BICUBIC, expand=True, fillcolor="white"),
    "slanting": lambda: letter().rotate(15, Image.Resampling.BICUBIC, expand=True, fillcolor="white"),
    "as a bad scan": lambda: pictures.scanned(letter(ppi=150)),
    "small in a photo": lambda: pictures.on_photo(letter("Ana Rivera", pt=11), (50, 50), pictures.landscape()),
    "small in the corner of a huge page": lambda: corner_of_a_huge_page(),  # noqa: PLW0108 - stands further down
    "at the foot of a flyer": lambda: pictures.flyer("Ask Ana Rivera"),
}


def corner_of_a_huge_page() -> Image.Image:
    made = Image.new("RGB", (3600, 2700), "white")
    made.paste(letter("Ana Rivera"), (2800, 2500))
    return made


@pytest.mark.parametrize("how", READ)
def test_a_name_is_read(how: str, look: Look):
    assert fuzz.partial_ratio(NAME, text_of(look(READ[how]()))) >= 90


@pytest.mark.parametrize("degrees", [90, 180])
def test_the_lines_of_a_turned_picture_come_in_order(degrees: int, look: Look):
    text = text_of(
        look(letter("We would like to thank Ana \\\n Rivera for the many cakes").rotate(degrees, expand=True))
    )
    assert text.index("would like to thank") < text.index("for the many cakes")


@pytest.mark.parametrize("ppi", [100])
def test_a_scanned_page_is_read_to_its_last_line(ppi: int, look: Look):
    text = text_of(look(pictures.scanned(pictures.page(ppi)))).replace("\n", " ")
    assert "Ana Rivera brings the tickets" in text
    assert text.count("snack at four") >= 24


def test_the_cells_of_a_row_stay_in_one_row(look: Look):
    rows = ", ".join("[Ana], [Rivera], [Grade 3]" for _ in range(6))
    text = text_of(look(letter(f"#table(columns: 3, column-gutter: 15mm, stroke: none, {rows})")))
    assert text.split("\n\n")[:6] == ["Ana\tRivera\tGrade 3"] * 6


@pytest.mark.parametrize("family", ["Eli", "Ali", "Ito", "Jill", "Li"])
@pytest.mark.parametrize("font", ["Libertinus Serif", "New Computer Modern"])
def test_a_brief_word_in_a_cell_of_its_own_is_read(family: str, font: str, look: Look):
    assert family in text_of(look(letter(f"Charlotte #h(40mm) {family}", font=font, pt=14, ppi=130)))


def test_two_columns_are_read_as_columns_too(look: Look):
    body = "#columns(2, gutter: 15mm)[" + "Today we read about a big green frog. " * 12 + "]"
    assert "big green frog. Today" in text_of(look(letter(body))).replace("\n", " ")


MODERN = "New Computer Modern"
_LINE = "\\_" * 8
FORM = f"Persons to call: 1. {_LINE} Phone {_LINE} 2. {_LINE}\n\n{_LINE} 3. {_LINE} Phone {_LINE}\n\nDate {_LINE}"
WIDE = "Teacher: Luis Avendano. Parent conference on October 22 at 4:30."


def saved(made: Image.Image) -> Image.Image:
    """Return a picture as a phone or a program saves it, with what JPEG does to letters."""
    data = io.BytesIO()
    made.save(data, "JPEG", quality=80)
    return Image.open(data)


INNOCENT: dict[str, Callable[[], Image.Image]] = {
    "a plain colour": lambda: Image.new("RGB", (400, 300), "#3060a0"),
    "a gradient": pictures.gradient,
    "a blurred photo": pictures.clouds,
    "a landscape": pictures.landscape,
    "a group of people": pictures.crowd,
    "leaves": pictures.leaves,
    "noise": pictures.noise,
    "clip art": pictures.clip_art,
    "stars": pictures.stars,
    "bars without labels": pictures.bars,
    "a code for phones": pictures.qr_code,
    "a logo without a word": pictures.logo,
}


NOTHING_LIKE_WRITING = {"a gradient", "clip art", "a landscape", "a logo without a word"}


@pytest.mark.parametrize("what", INNOCENT)
def test_a_picture_without_text_is_no_reason_to_stop(what: str, look: Look):
    sight = look(INNOCENT[what]())
    assert isinstance(sight, NoText) or len(text_of(sight)) <= 40  # chance letters name nobody
    assert sight == NoText() or what not in NOTHING_LIKE_WRITING


@pytest.mark.parametrize(
    ("what", "words"),
    [
        (lambda: pictures.logo("OAK SCHOOL"), "OAK SCHOOL"),
        (lambda: pictures.bars("Meals served per day"), "Meals served per day"),
        (pictures.flyer, "SPRING FAIR"),
        (lambda: letter("Queridas familias: el próximo miércoles habrá una reunión. " * 6), "familias"),
        (lambda: saved(letter("Estimadas familias\n\nNos vemos.\n\nLa Dirección", font=MODERN, ppi=150)), "Direcci"),
        (lambda: saved(letter("Date\n\nÁngel María-José Urrutia", font=MODERN, ppi=150)), "Urrutia"),
        (lambda: letter(FORM, ppi=100), "Persons to call"),
        (
            lambda: pictures.lines(28, "Progress report", "Reading is fluent, and work with others is good.", WIDE),
            "Avendano",
        ),
    ],
    ids=[
        "logo",
        "chart",
        "flyer",
        "Spanish",
        "short",
        "double name",
        "form",
        "wide",
    ],
)
def test_innocent_words_are_read(what: Callable[[], Image.Image], words: str, look: Look):
    assert words in text_of(look(what()))


def test_a_capital_within_a_word_may_be_an_umlaut_and_else_another_script():
    assert Word("Muller-LUdenscheidt", 87, 0, 1).is_read
    assert Word("SchOneberg", 70, 0, 1).is_read
    assert not Word("PuBepa", 87, 0, 1).is_read
    assert not Word("MUller", 55, 0, 1).is_read


UNSURE: dict[str, Callable[[], Image.Image]] = {
    "Cyrillic": lambda: letter("Дорогие семьи школы,\n\nАнна Ривера принесёт билеты."),
    "handwriting": pictures.handwriting,
    "a signature": pictures.signature,
    "a line in another script among English": lambda: letter("Dear families\n\nАнна Ривера, Сергей\n\nPlease call us"),
    "a blurred page": lambda: letter(pt=16).filter(ImageFilter.GaussianBlur(2.6)),
    "letters one below the other": lambda: letter("\\ ".join("ANARIVERA"), pt=20, more=', weight: "bold"'),
}


def test_a_name_across_a_wall_of_bricks_is_not_overlooked(look: Look):
    words = letter(NAME, font="DejaVu Sans Mono", pt=30, more=', weight: "bold"')
    sight = look(pictures.on_photo(words, (50, 300), pictures.bricks()))
    assert sight == Unsure() or fuzz.partial_ratio(NAME, text_of(sight)) >= 80


def below(upper: Image.Image, lower: Image.Image) -> Image.Image:
    made = Image.new("RGB", (max(upper.width, lower.width), upper.height + lower.height), "white")
    made.paste(upper, (0, 0))
    made.paste(lower, (20, upper.height))
    return made


@pytest.mark.parametrize("what", UNSURE)
def test_writing_that_cannot_be_read_is_never_taken_for_none(what: str, look: Look):
    assert look(UNSURE[what]()) == Unsure()


@pytest.mark.parametrize("what", ["handwriting", "a line in another script among English"])
def test_brief_words_beside_it_excuse_nothing_that_cannot_be_read(what: str, look: Look):
    assert look(below(letter("Li #h(25mm) Eli #h(25mm) Ali", pt=14, ppi=130), UNSURE[what]())) == Unsure()


def test_a_further_model_is_used_too(tmp_path: Path):
    copyfile(Path(sys.prefix, "share", "tessdata", "eng.traineddata"), tmp_path / "second.traineddata")
    grey = letter().convert("L")
    assert NAME in text_of(Eyes(tmp_path).look(grey.width, grey.height, grey.tobytes()))


def test_a_damaged_model_is_an_error_at_the_start(tmp_path: Path):
    (tmp_path / "second.traineddata").write_bytes(b"no model")
    with pytest.raises(RuntimeError):
        Eyes(tmp_path)
