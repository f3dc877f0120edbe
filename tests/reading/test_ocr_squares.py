"""A line of letters that fill a square (Hangul, Han, kana) among English ones is not passed over, nor read as Latin."""

import ocr_pictures as pictures
import pytest
from ocr_pictures import letter, seen, squares
from PIL import Image, ImageFilter

from portal.reading.ocr.picture_reader import Eyes
from portal.reading.seeing import NoText, Read, Unsure

ABOVE = "Please send a water bottle, a hat and a snack without nuts."


def among_english(text: str, size: int, before: str = "") -> Image.Image:
    """Three lines of print, the last of which goes on, or is replaced, by letters that fill a square."""
    pt = size // 2
    sheet = letter(f"{ABOVE}\n\nThe gym is closed on 12/24.\n\n{before}", pt=pt, ppi=140)
    page = Image.new("L", (sheet.width, sheet.height + 3 * size), 255)
    page.paste(sheet.convert("L"), (0, 0))
    if before:
        start, foot = end_of_last_line(page)
        page.paste(squares(text, size), (start, foot - round(1.55 * size)))
    else:
        page.paste(squares(text, size), (55, sheet.height - size))
    return page


def end_of_last_line(page: Image.Image) -> tuple[int, int]:
    """Return where a page's last line ends, and its foot."""
    box = page.point(lambda grey: 255 - grey).getbbox()
    assert box
    line = page.crop((0, box[3] - 14, page.width, box[3])).point(lambda grey: 255 - grey).getbbox()
    assert line
    return line[2], box[3]


def worn(page: Image.Image, wear: str) -> Image.Image:
    if wear == "soft":
        return page.filter(ImageFilter.GaussianBlur(0.6))
    if wear == "askew":
        return page.rotate(0.9, Image.Resampling.BICUBIC, fillcolor=255)
    return pictures.scanned(page) if wear == "scanned" else page


WORN = [(18, ""), (18, "soft"), (26, "soft"), (36, ""), (36, "askew")]
SHORT = ["박하윤", "하윤 박", "남궁 하윤", "昌言田", "田昌 言"]
CASES = [(text, *print_) for text, print_ in zip(SHORT, WORN, strict=True)]


@pytest.mark.parametrize(("text", "size", "wear"), CASES)
def test_a_short_line_of_squares_is_not_passed_over(text: str, size: int, wear: str, eyes: Eyes) -> None:
    assert seen(eyes, worn(among_english(text, size), wear)) == Unsure()


@pytest.mark.parametrize(("text", "size"), [("박하윤", 36), ("남궁 하윤", 26)])
def test_squares_behind_words_that_are_read_are_not_taken_for_latin(text: str, size: int, eyes: Eyes) -> None:
    assert seen(eyes, among_english(text, size, "Seat 4:")) == Unsure()


@pytest.mark.parametrize(("text", "size", "before"), [("アヤ", 26, "Please ask"), ("サラ", 48, "In the music room")])
def test_kana_behind_words_that_are_read_is_not_taken_for_figures(
    text: str, size: int, before: str, eyes: Eyes
) -> None:
    assert seen(eyes, among_english(text, size, before)) == Unsure()


@pytest.mark.parametrize("size", [26, 36])
def test_han_behind_words_that_are_read_is_read_by_the_second_reader(size: int, eyes: Eyes) -> None:
    told = seen(eyes, among_english("昌言田", size, "Seat 4:"))
    assert isinstance(told, Read)
    assert "昌言田" in told.text


@pytest.mark.parametrize(
    ("words", "font"),
    [
        (words, font)  # in two of the faces each
        for at, words in enumerate(
            ["MIÉRCOLES CAFÉ Y PÉREZ", "Bee eggs, going along, gym", "Grade 8: $5.85 at 8:45", "GRADE SEE BEES FEES"]
        )
        for place, font in enumerate(["Libertinus Serif", "DejaVu Sans Mono", "New Computer Modern"])
        if at % 3 != place
    ],
)
def test_latin_letters_with_many_strokes_stay_readable(words: str, font: str, eyes: Eyes) -> None:
    text = words.replace("$", "\\$")
    assert isinstance(seen(eyes, letter(f"{ABOVE}\n\n{text}", font=font, ppi=150)), Read)


def test_wide_print_is_not_taken_for_letters_that_fill_a_square(eyes: Eyes) -> None:
    print_ = letter('#text(weight: "bold")[Du 19 au 23 avril]', pt=22, ppi=150)
    told = seen(eyes, print_.resize((round(1.3 * print_.width), print_.height)))
    assert told == Read("Du 19 au 23 avril")


def test_a_row_of_small_drawings_is_no_writing(eyes: Eyes) -> None:
    assert isinstance(seen(eyes, pictures.stars()), Read | NoText)
