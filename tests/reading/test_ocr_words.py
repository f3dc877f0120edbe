"""A word in another script within a line of English is never taken for the English that a model reads into it."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from ocr_pictures import clouds, crowd, leaves, letter, lines, on_photo, seen
from PIL import Image
from test_ocr_squares import among_english

from portal.reading.ocr.components.line_features import Signs
from portal.reading.ocr.components.line_finding import Line
from portal.reading.ocr.picture_reader import Eyes
from portal.reading.ocr.recognition.line_readings import Strip, Word, vouch_for
from portal.reading.seeing import Read, Unsure

FINE, LARGE = (150, 12), (130, 16)
NAMES = [
    ("Анна Щербакова", *LARGE),
    ("Γιώργος Βλάχος", *FINE),
    ("נועם ביטון", *LARGE),
]


@pytest.mark.parametrize(("name", "ppi", "pt"), NAMES)
def test_a_name_in_another_script_leaves_nobody_sure(name: str, ppi: int, pt: int, eyes: Eyes) -> None:
    picture = letter(f"Student {name} was absent on 12/24.", ppi=ppi, pt=pt).convert("L")
    assert eyes.look(picture.width, picture.height, picture.tobytes()) == Unsure()


@pytest.mark.parametrize(
    ("name", "turn", "photo"), [("יעל כהן", 0, clouds), ("יעל כהן", 90, clouds), ("Анна Щербакова", 90, crowd)]
)
def test_a_small_name_in_another_script_on_a_photo_leaves_nobody_sure(
    name: str, turn: int, photo: Callable[[], Image.Image], eyes: Eyes
) -> None:
    words = letter(name, pt=11, ppi=100, more=', weight: "bold"').rotate(turn, expand=True, fillcolor="white")
    assert seen(eyes, on_photo(words, (40, 40), photo())) == Unsure()


@pytest.mark.parametrize(("pt", "ppi", "where"), [(14, 110, (429, 339)), (11, 90, (52, 78))])
def test_a_name_on_leaves_is_read_however_much_of_it_they_hide(
    pt: int, ppi: int, where: tuple[int, int], eyes: Eyes
) -> None:
    sight = seen(eyes, on_photo(letter("Margaret Pettibone", pt=pt, ppi=ppi), where, leaves()))
    assert isinstance(sight, Read)
    assert "Margaret Pettibone" in sight.text


@pytest.mark.parametrize("brief", ["Lil Cul", "Ana Rivera"])
def test_a_few_letters_on_their_heads_leave_nobody_sure_as_hebrew_is_read_so(brief: str, eyes: Eyes) -> None:
    page, line = lines(40, "Spring Concert", "Please bring a friend").convert("L"), lines(40, brief).convert("L")
    page.paste(line.crop((0, 40, 600, 160)).transpose(Image.Transpose.ROTATE_180), (400, 150))
    assert seen(eyes, page) == Unsure()


@pytest.mark.parametrize(("name", "size"), [("田昌", 26), ("박하", 18), ("하 박", 36)])
def test_two_letters_that_fill_a_square_behind_an_english_word_leave_nobody_sure(
    name: str, size: int, eyes: Eyes
) -> None:
    picture = among_english(name, size, "Student").convert("L")
    assert eyes.look(picture.width, picture.height, picture.tobytes()) == Unsure()


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("¿Preguntas? Llame al 704 555 0100", "reguntas"),
        ("Atentamente, la dirección", "Atentamente"),
        ("Excursión al jardín botánico: lápiz y cuaderno", "cuaderno"),
        ("Q&A: Room 4B, bus 12, 9:15 to 10:30, \\$2.75", "Room"),
        ("Write to office@riverbend.example or www.riverbend.example/fair", "Write"),
    ],
)
def test_words_with_accents_and_numbers_stay_readable(line: str, word: str, eyes: Eyes) -> None:
    picture = letter(line.replace("@", "\\@"), font="DejaVu Sans Mono", pt=13, ppi=130).convert("L")
    sight = eyes.look(picture.width, picture.height, picture.tobytes())
    assert isinstance(sight, Read)
    assert word in sight.text


def strip(*words: tuple[str, float], pitch: float = 8) -> Strip:
    """A line of words whose letters are 10 pixels high and so many apart, with a mark for each letter."""
    starts = np.cumsum([0, *((len(text) + 1) * pitch for text, _ in words)])
    length = float(starts[-1] - pitch)
    marks = [starts[at] + (mark + 0.5) * pitch for at, (text, _) in enumerate(words) for mark in range(len(text))]
    signs = Signs(
        count=len(marks),
        letter=10,
        width=20,
        strokes=20,
        shape=60,
        unlike=0.5,
        bars=0.1,
        stroke=0.15,
        uneven=0.1,
        ink=0,
        paper=0.1,
        contrast=200,
        wobble=0,
        crowd=0,
    )
    line = Line(
        x=length / 2,
        y=10,
        angle=0,
        length=length,
        height=14,
        letter=10,
        is_light=False,
        signs=signs,
        xs=np.array(marks),
        ys=np.full(len(marks), 10.0),
    )
    ends = [
        (float(start) / length, float(start + len(text) * pitch) / length)
        for start, (text, _) in zip(starts, words, strict=False)
    ]
    placed = tuple(Word(text, sure, *end) for (text, sure), end in zip(words, ends, strict=True))
    return Strip(line, is_turned=False, words=placed)


def is_vouched_for(*ways: Strip) -> bool:
    return all(vouch_for(stretch, ways) for stretch in ways[0].doubts())


def test_what_is_weak_at_one_size_has_to_be_the_same_and_sure_at_another() -> None:
    weak = strip(("Student", 96), ("Nufiez", 13))
    assert weak.doubts()
    assert is_vouched_for(weak, strip(("Student", 96), ("Nunez", 75)))
    assert not is_vouched_for(weak, strip(("Student", 96), ("Nunez", 55)))
    assert is_vouched_for(*(strip(("Student", 96), ("lápiz", 40)) for _ in range(3))), "the same word each time"
    assert not is_vouched_for(weak, strip(("Student", 96), ("Harper", 95))), "it says something else"
    assert not is_vouched_for(strip(("Dear", 96), ("2221", 62)), strip(("Dear", 96), ("24221", 95)))


def test_one_letter_is_not_all_of_a_line_whose_letters_melt_into_one_mark() -> None:
    line, middle = strip(("Анна Щербакова", 94)).line, np.array([60.0])
    melted = replace(line, xs=middle, ys=np.zeros(1))
    assert not Strip(melted, is_turned=False, words=(Word("4", 94, 0.86, 0.98),)).is_whole
    assert Strip(melted, is_turned=False, words=(Word("AnaRivera", 94, 0.02, 0.98),)).is_whole


@pytest.mark.parametrize("word", ["PuBepa", "[HAH", "4]2]41", "Dy11i"])
def test_what_looks_like_no_word_needs_more(word: str) -> None:
    assert strip(("Student", 96), (word, 80)).doubts()
    assert not strip(("Student", 96), (word, 95)).doubts()


@pytest.mark.parametrize("word", ["éPreguntas?", "l4piz,", "|Name:", "3rd-4th", "9:15-10:30", "O'Brien-Smith", "$2.75"])
def test_what_is_a_word_but_for_a_mark_or_a_line_beside_it_needs_no_more(word: str) -> None:
    assert not strip(("Student", 96), (word, 75)).doubts()


def test_too_few_letters_for_the_room_they_fill_are_others_than_were_read() -> None:
    assert strip(("Student", 96), ("aft", 80), pitch=16).doubts()
    assert not strip(("Student", 96), ("aft", 80)).doubts()
