"""Latin letters with marks that English has none of: read in the languages of the families, and no script else."""

import itertools

import pytest
from ocr_pictures import lines, seen, typeset
from PIL import Image

from portal.kernel.text.folding import folded
from portal.reading.ocr.components.line_finding import find_lines, scales_of
from portal.reading.ocr.picture_reader import Eyes
from portal.reading.ocr.recognition.line_readings import Strip, Word
from portal.reading.seeing import Read

FLYERS = {
    "Spanish": [
        "¡Todos son bienvenidos!",
        "Sábado 16 de mayo",
        "Niños de 5 a 12 años",
        "¡Día de fotos!",
        "No habrá clases",
    ],
    "French": ["Fête de l'école", "Pas d'école lundi", "Apportez un goûter", "À partir de 18 h 30", "Élèves de CE1"],
    "German": [
        "Größe und Farbe",
        "Grüße aus der Schule",
        "Nudeln mit Soße",
        "Bücherflohmarkt",
        "Für Kinder ab 6 Jahren",
    ],
    "Portuguese": ["Inscrições até 3 de abril", "Reunião de pais", "Crianças de 5 anos", "Informações na secretaria"],
    "Italian": ["Caffè e torta", "Attività per bambini", "Lunedì niente scuola", "Perché leggere è bello"],
    "Vietnamese": ["Thứ bảy, 16 tháng 5", "Vào cửa miễn phí", "Hội chợ mùa xuân", "Đêm khoa học", "Họp phụ huynh"],
    "Haitian Creole": ["Pa gen lekòl lendi", "Tanpri pote dlo", "Reyinyon paran yo", "Jounen Fanmi"],
}
FACES = ["Libertinus Serif", "New Computer Modern"]


def flyer(words: list[str], font: str) -> Image.Image:
    body = "\n\n".join([f"= {words[0]}\n#v(5mm)", *words[1:]])
    return typeset(f'#set text(font: "{font}", size: 15pt)\n{body}', size="width: 130mm, height: 110mm")


@pytest.mark.parametrize(("tongue", "font"), list(zip(FLYERS, itertools.cycle(FACES))))
def test_a_flyer_of_a_few_words_is_read_in_the_language_of_the_family(tongue: str, font: str, eyes: Eyes):
    said = seen(eyes, flyer(FLYERS[tongue], font))
    assert isinstance(said, Read)
    read = folded(said.text)
    words = [folded(word) for line in FLYERS[tongue] for word in line.split() if len(word) > 3 and "ß" not in word]
    missed = [word for word in words if word not in read]
    assert len(missed) <= 2, missed  # a mark that is not read makes no other letter of it


def test_short_words_and_lines_whose_marks_touch_are_read(eyes: Eyes):
    words = "Đêm khoa học\n\nThứ bảy, 16 tháng 5#linebreak()Vào cửa miễn phí#linebreak()De 10:00 a 14:00"
    body = f'#set par(leading: 4pt)\n#set align(center)\n#set text(font: "Libertinus Serif", size: 15pt)\n{words}'
    said = seen(eyes, typeset(body, size="width: 130mm, height: 80mm"))
    assert isinstance(said, Read)
    assert {"dem", "16", "14:00"} <= set(folded(said.text).split())


def strip(*words: tuple[str, float], is_turned: bool = False) -> Strip:
    line = find_lines(scales_of(lines(30, "Welcome to our school").convert("L")))[0]
    return Strip(line, is_turned, tuple(Word(text, sure, 0, 1) for text, sure in words))


ENGLISH = strip(("Sdbado", 54), ("16", 96), ("de", 93), ("mayo", 93))
SPANISH = strip(("Sábado", 96), ("16", 96), ("de", 93), ("mayo", 93))
FRENCH = strip(("Sàbado", 80), ("16", 96), ("de", 90), ("mayo", 61))


def test_what_one_model_reads_is_borne_out_by_another_but_for_the_marks():
    assert SPANISH.is_borne_out_by([ENGLISH, FRENCH])


def test_what_one_model_alone_reads_is_not_borne_out():
    assert not SPANISH.is_borne_out_by([ENGLISH])
    assert not SPANISH.is_borne_out_by([ENGLISH, strip(*((word.text, 90.0) for word in FRENCH.words), is_turned=True)])


def test_a_sharp_s_is_what_the_others_take_for_a_b():
    assert strip(("Größe", 90)).is_borne_out_by([strip(("GréBe", 59)), strip(("GrôBe", 51))])


@pytest.mark.parametrize(
    ("found", "others"),
    [  # as the models read names in Devanagari, Hebrew, Chinese, Hangul and Greek
        ("Student after fe 9:15", ["Student afta fae 9:15", "Student aña Fe 9:15", "Student si fg 9:15"]),
        ("Wimner: 5y? [I2 (3B)", ["Winner: ¥y? 0° (3B)", "Winner: ÿ° [°° (3B)", "Winner: >y> 0» (3B)"]),
        ("E 1", ["E 1", "F 1", "[ ]"]),
        ("Child: Mapía BAáxoc", ["Child: Mapia BAaxoc", "Child: Mapia BAaxog"]),
        ("[_] Bus or car", ["[_] Bus or car", "[_] Bus or car", "[_] Bus or car"]),
        ("NıkoAdou, Mapia", ["NikoAdou, Mapia", "NikoAdov, Mapia"]),
        ("Congratulations À & is in grade 3", ["Congratulations 4S is in grade 3", "Congratulations A£ isin grade 3"]),
    ],
)
def test_a_script_that_none_of_them_knows_is_not_borne_out(found: str, others: list[str]):
    assert not strip((found, 92)).is_borne_out_by([strip((other, 90)) for other in others])


def test_an_alphabet_of_its_own_needs_no_other_model():
    assert strip(("Анна Ривера", 92)).is_borne_out_by([strip(("AHHa PuBepa", 40))])
